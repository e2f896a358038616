"""Planes through a network's parameters: two random directions, or the two that the path of the training varies along.

Sources: Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets (2018), section 4 for the
filter-normalised directions and section 7.2 for the path; Jolliffe, Principal component analysis (2002).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.mlp import layer_blocks
from nnviz.errors import UserError

_PARALLEL = 1e-12  # of the product of their squared lengths: two directions with less of a plane between them have none
_STRAIGHT = 1e-7  # of the first axis's length: what a path in 32-bit numbers strays by rounding alone

Floats = NDArray[np.float64]


class Placed(NamedTuple):
    """Where points lie on a plane.

    Attributes
    ----------
    at
        Coordinates of the nearest places on the plane, (n, 2).
    shares
        By point, how much of its distance from the centre lies in the plane, 0 to 1: the cosine of its angle to the
        plane; 1 at the centre itself.
    """

    at: Floats
    shares: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """All points centre + x directions[0] + y directions[1].

    Attributes
    ----------
    centre
        (n_parameters,) float64, read-only.
    directions
        (2, n_parameters) float64, read-only, 0 at what is frozen or silenced.
    shares
        How much of the path's variance lies along each direction; None for random ones.
    straight
        Whether the path varies along the first direction alone: the second is then a random one at right angles.
    """

    centre: Floats
    directions: Floats
    shares: tuple[float, float] | None = None
    straight: bool = False

    def place(self, points: FloatArray) -> Placed:
        """Return where points, (n, n_parameters), lie: by least squares, as random directions are not at right angles.

        Points that are not finite get nan.
        """
        moved: Floats = np.asarray(points, dtype=np.float64) - self.centre
        gram = self.directions @ self.directions.T
        at = np.asarray(np.linalg.solve(gram, self.directions @ moved.T).T, dtype=np.float64)
        inside = np.sqrt(np.maximum(np.einsum("ni,ij,nj->n", at, gram, at), 0.0))
        whole = np.sqrt(np.einsum("ij,ij->i", moved, moved))
        shares = np.divide(inside, whole, out=np.ones_like(whole), where=whole != 0)
        return Placed(at, np.minimum(shares, 1.0))


def random_plane(
    config: MLPConfig, parameters: FloatArray, rng: np.random.Generator, held: BoolArray | None = None
) -> Plane:
    """Return a plane along two random directions, filter-normalised.

    Parameters
    ----------
    config
        The architecture.
    parameters
        The centre, (n_parameters,).
    rng
        Draws the directions; the same state gives the same ones.
    held
        What is frozen or silenced and does not move, (n_parameters,); None: nothing.

    Raises
    ------
    UserError
        When the parameters are not finite, when fewer than two can move, or all that can are 0.

    Notes
    -----
    Li and others (2018): a draw from the normal distribution whose part of each neuron is scaled to the norm of that
    neuron's weights, so that 1 on an axis is a step as large as the weights themselves, whatever their scale, and
    slices of different networks compare. A neuron's bias counts as one more incoming weight, of an input that is always
    1, so that a step moves it in proportion, and a layer of rectifiers whose weights and biases are scaled up gets a
    direction scaled up alike. A neuron whose weights are all 0 does not move.
    """
    centre = _centre(parameters, held)
    free = np.ones(centre.shape, dtype=np.bool_) if held is None else ~held
    directions = rng.standard_normal((2, centre.size)) * free
    norms = [np.sqrt(np.square(block).sum(axis=0)) for block in layer_blocks(config, np.where(free, centre, 0.0))]
    for direction in directions:
        for block, norm in zip(layer_blocks(config, direction), norms, strict=True):
            drawn = np.sqrt(np.square(block).sum(axis=0))
            np.multiply(block, np.divide(norm, drawn, out=np.zeros_like(norm), where=drawn > 0), out=block)
    gram = directions @ directions.T
    if not np.linalg.det(gram) > _PARALLEL * gram[0, 0] * gram[1, 1]:
        raise UserError(
            "There are no two directions to move in: what is free to move is 0.",
            "Train for an epoch first, or choose the path.",
        )
    return _plane(centre, directions)


def path_plane(
    path: FloatArray, parameters: FloatArray, rng: np.random.Generator, held: BoolArray | None = None
) -> Plane:
    """Return the plane through the present parameters along the two principal components of the path to them.

    Parameters
    ----------
    path
        Parameters at moments of the training, (m, n_parameters), the present ones among them or not.
    parameters
        The centre, (n_parameters,).
    rng
        Draws the second direction where the path is straight.
    held
        What is frozen or silenced and does not move, (n_parameters,); its part of the path is left out. None: nothing.

    Returns
    -------
    Plane
        Its directions have length 1 and are at right angles; their largest entries are positive. `shares` are of the
        variance about the path's mean, of what is not held.

    Raises
    ------
    UserError
        When the parameters are not finite, fewer than two can move, or the path does not move.

    Notes
    -----
    Li and others (2018), section 7.2: such a path lies in few dimensions, and random directions, nearly at right angles
    to everything, show next to nothing of it.
    """
    centre = _centre(parameters, held)
    points = np.concatenate([np.asarray(path, dtype=np.float64).reshape(-1, centre.size), centre[None]])
    points = points[np.isfinite(points).all(axis=1)]
    points -= points.mean(axis=0)
    if held is not None:
        points[:, held] = 0.0
    _, lengths, vectors = np.linalg.svd(points, full_matrices=False)
    variance = np.square(lengths)
    if len(points) < 2 or not lengths[0] > _STRAIGHT * max(float(np.linalg.norm(centre)), math.sqrt(1e-30)):
        raise UserError("The training has left no path yet: the weights are where they began.", "Train for an epoch.")
    straight = bool(len(points) < 3 or lengths[1] <= _STRAIGHT * lengths[0])
    first = vectors[0] * _sign(vectors[0])
    second = vectors[1] if not straight else _across(first, rng, held)
    shares = variance[:2] / variance.sum()
    both = np.stack([first, second * _sign(second)])
    if held is not None:
        both[:, held] = 0.0  # rounding
    return _plane(centre, both, (float(shares[0]), float(shares[1])), straight=straight)


def _sign(vector: Floats) -> float:
    return -1.0 if vector[np.abs(vector).argmax()] < 0 else 1.0


def _across(first: Floats, rng: np.random.Generator, held: BoolArray | None) -> Floats:
    """Return a random direction of length 1 at right angles to another, of length 1."""
    drawn = rng.standard_normal(first.size)
    if held is not None:
        drawn[held] = 0.0
    for _ in range(2):  # what rounding left the first time is gone the second
        drawn -= (drawn @ first) * first
    return np.asarray(drawn / np.linalg.norm(drawn))


def _centre(parameters: FloatArray, held: BoolArray | None) -> Floats:
    centre = np.array(parameters, dtype=np.float64)
    if not np.isfinite(centre).all():
        raise UserError("The weights have left the range of numbers.", "Reset the run, or go back to a sound epoch.")
    if (centre.size if held is None else np.count_nonzero(~held)) < 2:
        raise UserError(
            "All weights and biases are frozen or silenced: there is no direction to move in.",
            "Let at least two of them learn.",
        )
    return centre


def _plane(
    centre: Floats, directions: Floats, shares: tuple[float, float] | None = None, *, straight: bool = False
) -> Plane:
    for array in (centre, directions):
        array.setflags(write=False)
    return Plane(centre, directions, shares, straight)
