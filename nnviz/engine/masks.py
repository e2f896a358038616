"""Masks over the flat parameter vector: what is frozen, what is silenced, and how updates leave both alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.engine.arrays import BoolArray, Call, FloatArray, IndexArray, constant
from nnviz.engine.config import MLPConfig
from nnviz.engine.optimizer import Optimizer


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Which parameters training leaves alone; all arrays (n_parameters,) and read-only.

    A silenced parameter is 0 in the network's own vector, so that whoever computes with that vector (a training step,
    an evaluation, a picture, an exported file) computes without it; the number that it had waits in `stored`.

    Attributes
    ----------
    frozen
        Stay as they are, bit for bit, and so does what the optimiser remembers of them.
    silenced
        Are 0, get no gradient, and come back as `stored`.
    stored
        The numbers of the silenced; 0 elsewhere.
    """

    frozen: BoolArray
    silenced: BoolArray
    stored: FloatArray

    @property
    def held(self) -> BoolArray:
        """What no update changes, (n_parameters,)."""
        return self.frozen | self.silenced

    @property
    def n_silenced(self) -> int:
        """How many parameters are silenced."""
        return int(np.count_nonzero(self.silenced))

    @property
    def n_frozen(self) -> int:
        """How many parameters are frozen and not silenced."""
        return int(np.count_nonzero(self.frozen & ~self.silenced))


def whole(parameters: FloatArray, mask: Mask | None) -> FloatArray:
    """Return a copy of a masked network's parameters in which what is silenced has its number again."""
    copy = parameters.copy()
    if mask is not None:
        np.copyto(copy, mask.stored, where=mask.silenced)
    return copy


def frozen_copy(array: ArrayLike, dtype: Any = None) -> NDArray[Any]:
    """Return a read-only copy."""
    copy = np.array(array, dtype=dtype)
    copy.flags.writeable = False
    return copy


def _start(config: MLPConfig, layer: int) -> int:
    return sum((config.sizes[i] + 1) * config.sizes[i + 1] for i in range(layer))


def incoming(config: MLPConfig, layer: int, unit: int) -> IndexArray:
    """Return where the weights into a unit and its bias, the last, stand in the flat vector, (n_in + 1,).

    Parameters
    ----------
    config
        The architecture.
    layer
        Index into ``config.layers``: 0 is the first layer after the inputs.
    unit
        Index in the layer.
    """
    n_in, n_out = config.sizes[layer], config.sizes[layer + 1]
    if not 0 <= unit < n_out:
        raise ValueError(f"layer {layer} has {n_out} units, none of them is {unit}")
    return _start(config, layer) + unit + n_out * np.arange(n_in + 1)


def outgoing(config: MLPConfig, layer: int, unit: int) -> IndexArray:
    """Return where the weights that read a unit stand, (units of the next layer,); ``layer`` -1 is the inputs.

    The output layer's units have none.
    """
    if not 0 <= unit < config.sizes[layer + 1]:
        raise ValueError(f"layer {layer} has {config.sizes[layer + 1]} units, none of them is {unit}")
    if layer == len(config.layers) - 1:
        return np.zeros(0, dtype=np.intp)
    n_out = config.sizes[layer + 2]
    return _start(config, layer + 1) + unit * n_out + np.arange(n_out)


def silencing(config: MLPConfig, layer: int, unit: int) -> tuple[IndexArray, IndexArray]:
    """Return what must be silenced and what must be frozen for a unit to pass nothing on and to learn nothing.

    A hidden unit or an input is silent when the weights that read it are: its own weights need only stay as they are.
    The pre-activation of a silent output is 0.
    """
    none = np.zeros(0, dtype=np.intp)
    if layer == len(config.layers) - 1:
        return incoming(config, layer, unit), none
    return outgoing(config, layer, unit), incoming(config, layer, unit) if layer >= 0 else none


class Hold:
    """Keeps parameters, and what an optimiser remembers of them, as they are through any update.

    Two calls more in a step put back what a rule did to them, whatever it did: cheaper than a rule that steps around
    them, and the same bits for every rule. Their gradient is 0, so that no norm and no line search sees them.

    Parameters
    ----------
    held
        Which, (n_parameters,), at least one.
    parameters
        The flat vector.
    optimizer
        The rule. One that needs the objective must have no memory of the time before: it moves only where it sees a
        gradient.
    """

    def __init__(self, held: BoolArray, parameters: FloatArray, optimizer: Optimizer) -> None:
        self._places = np.flatnonzero(held)
        self._parameters = parameters
        self._kept = parameters[self._places]
        moments = optimizer.moments[:0] if optimizer.needs_objective else optimizer.moments
        self._moments = moments.reshape(-1)
        starts = np.arange(len(moments))[:, None] * parameters.size
        self._moment_places = (starts + self._places).ravel()
        self._kept_moments = self._moments[self._moment_places]

    def take(self) -> None:
        """Keep the present numbers from now on: they were changed from outside."""
        self._parameters.take(self._places, 0, self._kept, "clip")
        self._moments.take(self._moment_places, 0, self._kept_moments, "clip")

    def gradient_calls(self, gradient: FloatArray) -> list[Call]:
        """Return the call that makes the gradient of what is held 0, even where it overflowed."""
        return [(gradient.put, (self._places, constant(0.0, gradient), "clip"))]

    def update_calls(self) -> list[Call]:
        """Return the calls that put back what an update changed."""
        calls: list[Call] = [(self._parameters.put, (self._places, self._kept, "clip"))]
        if self._moment_places.size:
            calls.append((self._moments.put, (self._moment_places, self._kept_moments, "clip")))
        return calls
