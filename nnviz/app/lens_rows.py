"""What lenses need of many rows, worked out in a background job: a neuron's histogram, a weight's mean gradient."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.app.lenses import INPUTS, Place, network_of, target_of
from nnviz.data.dataset import Dataset
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.explain import LossTrace, WeightTrace, exact_gradient, trace_weight
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.engine.training import TrainingConfig
from nnviz.engine.training_rows import class_weights
from nnviz.errors import Cancelled
from nnviz.run.snapshot import Snapshot

BINS = 24
MOST_ROWS = 50_000  # of a histogram: more change no bar by a pixel
_ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class ActivationHistogram:
    """How often a neuron's activation takes which value.

    Attributes
    ----------
    counts
        (classes or 1, bins).
    low, high
        The ends of the bins.
    n_rows
        How many rows it is over.
    whole
        Whether those are all rows.
    """

    counts: NDArray[np.intp]
    low: float
    high: float
    n_rows: int
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class MeanGradient:
    """A weight's gradient over many rows, and the norm of the whole objective's gradient over them."""

    trace: WeightTrace
    norm: float


def spread_rows(count: int, most: int) -> IndexArray:
    """Return the indices of evenly spaced rows, all of ``count`` or at most ``most`` of them."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(np.intp)


def activation_histogram(
    snapshot: Snapshot, dataset: Dataset, place: Place, cancelled: Callable[[], bool]
) -> ActivationHistogram:
    """Return how a neuron's, or an input's, values are spread over the rows, by class.

    Raises
    ------
    Cancelled
        When the job was called off.
    """
    n = dataset.n_rows
    rows = spread_rows(n, MOST_ROWS)
    mlp = network_of(snapshot)
    values = np.empty(len(rows))
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        if cancelled():
            raise Cancelled
        part = rows[start : start + _ROWS_AT_ONCE]
        values[start : start + len(part)] = _values(mlp, dataset.X[part], place)
    values = np.where(np.isfinite(values), values, 0.0)
    low, high = _ends(snapshot, place, values)
    at = np.clip(((values - low) / (high - low) * BINS).astype(np.intp), 0, BINS - 1)
    codes = dataset.target_codes
    kinds = np.zeros(len(rows), dtype=np.intp) if codes is None else np.asarray(codes)[rows]
    counts = np.zeros((max(1, len(dataset.classes)), BINS), dtype=np.intp)
    np.add.at(counts, (np.clip(kinds, 0, len(counts) - 1), at), 1)
    return ActivationHistogram(counts, low, high, len(rows), len(rows) == n)


def _values(mlp: MLP, rows: FloatArray, place: Place) -> FloatArray:
    if place.layer == INPUTS:
        return rows[:, place.unit]
    return np.asarray(mlp.activations(rows)[place.layer + 1][:, place.unit], dtype=np.float64)


def _ends(snapshot: Snapshot, place: Place, values: FloatArray) -> tuple[float, float]:
    """Return the bounds of the activation where it has any, else those of the values."""
    if place.layer > INPUTS:
        low, high = ACTIVATIONS[snapshot.config.layers[place.layer].activation].output_range
        if math.isfinite(low) and math.isfinite(high):
            return low, high
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def row_weights(dataset: Dataset, training: TrainingConfig) -> FloatArray:
    """Return what each training row counts, (n_train,)."""
    if training.class_weight != "balanced" or dataset.task == "regression":
        return np.ones(len(dataset.train_rows))
    targets = dataset.Y_train
    chosen = targets[:, 0].astype(np.intp) if dataset.task == "binary" else targets.argmax(axis=1)
    return np.asarray(class_weights(targets, dataset.task)[chosen])


def mean_gradient(snapshot: Snapshot, dataset: Dataset, place: Place, batch: NDArray[np.intp] | None) -> MeanGradient:
    """Return a weight's gradient over training rows, weighted and smoothed as the trainer does.

    Parameters
    ----------
    batch
        Indices among the training rows; None: all of them.
    """
    training, source = snapshot.training, place.source
    if source is None:
        raise ValueError("A neuron has no gradient of its own: choose a weight or its bias.")
    rows, counts = dataset.train_rows, row_weights(dataset, training)
    if batch is not None:
        rows, counts = rows[batch], counts[batch]
    mlp = network_of(snapshot)
    x, y = dataset.X[rows], target_of(dataset, slice(None), training)[rows]
    trace = trace_weight(mlp, place.layer, source, place.unit, x, y, counts)
    norm = math.nan
    if training.regularization.clip_norm:
        norm = objective_norm(mlp, exact_gradient(mlp, x, y, counts), training)
    return MeanGradient(trace, norm)


def objective_norm(
    mlp: MLP, gradient: FloatArray, training: TrainingConfig, held: NDArray[np.bool_] | None = None
) -> float:
    """Return the norm of the objective's gradient, (n_parameters,): penalties and clipping by value included.

    What is ``held``, (n_parameters,), counts as 0.
    """
    parts = training.regularization
    whole = np.array(gradient, dtype=np.float64)
    for block, values in zip(layer_blocks(mlp.config, whole), mlp.blocks, strict=True):
        weights = np.asarray(values[:-1], dtype=np.float64)
        block[:-1] += parts.l2 * weights + parts.l1 * np.sign(weights)
    if held is not None:
        whole[held] = 0
    if parts.clip_value:
        np.clip(whole, -parts.clip_value, parts.clip_value, out=whole)
    return float(np.linalg.norm(whole))


def row_norm(mlp: MLP, loss: LossTrace, training: TrainingConfig) -> float:
    """Return `objective_norm` of one row; nan when nothing is clipped by it."""
    if not training.regularization.clip_norm:
        return math.nan
    flat = np.concatenate([loss.gradient(layer).ravel() for layer in range(len(loss.layers))])
    return objective_norm(mlp, flat, training)
