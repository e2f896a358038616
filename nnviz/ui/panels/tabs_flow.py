"""The tabs in the window: which there are, what they are fed with, and what happens to what is chosen in them."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.tab_feed import TabFeed
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.errors import UserError
from nnviz.ui.panels.tabs import TabsPanel
from nnviz.ui.panels.tabs_confusion import ConfusionPage
from nnviz.ui.panels.tabs_page import TabPage
from nnviz.ui.theme import DARK, Theme

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.data_table import DataTablePage

TAB_NAMES = ("confusion", "rows")


class TabsFlow(QObject):
    """Owns the panel; feeds the page that can be seen, and no other."""

    def __init__(self, model: AppModel, window: "MainWindow") -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._dataset: Dataset | None = None
        self._row: int | None = None
        self.feed = TabFeed(model, self)
        self.panel = TabsPanel(
            DARK,
            {
                "confusion": ("Confusion", "How classes are taken for one another", self._confusion),
                "rows": ("Rows", "Every row with its prediction and loss", self._rows),
            },
        )
        self.feed.failed.connect(model.failed)
        model.dataset_changed.connect(self._on_dataset)
        model.runs.config_changed.connect(self._on_config)
        model.runs.state_changed.connect(self.panel.set_state)

    # The pages, made when they are first shown

    def _confusion(self, theme: Theme) -> TabPage:
        page = ConfusionPage(theme)
        page.cell_chosen.connect(self._on_cell)
        return self._wired(page)

    def _rows(self, theme: Theme) -> TabPage:
        from nnviz.ui.panels.data_table import DataTablePage  # noqa: PLC0415 - not for the first paint

        page = DataTablePage(theme)
        page.save_wanted.connect(lambda: self._window.verbs.save_rows(page))
        return self._wired(page)

    def _wired(self, page: TabPage) -> TabPage:
        page.wants_again.connect(self.feed.again)
        page.row_chosen.connect(self._window.live.set_row)
        return page

    # What the window does

    def choose(self, name: str) -> None:
        """Show a tab."""
        self.panel.choose(name)

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
        self.feed.look(self.panel.page if seen else None)
        row = self._model.runs.row
        if row != self._row:
            self._row = row
            self.panel.set_row(row)
        self.feed.tick()

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not None and dataset is self._dataset:
            return  # a change was refused
        self._dataset, self._row = dataset, None
        self.panel.set_dataset(dataset)

    def _on_config(self, config: MLPConfig) -> None:
        self.panel.set_network(config)

    def _on_cell(self, true: int, guessed: int, part: str) -> None:
        page: DataTablePage = self.panel.page_of("rows")  # type: ignore[assignment]  # made by `_rows`
        page.show_cell(true, guessed, part)
        self.choose("rows")
        page.view.setFocus()

    def save_rows(self, page: "DataTablePage", path: Path) -> None:
        """Write the rows as they are shown, in the background."""
        from nnviz.app.table_contents import save_contents  # noqa: PLC0415 - not for the first paint

        contents, model = page.contents, self._model
        if contents is None:
            return

        def saved(count: int) -> None:
            model.notice.emit(AppNotice("hint", f"Saved {count:,} rows in {path.name}.", topic="rows"))

        def refused(error: BaseException) -> None:
            if not isinstance(error, UserError):
                error = UserError(f"{path.name} could not be written: {error}.", "Choose another place.")
            model.notice.emit(notice_of(error, "rows"))

        model.jobs.submit(f"Saving {path.name}", lambda _: save_contents(contents, path), saved, refused)
