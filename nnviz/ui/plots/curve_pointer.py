"""What mouse and keys do over the curves: they move a crosshair that reads every series off."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

from nnviz.run.markers import Marker
from nnviz.ui.plots.base import TEXTS_PER_SECOND, Throttle
from nnviz.ui.plots.curve_chart import CurveChart
from nnviz.ui.plots.curve_readout import Readout, read
from nnviz.ui.plots.curve_series import nearest_entry

if TYPE_CHECKING:
    from nnviz.ui.plots.loss import LossPlot

_ZOOM = 0.7
_FAR = 20.0


class CurvePointer(QObject):
    """Keeps the crosshair at the pointer, or where keys have put it, while the curves grow beneath."""

    def __init__(self, plot: "LossPlot", chart: CurveChart) -> None:
        super().__init__(plot)
        self._plot = plot
        self._chart = chart
        self.readout = Readout(plot.theme, plot)
        self._mouse: QPointF | None = None  # in the plot's logical pixels
        self._place: float | None = None  # on the horizontal axis, when keys or the list of events chose it
        self._index = -1
        self._texts = Throttle(TEXTS_PER_SECOND)
        chart.canvas.viewport().installEventFilter(self)
        plot.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow mouse, keys and focus; only the keys that steer are taken."""
        if watched is self._plot:
            if isinstance(event, QFocusEvent):
                tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
                self.set_focused(event.gotFocus() and tabbed)
            elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                return self.press(event)
        elif isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseMove:
            inside = QRectF(self._chart.box()).contains(event.position())
            self._mouse = event.position() if inside and not event.buttons() else None
            self._place = None
            self._update()
        elif event.type() is QEvent.Type.Leave:
            self._mouse = None
            self._update()
        return super().eventFilter(watched, event)

    def set_focused(self, focused: bool) -> None:  # noqa: FBT001 - the one question is whether it has the focus
        """Show the frame of the keyboard's focus; losing it puts the crosshair of the keys away."""
        if not focused:
            self._place = None
        self.readout.set_focused(focused, QRectF(self._chart.box()))
        self._update()

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key says; return whether it is one of the plot's."""
        history = self._plot.history
        if history is None:
            return False
        key = event.key()
        right = self._chart.view.viewRange()[0][1]
        places = self._plot.x_axis.values(history)
        newest = float(places[-1])
        at = min(newest, right) if self._place is None else self._place
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            far = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self._place = self._stepped(places, at, far if key == Qt.Key.Key_Right else -far)
            self._keep_in_view(self._place)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._plot.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM, at)
        elif key == Qt.Key.Key_Home:
            self._plot.show_all()
        elif key == Qt.Key.Key_End:
            self._place = newest
        elif key == Qt.Key.Key_Escape and self._place is not None:
            self._place = None
        else:
            return False
        self._mouse = None
        self._update()
        return True

    def show_marker(self, marker: Marker) -> None:
        """Put the crosshair where something happened, and bring it into view."""
        self._plot.setFocus(Qt.FocusReason.OtherFocusReason)  # first: a change of focus puts the crosshair away
        self._mouse, self._place = None, self._plot.x_axis.of_marker(marker)
        self._keep_in_view(self._place)
        self._update()

    def follow(self) -> None:
        """Read changed curves off anew, at most four times a second."""
        if (self._mouse is not None or self._place is not None or self.readout.reading is not None) and (
            self._plot.history is None or self._texts.take()
        ):
            self._update()

    def _stepped(self, places: NDArray[Any], at: float, by: float) -> float:
        """Return the place of another entry: the next one, or as many pixels on when there are more than pixels."""
        pixel, _ = self._chart.pixel()
        wanted = nearest_entry(places, at + by * pixel)
        # Fewer entries than pixels, or two at one place: on to the next that lies elsewhere.
        if by > 0 and places[wanted] <= at:
            wanted = int(np.searchsorted(places, at, side="right"))
        elif by < 0 and places[wanted] >= at:
            wanted = int(np.searchsorted(places, at, side="left")) - 1
        return float(places[min(max(wanted, 0), len(places) - 1)])

    def _keep_in_view(self, place: float) -> None:
        (left, right), _ = self._chart.view.viewRange()
        if not left <= place <= right:
            self._plot.show_all()

    def _update(self) -> None:
        history, plot = self._plot.history, self._plot
        box = QRectF(self._chart.box())
        (left, right), (bottom, _) = self._chart.view.viewRange()
        place = self._place
        if place is None and self._mouse is not None:
            place = left + (self._mouse.x() - box.left()) / max(box.width(), 1.0) * (right - left)
        if history is None or place is None or not left <= place <= right:
            self.readout.show_reading(None, 0.0, (), box)
            plot.setAccessibleDescription("")
            return
        pixel, height = self._chart.pixel()
        markers = self._chart.markers.near(place, pixel)
        places = plot.x_axis.values(history)
        index = nearest_entry(places, place)
        reading = read(history, index, markers, plot.metric_name, percent=plot.metric_name == "Accuracy")
        x = box.left() + (float(places[index]) - left) / pixel
        dots = []
        for name, colour in zip(plot.series.names, (plot.theme.ink_2, plot.theme.validation), strict=False):
            value = history.band(name)[0][index]
            if np.isfinite(value):
                y = float(self._chart.scale.places(np.array([value]))[0])
                dots.append((box.bottom() - (y - bottom) / height, colour))
        if box.left() - 1 <= x <= box.right() + 1:
            self.readout.show_reading(reading, x, tuple(dots), box)
        else:
            self.readout.show_reading(None, 0.0, (), box)
        plot.setAccessibleDescription(reading.sentence)
        self._texts.reset()
        self._texts.take()
