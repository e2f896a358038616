"""The loss curves of training and validation, with the best epoch."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.run.history import HistoryView
from nnviz.run.state import RunState
from nnviz.ui.plots.base import TEXTS_PER_SECOND, SnapshotPlot, Throttle
from nnviz.ui.plots.loss_curve import LossScale, epoch_bound, loss_scale, reduced, strokes
from nnviz.ui.plots.loss_items import BestMarker, CurveItems
from nnviz.ui.plots.ticks import count_ticks, fixed_text, log_ticks, nice_ticks, number_text
from nnviz.ui.theme import CAPTION, Theme, font

_LEFT, _RIGHT, _TOP, _BELOW = 52, 16, 8, 34
_TRAIN_WIDTH, _VALIDATION_WIDTH = 1.4, 1.6
_PIXELS_PER_TICK = 20
_FEWEST_EPOCHS_SHOWN = 6
# Device pixels of antialiased stroke per curve: with both about 1.5 ms.
_MOST_STROKE = 2200.0
_EMPTY_SCALE = LossScale(0.0, 1.0, log=False)
_HINT = "Scroll to zoom in on epochs, drag to move, double-click to see them all"


class LossPlot(SnapshotPlot):
    """Loss over epochs; empty axes until there is an epoch.

    The person may zoom and pan along the epochs: the vertical axis then fits what is seen, and a double click goes
    back to all epochs, growing with them.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._label = "loss"
        self._log = False
        self._epochs = epoch_bound(0)
        self._scale = _EMPTY_SCALE
        self._follows = True
        self._drawn: tuple[object, ...] | None = None
        self._ticked: tuple[object, ...] | None = None
        self._best_text = ("", "")
        self._texts = Throttle(TEXTS_PER_SECOND)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loss over epochs")
        self.canvas: Any = pg.PlotWidget(self, background=theme.panel, enableMenu=False)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot: Any = self.canvas.getPlotItem()
        self._plot.hideButtons()
        self._plot.layout.setContentsMargins(0, _TOP, _RIGHT, 0)
        self.view: Any = self._plot.getViewBox()
        self.view.setToolTip(_HINT)
        self._left: Any = self._plot.getAxis("left")
        self._bottom: Any = self._plot.getAxis("bottom")
        self._set_up_axes()
        self._train = CurveItems(self.view, _TRAIN_WIDTH)
        self._validation = CurveItems(self.view, _VALIDATION_WIDTH)
        self._best = BestMarker(self.view)
        self._colour()
        self.view.sigResized.connect(self._on_resized)
        self.view.sigRangeChangedManually.connect(self._on_moved)
        self.canvas.scene().sigMouseClicked.connect(self._on_clicked)
        self.refresh()

    def _set_up_axes(self) -> None:
        for axis in (self._left, self._bottom):
            axis.enableAutoSIPrefix(False)
            axis.label.setFont(font(CAPTION))
            axis.setStyle(
                tickFont=font(CAPTION),
                tickAlpha=255,
                autoExpandTextSpace=False,
                hideOverlappingLabels=_RIGHT,
            )
        self._left.setZValue(-1000.0)  # its grid lies behind the curves
        self._left.setWidth(_LEFT)
        self._bottom.setHeight(_BELOW)
        self._left.setStyle(tickTextOffset=7)
        self._bottom.setStyle(tickTextOffset=4, tickLength=0)
        self.view.disableAutoRange()

    def _colour(self) -> None:
        theme, ratio = self.theme, self.devicePixelRatioF()
        self.canvas.setBackground(theme.panel)
        self._left.setPen(None)
        self._left.setTickPen(theme.line)
        self._bottom.setPen(theme.line_strong)
        for axis in (self._left, self._bottom):
            axis.setTextPen(theme.ink_3)
        self._train.set_colour(theme.ink_2, ratio)
        self._validation.set_colour(theme.validation, ratio)
        self._best.set_theme(theme)
        self._name_axes()

    def _name_axes(self) -> None:
        room = self.view.height() + 2.0 * _TOP
        shown = QFontMetricsF(font(CAPTION)).elidedText(self._label, Qt.TextElideMode.ElideRight, room)
        self._left.setLabel(shown, color=self.theme.ink_2)
        self._bottom.setLabel("epoch", color=self.theme.ink_2)
        for axis in (self._left, self._bottom):
            axis.resizeEvent()  # which is where pyqtgraph centres the name

    # What is shown

    @property
    def is_log(self) -> bool:
        """Whether a logarithmic axis is asked for."""
        return self._log

    @property
    def scale(self) -> LossScale:
        """The vertical axis in use; linear while no loss is above 0, whatever is asked for."""
        return self._scale

    @property
    def epochs(self) -> float:
        """The right end of the epoch axis when all epochs are seen."""
        return self._epochs

    def set_log(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Ask for a logarithmic or a linear axis."""
        if on != self._log:
            self._log = on
            self.refresh_now()

    def set_loss(self, label: str) -> None:
        """Name the vertical axis."""
        if label != self._label:
            self._label = label
            self._name_axes()

    def clear(self) -> None:
        """Go back to empty axes."""
        self.snapshot = None
        self._texts.reset()
        self._follows = True
        self.refresh_now()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.theme = theme
        self._colour()
        self._drawn = None
        super().set_theme(theme)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, 146)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size with readable ticks."""
        return QSize(200, 96)

    def box(self) -> QRect:
        """Return the place of the curves in the widget's logical pixels."""
        rect: QRect = self.view.sceneBoundingRect().toRect()
        return rect

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let the plot fill the widget."""
        super().resizeEvent(event)
        self.canvas.resize(self.size())

    # Zooming

    def show_all(self) -> None:
        """Show all epochs again, and those to come."""
        if not self._follows:
            self._follows = True
            self.refresh_now()

    def _on_resized(self) -> None:
        # Ticks as long as the view is wide are its grid.
        self._left.setStyle(tickLength=-round(self.view.width()))
        self._name_axes()
        self.refresh_now()

    def _on_moved(self) -> None:
        left, right = self.view.viewRange()[0]
        self._follows = right - left >= self._epochs * (1 - 1e-6)
        self.refresh_now()

    def _on_clicked(self, event: Any) -> None:
        if event.double():
            self.show_all()

    # Making the picture

    def refresh(self) -> None:
        """Reduce the history to columns and hand both curves over; the cost does not grow with the epochs."""
        history = None if self.snapshot is None else self.snapshot.history
        if history is None or len(history) == 0:
            self._refresh_empty()
            return
        self._epochs = epoch_bound(int(history.epoch[-1]))
        start, stop = (0.0, self._epochs) if self._follows else self.view.viewRange()[0]
        box, ratio = self.box(), self.devicePixelRatioF()
        drawn = (len(history), history.last, self._log, start, stop, box, ratio)
        if drawn == self._drawn:
            return
        if self._drawn is None or self._drawn[-1] != ratio:
            self._colour()
        self._drawn = drawn
        self._show(history, start, stop)

    def _refresh_empty(self) -> None:
        self._drawn = None
        self._epochs, self._scale, self._best_text = epoch_bound(0), _EMPTY_SCALE, ("", "")
        self._set_ranges(0.0, self._epochs)
        self._ticked = None
        for axis in (self._left, self._bottom):
            axis.setTicks([])
        nothing = strokes(np.zeros(0), np.zeros(0), (1.0, 1.0), _MOST_STROKE)
        self._train.show(nothing)
        self._validation.show(nothing)
        self._best.hide()
        self.view.setMouseEnabled(x=False, y=False)

    def _show(self, history: HistoryView, start: float, stop: float) -> None:
        h, box = history, self.box()
        edges = np.linspace(start, stop, max(8, box.width()) + 1)
        series = (
            reduced(h.epoch, h.train_loss, h.train_loss_min, h.train_loss_max, edges),
            reduced(h.epoch, h.validation_loss, h.validation_loss_min, h.validation_loss_max, edges),
        )
        self._scale = loss_scale(list(series), log=self._log)
        self._set_ranges(start, stop)
        self.view.setMouseEnabled(x=True, y=False)
        bottom, top = self._scale.ends
        pixel = ((stop - start) / max(8, box.width()), (top - bottom) / max(8, box.height()))
        most = _MOST_STROKE / self.devicePixelRatioF()
        for items, curve in zip((self._train, self._validation), series, strict=True):
            items.show(strokes(curve.epochs, self._scale.places(curve.losses), pixel, most))
        self._show_best(history)

    def _set_ranges(self, start: float, stop: float) -> None:
        """Set both axes; pyqtgraph would repaint them for the same range too, so only changes are handed on."""
        self.view.setLimits(xMin=0.0, xMax=self._epochs, minXRange=_FEWEST_EPOCHS_SHOWN)
        bottom, top = self._scale.ends
        if self.view.viewRange() != [[start, stop], [bottom, top]]:
            self.view.setRange(xRange=(start, stop), yRange=(bottom, top), padding=0.0)
        size, scale = self.view.size(), self._scale
        if (start, stop, scale, size) == self._ticked:
            return
        self._ticked = (start, stop, scale, size)
        most = max(2, round(size.height()) // _PIXELS_PER_TICK)
        losses = log_ticks(scale.low, scale.high, most) if scale.log else nice_ticks(0.0, scale.high, most)
        places = scale.places(np.array([tick.value for tick in losses])).tolist()
        self._left.setTicks([[(place, tick.text) for place, tick in zip(places, losses, strict=True)]])
        epochs = count_ticks(start, stop, 6 if size.width() >= 240 else 4)
        self._bottom.setTicks([[(tick.value, tick.text) for tick in epochs]])

    def _show_best(self, history: HistoryView) -> None:
        best = history.best_validation_loss
        if history.best_epoch < 0 or not np.isfinite(best):
            self._best.hide()
            return
        # A paused run sends no more snapshots: what it says last must stand.
        still = self.snapshot is not None and self.snapshot.state is not RunState.RUNNING
        if still or self._texts.take() or not self._best_text[0]:
            self._best_text = (f"best {history.best_epoch:,}", loss_text(best))
        place = float(self._scale.places(np.array([best]))[0])
        self._best.show(history.best_epoch, place, self._best_text)


def loss_text(loss: float) -> str:
    """Write a loss with four decimals, or with three significant figures where those would say too little."""
    return fixed_text(loss, 4) if 0.001 <= abs(loss) < 1000 else number_text(loss, 3)
