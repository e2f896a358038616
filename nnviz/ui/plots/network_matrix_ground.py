"""What is painted around and over the weight matrices: titles, names and numbers, cell borders, what is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from nnviz.app.lenses import INPUTS, Place
from nnviz.engine.explain_forward import BIAS
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.base import paint_upright_text
from nnviz.ui.plots.network_matrix_layout import LEAST_BLOCK, TITLES, Matrix
from nnviz.ui.plots.network_matrix_picture import MatrixPicture
from nnviz.ui.plots.network_static import Labels, device_pixmap
from nnviz.ui.theme import BODY, CAPTION, MICRO, REGULAR, SEMIBOLD, Theme, font

NUMBER_GUTTER, AXIS_NAME = 42.0, 14.0
NAMES_FROM = 11.0  # height of a row that has room for a name
MOST_COLUMN_NAME = 64.0
BORDER_FROM = 7.0  # cells from this size on are parted by a line
LEAST_MARK = 5.0  # side of the frame around a chosen cell
LEAST_ROW_STEP, LEAST_COLUMN_STEP = 13.0, 22.0


def layer_name(layer: int, n_layers: int) -> str:
    """Return "Inputs", "Hidden 1", ..., "Output"; layer 0 is the inputs."""
    return "Inputs" if layer == 0 else "Output" if layer == n_layers - 1 else f"Hidden {layer}"


def gutters(sizes: Sequence[int], name_width: float, height: float) -> list[float]:
    """Return the room to the left of each matrix; ``name_width`` is that of the inputs' names, if they have room."""
    named = sizes[0] * NAMES_FROM < height
    first = AXIS_NAME + name_width + 8 if named else NUMBER_GUTTER
    return [first, *[NUMBER_GUTTER] * (len(sizes) - 2)]


def numbered(count: int, cell: float, least: float, *, first: bool = False) -> range:
    """Return the items that get a number, from 0: all, or every second, fifth, tenth ... as there is room.

    Counted from 1 these are the second, fourth ...; with ``first``, for names, the first, third ...
    """
    step = 1
    while step * cell < least:
        step = {1: 2, 2: 5, 5: 10}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    return range(0 if first else step - 1, count, step)


def note(picture: MatrixPicture) -> str:
    """Return the line below a title: how many weights there are, and what one sees of those that share a pixel."""
    matrix, (rows, columns) = picture.matrix, picture.reduced
    text = f"{matrix.n_in} × {matrix.n_out}"
    return text if rows * columns == 1 else f"{text}, largest of {rows * columns} shown"


class MatrixGround:
    """Keeps the picture of the ground; made anew after `forget`, and for another screen."""

    def __init__(self) -> None:
        self._kept: QPixmap | None = None

    def forget(self) -> None:
        """Size, network or theme are others."""
        self._kept = None

    def paint(
        self,
        painter: QPainter,
        pictures: Sequence[MatrixPicture],
        size: QSize,
        ratio: float,
        theme: Theme,
        labels: Labels,
    ) -> None:
        """Copy it, or paint it for a file."""
        if current() is not None:
            painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(theme.app))
            _paint_ground(painter, pictures, theme, labels)
            return
        if self._kept is None or self._kept.devicePixelRatio() != ratio:
            self._kept = device_pixmap(size.width(), size.height(), ratio, theme.app)
            on_picture = QPainter(self._kept)
            _paint_ground(on_picture, pictures, theme, labels)
            on_picture.end()
        painter.drawPixmap(0, 0, self._kept)


