"""The curves in the view: lines, and bars where they are too dense to be stroked."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from nnviz.ui.plots.loss_curve import Strokes, strokes

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
            item.setVisible(False)  # painting an item that has nothing costs nearly as much as one that has

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
        if len(left) or self._bars.isVisible():
            self._bars.setOpts(x0=left, x1=right, y0=bottom, y1=top)
        for item, count in ((self._line, len(strokes.x)), (self._bars, len(left))):
            item.setVisible(count > 0)
