"""How the map's widget is divided, and its still picture around the square: made when something in it changes."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

from nnviz.ui.plots.apart import current
from nnviz.ui.plots.decision_chrome import ChromePainter, left_margin, right_margin, row_room
from nnviz.ui.plots.decision_legend import Legend, LegendItem, fitted_legend
from nnviz.ui.plots.decision_view import BELOW, LEFT, NAME_HEIGHT, RIGHT, ROW_HEIGHT, TOP, Layout, SurfaceView
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import px

_RIGHT_INSET = 12
_TICKS = 22  # below the map, without a legend
_LEFT_OUT = ("beyond", "faint", "note")  # where there is little room
_WORDS = {"class": "class ", "train": "filled: ", "validation": "hollow: ", "error": "ringed: ", "beyond": "hatched: "}


class MapFrame:
    """Layout, legend and chrome of one widget.

    Attributes
    ----------
    compact
        Whether the map needs the room of the axis's name, and of what a tool tip says as well.
    bare
        Whether it needs that of the whole legend.
    """

    def __init__(self) -> None:
        self.layout = Layout.fit(360, 400, LEFT, RIGHT, BELOW)
        self.legend = Legend()
        self.margins = (LEFT, RIGHT, BELOW)
        self.compact = False
        self.bare = False
        self._all_below = BELOW  # the room below the square with everything in it
        self._items: tuple[LegendItem, ...] = ()
        self._chrome: QPixmap | None = None

    def height_for(self, width: int) -> int:
        """Return the height at which the map is square with everything around it."""
        left, right, _ = self.margins
        return self.height_with(width - left - right)

    def height_with(self, side: int) -> int:
        """Return the height of a map of this side with everything around it."""
        return side + TOP + self._all_below

    def fit(self, view: SurfaceView | None, size: QSize, items: Sequence[LegendItem], *, keep_left: bool) -> bool:
        """Divide a size anew; return whether the margins have changed.

        With ``keep_left`` the left margin only grows: the map must not dance while it is zoomed.
        """
        left = max(left_margin(view, px(LEFT)), self.margins[0] if keep_left else 0)
        self._items = tuple(items)
        whole = self._legend_of(view, size.width(), left, self._items)
        all_below = px(BELOW) + px(ROW_HEIGHT) * (len(whole.rows) - 1)
        # The components' names say their shares of the variance, which nothing else does.
        named = not self.compact or (view is not None and view.plane.kind == "components")
        self.legend = self._legend_of(view, size.width(), left, self._shown())
        below = px(BELOW) + px(ROW_HEIGHT) * (len(self.legend.rows) - 1) - (0 if named else px(NAME_HEIGHT))
        if self.bare:
            below = px(_TICKS)
        margins = (left, right_margin(view, px(RIGHT)), below)
        self.layout = Layout.fit(size.width(), size.height(), *margins, named=named)
        if view is None:  # nothing stands beside the empty square
            beside = (size.width() - self.layout.square.width()) // 2
            self.layout = Layout.fit(size.width(), size.height(), beside, beside, below, named=named)
        self._chrome = None
        changed = (margins, all_below) != (self.margins, self._all_below)
        self.margins, self._all_below = margins, all_below
        return changed

    def relabel(self, view: SurfaceView, width: int, items: Sequence[LegendItem]) -> None:
        """Write other texts into the legend; it keeps its rows, because every text has its room."""
        self._items = tuple(items)
        self.legend = self._legend_of(view, width, self.margins[0], self._shown())
        self._chrome = None

    def _shown(self) -> tuple[LegendItem, ...]:
        if self.bare:
            return ()
        return tuple(item for item in self._items if not (self.compact and item.kind in _LEFT_OUT))

    @staticmethod
    def _legend_of(view: SurfaceView | None, width: int, left: int, items: Sequence[LegendItem]) -> Legend:
        return Legend() if view is None else fitted_legend(items, width - left - _RIGHT_INSET, taken=row_room(view))

    @property
    def words(self) -> str:
        """Everything the legend says or has no room for, a line each: for a tool tip."""
        return "\n".join(f"{_WORDS.get(item.kind, '')}{item.text}" for item in self._items)

    def forget_chrome(self) -> None:
        """Paint the still picture anew the next time."""
        self._chrome = None

    def paint(
        self,
        painter: QPainter,
        view: SurfaceView | None,
        theme: Theme,
        size: QSize,
        ratio: float,
        row_text: str,
        *,
        hard: bool,
        focused: bool,
    ) -> None:
        """Copy the still picture of the whole widget, or paint it for a file."""
        row_text = "" if self.bare else row_text
        if current() is not None:
            painter.fillRect(QRect(QPoint(0, 0), size), QColor(theme.panel))
            ChromePainter(view, theme, self.layout, hard).paint_on(painter, self.legend, row_text)
            return
        if self._chrome is None or self._chrome.devicePixelRatio() != ratio:
            chrome = ChromePainter(view, theme, self.layout, hard, focused)
            self._chrome = chrome.paint(size, ratio, self.legend, row_text)
        painter.drawPixmap(0, 0, self._chrome)

    @property
    def square(self) -> QRect:
        """The map's box in the widget's logical pixels."""
        return self.layout.square
