"""Registry of initialisations; each draws weights, and biases if it does not leave them at 0, from a generator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Biases = NDArray[np.float64]
_Distribution = Callable[[np.random.Generator, int, int, float], Weights]
_BiasDistribution = Callable[[np.random.Generator, int, int], Biases]

DEFAULT_VALUE = 0.1


@dataclass(frozen=True, slots=True)
class Initializer:
    """A distribution of a layer's starting weights and biases.

    Attributes
    ----------
    name, label
        Key in `INITIALIZERS`; the name a person reads.
    formula
        Plain text; n_in and n_out are the units before and after the weights, v is the value that a person sets.
    source
        Where the formula comes from.
    distribution
        ``distribution(rng, n_in, n_out, value)``: what `draw` calls.
    takes_value
        Whether `value` matters: the weight itself for "constant", half the width of the range for "uniform".
    bias_distribution
        ``bias_distribution(rng, n_in, n_out)``: what `draw_biases` calls; None leaves the biases at 0.
    """

    name: str
    label: str
    formula: str
    source: str
    distribution: _Distribution
    takes_value: bool = False
    bias_distribution: _BiasDistribution | None = None

    def draw(self, rng: np.random.Generator, n_in: int, n_out: int, value: float = DEFAULT_VALUE) -> Weights:
        """Return float64 weights of shape (n_in, n_out); `value` is ignored unless `takes_value`."""
        return self.distribution(rng, n_in, n_out, value)

    def draw_biases(self, rng: np.random.Generator, n_in: int, n_out: int) -> Biases:
        """Return float64 biases of shape (n_out,); to be called after `draw`. Biases of 0 draw nothing from `rng`."""
        return np.zeros(n_out) if self.bias_distribution is None else self.bias_distribution(rng, n_in, n_out)


def _both(n_in: int, n_out: int) -> int:
    return n_in + n_out


def _before(n_in: int, _n_out: int) -> int:
    return n_in


def _uniform(share: float, units: Callable[[int, int], int]) -> _Distribution:
    """Return the uniform distribution around 0 of variance share / units; on (-l, l) that is l^2 / 3."""

    def draw(rng: np.random.Generator, n_in: int, n_out: int, _value: float) -> Weights:
        limit = (3 * share / units(n_in, n_out)) ** 0.5
        return rng.uniform(-limit, limit, (n_in, n_out))

    return draw


def _normal(share: float, units: Callable[[int, int], int]) -> _Distribution:
    """Return the normal distribution around 0 of variance share / units."""

    def draw(rng: np.random.Generator, n_in: int, n_out: int, _value: float) -> Weights:
        return rng.normal(0, (share / units(n_in, n_out)) ** 0.5, (n_in, n_out))

    return draw


def _orthogonal(rng: np.random.Generator, n_in: int, n_out: int, _value: float) -> Weights:
    """Return the Q of a Gaussian matrix.

    QR is unique only up to the signs of R's diagonal, and LAPACK's choice of them is not random. With the signs taken
    from R itself, Q is uniform over the orthogonal matrices (Mezzadri, How to generate random matrices from the
    classical compact groups, 2007).
    """
    tall = rng.standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(tall)
    q *= np.copysign(1.0, np.diagonal(r))
    return q if n_in >= n_out else np.ascontiguousarray(q.T)


def _zeros(_rng: np.random.Generator, n_in: int, n_out: int, _value: float) -> Weights:
    return np.zeros((n_in, n_out))


def _constant(_rng: np.random.Generator, n_in: int, n_out: int, value: float) -> Weights:
    return np.full((n_in, n_out), float(value))


def _range(rng: np.random.Generator, n_in: int, n_out: int, value: float) -> Weights:
    return rng.uniform(-abs(value), abs(value), (n_in, n_out))


def _bias_range(rng: np.random.Generator, n_in: int, n_out: int) -> Biases:
    limit = n_in**-0.5
    return rng.uniform(-limit, limit, n_out)


_GLOROT = "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010), eq. 16."
_HE = "He, Zhang, Ren and Sun, Delving deep into rectifiers (2015), eq. 10."
_LECUN = "LeCun, Bottou, Orr and Mueller, Efficient backprop (1998), section 4.6."
_NGUYEN = (
    "Biases that differ, so that the units divide the inputs in different places, not all at the origin: Nguyen and"
    " Widrow, Improving the learning speed of 2-layer neural networks (1990); in the range of PyTorch's Linear."
)
_SAXE = "Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning (2014)."

INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        initializer.name: initializer
        for initializer in (
            Initializer(
                "glorot_uniform",
                "Glorot uniform",
                "W ~ U(-l, l), l = sqrt(6 / (n_in + n_out))",
                _GLOROT,
                _uniform(2, _both),
            ),
            Initializer("glorot_normal", "Glorot normal", "W ~ N(0, 2 / (n_in + n_out))", _GLOROT, _normal(2, _both)),
            Initializer(
                "glorot_biased",
                "Glorot uniform, drawn biases",
                "W ~ U(-l, l), l = sqrt(6 / (n_in + n_out));  b ~ U(-1 / sqrt(n_in), 1 / sqrt(n_in))",
                f"{_GLOROT} {_NGUYEN}",
                _uniform(2, _both),
                bias_distribution=_bias_range,
            ),
            Initializer("he_uniform", "He uniform", "W ~ U(-l, l), l = sqrt(6 / n_in)", _HE, _uniform(2, _before)),
            Initializer("he_normal", "He normal", "W ~ N(0, 2 / n_in)", _HE, _normal(2, _before)),
            Initializer(
                "lecun_uniform", "LeCun uniform", "W ~ U(-l, l), l = sqrt(3 / n_in)", _LECUN, _uniform(1, _before)
            ),
            Initializer("lecun_normal", "LeCun normal", "W ~ N(0, 1 / n_in)", _LECUN, _normal(1, _before)),
            Initializer(
                "orthogonal",
                "Orthogonal",
                "W^T W = I if n_in >= n_out, else W W^T = I; every such W is equally likely",
                _SAXE,
                _orthogonal,
            ),
            Initializer("zeros", "Zeros", "W = 0", "Elementary; units that start alike stay alike.", _zeros),
            Initializer(
                "constant", "Constant", "W = v", "Elementary; units that start alike stay alike.", _constant, True
            ),
            Initializer("uniform", "Uniform", "W ~ U(-v, v)", "Elementary.", _range, True),
        )
    }
)

# Sine's output has half the variance of a wide input, so it needs He's doubling too: Sitzmann, Martel, Bergman, Lindell
# and Wetzstein, Implicit neural representations with periodic activation functions (2020), section 3.2.
_HALVE_THE_SIGNAL = frozenset({"relu", "leaky_relu", "elu", "gelu", "silu", "sine"})


def default_initializer(activation: str) -> str:
    """Return the key of the initialisation that suits `activation`.

    He for the rectifiers and the sine, which halve the signal; LeCun normal for SELU, whose self-normalisation assumes
    weights of variance 1 / n_in (Klambauer, Unterthiner, Mayr and Hochreiter, Self-normalizing neural networks, 2017);
    Glorot otherwise, with drawn biases for tanh, whose units all bend at 0 if their biases start there.
    """
    if activation == "selu":
        return "lecun_normal"
    if activation == "tanh":
        return "glorot_biased"
    return "he_uniform" if activation in _HALVE_THE_SIGNAL else "glorot_uniform"
