"""The decision surface: what the network answers over a plane of two features, under the data points."""

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnviz.run.snapshot import GridProbe
from nnviz.run.state import RunState
from nnviz.ui.plots.base import SnapshotPlot
from nnviz.ui.plots.decision_chrome import (
    ChromePainter,
    LegendItem,
    left_margin,
    legend_items,
    legend_rows,
    ring,
    target_deviation,
)
from nnviz.ui.plots.decision_field import CONTOUR_WIDTH, FieldShader, Pixels
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
    value_text,
)
from nnviz.ui.theme import Theme

# Pixels times outputs shaded per picture while training: about a millisecond.
_LIVE_PIXELS = 160_000
_LONGEST_NAME = 28
_RIGHT_INSET, _ROW_ITEM = 12, 66


class DecisionSurface(SnapshotPlot):
    """Heat map, contour and data points of one plane; without a view it shows empty axes."""

    row_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view: SurfaceView | None = None
        self._probes: tuple[GridProbe, ...] = ()
        self._row: int | None = None
        self._points: PointsLayer | None = None
        self._shader: FieldShader | None = None
        self._image: QImage | None = None
        self._pixels: Pixels | None = None
        self._shown: tuple[object, ...] | None = None
        self._chrome: QPixmap | None = None
        self._point_map: QPixmap | None = None
        self._legend: list[list[LegendItem]] = [[]]
        self._layout = Layout.fit(360, 400, LEFT, 1)
        self._margins = (LEFT, BELOW)
        self._hover = _HoverLabel(self)
        self._hover.set_theme(theme)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Decision surface")

    # What is shown

    def set_view(self, view: SurfaceView | None, probes: tuple[GridProbe, ...] = ()) -> None:
        """Show another plane; only answers to one of ``probes`` are painted on it."""
        same_data = view is not None and self._view is not None and view.slices is self._view.slices
        self._view, self._probes = view, probes
        self._points = None if view is None else PointsLayer(view)
        if not same_data:
            self._row, self._shader = None, None
        self._image, self._shown = None, None
        self._hover.hide()
        self._relayout()

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

    def refresh(self) -> None:
        """Shade the newest answer, unless it is already on the screen or belongs to another plane."""
        snapshot, view = self.snapshot, self._view
        if snapshot is None or view is None or snapshot.grid is None:
            return
        result = snapshot.grid
        if not any(result.probe is probe for probe in self._probes):
            return
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
        if snapshot.state is RunState.RUNNING:
            side = min(side, math.isqrt(_LIVE_PIXELS // n_outputs))
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
        return width - self._left() - RIGHT + TOP + self._below()

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

    def _below(self) -> int:
        extra = len(self._legend) - 1 + bool(self._points is not None and self._points.note())
        return BELOW + ROW_HEIGHT * extra

    def _relayout(self) -> None:
        self._legend = [[]]
        if self._view is not None:
            width = self.width() - self._left() - _RIGHT_INSET - _ROW_ITEM
            self._legend = legend_rows(legend_items(self._view.slices.dataset), width)
        extra = (self._below() - BELOW) // ROW_HEIGHT
        layout = Layout.fit(self.width(), self.height(), self._left(), 1 + extra)
        if layout.square.size() != self._layout.square.size():
            self._shown = None
        self._layout = layout
        self._chrome, self._point_map = None, None
        margins = (self._left(), self._below())
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
        if row is None or self._points is None:
            self._hover.hide()
            return
        at = self._points.pixel_of(row, self._layout.square)
        self._hover.show_beside(self.row_lines(row), at or event.position(), self.rect())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the values away with the mouse."""
        super().leaveEvent(event)
        self._hover.hide()

    def _row_at(self, position: QPointF) -> int | None:
        if self._points is None or not self._layout.square.contains(position.toPoint()):
            return None
        return self._points.nearest(position, self._layout.square)

    def row_lines(self, row: int) -> str:
        """Return a row's values on the axes and its target, one a line, in original units."""
        view = self._view
        if view is None or self._points is None:
            return ""
        dataset = view.slices.dataset
        part = "validation" if self._points.is_validation[row] else "train"
        lines = [f"row {int(dataset.table_rows[row]) + 1:,}, {part}"]
        for axis in (view.x, view.y):
            if axis.name:
                value = float(view.slices.positions(axis.name)[row])
                lines.append(f"{_short(axis.name)}  {value_text(axis, value)}")
        codes = dataset.target_codes
        target = dataset.table.column(dataset.choices.target).take(dataset.table_rows[row : row + 1])
        answer = dataset.classes[codes[row]] if codes is not None else str(target.labels()[0])
        lines.append(f"{_short(dataset.choices.target)}  {_short(answer)}")
        return "\n".join(lines)


class _HoverLabel(QLabel):
    """A small card beside a point; plain text only, because names and values come out of a file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.ink}; border: 1px solid {theme.line_strong};"
            "border-radius: 5px; padding: 4px 7px;"
        )

    def show_beside(self, text: str, at: QPointF, inside: QRect) -> None:
        """Show ``text`` next to a place, on the side where there is room."""
        if self.text() != text:
            self.setText(text)
            self.adjustSize()
        x = at.x() + 12 if at.x() + 12 + self.width() <= inside.right() else at.x() - 12 - self.width()
        y = min(max(at.y() - self.height() / 2, inside.top()), inside.bottom() - self.height())
        self.move(round(max(0.0, x)), round(y))
        self.show()


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _as_image(pixels: Pixels) -> QImage:
    """Wrap pixels without copying; the caller keeps the array as long as the image."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
