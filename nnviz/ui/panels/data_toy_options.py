"""How the toy sets are drawn: noise, the second class's share, points and sample, in a foldout beside them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.data.toy_datasets import LEAST_POINTS, MOST_POINTS, TOY_DATASETS, ToyOptions
from nnviz.errors import UserError
from nnviz.ui.theme import CAPTION, DARK, Theme
from nnviz.ui.type_scale import hold, px

_MOST_NOISE: Final = 50  # hundredths
_LEAST_SHARE, _MOST_SHARE = 2, 98  # per cent
_WIDTH: Final = 248


class ToyOptionsCard(QFrame):
    """A foldout over the window; tells of every change at once and keeps what was chosen."""

    changed = Signal(object)  # ToyOptions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("toy_options")
        self.setAccessibleName("Options of the toy data sets")
        hold(self, width=_WIDTH)
        self.options = ToyOptions()
        self._quiet = False
        self._toy = ""
        self.title, self.note = QLabel(), QLabel()
        self.title.setProperty("role", "title")
        self.note.setProperty("role", "secondary")
        self.note.setWordWrap(True)
        self.noise, self._noise_value = _slider("Noise", 0, _MOST_NOISE), QLabel()
        self.share, self._share_value = _slider("Share of the second class", _LEAST_SHARE, _MOST_SHARE), QLabel()
        self.points = QSpinBox()
        self.points.setRange(LEAST_POINTS, MOST_POINTS)
        self.points.setSingleStep(50)
        self.points.setGroupSeparatorShown(True)
        self.points.setAccessibleName("Points")
        hold(self.points, width=92, height=26)
        self.points.setAlignment(Qt.AlignmentFlag.AlignRight)
        # While a number is typed, what stands there is not yet the number that is meant.
        self.points.setKeyboardTracking(False)
        self.sample = QPushButton("New sample")
        self.sample.setAutoDefault(False)
        self.sample.setToolTip("Draw other points of the same kind, and split them anew")
        self._sample_value = QLabel()
        self.defaults = QPushButton("Back to the defaults")
        self.defaults.setAutoDefault(False)
        self._build()
        self.noise.valueChanged.connect(lambda value: self._change(noise=value / 100))
        self.share.valueChanged.connect(lambda value: self._change(share=value / 100))
        self.points.valueChanged.connect(lambda value: self._change(n=value))
        self.sample.clicked.connect(lambda: self._change(seed=self.options.seed + 1))
        self.defaults.clicked.connect(lambda: self.set_options(ToyOptions(), tell=True))
        self.set_options(self.options)
        self.set_toy("")
        self.set_theme(DARK)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 14)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.note)
        layout.addSpacing(6)
        self._share_row = QWidget()
        share = QVBoxLayout(self._share_row)
        share.setContentsMargins(0, 0, 0, 0)
        share.setSpacing(4)
        share.addLayout(_line(QLabel("Share of the second class"), self._share_value))
        share.addWidget(self.share)
        layout.addLayout(_line(QLabel("Noise"), self._noise_value))
        layout.addWidget(self.noise)
        layout.addWidget(self._share_row)
        layout.addLayout(_line(QLabel("Points"), self.points))
        layout.addSpacing(4)
        layout.addLayout(_line(self._sample_value, self.sample))
        layout.addSpacing(4)
        layout.addWidget(self.defaults)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.setStyleSheet(
            f"#toy_options {{ background: {theme.panel}; border: 1px solid {theme.line_strong}; }}"
            "#toy_options QWidget { background: transparent; }"
            f"#toy_options QSpinBox {{ background: {theme.field}; padding: 0 8px; }}"
            f"#toy_options QPushButton {{ background: {theme.raised}; }}"
            f"#toy_options QPushButton:disabled {{ background: {theme.panel}; }}"
        )

    def set_toy(self, name: str) -> None:
        """Describe the toy set in use; "" for another data set."""
        self._toy = name
        toy = TOY_DATASETS.get(name)
        self.title.setText(toy.label if toy is not None else "Toy sets")
        self.note.setText(toy.note if toy is not None else "For the next toy set that is chosen.")
        # A number is not more or less often there: a share would do nothing.
        self._share_row.setVisible(toy is None or toy.task != "regression")
        self.adjustSize()

    def set_options(self, options: ToyOptions, *, tell: bool = False) -> None:
        """Show these options."""
        self.options = options
        self._quiet = True
        self.noise.setValue(round(100 * options.noise))
        self.share.setValue(50 if options.share is None else round(100 * options.share))
        self.points.setValue(options.n)
        self._quiet = False
        self._noise_value.setText(f"{options.noise:.2f}")
        self._share_value.setText("equal" if options.share is None else f"{100 * options.share:.0f} %")
        self._sample_value.setText(f"Sample {options.seed + 1:,}")
        self.defaults.setEnabled(options != ToyOptions())
        if tell:
            self.changed.emit(options)

    def _change(self, **changes: Any) -> None:
        if self._quiet:
            return
        try:
            options = replace(self.options, **changes)
        except UserError:
            options = self.options  # the controls know no such value
        self.set_options(options, tell=options != self.options)

    def show_beside(self, at: QPoint) -> None:
        """Open with the upper left corner at a global position."""
        self.adjustSize()
        self.move(at)
        self.show()
        self.noise.setFocus(Qt.FocusReason.PopupFocusReason)


class ToyBar(QWidget):
    """Two small buttons in the head of the data dock."""

    samples_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.card = ToyOptionsCard(self)
        self.samples = self._button("Samples", "Real data sets that come with nnviz", self.samples_wanted.emit)
        self.options = self._button("Options", "Noise, shares, points and sample of the toy sets", self.open_card)
        self.samples.setAccessibleName("Sample data sets")
        self.options.setAccessibleName("Options of the toy data sets")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.samples)
        layout.addWidget(self.options)

    def _button(self, text: str, tip: str, pressed: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked: pressed())
        return button

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        sheet = (
            f"QToolButton {{ padding: 0 7px; min-height: {px(20)}px; font-size: {px(CAPTION)}px; }}"
            f"QToolButton {{ color: {theme.ink_2}; }}"
            f"QToolButton:hover, QToolButton:focus {{ color: {theme.ink}; }}"
        )
        for button in (self.samples, self.options):
            button.setStyleSheet(sheet)
        self.card.set_theme(theme)

    def open_card(self) -> None:
        """Fold the options out to the right of the dock, so that the toys stay in sight."""
        dock = self.parentWidget() or self
        self.card.show_beside(dock.mapToGlobal(QPoint(dock.width() + 6, 8)))


def _slider(name: str, low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setPageStep(10)
    slider.setAccessibleName(name)
    return slider


def _line(left: QWidget, right: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addWidget(left)
    line.addStretch(1)
    line.addWidget(right)
    return line
