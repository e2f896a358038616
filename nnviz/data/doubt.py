"""A doubt about a table: what a person should know before training on it, with its weight."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

DoubtKind = Literal[
    "no target",
    "too small",
    "empty",
    "constant",
    "identifier",
    "cardinality",
    "split column",
    "leak",
    "sentinel",
    "date order",
    "imbalance",
    "rare classes",
    "many classes",
    "missing target",
    "duplicates",
    "missing",
    "skew",
    "scale",
    "twins",
    "wide",
]
# Heaviest first.
WEIGHTS: Final[tuple[DoubtKind, ...]] = get_args(DoubtKind)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt.

    Attributes
    ----------
    kind
        What it is about; its place in ``WEIGHTS`` is its weight.
    text
        The sentence for a person, with its numbers.
    columns
        The columns it is about; empty for the whole table.
    suggestion
        A choice that answers it, as a program reads it: ``"class_weight=balanced"`` for the training,
        ``"scaling=robust"`` for the columns, ``"split=<column>"``, ``"missing=<word>"`` or
        ``"date_order=<order>"`` for reading; or "".
    """

    kind: DoubtKind
    text: str
    columns: tuple[str, ...] = ()
    suggestion: str = ""


def by_weight(doubts: list[Doubt]) -> tuple[Doubt, ...]:
    """Return the doubts, heaviest first; those of one kind stay in their order."""
    places = {kind: place for place, kind in enumerate(WEIGHTS)}
    return tuple(sorted(doubts, key=lambda doubt: places[doubt.kind]))


def listed(names: list[str], most: int = 5) -> str:
    """Return names joined for a sentence, at most ``most`` of them."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def quoted(text: str) -> str:
    """Return a cell's text in quotes, cut to 40 characters."""
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"
