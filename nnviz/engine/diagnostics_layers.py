"""LayerStatistics: how signals, gradients and updates stand in each layer, over some rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics_rows import ROW_LIMIT, Gradients, Rows, choose_rows, gradients, norm
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, layer_blocks

BoolArray: TypeAlias = NDArray[np.bool_]

FLAT_SLOPE = 0.05  # of the activation's steepest slope; below it a row counts as flat: |a| > 0.975 for tanh
DEAD_SLOPE = 1e-3  # below it at every row, a neuron is dead: |z| > 4.2 for tanh, z <= 0 for ReLU
SATURATED_ROWS = 0.9  # share of flat rows from which on a neuron is saturated


class Signals(NamedTuple):
    """Pre-activations z and outputs a of one layer, (n, units)."""

    z: FloatArray
    a: FloatArray


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """One layer in numbers, over the rows looked at.

    Attributes
    ----------
    layer, activation, n_units, rows
        Index into ``config.layers``; key of `ACTIVATIONS`; number of neurons; number of rows.
    activation_mean, activation_std
        Of the outputs over rows and neurons.
    flat_share
        Share of (row, neuron) at which |da/dz| is below `FLAT_SLOPE` of its largest value.
    dead
        Neurons whose |da/dz| is below `DEAD_SLOPE` of its largest value at every row.
    saturated
        Neurons that are flat at `SATURATED_ROWS` of the rows or more, but not dead. Of activations with two ends only
        (sigmoid, tanh): a ReLU is meant to be flat at many rows. Both lists are empty for an output layer whose
        activation cancels against the loss: there flat ends do no harm.
    gradient_norm, gradient_rms
        Euclidean norm of the gradient of weights and biases; the same per parameter, the root of the mean square.
    row_gradient_rms
        The same of single rows' gradients, over rows and parameters: they do not cancel where a layer is at its best.
        Always of the rows looked at.
    weight_norm
        Euclidean norm of the weights, without biases.
    update_ratio
        Norm of the weights' last change over their norm before it; nan when the previous parameters are not known or
        were all 0.

    Notes
    -----
    The picture of activations and gradients by layer is that of Glorot and Bengio, Understanding the difficulty of
    training deep feedforward neural networks (2010), sections 3 and 4.
    """

    layer: int
    activation: str
    n_units: int
    rows: int
    activation_mean: float
    activation_std: float
    flat_share: float
    dead: tuple[int, ...]
    saturated: tuple[int, ...]
    gradient_norm: float
    gradient_rms: float
    row_gradient_rms: float
    weight_norm: float
    update_ratio: float

    @property
    def dead_share(self) -> float:
        """Share of the neurons that are dead."""
        return len(self.dead) / self.n_units

    @property
    def saturated_share(self) -> float:
        """Share of the neurons that are saturated."""
        return len(self.saturated) / self.n_units


def layer_statistics(
    mlp: MLP,
    inputs: FloatArray,
    target: FloatArray,
    gradient: FloatArray | None = None,
    previous_parameters: FloatArray | None = None,
    *,
    row_limit: int = ROW_LIMIT,
    seed: int = 0,
) -> tuple[LayerStatistics, ...]:
    """Return the statistics of every layer, the first hidden one first.

    Parameters
    ----------
    mlp
        The network; unchanged. It must not be trained meanwhile.
    inputs, target
        (n, d) and (n, k), n at least 1.
    gradient
        (n_parameters,), for instance the trainer's last; None: that of the rows looked at.
    previous_parameters
        (n_parameters,), those before the last update; None: not known.
    row_limit, seed
        Of more rows than this (fewer for a network of over a million parameters), as many are drawn, from this seed.

    Raises
    ------
    ValueError
        For arrays whose shapes do not go with the network, or inputs and targets that are not finite.
    """
    rows = choose_rows(mlp, inputs, target, row_limit, seed)
    given, previous = checked(mlp, gradient, "gradient"), checked(mlp, previous_parameters, "previous_parameters")
    return statistics_of(mlp, forward(mlp, rows), gradients(mlp, rows.inputs, rows.target), given, previous)


def checked(mlp: MLP, values: FloatArray | None, name: str) -> FloatArray | None:
    """Return `values`, after ValueError unless they are shaped like the parameters."""
    if values is not None and np.shape(values) != mlp.parameters.shape:
        raise ValueError(f"{name} must have the shape {mlp.parameters.shape}, not {np.shape(values)}")
    return values


def forward(mlp: MLP, rows: Rows) -> list[Signals]:
    """Return every layer's signals."""
    signals: list[Signals] = []
    before = rows.inputs
    with np.errstate(all="ignore"):
        for layer, weights, biases in zip(mlp.config.layers, mlp.weights, mlp.biases, strict=True):
            z = before @ weights + biases
            before = ACTIVATIONS[layer.activation].value(z)
            signals.append(Signals(z, before))
    return signals


