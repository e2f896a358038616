"""Guesses about a table, each with its reason: target, task and the part every column plays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from nnviz.data.column_facts import TableFacts, table_facts
from nnviz.data.column_split import SplitOffer, offer_split
from nnviz.data.doubt import Doubt, DoubtKind, by_weight, listed, quoted
from nnviz.data.doubts import class_doubts, duplicate_doubts, missing_target_doubts, table_doubts
from nnviz.data.leaks import leak_doubts
from nnviz.data.table import Column, Table
from nnviz.data.tasks import Task, guess_target, guess_task

__all__ = ["Guess", "Role", "Task", "guess", "guess_task"]

Role = Literal["feature", "target", "ignore"]

CHOSEN: Final = "it was chosen"  # why a target is one that would not have been guessed
MANY_LEVELS: Final = 50
UNIQUE_SHARE: Final = 0.95
_MANY_ROWS: Final = 20
_ID_NAME = re.compile(
    r"(?:^|[\s_.-])(?:id|ids|uuid|guid|index|idx|key|rownames?|row)$|^unnamed\b|^$|[a-z]I[dD]$|^(?:id|ID|Id)[\s_.-]",
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a table is taken for until a person says otherwise.

    ``roles`` names every column of the table; ``role_reasons`` those whose role needs a reason; ``warnings`` are the
    sentences of ``doubts``, in order of weight. ``split`` is a column that could make the split; it is only offered.
    """

    target: str | None
    target_reason: str
    task: Task | None
    task_reason: str
    roles: Mapping[str, Role]
    role_reasons: Mapping[str, str]
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    split: SplitOffer | None = None


def guess(table: Table, target: str | None = None) -> Guess:
    """Guess target, task and roles.

    Parameters
    ----------
    table
        The table.
    target
        The target, if it is known; the rest is then guessed around it.

    Raises
    ------
    UserError
        If the given target is not a column of the table.
    """
    facts = table_facts(table)
    reasons: dict[str, str] = {}
    for position, column in enumerate(table.columns):
        unnamed = position == 0 and table.dialect.header and column.name in ("", "column_1", "Unnamed: 0")
        if (
            why := _useless(column, facts)
            or (_row_names(column) if unnamed else "")
            or _identifier(column, position, facts)
        ):
            reasons[column.name] = why
    split = offer_split(table, target)
    if split is not None and split.certain:
        reasons.setdefault(split.split.column, "its values mark the rows for training and validation")
    if target is None:
        chosen, target_reason = guess_target(table, set(reasons))
    else:
        # What would have been guessed anyway keeps its reason: it says more.
        guessed, guessed_reason = guess_target(table, set(reasons))
        chosen, target_reason = table.column(target).name, guessed_reason if guessed == target else CHOSEN
    task, task_reason = guess_task(table.column(chosen)) if chosen is not None else (None, target_reason)
    crowded = {
        column.name: f"text with {column.n_unique:,} different values (high cardinality)"
        for column in table.columns
        if column.kind == "string" and column.name not in reasons and column.n_unique > MANY_LEVELS
    }
    others = [c for c in table.columns if c.name != chosen and c.name not in reasons and c.name not in crowded]
    if not others and crowded:
        # Nothing else is left to learn from: the least crowded one stays, as its commonest values and "(other)".
        kept = min((name for name in crowded if name != chosen), key=lambda n: table.column(n).n_unique, default="")
        crowded.pop(kept, None)
    reasons.update(crowded)
    if split is not None and split.split.column == chosen:
        split = offer_split(table, chosen)
    reasons.pop(chosen or "", None)
    roles: dict[str, Role] = {c.name: "ignore" if c.name in reasons else "feature" for c in table.columns}
    if chosen is not None:
        roles[chosen] = "target"
        reasons[chosen] = target_reason
    features = [column for column in table.columns if roles[column.name] == "feature"]
    doubts = [*_left_out(table, reasons, roles), *table_doubts(table, chosen, facts, features)]
    if split is not None:
        doubts.append(Doubt("split column", split.reason, (split.split.column,), f"split={split.split.column}"))
    if chosen is not None:
        doubts += _target_doubts(table, table.column(chosen), task, task_reason, features, facts)
    weighed = by_weight(doubts)
    return Guess(
        chosen,
        target_reason,
        task,
        task_reason,
        roles,
        reasons,
        tuple(doubt.text for doubt in weighed),
        weighed,
        split,
    )


