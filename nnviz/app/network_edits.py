"""Changing a network or its start: pure functions that say where each new layer's weights come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.losses import LOSSES, refusal
from nnviz.engine.mlp import LayerConfig, MLPConfig
from nnviz.errors import UserError

MAX_UNITS = 512
MAX_HIDDEN_LAYERS = 12
NEW_LAYER_UNITS = 4


@dataclass(frozen=True, slots=True)
class NetworkEdit:
    """A changed configuration.

    Attributes
    ----------
    sources
        For each new layer the index of the old layer it was, or None for a new one.
    sentence
        What changed, for the person.
    fresh
        Whether all weights are drawn anew, as at the start of a run.
    seed
        The seed to start with; None is the present one.
    starts
        Whether the new run trains at once, as an experiment does.
    """

    config: MLPConfig
    sources: tuple[int | None, ...]
    sentence: str
    fresh: bool = False
    seed: int | None = None
    starts: bool = False


def _hidden_name(index: int) -> str:
    return f"Hidden layer {index + 1}"


def _rebuilt(config: MLPConfig, hidden: Sequence[LayerConfig]) -> MLPConfig:
    return replace(config, layers=(*hidden, config.layers[-1]))


def add_layer(config: MLPConfig, index: int) -> NetworkEdit:
    """Insert a hidden layer before position ``index`` (0 = straight after the inputs).

    Raises
    ------
    UserError
        If there are already as many hidden layers as can be shown.
    """
    hidden = list(config.hidden)
    if len(hidden) >= MAX_HIDDEN_LAYERS:
        raise UserError(f"A network has at most {MAX_HIDDEN_LAYERS} hidden layers here.")
    like = hidden[min(index, len(hidden) - 1)] if hidden else LayerConfig(NEW_LAYER_UNITS)
    hidden.insert(index, LayerConfig(NEW_LAYER_UNITS, like.activation))
    sources: list[int | None] = list(range(len(config.layers)))
    sources.insert(index, None)
    return NetworkEdit(
        _rebuilt(config, hidden), tuple(sources), f"{_hidden_name(index)} was added with {NEW_LAYER_UNITS} neurons."
    )


def remove_layer(config: MLPConfig, index: int) -> NetworkEdit:
    """Take hidden layer ``index`` out.

    Raises
    ------
    UserError
        If there is no such hidden layer.
    """
    hidden = list(config.hidden)
    if not 0 <= index < len(hidden):
        raise UserError(f"There is no hidden layer {index + 1}.")
    del hidden[index]
    sources = tuple(layer for layer in range(len(config.layers)) if layer != index)
    return NetworkEdit(_rebuilt(config, hidden), sources, f"{_hidden_name(index)} was removed.")


def move_layer(config: MLPConfig, index: int, to: int) -> NetworkEdit:
    """Put hidden layer ``index`` at place ``to`` among the hidden layers, both counted from 0.

    Raises
    ------
    UserError
        If there is no such hidden layer or place.
    """
    hidden = list(config.hidden)
    for place in (index, to):
        if not 0 <= place < len(hidden):
            raise UserError(f"There is no hidden layer {place + 1}.")
    hidden.insert(to, hidden.pop(index))
    sources = list(range(len(config.layers)))
    sources.insert(to, sources.pop(index))
    sentence = f"{_hidden_name(index)} is hidden layer {to + 1} now."
    return NetworkEdit(_rebuilt(config, hidden), tuple(sources), sentence)


def set_units(config: MLPConfig, index: int, units: int) -> NetworkEdit:
    """Give hidden layer ``index`` another number of neurons; the last ones come and go.

    Raises
    ------
    UserError
        If there is no such layer or the number is outside 1 to 512.
    """
    hidden = list(config.hidden)
    if not 0 <= index < len(hidden):
        raise UserError(f"There is no hidden layer {index + 1}.")
    if not 1 <= units <= MAX_UNITS:
        raise UserError(f"A layer has 1 to {MAX_UNITS} neurons here, not {units}.")
    hidden[index] = replace(hidden[index], units=units)
    plural = "neuron" if units == 1 else "neurons"
    return NetworkEdit(
        _rebuilt(config, hidden), tuple(range(len(config.layers))), f"{_hidden_name(index)} has {units} {plural} now."
    )


def set_activation(config: MLPConfig, index: int, activation: str) -> NetworkEdit:
    """Give hidden layer ``index`` another activation; all weights are kept.

    Raises
    ------
    UserError
        If there is no such layer or activation.
    """
    hidden = list(config.hidden)
    if not 0 <= index < len(hidden):
        raise UserError(f"There is no hidden layer {index + 1}.")
    hidden[index] = replace(hidden[index], activation=activation, initializer="")
    built = _rebuilt(config, hidden)
    sentence = f"{_hidden_name(index)} uses {ACTIVATIONS[activation].label} now."
    return NetworkEdit(built, tuple(range(len(config.layers))), sentence)


def set_loss(config: MLPConfig, loss: str, task: str, output_activation: str = "") -> NetworkEdit:
    """Train with another loss, and give the output the activation that goes with it; all weights are kept.

    Parameters
    ----------
    loss
        Key of `LOSSES`.
    task
        "binary", "multiclass" or "regression".
    output_activation
        Key of `ACTIVATIONS`; "" keeps the present one if it goes with the loss, and else takes the loss's usual one.

    Raises
    ------
    UserError
        If there is no such loss, or it does not go with the task or the activation.
    """
    if loss not in LOSSES:
        raise UserError(f"There is no loss called {loss!r}.", f"Choose one of {', '.join(LOSSES)}.")
    output = config.layers[-1]
    fitting = LOSSES[loss].outputs.get(task, ())
    activation = output_activation or (output.activation if output.activation in fitting else "")
    activation = activation or (fitting[0] if fitting else output.activation)
    if reason := refusal(loss, activation, task):
        raise UserError(reason)
    changed = replace(config, layers=(*config.hidden, replace(output, activation=activation)), loss=loss)
    words = f"The loss is the {LOSSES[loss].label} now, after {_article(ACTIVATIONS[activation].label)} output."
    return NetworkEdit(changed, tuple(range(len(config.layers))), words)


def set_initializer(config: MLPConfig, index: int, initializer: str, value: float | None = None) -> NetworkEdit:
    """Let layer ``index`` (the last is the output) begin otherwise: the network starts anew.

    Parameters
    ----------
    initializer
        Key of `INITIALIZERS`, or "" for the one that suits the activation.
    value
        Of the initialisations that take one; None keeps the present one.

    Raises
    ------
    UserError
        If there is no such layer or initialisation, or the value is out of range.
    """
    if not 0 <= index < len(config.layers):
        raise UserError(f"There is no layer {index + 1}.")
    layers = list(config.layers)
    old = layers[index]
    layers[index] = replace(old, initializer=initializer, init_value=old.init_value if value is None else value)
    name = _hidden_name(index) if index < len(layers) - 1 else "The output layer"
    kind = INITIALIZERS[layers[index].resolved_initializer]
    amount = f" with {layers[index].init_value:g}" if kind.takes_value else ""
    words = f"{name} begins as {kind.label}{amount} now."
    return NetworkEdit(replace(config, layers=tuple(layers)), (None,) * len(layers), words, fresh=True)


def new_start(config: MLPConfig, seed: int) -> NetworkEdit:
    """Draw other initial weights, and shuffle otherwise: what a run with another seed begins with."""
    return NetworkEdit(config, (None,) * len(config.layers), f"The seed is {seed} now.", fresh=True, seed=seed)


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
