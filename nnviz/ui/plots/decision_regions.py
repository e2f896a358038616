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
_ENOUGH: Final = 7  # more room makes a place no better
_NAME_CELLS: Final = 3  # half the width of a name
_PER_POINT, _CROWDED = 0.5, 12.0  # cells of room that a point in the way counts as, and when no more count
_STEADY: Final = 1.5  # a name stays where it is unless another place is better by this
_LONGEST: Final = 72
_PILL, _OPACITY, _EDGE = 15.0, 0.62, 3.0

Anchors = dict[int, tuple[float, float]]


def crowd_of(shares: FloatArray) -> NDArray[np.float32]:
    """Return how many points a name around each place of the map would share its room with, (32, 32), low y first.

    Parameters
    ----------
    shares
        Where the points are, (n, 2), as shares of the sides from left and bottom.
    """
    ends = [(0.0, 1.0), (0.0, 1.0)]
    counts = np.histogram2d(shares[:, 1], shares[:, 0], bins=_CELLS, range=ends)[0]
    padded = np.pad(counts, ((1, 1), (_NAME_CELLS, _NAME_CELLS)))
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    wide = sum(rows[:, shift : shift + _CELLS] for shift in range(2 * _NAME_CELLS + 1))
    return np.asarray(wide, np.float32)


def region_anchors(output: FloatArray, resolution: int, crowd: NDArray[np.float32], before: Anchors) -> Anchors:
    """Return for each class a wide and quiet spot in its region, as shares of the sides from left and bottom.

    Parameters
    ----------
    output
        The network's output over the grid, (resolution**2, n_classes), y slowest from its low end.
    crowd
        What is in the way, (32, 32); see :func:`crowd_of`.
    before
        The last anchors: names do not jump for a little more room.
    """
    at = ((np.arange(_CELLS) + 0.5) / _CELLS * resolution).astype(np.intp)
    cells = output.reshape(resolution, resolution, -1)[np.ix_(at, at)]
    if not np.isfinite(cells).all():
        return {}
    winner = cells.argmax(axis=2)
    classes = np.unique(winner)
    depth = _depths(winner[None] == classes[:, None, None])
    anchors: Anchors = {}
    for index, room in zip(classes.tolist(), depth, strict=True):
        if room.max() < _LEAST:
            continue
        row, column = _place(room, crowd, before.get(index))
        anchors[index] = (column + 0.5) / _CELLS, (row + 0.5) / _CELLS
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


def _place(room: NDArray[np.int16], crowd: NDArray[np.float32], before: tuple[float, float] | None) -> tuple[int, int]:
    worth = np.where(room >= _LEAST, np.minimum(room, _ENOUGH) - _PER_POINT * np.minimum(crowd, _CROWDED), -np.inf)
    best = float(worth.max())
    if before is not None:
        column, row = (min(_CELLS - 1, int(share * _CELLS)) for share in before)
        if worth[row, column] >= best - _STEADY:
            return row, column
    at = np.argwhere(worth == best)
    # Of several equally good places the one nearest to their middle.
    row, column = at[np.abs(at - at.mean(axis=0)).sum(axis=1).argmin()].tolist()
    return row, column


def paint_names(
    painter: QPainter, names: tuple[str, ...], places: list[tuple[int, QPointF]], square: QRect, theme: Theme
) -> None:
    """Write names of classes at places of the widget, each whole and on a pill that lets the map through."""
    painter.setFont(font(CAPTION, MEDIUM))
    metrics = painter.fontMetrics()
    for index, at in places:
        text = metrics.elidedText(" ".join(names[index].split()), Qt.TextElideMode.ElideRight, _LONGEST)
        width = metrics.horizontalAdvance(text) + 10.0
        box = kept_inside(QRectF(at.x() - width / 2, at.y() - _PILL / 2, width, _PILL), square)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.panel, _OPACITY))
        painter.drawRoundedRect(box, _PILL / 2, _PILL / 2)
        painter.setPen(QColor(theme.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def kept_inside(box: QRectF, square: QRect) -> QRectF:
    """Return a box moved so that the map's edge does not cut it."""
    left = min(max(box.left(), square.left() + _EDGE), square.right() - _EDGE - box.width())
    top = min(max(box.top(), square.top() + _EDGE), square.bottom() - _EDGE - box.height())
    return QRectF(left, top, box.width(), box.height())
