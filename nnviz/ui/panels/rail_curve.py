"""The run's loss as a thin curve above the time rail: a picture that is made twice a second at most."""

import time
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from nnviz.run.history import HistoryView
from nnviz.ui.theme import Theme

_MOST_POINTS: Final = 400
_INTERVAL: Final = 0.5  # seconds between two pictures while training
_LATER: Final = 0.45  # opacity of what comes after the moment that is shown


class RailCurve:
    """Validation loss, or training loss without validation rows, on a logarithmic scale between its extremes."""

    def __init__(self) -> None:
        self._points = np.zeros((0, 2))
        self._last = 0
        self._due = 0.0
        self._picture: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()

    def take(self, history: HistoryView | None, *, still: bool) -> None:
        """Take a run's losses, if they are due; at once while it stands still."""
        now = time.perf_counter()
        if not still and now < self._due and history is not None and self._last <= len(history):
            return
        self._due = now + _INTERVAL
        self._last = 0 if history is None else len(history)
        self._points = np.zeros((0, 2)) if history is None else _points(history)
        self._picture = None

    def paint(self, painter: QPainter, theme: Theme, box: QRectF, here: float, newest: int) -> None:
        """Paint what is known.

        Parameters
        ----------
        box
            From the first update to the ``newest``, and from the greatest loss to the least.
        here
            Where the moment that is shown lies; what comes later is faint.
        """
        if len(self._points) < 2:
            return
        ratio = painter.device().devicePixelRatioF()
        drawn = (theme.name, box.size(), ratio)
        if self._picture is None or drawn != self._drawn:
            self._picture, self._drawn = self._made(theme, box.size(), ratio), drawn
        # Made for fewer updates than there are by now.
        place = QRectF(box.topLeft(), QSizeF(box.width() * min(1.0, self._points[-1, 0] / newest), box.height()))
        for left, right, opacity in ((0.0, here, 1.0), (here, box.right() + 1.0, _LATER)):
            painter.save()
            painter.setClipRect(QRectF(left, box.top(), max(0.0, right - left), box.height()))
            painter.setOpacity(opacity)
            painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
            painter.restore()

    def _made(self, theme: Theme, size: QSizeF, ratio: float) -> QPixmap:
        picture = QPixmap((size * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.ink_3), 1.2 * theme.line_width))
        xs = size.width() * self._points[:, 0] / self._points[-1, 0]
        ys = 1.0 + (size.height() - 2.0) * (1.0 - self._points[:, 1])
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))
        painter.end()
        return picture


def _points(history: HistoryView) -> np.ndarray:
    """Return updates and heights from 0 to 1 of a few hundred entries, (n, 2)."""
    if len(history) < 2:
        return np.zeros((0, 2))
    losses = history.validation_loss if np.isfinite(history.validation_loss).any() else history.train_loss
    few = np.unique(np.linspace(0, len(history) - 1, _MOST_POINTS).astype(np.intp))
    heights = np.log(np.maximum(losses[few], 1e-30))
    sound = np.isfinite(heights)
    if not sound.any():
        return np.zeros((0, 2))
    low, high = heights[sound].min(), heights[sound].max()
    heights = (heights - low) / (high - low) if high > low else np.full_like(heights, 0.5)
    return np.column_stack((history.step[few][sound], heights[sound]))
