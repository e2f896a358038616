"""Two charts of one tab: side by side where there is room, else one of them, chosen in the head."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.ui.segments import Segments

BESIDE: Final = 560  # pixels of width from which on both are shown


class TwoCharts(QWidget):
    """Shows both charts, or the chosen one.

    Parameters
    ----------
    names, tips
        What the segments say.
    charts
        The two.

    Signals
    -------
    chosen(int)
        Which one the person chose: 0 or 1.
    """

    chosen = Signal(int)

    def __init__(self, names: tuple[str, str], tips: tuple[str, str], charts: tuple[QWidget, QWidget]) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self._names, self.charts = names, charts
        self.segments = Segments(tight=True)
        self.segments.set_names(names, tips)
        self.segments.press(names[0])
        self.segments.chosen.connect(self._on_chosen)
        self.index = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for chart in charts:
            layout.addWidget(chart, 1)
        self._show()

    @property
    def both(self) -> bool:
        """Whether there is room for both."""
        return self.width() >= BESIDE

    def choose(self, index: int) -> None:
        """Show one of them where there is no room for both."""
        self.index = index
        self.segments.press(self._names[index])
        self._show()

    def _on_chosen(self, name: str) -> None:
        self.choose(self._names.index(name))
        self.chosen.emit(self.index)

    def _show(self) -> None:
        self.segments.setVisible(not self.both)
        for index, chart in enumerate(self.charts):
            chart.setVisible(self.both or index == self.index)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show both, or one."""
        super().resizeEvent(event)
        self._show()
