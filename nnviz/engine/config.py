"""LayerConfig and MLPConfig: the architecture of a multilayer perceptron, frozen and checked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS, default_initializer
from nnviz.engine.losses import LOSSES, refusal
from nnviz.errors import UserError

MAX_INIT_VALUE = 1e6
MAX_PARAMETERS = 50_000_000  # 200 MB of 32-bit numbers; a training step keeps several vectors of this length


def whole_number(value: object, least: int, what: str) -> int:
    """Return `value` as an int, NumPy's integers included; UserError unless it is a whole number from `least` on."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise UserError(f"{what} must be a whole number of at least {least}, not {value!r}.")
    return int(value)


def real_number(value: object) -> float:
    """Return `value` as a float, NumPy's numbers included; nan, which is in no range, for anything else."""
    return math.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)


def _check_choice(value: object, choices: Sequence[str], what: str) -> None:
    if value not in choices:
        raise UserError(f"{what} cannot be {value!r}.", f"Choose one of {', '.join(choices)}.")


@dataclass(frozen=True, slots=True)
class LayerConfig:
    """One dense layer.

    Attributes
    ----------
    units
        Number of neurons, at least 1.
    activation
        Key of `ACTIVATIONS`.
    initializer
        Key of `INITIALIZERS`, or "" for the one that suits the activation.
    init_value
        The value of the initialisation "constant", the half-width of "uniform"; others do not read it.
    """

    units: int
    activation: str = "tanh"
    initializer: str = ""
    init_value: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", whole_number(self.units, 1, "The number of neurons in a layer"))
        _check_choice(self.activation, tuple(ACTIVATIONS), "The activation of a layer")
        _check_choice(self.initializer, ("", *INITIALIZERS), "The initialisation of a layer")
        value = real_number(self.init_value)
        if not abs(value) <= MAX_INIT_VALUE:
            raise UserError(
                f"The initial weights must be within {MAX_INIT_VALUE:g} of 0, not {self.init_value!r}.", "0.1 is usual."
            )
        object.__setattr__(self, "init_value", value)

    @property
    def resolved_initializer(self) -> str:
        """The key of `INITIALIZERS` that applies."""
        return self.initializer or default_initializer(self.activation)


@dataclass(frozen=True, slots=True)
class MLPConfig:
    """A multilayer perceptron and the loss it is trained with.

    Attributes
    ----------
    n_inputs
        Width of the input, at least 1.
    layers
        The hidden layers, then the output layer; never empty.
    loss
        Key of `LOSSES`.

    Raises
    ------
    UserError
        For a senseless number, an unknown name, or an output activation that the loss does not go with.
    """

    n_inputs: int
    layers: tuple[LayerConfig, ...]
    loss: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_inputs", whole_number(self.n_inputs, 1, "The number of inputs"))
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers:
            raise UserError("A network needs at least an output layer.")
        _check_choice(self.loss, tuple(LOSSES), "The loss")
        for layer in self.hidden:
            _check_choice(layer.activation, HIDDEN_ACTIVATIONS, "The activation of a hidden layer")
        output = self.layers[-1]
        if reason := refusal(self.loss, output.activation):
            raise UserError(reason)
        if output.activation == "softmax" and output.units < 2:
            raise UserError(
                "A softmax output needs at least 2 neurons: with one its output is always 1.",
                "Use a sigmoid output for two classes.",
            )
        if self.n_parameters > MAX_PARAMETERS:
            raise UserError(
                f"This network would have {self.n_parameters:,} parameters; {MAX_PARAMETERS:,} is the most allowed.",
                "Use fewer layers or fewer neurons.",
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """(n_inputs, units of the first layer, ..., n_outputs)."""
        return (self.n_inputs, *(layer.units for layer in self.layers))

    @property
    def n_outputs(self) -> int:
        """Units of the output layer."""
        return self.layers[-1].units

    @property
    def hidden(self) -> tuple[LayerConfig, ...]:
        """All layers but the last."""
        return self.layers[:-1]

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description; `from_dict` reads it back."""
        return {
            "n_inputs": self.n_inputs,
            "layers": [
                {
                    "units": layer.units,
                    "activation": layer.activation,
                    "initializer": layer.initializer,
                    "init_value": layer.init_value,
                }
                for layer in self.layers
            ],
            "loss": self.loss,
        }

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> "MLPConfig":
        """Return the config that `to_dict` described.

        Raises
        ------
        UserError
            For anything malformed: a missing or unknown entry, a wrong type, a senseless value.
        """
        entries = _entries(mapping, {"n_inputs", "layers", "loss"}, "network")
        described = entries["layers"]
        if not isinstance(described, Sequence) or isinstance(described, str | bytes):
            raise UserError("The network description has no list of layers.")
        layers = []
        for item in described:
            optional = {"initializer", "init_value"}
            layer = _entries(item, {"units", "activation"} | optional, "layer", optional=optional)
            layers.append(LayerConfig(**layer))
        return cls(entries["n_inputs"], tuple(layers), entries["loss"])


def _entries(
    mapping: object, names: set[str], what: str, optional: frozenset[str] | set[str] = frozenset()
) -> Mapping[str, Any]:
    if not isinstance(mapping, Mapping):
        raise UserError(f"The {what} description is not a table of names and values.")
    for name in sorted(names - optional - set(mapping)):
        raise UserError(f"The {what} description has no entry {name!r}.")
    for name in sorted(map(str, set(mapping) - names)):
        raise UserError(f"The {what} description has an unknown entry {name!r}.")
    return mapping


_DEFAULT_LOSS = MappingProxyType(
    {
        "binary": "binary_cross_entropy",
        "multiclass": "categorical_cross_entropy",
        "regression": "mean_squared_error",
    }
)


def config_for_task(
    task: str, n_inputs: int, n_outputs: int, hidden: Sequence[LayerConfig], loss: str = ""
) -> MLPConfig:
    """Return the config whose output layer and loss suit a task.

    Parameters
    ----------
    task
        "binary" (1 output), "multiclass" or "regression".
    n_inputs, n_outputs
        Widths of input and output.
    hidden
        The hidden layers; may be empty.
    loss
        Key of `LOSSES`; its usual output activation for the task is taken. "" is binary cross-entropy after a sigmoid,
        categorical cross-entropy after softmax, or mean squared error of the weighted sum itself.

    Raises
    ------
    UserError
        For an unknown task or loss, a loss that is not for the task, or a binary task with more than one output.
    """
    _check_choice(task, tuple(_DEFAULT_LOSS), "The task")
    if task == "binary" and n_outputs != 1:
        raise UserError(f"A network for two classes has 1 output, not {n_outputs}.")
    name = loss or _DEFAULT_LOSS[task]
    _check_choice(name, tuple(LOSSES), "The loss")
    fitting = LOSSES[name].outputs.get(task)
    if fitting is None:
        suitable = [key for key, candidate in LOSSES.items() if task in candidate.outputs]
        raise UserError(refusal(name, "", task), f"Choose one of {', '.join(suitable)}.")
    return MLPConfig(n_inputs, (*hidden, LayerConfig(n_outputs, fitting[0])), name)
