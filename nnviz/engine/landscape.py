"""The loss over a plane of parameters: at many points at once, by products of stacked weights.

The first layer's pre-activations change in proportion to the place on the plane, so they are worked out three times
and not once for every point; the layers after it are matrix products over a stack of networks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.landscape_plane import Plane
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import layer_blocks
from nnviz.engine.regularization import Regularization, weight_mask
from nnviz.engine.training_rows import TrainingRows
from nnviz.errors import Cancelled

RESOLUTION = 41
_NUMBERS_AT_ONCE = (
    65_536  # activations of one layer in a chunk of points: a call on them takes a fraction of a millisecond
)
_WORK = 6e9  # multiplications of a slice, two or three seconds of one core; beyond it rows are sampled
_FEWEST_ROWS = 200
_OF_A_UNIT = 40  # multiplications that an activation and its share of the loss cost

Floats = NDArray[np.float64]
GoOn = Callable[[float], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """The losses at points of a plane, each (n,) float64; nan where a network's outputs are not finite numbers.

    Attributes
    ----------
    train, validation
        As `Evaluation` has them: means over rows, penalties left out. Of no validation rows: nan.
    penalty
        l1 sum |w| + l2 / 2 sum w^2; the objective is train + penalty.
    """

    train: Floats
    validation: Floats
    penalty: Floats


def rows_affordable(config: MLPConfig, n_points: int, n_rows: int) -> int:
    """Return how many rows a slice of so many points takes: all where that is cheap enough."""
    later = sum(n_in * n_out for n_in, n_out in zip(config.sizes[1:], config.sizes[2:], strict=False))
    of_a_row = later + _OF_A_UNIT * sum(config.sizes[1:])
    return min(n_rows, max(_FEWEST_ROWS, int(_WORK / (n_points * of_a_row))))


def axis_through_centre(low: float, high: float, n: int) -> Floats:
    """Return n places from about `low` to about `high`, evenly spaced, 0 among them where it lies between the two."""
    places = np.linspace(low, high, n)
    if low <= 0 <= high:
        places -= places[np.abs(places).argmin()]
    return places


class LossSlice:
    """Evaluates a network's losses at points of a plane.

    Parameters
    ----------
    plane
        The plane; its centre's losses are those of the network itself, up to the rounding of sums.
    config
        The architecture.
    rows
        Training and validation rows, as the trainer has them: packed, weighted, smoothed; read, never written.
    penalties
        The penalties in force.
    most_rows
        Of more rows, evenly spaced ones stand for all, training and validation rows in proportion.

    Attributes
    ----------
    n_train, n_validation
        Rows that are evaluated.
    """

    def __init__(
        self,
        plane: Plane,
        config: MLPConfig,
        rows: TrainingRows,
        penalties: Regularization,
        most_rows: int | None = None,
    ) -> None:
        n, n_train = len(rows.packed), rows.n_train
        chosen = np.arange(n)
        if most_rows is not None and n > most_rows:
            share = most_rows / n
            parts = ((0, n_train), (n_train, n))
            chosen = np.concatenate([_spaced(first, last, share) for first, last in parts])
        self.n_train = int(np.count_nonzero(chosen < n_train))
        self.n_validation = len(chosen) - self.n_train
        self._config, self._penalties = config, penalties
        self._loss = LOSSES[config.loss]
        self._targets = rows.targets[chosen]
        self._weights = None if rows.weights is None else rows.weights[chosen]
        inputs = rows.packed[chosen, : config.n_inputs + 1]  # the 1 for the biases included
        dtype = inputs.dtype
        # Three flat vectors: a network of the plane is the sum of the first, x times the second and y times the third.
        corners = np.stack([plane.centre, *plane.directions])
        self._penalised = corners * weight_mask(config, corners)
        self._products = self._penalised @ self._penalised.T
        blocks = [layer_blocks(config, corner.astype(dtype)) for corner in corners]
        with np.errstate(all="ignore"):
            self._first = np.stack([(inputs @ of_corner[0]).ravel() for of_corner in blocks])
        self._later = [np.stack([block.ravel() for block in layer]) for layer in zip(*blocks, strict=True)][1:]
        widest = len(chosen) * max(config.sizes[1:])
        self._chunk = max(1, _NUMBERS_AT_ONCE // max(1, widest))

    def at(self, points: FloatArray, go_on: GoOn = lambda _share: True) -> Losses:
        """Return the losses at points, (n, 2).

        Parameters
        ----------
        points
            Coordinates on the plane.
        go_on
            Told the share that is done, some milliseconds apart; says whether to go on.

        Raises
        ------
        Cancelled
            When `go_on` says no.
        """
        places: Floats = np.asarray(points, dtype=np.float64)
        train, validation, penalty = (np.full(len(places), np.nan) for _ in range(3))
        with np.errstate(all="ignore"):
            for start in range(0, len(places), self._chunk):
                if not go_on(start / len(places)):
                    raise Cancelled
                part = slice(start, start + self._chunk)
                losses, sound = self._of_rows(places[part])
                train[part] = np.where(sound, _mean(losses[:, : self.n_train]), np.nan)
                validation[part] = np.where(sound, _mean(losses[:, self.n_train :]), np.nan)
                penalty[part] = self._penalty(places[part])
        return Losses(train, validation, penalty)

    def _of_rows(self, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return each row's loss at each point, (points, rows), and at which points all outputs are finite."""
        n_points, n_rows = len(points), len(self._targets)
        layers = self._config.layers
        weights = np.concatenate([np.ones((n_points, 1)), points], axis=1).astype(self._first.dtype)
        z = (weights @ self._first).reshape(n_points, n_rows, layers[0].units)
        for index, stacked in enumerate(self._later):
            activation = ACTIVATIONS[layers[index].activation]
            block = (weights @ stacked).reshape(n_points, layers[index].units + 1, layers[index + 1].units)
            z = activation.value(z) @ block[:, :-1]
            z += block[:, -1:]
        logits = z.reshape(n_points * n_rows, -1)
        wide = logits.astype(np.float64)
        # As in an evaluation: the activation in the network's numbers, the loss in 64-bit ones.
        name = layers[-1].activation
        output = wide if name == "identity" else ACTIVATIONS[name].value(logits).astype(np.float64)
        target = np.broadcast_to(self._targets, (n_points, *self._targets.shape)).reshape(wide.shape)
        losses = self._loss.per_row(wide, output, target).reshape(n_points, n_rows)
        if self._weights is not None:
            losses = losses * self._weights
        sound = np.asarray(np.isfinite(wide).reshape(n_points, -1).all(axis=1))
        return np.asarray(losses, dtype=np.float64), sound

    def _penalty(self, points: Floats) -> Floats:
        """Return the penalty at each point."""
        weights = np.concatenate([np.ones((len(points), 1)), points], axis=1)
        penalty = np.zeros(len(points))
        if strength := self._penalties.l2:
            penalty += strength / 2 * np.einsum("ni,ij,nj->n", weights, self._products, weights)
        if strength := self._penalties.l1:
            penalty += strength * np.array([np.abs(row @ self._penalised).sum() for row in weights])
        return penalty


def _spaced(first: int, last: int, share: float) -> NDArray[np.intp]:
    count = last - first
    return np.linspace(first, last - 1, max(1, round(share * count))).astype(np.intp) if count else np.arange(0)


def _mean(losses: Floats) -> Floats:
    return losses.mean(axis=1) if losses.shape[1] else np.full(len(losses), np.nan)
