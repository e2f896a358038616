"""Guesses about a table, each with its reason: target, task and the part every column plays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from nnviz.data.doubts import table_doubts, target_doubts
from nnviz.data.table import Column, Table
from nnviz.data.tasks import Task, guess_target, guess_task

__all__ = ["Guess", "Role", "Task", "guess", "guess_task"]

Role = Literal["feature", "target", "ignore"]

MANY_LEVELS: Final = 50
UNIQUE_SHARE: Final = 0.95
_ID_NAME = re.compile(
    r"(?:^|[\s_.-])(?:id|ids|uuid|guid|index|idx|key|rownames?|row)$|^unnamed\b|^$|[a-z]I[dD]$|^(?:id|ID|Id)[\s_.-]",
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a table is taken for until a person says otherwise.

    ``roles`` names every column of the table; ``role_reasons`` those whose role needs a reason; ``warnings`` come in
    order of weight.
    """

    target: str | None
    target_reason: str
    task: Task | None
    task_reason: str
    roles: Mapping[str, Role]
    role_reasons: Mapping[str, str]
    warnings: tuple[str, ...]


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
    reasons: dict[str, str] = {}
    for position, column in enumerate(table.columns):
        if why := _useless(column) or _identifier(column, position):
            reasons[column.name] = why
    if target is None:
        chosen, target_reason = guess_target(table, set(reasons))
    else:
        chosen, target_reason = table.column(target).name, "it was chosen"
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
    reasons.pop(chosen or "", None)
    roles: dict[str, Role] = {c.name: "ignore" if c.name in reasons else "feature" for c in table.columns}
    if chosen is not None:
        roles[chosen] = "target"
        reasons[chosen] = target_reason
    features = tuple(column for column in table.columns if roles[column.name] == "feature")
    warnings = (
        *_left_out(reasons, roles),
        *((f"{chosen} cannot be predicted: {task_reason}.",) if chosen is not None and task is None else ()),
        *(target_doubts(table, table.column(chosen), task, features) if chosen is not None else ()),
        *table_doubts(table, chosen),
    )
    return Guess(chosen, target_reason, task, task_reason, roles, reasons, warnings)


def _useless(column: Column) -> str:
    if column.n_missing == len(column.values):
        return "every value is missing"
    if column.n_unique == 1 and not column.n_missing:
        return "constant: every row has the same value"
    return ""


def _identifier(column: Column, position: int) -> str:
    """Say why a column looks like an identifier: nearly all different, and named or built like one."""
    present = len(column.values) - column.n_missing
    if present < 3 or column.kind not in ("integer", "string") or column.n_unique <= UNIQUE_SHARE * present:
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


def _left_out(reasons: Mapping[str, str], roles: Mapping[str, Role]) -> tuple[str, ...]:
    """One sentence for each reason, naming at most five columns, the heaviest reason first."""
    groups: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        if roles[name] == "ignore":
            kind = reason if "different values" not in reason else f"{reason} as categories"
            groups.setdefault(kind, []).append(name)
    order = ("every value", "constant", "identifier", "text")
    ranked = sorted(
        groups.items(), key=lambda item: next(i for i, word in enumerate(order) if item[0].startswith(word))
    )
    return tuple(f"{_names(names)} left out: {reason}." for reason, names in ranked)


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
    return f"Column {shown}" if len(names) == 1 else f"Columns {shown}"