def _paint_ground(painter: QPainter, pictures: Sequence[MatrixPicture], theme: Theme, labels: Labels) -> None:
    """Paint the titles, names and empty boxes of the matrices."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    n_layers = len(pictures) + 1
    for picture in pictures:
        matrix = picture.matrix
        _titles(painter, picture, n_layers, theme)
        _rows(painter, matrix, labels, theme)
        _columns(painter, matrix, n_layers, labels, theme)
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        painter.setBrush(QColor(theme.field))
        for box in (weights_box(matrix), bias_box(matrix)):
            painter.drawRect(box.adjusted(-1, -1, 1, 1))


def weights_box(matrix: Matrix) -> QRectF:
    """Return where the weights are."""
    return QRectF(matrix.x, matrix.y, matrix.width, matrix.height)


def bias_box(matrix: Matrix) -> QRectF:
    """Return where the biases are."""
    return QRectF(matrix.x, matrix.bias_y, matrix.width, matrix.bias_height)


def _titles(painter: QPainter, picture: MatrixPicture, n_layers: int, theme: Theme) -> None:
    matrix = picture.matrix
    left = matrix.left + AXIS_NAME
    title = f"{layer_name(matrix.layer, n_layers)} → {layer_name(matrix.layer + 1, n_layers)}"
    lines = (
        (title, font(BODY, SEMIBOLD), theme.ink, 0.0),
        (note(picture), font(CAPTION, REGULAR), theme.ink_3, 16.0),
    )
    for text, face, colour, down in lines:
        width = QFontMetricsF(face).horizontalAdvance(text)
        x = max(left, matrix.x + min(0.0, (matrix.width - width) / 2))
        painter.setFont(face)
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(x, matrix.y - TITLES + 12 + down), text)


def _rows(painter: QPainter, matrix: Matrix, labels: Labels, theme: Theme) -> None:
    high = matrix.cell[1]
    named = matrix.layer == 0 and high >= NAMES_FROM and len(labels.inputs) == matrix.n_in
    face = font(CAPTION if named else MICRO, REGULAR)
    painter.setFont(face)
    painter.setPen(QColor(theme.ink_2 if named else theme.ink_3))
    room = matrix.x - matrix.left - AXIS_NAME - 6
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    for source in range(matrix.n_in) if named else numbered(matrix.n_in, high, LEAST_ROW_STEP):
        text = " ".join(labels.inputs[source].split()) if named else str(source + 1)
        text = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, room)
        middle = matrix.row_y(source) + high / 2
        painter.drawText(QRectF(matrix.x - 6 - room, middle - 8, room, 16), int(align), text)
    painter.setFont(font(MICRO, REGULAR))
    painter.setPen(QColor(theme.ink_3))
    middle = matrix.bias_y + matrix.bias_height / 2
    painter.drawText(QRectF(matrix.x - 6 - room, middle - 8, room, 16), int(align), "bias")
    axis = "input" if matrix.layer == 0 else f"neuron of hidden {matrix.layer}"
    length = max(matrix.height, 84.0)
    paint_upright_text(painter, axis, QPointF(matrix.left + 6, matrix.y + matrix.height / 2), length)


def _columns(painter: QPainter, matrix: Matrix, n_layers: int, labels: Labels, theme: Theme) -> None:
    wide, last = matrix.cell[0], matrix.layer == n_layers - 2
    named = last and len(labels.outputs) == matrix.n_out
    face = font(CAPTION if named else MICRO, REGULAR)
    metrics = QFontMetricsF(face)
    names = [" ".join(name.split()) for name in labels.outputs] if named else []
    widest = min(MOST_COLUMN_NAME, max((metrics.horizontalAdvance(name) for name in names), default=0.0))
    room = LEAST_BLOCK if matrix.n_out == 1 else widest + 2
    painter.setFont(face)
    painter.setPen(QColor(theme.ink_2 if named else theme.ink_3))
    top = matrix.bias_y + matrix.bias_height + 2
    for target in numbered(matrix.n_out, wide, widest + 8 if named else LEAST_COLUMN_STEP, first=named):
        text = metrics.elidedText(names[target], Qt.TextElideMode.ElideRight, room) if named else str(target + 1)
        middle = matrix.x + (target + 0.5) * wide
        painter.drawText(QRectF(middle - 60, top, 120, 14), Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(font(MICRO, REGULAR))
    painter.setPen(QColor(theme.ink_3))
    axis = "output" if last else f"neuron of hidden {matrix.layer + 1}"
    box = QRectF(matrix.x + matrix.width / 2 - 80, top + 14, 160, 14)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, axis)


def paint_borders(painter: QPainter, matrix: Matrix, theme: Theme) -> None:
    """Part large cells by lines of the ground."""
    wide, high = matrix.cell
    if min(wide, high) < BORDER_FROM:
        return
    painter.setPen(QPen(QColor(theme.app), 1.0))
    for target in range(1, matrix.n_out):
        x = matrix.x + target * wide
        painter.drawLine(QPointF(x, matrix.y), QPointF(x, matrix.y + matrix.height))
        painter.drawLine(QPointF(x, matrix.bias_y), QPointF(x, matrix.bias_y + matrix.bias_height))
    for source in range(1, matrix.n_in):
        y = matrix.row_y(source)
        painter.drawLine(QPointF(matrix.x, y), QPointF(matrix.x + matrix.width, y))


def paint_choice(painter: QPainter, matrices: Sequence[Matrix], place: Place, theme: Theme) -> None:
    """Frame the chosen weight; of a neuron the column of what it takes in and the row of what it gives on."""
    if place.source is not None:
        frame_cell(painter, matrices, place, 2.0, theme)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.ink), 2.0))
    if place.layer > INPUTS:
        matrix = matrices[place.layer]
        x, wide = matrix.x + place.unit * matrix.cell[0], max(LEAST_MARK, matrix.cell[0])
        painter.drawRect(QRectF(x, matrix.y, wide, matrix.bias_y + matrix.bias_height - matrix.y))
    if place.layer + 1 < len(matrices):
        matrix = matrices[place.layer + 1]
        painter.drawRect(QRectF(matrix.x, matrix.row_y(place.unit), matrix.width, max(LEAST_MARK, matrix.cell[1])))


def cell_centre(matrices: Sequence[Matrix], place: Place) -> QPointF | None:
    """Return the middle of the cell of a weight or bias, or None for what has none."""
    if place.source is None or not 0 <= place.layer < len(matrices):
        return None
    matrix = matrices[place.layer]
    wide, high = matrix.cell
    high = matrix.bias_height if place.source == BIAS else high
    return QPointF(matrix.x + (place.unit + 0.5) * wide, matrix.row_y(place.source) + high / 2)


def frame_cell(painter: QPainter, matrices: Sequence[Matrix], place: Place, width: float, theme: Theme) -> None:
    """Frame the cell of a weight or bias; one that is tiny gets a frame around it that can be seen."""
    matrix, source = matrices[place.layer], place.source
    if source is None:
        return
    wide, high = matrix.cell
    high = matrix.bias_height if source == BIAS else high
    box = QRectF(matrix.x + place.unit * wide, matrix.row_y(source), wide, high)
    across, down = (max(0.0, (LEAST_MARK - side) / 2) for side in (wide, high))
    box.adjust(-across, -down, across, down)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, pen in ((theme.app, width + 2), (theme.ink, width)):
        painter.setPen(QPen(QColor(colour), pen))
        painter.drawRect(box)
