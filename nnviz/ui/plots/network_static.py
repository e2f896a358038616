"""The parts of the diagram that stand still between two layouts: ground, names, blank tiles, bias rings, labels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from nnviz.ui.plots.network_layout import BIAS_RADIUS, NAME_GAP, Band, Column, Gap, NetworkLayout, Tile
from nnviz.ui.theme import BODY, CAPTION, MEDIUM, MICRO, REGULAR, SEMIBOLD, Theme, font, with_alpha
from nnviz.ui.type_scale import px

# Tiles closer than this leave no room for text, or room for one or two lines each.
NO_LINE, ONE_LINE, TWO_LINES = 12.0, 31.0, 50.0
BIAS_LEVELS = 16
BIAS_FULL = 2.5  # a bias of this size fills its ring
FOOT_WIDTH, FOOT_GAP = 120.0, 3.0
MIN_NAME, NAME_SHARE, MAX_NAME = 48.0, 0.15, 160.0


@dataclass(frozen=True, slots=True)
class Labels:
    """Names beside the first and last column and the chosen row's values below them."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    input_texts: tuple[str, ...] = ()
    output_texts: tuple[str, ...] = ()
    output_colours: tuple[str, ...] = ()


def name_width(names: Sequence[str], canvas_width: float) -> float:
    """Return the room for a column of names: the widest one, within a share of the canvas."""
    metrics = QFontMetricsF(font(BODY, SEMIBOLD))
    widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
    limit = min(px(MAX_NAME), max(px(72), NAME_SHARE * canvas_width))
    return float(min(limit, max(px(MIN_NAME), widest + 2)))


def device_pixmap(width: float, height: float, ratio: float, fill: str | None) -> QPixmap:
    """Return a pixmap of ``ratio`` device pixels per logical pixel, filled or transparent."""
    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(fill) if fill else Qt.GlobalColor.transparent)
    return pixmap


def round_pen(colour: str, width: float) -> QPen:
    """Return a pen with round caps and joins."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


class _Line(NamedTuple):
    text: str
    colour: str
    size: float = BODY
    weight: QFont.Weight = SEMIBOLD


class _Writer:
    """Writes elided single lines beside tiles."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter

    def width(self, line: _Line) -> float:
        """Return the width of the whole line."""
        return float(QFontMetricsF(font(line.size, line.weight)).horizontalAdvance(line.text))

    def write(self, line: _Line, box: QRectF, side: Qt.AlignmentFlag) -> None:
        """Write a line into ``box``; names are plain text, whatever they hold."""
        face = font(line.size, line.weight)
        shown = QFontMetricsF(face).elidedText(line.text, Qt.TextElideMode.ElideRight, box.width())
        self._painter.setFont(face)
        self._painter.setPen(QColor(line.colour))
        self._painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


def _pitch(column: Column) -> float:
    if len(column.tiles) < 2:
        return 1e3
    return column.tiles[1].y - column.tiles[0].y


def _beside(
    writer: _Writer, tile: Tile, left: float, width: float, lines: Sequence[_Line], pitch: float, side: Qt.AlignmentFlag
) -> None:
    """Write the name, and what is below it as far as there is room, beside a tile."""
    if pitch >= px(ONE_LINE):
        lines, high = lines[: 2 if pitch < px(TWO_LINES) else 3], px(16)
        top = tile.middle - high / 2 * len(lines) + 0.5
        for row, line in enumerate(lines):
            writer.write(line, QRectF(left, top + high * row, width, high), side)
        return
    # One line: the name first, and the value at the tile's side if it fits whole.
    box, taken = QRectF(left, tile.middle - px(9), width, px(18)), 0.0
    if len(lines) > 1:
        taken = writer.width(lines[1]) + 7
        if writer.width(lines[0]) + taken > width:
            taken = 0.0
        else:
            writer.write(lines[1], box, side)
    box.adjust(*((taken, 0, 0, 0) if side == Qt.AlignmentFlag.AlignLeft else (0, 0, -taken, 0)))
    writer.write(lines[0], box, side)


