"""The decision surface: what the network answers over a plane through the inputs, under the data points."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.app.slices import AT_MEDIANS, Held
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.base import SnapshotPlot
from nnviz.ui.plots.decision_answers import Answers, Question
from nnviz.ui.plots.decision_chrome import paint_message
from nnviz.ui.plots.decision_drawing import DrawnLayer
from nnviz.ui.plots.decision_frame import MapFrame
from nnviz.ui.plots.decision_layers import MapLayers
from nnviz.ui.plots.decision_picture import MapPicture
from nnviz.ui.plots.decision_pointer import MapPointer
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_view import BELOW, LEFT, RIGHT, SMALLEST_SIDE, TOP, SurfaceView
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme

_SOON_MS = 8
_NOT_FINITE = "The answers are not finite numbers"


class DecisionSurface(SnapshotPlot):
    """Heat map or curve, contours and data points of one plane; without a view it shows empty axes."""

    row_chosen = Signal(int)
    view_wanted = Signal(object)  # SurfaceView: mouse or keys ask for another part of the plane

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.view: SurfaceView | None = None
        self.held: Held = AT_MEDIANS
        self.picture = MapPicture(theme)
        self.layers = MapLayers()
        self._answers = Answers()
        self._message = ""
        self._frame = MapFrame()
        self._look_again = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._look_again.timeout.connect(self._collect)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Decision map")
        self.pointer = MapPointer(self)
        self.pointer.card.set_theme(theme)
        self.pointer.row_chosen.connect(self.row_chosen)
        self.pointer.view_wanted.connect(self.view_wanted)
        self.pointer.focus_changed.connect(self._redo_chrome)

    # What is shown

    def set_view(self, view: SurfaceView | None, *, answers_follow: bool = True) -> None:
        """Show another plane, or another part of it.

        On the same axes the old picture stays, stretched, until a new one is there; it does not if no answers follow.
        """
        old = self.view
        if old is None or view is None or view.dataset is not old.dataset:
            self.layers.choose(None)
            self.snapshot = None
            self.picture.forget_data()
        same_plane = view is not None and old is not None and view.plane is old.plane
        same_axes = view is not None and old is not None and (view.x, view.y) == (old.x, old.y)
        self.view = view
        if not same_plane:
            self.picture.set_points(self.layers.show_plane(view))
            self._answers.forget()
            self.pointer.put_away()
        elif view is not None:
            self.layers.show_part(view)
        if not (answers_follow and (same_plane or same_axes)):
            self.picture.clear()
        self._relayout(keep_left=same_plane)

    def set_held(self, held: Held) -> None:
        """Say what the other columns are held at: rows far from there become fainter."""
        self.held = held
        self.layers.fade(held)
        self.update(self.square)

    def show_rows(self) -> None:
        """Show the rows of the data set again instead of other points."""
        if self.layers.show_rows():
            self._relayout()

    def set_points(self, points: PointsLayer | DrawnLayer) -> None:
        """Show other points on the plane than the rows of its data set, or more of them than before."""
        if self.layers.show(points):
            self._relayout()
        self.update(self.square)

    def set_message(self, text: str) -> None:
        """Write a line across the map, or none."""
        if text != self._message:
            self._message = text
            self.update()

    def set_questions(self, questions: tuple[Question, ...]) -> None:
        """Paint answers to any of these from now on; the old picture stays until the first of them is there."""
        self._answers.expect(questions)

    @property
    def answer(self) -> tuple[Snapshot, Question] | None:
        """What the map is a picture of: the moment with its grid, and what was asked; None before any answer."""
        return self._answers.shown

    def set_row(self, index: int | None) -> None:
        """Ring a row of X, or none."""
        if index != self.layers.row:
            self.layers.choose(index)
            self._redo_chrome()

    def set_what_if(self, held: Held | None) -> None:
        """Show where the chosen row lies with other values, or only where it is."""
        self.layers.what_if = held
        self.update(self.square)

    def set_hard(self, *, hard: bool) -> None:
        """Show only which class wins (of numbers: between which two lines they lie), or also how surely."""
        self.picture.set_look(self.theme, hard=hard)
        self._answers.repaint()
        self._redo_chrome()
        self.refresh_now()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.picture.set_look(theme, hard=self.picture.hard)
        self._frame.forget_chrome()
        self.layers.repaint()
        self._answers.repaint()
        self.pointer.card.set_theme(theme)
        super().set_theme(theme)

    @property
    def is_drawn_on(self) -> bool:
        """Whether the map is a sheet to draw points on now: mouse and keys belong to the pen."""
        return self.layers.is_drawing

    # Snapshots

    def draw(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot with an answer; most come without one, and they must not hide it."""
        self._collect()
        if self.layers.errors.judge(snapshot):
            self._relabel()
        if snapshot.grid is None:
            return
        if self._answers.is_another(snapshot) and self.isVisible():
            self._throttle.reset()  # a slider or the view has moved: that is followed at frame rate
        super().draw(snapshot)

    def refresh(self) -> None:
        """Have the newest answer shaded, unless it is already on the screen or belongs to another plane."""
        if not self.isVisible():
            self._waiting = True
            return
        answer = self._answers.next(self.snapshot, self._pixels_per_side())
        if answer is None or self.view is None:
            return
        was_finite = self.picture.is_finite
        side, logical = self._pixels_per_side(), self.square.width()
        self.picture.renew(answer.grid, answer.view, side, logical, live=answer.live)
        if answer.view.plane.kind == "curve" or was_finite != self.picture.is_finite:
            self.update(self.square)
        self._collect()

    def _collect(self) -> None:
        """Paint the picture that was finished meanwhile; look again soon while one is on its way."""
        if self.picture.collect():
            self.update(self.square)
        if self.picture.busy and self.isVisible():
            self._look_again.start()

    def flush(self, timeout: float) -> bool:
        """Wait until the newest answer is shaded and will be painted next; return whether it was in time."""
        done = self.picture.flush(timeout)
        self._collect()
        return done

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let no thread and no timer run for what nobody sees."""
        super().hideEvent(event)
        self._look_again.stop()
        self.picture.stop()
        self._answers.repaint()
        self._waiting = True  # a picture on its way is lost with its thread

    def _pixels_per_side(self) -> int:
        return max(1, round(self.square.width() * self.devicePixelRatioF()))

    # Size

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height at which the map is square."""
        return self._frame.height_for(width)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that the height follows the width."""
        return True

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the smallest useful map."""
        return QSize(SMALLEST_SIDE + LEFT + RIGHT, SMALLEST_SIDE + TOP + BELOW)

    def _relayout(self, *, keep_left: bool = False) -> None:
        side = self.square.size()
        if self._frame.fit(self.view, self.size(), self.layers.legend_items(self.view), keep_left=keep_left):
            self.updateGeometry()
        if side != self.square.size():
            self._answers.repaint()
        self.layers.repaint()
        self.pointer.place_button()
        self.refresh_now()
        self.update()

    def _relabel(self) -> None:
        if self.view is not None:
            self._frame.relabel(self.view, self.width(), self.layers.legend_items(self.view))
            self.update()

    def _redo_chrome(self) -> None:
        self._frame.forget_chrome()
        self.update()

    def set_compact(self, *, compact: bool, bare: bool = False) -> None:
        """Leave what a tool tip says to it, bare the whole legend, and give the room to the map."""
        if (compact, bare) != (self._frame.compact, self._frame.bare):
            self._frame.compact, self._frame.bare = compact, bare
            self._relayout()

    def height_with(self, side: int) -> int:
        """Return the height of a map of this side with everything around it."""
        return self._frame.height_with(side)

    def event(self, event: QEvent) -> bool:
        """Explain the legend below the map, in full."""
        if isinstance(event, QHelpEvent) and event.pos().y() > self.square.bottom() and self.view is not None:
            QToolTip.showText(event.globalPos(), tooltip(self._frame.words), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the map into the new size."""
        super().resizeEvent(event)
        self._relayout()

    @property
    def square(self) -> QRect:
        """The map's box in the widget's logical pixels."""
        return self._frame.square

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the layers to the screen; none of them is made here twice."""
        painter = QPainter(self)
        square, ratio, view = self.square, self.devicePixelRatioF(), self.view
        picture = self.picture
        if not square.contains(event.rect()) or not picture.fills(view):
            self._frame.paint(
                painter,
                view,
                self.theme,
                self.size(),
                ratio,
                "" if view is None else self.layers.row_text(view),
                hard=picture.hard,
                focused=self.pointer.focused,
            )
        painter.setClipRect(square)
        if view is not None:
            picture.paint(painter, view, square, self._pixels_per_side())
            self.layers.paint(painter, view, self.theme, square, picture)
        if text := self._message if picture.is_finite else _NOT_FINITE:
            paint_message(painter, self.theme, square, text)
        painter.end()

    # What lies where

    def row_near(self, at: QPointF, reach: float = 9.0) -> int | None:
        """Return the row whose point is nearest to a position on the widget, None if none is within ``reach``."""
        points = self.layers.points
        return None if points is None else points.nearest(at, self.square, reach)

    def pixel_of(self, row: int) -> QPointF | None:
        """Return where a row's point is on the widget; None if it has no place on the axes."""
        points = self.layers.points
        return None if points is None else points.pixel_of(row, self.square)
