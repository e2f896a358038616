"""The marker of the best epoch: an upright line, a diamond, and its numbers where they hide least of the curves."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from nnviz.ui.theme import CAPTION, Theme, font, with_alpha
from nnviz.ui.type_scale import px

Line = tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]

_DIAMOND: Final = 10.0
# Pixels between the top of the view and the best point, below which its text goes to the bottom.
_TEXT_ROOM: Final = 34.0
_TEXT_GAP: Final = 2.0
_TWO_LINES: Final = 110  # pixels of height from which on the text has a second line
_BETWEEN: Final = 0.5  # the two curves
_LEAST_HEIGHT: Final = 28  # of a lower view the text would hide the curves
_LOOK_EVERY: Final = 15  # pictures between two looks for a freer place
_BETTER: Final = 4  # points of the curves that a place must hide fewer for the text to move there


class _Corner(NamedTuple):
    left: bool  # of the line
    up: float  # 1 at the top, 0 at the bottom


class BestMarker:
    """An upright line behind the curves, a diamond on them, and the epoch and its loss as text."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self._colour = ""
        self._said: tuple[object, ...] = ()
        self._corner: _Corner | None = None
        self._looks = 0
        self._side = "left"
        self.line: Any = pg.InfiniteLine(angle=90)
        self.line.setZValue(-1)
        self.diamond: Any = pg.ScatterPlotItem(size=_DIAMOND, symbol="d", antialias=True, useCache=False)
        self.text: Any = pg.TextItem()
        self.text.textItem.document().setDocumentMargin(3.0)
        self._items = (self.line, self.diamond, self.text)
        for item in self._items:
            view.addItem(item, ignoreBounds=True)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._colour = theme.validation
        self._said = ()
        self.line.setPen(with_alpha(theme.validation, 0.55))
        self.diamond.setPen(pg.mkPen(theme.panel, width=1.2))
        self.diamond.setBrush(pg.mkBrush(theme.validation))
        self.text.setFont(font(CAPTION))
        self.text.fill = pg.mkBrush(with_alpha(theme.panel, 0.75))

    def hide(self) -> None:
        """Show no best epoch."""
        self._corner = None
        for item in self._items:
            item.setVisible(False)

    def show(
        self, epoch: float, place: float | None, texts: tuple[str, str], lines: Sequence[Line], *, falls: bool = True
    ) -> None:
        """Mark an epoch at a place on the vertical axis, or only the epoch; the view's range must be set.

        Parameters
        ----------
        epoch, place
            Where the best point is, in the view's units.
        texts
            The epoch, and its loss or "": in two lines where the view is high enough.
        lines
            The curves as drawn, x and y of each, (n,), x ascending: the text goes where it hides least of them.
        falls
            Without a place the text is rather at the top of a curve that falls, and at the bottom of one that rises.
        """
        (left, right), (bottom, top) = self._view.viewRange()
        if not left <= epoch <= right:
            self.hide()
            return
        x_pixel, y_pixel = self._view.viewPixelSize()
        if not (x_pixel > 0 and y_pixel > 0):  # a view without a height, while the window is laid out anew
            self.hide()
            return
        self.line.setPos(epoch)
        if place is not None:
            self.diamond.setData([epoch], [place])
        in_two = (top - bottom) / y_pixel >= px(_TWO_LINES)
        self._write(texts, in_two=in_two, side=self._side)
        size = self.text.textItem.boundingRect()
        wide, high = (size.width() + _TEXT_GAP) * x_pixel, size.height() * y_pixel
        at_top = falls if place is None else top - place > px(_TEXT_ROOM) * y_pixel
        heights = (1.0, 0.0, _BETWEEN) if at_top else (0.0, 1.0, _BETWEEN)
        corner = self._place(epoch, (left, right, bottom, top), (wide, high), heights, lines)
        self._side = "right" if corner.left else "left"
        self._write(texts, in_two=in_two, side=self._side)
        self.text.setAnchor((1.0 if corner.left else 0.0, 1.0 - corner.up))
        up = bottom + corner.up * (top - bottom)
        beside = place is not None and corner.up == _BETWEEN and abs(place - up) < high / 2 + _DIAMOND * y_pixel / 2
        gap = (_DIAMOND / 2 if beside else 0.0) + _TEXT_GAP  # never over the diamond
        self.text.setPos(epoch + gap * x_pixel * (-1 if corner.left else 1), up)
        for item in self._items:
            item.setVisible(True)
        self.diamond.setVisible(place is not None and bottom <= place <= top)
        self.text.setVisible((top - bottom) / y_pixel >= px(_LEAST_HEIGHT))

    def _place(
        self,
        epoch: float,
        view: tuple[float, float, float, float],
        size: tuple[float, float],
        heights: Sequence[float],
        lines: Sequence[Line],
    ) -> _Corner:
        """Return where the text goes; it moves only to a place that is clearly better than the one it has."""
        left, right, bottom, top = view
        sides = [side for side in (True, False) if (epoch - left if side else right - epoch) > size[0]] or [False]
        self._looks += 1
        kept = self._corner is not None and self._corner.left in sides and self._corner.up in heights
        if kept and self._corner is not None and self._looks % _LOOK_EVERY:
            return self._corner
        corners = [_Corner(side, up) for side in sides for up in heights]
        hidden = {}
        for corner in corners:
            start = epoch - size[0] if corner.left else epoch
            floor = bottom + corner.up * (top - bottom - size[1])
            hidden[corner] = _points_in(lines, (start, start + size[0]), (floor, floor + size[1]))
        best = min(corners, key=lambda corner: (hidden[corner], corner.up == _BETWEEN))
        if self._corner is None or hidden.get(self._corner, np.inf) > hidden[best] + _BETTER:
            self._corner = best
        return self._corner

    def _write(self, texts: tuple[str, str], *, in_two: bool, side: str) -> None:
        if self._said == (texts, in_two, side):
            return
        self._said = (texts, in_two, side)
        first, second = texts
        between = "<br>" if in_two else " &nbsp;" if second else ""
        self.text.setTextWidth(-1.0)
        self.text.setHtml(
            f'<div style="color: {self._colour}; text-align: {side}">'
            f'<span style="font-weight: 600">{first}</span>{between}{second}</div>'
        )
        self.text.setTextWidth(self.text.textItem.document().idealWidth())  # else there is no side to align to


def _points_in(lines: Sequence[Line], across: tuple[float, float], up: tuple[float, float]) -> int:
    """Count the points of curves within a box."""
    count = 0
    for x, y in lines:
        inside = y[np.searchsorted(x, across[0]) : np.searchsorted(x, across[1], "right")]
        count += int(np.count_nonzero((inside >= up[0]) & (inside <= up[1])))
    return count
