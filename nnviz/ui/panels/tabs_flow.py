"""The tabs in the window: which there are, what they are fed with, and what happens to what is chosen in them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.lenses import Place
from nnviz.app.tab_feed import TabFeed
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.ui.panels.tabs import TabsPanel
from nnviz.ui.panels.tabs_confusion import ConfusionPage
from nnviz.ui.panels.tabs_page import TabPage
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import px

if TYPE_CHECKING:
    from nnviz.ui.finding_flow import FindingFlow
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.data_table import DataTablePage
    from nnviz.ui.panels.landscape_flow import LandscapeFlow
    from nnviz.ui.panels.tabs_gradients import GradientsPage

_ROOM_FOR_WORDS = 340  # pixels of height in which a finding is read with its buttons
_ROOM_FOR_A_MAP = 270  # pixels of height in which a landscape's path and arrows are told apart
TAB_NAMES = ("confusion", "roc", "rows", "histograms", "gradients", "landscape")


class TabsFlow(QObject):
    """Owns the panel; feeds the page that can be seen, and no other."""

    def __init__(self, model: AppModel, window: "MainWindow") -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._dataset: Dataset | None = None
        self._row: int | None = None
        self.landscape: LandscapeFlow | None = None
        self.finding_flow: FindingFlow | None = None
        self.panel = TabsPanel(
            DARK,
            {
                "confusion": ("Confusion", "How classes are taken for one another", self._confusion),
                "roc": ("ROC", "ROC curves and calibration", self._roc),
                "rows": ("Rows", "Every row with its prediction and loss", self._rows),
                "histograms": ("Histograms", "Weights, activations and gradients over the epochs", self._histograms),
                "gradients": ("Gradients", "How the gradient flows, and what diagnostics say", self._gradients),
                "landscape": ("Landscape", "The loss around the weights, and the path down it", self._landscape),
            },
            {"errors": self._errors},
        )
        self.panel.tab_changed.connect(self._lend)
        model.dataset_changed.connect(self._on_dataset)
        self.feed = TabFeed(model, self)  # after the panel has been told of data sets
        self.feed.failed.connect(model.failed)
        model.runs.config_changed.connect(self._on_config)
        model.runs.state_changed.connect(self.panel.set_state)

    def _lend(self, name: str) -> None:
        """Give the panel more height for a map, and take back what was lent for another tab."""
        self._window.docks.lend("tabs", px(_ROOM_FOR_A_MAP) if name == "landscape" else 0)

    # The pages, made when they are first shown

    def _confusion(self, theme: Theme) -> TabPage:
        page = ConfusionPage(theme)
        page.cell_chosen.connect(self._on_cell)
        return self._wired(page)

    def _errors(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.tabs_errors import ErrorsPage  # noqa: PLC0415 - not for the first paint

        return self._wired(ErrorsPage(theme))

    def _roc(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.tabs_roc import RocPage  # noqa: PLC0415 - not for the first paint

        return self._wired(RocPage(theme))

    def _rows(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.data_table import DataTablePage  # noqa: PLC0415 - not for the first paint

        page = DataTablePage(theme)
        page.save_wanted.connect(lambda: self._window.verbs.saving.save_numbers("tabs"))
        return self._wired(page)

    def _histograms(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.tabs_histograms import HistogramsPage  # noqa: PLC0415 - not for the first paint

        return self._wired(HistogramsPage(theme))

    def _gradients(self, theme: Theme) -> TabPage:
        from nnviz.ui.finding_flow import FindingFlow  # noqa: PLC0415 - not for the first paint
        from nnviz.ui.panels.tabs_gradients import GradientsPage  # noqa: PLC0415 - not for the first paint

        page = GradientsPage(theme)
        page.layer_chosen.connect(lambda layer, unit: self._window.verbs.looks.choose(Place(layer, unit)))
        self.finding_flow = FindingFlow(self._model, self._window, page)
        return self._wired(page)

    def _landscape(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.landscape_flow import LandscapeFlow  # noqa: PLC0415 - not for the first paint

        self.landscape = LandscapeFlow(self._model, theme, self)
        return self._wired(self.landscape.page)

    def _wired(self, page: TabPage) -> TabPage:
        page.wants_again.connect(self.feed.again)
        page.row_chosen.connect(self._window.live.set_row)
        return page

    # What the window does

    def choose(self, name: str) -> None:
        """Show a tab."""
        self.panel.choose(name)

    def ask_why(self) -> None:
        """Show what diagnostics found, in words."""
        if not self._window.docks.is_shown("tabs"):
            self._window.docks.set_shown("tabs", shown=True)
        self.choose("gradients")
        self._window.docks.lend("tabs", px(_ROOM_FOR_WORDS))
        page: GradientsPage = self.panel.page  # type: ignore[assignment]  # made by `_gradients`
        page.ask_why()

    def douse(self) -> bool:
        """Put out what a finding lit in the diagram; return whether anything was lit."""
        return self.finding_flow is not None and self.finding_flow.douse()

    @property
    def current(self) -> str:
        """The tab that is shown."""
        return self.panel.current

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.panel.set_theme(theme)

    def tick(self) -> None:
        """Feed the page that can be seen, and follow the chosen row (once a frame)."""
        seen = self.panel.pages.isVisible() and not self._window.isMinimized()
        self.feed.look(self.panel.shown if seen else None)
        row = self._model.runs.row
        if row != self._row:
            self._row = row
            self.panel.set_row(row)
        self.feed.tick()
        if self.landscape is not None:
            self.landscape.tick()

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not None and dataset is self._dataset:
            return  # a change was refused
        self._dataset, self._row = dataset, None
        self.panel.set_dataset(dataset)
        numbers = dataset is not None and not dataset.classes
        title, other = ("Errors", "errors") if numbers else ("Confusion", None)
        if not self.panel.stand_in("confusion", other, title):
            self._window.turns.put_off(self.panel.settle)

    def _on_config(self, config: MLPConfig) -> None:
        self.panel.set_network(config)

    def _on_cell(self, true: int, guessed: int, part: str) -> None:
        page: DataTablePage = self.panel.page_of("rows")  # type: ignore[assignment]  # made by `_rows`
        page.show_cell(true, guessed, part)
        self.choose("rows")
        page.view.setFocus()
