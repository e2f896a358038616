"""The curves' two axes: their look, their names and their ticks."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from nnviz.ui.plots.curve_series import XAxis
from nnviz.ui.plots.loss_curve import LossScale
from nnviz.ui.plots.ticks import log_ticks, nice_ticks
from nnviz.ui.theme import CAPTION, Theme, font
from nnviz.ui.type_scale import px

LEFT, RIGHT, TOP, BELOW = 52, 22, 8, 34  # half of the last tick's text reaches beyond the axis
LEFT_INSET = 6  # keeps the name of the axis off the panel's edge
TICKS_ONLY, _LOW = 18, 72  # below so many pixels in all, the lower axis is not named
_PIXELS_PER_TICK = 20
_PIXELS_PER_TIME = 64


class CurveAxes:
    """Left and bottom axis of a plot item around a view box."""

    def __init__(self, plot: Any, view: Any, hint: str) -> None:
        self._view = view
        self._left: Any = plot.getAxis("left")
        self._bottom: Any = plot.getAxis("bottom")
        self._ticked: tuple[object, ...] | None = None
        self._names = ("", "", "")
        self._low = False
        for axis in (self._left, self._bottom):
            axis.setToolTip(hint)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(
                tickAlpha=255,
                autoExpandTextSpace=False,
                hideOverlappingLabels=RIGHT,
            )
        self._left.setZValue(-1000.0)  # its grid lies behind the curves
        self._left.setStyle(tickTextOffset=7)
        self._bottom.setStyle(tickTextOffset=4, tickLength=0)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._left.setPen(None)
        self._left.setTickPen(theme.line)
        self._bottom.setPen(theme.line_strong)
        self._colour = theme.ink_2
        for axis in (self._left, self._bottom):
            axis.label.setFont(font(CAPTION))
            axis.setStyle(tickFont=font(CAPTION))
            axis.setTextPen(theme.ink_3)
        self._left.setWidth(px(LEFT))
        self._bottom.setHeight(px(TICKS_ONLY if self._low else BELOW))
        self.name(*self._names)

    def name(self, left: str, bottom: str, short: str = "") -> None:
        """Write what the axes are; the vertical one by its short name where it is too short for the whole one."""
        self._names = (left, bottom, short)
        room = self._view.height() + 2.0 * TOP
        metrics = QFontMetricsF(font(CAPTION))
        fits = metrics.horizontalAdvance(left) <= room
        shown = metrics.elidedText(left if fits else short or left, Qt.TextElideMode.ElideRight, room)
        self._left.setLabel(shown, color=self._colour)
        self._bottom.setLabel("" if self._low else bottom, color=self._colour)
        self._bottom.showLabel(not self._low)
        for axis in (self._left, self._bottom):
            axis.resizeEvent()  # which is where pyqtgraph centres the name

    def on_resized(self) -> None:
        """Let the grid reach across the view."""
        # Ticks as long as the view is wide are its grid.
        self._left.setStyle(tickLength=-round(self._view.width()))
        low = self._view.height() + self._bottom.height() < px(_LOW)
        if low != self._low:  # the curves need the room of the lower axis's name
            self._low = low
            self._bottom.setHeight(px(TICKS_ONLY if low else BELOW))
        self.name(*self._names)

    def clear(self) -> None:
        """Show no ticks."""
        self._ticked = None
        for axis in (self._left, self._bottom):
            axis.setTicks([])

    def set_ticks(self, start: float, stop: float, scale: LossScale, x_axis: XAxis) -> None:
        """Put ticks on both axes; pyqtgraph would repaint them for the same ones too, so only changes are handed on."""
        size = self._view.size()
        ticked = (start, stop, scale, size, x_axis.key)
        if ticked == self._ticked:
            return
        self._ticked = ticked
        most = max(2, round(size.height()) // px(_PIXELS_PER_TICK))
        values = log_ticks(scale.low, scale.high, most) if scale.log else nice_ticks(scale.low, scale.high, most)
        if len(values) < 2:  # a logarithmic axis zoomed in on
            values = nice_ticks(scale.low, scale.high, most)
        places = scale.places(np.array([tick.value for tick in values])).tolist()
        self._left.setTicks([[(place, tick.text) for place, tick in zip(places, values, strict=True)]])
        counts = 6 if size.width() >= px(240) else 4
        if x_axis.key == "seconds":
            counts = max(2, int(size.width()) // px(_PIXELS_PER_TIME))
        self._bottom.setTicks([[(tick.value, tick.text) for tick in x_axis.ticks(start, stop, counts)]])
