"""How the rows were split, as plain facts of a model's file, so that rows that were learned from never validate."""

import json
from collections.abc import Mapping
from typing import Any, Final

from nnviz.data.choices import ImportChoices
from nnviz.data.column_split import PARTS, ColumnSplit

_GROUPED: Final[Mapping[bool | None, str]] = {None: "auto", True: "yes", False: "no"}


def split_facts(choices: ImportChoices) -> dict[str, str | int | float]:
    """Return the choices that decide the split; the column that makes it, with its marks, as JSON text."""
    facts: dict[str, str | int | float] = {
        "split_seed": choices.seed,
        "validation_fraction": choices.validation_fraction,
        "split_grouped": _GROUPED[choices.grouped],
    }
    if choices.split is not None:
        marks = {"column": choices.split.column, "parts": dict(choices.split.parts)}
        facts["split_column"] = json.dumps(marks, ensure_ascii=False)
    return facts


def split_choices(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of :class:`~nnviz.data.choices.ImportChoices` that ``split_facts`` wrote.

    What is missing or makes no sense falls back: files of before rows were grouped were split without.
    """
    fraction, seed = facts.get("validation_fraction"), facts.get("split_seed")
    by_word = {word: grouped for grouped, word in _GROUPED.items()}
    word = facts.get("split_grouped")
    return {
        "validation_fraction": fraction if isinstance(fraction, float) and 0 <= fraction < 1 else 0.25,
        "seed": seed if isinstance(seed, int) and seed >= 0 else 0,
        "grouped": by_word.get(word, False) if isinstance(word, str) else False,
        "split": split_from_json(facts.get("split_column")),
    }


def split_from_json(text: object) -> ColumnSplit | None:
    """Return the column that makes a split and its marks; None where the text does not say so."""
    if not isinstance(text, str):
        return None
    try:
        marks = json.loads(text)
        column, parts = marks["column"], dict(marks["parts"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(column, str) and all(isinstance(label, str) and part in PARTS for label, part in parts.items())
    return ColumnSplit(column, parts) if sound else None
