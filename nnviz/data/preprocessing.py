"""From raw columns to the network's X and Y and back: fitted on the training rows, kept with the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.column_facts import missing_mask
from nnviz.data.encoding import NumberPlan, decode, fill_date, fill_text, raw_values
from nnviz.data.feature_files import feature_from_dict, feature_to_dict
from nnviz.data.feature_fitting import fit_features
from nnviz.data.features import CategoricalFeature, DateFeature, Encoding, Feature
from nnviz.data.table import Column, Table
from nnviz.data.targets import class_codes, class_names, target_scale
from nnviz.data.tasks import Task
from nnviz.errors import UserError

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Preprocessor:
    """Impute, scale, take dates apart and one-hot; encode the target; and the way back.

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
        cls,
        table: Table,
        rows: NDArray[np.intp],
        feature_names: Sequence[str],
        target: str,
        task: Task,
        encodings: Mapping[str, Encoding] | None = None,
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
        encodings
            By column name how it is scaled, how many categories it keeps, which parts of a date are learned; columns
            that are not named are encoded by the defaults.

        Raises
        ------
        UserError
            If a column is absent, there are no rows, or the target is constant or does not suit the task.
        """
        if len(rows) == 0:
            raise UserError("There are no rows to learn from.")
        features = fit_features([table.column(name) for name in feature_names], rows, encodings)
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

    def transform(self, table: Table, room: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return X for a table, shape (n_rows, n_inputs); ``room`` as for ``transform_columns``.

        Raises
        ------
        UserError
            If the table lacks a column or holds text where numbers were learned.
        """
        values: dict[str, NDArray[Any]] = {}
        for feature in self.features:
            if feature.name not in table:
                raise UserError(f"{table.name} has no column named {feature.name}, which this model needs.")
            values[feature.name] = raw_values(table.column(feature.name), feature)
        return self.transform_columns(values, room) if values else np.empty((table.n_rows, 0))

    def transform_columns(
        self, values: Mapping[str, NDArray[Any]], room: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return X for raw arrays of equal length, shape (n, n_inputs).

        Parameters
        ----------
        values
            For each feature its raw values, shape (n,): float with nan where missing for numbers (dates in days since
            1970), object of str or None for text.
        room
            Zeros of that shape, which become the result; None makes some.

        Raises
        ------
        UserError
            If a feature is absent.
        """
        absent = [name for name in self.feature_names if name not in values]
        if absent:
            raise UserError(f"The column {absent[0]} is needed.")
        n_rows = len(next(iter(values.values()))) if values else 0
        result = np.zeros((n_rows, self.n_inputs)) if room is None else room
        self._numbers.fill(values, result)
        for feature in self.features:
            part = result[:, self._slices[feature.name]]
            if isinstance(feature, CategoricalFeature):
                fill_text(feature, values[feature.name], part)
            elif isinstance(feature, DateFeature):
                fill_date(feature, values[feature.name], part)
        return result

    @cached_property
    def _numbers(self) -> NumberPlan:
        return NumberPlan(self.features, {name: place.start for name, place in self._slices.items()})

    def raw_columns(self, X: FloatArray) -> dict[str, NDArray[Any]]:  # noqa: N803 - the field writes matrices in capitals
        """Return what X (n, n_inputs) says in raw units: the way back of ``transform_columns``.

        Returns
        -------
        dict
            For each feature its values, shape (n,): float64 with nan where missing for numbers (dates in days since
            1970-01-01; nan where only cycles of the date were learned), object of str or None for text.
        """
        wide = np.asarray(X, dtype=np.float64)
        return {feature.name: decode(feature, wide[:, self._slices[feature.name]]) for feature in self.features}

    def describe(self) -> dict[str, tuple[str, ...]]:
        """Return in words what happens to each column, the target last: sentences by column name."""
        words = {feature.name: feature.describe() for feature in self.features}
        if self.task == "regression":
            how = f"minus the mean {self.target_mean:.4g}, divided by the standard deviation {self.target_std:.4g}"
            return {**words, self.target_name: (f"The target: {how}; predictions are turned back.",)}
        shown = ", ".join(self.classes[:5]) + (f" and {len(self.classes) - 5:,} more" if len(self.classes) > 5 else "")
        if self.task == "binary":
            return {**words, self.target_name: (f"The target: 0 for {self.classes[0]}, 1 for {self.classes[1]}.",)}
        return {
            **words,
            self.target_name: (f"The target: one output for each of {len(self.classes)} classes: {shown}.",),
        }

    def transform_target(self, column: Column, rows: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """Return Y for these rows, None for all, shape (n, n_outputs): 0/1, one-hot, or standardised.

        Raises
        ------
        UserError
            If a value is missing or a class was not there when this was fitted.
        """
        part = column if rows is None else column.take(rows)
        if gaps := int(np.count_nonzero(missing_mask(part))):
            raise UserError(f"{gaps} rows have no value in {column.name}.")
        if self.task == "regression":
            values = part.numbers() - self.target_mean
            values /= self.target_std
            return values[:, None]
        codes = self.class_codes(part)
        if (codes < 0).any():
            stranger = part.labels()[np.flatnonzero(codes < 0)[0]]
            raise UserError(f"{column.name} has the class {stranger}, which was not there in training.")
        return codes[:, None].astype(np.float64) if self.task == "binary" else np.eye(len(self.classes))[codes]

    def class_codes(self, column: Column) -> NDArray[np.intp]:
        """Return the class index of each row of a target column, -1 where missing or unknown; shape (n,)."""
        return class_codes(column, self.classes)

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
