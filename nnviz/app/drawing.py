"""A drawing: points on a plane of two columns, in classes, with the scaling and the axes that stay as they began."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from nnviz.app.slices import SliceAxis, Slices
from nnviz.data.dataset import Dataset, ImportChoices
from nnviz.data.drawn_points import NAME, DrawnPoint, DrawnPoints
from nnviz.data.features import NumericFeature, Scale
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.errors import UserError

MOST_POINTS: Final = 2_000  # as many as the map shows: one that is not seen could not be removed
MOST_CLASSES: Final = 9  # one for each key
_HALF_SIDE: Final = 6.0  # of an empty plane, in which the toy sets lie too
_SPREAD: Final = 3.0  # the toy sets' standard deviation

_DRAWN_ON: Final = ", drawn on"

Part = Literal["train", "validation", "test"]
Axes = tuple[SliceAxis, SliceAxis]


@dataclass(frozen=True, slots=True)
class PlacedPoint(DrawnPoint):
    """A point that also knows which part of the split it belongs to: that never changes by drawing."""

    part: Part = "train"


def _part(point: DrawnPoint) -> Part:
    return point.part if isinstance(point, PlacedPoint) else "train"


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Points that a network learns while they are drawn; every change returns a new drawing.

    Attributes
    ----------
    points
        With the way back and forth.
    preprocessor
        The scaling and the classes. It is not fitted anew to every point: the network would see all rows move.
    axes
        What the map shows, likewise fixed.
    name
        The data set's.
    choices
        Of the data set that the drawing began with: they name its share of validation rows.
    """

    points: DrawnPoints
    preprocessor: Preprocessor
    axes: Axes
    name: str = NAME
    choices: ImportChoices = field(
        default_factory=lambda: ImportChoices("class", "binary", {}, validation_fraction=0.0)
    )

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of their keys, those without a point too."""
        return self.preprocessor.classes

    @property
    def counts(self) -> tuple[int, ...]:
        """How many points each class has."""
        labels = [point.label for point in self.points.points]
        return tuple(labels.count(name) for name in self.classes)

    @property
    def validation(self) -> tuple[DrawnPoint, ...]:
        """The points that are held out for validation."""
        return tuple(point for point in self.points.points if _part(point) == "validation")

    @property
    def can_learn(self) -> bool:
        """Whether two classes have a training point."""
        return len({point.label for point in self.points.points if _part(point) == "train"}) > 1

    def add(self, places: Iterable[Sequence[float]], index: int) -> "Drawing":
        """Return the drawing with one more stroke, all of it for training; the next free index is a new class.

        Raises
        ------
        UserError
            If there are 2,000 points already, or no such class.
        """
        grown = self.with_class(index)
        stroke = [PlacedPoint(float(x), float(y), grown.classes[index]) for x, y in places]
        if len(self.points) + len(stroke) > MOST_POINTS:
            raise UserError(f"A drawing holds at most {MOST_POINTS:,} points.", "Remove some, or begin a new one.")
        return replace(grown, points=self.points.add_all(stroke))

    def with_class(self, index: int) -> "Drawing":
        """Return the drawing with a class of this index, which may be the next after the last.

        Raises
        ------
        UserError
            If there are nine already, or classes before it are missing.
        """
        if index < len(self.classes):
            return self
        if index >= MOST_CLASSES or index > len(self.classes):
            raise UserError(f"A drawing has at most {MOST_CLASSES} classes, added one after the other.")
        grown = replace(self.preprocessor, classes=(*self.classes, self.class_name(index)), task="multiclass")
        return replace(self, preprocessor=grown)

    def class_name(self, index: int) -> str:
        """Return the name of a class, or the one that the next class would get."""
        if index < len(self.classes):
            return self.classes[index]
        letter = chr(ord("A") + index)
        return letter if letter not in self.classes else f"class {index + 1}"

    def remove_nearest(self, x: float, y: float, within: tuple[float, float]) -> "Drawing":
        """Return the drawing without the point nearest to a place; itself if none is near enough."""
        return self._with(self.points.remove_nearest(x, y, within))

    def undo(self) -> "Drawing":
        """Return the drawing before its last change; itself if there is none."""
        return self._with(self.points.undo())

    def redo(self) -> "Drawing":
        """Return the drawing with the change that was undone last; itself if there is none."""
        return self._with(self.points.redo())

    def _with(self, points: DrawnPoints) -> "Drawing":
        return self if points is self.points else replace(self, points=points)

    def dataset(self) -> Dataset:
        """Return the points as a data set; it may be too small to train on, even empty."""
        points, (x, y), fitted = self.points.points, self.axes, self.preprocessor
        labels = np.empty(len(points), dtype=object)
        labels[:] = [point.label for point in points]
        target = Column(fitted.target_name, "string", labels)
        columns = (
            Column(x.name, "float", np.array([point.x for point in points], dtype=np.float64)),
            Column(y.name, "float", np.array([point.y for point in points], dtype=np.float64)),
            target,
        )
        table = Table(self.name, None, columns, len(points), NO_DIALECT)
        rows = np.arange(len(points), dtype=np.intp)
        parts = np.array([_part(point) for point in points], dtype=object)
        roles = {x.name: "feature", y.name: "feature", target.name: "target"}
        choices = self.choices
        return Dataset(
            name=self.name,
            table=table,
            choices=ImportChoices(
                target.name,
                # Classes without a point don't count when the rows are split anew.
                "binary" if len(self.points.labels) == 2 else fitted.task,
                roles,  # type: ignore[arg-type]
                validation_fraction=choices.validation_fraction,
                seed=choices.seed,
            ),
            preprocessor=fitted,
            X=fitted.transform(table),
            Y=fitted.transform_target(target, rows),
            train_rows=rows[parts == "train"],
            validation_rows=rows[parts == "validation"],
            table_rows=rows,
            test_rows=rows[parts == "test"],
        )


def new_drawing() -> Drawing:
    """Return an empty plane of two columns and two classes."""
    features = tuple(NumericFeature(name, "float", 0.0, Scale("standardise", 0.0, _SPREAD)) for name in ("x", "y"))
    axes = tuple(SliceAxis(feature.name, "float", -_HALF_SIDE, _HALF_SIDE) for feature in features)
    return Drawing(DrawnPoints(), Preprocessor(features, "class", "binary", ("A", "B")), (axes[0], axes[1]))


def why_not_drawable(dataset: Dataset | None) -> str:
    """Return the reason why points can't be drawn on the map of a data set, or ""."""
    if dataset is None:
        return "There is no data set to draw on yet."
    if dataset.task == "regression":
        return "Points are drawn by class, and this data set has a number to predict."
    if len(dataset.classes) > MOST_CLASSES:
        return f"A drawing has at most {MOST_CLASSES} classes, and this data set has {len(dataset.classes):,}."
    if dataset.n_rows > MOST_POINTS:
        return f"A drawing holds at most {MOST_POINTS:,} points, and this data set has {dataset.n_rows:,} rows."
    return "" if _is_plane(dataset) else "Points are drawn on a plane: of two columns of numbers, none of them missing."


