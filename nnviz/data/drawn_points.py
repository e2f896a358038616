"""Points that a person draws: added, removed, undone and redone, and made into a data set."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from nnviz.data.choices import ImportChoices
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.errors import UserError

NAME: Final = "Drawn points"
MOST_POINTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """A point in the units of the axes, and the name of its class."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """Points that were put in at a place (``added``) or taken out of it."""

    place: int
    points: tuple[DrawnPoint, ...]
    added: bool

    def on(self, points: tuple[DrawnPoint, ...]) -> tuple[DrawnPoint, ...]:
        """Return the points after the edit."""
        if self.added:
            return points[: self.place] + self.points + points[self.place :]
        return points[: self.place] + points[self.place + len(self.points) :]

    @property
    def inverse(self) -> "_Edit":
        """The edit that takes this one back."""
        return replace(self, added=not self.added)


@dataclass(frozen=True, slots=True)
class DrawnPoints:
    """A drawing: every change returns a new one, which remembers how to go back.

    Attributes
    ----------
    points
        In the order they were drawn.
    """

    points: tuple[DrawnPoint, ...] = ()
    _done: tuple[_Edit, ...] = ()
    _undone: tuple[_Edit, ...] = ()

    def __len__(self) -> int:
        return len(self.points)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that have a point, in alphabetical order."""
        return tuple(sorted({point.label for point in self.points}))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a change was taken back and nothing else was done since."""
        return bool(self._undone)

    def add(self, x: float, y: float, label: str) -> Self:
        """Return the drawing with one more point.

        Raises
        ------
        UserError
            If a coordinate is not a finite number, the class has no name or there are 100,000 points already.
        """
        return self.add_all([DrawnPoint(x, y, label)])

    def add_all(self, points: Iterable[DrawnPoint]) -> Self:
        """Return the drawing with more points, which one undo takes back: the stroke of a brush.

        Raises
        ------
        UserError
            As ``add``.
        """
        added = tuple(points)
        if len(self.points) + len(added) > MOST_POINTS:
            raise UserError(f"A drawing holds at most {MOST_POINTS:,} points.", "Put the points in a file instead.")
        for point in added:
            if not np.isfinite([point.x, point.y]).all():
                raise UserError("A point needs two finite numbers.")
            if not point.label.strip():
                raise UserError("A point needs a class.", "Choose a class first.")
        return self._after(_Edit(len(self.points), added, added=True)) if added else self

    def nearest(self, x: float, y: float, within: tuple[float, float] | None = None) -> int | None:
        """Return the place of the point nearest to a position, or None.

        Parameters
        ----------
        x, y
            The position.
        within
            Half the width and height of an ellipse that the point must lie in, in the units of the axes (what a few
            pixels are on the screen); it also weighs the two directions. None takes any point.
        """
        if not self.points:
            return None
        half_width, half_height = within or (1.0, 1.0)
        places = np.array([(point.x, point.y) for point in self.points])
        distances = np.hypot((places[:, 0] - x) / half_width, (places[:, 1] - y) / half_height)
        # Of points that lie on one another the last drawn one is on top.
        best = len(distances) - 1 - int(np.argmin(distances[::-1]))
        return best if within is None or distances[best] <= 1.0 else None

    def remove_nearest(self, x: float, y: float, within: tuple[float, float] | None = None) -> Self:
        """Return the drawing without the point nearest to a position; unchanged if none is near enough."""
        place = self.nearest(x, y, within)
        return self if place is None else self._after(_Edit(place, (self.points[place],), added=False))

    def clear(self) -> Self:
        """Return the drawing without points, which one undo brings back."""
        return self._after(_Edit(0, self.points, added=False)) if self.points else self

    def undo(self) -> Self:
        """Return the drawing before the last change; unchanged if there is none."""
        if not self._done:
            return self
        *done, last = self._done
        return type(self)(last.inverse.on(self.points), tuple(done), (*self._undone, last))

    def redo(self) -> Self:
        """Return the drawing with the last undone change; unchanged if there is none."""
        if not self._undone:
            return self
        *undone, last = self._undone
        return type(self)(last.on(self.points), (*self._done, last), tuple(undone))

    def _after(self, edit: _Edit) -> Self:
        return type(self)(edit.on(self.points), (*self._done, edit), ())

    def to_table(self) -> Table:
        """Return the points as a table of the columns x, y and class."""
        labels = np.empty(len(self.points), dtype=object)
        labels[:] = [point.label for point in self.points]
        columns = (
            Column("x", "float", np.array([point.x for point in self.points], dtype=np.float64)),
            Column("y", "float", np.array([point.y for point in self.points], dtype=np.float64)),
            Column("class", "string", labels),
        )
        return Table(NAME, None, columns, len(self.points), NO_DIALECT)

    def to_dataset(self, validation_fraction: float = 0.25, seed: int = 0) -> Dataset:
        """Return the points as a data set; two classes are learned as binary, more as multi-class.

        Raises
        ------
        UserError
            If there are not yet two points of different classes.
        """
        if len(self.labels) < 2:
            raise UserError("Two classes are needed.", "Draw some points of another class.")
        task = "binary" if len(self.labels) == 2 else "multiclass"
        roles = {"x": "feature", "y": "feature", "class": "target"}
        choices = ImportChoices("class", task, roles, {}, validation_fraction, seed)  # type: ignore[arg-type]
        return build_dataset(self.to_table(), choices)
