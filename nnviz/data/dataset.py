"""A table made ready for a network: rows chosen, split, and only then encoded."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.casts import cast_column
from nnviz.data.choices import ImportChoices, choices_from_guess
from nnviz.data.column_facts import missing_mask
from nnviz.data.features import CategoricalFeature
from nnviz.data.fresh_pages import FreshPages
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.row_parts import make_split, marked_rows
from nnviz.data.table import Column, Table
from nnviz.data.targets import class_names
from nnviz.data.tasks import Task
from nnviz.errors import UserError

__all__ = ["MAX_CELLS", "Dataset", "ImportChoices", "build_dataset", "choices_from_guess", "with_choices"]

Rows = NDArray[np.intp]
MAX_CELLS = 400_000_000


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
        How many rows of the table lack the target, or a mark in the column that makes the split.
    test_rows
        Rows that a column marks for testing beside others for validation: neither learned from nor watched.
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
    test_rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.intp))

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
    def target_deviation(self) -> float:
        """The largest deviation of a regression's training targets from their mean, in standardised units."""
        return float(np.abs(self.Y_train).max()) if len(self.train_rows) else 1.0

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
        If there is nothing to learn: no feature, no row, a constant target, a text target without repeats, a column
        for the split that marks no training row.
    """
    table = table.with_columns({name: cast_column(table.column(name), kind) for name, kind in choices.kinds.items()})
    target = table.column(choices.target)
    names = _feature_names(table, choices)
    if table.n_rows == 0:
        raise UserError(f"{table.name} has a header but no rows.", "Choose a file with data.")
    missing = missing_mask(target)
    if missing.all():
        raise UserError(f"Every value of the target {target.name} is missing.", "Choose another target.")
    usable = ~missing if choices.split is None else ~missing & marked_rows(table, choices.split)
    table_rows = np.flatnonzero(usable)
    if len(table_rows) < 2:
        raise UserError(f"{table.name} has only one usable row.", "A network needs at least two.")
    # Millions of rows are not copied to take all of them.
    every = len(table_rows) == table.n_rows
    used = target if every else target.take(table_rows)
    codes = _codes(used, choices, fitted)
    # As large as X will be where every feature makes one input.
    room = np.zeros((len(table_rows), len(names)))
    with FreshPages(lambda: [room], zeros=True) as pages:
        pages.start(room.nbytes if room.size <= MAX_CELLS else 0)
        parts, notes = make_split(table, names, table_rows, choices, codes)
        learned = parts.train if every else table_rows[parts.train]
        preprocessor = fitted or Preprocessor.fit(table, learned, names, target.name, choices.task, choices.encodings)
    if len(table_rows) * preprocessor.n_inputs > MAX_CELLS:
        raise UserError(
            f"{len(table_rows):,} rows of {preprocessor.n_inputs:,} inputs do not fit in memory.",
            "Ignore some columns or use fewer rows.",
        )
    if preprocessor.n_inputs != len(names):
        room = np.zeros((len(table_rows), preprocessor.n_inputs))
    lost: tuple[str, ...] = ()
    if lacking := int(np.count_nonzero(missing)):
        rows, verb = ("row", "is") if lacking == 1 else ("rows", "are")
        lost = (f"{lacking:,} {rows} with a missing target ({target.name}) {verb} not used.",)
    return Dataset(
        name=table.name,
        table=table,
        choices=choices,
        preprocessor=preprocessor,
        X=preprocessor.transform(_only_rows(table, preprocessor.feature_names, table_rows), room),
        Y=preprocessor.transform_target(used),
        train_rows=parts.train,
        validation_rows=parts.validation,
        table_rows=table_rows,
        dropped=table.n_rows - len(table_rows),
        warnings=(*lost, *notes),
        test_rows=parts.test,
    )


def _codes(used: Column, choices: ImportChoices, fitted: Preprocessor | None) -> Rows | None:
    """Return the class index of each usable row; None for regression."""
    if choices.task == "regression":
        return None
    if fitted is not None:
        return fitted.class_codes(used)
    classes = class_names(used, choices.task)
    if used.kind == "string" and len(classes) == len(used.values) and len(classes) > 2:
        raise UserError(f"Every row has its own text in {used.name}.", "Choose a target whose values repeat.")
    return Preprocessor((), used.name, choices.task, classes).class_codes(used)


def with_choices(dataset: Dataset, **changes: Any) -> Dataset:
    """Return the data set built again with some choices changed, for example another seed."""
    return build_dataset(dataset.table, replace(dataset.choices, **changes))


def _feature_names(table: Table, choices: ImportChoices) -> list[str]:
    names = [
        column.name
        for column in table.columns
        if choices.roles.get(column.name) == "feature"
        and column.name not in (choices.target, choices.split.column if choices.split else None)
        and column.kind != "empty"
    ]
    if not names:
        raise UserError("There is no feature to learn from.", "Give at least one column the role of a feature.")
    return names


def _only_rows(table: Table, names: tuple[str, ...], rows: Rows) -> Table:
    if len(rows) == table.n_rows:
        return table
    # A name that is not there is left to the preprocessing to report.
    columns = tuple(table.column(name).take(rows) for name in names if name in table)
    return Table(table.name, table.path, columns, len(rows), table.dialect)
