"""The stroke icons of buttons, drawn in code so that they take any theme's colour and any pixel ratio."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QAbstractButton

from nnviz.errors import UserError
from nnviz.ui.type_scale import px

GRID = 16.0  # every icon is drawn on a square of this many units
STROKE = 1.6
_RATIOS = (1.0, 2.0, 3.0)  # device pixel ratios that get a picture of their own; QIcon scales the next larger one


def _lines(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for stroke in strokes:
        path.moveTo(*stroke[0])
        for point in stroke[1:]:
            path.lineTo(*point)
    return path


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = _lines(points)
    path.closeSubpath()
    return path


def _bars(*left_edges: float) -> QPainterPath:
    path = QPainterPath()
    for left in left_edges:
        path.addRoundedRect(QRectF(left, 3.0, 3.0, 10.0), 0.8, 0.8)
    return path


def _triangle(left: float, right: float) -> QPainterPath:
    return _polygon((left, 3.4), (right, 8.0), (left, 12.6))


def _step_batch() -> tuple[QPainterPath, QPainterPath]:
    return _triangle(3.4, 10.2), _lines(((12.8, 3.4), (12.8, 12.6)))


def _step_epoch() -> tuple[QPainterPath, QPainterPath]:
    solid = _triangle(1.4, 6.8)
    solid.addPath(_triangle(7.0, 12.4))
    return solid, _lines(((14.4, 3.4), (14.4, 12.6)))


def _reset() -> tuple[QPainterPath, QPainterPath]:
    path = QPainterPath()
    box = QRectF(2.8, 3.2, 10.4, 10.4)
    path.arcMoveTo(box, 150)
    path.arcTo(box, 150, 300)
    path.addPath(_lines(((3.2, 2.2), (3.4, 5.7), (6.9, 5.4))))
    return QPainterPath(), path


def _export() -> tuple[QPainterPath, QPainterPath]:
    arrow = _lines(((8.0, 2.0), (8.0, 10.2)), ((4.8, 7.2), (8.0, 10.4), (11.2, 7.2)), ((2.6, 13.6), (13.4, 13.6)))
    return QPainterPath(), arrow


def _plus() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((8.0, 3.4), (8.0, 12.6)), ((3.4, 8.0), (12.6, 8.0)))


def _minus() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((3.4, 8.0), (12.6, 8.0)))


def _close() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((4.0, 4.0), (12.0, 12.0)), ((12.0, 4.0), (4.0, 12.0)))


def _left() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((9.8, 4.0), (5.8, 8.0), (9.8, 12.0)))


def _right() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((6.2, 4.0), (10.2, 8.0), (6.2, 12.0)))


def _down() -> tuple[QPainterPath, QPainterPath]:
    return QPainterPath(), _lines(((4.0, 6.2), (8.0, 10.2), (12.0, 6.2)))


def _dot(x: float, y: float, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), radius, radius)
    return path


def _warning() -> tuple[QPainterPath, QPainterPath]:
    outline = _polygon((8.0, 2.2), (14.4, 13.4), (1.6, 13.4))
    outline.addPath(_lines(((8.0, 6.4), (8.0, 9.2))))
    return _dot(8.0, 11.3, 0.9), outline


def _info() -> tuple[QPainterPath, QPainterPath]:
    ring = _dot(8.0, 8.0, 6.2)
    ring.addPath(_lines(((8.0, 7.6), (8.0, 11.2))))
    return _dot(8.0, 5.0, 0.9), ring


def _file() -> tuple[QPainterPath, QPainterPath]:
    page = _polygon((3.4, 1.8), (9.2, 1.8), (12.6, 5.2), (12.6, 14.2), (3.4, 14.2))
    page.addPath(_lines(((9.0, 2.0), (9.0, 5.4), (12.4, 5.4))))
    return QPainterPath(), page


def _pencil() -> tuple[QPainterPath, QPainterPath]:
    shaft = _polygon((2.8, 13.2), (3.6, 9.8), (10.8, 2.6), (13.4, 5.2), (6.2, 12.4))
    shaft.addPath(_lines(((9.0, 4.4), (11.6, 7.0))))
    return QPainterPath(), shaft


def _lock() -> tuple[QPainterPath, QPainterPath]:
    body = QPainterPath()
    body.addRoundedRect(QRectF(3.2, 7.0, 9.6, 6.8), 1.2, 1.2)
    shackle = QPainterPath(QPointF(5.2, 7.0))
    shackle.lineTo(5.2, 5.2)
    shackle.arcTo(QRectF(5.2, 2.4, 5.6, 5.6), 180, -180)
    shackle.lineTo(10.8, 7.0)
    return body, shackle


def _silent() -> tuple[QPainterPath, QPainterPath]:
    ring = _dot(8.0, 8.0, 5.6)
    ring.addPath(_lines(((4.2, 11.8), (11.8, 4.2))))
    return QPainterPath(), ring


def _undo(*, mirrored: bool = False) -> tuple[QPainterPath, QPainterPath]:
    path = _lines(((6.2, 3.2), (2.8, 6.6), (6.2, 10.0)), ((3.0, 6.6), (9.6, 6.6)))
    path.moveTo(9.6, 6.6)
    path.arcTo(QRectF(6.3, 6.6, 6.6, 6.6), 90, -180)
    path.lineTo(7.0, 13.2)
    return QPainterPath(), QTransform(-1, 0, 0, 1, GRID, 0).map(path) if mirrored else path


def _view() -> tuple[QPainterPath, QPainterPath]:
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(1.8, 2.8, 12.4, 10.4), 1.6, 1.6)
    frame.addPath(_lines(((5.6, 2.8), (5.6, 13.2)), ((10.6, 2.8), (10.6, 13.2)), ((10.6, 8.0), (14.2, 8.0))))
    return QPainterPath(), frame


# Each icon as (filled part, stroked part), on the 16-unit grid.
_DRAWINGS: dict[str, Callable[[], tuple[QPainterPath, QPainterPath]]] = {
    "run": lambda: (_triangle(4.2, 12.6), QPainterPath()),
    "pause": lambda: (_bars(3.4, 9.6), QPainterPath()),
    "step_batch": _step_batch,
    "step_epoch": _step_epoch,
    "reset": _reset,
    "export": _export,
    "plus": _plus,
    "minus": _minus,
    "close": _close,
    "left": _left,
    "right": _right,
    "down": _down,
    "warning": _warning,
    "info": _info,
    "file": _file,
    "pencil": _pencil,
    "lock": _lock,
    "silent": _silent,
    "undo": _undo,
    "view": _view,
    "redo": lambda: _undo(mirrored=True),
}

ICON_NAMES = tuple(_DRAWINGS)


def paint_icon(painter: QPainter, name: str, colour: QColor | str, box: QRectF) -> None:
    """Paint an icon into a square of the painter's own units; the painter's state is left as it was.

    Parameters
    ----------
    painter
        An active painter.
    name
        One of `ICON_NAMES`.
    colour
        Used for both the filled and the stroked part.
    box
        Where to paint; the icon is scaled to its width.

    Raises
    ------
    UserError
        If there is no such icon.
    """
    if name not in _DRAWINGS:
        raise UserError(f"There is no icon named {name}.", f"The icons are {', '.join(ICON_NAMES)}.")
    solid, strokes = _DRAWINGS[name]()
    ink = QColor(colour)
    pen = QPen(ink, STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.width() / GRID)
    painter.fillPath(solid, ink)
    # A thin outline of the same colour rounds the corners of filled triangles.
    painter.strokePath(solid, QPen(ink, 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.strokePath(strokes, pen)
    painter.restore()


def icon_pixmap(name: str, colour: QColor | str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a pixmap of ``size`` logical pixels for a device pixel ratio; needs a QGuiApplication."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, colour, QRectF(0.0, 0.0, size, size))
    painter.end()
    return pixmap


def icon(name: str, colour: QColor | str, size: int = 16, disabled: QColor | str | None = None) -> QIcon:
    """Return a QIcon that is sharp at pixel ratios 1, 2 and 3.

    Parameters
    ----------
    name
        One of `ICON_NAMES`.
    colour
        A theme's token, such as ``theme.ink``.
    size
        Side in logical pixels.
    disabled
        The colour on a disabled button, such as ``theme.ink_3``; without it Qt fades ``colour``.
    """
    result = QIcon()
    for ratio in _RATIOS:
        result.addPixmap(icon_pixmap(name, colour, size, ratio))
        if disabled is not None:
            result.addPixmap(icon_pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


def set_icon(
    button: QAbstractButton, name: str, colour: QColor | str, size: int = 16, disabled: QColor | str | None = None
) -> None:
    """Give a button an icon that is as large beside its text at every size of text; see `icon`.

    ``size`` is its side in pixels at the usual text size. A theme that applies brings a new size of text, too.
    """
    side = px(size)
    button.setIconSize(QSize(side, side))
    button.setIcon(icon(name, colour, side, disabled))
