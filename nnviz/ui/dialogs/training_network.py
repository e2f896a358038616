"""The section of the training sheet on what a run begins with: loss, output, initialisation of each layer, seed."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS, default_initializer
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import LayerConfig, MLPConfig
from nnviz.engine.training import TrainingConfig
from nnviz.ui import training_words as words
from nnviz.ui.dialogs.training_fields import COLUMNS, ChoiceBox, Formula, Section, note, put, three_columns
from nnviz.ui.training_words import Words, explained
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import CONTROL_HEIGHT, captioned

_NAME_WIDTH = 92


class LayerStart:
    """One line: a layer's name, how its weights begin, and the value that this takes, if any."""

    def __init__(self, section: "NetworkSection", index: int) -> None:
        self._section, self._index = section, index
        self.name = QLabel()
        self.name.setProperty("role", "secondary")
        self.kind = ChoiceBox({})
        hold(self.kind, height=CONTROL_HEIGHT)
        self.name.setBuddy(self.kind)  # where screen readers ask for a list's name
        self.value, self.box = section.number(Words("", ""), self._set_value)
        self.value.setParent(section)
        self.box.deleteLater()  # the line has its name in front, no caption above
        hold(self.value, height=CONTROL_HEIGHT)
        self.kind.activated.connect(self._choose)

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Take a row of the grid."""
        put(grid, self.name, row, 0)
        put(grid, self.kind, row, 1, 2)
        put(grid, self.value, row, 2)

    def _choose(self, *_index: int) -> None:
        self._section.start_chosen.emit(self._index, self.kind.key, None)

    def _set_value(self, value: float) -> None:
        self._section.start_chosen.emit(self._index, self.kind.key, value)

    def set_visible(self, *, visible: bool) -> None:
        """Show or hide the line."""
        for widget in (self.name, self.kind, self.value):
            widget.setVisible(visible)

    def show_layer(self, grid: QGridLayout, row: int, name: str, layer: LayerConfig) -> None:
        """Show how a layer begins."""
        activation = ACTIVATIONS[layer.activation].label
        suited = INITIALIZERS[default_initializer(layer.activation)]
        choices = {"": f"Suited: {suited.label}"} | {key: i.label for key, i in INITIALIZERS.items()}
        tips = {key: explained(i.label, i.formula, i.source) for key, i in INITIALIZERS.items()}
        tips[""] = explained(f"The one that suits {activation}: {suited.label}", suited.formula, suited.source)
        self.name.setText(f"{name} · {layer.units}")
        self.name.setToolTip(f"{name}: {layer.units} neurons, {activation}")
        self.kind.set_choices(choices, tips)
        self.kind.set_key(layer.initializer)
        self.kind.setAccessibleName(f"Initialisation of {name}")
        self.name.setAccessibleName(self.kind.accessibleName())
        kind = INITIALIZERS[layer.resolved_initializer]
        self.value.set_value(layer.init_value)
        self.value.setAccessibleName(f"Value of the initialisation of {name}")
        self.value.setToolTip(explained("The value v of the formula", kind.formula, kind.source))
        put(grid, self.kind, row, 1, 1 if kind.takes_value else 2)
        self.set_visible(visible=True)
        self.value.setVisible(kind.takes_value)


class NetworkSection(Section):
    """Loss and output, how each layer begins, and the seed.

    Signals
    -------
    loss_chosen(str, str)
        Key of `LOSSES`, and of the output activation, or "" for what goes with it.
    start_chosen(int, str, object)
        A layer, the key of its initialisation or "", and its value or None for the present one.
    seed_chosen(int)
        The seed to start anew with.
    """

    loss_chosen = Signal(str, str)
    start_chosen = Signal(int, str, object)
    seed_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Network")
        self.loss, self.output = ChoiceBox({}), ChoiceBox({})
        self.loss.activated.connect(lambda _: self.loss_chosen.emit(self.loss.key, ""))
        self.output.activated.connect(lambda _: self.loss_chosen.emit(self.loss.key, self.output.key))
        grid = self.add_grid()
        put(grid, captioned("Loss", self.loss), 0, 0, 2)
        put(grid, captioned("Output", self.output), 0, 2)
        self.formula = Formula()
        grid.addWidget(self.formula, 1, 0, 1, COLUMNS)
        self._heading = note()
        self._heading.setText("Initial weights of each layer; a change starts anew.")
        grid.addWidget(self._heading, 2, 0, 1, COLUMNS)
        self._layers = three_columns((_NAME_WIDTH, 96, 64), stretch=1)
        grid.addLayout(self._layers, 3, 0, 1, COLUMNS)
        self.starts: list[LayerStart] = []
        self.seed, seed_box = self.number(Words("Seed", words.SEED), self._on_seed, whole=True)
        self.new_seed = QPushButton("New seed")
        self.new_seed.setAutoDefault(False)
        self.new_seed.setToolTip(explained("Starts anew from other initial weights, with the next seed."))
        self.new_seed.clicked.connect(lambda: self._on_seed(self.training.seed + 1))
        put(grid, seed_box, 4, 0)
        put(grid, captioned("", self.new_seed), 4, 1)
        self.new_seed.setAccessibleName("New seed")
        hint = note()
        hint.setText("The same seed always begins alike, after Reset too.")
        self.column.addWidget(hint)
        self.set_network(None, "")

    def _on_seed(self, seed: int) -> None:
        self.seed_chosen.emit(seed)

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        super().set_training(training)
        self.seed.set_value(training.seed)

    def set_network(self, config: MLPConfig | None, task: str) -> None:
        """Show a network for a task; None before there is one."""
        layers = () if config is None else config.layers
        while len(self.starts) < len(layers):
            start = LayerStart(self, len(self.starts))
            start.add_to(self._layers, len(self.starts))
            self.starts.append(start)
        for index, start in enumerate(self.starts):
            if index < len(layers):
                name = f"Hidden {index + 1}" if index < len(layers) - 1 else "Output"
                start.show_layer(self._layers, index, name, layers[index])
            else:
                start.set_visible(visible=False)
        self._order_focus(len(layers))
        for widget in (self.loss, self.output, self.new_seed, self.seed):
            widget.setEnabled(config is not None)
        self.formula.setVisible(config is not None)
        self._heading.setVisible(config is not None)
        if config is not None:
            self._show_loss(config, task)

    def _show_loss(self, config: MLPConfig, task: str) -> None:
        fitting = {name: loss for name, loss in LOSSES.items() if task in loss.tasks} or {
            config.loss: LOSSES[config.loss]
        }
        self.loss.set_choices(
            _labels(fitting), {name: explained(x.label, x.formula, x.source) for name, x in fitting.items()}
        )
        self.loss.set_key(config.loss)
        loss, output = LOSSES[config.loss], config.layers[-1].activation
        names = loss.outputs.get(task, (output,))
        tips = {n: explained(a.label, a.formula, a.source) for n in names for a in (ACTIVATIONS[n],)}
        self.output.set_choices({name: ACTIVATIONS[name].label for name in names}, tips)
        self.output.set_key(output)
        self.output.setEnabled(len(names) > 1)
        if len(names) == 1:
            self.output.setToolTip(
                explained(f"The output that goes with the {loss.label}.", ACTIVATIONS[output].formula)
            )
        self.formula.set_formula(loss.formula, loss.source)

    def _order_focus(self, layers: int) -> None:
        before: QWidget = self.output
        for start in self.starts[:layers]:
            QWidget.setTabOrder(before, start.kind)
            QWidget.setTabOrder(start.kind, start.value)
            before = start.value
        QWidget.setTabOrder(before, self.seed)
        QWidget.setTabOrder(self.seed, self.new_seed)


def _labels(losses: Mapping[str, object]) -> dict[str, str]:
    return {name: LOSSES[name].label[0].upper() + LOSSES[name].label[1:] for name in losses}
