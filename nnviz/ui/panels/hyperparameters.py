"""Learning rate, batch size, optimiser and momentum, all changeable while training runs."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QWidget

from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import TrainingConfig
from nnviz.ui.widgets import LogSlider, captioned

LOWEST_DECADE, HIGHEST_DECADE = -5, 1


class HyperparameterBar(QWidget):
    """Shows a TrainingConfig and says which field the person changed.

    ``changed`` carries {field: value}; the bar shows the change only when ``set_training`` confirms it.
    """

    changed = Signal(dict)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = TrainingConfig()
        self._rate = QLineEdit()
        self._rate.setFixedWidth(64)
        self._rate.setToolTip("Learning rate: how far each update moves along the gradient")
        self._rate.editingFinished.connect(self._on_rate_typed)
        self._slider = LogSlider(LOWEST_DECADE, HIGHEST_DECADE)
        self._slider.setFixedWidth(92)
        self._slider.setAccessibleName("Learning rate slider")
        self._slider.rate_changed.connect(lambda rate: self.changed.emit({"learning_rate": rate}))
        self._batch = QSpinBox()
        self._batch.setRange(1, 1_000_000)
        self._batch.setFixedWidth(58)
        self._batch.setKeyboardTracking(False)
        self._batch.setToolTip("Rows per update; the gradient is their mean")
        self._batch.valueChanged.connect(lambda rows: self.changed.emit({"batch_size": rows}))
        self._optimizer = QComboBox()
        for name, optimizer in OPTIMIZERS.items():
            self._optimizer.addItem(optimizer.label, name)
            self._optimizer.setItemData(self._optimizer.count() - 1, optimizer.formula, 3)
        self._optimizer.setFixedWidth(82)
        self._optimizer.activated.connect(
            lambda index: self.changed.emit({"optimizer": self._optimizer.itemData(index)})
        )
        self._momentum = QDoubleSpinBox()
        self._momentum.setRange(0.0, 0.99)
        self._momentum.setSingleStep(0.1)
        self._momentum.setFixedWidth(58)
        self._momentum.setKeyboardTracking(False)
        self._momentum.setToolTip("Share of the last update that the next one keeps; SGD only")
        self._momentum.valueChanged.connect(lambda value: self.changed.emit({"momentum": value}))
        for spin in (self._batch, self._momentum):
            spin.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach the field inside
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._slider_box = captioned("Learning rate", self._slider)
        rate_box = captioned("", self._rate)
        self._rate_caption = rate_box.findChild(QLabel) or QLabel(rate_box)
        self._momentum_box = captioned("Momentum", self._momentum)
        layout.addWidget(self._slider_box)
        layout.addWidget(rate_box)
        layout.addWidget(captioned("Batch", self._batch))
        layout.addWidget(captioned("Optimiser", self._optimizer))
        layout.addWidget(self._momentum_box)
        self._rate.setAccessibleName("Learning rate")

    def set_slider_visible(self, *, visible: bool) -> None:
        """Show or fold the slider; the field beside it stays."""
        self._slider_box.setVisible(visible)
        self._rate_caption.setText("" if visible else "Learning rate")

    def set_training(self, training: TrainingConfig) -> None:
        """Show the hyper-parameters in force."""
        self._training = training
        self._rate.setText(f"{training.learning_rate:.6g}")
        self._slider.set_rate(training.learning_rate)
        with QSignalBlocker(self._batch), QSignalBlocker(self._momentum):
            self._batch.setValue(training.batch_size)
            self._momentum.setValue(training.momentum)
        self._optimizer.setCurrentIndex(self._optimizer.findData(training.optimizer))
        self._momentum_box.setVisible(training.optimizer == "sgd")

    def _on_rate_typed(self) -> None:
        text = self._rate.text().strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
        if text == f"{self._training.learning_rate:.6g}":
            return
        try:
            rate = float(text)
        except ValueError:
            self.refused.emit(f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK} is not a number.")
            self.set_training(self._training)
        else:
            self.changed.emit({"learning_rate": rate})
