"""The central difference of the objective by one weight, and the corners that lie inside its step."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.explain_batch import WideNetwork, difference_step, row_slices
from nnviz.engine.explain_losses import ACTIVATION_KINKS, LOSS_SLOPES


@dataclass(frozen=True, slots=True)
class Kink:
    """A corner of a function inside a finite difference's step: no slope is to be expected there.

    Attributes
    ----------
    what
        "activation", "loss" or "penalty" (of the weight itself).
    layer, unit
        The neuron.
    row
        Index of the row; -1 for the penalty, which belongs to none.
    at
        The pre-activation at which the activation has its corner; else 0.
    """

    what: str
    layer: int
    unit: int
    row: int
    at: float


@dataclass(frozen=True, slots=True)
class FiniteDifference:
    """The central difference of the objective by one weight.

    Attributes
    ----------
    step
        h; the weight is changed to w + h and w - h.
    above, below
        The weight's two values, as float64 rounds them.
    objective_above, objective_below
        Weighted mean of the rows' losses plus this weight's own penalty; those of the others do not change.
    slope
        (objective_above - objective_below) / (above - below).
    relative_difference
        How far slope and gradient are apart, divided by the larger of their sizes; 0 when both are 0.
    kinks
        The corners between below and above: with any, the two may differ by right.
    """

    step: float
    above: float
    below: float
    objective_above: float
    objective_below: float
    slope: float
    relative_difference: float
    kinks: tuple[Kink, ...]


def central_difference(
    network: WideNetwork,
    place: tuple[int, int, int],
    data: tuple[FloatArray, FloatArray, FloatArray],
    penalties: tuple[float, float],
    total: float,
) -> FiniteDifference:
    """Return the central difference of the objective by one weight.

    Parameters
    ----------
    network
        A copy of the caller's; the weight is moved on the way and put back.
    place
        Layer, source (-1 for the bias) and unit of the weight.
    data
        Rows (n, d), targets (n, k) and row weights (n,), all float64.
    penalties
        l1 and l2 as they apply to this weight.
    total
        The exact gradient, to compare with.
    """
    (layer, source, unit), (x, y, counts), (l1, l2) = place, data, penalties
    weight = network.blocks[layer][source]
    value = float(weight[unit])
    step = difference_step(value)
    values, sums, kinks = (value + step, value - step), [0.0, 0.0], []
    with np.errstate(all="ignore"):
        for part in row_slices(len(x)):
            reads = x[part] if layer == 0 else network.forward(x[part])[1][layer - 1]
            passes = []
            for side, moved in enumerate(values):
                weight[unit] = moved
                z, a = network.forward(reads, layer)
                sums[side] += float((network.row_losses(z[-1], a[-1], y[part]) * counts[part]).sum())
                passes.append((z, a[-1]))
            kinks += _kinks(network, layer, passes, y[part], part.start)
    weight[unit] = value
    if l1 and min(values) <= 0 <= max(values):
        kinks.append(Kink("penalty", layer, unit, -1, 0.0))
    above, below = (
        total_loss / len(x) + l1 * abs(moved) + l2 / 2 * moved * moved
        for total_loss, moved in zip(sums, values, strict=True)
    )
    slope = (above - below) / (values[0] - values[1])
    larger = max(abs(slope), abs(total))
    apart = abs(slope - total) / larger if larger else 0.0
    return FiniteDifference(step, *values, above, below, slope, apart, tuple(kinks))


def _kinks(
    network: WideNetwork,
    layer: int,
    passes: list[tuple[list[FloatArray], FloatArray]],
    y: FloatArray,
    first_row: int,
) -> list[Kink]:
    """Return the corners between two forward passes; those of the output layer's loss last."""
    (z_above, a_above), (z_below, a_below) = passes
    found = []
    for index, (above, below) in enumerate(zip(z_above, z_below, strict=True), start=layer):
        for at in ACTIVATION_KINKS.get(network.config.layers[index].activation, ()):
            found += [
                Kink("activation", index, int(unit), first_row + int(row), at)
                for row, unit in _crossings(above - at, below - at)
            ]
    margin = LOSS_SLOPES[network.config.loss].margin
    if margin is not None:
        ends = margin(z_above[-1], a_above, y), margin(z_below[-1], a_below, y)
        last = len(network.blocks) - 1
        found += [Kink("loss", last, int(unit), first_row + int(row), 0.0) for row, unit in _crossings(*ends)]
    return found


def _crossings(above: FloatArray, below: FloatArray) -> IndexArray:
    """Return the places, (found, 2), where two arrays (n, units) differ and 0 lies between them or on one of them."""
    return np.argwhere((above != below) & (np.minimum(above, below) <= 0) & (np.maximum(above, below) >= 0))
