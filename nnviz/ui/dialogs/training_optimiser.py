"""The sections of the training sheet on the update rule and on the learning rate over time."""

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from nnviz.app.column_summary import plural
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.rate_log import RateSegment
from nnviz.engine.schedules import SCHEDULES, Schedule
from nnviz.engine.training import TrainingConfig
from nnviz.ui import training_words as words
from nnviz.ui.dialogs.training_fields import COLUMNS, ChoiceBox, Formula, Section, note, put
from nnviz.ui.dialogs.training_range import RateFinder
from nnviz.ui.dialogs.training_rate import RatePicture, is_over, rate_curve
from nnviz.ui.panels.hyperparameters import NumberField
from nnviz.ui.text_parts import number
from nnviz.ui.theme import Theme
from nnviz.ui.training_words import Words, explained
from nnviz.ui.widgets import captioned

_WHOLE = ("growth", "patience")


class OptimizerSection(Section):
    """Rule, learning rate, batch size, momentum; the rule's formula and what it remembers."""

    def __init__(self) -> None:
        super().__init__("Optimiser")
        tips = {name: explained(rule.label, rule.formula, rule.source) for name, rule in OPTIMIZERS.items()}
        self.rule = ChoiceBox({name: rule.label for name, rule in OPTIMIZERS.items()}, tips)
        self.rule.activated.connect(lambda _: self.changed.emit({"optimizer": self.rule.key}))
        self.rate, rate_box = self.number(Words("Learning rate", words.RATE), self._set("learning_rate"))
        self.batch, batch_box = self.number(Words("Batch", words.BATCH), self._set("batch_size"), whole=True)
        self.momentum, momentum_box = self.number(Words("Momentum", words.MOMENTUM), self._set("momentum"))
        self.updates = QLabel("\N{EN DASH}")
        self.updates.setToolTip("Updates an epoch: training rows divided by the batch size, rounded up")
        self.formula, self.memory, self.finder = Formula(), note(), RateFinder()
        self.finder.chosen.connect(self._set("learning_rate"))
        grid = self.add_grid()
        put(grid, captioned("Rule", self.rule), 0, 0, 2)
        put(grid, rate_box, 0, 2)
        for column, box in enumerate((batch_box, momentum_box, captioned("Updates an epoch", self.updates))):
            put(grid, box, 1, column)
        self.column.addWidget(self.formula)
        self.column.addWidget(self.memory)
        self.column.addWidget(self.finder)

    def _set(self, field: str) -> Any:
        return lambda value: self.changed.emit({field: value})

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        super().set_training(training)
        rule = OPTIMIZERS[training.optimizer]
        self.finder.setVisible(not rule.needs_objective)  # such a rule finds its own step length
        self.rule.set_key(training.optimizer)
        self.rate.set_value(training.learning_rate)
        self.batch.setEnabled(not rule.full_batch)
        self.batch.setPlaceholderText("all" if rule.full_batch else "")
        self.batch.set_value(None if rule.full_batch else training.batch_size)
        self.batch.setToolTip(
            explained(f"{rule.label} takes all training rows for each update." if rule.full_batch else words.BATCH)
        )
        self.momentum.setEnabled(rule.uses_momentum)
        self.momentum.setPlaceholderText("" if rule.uses_momentum else "none")
        self.momentum.set_value(training.momentum if rule.uses_momentum else None)
        self.momentum.setToolTip(
            explained(words.MOMENTUM, rule.formula, rule.source)
            if rule.uses_momentum
            else explained(f"{rule.label} has no momentum to set.")
        )
        self.formula.set_formula(rule.formula, rule.source)
        self.memory.setText(
            f"Remembers {rule.remembers}; another rule starts without."
            if rule.remembers
            else "Remembers nothing between updates."
        )

    def set_theme(self, theme: Theme) -> None:
        """Paint the curve of the range test in another theme."""
        self.finder.picture.set_theme(theme)

    def set_place(self, segment: RateSegment | None) -> None:
        """Show how many updates make an epoch."""
        count = "\N{EN DASH}" if segment is None else f"{-(-segment.n_rows // segment.batch_size):,}"
        self.updates.setText(count)