def _target_doubts(
    table: Table, target: Column, task: Task | None, reason: str, features: list[Column], facts: TableFacts
) -> list[Doubt]:
    found = [*missing_target_doubts(table, target, facts), *duplicate_doubts(target, features)]
    if task is None:
        return [Doubt("no target", f"{target.name} cannot be predicted: {reason}.", (target.name,)), *found]
    found += leak_doubts(target, task, features)
    return found + class_doubts(target) if task != "regression" else found


def _useless(column: Column, facts: TableFacts) -> str:
    missing = facts.n_missing[column.name]
    if missing == len(column.values):
        return "every value is missing"
    number = facts.numbers.get(column.name)
    same = number.low == number.high if number is not None else column.n_unique == 1
    return "constant: every row has the same value" if same and not missing else ""


def _row_names(column: Column) -> str:
    """Say why a first column without a name is the index that pandas or R wrote: each row has another value.

    Numbers rise, with gaps where rows were taken out, or are in any order but never the same where rows were mixed;
    names of rows are texts.
    """
    if len(column.values) < 2 or column.kind not in ("integer", "string") or bool(column.missing.any()):
        return ""
    if column.kind == "integer":
        rising = bool(np.all(np.diff(column.values) > 0))
        rising = rising or (len(column.values) >= _MANY_ROWS and column.n_unique == len(column.values))
        return "identifier: it has no name and numbers the rows (an index)" if rising else ""
    names = column.n_unique == len(column.values)
    return "identifier: it has no name and every row has another text (row names)" if names else ""


def _identifier(column: Column, position: int, facts: TableFacts) -> str:
    """Say why a column looks like an identifier: nearly all different, and named or built like one."""
    present = facts.present(column)
    if present < 3 or column.kind not in ("integer", "string") or not _nearly_unique(column, present, facts):
        return ""
    named = bool(_ID_NAME.search(column.name)) or column.name.casefold() in ("id", "uuid", "guid", "index", "unnamed")
    if named:
        return "identifier: its name says so and nearly every value is different (unique)"
    if column.kind == "string":
        return "identifier: nearly every row has its own text (unique)" if present >= 20 else ""
    values = column.values[~column.missing]
    steps = np.diff(values)
    if present >= 20 and bool(np.all(steps == steps[0])) and steps[0] != 0 and (position == 0 or abs(steps[0]) == 1):
        return "identifier: it counts the rows (unique)"
    return ""


def _nearly_unique(column: Column, present: int, facts: TableFacts) -> bool:
    """Tell whether nearly every value is different; a range too narrow for that saves the sorting of a million."""
    number = facts.numbers.get(column.name)
    if number is not None and number.high - number.low + 1 <= UNIQUE_SHARE * present:
        return False
    return column.n_unique > UNIQUE_SHARE * present


def _left_out(table: Table, reasons: Mapping[str, str], roles: Mapping[str, Role]) -> list[Doubt]:
    """One doubt for each reason, naming at most five columns and what was counted in them."""
    groups: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        if roles[name] == "ignore":
            kind = reason if "different values" not in reason else f"{reason} as categories"
            groups.setdefault(kind, []).append(name)
    return [
        Doubt(kind, f"{_names(table, names, kind)} left out: {reason}.", tuple(names))
        for reason, names in groups.items()
        for kind in [_kind(reason)]
    ]


def _kind(reason: str) -> DoubtKind:
    if reason.startswith("every value"):
        return "empty"
    if reason.startswith("its values mark"):
        return "split column"
    kinds: tuple[DoubtKind, ...] = ("constant", "identifier")
    return next((kind for kind in kinds if reason.startswith(kind)), "cardinality")


def _names(table: Table, names: list[str], kind: DoubtKind) -> str:
    shown = names
    if kind in ("constant", "identifier"):
        shown = [f"{name} ({_count(table.column(name), kind)})" for name in names[:5]] + names[5:]
    return f"Column {listed(shown)}" if len(names) == 1 else f"Columns {listed(shown)}"


def _count(column: Column, kind: DoubtKind) -> str:
    if kind == "constant":
        return quoted(str(column.take(np.arange(1)).labels()[0]))
    return f"{column.n_unique:,} different values in {len(column.values):,} rows"
