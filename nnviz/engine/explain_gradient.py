"""The backward pass of one row, neuron by neuron: dL/da and dL/dz of every unit, with every term kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_forward import ForwardTrace, frozen, sum_in_order, trace_row
from nnviz.engine.explain_losses import LOSS_SLOPES, is_fused
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP


@dataclass(frozen=True, slots=True)
class LayerGradient:
    """What the loss of one row asks of one layer; arrays (units,), float64, read-only.

    Attributes
    ----------
    index
        0 is the first layer after the inputs.
    dloss_da
        dL/da, the loss's slope by each output of the layer; with dropout, by what it left of the output.
    delta
        dL/dz, its slope by each pre-activation; also the gradient of the layer's biases.
    """

    index: int
    dloss_da: FloatArray
    delta: FloatArray


@dataclass(frozen=True, slots=True)
class NeuronGradient:
    """What the loss of one row asks of one neuron.

    Attributes
    ----------
    layer, unit
        Which neuron.
    weights
        Its weights into the units of the next layer, (units there,); empty for an output.
    next_deltas
        dL/dz of those units.
    terms
        weights * next_deltas: what each of them passes back. For an output of a softmax layer, dL/da_j da_j/dz_i for
        every output j (these add up to `delta`, up to rounding when it is fused); else empty.
    dloss_da
        dL/da; for a hidden neuron the terms added up from the first to the last. With dropout, of what was left of a.
    kept
        What dropout multiplied a by, 1 without it.
    derivative
        da/dz; for softmax the derivative by the neuron's own z.
    delta
        dL/dz; for a hidden neuron ``dloss_da * kept * derivative``.
    """

    layer: int
    unit: int
    weights: FloatArray
    next_deltas: FloatArray
    terms: FloatArray
    dloss_da: float
    derivative: float
    delta: float
    kept: float = 1.0


@dataclass(frozen=True, slots=True)
class LossTrace:
    """The loss of one row and the chain rule from it down to the first layer.

    Attributes
    ----------
    forward
        The forward pass.
    loss_name
        Key of `LOSSES`.
    target
        y, (k,).
    loss
        The row's loss, without penalties.
    fused
        Whether dL/dz at the output is a - y: the loss and the activation cancel, and nothing is divided by an output
        that may be 0. dL/da is then shown as it is, and may be infinite.
    jacobian
        For a softmax output, (k, k): at [j, i] da_j/dz_i. None for other activations, where a_j depends on z_j alone.
    output_terms
        For a softmax output, (k, k): at [i, j] dL/da_j da_j/dz_i. Each row adds up to dL/dz_i: exactly and from the
        first to the last when not `fused`, else up to rounding (nan where an infinite dL/da meets a 0). None for other
        activations.
    layers
        Per layer, dL/da and dL/dz.
    """

    forward: ForwardTrace
    loss_name: str
    target: FloatArray
    loss: float
    fused: bool
    jacobian: FloatArray | None
    output_terms: FloatArray | None
    layers: tuple[LayerGradient, ...]

    @property
    def output(self) -> FloatArray:
        """The network's outputs, (k,)."""
        return self.forward.output

    def terms(self, layer: int) -> FloatArray:
        """Return w_jk dL/dz_k for a hidden layer, (units, units of the next): row j adds up to dL/da_j."""
        if not 0 <= layer < len(self.layers) - 1:
            raise ValueError(f"The hidden layers are 0 to {len(self.layers) - 2}, not {layer}.")
        with np.errstate(all="ignore"):
            return frozen(self.forward.layers[layer + 1].weights * self.layers[layer + 1].delta)

    def neuron(self, layer: int, unit: int) -> NeuronGradient:
        """Return the numbers of one neuron; ValueError when there is no such layer or unit."""
        neuron = self.forward.neuron(layer, unit)
        weights = next_deltas = terms = frozen([])
        if layer < len(self.layers) - 1:
            weights, next_deltas = frozen(self.forward.layers[layer + 1].weights[unit]), self.layers[layer + 1].delta
            with np.errstate(all="ignore"):
                terms = frozen(weights * next_deltas)
        elif self.output_terms is not None:
            terms = frozen(self.output_terms[unit])
        gradient = self.layers[layer]
        return NeuronGradient(
            layer=layer,
            unit=unit,
            weights=weights,
            next_deltas=next_deltas,
            terms=terms,
            dloss_da=float(gradient.dloss_da[unit]),
            derivative=neuron.derivative,
            delta=float(gradient.delta[unit]),
            kept=neuron.kept,
        )

    def gradient(self, layer: int) -> FloatArray:
        """Return dL/dw of a layer, (n_in + 1, units): input times delta, and the delta itself for the biases."""
        with np.errstate(all="ignore"):
            return frozen(np.append(self.forward.layers[layer].inputs, 1.0)[:, None] * self.layers[layer].delta)


def trace_loss(mlp: MLP, inputs: FloatArray, target: FloatArray, kept: Sequence[FloatArray] = ()) -> LossTrace:
    """Return one row's loss and its slopes by everything between the output and the first layer.

    In float64 whatever the network's dtype; nothing passed in is changed. The chain rule in this form is that of
    Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).

    Parameters
    ----------
    mlp
        The network.
    inputs, target
        One row and its target, (d,) and (k,).
    kept
        Per hidden layer, what dropout multiplies the activations by, (units,); empty without dropout.

    Returns
    -------
    LossTrace
        Sums are added up from the first term to the last.

    Raises
    ------
    ValueError
        When `inputs` or `target` has another shape.
    """
    forward = trace_row(mlp, inputs, kept)
    y = frozen(target)
    if y.shape != forward.output.shape:
        raise ValueError(f"A target has shape {forward.output.shape}, not {y.shape}.")
    z, a = forward.logits, forward.output
    fused = is_fused(mlp.config)
    with np.errstate(all="ignore"):
        loss = float(LOSSES[mlp.config.loss].per_row(z[None], a[None], y[None])[0])
        dloss_da: FloatArray = LOSS_SLOPES[mlp.config.loss].by_output(z[None], a[None], y[None])[0]
        jacobian = output_terms = None
        if forward.layers[-1].activation_name == "softmax":
            jacobian = frozen(a[:, None] * (np.eye(len(a)) - a))
            output_terms = frozen(dloss_da * jacobian.T)
        delta: FloatArray
        if fused:
            delta = a - y
        elif output_terms is not None:
            delta = sum_in_order(output_terms, axis=1)
        else:
            delta = dloss_da * forward.layers[-1].derivatives
        layers = [LayerGradient(len(forward.layers) - 1, frozen(dloss_da), frozen(delta))]
        for layer, after in zip(forward.layers[-2::-1], forward.layers[:0:-1], strict=True):
            dloss_da = sum_in_order(after.weights * layers[-1].delta, axis=1)
            passed = dloss_da if layer.kept is None else dloss_da * layer.kept
            layers.append(LayerGradient(layer.index, frozen(dloss_da), frozen(passed * layer.derivatives)))
    return LossTrace(forward, mlp.config.loss, y, loss, fused, jacobian, output_terms, tuple(layers[::-1]))
