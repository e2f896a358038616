"""The decision surface: what the network answers over a plane of two features, under the data points."""

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.run.snapshot import GridProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.plots.base import SnapshotPlot
from nnviz.ui.plots.decision_chrome import (
    ChromePainter,
    LegendItem,
    left_margin,
    legend_items,
    legend_rows,
    right_margin,
    ring,
    row_room,
    target_deviation,
)
from nnviz.ui.plots.decision_drawing import DrawnLayer
from nnviz.ui.plots.decision_field import CONTOUR_WIDTH, FieldShader, Pixels
from nnviz.ui.plots.decision_hover import HoverCard, row_lines
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_view import (
    BELOW,
    LEFT,
    RIGHT,
    ROW_HEIGHT,
    SMALLEST_SIDE,
    TOP,
    Layout,
    SurfaceView,
)
from nnviz.ui.theme import Theme

# Pixels times outputs shaded per picture while training: about a millisecond.
_LIVE_PIXELS = 160_000
_STILL_PIXELS = 4_000_000
_RIGHT_INSET = 12


class DecisionSurface(SnapshotPlot):
    """Heat map, contour and data points of one plane; without a view it shows empty axes."""

    row_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view: SurfaceView | None = None
        self._probes: tuple[GridProbe, ...] = ()
        self._row: int | None = None
        self._points: PointsLayer | DrawnLayer | None = None
        self._shader: FieldShader | None = None
        self._image: QImage | None = None
        self._pixels: Pixels | None = None
        self._answered: Snapshot | None = None  # the newest that answers a probe of this view
        self._shown: tuple[object, ...] | None = None
        self._chrome: QPixmap | None = None
        self._point_map: QPixmap | None = None
        self._legend: list[list[LegendItem]] = [[]]
        self._layout = Layout.fit(360, 400, LEFT, RIGHT, BELOW)
        self._margins = (LEFT, RIGHT, BELOW)
        self._hover = HoverCard(self)
        self._hover.set_theme(theme)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Decision surface")

    # What is shown

    def set_view(
        self, view: SurfaceView | None, probes: tuple[GridProbe, ...] = (), *, probes_follow: bool = True
    ) -> None:
        """Show another plane; only answers to one of ``probes`` are painted on it, if any are to come."""
        old = self._view
        same_data = view is not None and old is not None and view.slices is old.slices
        same_plane = view is not None and old is not None and (view.x, view.y) == (old.x, old.y)
        self._view, self._probes = view, probes
        self._points = None if view is None else PointsLayer(view)
        if not same_data:
            self._row, self._shader = None, None
        self._shown, self._answered = None, None
        if not same_plane or not probes_follow:
            self._image = None  # on the same plane the old picture stays until the new one is there
        self._hover.hide()
        self._relayout()

    def set_points(self, points: PointsLayer | DrawnLayer) -> None:
        """Show other points on the plane than the rows of its data set, or more of them than before."""
        if points is not self._points:
            self._points = points
            self._relayout()
        self._point_map = None
        self.update(self._layout.square)

    def set_probes(self, probes: tuple[GridProbe, ...]) -> None:
        """Take other held values for the same plane; the old picture stays until the new one is there."""
        self._probes = probes

    def set_row(self, index: int | None) -> None:
        """Ring a row of X, or none."""
        if index != self._row:
            self._row = index
            self._chrome = None
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._shader, self._chrome, self._point_map, self._shown = None, None, None, None
        self._hover.set_theme(theme)
        super().set_theme(theme)

    def draw(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot with a grid; most come without one, and they must not hide it."""
        if snapshot.grid is not None:
            super().draw(snapshot)

    def refresh(self) -> None:
        """Shade the newest answer, unless it is already on the screen or belongs to another plane."""
        newest, view = self.snapshot, self._view
        if newest is not None and newest.grid is not None:
            probe = newest.grid.probe
            if any(probe is wanted for wanted in self._probes):
                self._answered = newest
        snapshot = self._answered
        if snapshot is None or view is None or snapshot.grid is None:
            return
        result = snapshot.grid
        key = (
            snapshot.run_id,
            snapshot.step,
            result.probe,
            snapshot.state is RunState.RUNNING,
            self._pixels_per_side(),
        )
        if key == self._shown:
            return
        self._shown = key
        dataset = view.slices.dataset
        n_outputs = result.activations[-1].shape[1]
        if n_outputs != dataset.preprocessor.n_outputs:
            return
        if self._shader is None:
            self._shader = FieldShader(dataset.task, n_outputs, target_deviation(dataset), self.theme)
        side = self._pixels_per_side()
        most = _LIVE_PIXELS if snapshot.state is RunState.RUNNING else _STILL_PIXELS
        side = min(side, max(32, math.isqrt(most // n_outputs)))
        line = CONTOUR_WIDTH * side / self._layout.square.width()
        # Kept beside the image, which only points into it.
        self._pixels = self._shader.shade(result.activations[-1], view.grid(result.probe.resolution), side, line)
        self._image = _as_image(self._pixels)
        self.update(self._layout.square)

    def _pixels_per_side(self) -> int:
        return max(1, round(self._layout.square.width() * self.devicePixelRatioF()))

    # Size

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height at which the map is square."""
        return width - self._left() - self._right() + TOP + self._below()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that the height follows the width."""
        return True

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the smallest useful map."""
        return QSize(SMALLEST_SIDE + LEFT + RIGHT, SMALLEST_SIDE + TOP + BELOW)

    def _left(self) -> int:
        return left_margin(self._view, LEFT)

    def _right(self) -> int:
        return right_margin(self._view, RIGHT)

    def _below(self) -> int:
        extra = len(self._legend) - 1 + bool(self._points is not None and self._points.note())
        return BELOW + ROW_HEIGHT * extra

    def _relayout(self) -> None:
        self._legend = [[]]
        if self._view is not None:
            width = self.width() - self._left() - _RIGHT_INSET - row_room(self._view)
            self._legend = legend_rows(legend_items(self._view.slices.dataset), width)
        margins = (self._left(), self._right(), self._below())
        layout = Layout.fit(self.width(), self.height(), *margins)
        if layout.square.size() != self._layout.square.size():
            self._shown = None
        self._layout = layout
        self._chrome, self._point_map = None, None
        if margins != self._margins:
            self._margins = margins
            self.updateGeometry()
        self.refresh_now()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the map into the new size."""
        super().resizeEvent(event)
        self._relayout()

    @property
    def square(self) -> QRect:
        """The map's box in the widget's logical pixels."""
        return self._layout.square

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the layers to the screen; none of them is made here twice."""
        painter = QPainter(self)
        square, ratio = self._layout.square, self.devicePixelRatioF()
        chrome = self._chrome
        if chrome is None or chrome.devicePixelRatio() != ratio:
            chrome = self._chrome = self._paint_chrome(ratio)
            self._point_map = None
        outside = not square.contains(event.rect())
        if outside or self._image is None:
            painter.drawPixmap(0, 0, chrome)
        if self._image is not None:
            scaled = self._image.width() != self._pixels_per_side()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scaled)
            painter.drawImage(QRectF(square), self._image)
        if self._points is not None:
            if self._point_map is None:
                self._point_map = self._points.paint(self.theme, square, ratio)
            painter.drawPixmap(square.topLeft(), self._point_map)
            at = None if self._row is None else self._points.pixel_of(self._row, square)
            if at is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                ring(painter, self.theme, at, square)
        painter.end()

    def _paint_chrome(self, ratio: float) -> QPixmap:
        note = "" if self._points is None else self._points.note()
        row_text = ""
        if self._row is not None and self._view is not None:
            row_text = f"row {int(self._view.slices.dataset.table_rows[self._row]) + 1:,}"
        chrome = ChromePainter(self._view, self.theme, self._layout)
        return chrome.paint(self.size(), ratio, self._legend, note, row_text)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the row of the point under the mouse."""
        row = self._row_at(event.position())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_chosen.emit(row)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show the values of the point under the mouse."""
        row = self._row_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)
        if row is None or self._points is None or self._view is None:
            self._hover.hide()
            return
        at = self._points.pixel_of(row, self._layout.square)
        self._hover.show_beside(row_lines(self._view, row), at or event.position(), self.rect())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the values away with the mouse."""
        super().leaveEvent(event)
        self._hover.hide()

    def _row_at(self, position: QPointF) -> int | None:
        if self._points is None or not self._layout.square.contains(position.toPoint()):
            return None
        return self._points.nearest(position, self._layout.square)


def _as_image(pixels: Pixels) -> QImage:
    """Wrap pixels without copying; the caller keeps the array as long as the image."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