def statistics_of(
    mlp: MLP, signals: Sequence[Signals], flow: Gradients, gradient: FloatArray | None, previous: FloatArray | None
) -> tuple[LayerStatistics, ...]:
    """Return the statistics of every layer, from its signals and gradients; a `gradient` goes before that of `flow`."""
    blocks = layer_blocks(mlp.config, flow.mean if gradient is None else gradient)
    befores = layer_blocks(mlp.config, previous) if previous is not None else [None] * len(signals)
    result = []
    with np.errstate(all="ignore"):
        for index, (layer, (z, a), slopes) in enumerate(zip(mlp.config.layers, signals, blocks, strict=True)):
            flat, dead = _flat_and_dead(layer.activation, z)
            if index == len(signals) - 1 and layer.activation == LOSSES[mlp.config.loss].fused_with:
                dead = np.zeros_like(dead)
                saturated = dead
            else:
                saturated = (flat.mean(axis=0) >= SATURATED_ROWS) & ~dead & has_two_ends(layer.activation)
            before = befores[index]
            size = norm(slopes)
            result.append(
                LayerStatistics(
                    layer=index,
                    activation=layer.activation,
                    n_units=layer.units,
                    rows=len(z),
                    activation_mean=float(a.mean(dtype=np.float64)),
                    activation_std=float(a.std(dtype=np.float64)),
                    flat_share=float(flat.mean()),
                    dead=tuple(np.flatnonzero(dead).tolist()),
                    saturated=tuple(np.flatnonzero(saturated).tolist()),
                    gradient_norm=size,
                    gradient_rms=size / math.sqrt(slopes.size),
                    row_gradient_rms=flow.row_rms[index],
                    weight_norm=norm(mlp.weights[index]),
                    update_ratio=math.nan if before is None else _update_ratio(mlp.weights[index], before[:-1]),
                )
            )
    return tuple(result)


def has_two_ends(activation: str) -> bool:
    """Whether an activation is bounded on both sides, so that being flat is a fault rather than its way of working."""
    return all(math.isfinite(end) for end in ACTIVATIONS[activation].output_range)


def steepest_slope(activation: str) -> float:
    """Return the largest |da/dz| for z from -10 to 10, found on a grid of step 0.01."""
    z = np.zeros((2001, 2))  # the second unit stays at 0: softmax needs one to compare with
    z[:, 0] = np.linspace(-10, 10, 2001)
    with np.errstate(all="ignore"):
        return float(np.abs(ACTIVATIONS[activation].derivative(z)).max())


def _flat_and_dead(activation: str, z: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return which (row, neuron) are flat, (n, units), and which neurons are dead, (units,)."""
    slopes = np.abs(ACTIVATIONS[activation].derivative(z))
    steepest = steepest_slope(activation)
    return slopes < FLAT_SLOPE * steepest, slopes.max(axis=0) < DEAD_SLOPE * steepest


def _update_ratio(now: FloatArray, before: FloatArray) -> float:
    size = norm(before)
    return norm(now - before) / size if size > 0 else math.nan
