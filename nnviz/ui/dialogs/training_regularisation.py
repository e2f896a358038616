"""The sections of the training sheet on regularisation, class weights and early stopping."""

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.settings import CLASS_WEIGHTS
from nnviz.engine.stopping import MONITORS, Best
from nnviz.engine.training import TrainingConfig
from nnviz.ui import training_words as words
from nnviz.ui.dialogs.training_fields import COLUMNS, GAP, ChoiceBox, Section, note, put
from nnviz.ui.panels.hyperparameters import NumberField
from nnviz.ui.text_parts import number
from nnviz.ui.training_words import explained
from nnviz.ui.widgets import captioned


class RegularizationSection(Section):
    """Penalties, decay, dropout, noise, clipping, label smoothing and class weights."""

    def __init__(self) -> None:
        super().__init__("Regularisation")
        self.fields: dict[str, NumberField] = {}
        grid = self.add_grid()
        for place, (name, about) in enumerate(words.REGULARIZATION.items()):
            self.fields[name], box = self.number(about, self._set(name), may_be_empty=name == "weight_decay")
            put(grid, box, place // COLUMNS, place % COLUMNS)
        self.class_weight = ChoiceBox({key: key.capitalize() for key in CLASS_WEIGHTS})
        self.class_weight.activated.connect(lambda _: self.changed.emit({"class_weight": self.class_weight.key}))
        place = len(self.fields)
        put(grid, captioned(words.CLASS_WEIGHT.caption, self.class_weight), place // COLUMNS, place % COLUMNS)
        self.set_network(None, "")

    def _set(self, field: str) -> Any:
        return lambda value: self.ask(
            lambda: {"regularization": replace(self.training.regularization, **{field: value})}
        )

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        super().set_training(training)
        parts = training.regularization
        for name, field in self.fields.items():
            field.set_value(getattr(parts, name))
        own = replace(training, regularization=replace(parts, weight_decay=None)).weight_decay
        self.fields["weight_decay"].setPlaceholderText(f"{own:g} (own)")
        self.class_weight.set_key(training.class_weight)

    def set_network(self, config: MLPConfig | None, task: str) -> None:
        """Let only be set what goes with the loss and the task; the others say why not."""
        smoothing = config is None or LOSSES[config.loss].takes_smoothing
        field = self.fields["label_smoothing"]
        field.setEnabled(smoothing)
        about = words.REGULARIZATION["label_smoothing"]
        why = (
            "" if config is None else f"Only the cross-entropies take it: the loss is the {LOSSES[config.loss].label}."
        )
        field.setToolTip(about.tip if smoothing else explained(why))
        classes = task != "regression"
        self.class_weight.setEnabled(classes)
        reason = "A regression has no classes to weigh."
        self.class_weight.setToolTip(words.CLASS_WEIGHT.tip if classes else explained(reason))


class StoppingSection(Section):
    """When training stops by itself, the best so far, and the way back to it."""

    best_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Stopping")
        about = words.STOPPING
        self.patience, patience_box = self.number(about["patience"], self._set("patience"), whole=True)
        self.min_change, change_box = self.number(about["min_change"], self._set("min_change"))
        self.monitor = ChoiceBox({key: label.capitalize() for key, label in MONITORS.items()})
        self.monitor.activated.connect(lambda _: self._set("monitor")(self.monitor.key))
        grid = self.add_grid()
        put(grid, patience_box, 0, 0)
        put(grid, change_box, 0, 1)
        put(grid, captioned(about["monitor"].caption, self.monitor), 0, 2)
        self.monitor.setToolTip(about["monitor"].tip)
        self.best = note("secondary")
        self.take_best = QPushButton("Take the best weights")
        self.take_best.setAutoDefault(False)
        self.take_best.clicked.connect(self.best_wanted)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.best, 1)
        row.addWidget(self.take_best)
        self.column.addLayout(row)
        self.set_best(None, "loss")

    def _set(self, field: str) -> Any:
        return lambda value: self.ask(lambda: {"stopping": replace(self.training.stopping, **{field: value})})

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        super().set_training(training)
        self.patience.set_value(training.stopping.patience)
        self.min_change.set_value(training.stopping.min_change)
        self.monitor.set_key(training.stopping.monitor)

    def set_best(self, best: Best | None, measure: str) -> None:
        """Show the best so far.

        Parameters
        ----------
        best
            None when there is none.
        measure
            What its value is, such as "validation loss".
        """
        if best is None or math.isnan(best.value):
            self.best.setText("Best so far: none yet")
        else:
            self.best.setText(f"Best so far: epoch {best.epoch:,}\n{measure} {number(best.value, 4)}")
        self.take_best.setEnabled(best is not None)
        self.take_best.setToolTip(
            explained("There are no best weights before the first epoch is over.")
            if best is None
            else explained("Puts the weights of the best epoch back and pauses; the optimiser starts afresh from them.")
        )