class ScheduleSection(Section):
    """The kind of schedule, what it reads, and a picture of where it leads."""

    def __init__(self) -> None:
        super().__init__("Schedule")
        tips = {name: explained(kind.label, kind.formula, kind.source) for name, kind in SCHEDULES.items()}
        self.kind = ChoiceBox({name: kind.label for name, kind in SCHEDULES.items()}, tips)
        self.kind.activated.connect(lambda _: self._choose(self.kind.key))
        self.fields: dict[str, NumberField] = {}
        self._boxes: dict[str, QWidget] = {}
        for name, about in words.SCHEDULE.items():
            self.fields[name], self._boxes[name] = self.number(about, self._set(name), whole=name in _WHOLE)
        self.formula, self.state, self.over = Formula(), note(), note("warning")
        self.picture = RatePicture()
        self._grid = self.add_grid()
        put(self._grid, captioned("Kind", self.kind), 0, 0, 2)
        put(self._grid, self._boxes["warmup"], 0, 2)
        for widget in (self.formula, self.picture, self.state, self.over):
            self.column.addWidget(widget)
        self.over.hide()
        self._laid_out: tuple[str, ...] | None = None
        self._arrange(())

    def _arrange(self, fields: tuple[str, ...]) -> None:
        """Show only the fields that the kind reads, in its own order."""
        if fields == self._laid_out:
            return
        self._laid_out = fields
        for name, box in self._boxes.items():
            if name != "warmup":
                self._grid.removeWidget(box)
                box.setParent(self)  # one that was never laid out has no parent, and would be a window of its own
                box.setVisible(name in fields)
        before: QWidget = self.fields["warmup"]
        for place, name in enumerate(fields):
            put(self._grid, self._boxes[name], 1 + place // COLUMNS, place % COLUMNS)
            QWidget.setTabOrder(before, self.fields[name])
            before = self.fields[name]

    def _choose(self, kind: str) -> None:
        # A new one rather than a replaced name: factor and period have other usual values.
        if kind != self.training.schedule.name:
            self.ask(lambda: {"schedule": Schedule(kind, warmup=self.training.schedule.warmup)})

    def _set(self, field: str) -> Any:
        return lambda value: self.ask(lambda: {"schedule": replace(self.training.schedule, **{field: value})})

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        super().set_training(training)
        kind = SCHEDULES[training.schedule.name]
        self.kind.set_key(kind.name)
        for name, field in self.fields.items():
            field.set_value(getattr(training.schedule, name))
            about = words.SCHEDULE[name]
            if not about.formula:
                field.setToolTip(explained(about.what, kind.formula, kind.source))
        self._arrange(kind.fields)
        self.formula.set_formula(kind.formula, kind.source)

    def set_place(self, segment: RateSegment, step: int) -> None:
        """Show the rates around the next update, number ``step``."""
        curve = rate_curve(segment, step)
        self.picture.set_curve(curve)
        share = f", {number(curve.rate / segment.base, 3)} of the base" if curve.rate != segment.base else ""
        reduced = f", reduced {plural(segment.reductions, 'time')}" if segment.reductions else ""
        self.state.setText(f"The rate is now {number(curve.rate, 3)}{share}{reduced}.")
        over = is_over(segment, curve.now)
        if over:
            end = segment.origin + segment.schedule.warmup + segment.schedule.period
            self.over.setText(
                f"The cycle ended at epoch {end:,.0f}: the rate stays at its lowest."
                " Choose a longer period, or another schedule, to go on learning."
            )
        self.over.setVisible(over)

    def set_theme(self, theme: Theme) -> None:
        """Paint the picture in another theme."""
        self.picture.set_theme(theme)
