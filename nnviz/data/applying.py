"""A file put through a fitted preprocessing, to be tested on: nothing is fitted, and what does not suit it is said."""

import difflib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.casts import cast_column
from nnviz.data.column_facts import missing_mask
from nnviz.data.doubt import listed, quoted
from nnviz.data.encoding import raw_values, unseen_categories
from nnviz.data.features import CategoricalFeature, Feature
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import DATE_KINDS, Column, Table
from nnviz.data.targets import label_counts
from nnviz.errors import UserError

Rows = NDArray[np.intp]
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class AppliedRows:
    """Every row of a table as a fitted network takes it.

    Attributes
    ----------
    table
        The table, its columns read as the kinds that were learned.
    preprocessor
        The one that was given; nothing in it changed.
    X
        Shape (n_rows, d) float64: every row of the table, in its order.
    scored_rows
        The rows whose target is there and known to the model, ascending; empty without a target column.
    Y
        Shape (len(scored_rows), k) float64: their targets as in training, for losses and metrics.
    problems
        Sentences: what was missing, unseen or lost, with numbers.
    """

    table: Table
    preprocessor: Preprocessor
    X: NDArray[np.float64]
    scored_rows: Rows
    Y: NDArray[np.float64]
    problems: tuple[str, ...]

    @property
    def has_target(self) -> bool:
        """Whether metrics can be worked out."""
        return len(self.scored_rows) > 0

    @property
    def X_scored(self) -> NDArray[np.float64]:  # noqa: N802 - the field writes matrices in capitals
        """The inputs of ``scored_rows``, shape (len(scored_rows), d): those that belong to ``Y``."""
        return self.X if len(self.scored_rows) == len(self.X) else self.X[self.scored_rows]


def apply_to(table: Table, preprocessor: Preprocessor) -> AppliedRows:
    """Encode a table as a fitted preprocessing says, with targets where it has them.

    Raises
    ------
    UserError
        If a column that was learned from is not there, or holds nothing of the kind that was learned; every such
        column is named.
    """
    absent = [name for name in preprocessor.feature_names if name not in table]
    if absent:
        raise _absent(table, absent)
    problems: list[str] = []
    columns: dict[str, Column] = {}
    for feature in preprocessor.features:
        column, lost = _as_learned(table.column(feature.name), feature)
        columns[feature.name] = column
        problems += lost
    table = table.with_columns(columns)
    for feature in preprocessor.features:
        problems += _feature_problems(table.column(feature.name), feature)
    scored, targets, about_target = _targets(table, preprocessor)
    return AppliedRows(table, preprocessor, preprocessor.transform(table), scored, targets, (*about_target, *problems))


def _absent(table: Table, absent: list[str]) -> UserError:
    quoted_names = [quoted(name) for name in absent]
    what = f"no column {quoted_names[0]}" if len(absent) == 1 else f"none of the columns {listed(quoted_names)}"
    by_folded = {column.name.strip().casefold(): column.name for column in table.columns}
    near = difflib.get_close_matches(absent[0].strip().casefold(), list(by_folded), 1, 0.75)
    hint = f"Is it the column {quoted(by_folded[near[0]])}? Rename it." if near else "Add what is missing to the file."
    return UserError(f"{table.name} has {what}, which this model needs.", hint)


def _as_learned(column: Column, feature: Feature) -> tuple[Column, list[str]]:
    """Read a column as the kind that was learned; what can't be becomes missing and is counted."""
    if isinstance(feature, CategoricalFeature) or column.kind == "empty":
        return column, []
    dated = feature.kind in DATE_KINDS
    if column.kind != "string" and (column.kind in DATE_KINDS) == dated:
        return column, []
    if column.kind != "string":
        raw_values(column, feature)  # dates for numbers or numbers for dates: refused in its words
    kind = feature.kind if dated else "float"
    try:
        cast = cast_column(column, kind)
    except UserError as error:
        raise UserError(
            f"The column {column.name} holds text, but this model learned it as {'dates' if dated else 'numbers'}.",
            "Choose a file whose column holds the same.",
        ) from error
    lost = np.flatnonzero(missing_mask(cast) & ~missing_mask(column))
    if len(lost) == 0:
        return cast, []
    example = quoted(str(column.values[lost[0]]))
    what = "a date" if dated else "a number"
    return cast, [f"{column.name}: {len(lost):,} values such as {example} are not {what} and count as missing."]


def _feature_problems(column: Column, feature: Feature) -> list[str]:
    n_rows = len(column.values)
    gaps = int(np.count_nonzero(missing_mask(column)))
    found = []
    if isinstance(feature, CategoricalFeature):
        unseen = unseen_categories(feature, raw_values(column, feature))
        if unseen:
            named = listed([f"{quoted(text)} ({count:,})" for text, count in unseen.items()], _SHOWN)
            count = f"{column.name}: {sum(unseen.values()):,} of {n_rows:,} rows have a category"
            if feature.has_other:
                found.append(f"{count} that was rare in training or never seen, {named}; they count as '(other)'.")
            else:
                found.append(f"{count} that training never saw, {named}; they are none of the known ones.")
        if gaps and not feature.has_missing:
            found.append(f"{column.name}: {gaps:,} of {n_rows:,} values are missing, and none was in training.")
    elif gaps and not feature.missing_flag:
        found.append(
            f"{column.name}: {gaps:,} of {n_rows:,} values are missing, and none was in training: "
            f"the training median stands in for them."
        )
    return found


def _targets(table: Table, preprocessor: Preprocessor) -> tuple[Rows, NDArray[np.float64], list[str]]:
    """Return the rows with a usable target, their targets, and what is wrong with the others."""
    nothing = np.empty(0, dtype=np.intp)
    no_targets = np.empty((0, preprocessor.n_outputs))
    name = preprocessor.target_name
    if name not in table:
        return nothing, no_targets, [f"There is no column {quoted(name)}: predictions only, nothing to compare with."]
    target = table.column(name)
    present = ~missing_mask(target)
    problems = []
    if gaps := int(np.count_nonzero(~present)):
        problems.append(f"{gaps:,} of {table.n_rows:,} rows have no {name}: they are predicted but not scored.")
    if preprocessor.task == "regression":
        if target.kind in ("string", "empty"):
            reason = "is empty" if target.kind == "empty" else "holds text, but this model predicts a number"
            return nothing, no_targets, [f"{name} {reason}: predictions only, nothing to compare with."]
    else:
        present &= preprocessor.class_codes(target) >= 0
        strangers = {label: n for label, n in label_counts(target).items() if label not in preprocessor.classes}
        if strangers:
            named = listed([f"{quoted(label)} ({count:,})" for label, count in strangers.items()], _SHOWN)
            problems.append(
                f"{name}: {sum(strangers.values()):,} of {table.n_rows:,} rows have a class that training never saw, "
                f"{named}; they are not scored."
            )
    scored = np.flatnonzero(present)
    return scored, preprocessor.transform_target(target, scored), problems
