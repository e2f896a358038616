"""The tab of histograms over time: one strip for each layer, of weights, activations or gradients."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from nnviz.app.histograms_view import KIND_TITLES, LayerStrip, histograms_view, why_nothing
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.ui.panels.tabs_page import INSET, Caption, TabPage, named_segments, scrolled
from nnviz.ui.plots.histograms import LayerHistogram
from nnviz.ui.plots.hover_card import HoverCard
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_TIPS: Final = (
    "How each layer's weights, without biases, are spread",
    "How each layer's outputs over training rows are spread",
    "Sizes of the last update's gradient, of weights",
)
_NARROWEST, _LOWEST = 104, 66


class HistogramsPage(TabPage):
    """Strips side by side, in as many rows as they take."""

    title = "Histograms"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(layers=True)
        self.kind = 0
        self.kinds = named_segments(KIND_TITLES, _TIPS, "Of what")
        self.kinds.chosen.connect(self._on_kind)
        self.strips: list[LayerHistogram] = []
        self._shown: tuple[LayerStrip, ...] = ()
        self._kind_shown = KIND_TITLES[0]
        self._columns = 0
        body = QWidget()
        body.setProperty("surface", "none")
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(INSET - 2, 0, INSET - 4, 0)
        self._grid.setSpacing(4)
        self.area = scrolled(body)
        self.summary = Caption()
        self.card = HoverCard(self)
        self.add_head(self.kinds, None)
        self.column.addWidget(self.area, 1)
        self.column.addWidget(self.summary)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self.card.set_theme(theme)
        for strip in self.strips:
            strip.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self.card.hide()

    def digest(self, material: Material) -> Callable[[], tuple[LayerStrip, ...]] | None:
        """Cut the strips out of the history in the background."""
        history, snapshot, kind = material.layers, material.snapshot, self.kind
        if history is None or snapshot is None:
            return None

        def work() -> tuple[LayerStrip, ...]:
            if reason := why_nothing(history, kind):
                raise UserError(reason)
            return histograms_view(history, snapshot.config, kind)

        return work

    def take(self, contents: tuple[LayerStrip, ...]) -> None:
        """Show the strips."""
        self.say("")
        self._shown, self._kind_shown = contents, KIND_TITLES[self.kind]
        if len(contents) != len(self.strips):
            self._make(len(contents))
        for widget, strip in zip(self.strips, contents, strict=True):
            widget.show_strip(strip)
        first = contents[0]
        n = len(first.epochs)
        span = f"epochs {first.epochs[0]:,} to {first.epochs[-1]:,}"
        sampled = " · of wide layers a fixed sample" if any(" of " in strip.count for strip in contents) else ""
        lines = "lines at 5, 50 and 95 %"
        self.summary.set_wordings(
            f"{span}, {n:,} of them taken down · {lines}{sampled}",
            f"{span} · {lines}{sampled}",
            f"{span} · {lines}",
            span,
        )
        self.summary.setToolTip(self.summary.wording)

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the quantiles and the bins of every layer."""
        from nnviz.app.saved_views import histogram_numbers  # noqa: PLC0415 - not for the first paint

        return () if self.said or not self._shown else histogram_numbers(self._shown, self._kind_shown.lower())

    def _make(self, count: int) -> None:
        for strip in self.strips:
            self._grid.removeWidget(strip)
            strip.deleteLater()
        self.strips = []
        for _ in range(count):
            strip = LayerHistogram(self.theme)
            hold(strip, least_height=_LOWEST)
            strip.pointed.connect(lambda found, strip=strip: self._on_pointed(strip, found))
            self.strips.append(strip)
        self._columns = 0
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, (self.width() - 2 * INSET) // _NARROWEST)
        columns = min(columns, max(1, len(self.strips)))
        if columns == self._columns:
            return
        self._columns = columns
        for strip in self.strips:
            self._grid.removeWidget(strip)
        for index, strip in enumerate(self.strips):
            self._grid.addWidget(strip, *divmod(index, columns))
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < columns))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange the strips in another number of columns."""
        super().resizeEvent(event)
        self._arrange()

    def _on_kind(self, name: str) -> None:
        self.kinds.press(name)
        self.kind = KIND_TITLES.index(name)
        self.wants_again.emit()

    def _on_pointed(self, strip: LayerHistogram, found: tuple[str, QPointF] | None) -> None:
        if found is None:
            self.card.hide()
            return
        text, place = found
        at = QPointF(strip.mapTo(self, QPoint(0, 0))) + place
        self.card.show_beside(text, at, QRect(0, 0, self.width(), self.height()))
        self.card.raise_()
