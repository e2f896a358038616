"""What a person should know before training on a table: leaks, imbalance, rare classes, look-alike values."""

import unicodedata
from collections import Counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.table import NUMERIC_KINDS, Column, Table
from nnviz.data.tasks import Task

IMBALANCE_SHARE: Final = 0.9
RARE_ROWS: Final = 5
MANY_CLASSES: Final = 50
MANY_COLUMNS: Final = 1000
LEAK_SAMPLE: Final = 20_000
LEAK_COLUMNS: Final = 2_000
LEAK_ROWS: Final = 30
SKEW: Final = 10.0


def target_doubts(table: Table, target: Column, task: Task | None, features: tuple[Column, ...]) -> tuple[str, ...]:
    """Return warnings about the target, heaviest first: leaks, imbalance, rare classes, missing values."""
    found: list[str] = []
    if task is not None:
        found += _leaks(target, task, features)
    if task in ("binary", "multiclass"):
        found += _class_doubts(target)
    if missing := target.n_missing:
        found.append(f"{missing:,} of {table.n_rows:,} rows have a missing target ({target.name}) and are not used.")
    return tuple(found)


def _class_doubts(target: Column) -> list[str]:
    counts = Counter(label for label in target.labels().tolist() if label is not None)
    total = counts.total()
    found = []
    top, most = counts.most_common(1)[0]
    if most > IMBALANCE_SHARE * total:
        share = f"{most:,} of {total:,} rows"
        found.append(f"Class imbalance: {share} are {_quoted(top)} in {target.name}.")
    once = [label for label, count in counts.items() if count == 1]
    few = [label for label, count in counts.items() if 1 < count < RARE_ROWS]
    if once:
        found.append(f"{_classes(once)} of {target.name} occur{'s' if len(once) == 1 else ''} only once.")
    if few:
        found.append(
            f"{_classes(few)} of {target.name} ha{'s' if len(few) == 1 else 've'} under {RARE_ROWS} rows: few."
        )
    if len(counts) > MANY_CLASSES:
        found.append(f"{target.name} has {len(counts):,} classes.")
    return found


def _classes(labels: list[str]) -> str:
    shown = ", ".join(_quoted(label) for label in labels[:5]) + (", ..." if len(labels) > 5 else "")
    return f"Class {shown}" if len(labels) == 1 else f"Classes {shown}"


def _quoted(text: str) -> str:
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"


def _leaks(target: Column, task: Task, features: tuple[Column, ...]) -> list[str]:
    """Columns that give the answer away: one-to-one copies and numbers that separate or follow the target exactly."""
    n_rows = len(target.values)
    rows = np.arange(n_rows) if n_rows <= LEAK_SAMPLE else np.linspace(0, n_rows - 1, LEAK_SAMPLE).astype(np.intp)
    part = target.take(rows)
    used = ~part.missing
    if np.count_nonzero(used) < LEAK_ROWS:
        return []
    answers = part.numbers()[used] if task == "regression" else _codes(part.labels()[used])
    found = []
    for column in features[:LEAK_COLUMNS]:
        values = column.take(rows).values[used]
        if task == "regression":
            leak = column.kind in NUMERIC_KINDS and _follows(values, answers)
            how = "follows the target exactly"
        elif _copies(column, values, answers):
            leak, how = True, "is a one-to-one copy of the target"
        else:
            leak = task == "binary" and column.kind in ("integer", "float") and _separates(values, answers)
            how = "alone separates the classes"
        if leak:
            found.append(f"Possible leak: {column.name} {how} ({target.name}); leave it out if it is known only later.")
    return found


def _codes(labels: NDArray[Any]) -> NDArray[np.intp]:
    return np.unique(labels.astype(str), return_inverse=True)[1].reshape(-1)


def _copies(column: Column, values: NDArray[Any], answers: NDArray[Any]) -> bool:
    if column.kind not in ("integer", "boolean", "string") or column.n_unique != len(np.unique(answers)):
        return False
    if column.n_missing:
        return False
    pairs = set(zip(values.tolist(), answers.tolist(), strict=True))
    return len(pairs) == len(np.unique(answers)) == len({value for value, _ in pairs})


def _separates(values: NDArray[np.float64], answers: NDArray[Any]) -> bool:
    """Tell whether one threshold parts the two classes without a mistake, with at least 10 rows of each."""
    first, second = values[answers == 0], values[answers == 1]
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    if min(len(first), len(second)) < 10:
        return False
    return bool(first.max() < second.min() or second.max() < first.min())


def _follows(values: NDArray[np.float64], answers: NDArray[Any]) -> bool:
    both = ~(np.isnan(values) | np.isnan(answers))
    x, y = values[both], answers[both]
    if len(x) < LEAK_ROWS:
        return False
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return scale > 0 and abs(float(x @ y)) / scale > 0.9999


def table_doubts(table: Table, target: str | None) -> tuple[str, ...]:
    """Return warnings about the table as a whole: too few or many columns, look-alikes, gaps, extreme values."""
    found: list[str] = []
    if table.n_columns == 1:
        found.append("There is only one column: a network needs at least one feature and a target.")
    if table.n_rows < 2:
        found.append("There is only one row." if table.n_rows else "There is no row below the header.")
    if table.n_columns > MANY_COLUMNS:
        found.append(f"{table.n_columns:,} columns make a very wide network: think about which ones matter.")
    found += [
        f"Values of {column.name} look the same but differ in case or Unicode form: {twins}."
        for column in table.columns
        if column.kind == "string" and (twins := _twins(column))
    ]
    gaps = {c.name: c.n_missing for c in table.columns if 0 < c.n_missing < table.n_rows and c.name != target}
    found += _gap_sentences(gaps, table.n_rows)
    skewed = [column.name for column in table.columns if column.kind in ("integer", "float") and _skewed(column)]
    if skewed:
        shown = ", ".join(skewed[:5]) + (f" and {len(skewed) - 5:,} more" if len(skewed) > 5 else "")
        found.append(f"Extreme values in {shown}: a few rows lie very far from the others.")
    return tuple(found)


def _gap_sentences(gaps: dict[str, int], n_rows: int) -> list[str]:
    if not gaps:
        return []
    ranked = sorted(gaps.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{name} ({count:,})" for name, count in ranked[:5])
    more = f" and {len(ranked) - 5:,} more columns" if len(ranked) > 5 else ""
    return [f"Missing values, of {n_rows:,} rows: {shown}{more}; the median or '(missing)' stands in for them."]


def _twins(column: Column) -> str:
    if column.n_unique > 5000:
        return ""
    groups: dict[str, list[str]] = {}
    for text in column.unique().tolist():
        folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        groups.setdefault(folded, []).append(text)
    pairs = [" / ".join(_quoted(text) for text in texts) for texts in groups.values() if len(texts) > 1]
    return ", ".join(pairs[:3])


def _skewed(column: Column) -> bool:
    values = column.values[~column.missing]
    if len(values) < LEAK_ROWS:
        return False
    centred = values - values.mean()
    deviation = float(centred.std())
    if not np.isfinite(deviation) or deviation == 0:
        return False
    centred /= deviation
    return abs(float(np.mean(centred * centred * centred))) > SKEW
