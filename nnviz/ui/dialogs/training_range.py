"""The learning-rate range test in the training sheet: a button, the curve it found, and the rate to take."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.engine.rate_range import RateRange
from nnviz.ui.dialogs.training_fields import GAP, note
from nnviz.ui.text_parts import number
from nnviz.ui.theme import DARK, MICRO, REGULAR, Theme, font
from nnviz.ui.type_scale import hold, px

HEIGHT = 96
_TIP = (
    "Trains a copy with rates that grow from update to update, and looks where the loss falls fastest.\n"
    "Smith, Cyclical learning rates for training neural networks (2017), section 3.3."
)


class RangePicture(QWidget):
    """Paints a `RateRange`: the loss over the logarithm of the rate, and a line at the rate suggested."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        hold(self, height=HEIGHT)
        self.setAccessibleName("Loss over the learning rate")
        self._theme = DARK
        self.found: RateRange | None = None

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def set_found(self, found: RateRange) -> None:
        """Show another result."""
        self.found = found
        self.setAccessibleDescription(found.sentence)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground, axis, curve and suggestion."""
        del event
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1.0))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self.found is not None and len(self.found.losses) > 1:
            self._paint_curve(painter, self.found)
        painter.end()

    def _paint_curve(self, painter: QPainter, found: RateRange) -> None:
        theme = self._theme
        painter.setFont(font(MICRO, REGULAR))
        metrics = QFontMetricsF(painter.font())
        low, first = float(found.smoothed.min()), float(found.smoothed[0])
        # The fall is what matters, not how high the loss goes once the rate is too large.
        high = min(float(found.smoothed.max()), first + max(0.3 * (first - low), 0.02 * abs(first)))
        span = high - low or 1.0
        labels = (number(high, 3), number(low, 3))
        gutter = max(metrics.horizontalAdvance(text) for text in labels) + 14
        plot = QRectF(gutter, 10, self.width() - gutter - 12, self.height() - 10 - px(24))
        painter.setPen(QColor(theme.ink_3))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, y in zip(labels, (plot.top(), plot.bottom()), strict=True):
            painter.drawText(QRectF(0, y - px(8), gutter - 7, px(16)), right, text)
        decades = np.log10(found.rates)
        width = float(decades[-1] - decades[0]) or 1.0

        def across(decade: float) -> float:
            return plot.left() + (decade - float(decades[0])) / width * plot.width()

        for exponent in range(int(np.ceil(decades[0] - 1e-9)), int(np.floor(decades[-1] + 1e-9)) + 1):
            x = across(exponent)
            painter.setPen(QPen(QColor(theme.line), 1.0))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(theme.ink_3))
            place = QRectF(x - 24, plot.bottom() + 5, 48, 14)
            text = f"{10.0**exponent:g}" if exponent > -4 else f"1e\N{MINUS SIGN}{-exponent}"
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        points = [
            QPointF(across(decade), plot.bottom() - (min(loss, high) - low) / span * plot.height())
            for decade, loss in zip(decades.tolist(), found.smoothed.tolist(), strict=True)
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.drawPolyline(QPolygonF(points))
        if found.suggestion is not None:
            x = across(float(np.log10(found.suggestion)))
            painter.setPen(QPen(QColor(theme.ink_2), 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))


class RateFinder(QWidget):
    """Asks for the range test, says what it found, and offers its rate.

    Signals
    -------
    wanted()
        The test is to be made.
    chosen(float)
        The rate that was found is to be taken.
    """

    wanted = Signal()
    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.find_button, self.take_button = QPushButton("Find a learning rate"), QPushButton()
        self.find_button.setToolTip(_TIP)
        for button in (self.find_button, self.take_button):
            button.setAutoDefault(False)
        self.find_button.clicked.connect(self.wanted)
        self.take_button.clicked.connect(self._take)
        self.text, self.picture = note(), RangePicture()
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.find_button)
        buttons.addWidget(self.take_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(buttons)
        layout.addWidget(self.text)
        layout.addWidget(self.picture)
        self.forget()

    def _take(self) -> None:
        if self.picture.found is not None and self.picture.found.suggestion is not None:
            self.chosen.emit(self.picture.found.suggestion)

    def forget(self) -> None:
        """Show no result: there is none yet, or it was of another network."""
        self.find_button.setEnabled(True)
        for widget in (self.take_button, self.text, self.picture):
            widget.hide()

    def set_busy(self) -> None:
        """Show that the test is being made."""
        self.find_button.setEnabled(False)
        self.set_text("Trying rates on a copy of the network ...")

    def set_text(self, text: str) -> None:
        """Say something in place of a result."""
        self.take_button.hide()
        self.picture.hide()
        self.text.setText(text)
        self.text.show()

    def set_found(self, found: RateRange) -> None:
        """Show a result."""
        self.find_button.setEnabled(True)
        self.set_text(found.sentence)
        self.picture.set_found(found)
        self.picture.setVisible(len(found.losses) > 1)
        if found.suggestion is not None:
            self.take_button.setText(f"Use {found.suggestion:g}")
            self.take_button.show()
