"""The track of the time rail: the map or the loss over a run's updates, what happened to it, a playhead to drag."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from nnviz.app.rail import BEST, RailMark, marks_of, newest_of, place, step_of_epoch
from nnviz.app.run_list import Lane, extent_of
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.rail_curve import RailCurve
from nnviz.ui.panels.rail_lanes import RailLanes, room
from nnviz.ui.panels.rail_paint import Label, paint_head, paint_kept, paint_marks, write_labels
from nnviz.ui.panels.rail_thumbnails import RailThumbnails
from nnviz.ui.plots.ticks import count_ticks
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import px

# Pixels: at the ends of the track; from a mark within which the pointer meets it.
_MARGIN: Final = 16
_REACH: Final = 6.0


class RailTrack(QSlider):
    """A slider over the updates of a run.

    Signals
    -------
    sought(int, bool)
        A moment is wanted, by its updates; whether exactly.
    epochs_wanted(int), updates_wanted(int)
        So many epochs, or updates, before or after the present moment.
    first_wanted, newest_wanted, best_wanted
        An end of the rail, or the best epoch.
    compare_wanted
        The moment that is shown is to be compared with those to come.
    run_wanted(int, int)
        A moment of a run that was left was clicked: the serial of its history, and the updates.
    more_wanted
        The runs that have no lane are asked for.
    """

    sought = Signal(int, bool)
    epochs_wanted = Signal(int)
    updates_wanted = Signal(int)
    first_wanted = Signal()
    newest_wanted = Signal()
    best_wanted = Signal()
    compare_wanted = Signal()
    more_wanted = Signal()
    run_wanted = Signal(int, object)  # an update may be larger than a C int

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme: Theme = DARK
        self.snapshot: Snapshot | None = None
        self.marks: tuple[RailMark, ...] = ()
        self._curve = RailCurve()
        self._drawn: tuple[object, ...] = ()
        self._dragged = self._points = False
        self._pressed: int | None = None  # updates at the picture that the button was pressed on
        self._kept: int | None = None
        self._extent = 0  # updates from end to end
        self.lanes = RailLanes(self.x_of)
        self.thumbnails = RailThumbnails(self.x_of)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Time rail")
        self.setRange(0, 0)

    # What is shown

    def draw(self, snapshot: Snapshot | None) -> None:
        """Show a run, or none."""
        self.snapshot = snapshot
        history = None if snapshot is None else snapshot.history
        still = snapshot is None or snapshot.state is not RunState.RUNNING
        drawn: tuple[object, ...] = (still,)
        if history is not None:
            drawn = (still, history.serial, len(history), history.markers, history.best_epoch)
        if drawn != self._drawn:
            self._drawn = drawn
            self.marks = () if history is None else tuple(marks_of(history))
            self._curve.take(history, still=still)
        if snapshot is not None:
            self.blockSignals(True)
            self.setRange(0, min(newest_of(snapshot)[0], 2**31 - 1))
            self.setValue(min(snapshot.step, 2**31 - 1))
            self.blockSignals(False)
            others = len(snapshot.rail.left)
            more = f"; {others:,} {'run' if others == 1 else 'runs'} left before, listed by G" if others else ""
            pictures = f"; {len(self.thumbnails)} pictures of the map" if len(self.thumbnails) else ""
            self.setAccessibleDescription(f"{place(snapshot)}{pictures}{more}")
        self._extent = extent_of(self.maximum(), tuple(self.lanes.lanes))
        self.setEnabled(snapshot is not None and newest_of(snapshot)[0] > 0)
        self.update()

    def set_lanes(self, lanes: Sequence[Lane], more: int = 0) -> None:
        """Show runs that were left, and how many more there are."""
        self.lanes.lanes, self.lanes.more = lanes, more
        self._extent = extent_of(self.maximum(), tuple(lanes))
        self.update()

    def set_kept(self, step: int | None) -> None:
        """Mark the moment that is compared with; None: it is none of this run."""
        self._kept = step
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.theme = theme
        self.update()

    # Places

    @property
    def _axis(self) -> float:
        return float(self.height() - px(19) - room(self.lanes.rows))

    @property
    def thumbnail_side(self) -> int:
        """Pixels along a side of the map's pictures; 0 where they have no room."""
        return self.thumbnails.side(self._axis) if self.maximum() > 0 else 0

    def x_of(self, step: int) -> float:
        """Return where an update lies, in pixels."""
        return _MARGIN + (self.width() - 2 * _MARGIN) * (step / max(1, self._extent))

    def step_at(self, x: float) -> int:
        """Return the update at a place: that of a mark, or the end of an epoch, when one is near."""
        step = min(self._step_of(x), self.maximum())
        if (mark := self._mark_at(x)) is not None:
            return mark.step
        if self.snapshot is None or not len(self.snapshot.history):
            return step
        history = self.snapshot.history
        at = int(np.searchsorted(history.step, step))
        around = [int(one) for one in history.step[max(0, at - 1) : at + 1]]
        return min(
            (one for one in around if abs(self.x_of(one) - x) <= _REACH), key=lambda one: abs(one - step), default=step
        )

    def _step_of(self, x: float) -> int:
        share = min(1.0, max(0.0, (x - _MARGIN) / max(1, self.width() - 2 * _MARGIN)))
        return round(share * self._extent)

    def _mark_at(self, x: float) -> RailMark | None:
        near = [mark for mark in self.marks if abs(self.x_of(mark.step) - x) <= _REACH]
        return min(near, key=lambda mark: abs(self.x_of(mark.step) - x), default=None)

    # The person

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go where the pointer is; on another run's lane ask what is to be done with it."""
        if event.button() is Qt.MouseButton.LeftButton:
            place = event.position()
            if (lane := self._lane_at(place)) is not None:
                self.run_wanted.emit(lane.run.serial, min(self._step_of(place.x()), lane.run.step))
                return
            if self.lanes.tells_of_more_at(place.x(), place.y(), self._axis):
                self.more_wanted.emit()
                return
            self._dragged = True
            picture = self.thumbnails.at(place.x(), place.y(), self._axis)
            self._pressed = None if picture is None else picture[0]
            self.sought.emit(self.step_at(place.x()) if self._pressed is None else self._pressed, False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the pointer."""
        place = event.position()
        if self._dragged:
            self._pressed = None
            self.sought.emit(self.step_at(place.x()), False)
        elif self._is_link(place) != self._points:
            self._points = not self._points
            self.setCursor(Qt.CursorShape.PointingHandCursor if self._points else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Stay at the very moment where the pointer was let go."""
        if self._dragged:
            self._dragged = False
            self.sought.emit(self.step_at(event.position().x()) if self._pressed is None else self._pressed, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk by epochs, with Shift by updates; Home and End are the ends, B the best epoch, C keeps a moment."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right as key:
                by = -1 if key == Qt.Key.Key_Left else 1
                (self.updates_wanted if shift else self.epochs_wanted).emit(by)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown as key:
                self.epochs_wanted.emit(10 if key == Qt.Key.Key_PageUp else -10)
            case Qt.Key.Key_Home:
                self.first_wanted.emit()
            case Qt.Key.Key_End:
                self.newest_wanted.emit()
            case Qt.Key.Key_B:
                self.best_wanted.emit()
            case Qt.Key.Key_C:
                self.compare_wanted.emit()
            case _:
                event.ignore()  # up and down walk the rows

    def event(self, event: QEvent) -> bool:
        """Tell what happened at the mark under the pointer, or which epoch that is."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            lane = self._lane_at(QPointF(event.pos()))
            x, y = event.pos().x(), event.pos().y()
            words = self.words_at(x, y) if lane is None else self._lane_words(lane, x)
            if self.lanes.tells_of_more_at(x, y, self._axis):
                words = "The other runs of this session have no room here: click for the list of all (G)."
            QToolTip.showText(event.globalPos(), tooltip(words), self)
            return True
        return super().event(event)

    def words_at(self, x: float, y: float = 0.0) -> str:
        """Return what lies at a place."""
        if self.snapshot is None or not len(self.snapshot.history):
            return "Train: every moment of the run can then be gone back to."
        if (picture := self.thumbnails.at(x, y, self._axis)) is not None:
            return f"The map at epoch {picture[1]:,}, update {picture[0]:,}. Click to go there."
        near = [mark.words for mark in self.marks if abs(self.x_of(mark.step) - x) <= _REACH]
        if self._kept is not None and abs(self.x_of(self._kept) - x) <= _REACH:
            near.append("The moment that is compared with")
        if near:
            return "\n".join(near[-4:])
        history, step = self.snapshot.history, self.step_at(x)
        return f"Epoch {int(np.interp(step, history.step, history.epoch)):,}, update {step:,}"

    def _lane_at(self, place: QPointF) -> Lane | None:
        return self.lanes.at(place.x(), place.y(), self._axis)

    def _is_link(self, place: QPointF) -> bool:
        return self._lane_at(place) is not None or self.lanes.tells_of_more_at(place.x(), place.y(), self._axis)

    def _lane_words(self, lane: Lane, x: float) -> str:
        words = lane.words_at(min(self._step_of(x), lane.run.step))
        return f"{words}. Click to go back to this run, to compare with it or to forget it."

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the map's pictures or the loss, the axis, the marks and the playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, axis = self.theme, self._axis
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ink), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
        left, right = float(_MARGIN), float(self.width() - _MARGIN)
        painter.setPen(QPen(QColor(theme.line_strong), 1.5))
        painter.drawLine(QPointF(left, axis), QPointF(self.x_of(self.maximum()) if self.maximum() else right, axis))
        snapshot = self.snapshot
        if snapshot is not None and self.maximum() > 0:
            here = self.x_of(snapshot.step)
            if not self.thumbnails.expected:
                self._curve.paint(painter, theme, QRectF(left, px(10), right - left, axis - px(16)), here, self._extent)
            self.lanes.paint(painter, theme, axis, right)
            painter.setPen(QPen(QColor(theme.ink_2), 1.5))
            painter.drawLine(QPointF(left, axis), QPointF(here, axis))
            self.thumbnails.paint(painter, theme, axis, snapshot.step, self.maximum())
            paint_marks(painter, theme, [(self.x_of(mark.step), mark.kind) for mark in self.marks], axis)
            if self._kept is not None:
                paint_kept(painter, theme, self.x_of(self._kept), axis)
            paint_head(painter, theme, here, axis)
            self._paint_labels(painter, snapshot, here)
        painter.end()

    def _paint_labels(self, painter: QPainter, snapshot: Snapshot, here: float) -> None:
        theme = self.theme
        labels = [Label(here, f"{snapshot.epoch:,}", theme.ink, strong=True)]
        best = next((mark for mark in reversed(self.marks) if mark.kind == BEST), None)
        if best is not None:
            labels.append(Label(self.x_of(best.step), f"best {best.epoch:,}", theme.validation, strong=True))
        newest = newest_of(snapshot)[1]
        if newest > 0:
            for tick in count_ticks(0.0, float(newest), max(2, min(10, self.width() // 110))):
                x = self.x_of(step_of_epoch(snapshot.history, int(tick.value)))
                labels.append(Label(x, tick.text, theme.ink_3))
        write_labels(painter, self.size(), labels)
