"""The gradient of one weight: its three factors, its paths to the loss, its rows, and a finite difference to check."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_batch import WideNetwork, checked_rows, row_slices
from nnviz.engine.explain_difference import FiniteDifference, central_difference
from nnviz.engine.explain_forward import BIAS, frozen, sum_in_order
from nnviz.engine.explain_gradient import LossTrace, trace_loss
from nnviz.engine.explain_paths import PathsTrace, trace_paths
from nnviz.engine.mlp import MLP

MAX_PATHS = 4096


@dataclass(frozen=True, slots=True)
class ChainTrace:
    """dL/dw = dL/da da/dz dz/dw, for one weight and one row.

    Attributes
    ----------
    loss
        The row's forward and backward pass.
    dloss_da, da_dz, dz_dw
        The factors. `dz_dw` is what the weight multiplies: the input, or 1 for a bias. For an output of a softmax layer
        `da_dz` is its derivative by its own z only, and dL/dz needs the Jacobian: see `factored`.
    delta
        dL/dz of the weight's neuron.
    factored
        Whether delta was worked out as ``dloss_da * da_dz``. False at an output that is softmax or `fused`: there delta
        comes from `LossTrace.output_terms` or from a - y.
    product
        dL/dw = ``delta * dz_dw``, to the last digit.
    paths
        The same as a sum over all paths from the neuron to the loss.
    """

    loss: LossTrace
    dloss_da: float
    da_dz: float
    dz_dw: float
    delta: float
    factored: bool
    product: float
    paths: PathsTrace


@dataclass(frozen=True, slots=True)
class WeightTrace:
    """The gradient of the objective by one weight or bias; arrays float64, read-only.

    Attributes
    ----------
    layer, source, unit
        Which: from unit or input `source` (`BIAS` for the bias) into `unit` of `layer`.
    value
        w.
    row_gradients
        (n,), dL/dw of each row's own loss.
    row_weights
        (n,), what each row counts.
    gradient
        Mean over the rows of weight times gradient: added up from the first row to the last, divided by n.
    penalty
        l1 sign(w) + l2 w; 0 for a bias.
    total
        gradient + penalty.
    difference
        The finite difference of the same.
    chain
        The chain rule in full when there is one row (its row weight is not part of it); else None.
    """

    layer: int
    source: int
    unit: int
    value: float
    row_gradients: FloatArray
    row_weights: FloatArray
    gradient: float
    penalty: float
    total: float
    difference: FiniteDifference
    chain: ChainTrace | None


def trace_weight(
    mlp: MLP,
    layer: int,
    source: int,
    unit: int,
    rows: FloatArray,
    targets: FloatArray,
    row_weights: FloatArray | None = None,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    max_paths: int = MAX_PATHS,
) -> WeightTrace:
    """Return how the gradient of one weight comes about, in float64 whatever the network's dtype.

    Nothing passed in is changed. The network is taken as it predicts: without dropout and without noise.

    Parameters
    ----------
    mlp
        The network.
    layer, source, unit
        The weight from input or unit `source` into `unit` of `layer` (0 is the first after the inputs); `source` may be
        `BIAS`.
    rows, targets
        (n, d) and (n, k), n at least 1.
    row_weights
        (n,), used as given; None: all 1.
    l1, l2
        Penalties: l1 times the sum of the weights' sizes and l2 / 2 times that of their squares, biases left out.
    max_paths
        With more paths to the loss than this, they are grouped by the neurons of the next layer.

    Raises
    ------
    ValueError
        For a weight that is not there, arrays of other shapes, or no rows.
    """
    x, y, counts = checked_rows(mlp, rows, targets, row_weights)
    _check_place(mlp, layer, source, unit)
    network = WideNetwork(mlp)
    value = float(network.blocks[layer][source, unit])
    chain = _trace_chain(mlp, (layer, source, unit), x[0], y[0], max_paths) if len(x) == 1 else None
    with np.errstate(all="ignore"):
        row_gradients = (
            np.array([chain.product]) if chain is not None else _row_gradients(network, (layer, source, unit), x, y)
        )
        gradient = float(sum_in_order(row_gradients * counts)) / len(x)
    penalty = 0.0 if source == BIAS else float(l1 * np.sign(value) + l2 * value)
    total = gradient + penalty
    own = (0.0, 0.0) if source == BIAS else (float(l1), float(l2))
    difference = central_difference(network, (layer, source, unit), (x, y, counts), own, total)
    return WeightTrace(
        layer=layer,
        source=source,
        unit=unit,
        value=value,
        row_gradients=frozen(row_gradients),
        row_weights=frozen(counts),
        gradient=gradient,
        penalty=penalty,
        total=total,
        difference=difference,
        chain=chain,
    )


def _check_place(mlp: MLP, layer: int, source: int, unit: int) -> None:
    sizes = mlp.config.sizes
    if not (0 <= layer < len(sizes) - 1 and BIAS <= source < sizes[layer] and 0 <= unit < sizes[layer + 1]):
        raise ValueError(f"The network {sizes} has no weight from {source} into unit {unit} of layer {layer}.")


def _trace_chain(
    mlp: MLP, place: tuple[int, int, int], inputs: FloatArray, target: FloatArray, max_paths: int
) -> ChainTrace:
    layer, source, unit = place
    loss = trace_loss(mlp, inputs, target)
    neuron = loss.forward.layers[layer]
    dz_dw = 1.0 if source == BIAS else float(neuron.inputs[source])
    delta = float(loss.layers[layer].delta[unit])
    return ChainTrace(
        loss=loss,
        dloss_da=float(loss.layers[layer].dloss_da[unit]),
        da_dz=float(neuron.derivatives[unit]),
        dz_dw=dz_dw,
        delta=delta,
        factored=layer < len(loss.layers) - 1 or not (loss.fused or loss.jacobian is not None),
        product=delta * dz_dw,
        paths=trace_paths(loss, layer, source, unit, max_paths),
    )


def _row_gradients(network: WideNetwork, place: tuple[int, int, int], x: FloatArray, y: FloatArray) -> FloatArray:
    layer, source, unit = place
    found = np.empty(len(x))
    for part in row_slices(len(x)):
        z, a = network.forward(x[part])
        delta = network.deltas(z, a, y[part], last=layer)[0][:, unit]
        reads = x[part] if layer == 0 else a[layer - 1]
        found[part] = delta if source == BIAS else delta * reads[:, source]
    return found
