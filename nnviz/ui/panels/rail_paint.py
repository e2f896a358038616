"""What is painted on the time rail: signs of what happened, the playhead, and labels that keep clear of each other."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from nnviz.app.rail import BEST
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, HAND_EDIT, RESTORED
from nnviz.ui.theme import MICRO, REGULAR, SEMIBOLD, Theme, font
from nnviz.ui.type_scale import px

# Pixels between two labels; between signs of one kind, below which one of them is painted.
_LABEL_GAP: Final = 16.0
_CLOSE: Final = 3.0
# The shape doubles the colour; from what is painted first to what lies over all others.
_SIGNS: Final = MappingProxyType(
    {
        CHANGE: ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        HAND_EDIT: ((0, -5), (4, 0), (0, 5), (-4, 0)),
        RESTORED: ((0, -5), (5, 4), (-5, 4)),
        EARLY_STOP: ((-4, -5), (4, -5), (4, 5), (-4, 5)),
        DIVERGENCE: (
            (-5, -3),
            (-3, -5),
            (0, -2),
            (3, -5),
            (5, -3),
            (2, 0),
            (5, 3),
            (3, 5),
            (0, 2),
            (-3, 5),
            (-5, 3),
            (-2, 0),
        ),
        BEST: ((0, -6), (6, 0), (0, 6), (-6, 0)),
    }
)


class Label(NamedTuple):
    """A text below the axis: its middle in pixels, its colour, and whether it is set in semibold."""

    x: float
    text: str
    colour: str
    strong: bool = False


def paint_marks(painter: QPainter, theme: Theme, marks: Sequence[tuple[float, str]], axis: float) -> None:
    """Paint a sign for each mark, given by place and kind; of a crowd of one kind only as many as can be told apart."""
    colours = {BEST: theme.validation, DIVERGENCE: theme.error, EARLY_STOP: theme.warning, RESTORED: theme.validation}
    painter.setPen(QPen(QColor(theme.panel), 1.0))
    for kind, outline in _SIGNS.items():
        painter.setBrush(QColor(colours.get(kind, theme.ink_2)))
        for place in sorted({round(x / _CLOSE) for x, one in marks if one == kind}):
            painter.drawPolygon(QPolygonF([QPointF(place * _CLOSE + x, axis + y) for x, y in outline]))


def paint_head(painter: QPainter, theme: Theme, x: float, axis: float) -> None:
    """Paint the playhead."""
    painter.setPen(QPen(QColor(theme.ink), 2.0))
    painter.drawLine(QPointF(x, 6), QPointF(x, axis + 4))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.ink))
    outline = ((-6, 3), (6, 3), (6, 9), (0, 14), (-6, 9))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in outline]))


def paint_kept(painter: QPainter, theme: Theme, x: float, axis: float) -> None:
    """Paint where the moment lies that others are compared with: a hollow head on a dashed line."""
    painter.setPen(QPen(QColor(theme.ink_2), 1.2 * theme.line_width, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, 13), QPointF(x, axis))
    painter.setPen(QPen(QColor(theme.ink), 1.5 * theme.line_width))
    painter.setBrush(QColor(theme.panel))
    painter.drawEllipse(QPointF(x, 8), 4.5, 4.5)


def write_labels(painter: QPainter, size: QSize, labels: Sequence[Label]) -> None:
    """Write labels at the lower edge, the first the most important: what has no room beside those before is left out.

    A strong one moves beside another strong one that it would hide.
    """
    placed: list[QRectF] = []
    for label in labels:
        kind = font(MICRO, SEMIBOLD if label.strong else REGULAR)
        width = QFontMetricsF(kind).horizontalAdvance(label.text) + 2
        left = min(max(2.0, label.x - width / 2), size.width() - width - 2)
        box = QRectF(left, size.height() - px(15), width, px(14))
        gap = 6.0 if label.strong else _LABEL_GAP
        if label.strong and placed and _close(box, placed, gap):
            before = label.x <= placed[0].center().x()
            box.moveLeft(placed[0].left() - width - 8 if before else placed[0].right() + 8)
            if box.left() < 2 or box.right() > size.width() - 2:  # no room on that side
                box.moveLeft(placed[0].right() + 8 if before else placed[0].left() - width - 8)
        if _close(box, placed, gap):
            continue
        placed.append(box)
        painter.setFont(kind)
        painter.setPen(QColor(label.colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)


def _close(box: QRectF, others: Sequence[QRectF], gap: float) -> bool:
    return any(box.adjusted(-gap, 0, gap, 0).intersects(other) for other in others)
