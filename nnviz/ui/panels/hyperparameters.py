"""Learning rate, batch size, optimiser and momentum, changeable while training runs, and the way to all the others."""

import math

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnviz.app.plain_numbers import MINUS, plain_number
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import TrainingConfig
from nnviz.ui.theme import BODY, REGULAR, font
from nnviz.ui.type_scale import hold, px
from nnviz.ui.widgets import CONTROL_HEIGHT, LogSlider, captioned

LOWEST_DECADE, HIGHEST_DECADE = -5, 1
ALL_SETTINGS = "All training settings"
_MOST_ROWS = 2**31 - 1  # a spin box's
_SPACING = 6
_SLIDER_WIDTH = 66
_MOMENTUM_WIDTH = 60  # of its caption
_LIST_FRAME = 32  # what a list needs beside its text: padding, arrow, frame


class WheelGuard(QObject):
    """Lets the wheel change a control only while it has the focus, so that scrolling past one changes nothing."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self._control = control
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Qt's WheelFocus would give the focus by the wheel itself
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to what the control lies on."""
        if event.type() == QEvent.Type.Wheel and not self._control.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class NumberField(QLineEdit):
    """A field for one number; what is typed counts with Enter or when the field is left, Esc takes it back.

    Signals
    -------
    changed(object)
        The number typed: an int if `whole`, else a float; None when the field was emptied and may be.
    refused(str)
        Why what was typed is no number; the field shows the present one again.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, *, whole: bool = False, may_be_empty: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole, self._may_be_empty = whole, may_be_empty
        self._shown = ""
        self.setTextMargins(-2, 0, -2, 0)  # Qt's own two pixels: the text begins where that of a list does
        self.editingFinished.connect(self._on_finished)

    def set_value(self, value: float | None) -> None:
        """Show a number, unless it is the present one and another is being typed over it."""
        shown = "" if value is None else str(value) if self._whole else plain_number(value, 6)
        if shown != self._shown or not (self.hasFocus() and self.isModified()):
            self._shown = shown
            self.setText(shown)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take back what was typed with Esc; without any, Esc is the sheet's."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self.setText(self._shown)
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def _on_finished(self) -> None:
        text = self.text().strip()
        if text == self._shown:
            return
        self.setModified(False)  # whatever becomes of it, it is no longer being typed
        value: float | None
        try:
            value = None if not text and self._may_be_empty else self._parsed(text)
        except ValueError:
            self.setText(self._shown)
            kind = "a whole number" if self._whole else "a number"
            self.refused.emit(f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK} is not {kind}.")
        else:
            self.changed.emit(value)

    def _parsed(self, text: str) -> float:
        plain = text.replace(MINUS, "-")
        if self._whole:
            return int(plain.replace(",", "").replace(" ", ""))
        value = float(plain.replace(",", "."))
        if math.isnan(value):
            raise ValueError
        return value


class HyperparameterBar(QWidget):
    """Shows a TrainingConfig and says which field the person changed.

    ``changed`` carries {field: value}; the bar shows the change only when ``set_training`` confirms it.
    """

    changed = Signal(dict)
    refused = Signal(str)
    more = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folded, self._uses_momentum = 0, False
        self._rate = NumberField()
        hold(self._rate, width=64)
        self._rate.setToolTip("Learning rate: how far each update moves along the gradient")
        self._rate.changed.connect(lambda rate: self.changed.emit({"learning_rate": rate}))
        self._rate.refused.connect(self.refused)
        self._slider = LogSlider(LOWEST_DECADE, HIGHEST_DECADE)
        hold(self._slider, width=_SLIDER_WIDTH)
        self._slider.rate_changed.connect(lambda rate: self.changed.emit({"learning_rate": rate}))
        self._batch = QSpinBox()
        self._batch.setRange(1, _MOST_ROWS)
        hold(self._batch, width=58)
        self._batch.setKeyboardTracking(False)
        self._batch.valueChanged.connect(lambda rows: self.changed.emit({"batch_size": rows}))
        self._optimizer = QComboBox()
        for name, optimizer in OPTIMIZERS.items():
            self._optimizer.addItem(optimizer.label, name)
            self._optimizer.setItemData(self._optimizer.count() - 1, optimizer.formula, Qt.ItemDataRole.ToolTipRole)
        self._optimizer.activated.connect(
            lambda index: self.changed.emit({"optimizer": self._optimizer.itemData(index)})
        )
        self._momentum = QDoubleSpinBox()
        self._momentum.setRange(0.0, 0.99)
        self._momentum.setSingleStep(0.1)
        hold(self._momentum, width=_MOMENTUM_WIDTH)
        self._momentum.setKeyboardTracking(False)
        self._momentum.setToolTip("Share of the last velocity that an update keeps")
        self._momentum.valueChanged.connect(lambda value: self.changed.emit({"momentum": value}))
        for spin in (self._batch, self._momentum):
            spin.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach the field inside
        self._more = QToolButton()
        self._more.setText("\N{MIDLINE HORIZONTAL ELLIPSIS}")
        hold(self._more, width=30)
        self._more.setToolTip(f"{ALL_SETTINGS}: schedule, regularisation, stopping, loss, initialisation (Ctrl+T)")
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.clicked.connect(self.more)
        self._lay_out()
        for control in (self._slider, self._batch, self._optimizer, self._momentum):
            WheelGuard(control)
        self.set_training(TrainingConfig())

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        both = QWidget()
        both.setProperty("surface", "none")
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        for control in (self._slider, self._rate):
            hold(control, height=CONTROL_HEIGHT)
            row.addWidget(control)
        row.addStretch(1)
        self._momentum_box = captioned("Momentum", self._momentum)
        self._both, self._rate_box = both, captioned("Learning rate", both)
        self._batch_box = captioned("Batch", self._batch)
        self._optimizer_box = captioned("Optimiser", self._optimizer)
        for box in (self._rate_box, self._batch_box, self._optimizer_box, self._momentum_box):
            layout.addWidget(box)
        layout.addWidget(captioned("", self._more))
        self._slider.setAccessibleName("Learning rate slider")
        self._rate.setAccessibleName("Learning rate")
        self._more.setAccessibleName(ALL_SETTINGS)

    def fold(self, level: int) -> None:
        """Leave out what matters least: 0 shows all, 1 without the slider, 2 optimiser, 3 batch, 4 learning rate."""
        self._folded = level
        self._slider.setVisible(level < 1)
        self._show_momentum()
        self._optimizer_box.setVisible(level < 2)
        self._batch_box.setVisible(level < 3)
        self._rate_box.setVisible(level < 4)
        for part in (self._both, self._rate_box, self):  # Qt would forget their old sizes with the next event only
            part.updateGeometry()

    def _show_momentum(self) -> None:
        self._momentum_box.setVisible(self._uses_momentum and self._folded < 2)

    def set_training(self, training: TrainingConfig) -> None:
        """Show the hyper-parameters in force."""
        optimizer = OPTIMIZERS[training.optimizer]
        self._rate.set_value(training.learning_rate)
        self._slider.set_rate(training.learning_rate)
        with QSignalBlocker(self._batch), QSignalBlocker(self._momentum):
            self._batch.setMinimum(0 if optimizer.full_batch else 1)
            self._batch.setSpecialValueText("all" if optimizer.full_batch else "")
            self._batch.setValue(0 if optimizer.full_batch else min(training.batch_size, _MOST_ROWS))
            # Room for what was set elsewhere, which the field must not round.
            self._momentum.setDecimals(max(2, len(f"{training.momentum:.6f}".rstrip("0").partition(".")[2])))
            self._momentum.setMaximum(max(0.99, training.momentum))
            self._momentum.setValue(training.momentum)
        self._batch.setEnabled(not optimizer.full_batch)
        self._batch.setToolTip(
            f"{optimizer.label} takes all training rows for each update"
            if optimizer.full_batch
            else "Rows per update; the gradient is their mean"
        )
        self._optimizer.setCurrentIndex(self._optimizer.findData(training.optimizer))
        self._optimizer.setToolTip(optimizer.formula)
        self._uses_momentum = optimizer.uses_momentum
        self._show_momentum()
        self._fit_optimizer(with_momentum=optimizer.uses_momentum)

    def _fit_optimizer(self, *, with_momentum: bool) -> None:
        """Make the list as wide as its labels need; without a momentum it takes that room, so that nothing moves."""
        advance = QFontMetricsF(font(BODY, REGULAR)).horizontalAdvance
        texts = {uses: [o.label for o in OPTIMIZERS.values() if o.uses_momentum is uses] for uses in (True, False)}
        least = {uses: math.ceil(max(map(advance, labels))) + px(_LIST_FRAME) for uses, labels in texts.items()}
        whole = max(least[True] + _SPACING + px(_MOMENTUM_WIDTH), least[False])
        self._optimizer.setFixedWidth(whole - _SPACING - px(_MOMENTUM_WIDTH) if with_momentum else whole)
