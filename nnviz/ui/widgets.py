"""Small widgets that several panels share: numerals, captioned controls, rules, a logarithmic slider."""

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QWindow
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from nnviz.app.plain_numbers import MINUS
from nnviz.ui.theme import CAPTION, DARK, MEDIUM, NUMERAL, SEMIBOLD, Theme, font
from nnviz.ui.type_scale import hold, px

CONTROL_HEIGHT, _LABEL_HEIGHT = 26, 15


def is_seen(widget: QWidget) -> bool:
    """Whether anybody can see a widget: it is shown, in a window that is neither minimised nor wholly covered."""
    window = widget.window()
    handle = _handle(window)
    return widget.isVisible() and not window.isMinimized() and handle is not None and handle.isExposed()


def _handle(window: QWidget) -> QWindow | None:
    return window.windowHandle()  # none before the window is shown for the first time


def vertical_rule(height: int = 34) -> QFrame:
    """Return a thin vertical divider."""
    rule = QFrame()
    rule.setProperty("rule", "v")
    hold(rule, height=height)
    return rule


def horizontal_rule() -> QFrame:
    """Return a thin horizontal divider."""
    rule = QFrame()
    rule.setProperty("rule", "h")
    return rule


def captioned(caption: str, control: QWidget) -> QWidget:
    """Return ``control`` under a small caption that is its accessible name and buddy."""
    box = QWidget()
    box.setProperty("surface", "none")
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    label = QLabel(caption)
    label.setProperty("role", "caption")
    hold(label, height=_LABEL_HEIGHT)
    label.setBuddy(control)
    hold(control, height=CONTROL_HEIGHT)
    hold(box, height=_LABEL_HEIGHT + 1 + CONTROL_HEIGHT)
    control.setAccessibleName(caption)
    layout.addWidget(label)
    layout.addWidget(control)
    return box


class Numeral(QWidget):
    """A number under a caption, in a box of fixed width so that nothing beside it moves.

    Parameters
    ----------
    caption
        What the number is.
    widest
        The widest text it must hold.
    size
        Height of the figures in pixels.
    """

    def __init__(self, caption: str, widest: str, size: float = NUMERAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._widest = widest
        self._text = "\N{EN DASH}"
        self._size = size
        self._theme = DARK
        self._mark: str | None = None
        self._state: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(caption)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the fixed size."""
        widest = QFontMetricsF(font(self._size, SEMIBOLD)).horizontalAdvance(self._widest)
        caption = QFontMetricsF(font(CAPTION, MEDIUM)).horizontalAdvance(self._caption) + (px(12) if self._mark else 0)
        return QSize(math.ceil(max(widest, caption)) + 4, px(44))

    @property
    def text(self) -> str:
        """The number as shown."""
        return self._text

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_caption(self, caption: str, mark: str | None = None) -> None:
        """Change the caption; ``mark`` names the theme token of the little bar before it."""
        if (caption, mark) != (self._caption, self._mark):
            self._caption, self._mark = caption, mark
            self.setAccessibleName(caption)
            self.updateGeometry()
            self.update()

    def set_text(self, text: str, state: str | None = None) -> None:
        """Show a number; ``state`` names the theme token of its colour, None is ink."""
        if (text, state) != (self._text, self._state):
            self._text, self._state = text, state
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the caption above the number."""
        painter = QPainter(self)
        left = 0
        if self._mark:
            painter.fillRect(QRectF(0, px(9), px(8), px(3)), QColor(getattr(self._theme, self._mark)))
            left = px(12)
        painter.setFont(font(CAPTION, MEDIUM))
        painter.setPen(QColor(self._theme.ink_3))
        painter.drawText(QRectF(left, px(2), self.width() - left, px(16)), Qt.AlignmentFlag.AlignVCenter, self._caption)
        painter.setFont(font(self._size, SEMIBOLD))
        painter.setPen(QColor(getattr(self._theme, self._state or "ink")))
        painter.drawText(QRectF(0, px(17), self.width(), px(27)), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


class LogSlider(QSlider):
    """A slider over powers of ten; emits ``rate_changed`` for moves by the person only."""

    rate_changed = Signal(float)
    _PER_DECADE = 20

    def __init__(self, lowest: int, highest: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._lowest = lowest
        self.setRange(0, (highest - lowest) * self._PER_DECADE)
        self.setPageStep(self._PER_DECADE)
        self.valueChanged.connect(self._on_value)
        self._quiet = False

    def set_rate(self, rate: float) -> None:
        """Move the handle without a signal."""
        self._quiet = True
        self.setValue(round((math.log10(rate) - self._lowest) * self._PER_DECADE))
        self._quiet = False

    def _on_value(self, value: int) -> None:
        if not self._quiet:
            # Two significant digits: a dragged rate is a round one.
            self.rate_changed.emit(float(f"{10 ** (self._lowest + value / self._PER_DECADE):.2g}"))


def count_text(count: int) -> str:
    """Return a count for a numeral: with thousands separators up to 999,999, then in millions."""
    if count < 1_000_000:
        return f"{count:,}"
    millions = count / 1e6
    return f"{millions:.2f} M" if millions < 100 else f"{millions:,.0f} M"


def metric_text(value: float, *, percent: bool) -> str:
    """Return a metric for a numeral: a share in per cent, or four decimals; a dash where there is none."""
    if not math.isfinite(value):
        return "\N{EN DASH}"
    if percent:
        return f"{100 * value:.1f} %"
    return f"{value:.3f}".replace("-", MINUS) if value > -10 else "< \N{MINUS SIGN}10"


def loss_text(value: float) -> str:
    """Return a loss for a numeral: four decimals, or powers of ten outside 0.0001 to 10,000."""
    if not math.isfinite(value):
        return "\N{EN DASH}"
    if value and not 1e-4 <= abs(value) < 1e4:
        return (
            f"{value:.2e}".replace("e-0", f"e{MINUS}").replace("e-", f"e{MINUS}").replace("e+0", "e").replace("e+", "e")
        )
    digits = 4 if abs(value) < 10 else 4 - len(str(int(abs(value)))) + 1
    return f"{value:.{max(digits, 0)}f}".replace("-", MINUS)
