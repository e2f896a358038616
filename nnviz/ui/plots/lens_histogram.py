"""How a neuron's activation is spread over the rows, stacked by class, with the chosen row marked."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.lens_rows import ActivationHistogram
from nnviz.app.plain_numbers import plain_number
from nnviz.ui.theme import DARK, MICRO, Theme, class_colour, font
from nnviz.ui.type_scale import px


class ActivationBars(QWidget):
    """Stacked bars over the range of the activation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._shown: ActivationHistogram | None = None
        self._marked: float | None = None
        self.setMinimumSize(96, 48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Activation over the rows")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a flat shape."""
        return QSize(180, 70)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.update()

    def set_histogram(self, shown: ActivationHistogram | None) -> None:
        """Show counts, or none yet."""
        self._shown = shown
        self.update()

    def set_mark(self, value: float | None) -> None:
        """Mark the chosen row's activation."""
        if value != self._marked:
            self._marked = value
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the bars."""
        del event
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(MICRO))
        box = QRectF(px(30), 4, self.width() - px(30) - 8, self.height() - px(18) - 4)
        painter.fillRect(box, QColor(theme.field))
        shown = self._shown
        if shown is None:
            painter.setPen(QColor(theme.ink_3))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "counting rows")
            return
        highest = max(1, int(shown.counts.sum(axis=0).max()))
        width = box.width() / shown.counts.shape[1]
        for column in range(shown.counts.shape[1]):
            bottom = box.bottom()
            for kind in range(len(shown.counts)):
                height = box.height() * float(shown.counts[kind, column]) / highest
                if height:
                    colour = class_colour(theme, kind) if len(shown.counts) > 1 else theme.ink_3
                    left = box.left() + column * width
                    painter.fillRect(QRectF(left + 0.5, bottom - height, max(width - 1, 1), height), QColor(colour))
                bottom -= height
        if self._marked is not None and shown.low <= self._marked <= shown.high:
            x = box.left() + (self._marked - shown.low) / (shown.high - shown.low) * box.width()
            painter.setPen(QPen(QColor(theme.ink), 1.6))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.setPen(QColor(theme.ink_3))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        painter.drawText(QRectF(0, box.top() - 4, px(26), px(16)), right, f"{highest}")
        below = QRectF(box.left(), box.bottom() + 2, box.width(), px(16))
        ends = plain_number(shown.low, 3), plain_number(shown.high, 3)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), ends[0])
        painter.drawText(below, right, ends[1])
        width_of = painter.fontMetrics().horizontalAdvance
        which = rows_words(shown, width_of, round(below.width()) - 2 * (max(map(width_of, ends)) + px(4)))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), which)


def rows_words(shown: ActivationHistogram, width: Callable[[str], int], room: int) -> str:
    """Return which rows are counted, in as many words as have ``room`` in pixels."""
    count = f"{shown.n_rows:,}"
    ways = (f"all {count} rows" if shown.whole else f"{count} of the rows", f"{count} rows", count)
    return next((way for way in ways if width(way) <= room), "")
