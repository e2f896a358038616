"""The chosen row's true answer beside the network's prediction."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnviz.ui.text_parts import INSET, elided, number, one_line
from nnviz.ui.theme import BODY, CAPTION, DARK, REGULAR, SEMIBOLD, Theme, class_colour, class_text_colour, font
from nnviz.ui.type_scale import hold, px

WHAT_IF: Final = "Prediction of the what-if"
_LINE: Final = 20
_RIGHT_WIDTH: Final = 62  # the prediction's column is at least as wide as that of the standardised values
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class AnswerLines(QWidget):
    """The target's true value, the prediction, a bar of the class probabilities and which part the row is in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hold(self, height=48)
        self._theme = DARK
        self._target = self._truth = self._part = ""
        self._prediction = self._loss = ""
        self._class_index: int | None = None
        self._shares: tuple[float, ...] = ()
        self._is_what_if = False

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    def set_truth(self, target: str, truth: str, part: str) -> None:
        """Set what doesn't change with training."""
        self._target, self._truth, self._part = target, truth, part
        self._describe()

    def set_prediction(self, text: str, class_index: int | None, shares: Sequence[float], loss: float | None) -> None:
        """Set what does."""
        self._prediction, self._class_index, self._shares = text, class_index, tuple(shares)
        self._loss = "" if loss is None else f"loss {number(loss, 3)}"
        self._describe()

    @property
    def _last(self) -> str:
        return WHAT_IF if self._is_what_if else self._part

    def set_what_if(self, *, active: bool) -> None:
        """Say whether the prediction is of other values than the row's own."""
        if active != self._is_what_if:
            self._is_what_if = active
            self._describe()

    def _describe(self) -> None:
        self.setAccessibleName(
            f"{one_line(self._target)}: {self._truth}. Prediction: {self._prediction or 'none yet'}. {self._last}."
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the three lines."""
        del event
        theme = self._theme
        painter = QPainter(self)
        box = QRect(INSET, 0, self.width() - 2 * INSET, px(_LINE))
        painter.setFont(font(BODY, SEMIBOLD))
        metrics = painter.fontMetrics()
        colour = theme.ink if self._class_index is None else class_text_colour(theme, self._class_index)
        prediction = elided(metrics, self._prediction, round(box.width() * 0.62), middle=True)
        painter.setPen(QColor(colour))
        painter.drawText(box, _RIGHT, prediction)
        painter.setPen(QColor(theme.ink))
        right = max(px(_RIGHT_WIDTH) + 4, metrics.horizontalAdvance(prediction) + 12)
        room = box.adjusted(0, 0, -right, 0)
        truth = elided(metrics, self._truth, round(room.width() * 0.72))
        painter.drawText(room, _RIGHT, truth)
        used = metrics.horizontalAdvance(truth)
        painter.setFont(font(BODY, REGULAR))
        painter.setPen(QColor(theme.ink_2))
        name = elided(painter.fontMetrics(), self._target, room.width() - used - 8)
        painter.drawText(room, _LEFT, name)
        self._paint_shares(painter, QRectF(INSET, px(23), box.width(), 4.0))
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_3))
        last = box.translated(0, px(29))
        room_left = box.width() - painter.fontMetrics().horizontalAdvance(self._loss) - 8
        painter.drawText(last, _LEFT, elided(painter.fontMetrics(), self._last, room_left))
        painter.drawText(last, _RIGHT, self._loss)
        painter.end()

    def _paint_shares(self, painter: QPainter, box: QRectF) -> None:
        total = sum(self._shares)
        if not self._shares or not np.isfinite(total) or total <= 0:
            painter.fillRect(box, QColor(self._theme.line))
            return
        left = box.left()
        for place, share in enumerate(self._shares):
            width = share / total * box.width()
            painter.fillRect(QRectF(left, box.top(), width, box.height()), QColor(class_colour(self._theme, place)))
            left += width
