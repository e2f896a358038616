"""What every plot of a snapshot shares: store in one method, paint in another, and never more often than is seen."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QWidget

from nnviz.run.snapshot import Snapshot
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import px

PICTURES_PER_SECOND = 15.0
TEXTS_PER_SECOND = 4.0
# Reducing, stroking and sending the curves to the screen takes more of a frame than anything else in the window.
CURVES_PER_SECOND = 12.0
_MOST_PUT_OFF = 0.04  # seconds that a picture waits for a frame without others
# Snapshots come on the beat of a 16 ms clock: one that is half a beat early is on time.
_EARLY = 0.008
# Only when no further snapshot comes does a timer show the last one: painting belongs on the clock's beat.
_LATE_MS = 120


def after_frame(parent: QObject, call: Callable[[], None]) -> QTimer:
    """Return a timer that calls once what was asked to be painted until then has been painted; start it to ask.

    For handing work to a thread that draws: handed over during a frame, its first steps would fight the painting for
    the interpreter, and both would last twice as long.
    """
    timer = QTimer(parent, singleShot=True, interval=0)
    timer.timeout.connect(call)
    return timer


class Throttle:
    """Says whether something may happen again, at most ``per_second`` times a second."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1.0 / per_second - _EARLY
        self._clock = clock
        self._last = float("-inf")

    def take(self, *, crowded: bool = False) -> bool:
        """Return whether it is time, and if so begin the next interval; in a ``crowded`` frame it is a little later."""
        now = self._clock()
        if now - self._last < self._interval + (_MOST_PUT_OFF if crowded else 0.0):
            return False
        self._last = now
        return True

    def reset(self) -> None:
        """Let the next :meth:`take` succeed."""
        self._last = float("-inf")


class SnapshotPlot(QWidget):
    """A widget that shows the newest snapshot.

    ``draw`` only keeps the snapshot and sees to it that ``refresh`` is called in time; a hidden plot costs nothing and
    catches up when it is shown. Subclasses make their picture in ``refresh`` and put it on the screen in
    ``paintEvent``.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.snapshot: Snapshot | None = None
        self._throttle = Throttle(PICTURES_PER_SECOND)
        self._waiting = False
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LATE_MS)
        self._late.timeout.connect(self.refresh_now)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def draw(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot; cheap, may be called at any rate."""
        self.snapshot = snapshot
        if not self.isVisible():
            self._waiting = True
        elif self._throttle.take():
            self.refresh_now()
        else:
            self._waiting = True
            if not self._late.isActive():
                self._late.start()

    def refresh_now(self) -> None:
        """Make the picture from the newest snapshot without waiting for its turn."""
        self._waiting = False
        self._late.stop()
        self.refresh()

    def refresh(self) -> None:
        """Make the picture of ``self.snapshot`` and ask for the part of the widget that shows it to be painted."""
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.theme = theme
        self.refresh_now()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Catch up with what came while hidden."""
        super().showEvent(event)
        if self._waiting:
            self.refresh_now()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let no timer run for what nobody sees."""
        super().hideEvent(event)
        self._late.stop()


def clear_pixmap(size: QSize, ratio: float, colour: QColor | Qt.GlobalColor) -> QPixmap:
    """Return a pixmap of ``size`` logical pixels for a device pixel ratio, filled."""
    pixmap = QPixmap(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(colour)
    return pixmap


def paint_upright_text(painter: QPainter, text: str, centre: QPointF, length: float) -> None:
    """Paint one line of text from bottom to top around ``centre``, shortened to ``length`` pixels."""
    painter.save()
    painter.translate(centre)
    painter.rotate(-90.0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(length))
    painter.drawText(QRectF(-length / 2, -px(10), length, px(20)), Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()
