"""How many rows are trained on and how many are held out: a slider that tells only what was settled on."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from nnviz.ui.text_parts import KeepKeys, one_line
from nnviz.ui.theme import MEDIUM, font

LOWEST, HIGHEST = 10, 50  # per cent held out for validation
_KEYS: Final = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip


class SettledSlider(QSlider):
    """A slider that emits ``settled`` once the mouse button or key is let go and the value has changed."""

    settled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._told = self.value()
        KeepKeys(self, _KEYS)

    def put(self, value: int) -> None:
        """Set the value from outside: nothing is emitted but ``valueChanged``."""
        if not self.isSliderDown():
            self.setValue(value)
            self._told = self.value()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell where the drag ended."""
        super().mouseReleaseEvent(event)
        self._tell()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Tell where the keys ended; a key that is held repeats without telling."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to whatever scrolls: a stray turn must not split the data anew."""
        event.ignore()

    def _tell(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self.settled.emit(self._told)


class SplitSection(QWidget):
    """The counts ("Train / validation 336 / 144") over a slider; to the right means more rows to train on.

    Where a column makes the split a line says so, and moving the slider asks for a split by chance.
    """

    fraction_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = 0
        self.label, self.counts = QLabel("Train / validation"), QLabel()
        self.label.setProperty("role", "secondary")
        self.counts.setFont(font(12, MEDIUM))
        self.slider = SettledSlider()
        # The whole scale, so that the filled part is the share trained on; only its middle can be reached.
        self.slider.setRange(0, 100)
        self.slider.setValue(75)
        self.slider.setPageStep(5)
        self.slider.setAccessibleName("Share of the rows to train on, in per cent")
        self.slider.setToolTip("Share of the rows to train on; the others are held out to validate")
        self.slider.valueChanged.connect(self._keep_within)
        self.slider.settled.connect(lambda value: self.fraction_changed.emit((100 - value) / 100))
        head = QHBoxLayout()
        head.addWidget(self.label)
        head.addStretch(1)
        head.addWidget(self.counts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.by_column = QLabel()
        self.by_column.setTextFormat(Qt.TextFormat.PlainText)
        self.by_column.setProperty("role", "caption")
        self.by_column.setWordWrap(True)
        self.by_column.hide()
        layout.addLayout(head)
        layout.addWidget(self.by_column)
        layout.addWidget(self.slider)

    @property
    def fraction(self) -> float:
        """The share held out for validation."""
        return (100 - self.slider.value()) / 100

    def set_split(
        self, n_train: int, n_validation: int, fraction: float, *, n_test: int = 0, column: str | None = None
    ) -> None:
        """Show the split that is in use; ``column`` makes it, if any."""
        self._rows = n_train + n_validation
        self.slider.put(round(100 - 100 * fraction))
        self.counts.setText(f"{n_train:,} / {n_validation:,}" + (f" / {n_test:,}" if n_test else ""))
        self.label.setText("Train / val. / test" if n_test else "Train / validation")
        self.by_column.setVisible(column is not None)
        if column is not None:
            self.by_column.setText(f"By the column {one_line(column, 40)}; the slider splits by chance")

    def set_rows(self, rows: int) -> None:
        """Show the split that would be made of so many rows."""
        self._rows = rows
        self._show_estimate()

    def _keep_within(self, value: int) -> None:
        within = min(100 - LOWEST, max(100 - HIGHEST, value))
        if within != value:
            self.slider.setValue(within)
        else:
            self._show_estimate()

    def _show_estimate(self) -> None:
        held_out = round(self._rows * self.fraction)
        self.counts.setText(f"{self._rows - held_out:,} / {held_out:,}")
