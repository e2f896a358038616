"""What stands in the place of the network while there is no data: a large drop target with the other ways to begin."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnviz.ui.plots.network_static import round_pen
from nnviz.ui.segments import give_way
from nnviz.ui.theme import DARK, SEMIBOLD, TITLE, Theme
from nnviz.ui.type_scale import hold, px

EMPTY_TEXT = "Drop a CSV here, or pick a toy set"
_NOTE = "CSV, TSV, Excel or OpenDocument; a header or none; missing values are fine."
_NEXT = "Then Space starts training, and everything here shows how the network learns."
_BESIDE = 56
_WIDEST = 460  # of the texts, at the usual text size


class EmptyTarget(QWidget):
    """The dashed target.

    Signals
    -------
    open_wanted, samples_wanted, example_wanted
        The person would rather choose a file, one of the data sets that come along, or begin with what is at hand.
    """

    open_wanted = Signal()
    samples_wanted = Signal()
    example_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = DARK
        self.setAccessibleName(EMPTY_TEXT)
        self.title, self._note, self._following = QLabel(EMPTY_TEXT), QLabel(_NOTE), QLabel(_NEXT)
        for label, role in ((self.title, ""), (self._note, "secondary"), (self._following, "secondary")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setProperty("role", role)
            hold(label, most_width=_WIDEST)
        self.open = _button("Choose a file …", "Open a CSV from this computer (Ctrl O)")
        self.open.setProperty("primary", "true")
        self.samples = _button("Sample data …", "Iris, digits, diabetes and others that come along")
        self.example = _button("Begin with the spiral", "Two spirals that the network learns to tell apart")
        self.buttons = (self.open, self.samples, self.example)
        for button, signal in zip(
            self.buttons, (self.open_wanted, self.samples_wanted, self.example_wanted), strict=True
        ):
            button.clicked.connect(signal)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        for button in self.buttons:
            self._ways.addWidget(button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(_BESIDE, 32, _BESIDE, 48)
        lines.setSpacing(6)
        lines.addStretch(1)
        self._sign = QWidget()
        self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        hold(self._sign, height=64)
        lines.addWidget(self._sign)
        for label in (self.title, self._note, self._following):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1000)
            row.addStretch(1)
            lines.addLayout(row)
        lines.addSpacing(12)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self._ways)
        row.addStretch(1)
        lines.addLayout(row)
        lines.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme, and at another size of text."""
        self._theme = theme
        self.title.setStyleSheet(f"font-size: {px(TITLE + 4)}px; font-weight: {int(SEMIBOLD)};")
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the buttons below each other where they do not fit side by side."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        steps = (self._hide(self._sign), self._hide(self._following), self._hide(self.example), self._hide(self._note))
        give_way(self.height(), self._needed, steps)

    @staticmethod
    def _hide(part: QWidget) -> Callable[[bool], None]:
        return part.setHidden

    def _needed(self) -> int:
        """Return the height of all that is shown, with the buttons as the width has them."""
        room = self.width() - 2 * _BESIDE
        wide = sum(button.sizeHint().width() + 8 for button in self.buttons if not button.isHidden())
        self._ways.setDirection(QBoxLayout.Direction.LeftToRight if wide <= room else QBoxLayout.Direction.TopToBottom)
        layout = self.layout()
        if layout is None:
            return 0
        layout.invalidate()
        return max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the target and the sign above its words."""
        del event
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.app))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.line_strong), 1.5)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(40, 24, -40, -40), 10, 10)
        if self._sign.isHidden():
            painter.end()
            return
        painter.translate(QRectF(self._sign.geometry()).center())
        painter.scale(px(100) / 100, px(100) / 100)
        painter.setPen(round_pen(theme.ink_2, 2.0))
        painter.drawLine(QPointF(0, -18), QPointF(0, 8))
        painter.drawPolyline([QPointF(-8, 0), QPointF(0, 8), QPointF(8, 0)])
        painter.drawPolyline([QPointF(x, y) for x, y in ((-18, 8), (-18, 18), (18, 18), (18, 8))])
        painter.end()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
