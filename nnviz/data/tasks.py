"""Which task a target column calls for, and which column is the target."""

import re
from typing import Final, Literal

import numpy as np

from nnviz.data.column_facts import missing_mask
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column, Table

Task = Literal["binary", "multiclass", "regression"]

CERTAIN_NAMES: Final = ("target", "label", "class", "y", "species")
LIKELY_NAMES: Final = (
    "labels", "outcome", "output", "response", "diagnosis", "survived", "churn", "churned", "default", "defaulted",
    "quality", "category", "result", "price", "medv", "value",
)  # fmt: skip
MAX_CLASSES: Final = 1000
_HEAD: Final = 1000


def guess_task(column: Column) -> tuple[Task | None, str]:
    """Guess the task from the target's values.

    Two different values: binary. Text: one class for each value, unless nearly every row has its own. Whole numbers:
    classes when they are few beside the rows (at most 5 %, or 10 % up to 1,000 rows, as AutoGluon's
    ``infer_problem_type``) or when at most 10 of them come 5 times each on average; else regression.

    Returns
    -------
    tuple
        The task, or None where nothing can be learned, and the reason in words.
    """
    n_rows = len(column.values) - int(np.count_nonzero(missing_mask(column)))
    if n_rows == 0:
        return None, "every value is missing"
    if column.kind == "float" and _plainly_measured(column):
        return "regression", "numbers with decimals"
    if column.n_unique == 1:
        return None, "it is constant: every row has the same value"
    if column.kind in DATE_KINDS:
        return None, "it holds dates"
    if column.n_unique == 2:
        different = Column(column.name, column.kind, column.unique(), words=column.words)
        first, second = sorted(different.labels().tolist())
        return "binary", f"two different values: {first} and {second}"
    return _text_task(column, n_rows) if column.kind == "string" else _number_task(column, n_rows)


def _plainly_measured(column: Column) -> bool:
    """Tell whether the first values alone show decimals and more than two numbers: counting a million takes a while."""
    head = column.values[:_HEAD]
    head = head[~np.isnan(head)]
    return bool((np.round(head) != head).any()) and len(np.unique(head)) > 2


def _text_task(column: Column, n_rows: int) -> tuple[Task | None, str]:
    unique = column.n_unique
    if unique == n_rows and unique > 3:
        return None, "every row has its own text"
    if unique > 0.5 * n_rows and unique > 20:
        return None, f"{unique:,} different texts in {n_rows:,} rows are too many for classes"
    return "multiclass", f"text with {unique:,} different values"


def _number_task(column: Column, n_rows: int) -> tuple[Task | None, str]:
    values = column.values[~column.missing]
    if not bool(np.all(np.round(values) == values)):
        return "regression", "numbers with decimals"
    share = column.n_unique / n_rows
    few = share <= (0.1 if n_rows <= 1000 else 0.05) and column.n_unique <= MAX_CLASSES
    if column.kind == "integer" and (few or (column.n_unique <= 10 and share <= 0.2)):
        return "multiclass", f"only {column.n_unique:,} different whole numbers in {n_rows:,} rows"
    return "regression", f"{column.n_unique:,} different whole numbers in {n_rows:,} rows"


def learnable(column: Column) -> bool:
    """Tell whether ``guess_task`` finds a task for the column, without counting the values of a column of numbers."""
    if column.kind not in NUMERIC_KINDS:
        return column.kind == "string" and guess_task(column)[0] is not None
    values = column.values
    lowest, highest = np.fmin.reduce(values, initial=np.nan), np.fmax.reduce(values, initial=np.nan)
    return bool(lowest < highest)


def guess_target(table: Table, unusable: set[str]) -> tuple[str | None, str]:
    """Guess the target column: by its name, else the last column that can be one.

    Parameters
    ----------
    table
        The table.
    unusable
        Columns that are constant, empty or identifiers.
    """
    if table.n_columns == 1:
        return None, "there is only one column"
    named = {_plain(column.name): column.name for column in table.columns}
    # Chosen even where nothing can be learned from it: to learn another column instead would be a surprise.
    chosen = next((named[wanted] for wanted in CERTAIN_NAMES if wanted in named), None)
    candidates = [c for c in table.columns if c.name not in unusable and learnable(c)]
    chosen = chosen or _likely(candidates)
    if chosen is not None:
        return chosen, f"its name is {chosen}"
    if not candidates:
        return None, "no column has values that can be learned"
    texts = [column for column in candidates if column.kind in ("string", "boolean") and column.n_unique <= 50]
    if not table.dialect.header and len(texts) == 1:
        return texts[0].name, "it is the only column with classes"
    return candidates[-1].name, "it is the last column" + _passed_over(table, candidates[-1])


def _likely(candidates: list[Column]) -> str | None:
    """Return the column whose name says target, or has target, class or label among its words."""
    for wanted in LIKELY_NAMES:
        for column in reversed(candidates):
            if _plain(column.name) == wanted:
                return column.name
    for column in reversed(candidates):
        words = set(_plain(column.name).split("_"))
        if words & {"target", "class", "label"} and not words & {"copy", "id"}:
            return column.name
    return None


def _passed_over(table: Table, chosen: Column) -> str:
    return "" if chosen is table.columns[-1] else " that can be learned"


def _plain(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^0-9a-z]+", "_", spaced.casefold()).strip("_")
