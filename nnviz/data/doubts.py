"""What a person should know before training on a table, heaviest first, each doubt with its numbers."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from nnviz.data.column_facts import TableFacts
from nnviz.data.column_names import folded
from nnviz.data.dates import DAY_FIRST, MONTH_FIRST, ambiguous_order
from nnviz.data.doubt import Doubt, listed, quoted
from nnviz.data.duplicates import row_groups
from nnviz.data.sentinels import sentinel_doubts
from nnviz.data.table import DATE_KINDS, Column, Table
from nnviz.data.targets import label_counts

IMBALANCE_SHARE: Final = 0.9
IMBALANCE_RATIO: Final = 4.0
RARE_ROWS: Final = 5
MANY_CLASSES: Final = 50
MANY_COLUMNS: Final = 1000
LEAST_ROWS: Final = 30
SKEW: Final = 10.0
LARGE: Final = 1e9
SMALL: Final = 1e-9
_MOST_TWINS: Final = 5000


def class_doubts(target: Column) -> list[Doubt]:
    """Return doubts about the classes of a target: imbalance, rare ones, very many."""
    counts = label_counts(target)
    if not counts:
        return []
    found = []
    if sentence := _imbalance(counts):
        found.append(Doubt("imbalance", f"{sentence} in {target.name}.", (target.name,), "class_weight=balanced"))
    once = [label for label, count in counts.items() if count == 1]
    few = {label: count for label, count in counts.items() if 1 < count < RARE_ROWS}
    if once:
        ending = "s" if len(once) == 1 else ""
        text = f"{_classes(once)} of {target.name} occur{ending} only once: it can be learned but never validated."
        found.append(Doubt("rare classes", text, (target.name,)))
    if few:
        ending = "s" if len(few) == 1 else "ve"
        counted = ", ".join(f"{count}" for count in list(few.values())[:5]) + (", ..." if len(few) > 5 else "")
        text = f"{_classes(list(few))} of {target.name} ha{ending} under {RARE_ROWS} rows ({counted}): few."
        found.append(Doubt("rare classes", text, (target.name,)))
    if len(counts) > MANY_CLASSES:
        found.append(Doubt("many classes", f"{target.name} has {len(counts):,} classes.", (target.name,)))
    return found


def _imbalance(counts: Counter[str]) -> str:
    """Compare the commonest class with the rarest that has enough rows to be learned; "" if they are alike."""
    (top, most), *others = counts.most_common()
    learned = [(label, count) for label, count in others if count >= RARE_ROWS]
    total = counts.total()
    if not learned or (most <= IMBALANCE_SHARE * total and most < IMBALANCE_RATIO * learned[-1][1]):
        return ""
    label, least = learned[-1]
    return (
        f"Class imbalance: {most:,} of {total:,} rows ({100 * most / total:.3g} %) are {quoted(top)}, "
        f"{most / least:.3g} times as many as {quoted(label)} ({least:,}); balanced class weights make them count alike"
    )


def _classes(labels: list[str]) -> str:
    shown = ", ".join(quoted(label) for label in labels[:5]) + (", ..." if len(labels) > 5 else "")
    return f"Class {shown}" if len(labels) == 1 else f"Classes {shown}"


def missing_target_doubts(table: Table, target: Column, facts: TableFacts) -> list[Doubt]:
    """Return the doubt about rows without a target."""
    missing = facts.n_missing[target.name]
    if not missing:
        return []
    has, verb = ("has", "is") if missing == 1 else ("have", "are")
    text = f"{missing:,} of {table.n_rows:,} rows {has} a missing target ({target.name}) and {verb} not used."
    return [Doubt("missing target", text, (target.name,))]


def duplicate_doubts(target: Column | None, features: Sequence[Column]) -> list[Doubt]:
    """Return the doubt about rows with the same inputs, which would cross a split that does not mind them."""
    groups = row_groups(features)
    if groups is None:
        return []
    n_rows = len(groups)
    counts = np.bincount(groups)
    repeats = n_rows - int(np.count_nonzero(counts))
    repeat, kept = ("repeats", "it is kept") if repeats == 1 else ("repeat", "they are kept")
    text = f"Duplicates: {repeats:,} of {n_rows:,} rows {repeat} the inputs of another row"
    text += f", one of them {int(counts.max()) - 1:,} times" if counts.max() > 2 else ""
    if target is not None and (at_odds := _at_odds(groups, target)):
        text += f"; {at_odds:,} of them with another {target.name}"
    return [Doubt("duplicates", f"{text}; the same inputs on both sides of a split would be memory, so {kept} on one.")]


def _at_odds(groups: np.ndarray[tuple[int], np.dtype[np.intp]], target: Column) -> int:
    """Count the repeating rows whose target differs from that of the first row with their inputs."""
    repeats = np.flatnonzero(groups != np.arange(len(groups)))
    own, first = target.take(repeats), target.take(groups[repeats])
    both = ~(own.missing | first.missing)
    return int(np.count_nonzero(own.values[both] != first.values[both]))


def table_doubts(table: Table, target: str | None, facts: TableFacts, features: Sequence[Column]) -> list[Doubt]:
    """Return doubts about the table: too few or many columns, look-alikes, gaps, extreme values."""
    found: list[Doubt] = []
    if table.n_columns == 1:
        text = "There is only one column: a network needs at least one feature and a target."
        found.append(Doubt("too small", text, (table.columns[0].name,)))
    if table.n_rows < 2:
        text = "There is only one row." if table.n_rows else "There is no row below the header."
        found.append(Doubt("too small", text))
    if table.n_columns > MANY_COLUMNS:
        text = f"{table.n_columns:,} columns make a very wide network: think about which ones matter."
        found.append(Doubt("wide", text))
    found += [doubt for column in table.columns if column.kind == "string" and (doubt := _twins(column))]
    gaps = {name: count for name, count in facts.n_missing.items() if 0 < count < table.n_rows and name != target}
    found += _gap_doubts(gaps, table.n_rows)
    found += _extreme_doubts(facts, features)
    return found + sentinel_doubts(table.columns, facts) + _date_order_doubts(table.columns)


def _date_order_doubts(columns: Sequence[Column]) -> list[Doubt]:
    """Return the doubt about dates that could be day first or month first; its answer reads all of them the other way.

    It stands after a person has chosen, so that the choice can be taken back.
    """
    names = [column.name for column in columns if column.kind in DATE_KINDS and ambiguous_order(column.note)]
    if not names:
        return []
    order = next(found for column in columns if (found := ambiguous_order(column.note)))
    other = DAY_FIRST if order == MONTH_FIRST else MONTH_FIRST
    verb, whose = ("is", "its") if len(names) == 1 else ("are", "their")
    text = f"{listed(names)} {verb} ambiguous: {whose} dates could be day first or month first; they are read {order}."
    return [Doubt("date order", text, tuple(names), f"date_order={other}")]


def _gap_doubts(gaps: dict[str, int], n_rows: int) -> list[Doubt]:
    if not gaps:
        return []
    ranked = sorted(gaps.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{name} ({count:,})" for name, count in ranked[:5])
    more = f" and {len(ranked) - 5:,} more columns" if len(ranked) > 5 else ""
    text = f"Missing values, of {n_rows:,} rows: {shown}{more}; the median or '(missing)' stands in for them."
    return [Doubt("missing", text, tuple(name for name, _ in ranked))]


def _extreme_doubts(facts: TableFacts, features: Sequence[Column]) -> list[Doubt]:
    """Doubts about features whose values lie very unevenly, or are of a size that standardising alone may not help."""
    skewed: dict[str, str] = {}
    scaled: dict[str, str] = {}
    for column in features:
        fact = facts.numbers.get(column.name)
        if fact is None or column.kind == "boolean" or facts.present(column) < LEAST_ROWS or fact.high == fact.low:
            continue
        largest = max(abs(fact.low), abs(fact.high))
        if abs(fact.skewness) > SKEW:
            far = max(fact.high - fact.mean, fact.mean - fact.low) / fact.std
            skewed[column.name] = (
                f"{column.name} (skewness {fact.skewness:.3g}, the farthest {far:.3g} standard deviations out)"
            )
        if largest > LARGE or largest < SMALL:
            scaled[column.name] = f"{column.name} (up to {largest:.3g})"
    found = []
    if skewed:
        text = f"Extreme values: a few rows lie very far from the others in {listed(list(skewed.values()), 3)}"
        found.append(Doubt("skew", f"{text}; robust scaling keeps the others apart.", tuple(skewed), "scaling=robust"))
    if scaled:
        text = (
            f"Extreme scale: {listed(list(scaled.values()), 3)}; perhaps an identifier, a time stamp or another unit."
        )
        found.append(Doubt("scale", text, tuple(scaled)))
    return found


def _twins(column: Column) -> Doubt | None:
    """Categories that a person would read as one: they differ in case, blanks or Unicode form only.

    Compared by compatibility decomposition and case folding (Unicode Standard Annex 15, Unicode Normalization Forms).
    """
    if column.n_unique > _MOST_TWINS:
        return None
    groups: dict[str, list[str]] = {}
    for text in column.unique().tolist():
        groups.setdefault(" ".join(folded(text).split()), []).append(text)
    pairs = [texts for texts in groups.values() if len(texts) > 1]
    if not pairs:
        return None
    counts = label_counts(column)
    shown = ", ".join(" / ".join(f"{quoted(text)} ({counts[text]:,})" for text in texts) for texts in pairs[:3])
    more = f" and {len(pairs) - 3:,} more" if len(pairs) > 3 else ""
    text = f"Values of {column.name} look the same but differ in case or Unicode form: {shown}{more}."
    return Doubt("twins", text, (column.name,))
