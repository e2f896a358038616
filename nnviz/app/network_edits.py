"""Changing the shape of a network: pure functions that say where each new layer's weights come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    """

    config: MLPConfig
    sources: tuple[int | None, ...]
    sentence: str


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
    return NetworkEdit(
        _rebuilt(config, hidden), tuple(range(len(config.layers))), f"{_hidden_name(index)} uses {activation} now."
    )
