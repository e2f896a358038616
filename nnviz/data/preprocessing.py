"""From raw columns to the network's X and Y and back: fitted on the training rows, kept with the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.features import (
    CategoricalFeature,
    Feature,
    NumericFeature,
    feature_from_dict,
    feature_to_dict,
    fit_categorical,
    fit_numeric,
)
from nnviz.data.table import DATE_KINDS, Column, Table
from nnviz.data.targets import class_names, target_scale
from nnviz.data.tasks import Task
from nnviz.errors import UserError

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Preprocessor:
    """Impute, standardise and one-hot; encode the target; and the way back.

    Attributes
    ----------
    features
        In the order of their columns in X.
    classes
        Class names in the order of the network's outputs; binary: (negative, positive); regression: empty.
    target_mean, target_std
        Regression: the network learns ``(target - target_mean) / target_std``.
    """

    features: tuple[Feature, ...]
    target_name: str
    task: Task
    classes: tuple[str, ...] = ()
    target_mean: float = 0.0
    target_std: float = 1.0

    @classmethod
    def fit(
        cls, table: Table, rows: NDArray[np.intp], feature_names: Sequence[str], target: str, task: Task
    ) -> "Preprocessor":
        """Fit on these rows of the table only.

        Parameters
        ----------
        table
            The raw columns.
        rows
            Indices of the training rows; none of them may lack the target.
        feature_names
            The columns to learn from, in this order.
        target
            The column to learn.
        task
            ``"binary"``, ``"multiclass"`` or ``"regression"``.

        Raises
        ------
        UserError
            If a column is absent, there are no rows, or the target is constant or does not suit the task.
        """
        if len(rows) == 0:
            raise UserError("There are no rows to learn from.")
        columns = [table.column(name) for name in feature_names]
        numeric = [column for column in columns if column.kind != "string"]
        fitted: dict[str, Feature] = {feature.name: feature for feature in fit_numeric(numeric, rows)}
        fitted.update({c.name: fit_categorical(c, rows) for c in columns if c.kind == "string"})
        features = tuple(fitted[column.name] for column in columns)
        answers = table.column(target).take(rows)
        if task == "regression":
            mean, std = target_scale(answers)
            return cls(features, target, task, (), mean, std)
        return cls(features, target, task, class_names(answers, task))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The raw columns that are used."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def output_names(self) -> tuple[str, ...]:
        """The names of the columns of X."""
        return tuple(name for feature in self.features for name in feature.output_names)

    @cached_property
    def n_inputs(self) -> int:
        """How many columns X has."""
        return sum(feature.width for feature in self.features)

    @property
    def n_outputs(self) -> int:
        """How many output units the network has."""
        return len(self.classes) if self.task == "multiclass" else 1

    @property
    def output_unit_names(self) -> tuple[str, ...]:
        """What each output unit stands for."""
        if self.task == "multiclass":
            return self.classes
        return (f"{self.target_name} = {self.classes[1]}",) if self.task == "binary" else (self.target_name,)

    @cached_property
    def _slices(self) -> dict[str, slice]:
        ends = np.cumsum([0, *(feature.width for feature in self.features)]).tolist()
        return {f.name: slice(ends[i], ends[i + 1]) for i, f in enumerate(self.features)}

    def columns_of(self, name: str) -> slice:
        """Return the columns of X that a raw column makes.

        Raises
        ------
        UserError
            If that column is not a feature.
        """
        if name not in self._slices:
            raise UserError(f"{name} is not one of the features.")
        return self._slices[name]

    def transform(self, table: Table) -> NDArray[np.float64]:
        """Return X for a table, shape (n_rows, n_inputs).

        Raises
        ------
        UserError
            If the table lacks a column or holds text where numbers were learned.
        """
        values: dict[str, NDArray[Any]] = {}
        for feature in self.features:
            if feature.name not in table:
                raise UserError(f"{table.name} has no column named {feature.name}, which this model needs.")
            values[feature.name] = _raw_values(table.column(feature.name), feature)
        return self.transform_columns(values) if values else np.empty((table.n_rows, 0))

    def transform_columns(self, values: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Return X for raw arrays of equal length, shape (n, n_inputs).

        Parameters
        ----------
        values
            For each feature its raw values, shape (n,): float with nan where missing for numbers (dates in days since
            1970), object of str or None for text.

        Raises
        ------
        UserError
            If a feature is absent.
        """
        absent = [name for name in self.feature_names if name not in values]
        if absent:
            raise UserError(f"The column {absent[0]} is needed.")
        n_rows = len(next(iter(values.values()))) if values else 0
        result = np.zeros((n_rows, self.n_inputs))
        self._fill_numbers(values, result)
        for feature in self.features:
            if isinstance(feature, CategoricalFeature):
                codes = feature.codes(values[feature.name])
                known = np.flatnonzero(codes >= 0)
                result[known, self._slices[feature.name].start + codes[known]] = 1.0
        return result

    @cached_property
    def _numeric(self) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
        """Names, their (median, mean, std) as rows, their columns of X, and the ones with a missing flag."""
        numeric = [feature for feature in self.features if isinstance(feature, NumericFeature)]
        scales = np.array([[f.median, f.mean, f.std] for f in numeric]).reshape(-1, 3).T
        places = np.array([self._slices[f.name].start for f in numeric], dtype=np.intp)
        flagged = np.array([i for i, f in enumerate(numeric) if f.missing_flag], dtype=np.intp)
        return tuple(f.name for f in numeric), scales, places, flagged

    def _fill_numbers(self, values: Mapping[str, NDArray[Any]], result: NDArray[np.float64]) -> None:
        names, (medians, means, stds), places, flagged = self._numeric
        if not names:
            return
        raw = np.empty((len(result), len(names)))
        for i, name in enumerate(names):
            raw[:, i] = values[name]
        # An infinity would poison every weight it touches: it counts as missing.
        gaps = ~np.isfinite(raw)
        if gaps.any():
            raw = np.where(gaps, medians, raw)
        raw -= means
        raw /= stds
        result[:, places] = raw
        result[:, places[flagged] + 1] = gaps[:, flagged]

    def transform_target(self, column: Column, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return Y for these rows, shape (n, n_outputs): 0/1, one-hot, or standardised.

        Raises
        ------
        UserError
            If a value is missing or a class was not there when this was fitted.
        """
        part = column.take(rows)
        if part.n_missing:
            raise UserError(f"{part.n_missing} rows have no value in {column.name}.")
        if self.task == "regression":
            return ((part.numbers() - self.target_mean) / self.target_std)[:, None]
        codes = self.class_codes(part)
        if (codes < 0).any():
            stranger = part.labels()[np.flatnonzero(codes < 0)[0]]
            raise UserError(f"{column.name} has the class {stranger}, which was not there in training.")
        return codes[:, None].astype(np.float64) if self.task == "binary" else np.eye(len(self.classes))[codes]

    def class_codes(self, column: Column) -> NDArray[np.intp]:
        """Return the class index of each row of a target column, -1 where missing or unknown; shape (n,)."""
        places = {name: i for i, name in enumerate(self.classes)}
        labels = column.labels().tolist()
        return np.fromiter((places.get(label, -1) for label in labels), dtype=np.intp, count=len(labels))

    def predictions(self, output: FloatArray) -> NDArray[Any]:
        """Return what the network's output (n, n_outputs) says: class names (object), or float64 in raw units."""
        if self.task == "regression":
            return np.asarray(output[:, 0], dtype=np.float64) * self.target_std + self.target_mean
        codes = output.argmax(axis=1) if self.task == "multiclass" else (output[:, 0] >= 0.5).astype(np.intp)
        names = np.empty(len(self.classes), dtype=object)
        names[:] = self.classes
        return np.asarray(names[codes], dtype=object)

    def probabilities(self, output: FloatArray) -> NDArray[np.float64]:
        """Return the probability of each class, shape (n, n_classes); regression has none: shape (n, 0)."""
        wide = np.asarray(output, dtype=np.float64)
        if self.task == "binary":
            return np.concatenate([1.0 - wide, wide], axis=1)
        return wide if self.task == "multiclass" else np.empty((len(wide), 0))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "task": self.task,
            "target": self.target_name,
            "classes": list(self.classes),
            "target_mean": self.target_mean,
            "target_std": self.target_std,
            "features": [feature_to_dict(feature) for feature in self.features],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Preprocessor":
        """Return the preprocessor that ``to_dict`` wrote.

        Raises
        ------
        UserError
            If anything is missing, not of its type, or contradicts the rest.
        """
        try:
            task, target, classes = data["task"], data["target"], tuple(data["classes"])
            mean, std = float(data["target_mean"]), float(data["target_std"])
            features = tuple(feature_from_dict(entry) for entry in data["features"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError("The model's preprocessing is damaged.", "Export the model again.") from error
        sizes = {"binary": len(classes) == 2, "multiclass": len(classes) > 2, "regression": not classes}
        sound = isinstance(target, str) and all(isinstance(name, str) for name in classes)
        sound = sound and len(set(classes)) == len(classes) and sizes.get(task, False)
        sound = sound and bool(np.isfinite([mean, std]).all()) and std > 0
        if not sound or len({feature.name for feature in features}) != len(features):
            raise UserError("The model's preprocessing contradicts itself.", "Export the model again.")
        return cls(features, target, task, classes, mean, std)


def _raw_values(column: Column, feature: Feature) -> NDArray[Any]:
    if isinstance(feature, CategoricalFeature):
        return column.labels()
    if column.kind == "string":
        raise UserError(f"The column {column.name} holds text, but this model learned it as numbers.")
    if (feature.kind in DATE_KINDS) != (column.kind in DATE_KINDS) and column.kind != "empty":
        one, other = ("dates", "numbers") if feature.kind in DATE_KINDS else ("numbers", "dates")
        raise UserError(f"The column {column.name} holds {other}, but this model learned it as {one}.")
    return column.numbers()
