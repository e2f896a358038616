"""What lies in the curves' view: the curves, and the marker of the best epoch."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from nnviz.ui.plots.loss_curve import Strokes, strokes
from nnviz.ui.theme import CAPTION, Theme, font, with_alpha
from nnviz.ui.type_scale import px

_DIAMOND = 10.0
# Pixels between the top of the view and the best point, below which its text goes to the bottom.
_TEXT_ROOM = 34.0
_TEXT_GAP = 2.0
NO_STROKES = strokes(np.zeros(0), np.zeros(0), (1.0, 1.0), 1.0)


class CurveItems:
    """One curve: a line, and the bars of what is too dense to be stroked."""

    def __init__(self, view: Any, width: float) -> None:
        self._width = width
        self._drawn = False
        self._bars: Any = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[], pen=pg.mkPen(None), brush=None)
        self._line: Any = pg.PlotCurveItem(antialias=True, skipFiniteCheck=True)
        # Single segments: Qt joins a polyline's strokes into one outline first, which takes ten times as long.
        self._line.setSegmentedLineMode("on")
        for item in (self._bars, self._line):
            view.addItem(item, ignoreBounds=True)

    def set_colour(self, colour: str | QColor, ratio: float) -> None:
        """Take a colour, and the pen's width in pixels of a screen with a device pixel ratio."""
        self._line.setPen(pg.mkPen(colour, width=self._width * ratio))  # cosmetic: its width is in device pixels
        self._bars.setOpts(brush=pg.mkBrush(colour))

    def raise_to(self, z: float) -> None:
        """Lie above curves with a smaller number."""
        for item in (self._bars, self._line):
            item.setZValue(z)

    def clear(self) -> None:
        """Draw nothing; costs nothing when nothing is drawn."""
        if self._drawn:
            self.show(NO_STROKES)
            self._drawn = False

    def show(self, strokes: Strokes) -> None:
        """Draw strokes from now on."""
        self._drawn = True
        self._line.setData(strokes.x, strokes.y, connect=strokes.joined)
        left, right, bottom, top = strokes.bars
        self._bars.setOpts(x0=left, x1=right, y0=bottom, y1=top)


class BestMarker:
    """The best epoch: an upright line behind the curves, a diamond on them, and its numbers."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self._colour = ""
        self._said: tuple[object, ...] = ()
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
        self.text.fill = pg.mkBrush(with_alpha(theme.panel, 0.6))

    def hide(self) -> None:
        """Show no best epoch."""
        for item in self._items:
            item.setVisible(False)

    def show(self, epoch: float, place: float | None, texts: tuple[str, str], *, falls: bool = True) -> None:
        """Mark an epoch at a place on the vertical axis, or only the epoch; the view's range must be set.

        Without a place the text is at the top of a curve that falls, and at the bottom of one that rises.
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
        at_top = falls if place is None else top - place > px(_TEXT_ROOM) * y_pixel
        width = self.text.textItem.boundingRect().width()
        on_left = epoch - left > (width + 2 * _TEXT_GAP) * x_pixel
        self._say(texts, "right" if on_left else "left")
        self.text.setAnchor((1.0 if on_left else 0.0, 0.0 if at_top else 1.0))
        self.text.setPos(epoch + _TEXT_GAP * x_pixel * (-1 if on_left else 1), top if at_top else bottom)
        for item in self._items:
            item.setVisible(True)
        self.diamond.setVisible(place is not None and bottom <= place <= top)

    def _say(self, texts: tuple[str, str], side: str) -> None:
        if self._said == (texts, side):
            return
        self._said = (texts, side)
        first, second = texts
        self.text.setTextWidth(-1.0)
        self.text.setHtml(
            f'<div style="color: {self._colour}; text-align: {side}">'
            f'<span style="font-weight: 600">{first}</span><br>{second}</div>'
        )
        self.text.setTextWidth(self.text.textItem.document().idealWidth())  # else there is no side to align to
