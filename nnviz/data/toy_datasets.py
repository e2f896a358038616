"""Made-up data sets of two inputs whose answer the eye can check."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from nnviz.data import toy_shapes
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.data.toy_shapes import PointMaker
from nnviz.errors import UserError

CLASS_LETTERS: Final = ("A", "B", "C")
LEAST_POINTS: Final = 8
MOST_POINTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class ToyOptions:
    """How a toy data set is drawn.

    Attributes
    ----------
    noise
        0 (none) to 0.5 (hard), at most 1.
    n
        How many points, 8 to 100,000.
    share
        The second class's share of the points, 0.02 to 0.98; None for classes of equal size. Without effect where a
        number is learned.
    seed
        For the points and the split.
    """

    noise: float = 0.0
    n: int = 500
    share: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not LEAST_POINTS <= self.n <= MOST_POINTS or not 0 <= self.noise <= 1:
            raise UserError(
                "A toy data set needs at least 8 points and a noise between 0 and 1.",
                f"It has at most {MOST_POINTS:,} points.",
            )
        if self.share is not None and not 0.02 <= self.share <= 0.98:
            raise UserError("The second class needs a share between 2 % and 98 % of the points.")
        if self.seed < 0:
            raise UserError("The seed must be 0 or above.")


@dataclass(frozen=True, slots=True)
class ToyDataset:
    """A recipe: ``points(n, noise, rng)`` draws n points with noise 0 (none) to 0.5 (hard)."""

    name: str
    label: str
    task: Task
    points: PointMaker
    note: str

    def make(self, n: int, noise: float, rng: np.random.Generator, share: float | None = None) -> Table:
        """Draw a table with the columns x, y and class or value.

        Raises
        ------
        UserError
            If there are under 8 points, or the noise or the second class's share is out of its range.
        """
        options = ToyOptions(noise, n, share)
        points, answers = self.points(options.n, options.noise, rng, options.share)
        order = rng.permutation(len(points))
        points, answers = points[order], answers[order]
        if self.task == "regression":
            target = Column("value", "float", answers)
        else:
            letters = np.array(CLASS_LETTERS, dtype=object)
            target = Column("class", "string", letters[answers.astype(np.intp)])
        columns = (Column("x", "float", points[:, 0].copy()), Column("y", "float", points[:, 1].copy()), target)
        return Table(self.label, None, columns, len(points), NO_DIALECT)


_ALL = (
    ToyDataset("circle", "Circle", "binary", toy_shapes.circle, "One class around the other: a line cannot part them."),
    ToyDataset(
        "xor", "Exclusive or", "binary", toy_shapes.xor, "Opposite quarters share a class: needs two hidden neurons."
    ),
    ToyDataset("gauss", "Two clouds", "binary", toy_shapes.gauss, "Two round clouds: no hidden layer needed."),
    ToyDataset("spiral", "Spiral", "binary", toy_shapes.spiral, "Two arms wound into each other: the hard one."),
    ToyDataset("moons", "Moons", "binary", toy_shapes.moons, "Two crescents that hook into each other."),
    ToyDataset("rings", "Rings", "multiclass", toy_shapes.rings, "Three rings, three classes."),
    ToyDataset(
        "checkerboard",
        "Checkerboard",
        "binary",
        toy_shapes.checkerboard,
        "Sixteen fields in two classes: many borders, so it needs many neurons.",
    ),
    ToyDataset("plane", "Plane", "regression", toy_shapes.plane, "A tilted plane: linear regression is enough."),
    ToyDataset("hills", "Hills", "regression", toy_shapes.hills, "Six hills and hollows: a smooth surface to fit."),
    ToyDataset(
        "waves", "Waves", "regression", toy_shapes.waves, "Waves that run across: the same rise again and again."
    ),
    ToyDataset("steps", "Steps", "regression", toy_shapes.steps, "Five plateaus: sharp jumps that smooth units blur."),
)
TOY_DATASETS: Final[Mapping[str, ToyDataset]] = MappingProxyType({toy.name: toy for toy in _ALL})


def toy_dataset(name: str, seed: int = 0, noise: float = 0.0, n: int = 500, share: float | None = None) -> Dataset:
    """Draw a toy data set, half of its points for validation (as TensorFlow Playground does).

    Parameters
    ----------
    name
        A key of ``TOY_DATASETS``.
    seed, noise, n, share
        As in ``ToyOptions``.

    Raises
    ------
    UserError
        If there is no such data set, or an option is out of its range.
    """
    return toy_from_options(name, ToyOptions(noise, n, share, seed))


def toy_from_options(name: str, options: ToyOptions) -> Dataset:
    """Draw a toy data set, half of its points for validation.

    Raises
    ------
    UserError
        If there is no such data set.
    """
    if name not in TOY_DATASETS:
        raise UserError(f"There is no toy data set named {name}.", f"There are: {', '.join(TOY_DATASETS)}.")
    toy = TOY_DATASETS[name]
    table = toy.make(options.n, options.noise, np.random.default_rng(options.seed), options.share)
    target = table.columns[-1].name
    choices = ImportChoices(target, toy.task, {"x": "feature", "y": "feature", target: "target"}, {}, 0.5, options.seed)
    return build_dataset(table, choices)
