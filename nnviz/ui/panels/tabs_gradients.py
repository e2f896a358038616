"""The tab of gradients: how they flow through the layers now and over the epochs, and what diagnostics say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnviz.app.experiment import Case
from nnviz.app.finding_items import FindingItem, items_of
from nnviz.app.finding_places import sound_words
from nnviz.app.gradient_view import GradientCurves, GradientView, gradient_curves, gradient_view
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.run.state import RunState
from nnviz.ui.panels.tabs_findings import FindingsList
from nnviz.ui.panels.tabs_page import HEAD_HEIGHT, Caption, TabPage, scrolled
from nnviz.ui.panels.tabs_two import BESIDE
from nnviz.ui.plots.gradient_curves import GradientChart
from nnviz.ui.plots.gradient_flow import GradientFlow
from nnviz.ui.segments import Segments
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_NAMES = ("Now", "Over epochs", "Diagnosis")
_TIPS = (
    "Each layer's gradient and last update",
    "Each layer's gradient at the end of epochs",
    "What diagnostics found, in words",
)
_LEAST_CHART = 52
_MOST = 16_777_215  # Qt's word for no limit
_TALL = 320  # pixels of height from which on the findings have a place below the chart
_BOTH, _ALL = 260, 480  # heights from which on both charts are shown, with the findings beside or below them


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What the page shows."""

    view: GradientView
    curves: GradientCurves | None
    items: tuple[FindingItem, ...]
    nothing: str
    run: tuple[int, int]


class GradientsPage(TabPage):
    """Charts and findings beside one another, or one below the other; one of them where there is room for no more.

    Signals
    -------
    layer_chosen(int, int)
        A layer, and a neuron of it, that the person wants to see.
    place_wanted(object)
        A `FindingPlace` that the person wants to see.
    branch_wanted(object)
        A `FindingItem` whose experiment the person wants.
    """

    layer_chosen = Signal(int, int)
    place_wanted = Signal(object)
    branch_wanted = Signal(object)
    title = "Gradients"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(update=True, layers=True, interval=1.0)
        self.way, self._roomy, self._both = 0, False, False
        self._found = self._lines = 0
        self._asked = False
        self._shown: Contents | None = None
        self.ways = Segments(tight=True)
        self.ways.setAccessibleName("Gradients now, over the epochs, or what is wrong with them")
        self.ways.chosen.connect(self._on_way)
        self.flow, self.chart, self.findings = GradientFlow(theme), GradientChart(theme), FindingsList(theme)
        self.flow.layer_chosen.connect(lambda layer: self.layer_chosen.emit(layer, 0))
        self.findings.show_wanted.connect(self.place_wanted)
        self.findings.branch_wanted.connect(self.branch_wanted)
        hold(self.chart, least_height=_LEAST_CHART)
        self.charts, self._flow_area = QWidget(), scrolled(self.flow)
        self.charts.setProperty("surface", "none")
        inside = QVBoxLayout(self.charts)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._flow_area)
        inside.addWidget(self.chart, 1)
        self._words_area = scrolled(self.findings)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(self.charts, 1)
        self._box.addWidget(self._words_area, 1)
        self.summary = Caption()
        self.add_head(self.ways, None)
        self.column.addLayout(self._box, 1)
        self.column.addWidget(self.summary)
        self._arrange()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        for part in (self.flow, self.chart, self.findings):
            part.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self._shown = None
        self.chart.show_curves(None)
        self.chart.show_all()

    def digest(self, material: Material) -> Callable[[], Contents] | None:
        """Work gradients and findings out in the background."""
        snapshot, update, layers, dataset = material.snapshot, material.update, material.layers, material.dataset
        if snapshot is None:
            return None
        live = snapshot.state is RunState.RUNNING

        def work() -> Contents:
            view = gradient_view(dataset, snapshot, update, live=live)
            case = Case(snapshot, dataset)
            curves = None if layers is None else gradient_curves(layers, snapshot)
            run = snapshot.lineage
            nothing = sound_words(case, view.rows, update=view.update_step == view.step)
            return Contents(view, curves, items_of(view.findings, case), nothing, run)

        return work

    def take(self, contents: Contents) -> None:
        """Show gradients and findings."""
        self.say("")
        self._shown = contents
        view = contents.view
        self.flow.show_layers(view.layers)
        self.flow.set_room(self.content.height() - HEAD_HEIGHT)
        self.chart.show_curves(contents.curves)
        self.findings.show_items(contents.items, contents.nothing, contents.run)
        shown = (len(view.findings), len(view.layers))
        if shown != (self._found, self._lines):
            self._found, self._lines = shown
            self._arrange()
        if self._asked:
            self._asked = False
            self.findings.take_focus()
        self.summary.set_wordings(*view.summary)
        self.summary.setToolTip(view.summary[0])

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the gradients now and over the epochs, and the findings."""
        from nnviz.app.saved_views import gradient_numbers  # noqa: PLC0415 - not for the first paint

        shown = self._shown
        return () if self.said or shown is None else gradient_numbers(shown.view, shown.curves)

    def ask_why(self) -> None:
        """Show the findings, and give the first button of them the focus, once there is one."""
        if not self._roomy:
            self.way = 2
            self._arrange()
        self._asked = not self.findings.take_focus()

    def _on_way(self, name: str) -> None:
        self.way = next(index for index, known in enumerate(_NAMES) if name.startswith(known))
        self._arrange()

    def _arrange(self) -> None:
        """Show what there is room for."""
        way = self.way if not self._roomy or self.way < 2 else 0
        names = [*_NAMES[:2], f"Diagnosis ({self._found})" if self._found else "Diagnosis"]
        names = [] if self._both else names[:2] if self._roomy else names
        if tuple(names) != self.ways.names:
            self.ways.set_names(names, _TIPS[: len(names)])
        self.ways.press(_NAMES[way] if way < 2 else names[way])
        self._flow_area.setVisible(self._both or way == 0)
        height = self.flow.sizeHint().height() + 6
        self._flow_area.setMinimumHeight(height if self._both else 0)
        self._flow_area.setMaximumHeight(height if self._both else _MOST)
        if (head := self.ways.parentWidget()) is not None:
            head.setVisible(bool(names))
        self.chart.setVisible(self._both or way == 1)
        self.charts.setVisible(way < 2)
        self._words_area.setVisible(self._roomy or way == 2)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put chart and findings beside one another, or below, where there is room."""
        super().resizeEvent(event)
        size = event.size()
        beside = size.width() >= BESIDE
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != direction:
            self._box.setDirection(direction)
        self._roomy = beside or size.height() >= _TALL
        self._both = size.height() >= (_BOTH if beside else _ALL)
        self.flow.set_room(self.content.height() - HEAD_HEIGHT)
        self._arrange()
