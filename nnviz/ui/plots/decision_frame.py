"""How the map's widget is divided, and its still picture around the square: made when something in it changes."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPixmap

from nnviz.ui.plots.decision_chrome import ChromePainter, left_margin, right_margin, row_room
from nnviz.ui.plots.decision_legend import Legend, LegendItem, fitted_legend
from nnviz.ui.plots.decision_view import BELOW, LEFT, RIGHT, ROW_HEIGHT, TOP, Layout, SurfaceView
from nnviz.ui.theme import Theme

_RIGHT_INSET = 12


class MapFrame:
    """Layout, legend and chrome of one widget."""

    def __init__(self) -> None:
        self.layout = Layout.fit(360, 400, LEFT, RIGHT, BELOW)
        self.legend = Legend()
        self.margins = (LEFT, RIGHT, BELOW)
        self._chrome: QPixmap | None = None

    def height_for(self, width: int) -> int:
        """Return the height at which the map is square."""
        left, right, below = self.margins
        return width - left - right + TOP + below

    def fit(self, view: SurfaceView | None, size: QSize, items: Sequence[LegendItem], *, keep_left: bool) -> bool:
        """Divide a size anew; return whether the margins have changed.

        With ``keep_left`` the left margin only grows: the map must not dance while it is zoomed.
        """
        left = max(left_margin(view, LEFT), self.margins[0] if keep_left else 0)
        self.legend = Legend()
        if view is not None:
            self.legend = fitted_legend(items, size.width() - left - _RIGHT_INSET, taken=row_room(view))
        margins = (left, right_margin(view, RIGHT), BELOW + ROW_HEIGHT * (len(self.legend.rows) - 1))
        self.layout = Layout.fit(size.width(), size.height(), *margins)
        self._chrome = None
        changed = margins != self.margins
        self.margins = margins
        return changed

    def relabel(self, view: SurfaceView, width: int, items: Sequence[LegendItem]) -> None:
        """Write other texts into the legend; it keeps its rows, because every text has its room."""
        self.legend = fitted_legend(items, width - self.margins[0] - _RIGHT_INSET, taken=row_room(view))
        self._chrome = None

    def forget_chrome(self) -> None:
        """Paint the still picture anew the next time."""
        self._chrome = None

    def chrome(
        self,
        view: SurfaceView | None,
        theme: Theme,
        size: QSize,
        ratio: float,
        row_text: str,
        *,
        hard: bool,
        focused: bool,
    ) -> QPixmap:
        """Return the still picture of the whole widget."""
        if self._chrome is None or self._chrome.devicePixelRatio() != ratio:
            painter = ChromePainter(view, theme, self.layout, hard, focused)
            self._chrome = painter.paint(size, ratio, self.legend, row_text)
        return self._chrome

    @property
    def square(self) -> QRect:
        """The map's box in the widget's logical pixels."""
        return self.layout.square