def _text(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _write_names(
    painter: QPainter, layout: NetworkLayout, theme: Theme, labels: Labels, room: tuple[float, float]
) -> None:
    writer = _Writer(painter)
    first, last = layout.columns[0], layout.columns[-1]
    for tile in first.tiles if _pitch(first) >= px(NO_LINE) else ():
        lines = [_Line(_one_line(_text(labels.inputs, tile.neuron)), theme.ink)]
        value = _one_line(_text(labels.input_texts, tile.neuron))
        if value:
            lines.append(_Line(value, theme.ink_3, CAPTION, REGULAR))
        left = tile.x - NAME_GAP - room[0]
        _beside(writer, tile, left, room[0], lines, _pitch(first), Qt.AlignmentFlag.AlignRight)
    for tile in last.tiles if _pitch(last) >= px(NO_LINE) else ():
        lines = [_Line(_one_line(_text(labels.outputs, tile.neuron)), theme.ink)]
        result, _, note = _text(labels.output_texts, tile.neuron).partition("\n")
        if result:
            lines.append(_Line(_one_line(result), _text(labels.output_colours, tile.neuron) or theme.ink))
        if note:
            lines.append(_Line(_one_line(note), theme.ink_3, CAPTION, REGULAR))
        left = tile.right + NAME_GAP
        _beside(writer, tile, left, room[1], lines, _pitch(last), Qt.AlignmentFlag.AlignLeft)


def foot_lines(column: Column) -> tuple[str, ...]:
    """Return what stands below a column of which not all neurons have a tile, or which was expanded."""
    band = column.band
    if band is None:
        return ()
    shown = column.units - band.hidden
    if band.expanded:
        return ("all shown",) if not band.hidden else (f"{shown} of {column.units} shown,", "the strongest")
    return f"{shown} of {column.units} shown,", "strongest first"


def foot_pixmap(column: Column, ratio: float, theme: Theme) -> QPixmap:
    """Return the words below a column; they stand over the edges."""
    pixmap = device_pixmap(px(FOOT_WIDTH), px(13) * len(foot_lines(column)), ratio, None)
    painter = QPainter(pixmap)
    paint_foot(painter, column, theme)
    painter.end()
    return pixmap


def paint_foot(painter: QPainter, column: Column, theme: Theme) -> None:
    """Paint the words below a column from the painter's origin."""
    painter.setFont(font(MICRO, REGULAR))
    painter.setPen(QColor(theme.ink_2))
    for row, line in enumerate(foot_lines(column)):
        painter.drawText(QRectF(0, px(13) * row, px(FOOT_WIDTH), px(13)), Qt.AlignmentFlag.AlignCenter, line)


def static_pixmap(
    layout: NetworkLayout,
    canvas: tuple[float, float],
    ratio: float,
    theme: Theme,
    labels: Labels,
    room: tuple[float, float],
) -> QPixmap:
    """Return the ground of the diagram with all names and blank tiles; ``room`` is the width of both name columns."""
    pixmap = device_pixmap(*canvas, ratio, theme.app)
    painter = QPainter(pixmap)
    paint_static(painter, layout, theme, labels, room)
    painter.end()
    return pixmap


def paint_static(
    painter: QPainter, layout: NetworkLayout, theme: Theme, labels: Labels, room: tuple[float, float]
) -> None:
    """Paint names and blank tiles on a ground that is there."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.field))
    for column in layout.columns:
        radius = min(7.0, 0.17 * column.side)
        for tile in column.tiles:
            painter.drawRoundedRect(QRectF(tile.x + 0.5, tile.y + 0.5, tile.side - 1, tile.side - 1), radius, radius)
    _write_names(painter, layout, theme, labels, room)


def band_text(band: Band) -> str:
    """Return what is written on a band."""
    return "fewer" if band.expanded else f"+{band.hidden}"


def band_pixmap(band: Band, ratio: float, theme: Theme) -> QPixmap:
    """Return what is laid over the picture of a band: how many neurons it stands for, on a plate."""
    pixmap = device_pixmap(band.width, band.height, ratio, None)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_band(painter, band, theme)
    painter.end()
    return pixmap


def paint_band(painter: QPainter, band: Band, theme: Theme) -> None:
    """Paint the plate of a band; the painter's origin is the band's corner."""
    face = font(MICRO if band.height < 24 else CAPTION, MEDIUM)
    width = min(QFontMetricsF(face).horizontalAdvance(band_text(band)) + 10, band.width - 4)
    plate = QRectF((band.width - width) / 2, band.height / 2 - 8, width, 16)
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.app))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(QColor(theme.ink))
    painter.setFont(face)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, band_text(band))


def bias_level(bias: float, full: float = BIAS_FULL) -> int:
    """Return the step of a bias between -BIAS_LEVELS and BIAS_LEVELS; sprites exist for steps, not for numbers."""
    if bias == 0 or math.isnan(bias):
        return 0
    step = max(1, round(BIAS_LEVELS * min(abs(bias) / full, 1.0)))
    return step if bias > 0 else -step


def bias_pixmap(level: int, radius: float, ratio: float, theme: Theme) -> QPixmap:
    """Return the bias ring with its dot for one `bias_level`; one pixel wider than the ring on every side."""
    size = 2 * radius + 2
    pixmap = device_pixmap(size, size, ratio, None)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_bias(painter, QPointF(size / 2, size / 2), level, radius, theme)
    painter.end()
    return pixmap


def paint_bias(painter: QPainter, centre: QPointF, level: int, radius: float, theme: Theme) -> None:
    """Paint a bias ring with its dot around a place."""
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.app))
    painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
    painter.setPen(Qt.PenStyle.NoPen)
    # A bias of exactly 0 has no sign, so no colour.
    painter.setBrush(QColor(theme.positive if level > 0 else theme.negative if level < 0 else theme.ink_3))
    dot = (2.0 + 2.6 * abs(level) / BIAS_LEVELS) * radius / BIAS_RADIUS
    painter.drawEllipse(centre, dot, dot)


def hatch(painter: QPainter, column: Column, theme: Theme) -> None:
    """Hatch the tiles of a layer whose numbers left the finite range."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.error), 2.0))
    for tile in column.tiles:
        box = QRectF(tile.x, tile.y, tile.side, tile.side)
        painter.setBrush(with_alpha(theme.app, 0.6))  # the map recedes: its numbers mean nothing any more
        painter.drawRoundedRect(box, 6, 6)
        painter.setBrush(QBrush(QColor(theme.error), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(box, 6, 6)
    painter.restore()


def edge_path(gap: Gap, index: int) -> QPainterPath:
    """Return the curve of one edge."""
    middle = (gap.left + gap.right) / 2
    y_from, y_to = float(gap.y_from[index]), float(gap.y_to[index])
    path = QPainterPath(QPointF(gap.left, y_from))
    path.cubicTo(QPointF(middle, y_from), QPointF(middle, y_to), QPointF(gap.right, y_to))
    return path


def hover_label(painter: QPainter, text: str, at: QPointF, within: QRectF, theme: Theme) -> None:
    """Draw a small label beside the cursor, kept within the visible part of the canvas."""
    face = font(CAPTION, MEDIUM)
    width = QFontMetricsF(face).horizontalAdvance(text) + 16
    x = min(at.x() + 14, within.right() - width - 4)
    y = at.y() + 16 if at.y() + 44 < within.bottom() else at.y() - 36
    box = QRectF(max(within.left() + 4, x), y, width, 24)
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor(theme.ink))
    painter.setFont(face)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
