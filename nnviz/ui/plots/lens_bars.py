"""A weighted sum as a running waterfall: each signed bar starts where the one above it ended, the last is the sum."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.ui.theme import DARK, Theme

MIN_WIDTH = 40


class WaterfallBars(QWidget):
    """One bar per line of a table beside it.

    Parameters
    ----------
    pitch
        Height of a line in logical pixels.
    """

    def __init__(self, pitch: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pitch = pitch
        self._theme = DARK
        self._amounts: tuple[float, ...] = ()
        self._total = 0.0
        self.setMinimumWidth(MIN_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Running sum")

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.update()

    def set_pitch(self, pitch: int) -> bool:
        """Take another height of a line; return whether it is another."""
        if pitch == self._pitch:
            return False
        self._pitch = pitch
        self.setFixedHeight(pitch * (len(self._amounts) + 1))
        return True

    def set_amounts(self, amounts: Sequence[float], total: float) -> None:
        """Show other terms, from top to bottom, and their sum."""
        fresh = tuple(amounts)
        if len(fresh) != len(self._amounts):
            self.setFixedHeight(self._pitch * (len(fresh) + 1))
        if (fresh, total) != (self._amounts, self._total):
            self._amounts, self._total = fresh, total
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all lines."""
        return QSize(140, self._pitch * (len(self._amounts) + 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the bars about a zero line."""
        del event
        ends = [0.0]
        for amount in self._amounts:
            ends.append(ends[-1] + amount)
        marks = [*ends, self._total]
        if not all(map(math.isfinite, marks)):
            return
        low, high = min(marks), max(marks)
        span = (high - low) or 1.0
        width = self.width() - 6.0

        def at(value: float) -> float:
            return 3.0 + (value - low) / span * width

        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        zero = round(at(0.0)) + 0.5
        painter.drawLine(QPointF(zero, 0), QPointF(zero, self.height()))
        thick = min(10.0, self._pitch - 7.0)
        for row, amount in enumerate(self._amounts):
            middle = self._pitch * (row + 0.5)
            left, right = sorted((at(ends[row]), at(ends[row + 1])))
            painter.setPen(QPen(QColor(theme.line_strong), 1.0))
            x = at(ends[row + 1])
            painter.drawLine(QPointF(x, middle), QPointF(x, middle + self._pitch))
            bar = QRectF(left, middle - thick / 2, max(right - left, 1.5), thick)
            painter.fillRect(
                bar, QColor(theme.positive if amount > 0 else theme.negative if amount < 0 else theme.ink_3)
            )
        middle = self._pitch * (len(self._amounts) + 0.5)
        left, right = sorted((at(0.0), at(self._total)))
        painter.fillRect(QRectF(left, middle - thick / 2, max(right - left, 1.5), thick), QColor(theme.ink))
