"""The two principal components of a data set's inputs: the plane that shows most of how the rows differ."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset

FloatArray = NDArray[np.floating[Any]]

# Bounds of the sample: the smaller side of the matrix decides what its singular vectors cost.
_MOST_ROWS: Final = 4_000
_MOST_OF_SMALLER_SIDE: Final = 1_000
_CELLS: Final = 2_000_000  # of X worked on at a time


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """A plane through the mean of the training rows, in preprocessed inputs.

    Attributes
    ----------
    dataset
        Whose inputs they are.
    mean
        (d,).
    directions
        Orthonormal, (2, d): the first two right singular vectors of the centred inputs.
    shares
        Of the variance, one for each.
    scores
        Where every row of X lies on the plane, (n, 2).
    distances
        How far every row of X lies from the plane, (n,): Euclidean, in preprocessed inputs.
    """

    dataset: Dataset
    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    shares: tuple[float, float]
    scores: NDArray[np.float64]
    distances: NDArray[np.float64]


def principal_components(dataset: Dataset) -> Components:
    """Return the first two principal components of the training rows (Jolliffe, Principal Component Analysis, 2002).

    Of a data set with more than 4,000 training rows, or more than 1,000 with as many inputs, a fixed sample decides.
    A direction's largest entry is positive, so that the picture is the same every time.
    """
    rows = dataset.train_rows
    n_inputs = dataset.X.shape[1]
    most = _MOST_ROWS if n_inputs <= _MOST_OF_SMALLER_SIDE else _MOST_OF_SMALLER_SIDE
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    inputs = dataset.X[rows]
    mean = inputs.mean(axis=0)
    inputs -= mean
    directions, shares = _leading(inputs)
    scores, distances = _project(dataset.X, mean, directions)
    for array in (mean, directions, scores, distances):
        array.setflags(write=False)
    return Components(dataset, mean, directions, shares, scores, distances)


def _leading(centred: FloatArray) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return two right singular vectors, (2, d), and their shares of the sum of squares."""
    n_rows, n_inputs = centred.shape
    # The singular vectors by way of the smaller Gram matrix: exact to half the digits, far more than a picture shows.
    wide = n_inputs > n_rows
    gram = centred @ centred.T if wide else centred.T @ centred
    values, vectors = np.linalg.eigh(gram)
    values = np.maximum(values[::-1], 0.0)
    found = np.zeros((2, n_inputs))
    for place in range(min(2, len(values))):
        vector = vectors[:, -1 - place]
        found[place] = vector @ centred if wide else vector
    directions = _orthonormal(found)
    total = float(values.sum())
    first, second = (float(value / total) if total > 0 else 0.0 for value in (*values, 0.0)[:2])
    return directions, (first, second)


def _orthonormal(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return two directions of length 1 at right angles, also where the rows vary along one or none."""
    first, second = found
    length = float(np.linalg.norm(first))
    first = first / length if length > 1e-12 else np.eye(1, first.size)[0]
    second = second - (second @ first) * first
    length = float(np.linalg.norm(second))
    if length <= 1e-9:
        # Nothing varies across the first: any direction at right angles serves.
        other = np.zeros_like(first)
        other[int(np.abs(first).argmin())] = 1.0
        second = other - (other @ first) * first
        length = float(np.linalg.norm(second))
    result = np.stack([first, second / length if length > 0 else second])
    signs = np.sign(result[np.arange(2), np.abs(result).argmax(axis=1)])
    return np.asarray(result * np.where(signs == 0, 1.0, signs)[:, None])


def _project(
    inputs: FloatArray, mean: FloatArray, directions: FloatArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each row's place on the plane, (n, 2), and its distance from it, (n,)."""
    scores, distances = np.empty((len(inputs), 2)), np.empty(len(inputs))
    step = max(1, _CELLS // inputs.shape[1])
    for start in range(0, len(inputs), step):
        part = inputs[start : start + step] - mean
        on_plane = part @ directions.T
        part -= on_plane @ directions
        scores[start : start + step] = on_plane
        distances[start : start + step] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return scores, distances
