"""The weight matrices: one heat map a layer, the same numbers, scale and choice as the diagram's edges."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode, EdgeScale
from nnviz.app.lenses import Place
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots import network_matrix_ground as ground
from nnviz.ui.plots.base import TEXTS_PER_SECOND, Throttle
from nnviz.ui.plots.lens_picker import LensPicker
from nnviz.ui.plots.network_emphasis import BY_KEY, focus_frame
from nnviz.ui.plots.network_matrix_layout import Matrix, Spot, matrix_layout, spot_at
from nnviz.ui.plots.network_matrix_marks import MatrixMarks
from nnviz.ui.plots.network_matrix_picture import (
    MatrixDrawing,
    MatrixJob,
    MatrixPicture,
    block_starts,
    draw_matrices,
)
from nnviz.ui.plots.network_matrix_words import describe_place, describe_spot, next_cell, place_in
from nnviz.ui.plots.network_pictures import image_of, packed_table
from nnviz.ui.plots.network_static import Labels, hover_label, name_width
from nnviz.ui.plots.network_voice import say, spoken
from nnviz.ui.plots.network_worker import NewestWorker
from nnviz.ui.theme import DARK, Theme

LATE_MS = 20  # when no newer snapshot comes, look this often for the pictures still being made
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class NetworkMatrix(QWidget):
    """Shows all weights of a network; `draw` stores, a thread makes the pictures, `paintEvent` copies them.

    Parameters
    ----------
    picker
        The diagram's: a click here chooses what a click on the edge would.

    Signals
    -------
    scale_changed(float, bool)
        The weight in full colour changed, or whether some bias is beyond it.
    resized
        The canvas has another size.
    """

    scale_changed = Signal(float, bool)
    resized = Signal()

    def __init__(self, picker: LensPicker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Weight matrices")
        self._picker = picker
        picker.changed.connect(self.update)
        self._theme = DARK
        self._config: MLPConfig | None = None
        self._labels = Labels()
        self._matrices: tuple[Matrix, ...] = ()
        self._pictures: tuple[MatrixPicture, ...] = ()
        self._ground = ground.MatrixGround()
        self._snapshot: Snapshot | None = None
        self._drawn: MatrixDrawing | None = None
        self._images: list[tuple[QImage, QImage]] = []
        self._mode = MODES[WEIGHT]
        self.marks = MatrixMarks(self)
        self._scale = EdgeScale()
        self._worker = NewestWorker[MatrixJob, MatrixDrawing]("nnviz-matrix-pictures", draw_matrices)
        self._spot: Spot | None = None
        self._at = QPointF()
        self._text = ""
        self._framed = False
        self._texts = Throttle(TEXTS_PER_SECOND)
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._collect)
        self._painted: MatrixDrawing | None = None
        self.drawn = 0  # pictures painted so far, each from newer weights

    # What is shown

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """Where the weights of each layer are."""
        return self._matrices

    @property
    def hover_text(self) -> str:
        """The label at the cursor, or ""."""
        return self._text

    def set_network(self, config: MLPConfig, input_names: Sequence[str], output_names: Sequence[str]) -> None:
        """Show a network of this shape; its numbers come with the next snapshot."""
        self._config, self._labels = config, Labels(tuple(input_names), tuple(output_names))
        self._snapshot = self._drawn = self._spot = None
        self._text, self._images = "", []
        self._rebuild()

    def set_scale(self, scale: float) -> None:
        """Begin with the diagram's scale; from there it follows the same rule."""
        self._scale = EdgeScale(self._mode.key, scale)
        self._submit()

    def set_mode(self, mode: EdgeMode) -> None:
        """Show other numbers from the next snapshot on, with a scale of their own."""
        self._mode, self._scale = mode, EdgeScale(mode.key)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self._rebuild()

    def draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot: its numbers go to the thread, and what that finished meanwhile is painted."""
        if self._config is None or snapshot.config.sizes != self._config.sizes:
            return
        before, self._snapshot = self._snapshot, snapshot
        if self.isVisible():
            if before is None or before.parameters is not snapshot.parameters:
                self._submit()
            self._collect()

    def stop(self) -> None:
        """Stop the thread; showing the widget again starts it."""
        self._late.stop()
        self._worker.stop()

    def flush(self, timeout: float) -> bool:
        """Wait until the newest numbers are drawn and will be painted next; return whether they were in time."""
        done = self._worker.flush(timeout)
        self._collect()
        return done

    def _submit(self) -> None:
        if self._snapshot is not None and self._pictures:
            self._worker.submit(MatrixJob(self._pictures, self._snapshot.parameters, self._scale))

    def _collect(self) -> None:
        drawn = self._worker.take()
        if drawn is not None and drawn.pictures is self._pictures:
            before = self._drawn
            if before is None or (before.scale, before.beyond) != (drawn.scale, drawn.beyond):
                self.scale_changed.emit(drawn.scale, drawn.beyond)
            self._drawn = drawn
            self._images = [(image_of(weights), image_of(biases)) for weights, biases in drawn.pixels]
            self._refresh_text(now=False)
            self.update()
        if self._worker.busy and self.isVisible():
            self._late.start()

    def _rebuild(self) -> None:
        config = self._config
        if config is not None:
            sizes, theme = config.sizes, self._theme
            gutters = ground.gutters(sizes, name_width(self._labels.inputs, self.width()), self.height())
            self._matrices = matrix_layout(sizes, self.width(), self.height(), gutters)
            table, error = packed_table(theme, 1.0), QColor(theme.error).rgb()
            starts = zip(self._matrices, block_starts(sizes), strict=True)
            self._pictures = tuple(MatrixPicture(matrix, start, table, error) for matrix, start in starts)
            self._ground.forget()
            self._images, self._spot = [], None
            if self.isVisible():
                self._submit()
                self._late.start()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the finished pictures; only what is chosen or under the cursor is drawn here."""
        del event
        painter = QPainter(self)
        if not self._pictures:
            painter.fillRect(self.rect(), QColor(self._theme.app))
            return
        ratio = self.devicePixelRatioF()
        self._ground.paint(painter, self._pictures, self.size(), ratio, self._theme, self._labels)
        if self._drawn is not self._painted:
            self._painted = self._drawn
            self.drawn += self._drawn is not None
        for matrix, (weights, biases) in zip(self._matrices, self._images, strict=False):
            painter.drawImage(ground.weights_box(matrix), weights)
            painter.drawImage(ground.bias_box(matrix), biases)
            ground.paint_borders(painter, matrix, self._theme)
        if self._config is not None:
            self.marks.paint(painter, self._config, self._matrices, self.size() * ratio, self._theme)
        if (place := self._picker.place) is not None:
            ground.paint_choice(painter, self._matrices, place, self._theme)
        elif self._framed:
            focus_frame(painter, QRectF(self.rect()), self._theme)
        if self._spot is not None and self._text:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground.frame_cell(painter, self._matrices, place_in(self._spot, self._snapshot), 1.0, self._theme)
            hover_label(painter, self._text, self._at, QRectF(self.rect()), self._theme)

    # Cursor and keys

    def _refresh_text(self, *, now: bool) -> None:
        if self._spot is not None and self._config is not None and (now or self._texts.take()):
            self._text = describe_spot(self._spot, self._snapshot, self._config.sizes, self._labels, self._mode)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show the weight under the cursor."""
        self._at, before = event.position(), self._spot
        self._spot = spot_at(self._matrices, self._at.x(), self._at.y())
        if self._spot != before:
            self._text = ""
            self._refresh_text(now=True)
        if self._spot is not None or before is not None:
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the label away."""
        del event
        self._spot, self._text = None, ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the weight under the cursor, or let go beside all."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._picker.choose(self.place_at(event.position()))

    def place_at(self, at: QPointF) -> Place | None:
        """Return the weight or bias at a point of the widget, or None."""
        spot = spot_at(self._matrices, at.x(), at.y())
        return None if spot is None else place_in(spot, self._snapshot)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk from cell to cell, open the inspector on one, let go."""
        key, place, config = Qt.Key(event.key()), self._picker.place, self._config
        if config is not None and key in _ARROWS and (place is not None or key in (Qt.Key.Key_Left, Qt.Key.Key_Right)):
            place = Place(0, 0, 0) if place is None else next_cell(place, config.sizes, *_ARROWS[key])
            self._picker.choose(place)
            words = describe_place(place, self._snapshot, config.sizes, self._labels, self._mode)
            say(self, spoken(words))
        elif place is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._picker.opened.emit()
        elif place is not None and key == Qt.Key.Key_Escape:
            self._picker.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that the tab key came here."""
        self._framed = event.reason() in BY_KEY
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the frame away."""
        del event
        self._framed = False
        self.update()

    # Size and screen

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay out for the new size."""
        del event
        self._rebuild()
        self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Start the thread."""
        del event
        self._worker.start()
        self._submit()
        self._late.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look for no more pictures."""
        del event
        self._late.stop()
