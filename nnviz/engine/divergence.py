"""Where and why a training step left the range of the numbers, told in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.layers import Dense
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.settings import TrainingConfig
from nnviz.engine.written import rough


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first quantity that stopped being a finite number.

    Attributes
    ----------
    step, epoch
        The update that failed, and the epoch it was in, both counted from 1.
    layer
        Index into ``config.layers``: 0 is the first hidden layer.
    quantity
        "activation", "gradient", "weight" or "loss".
    reason
        One sentence for a person.
    """

    step: int
    epoch: int
    layer: int
    quantity: str
    reason: str


class Diverged(ArithmeticError):  # noqa: N818 - the past participle says what the network did
    """A step led to infinity or NaN; the network is back in the state before that step."""

    def __init__(self, divergence: Divergence) -> None:
        super().__init__(divergence.reason)
        self.divergence = divergence


class Diagnosis:
    """Finds the first layer and quantity that stopped being finite in one step.

    Parameters
    ----------
    layers
        The layers of the plan that ran the step, their buffers as the step left them.
    gradients
        Per layer, the gradient, shaped like `Dense.block`.
    step, epoch
        The update that failed, and the epoch it was in, both counted from 1.
    config
        The training settings of that step.
    """

    def __init__(
        self, layers: Sequence[Dense], gradients: Sequence[FloatArray], step: int, epoch: int, config: TrainingConfig
    ) -> None:
        self._layers = layers
        self._gradients = gradients
        self._step = step
        self._epoch = epoch
        self._config = config
        self._range = f"left the range of {layers[0].block.itemsize * 8}-bit numbers"

    def of_gradient(self) -> Divergence:
        """Tell about a gradient that is not finite: by way of the activations if those are not, else by itself."""
        for index, layer in enumerate(self._layers):
            if not np.isfinite(layer.output).all():
                cause = f"inputs up to {_largest(layer.inputs)} times weights up to {_largest(layer.block)}"
                return self._tell(index, "activation", "outputs", cause)
        for index in range(len(self._layers) - 1, 0, -1):
            if not np.isfinite(self._gradients[index]).all():
                return self._tell(index, "gradient", "gradient", self._gradient_cause(index))
        return self._tell(0, "gradient", "gradient", self._gradient_cause(0))

    def of_update(self, moments: FloatArray) -> Divergence:
        """Tell about parameters, or the optimiser's `moments`, that an update made infinite or NaN."""
        bad = [index for index, layer in enumerate(self._layers) if not np.isfinite(layer.block).all()]
        if not bad:
            bad = [self._layer_of(int(np.flatnonzero(~np.isfinite(moments).all(axis=0))[0]))]
        largest = _largest(self._gradients[bad[0]])
        rule = OPTIMIZERS[self._config.optimizer]
        if rule.keeps_squares and not np.isfinite(moments).all():
            return self._tell(bad[0], "gradient", "gradient", f"the square of {largest}, which {rule.label} keeps,")
        rate = f"the learning rate {rough(self._config.learning_rate, 6)}"
        if rule.keeps_squares:
            return self._tell(bad[0], "weight", "weights", f"a step of {rate}")
        momentum = ""
        if rule.uses_momentum and self._config.momentum:
            momentum = f", with a momentum of {rough(self._config.momentum, 6)},"
        return self._tell(bad[0], "weight", "weights", f"a gradient of {largest} times {rate}{momentum}")

    def of_loss(self) -> Divergence:
        """Tell about a loss that was not finite at the end of an epoch, although all parameters were."""
        last = len(self._layers) - 1
        cause = f"with weights up to {_largest(self._layers[last].block)} some rows' outputs"
        reason = (
            f"At step {self._step:,} (the end of epoch {self._epoch:,}) the loss overflowed: {cause} {self._range}."
        )
        return Divergence(self._step, self._epoch, last, "loss", reason)

    def _tell(self, layer: int, quantity: str, what: str, cause: str) -> Divergence:
        name = "the output layer" if layer == len(self._layers) - 1 else f"hidden layer {layer + 1}"
        when = f"At step {self._step:,} (epoch {self._epoch:,})"
        reason = f"{when} the {what} of {name} overflowed: {cause} {self._range}."
        return Divergence(self._step, self._epoch, layer, quantity, reason)

    def _gradient_cause(self, index: int) -> str:
        layer = self._layers[index]
        if np.isfinite(layer.delta).all():
            return f"an error of up to {_largest(layer.delta)} times activations up to {_largest(layer.inputs)}"
        if index == len(self._layers) - 1:
            return f"the difference between outputs up to {_largest(layer.output)} and the target"
        after = self._layers[index + 1]
        return f"an error of up to {_largest(after.delta)} times weights up to {_largest(after.block)}"

    def _layer_of(self, position: int) -> int:
        """Return the layer that a position in the flat vector belongs to."""
        ends = np.cumsum([layer.block.size for layer in self._layers])
        return int(np.searchsorted(ends, position, side="right"))


def _largest(array: FloatArray) -> str:
    """Return the largest finite magnitude in `array`, as a person reads it."""
    finite = np.abs(array[np.isfinite(array)])
    return rough(float(finite.max()), 2) if finite.size else "infinity"
