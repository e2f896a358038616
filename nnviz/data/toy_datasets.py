"""Made-up data sets of two inputs whose answer the eye can check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.errors import UserError

Points = NDArray[np.float64]
# Points (n, 2) and their answers (n,): class index, or value.
Shape = tuple[Points, Points]
CLASS_LETTERS: Final = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class ToyDataset:
    """A recipe: ``points(n, noise, rng)`` draws about n points with noise 0 (none) to 0.5 (hard)."""

    name: str
    label: str
    task: Task
    points: Callable[[int, float, np.random.Generator], Shape]
    note: str

    def make(self, n: int, noise: float, rng: np.random.Generator) -> Table:
        """Draw a table with the columns x, y and class or value.

        Raises
        ------
        UserError
            If there are under 8 points or the noise is not between 0 and 1.
        """
        if n < 8 or not 0 <= noise <= 1:
            raise UserError("A toy data set needs at least 8 points and a noise between 0 and 1.")
        points, answers = self.points(n, noise, rng)
        order = rng.permutation(len(points))
        points, answers = points[order], answers[order]
        if self.task == "regression":
            target = Column("value", "float", answers)
        else:
            letters = np.array(CLASS_LETTERS, dtype=object)
            target = Column("class", "string", letters[answers.astype(np.intp)])
        columns = (Column("x", "float", points[:, 0].copy()), Column("y", "float", points[:, 1].copy()), target)
        return Table(self.label, None, columns, len(points), NO_DIALECT)


def _halves(n: int) -> tuple[int, int]:
    return n - n // 2, n // 2


def _classes(*parts: Points) -> Shape:
    answers = np.concatenate([np.full(len(part), float(i)) for i, part in enumerate(parts)])
    return np.concatenate(parts), answers


def _polar(radius: Points, angle: Points) -> Points:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _spiral(n: int, noise: float, rng: np.random.Generator) -> Shape:
    """Two arms of 1.75 turns out to radius 5, the shape of TensorFlow Playground's."""
    arms = []
    for size, turn in zip(_halves(n), (0.0, np.pi), strict=True):
        along = np.arange(size) / size
        arm = _polar(5.0 * along, 1.75 * along * 2.0 * np.pi + turn)
        arms.append(arm + rng.uniform(-1.0, 1.0, arm.shape) * noise)
    return _classes(*arms)


def _circle(n: int, noise: float, rng: np.random.Generator) -> Shape:
    inner, outer = _halves(n)
    rings = (
        _polar(rng.uniform(0.0, 2.5, inner), rng.uniform(0.0, 2.0 * np.pi, inner)),
        _polar(rng.uniform(3.5, 5.0, outer), rng.uniform(0.0, 2.0 * np.pi, outer)),
    )
    return _classes(*(ring + rng.normal(0.0, 2.0 * noise, ring.shape) for ring in rings))


def _xor(n: int, noise: float, rng: np.random.Generator) -> Shape:
    points = rng.uniform(-5.0, 5.0, (n, 2))
    points += np.where(points > 0, 0.3, -0.3)
    answers = (points[:, 0] * points[:, 1] < 0).astype(np.float64)
    return points + rng.normal(0.0, 2.0 * noise, points.shape), answers


def _gauss(n: int, noise: float, rng: np.random.Generator) -> Shape:
    spread = 0.7 + 3.0 * noise
    return _classes(*(rng.normal(centre, spread, (size, 2)) for size, centre in zip(_halves(n), (2, -2), strict=True)))


def _moons(n: int, noise: float, rng: np.random.Generator) -> Shape:
    upper, lower = _halves(n)
    first, second = rng.uniform(0.0, np.pi, upper), rng.uniform(0.0, np.pi, lower)
    arcs = (
        np.stack([3.0 * np.cos(first) - 1.5, 3.0 * np.sin(first) - 0.75], axis=1),
        np.stack([1.5 - 3.0 * np.cos(second), 0.75 - 3.0 * np.sin(second)], axis=1),
    )
    return _classes(*(arc + rng.normal(0.0, 1.5 * noise + 0.1, arc.shape) for arc in arcs))


def _rings(n: int, noise: float, rng: np.random.Generator) -> Shape:
    sizes = [n // 3 + (i < n % 3) for i in range(3)]
    rings = []
    for size, (low, high) in zip(sizes, ((0.0, 1.2), (2.0, 3.2), (4.0, 5.2)), strict=True):
        ring = _polar(rng.uniform(low, high, size), rng.uniform(0.0, 2.0 * np.pi, size))
        rings.append(ring + rng.normal(0.0, noise, ring.shape))
    return _classes(*rings)


def _plane(n: int, noise: float, rng: np.random.Generator) -> Shape:
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


def _hills(n: int, noise: float, rng: np.random.Generator) -> Shape:
    points = rng.uniform(-6.0, 6.0, (n, 2))
    value = np.zeros(n)
    for x, y, height in _HILLS:
        squared = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        value += height * np.exp(-squared / 2.0)
    return points, value + rng.normal(0.0, noise, n)


_ALL = (
    ToyDataset("circle", "Circle", "binary", _circle, "One class around the other: a line cannot part them."),
    ToyDataset("xor", "Exclusive or", "binary", _xor, "Opposite quarters share a class: needs two hidden neurons."),
    ToyDataset("gauss", "Two clouds", "binary", _gauss, "Two round clouds: no hidden layer needed."),
    ToyDataset("spiral", "Spiral", "binary", _spiral, "Two arms wound into each other: the hard one."),
    ToyDataset("moons", "Moons", "binary", _moons, "Two crescents that hook into each other."),
    ToyDataset("rings", "Rings", "multiclass", _rings, "Three rings, three classes."),
    ToyDataset("plane", "Plane", "regression", _plane, "A tilted plane: linear regression is enough."),
    ToyDataset("hills", "Hills", "regression", _hills, "Six hills and hollows: a smooth surface to fit."),
)
TOY_DATASETS: Final[Mapping[str, ToyDataset]] = MappingProxyType({toy.name: toy for toy in _ALL})


def toy_dataset(name: str, seed: int = 0, noise: float = 0.0, n: int = 500) -> Dataset:
    """Draw a toy data set, half of its points for validation (as TensorFlow Playground does).

    Parameters
    ----------
    name
        A key of ``TOY_DATASETS``.
    seed
        For the points and the split.
    noise
        0 (none) to 0.5 (hard).
    n
        How many points.

    Raises
    ------
    UserError
        If there is no such data set.
    """
    if name not in TOY_DATASETS:
        raise UserError(f"There is no toy data set named {name}.", f"There are: {', '.join(TOY_DATASETS)}.")
    toy = TOY_DATASETS[name]
    table = toy.make(n, noise, np.random.default_rng(seed))
    target = table.columns[-1].name
    choices = ImportChoices(target, toy.task, {"x": "feature", "y": "feature", target: "target"}, {}, 0.5, seed)
    return build_dataset(table, choices)
