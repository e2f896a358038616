"""A column that marks which rows train, validate or test: recognised and offered, used only when it is chosen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.data.table import Column, Table
from nnviz.errors import UserError

Part = Literal["train", "validation", "test"]
PARTS: Final[tuple[Part, ...]] = ("train", "validation", "test")

_VALUES: Final[Mapping[str, Part]] = MappingProxyType(
    {
        **dict.fromkeys(("train", "training", "trainset", "trn", "tr", "fit", "learn", "learning"), "train"),
        **dict.fromkeys(("validation", "validate", "valid", "val", "dev", "development", "eval"), "validation"),
        **dict.fromkeys(("test", "testing", "testset", "tst", "holdout", "hold out", "heldout", "held out"), "test"),
    }
)
_TRAIN_NAMES: Final = frozenset({"train", "training"})
_OTHER_NAMES: Final = frozenset({"test", "testing", "validation", "valid", "val", "holdout", "dev"})
_SPLIT_NAMES: Final = frozenset({"split", "set", "subset", "partition", "usage", "fold", "part"})
_MOST_VALUES: Final = 6


@dataclass(frozen=True, slots=True)
class ColumnSplit:
    """A split by the values of a column.

    Attributes
    ----------
    column
        The column's name; it is not learned from.
    parts
        The part that each value stands for, by the value as text; rows with another value, or none, are not used.
    """

    column: str
    parts: Mapping[str, Part]

    def rows(self, column: Column) -> Mapping[Part, NDArray[np.intp]]:
        """Return the rows of each part, ascending.

        Raises
        ------
        UserError
            If no row is marked for training.
        """
        labels = column.labels().tolist()
        places = {part: i for i, part in enumerate(PARTS)}
        codes = {label: places[part] for label, part in self.parts.items()}
        found = np.fromiter((codes.get(label, -1) for label in labels), dtype=np.intp, count=len(labels))
        rows = {part: np.flatnonzero(found == place) for part, place in places.items()}
        if len(rows["train"]) == 0:
            raise UserError(f"The column {self.column} marks no row for training.", "Say which of its values does.")
        return rows


@dataclass(frozen=True, slots=True)
class SplitOffer:
    """A column that could make the split, and the sentence that says so.

    ``certain`` says that its values name the parts; without it only the column's name does.
    """

    split: ColumnSplit
    reason: str
    certain: bool


def offer_split(table: Table, target: str | None = None) -> SplitOffer | None:
    """Return the first column whose values or name mark training and other rows, or None.

    Without validation rows the test rows are offered as validation rows.

    Parameters
    ----------
    table
        The table.
    target
        A column that is learned cannot mark the split.
    """
    for column in table.columns:
        if column.name == target or column.kind not in ("string", "boolean", "integer"):
            continue
        if found := _read(column):
            parts, certain = found
            return SplitOffer(ColumnSplit(column.name, MappingProxyType(parts)), _reason(column, parts), certain)
    return None


def _read(column: Column) -> tuple[dict[str, Part], bool] | None:
    words = set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column.name).casefold())) - {""}
    if column.kind == "string":
        named = _named_parts(column)
        if named and {"train"} < set(named.values()):
            return _without_gap(named), True
        return None
    if not words & (_TRAIN_NAMES | _OTHER_NAMES | _SPLIT_NAMES):
        return None
    present = np.unique(column.values[: 10 * _MOST_VALUES])  # other values would show among the first, or below
    if len(present) > _MOST_VALUES or column.n_unique not in (2, 3):
        return None
    by_number = _numbered_parts(words, column.unique().tolist())
    if by_number is None:
        return None
    # In the order of the values, by the words that the file has for them.
    labels = Column(column.name, column.kind, column.unique(), words=column.words).labels().tolist()
    return _without_gap(dict(zip(labels, by_number, strict=True))), bool(words & {"is", "in"})


def _named_parts(column: Column) -> dict[str, Part]:
    """Return the parts that the values of a text column name, empty if any value is another word."""
    first = next((text for text in column.values[:100].tolist() if text is not None), None)
    if first is None or _plain(first) not in _VALUES or column.n_unique > _MOST_VALUES:
        return {}
    values = column.unique().tolist()
    if not all(_plain(text) in _VALUES for text in values):
        return {}
    return {text: _VALUES[_plain(text)] for text in values}


def _numbered_parts(words: set[str], values: list[float]) -> list[Part] | None:
    if words & _TRAIN_NAMES and values == [0.0, 1.0]:
        return ["validation", "train"]
    if words & (_OTHER_NAMES | _SPLIT_NAMES) and values == [0.0, 1.0]:
        return ["train", "validation"]
    if words & _SPLIT_NAMES and values == [0.0, 1.0, 2.0]:
        return ["train", "validation", "test"]
    return None


def _without_gap(parts: dict[str, Part]) -> dict[str, Part]:
    if "validation" in parts.values():
        return parts
    return {label: "validation" if part == "test" else part for label, part in parts.items()}


def _reason(column: Column, parts: Mapping[str, Part]) -> str:
    labels = column.labels().tolist()
    counts = dict.fromkeys(parts, 0)
    for label in labels:
        if label in counts:
            counts[label] += 1
    shown = ", ".join(f"'{label}' {part} ({counts[label]:,} rows)" for label, part in parts.items())
    return f"The column {column.name} can make the split instead of chance: {shown}."


def _plain(text: str) -> str:
    return re.sub(r"[\s_.-]+", " ", text.strip().casefold())
