"""A table made ready for a network: rows chosen, split, and only then encoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.casts import cast_column
from nnviz.data.features import CategoricalFeature
from nnviz.data.infer import Guess, Role
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.splitting import split_rows
from nnviz.data.table import Kind, Table
from nnviz.data.targets import class_names
from nnviz.data.tasks import Task
from nnviz.errors import UserError

Rows = NDArray[np.intp]
MAX_CELLS = 400_000_000
_SPLITTING = 2  # key of the stream of random numbers, so that the split shares none with weights drawn from one seed


@dataclass(frozen=True)
class ImportChoices:
    """What a person decided about a table; columns that ``roles`` does not name are ignored."""

    target: str
    task: Task
    roles: Mapping[str, Role]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    validation_fraction: float = 0.25
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.validation_fraction < 1:
            raise UserError("The validation share must be at least 0 and below 1.")


def choices_from_guess(guess: Guess, validation_fraction: float = 0.25, seed: int = 0) -> ImportChoices:
    """Return the choices that accept every guess.

    Raises
    ------
    UserError
        If no target or no task could be guessed.
    """
    if guess.target is None:
        raise UserError(f"There is no column to predict: {guess.target_reason}.", "Choose a target.")
    if guess.task is None:
        raise UserError(f"{guess.target} cannot be predicted: {guess.task_reason}.", "Choose another target.")
    return ImportChoices(guess.target, guess.task, guess.roles, {}, validation_fraction, seed)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Arrays for training, with the way back to the table.

    Attributes
    ----------
    table
        The raw columns, with the kinds as chosen.
    X
        Shape (n, d) float64, every row whose target is known.
    Y
        Shape (n, k) float64: 0/1, one-hot, or standardised.
    train_rows, validation_rows
        Indices into the rows of X, ascending.
    table_rows
        The table's row of each row of X.
    dropped
        How many rows of the table lack the target.
    """

    name: str
    table: Table
    choices: ImportChoices
    preprocessor: Preprocessor
    X: NDArray[np.float64]
    Y: NDArray[np.float64]
    train_rows: Rows
    validation_rows: Rows
    table_rows: Rows
    dropped: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """``"binary"``, ``"multiclass"`` or ``"regression"``."""
        return self.preprocessor.task

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names; empty for regression."""
        return self.preprocessor.classes

    @property
    def n_rows(self) -> int:
        """Rows of X."""
        return len(self.X)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The raw columns that are learned from."""
        return self.preprocessor.feature_names

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the columns of X."""
        return self.preprocessor.output_names

    @cached_property
    def X_train(self) -> NDArray[np.float64]:  # noqa: N802 - the field writes matrices in capitals
        """Shape (n_train, d)."""
        return self.X[self.train_rows]

    @cached_property
    def Y_train(self) -> NDArray[np.float64]:  # noqa: N802
        """Shape (n_train, k)."""
        return self.Y[self.train_rows]

    @cached_property
    def X_validation(self) -> NDArray[np.float64]:  # noqa: N802
        """Shape (n_validation, d)."""
        return self.X[self.validation_rows]

    @cached_property
    def Y_validation(self) -> NDArray[np.float64]:  # noqa: N802
        """Shape (n_validation, k)."""
        return self.Y[self.validation_rows]

    def raw(self, name: str) -> NDArray[np.float64]:
        """Return a raw column over the rows of X, in raw units (dates in days since 1970; nan where missing).

        Text gives the index of its category among the feature's levels, -1 where none fits (for a column that is not
        a feature: among its sorted values).

        Raises
        ------
        UserError
            If the table has no such column.
        """
        column = self.table.column(name).take(self.table_rows)
        if column.kind != "string":
            return column.numbers()
        known = {feature.name: feature for feature in self.preprocessor.features}.get(name)
        if not isinstance(known, CategoricalFeature):
            known = CategoricalFeature(name, tuple(column.unique().tolist()))
        return known.codes(column.values).astype(np.float64)

    @cached_property
    def target_codes(self) -> Rows | None:
        """Class index of each row of X, shape (n,); None for regression."""
        if self.task == "regression":
            return None
        return self.preprocessor.class_codes(self.table.column(self.choices.target).take(self.table_rows))

    @cached_property
    def target_values(self) -> NDArray[np.float64]:
        """The target of each row of X in raw units, shape (n,); class indices for classes."""
        if (codes := self.target_codes) is not None:
            return codes.astype(np.float64)
        return self.table.column(self.choices.target).take(self.table_rows).numbers()


def build_dataset(table: Table, choices: ImportChoices, fitted: Preprocessor | None = None) -> Dataset:
    """Make a table ready: apply the kinds, drop rows without a target, split, fit on the training rows, transform.

    With ``fitted``, a saved model's preprocessing, nothing is fitted: the rows are encoded as the model knows them.

    Raises
    ------
    UserError
        If there is nothing to learn: no feature, no row, a constant target, a text target without repeats.
    """
    table = table.with_columns({name: cast_column(table.column(name), kind) for name, kind in choices.kinds.items()})
    target = table.column(choices.target)
    names = _feature_names(table, choices)
    if table.n_rows == 0:
        raise UserError(f"{table.name} has a header but no rows.", "Choose a file with data.")
    table_rows = np.flatnonzero(~target.missing)
    dropped = table.n_rows - len(table_rows)
    if len(table_rows) == 0:
        raise UserError(f"Every value of the target {target.name} is missing.", "Choose another target.")
    if len(table_rows) < 2:
        raise UserError(f"{table.name} has only one usable row.", "A network needs at least two.")
    used = target.take(table_rows)
    codes: Rows | None = None
    if fitted is not None:
        codes = None if choices.task == "regression" else fitted.class_codes(used)
    elif choices.task != "regression":
        classes = class_names(used, choices.task)
        if used.kind == "string" and len(classes) == len(table_rows) and len(classes) > 2:
            raise UserError(f"Every row has its own text in {target.name}.", "Choose a target whose values repeat.")
        codes = Preprocessor((), target.name, choices.task, classes).class_codes(used)
    rng = np.random.default_rng(np.random.SeedSequence(choices.seed, spawn_key=(_SPLITTING,)))
    train, validation = split_rows(len(table_rows), choices.validation_fraction, rng, codes)
    preprocessor = fitted or Preprocessor.fit(table, table_rows[train], names, target.name, choices.task)
    if len(table_rows) * preprocessor.n_inputs > MAX_CELLS:
        raise UserError(
            f"{len(table_rows):,} rows of {preprocessor.n_inputs:,} inputs do not fit in memory.",
            "Ignore some columns or use fewer rows.",
        )
    used_table = table if dropped == 0 else _only_rows(table, names, table_rows)
    return Dataset(
        name=table.name,
        table=table,
        choices=choices,
        preprocessor=preprocessor,
        X=preprocessor.transform(used_table),
        Y=preprocessor.transform_target(target, table_rows),
        train_rows=train,
        validation_rows=validation,
        table_rows=table_rows,
        dropped=dropped,
        warnings=_warnings(dropped, target.name, len(validation), choices),
    )


def with_choices(dataset: Dataset, **changes: Any) -> Dataset:
    """Return the data set built again with some choices changed, for example another seed."""
    return build_dataset(dataset.table, replace(dataset.choices, **changes))


def _feature_names(table: Table, choices: ImportChoices) -> list[str]:
    names = [
        column.name
        for column in table.columns
        if choices.roles.get(column.name) == "feature" and column.name != choices.target and column.kind != "empty"
    ]
    if not names:
        raise UserError("There is no feature to learn from.", "Give at least one column the role of a feature.")
    return names


def _only_rows(table: Table, names: list[str], rows: Rows) -> Table:
    columns = tuple(table.column(name).take(rows) for name in names)
    return Table(table.name, table.path, columns, len(rows), table.dialect)


def _warnings(dropped: int, target: str, n_validation: int, choices: ImportChoices) -> tuple[str, ...]:
    found = []
    if dropped:
        found.append(f"{dropped:,} rows with a missing target ({target}) are not used.")
    if n_validation == 0 and choices.validation_fraction > 0:
        found.append("No row could be spared for validation.")
    return tuple(found)
