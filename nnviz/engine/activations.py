"""Registry of activation functions, and which of them a hidden layer may have."""

from collections.abc import Mapping
from types import MappingProxyType

from nnviz.engine.activation import Activation
from nnviz.engine.classic_activations import HARD_SIGMOID, IDENTITY, SIGMOID, SOFTMAX, SOFTSIGN, TANH
from nnviz.engine.rectifiers import ELU, LEAKY_RELU, RELU, SELU
from nnviz.engine.smooth_rectifiers import GELU, SILU, SOFTPLUS
from nnviz.engine.wave_activations import GAUSSIAN, SINE

__all__ = ["ACTIVATIONS", "HIDDEN_ACTIVATIONS", "PROBABILITIES", "Activation"]

# In the order of the menus: the four that suit most networks, the other rectifiers, the other curves.
_HIDDEN = (
    TANH,
    RELU,
    SIGMOID,
    IDENTITY,
    LEAKY_RELU,
    ELU,
    SELU,
    GELU,
    SILU,
    SOFTPLUS,
    SOFTSIGN,
    HARD_SIGMOID,
    SINE,
    GAUSSIAN,
)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {activation.name: activation for activation in (*_HIDDEN, SOFTMAX)}
)
"""Every activation by its name."""

HIDDEN_ACTIVATIONS: tuple[str, ...] = tuple(activation.name for activation in _HIDDEN)
"""The keys of `ACTIVATIONS` that a hidden layer may have: all but softmax."""

PROBABILITIES: tuple[str, ...] = (SIGMOID.name, SOFTMAX.name)
"""The keys of the activations that make an output's answers probabilities."""
