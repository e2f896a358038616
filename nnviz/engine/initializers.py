"""Registry of weight initialisations; each draws from an explicit generator. Biases start at 0."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Initializer:
    """A distribution of starting weights whose spread keeps signals neither growing nor fading through the layers.

    Attributes
    ----------
    name, label
        Key in `INITIALIZERS`; the name a person reads.
    formula
        Plain text; n_in and n_out are the units before and after the weights.
    source
        Where the formula comes from.
    draw
        ``draw(rng, n_in, n_out)``: float64 weights of shape (n_in, n_out).
    """

    name: str
    label: str
    formula: str
    source: str
    draw: Callable[[np.random.Generator, int, int], NDArray[np.float64]]


def _glorot_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    limit = (6 / (n_in + n_out)) ** 0.5
    return rng.uniform(-limit, limit, (n_in, n_out))


def _glorot_normal(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    return rng.normal(0, (2 / (n_in + n_out)) ** 0.5, (n_in, n_out))


def _he_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    limit = (6 / n_in) ** 0.5
    return rng.uniform(-limit, limit, (n_in, n_out))


def _he_normal(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    return rng.normal(0, (2 / n_in) ** 0.5, (n_in, n_out))


_GLOROT = "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010), eq. 16."
_HE = "He, Zhang, Ren and Sun, Delving deep into rectifiers (2015), eq. 10."

INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        initializer.name: initializer
        for initializer in (
            Initializer(
                "glorot_uniform",
                "Glorot uniform",
                "W ~ U(-l, l), l = sqrt(6 / (n_in + n_out))",
                _GLOROT,
                _glorot_uniform,
            ),
            Initializer("glorot_normal", "Glorot normal", "W ~ N(0, 2 / (n_in + n_out))", _GLOROT, _glorot_normal),
            Initializer("he_uniform", "He uniform", "W ~ U(-l, l), l = sqrt(6 / n_in)", _HE, _he_uniform),
            Initializer("he_normal", "He normal", "W ~ N(0, 2 / n_in)", _HE, _he_normal),
        )
    }
)


def default_initializer(activation: str) -> str:
    """Return the initialisation that suits `activation`: He for ReLU, which halves the signal, Glorot otherwise."""
    return "he_uniform" if activation == "relu" else "glorot_uniform"