def _is_plane(dataset: Dataset) -> bool:
    features = dataset.preprocessor.features
    if len(features) != 2 or dataset.preprocessor.n_inputs != 2:
        return False
    numbers = all(isinstance(f, NumericFeature) and f.kind in ("float", "integer") for f in features)
    return numbers and all(bool(np.isfinite(dataset.raw(feature.name)).all()) for feature in features)


def drawing_on(dataset: Dataset) -> Drawing:
    """Return the rows of a data set as a drawing: its split, scaling and axes stay.

    Raises
    ------
    UserError
        If it can't be drawn on.
    """
    if reason := why_not_drawable(dataset):
        raise UserError(reason, "Begin a new drawing instead.")
    slices = Slices(dataset)
    x, y = dataset.feature_names
    codes = dataset.target_codes
    parts = _parts(dataset)
    labels = [] if codes is None else [dataset.classes[code] for code in codes.tolist()]
    along = zip(dataset.raw(x).tolist(), dataset.raw(y).tolist(), labels, parts, strict=True)
    name = dataset.name if dataset.name.endswith(_DRAWN_ON) or dataset.name == NAME else dataset.name + _DRAWN_ON
    points = DrawnPoints(tuple(PlacedPoint(*values) for values in along))
    return Drawing(points, dataset.preprocessor, (slices.axis(x), slices.axis(y)), name, dataset.choices)


def _parts(dataset: Dataset) -> list[Part]:
    parts: list[Part] = ["train"] * dataset.n_rows
    for name, rows in (("validation", dataset.validation_rows), ("test", dataset.test_rows)):
        for row in rows.tolist():
            parts[row] = name  # type: ignore[assignment]
    return parts


def is_of(dataset: Dataset, drawing: Drawing) -> bool:
    """Return whether a data set has the points of a drawing, all of them, however it was split and scaled."""
    axes, points = drawing.axes, drawing.points.points
    if dataset.feature_names != (axes[0].name, axes[1].name) or dataset.n_rows != len(points):
        return False
    if dataset.table.path is not None or dataset.task == "regression" or dataset.name != drawing.name:
        return False
    xs, ys = (dataset.raw(axis.name).tolist() for axis in axes)
    return all(point.x == x and point.y == y for point, x, y in zip(points, xs, ys, strict=True))


def split_as(drawing: Drawing, learned: Drawing, dataset: Dataset) -> Drawing:
    """Return the drawing with the split and the scaling of a data set of the points learned last; its undo stays."""
    parts = {id(point): part for point, part in zip(learned.points.points, _parts(dataset), strict=True)}
    moved = [PlacedPoint(p.x, p.y, p.label, parts.get(id(p), _part(p))) for p in drawing.points.points]
    # Classes that have no point yet keep their keys.
    classes = dataset.classes if set(drawing.classes) <= set(dataset.classes) else drawing.classes
    scaled = replace(dataset.preprocessor, classes=classes, task="binary" if len(classes) == 2 else "multiclass")
    points = replace(drawing.points, points=tuple(moved))
    return replace(drawing, points=points, preprocessor=scaled, choices=dataset.choices)
