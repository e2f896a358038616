"""The points of the toy data sets: two coordinates and the answer to learn."""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
# Points (n, 2) and their answers (n,): class index, or value.
Shape = tuple[Points, Points]


class PointMaker(Protocol):
    """Draws n points with noise 0 (none) to 0.5 (hard).

    ``share`` is the second class's share of the points, None for classes of equal size; a shape that is predicted as a
    number has no use for it.
    """

    def __call__(self, n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
        """Return points (n, 2) and answers (n,)."""


def _sizes(n: int, share: float | None, classes: int = 2) -> list[int]:
    """Return how many points each class gets: alike, or the second its share and the others alike."""
    if share is None:
        return [n // classes + (i < n % classes) for i in range(classes)]
    second = min(max(round(share * n), 1), n - classes + 1)
    rest = [(n - second) // (classes - 1) + (i < (n - second) % (classes - 1)) for i in range(classes - 1)]
    return [rest[0], second, *rest[1:]]


def _classes(*parts: Points) -> Shape:
    answers = np.concatenate([np.full(len(part), float(i)) for i, part in enumerate(parts)])
    return np.concatenate(parts), answers


def _polar(radius: Points, angle: Points) -> Points:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def spiral(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Wind two arms of 1.75 turns out to radius 5, the shape of TensorFlow Playground's."""
    arms = []
    for size, turn in zip(_sizes(n, share), (0.0, np.pi), strict=True):
        along = np.arange(size) / size
        arm = _polar(5.0 * along, 1.75 * along * 2.0 * np.pi + turn)
        arms.append(arm + rng.uniform(-1.0, 1.0, arm.shape) * noise)
    return _classes(*arms)


def circle(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Put a disc of radius 2.5 into a ring from 3.5 to 5."""
    inner, outer = _sizes(n, share)
    rings = (
        _polar(rng.uniform(0.0, 2.5, inner), rng.uniform(0.0, 2.0 * np.pi, inner)),
        _polar(rng.uniform(3.5, 5.0, outer), rng.uniform(0.0, 2.0 * np.pi, outer)),
    )
    return _classes(*(ring + rng.normal(0.0, 2.0 * noise, ring.shape) for ring in rings))


def xor(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Give opposite quarters one class, 0.3 away from the axes."""
    points = rng.uniform(-5.0, 5.0, (n, 2))
    if share is not None:
        mixed = np.arange(n) < _sizes(n, share)[1]
        points[(points[:, 0] * points[:, 1] < 0) != mixed, 0] *= -1.0
    points += np.where(points > 0, 0.3, -0.3)
    answers = (points[:, 0] * points[:, 1] < 0).astype(np.float64)
    return points + rng.normal(0.0, 2.0 * noise, points.shape), answers


def gauss(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Draw two round clouds around (2, 2) and (-2, -2)."""
    spread = 0.7 + 3.0 * noise
    return _classes(
        *(rng.normal(centre, spread, (size, 2)) for size, centre in zip(_sizes(n, share), (2, -2), strict=True))
    )


def moons(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Draw two half circles of radius 3, hooked into each other."""
    upper, lower = _sizes(n, share)
    first, second = rng.uniform(0.0, np.pi, upper), rng.uniform(0.0, np.pi, lower)
    arcs = (
        np.stack([3.0 * np.cos(first) - 1.5, 3.0 * np.sin(first) - 0.75], axis=1),
        np.stack([1.5 - 3.0 * np.cos(second), 0.75 - 3.0 * np.sin(second)], axis=1),
    )
    return _classes(*(arc + rng.normal(0.0, 1.5 * noise + 0.1, arc.shape) for arc in arcs))


def rings(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Put two rings around a disc."""
    sizes = _sizes(n, share, 3)
    rings = []
    for size, (low, high) in zip(sizes, ((0.0, 1.2), (2.0, 3.2), (4.0, 5.2)), strict=True):
        ring = _polar(rng.uniform(low, high, size), rng.uniform(0.0, 2.0 * np.pi, size))
        rings.append(ring + rng.normal(0.0, noise, ring.shape))
    return _classes(*rings)


def plane(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Learn a tenth of the sum of both coordinates."""
    del share
    points = rng.uniform(-6.0, 6.0, (n, 2))
    return points, points.sum(axis=1) / 10.0 + rng.normal(0.0, noise, n)


_HILLS: Final = (
    (-4.0, 2.5, 1.0),
    (0.0, 2.5, -1.0),
    (4.0, 2.5, 1.0),
    (-4.0, -2.5, -1.0),
    (0.0, -2.5, 1.0),
    (4.0, -2.5, -1.0),
)


def hills(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Learn six bell-shaped hills and hollows of height 1."""
    del share
    points = rng.uniform(-6.0, 6.0, (n, 2))
    value = np.zeros(n)
    for x, y, height in _HILLS:
        squared = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        value += height * np.exp(-squared / 2.0)
    return points, value + rng.normal(0.0, noise, n)


def checkerboard(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Draw sixteen fields from -5 to 5, a small gap between them; the second class on the dark ones."""
    answers = np.repeat([0.0, 1.0], _sizes(n, share))
    row = rng.integers(0, 4, n)
    column = 2 * rng.integers(0, 2, n) + (row + answers.astype(np.intp)) % 2
    corners = np.stack([column, row], axis=1) * 2.5 - 5.0
    points = corners + rng.uniform(0.1, 2.4, (n, 2))
    return points + rng.normal(0.0, noise, points.shape), answers


def waves(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Learn straight waves of height 1 that run along (2, 1)."""
    del share
    points = rng.uniform(-6.0, 6.0, (n, 2))
    return points, np.sin(points[:, 0] + 0.5 * points[:, 1]) + rng.normal(0.0, noise, n)


def steps(n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Shape:
    """Learn five plateaus from -1 to 1 along the diagonal."""
    del share
    points = rng.uniform(-6.0, 6.0, (n, 2))
    stairs = np.clip(np.floor((points.sum(axis=1) + 12.0) / 24.0 * 5.0), 0.0, 4.0)
    return points, stairs / 2.0 - 1.0 + rng.normal(0.0, noise, n)
