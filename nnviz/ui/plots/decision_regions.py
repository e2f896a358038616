"""Names on the map: where in its region each class is written, as colours alone do not tell ten classes apart."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from nnviz.ui.plots.decision_colours import FloatArray
from nnviz.ui.theme import CAPTION, MEDIUM, Theme, font, with_alpha

_CELLS: Final = 32  # a name needs no better place than to a thirty-second of the map
_LEAST: Final = 3  # cells from the middle of a region to its border; a smaller one has no room for a name
_STEADY: Final = 0.6  # a name stays where it is as long as there is this much of the room of the best place
_LONGEST: Final = 72
_PILL, _OPACITY = 15.0, 0.62

Anchors = dict[int, tuple[float, float]]


def region_anchors(output: FloatArray, resolution: int, before: Anchors) -> Anchors:
    """Return for each class the middle of the widest spot in its region, as shares of the sides from left and bottom.

    Parameters
    ----------
    output
        The network's output over the grid, (resolution**2, n_classes), y slowest from its low end.
    before
        The last anchors: names do not jump for a few cells.
    """
    step = max(1, resolution // _CELLS)
    cells = output.reshape(resolution, resolution, -1)[step // 2 :: step, step // 2 :: step]
    if not np.isfinite(cells).all():
        return {}
    winner = cells.argmax(axis=2)
    side = len(winner)
    classes = np.unique(winner)
    depth = _depths(winner[None] == classes[:, None, None])
    anchors: Anchors = {}
    for index, room in zip(classes.tolist(), depth, strict=True):
        best = int(room.max())
        if best < _LEAST:
            continue
        row, column = _place(room, best, before.get(index))
        anchors[index] = (column + 0.5) / side, (row + 0.5) / side
    return anchors


def _depths(inside: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Return how many cells each cell of a region is from its border, (regions, side, side); 0 outside."""
    depth = np.zeros(inside.shape, np.int16)
    current = inside.copy()
    while current.any():
        depth += current
        smaller = np.zeros_like(current)
        smaller[:, 1:-1, 1:-1] = (
            current[:, 1:-1, 1:-1]
            & current[:, :-2, 1:-1]
            & current[:, 2:, 1:-1]
            & current[:, 1:-1, :-2]
            & current[:, 1:-1, 2:]
        )
        current = smaller
    return depth


def _place(room: NDArray[np.int16], best: int, before: tuple[float, float] | None) -> tuple[int, int]:
    side = len(room)
    if before is not None:
        column, row = (min(side - 1, int(share * side)) for share in before)
        if room[row, column] >= max(_LEAST, _STEADY * best):
            return row, column
    at = np.argwhere(room == best)
    # Of several equally roomy places the one nearest to their middle.
    row, column = at[np.abs(at - at.mean(axis=0)).sum(axis=1).argmin()].tolist()
    return row, column


def paint_names(painter: QPainter, names: tuple[str, ...], places: list[tuple[int, QPointF]], theme: Theme) -> None:
    """Write names of classes at places of the widget, each on a pill that lets the map through."""
    painter.setFont(font(CAPTION, MEDIUM))
    metrics = painter.fontMetrics()
    for index, at in places:
        text = metrics.elidedText(" ".join(names[index].split()), Qt.TextElideMode.ElideRight, _LONGEST)
        width = metrics.horizontalAdvance(text) + 10.0
        box = QRectF(at.x() - width / 2, at.y() - _PILL / 2, width, _PILL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.panel, _OPACITY))
        painter.drawRoundedRect(box, _PILL / 2, _PILL / 2)
        painter.setPen(QColor(theme.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def kept_inside(at: QPointF, square: QRect) -> QPointF:
    """Return a place moved so that a name there is not cut by the map's edge."""
    half = _LONGEST / 2
    return QPointF(
        min(max(at.x(), square.left() + half / 2), square.right() - half / 2),
        min(max(at.y(), square.top() + _PILL), square.bottom() - _PILL),
    )
