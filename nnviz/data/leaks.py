"""Columns that give the answer away: copies of the target, and single features that nearly tell it."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.column_facts import missing_mask
from nnviz.data.doubt import Doubt, listed
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column
from nnviz.data.tasks import Task

SAMPLE: Final = 20_000
LEAST_ROWS: Final = 30
CHANCE: Final = 10_000_000
MOST_PLACED: Final = 12
NEAR: Final = 0.99  # area under the curve, or R², from which on one feature is as good as the answer
LAMBDA: Final = 0.97
_SHOWN: Final = 5
_BLOCK: Final = 500_000
_MOST_BINS: Final = 256

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]


def leak_doubts(target: Column, task: Task, features: Sequence[Column]) -> list[Doubt]:
    """Return a doubt for each feature that alone tells the target, at most five of them and one for all others.

    On a sample of at most 20,000 rows, spread evenly:

    - a one-to-one copy: each value goes with one class, each class with one value;
    - two classes and a number: the area under the ROC curve, from the ranks (J. A. Hanley and B. J. McNeil, The meaning
      and use of the area under a receiver operating characteristic curve, 1982), at least 0.99 or at most 0.01;
    - classes: Goodman and Kruskal's lambda (Measures of association for cross classifications, 1954), the share of the
      commonest class's errors that knowing the feature avoids, at least 0.97; numbers are cut into bins of equal count;
    - a number to be predicted: R² of the best line, or of the ranks (C. Spearman, The proof and measurement of
      association between two things, 1904), at least 0.99; for text of the means of its categories.
    """
    n_rows = len(target.values)
    rows = np.arange(n_rows) if n_rows <= SAMPLE else np.linspace(0, n_rows - 1, SAMPLE).astype(np.intp)
    part = target.take(rows)
    rows = rows[~missing_mask(part)]
    if len(rows) < LEAST_ROWS:
        return []
    part = target.take(rows)
    judge = _Regression(part.numbers()) if task == "regression" else _Classes(_codes(part))
    found: dict[str, str] = {}
    numeric = [column for column in features if column.kind in NUMERIC_KINDS or column.kind in DATE_KINDS]
    step = max(1, _BLOCK // len(rows))
    for start in range(0, len(numeric), step):
        block = numeric[start : start + step]
        values = np.stack([column.take(rows).numbers() for column in block])
        for i in judge.candidates(values).tolist():
            if how := judge.number(values[i]):
                found[block[i].name] = how
    for column in features:
        if column.kind == "string" and (how := judge.text(_codes(column.take(rows)))):
            found[column.name] = how
    named = [column.name for column in features if column.name in found]
    doubts = [
        Doubt("leak", f"Possible leak: {name} {found[name]}; leave it out if it is known only later.", (name,))
        for name in named[:_SHOWN]
    ]
    if rest := named[_SHOWN:]:
        doubts.append(Doubt("leak", f"{len(rest):,} more columns give the target away: {listed(rest)}.", tuple(rest)))
    return doubts


def _codes(column: Column) -> Codes:
    """Give each different value a number, a missing one too."""
    if column.kind != "string":
        return np.unique(column.values, return_inverse=True)[1].reshape(-1)
    places: dict[Any, int] = {}
    values = column.values.tolist()
    return np.fromiter((places.setdefault(value, len(places)) for value in values), dtype=np.intp, count=len(values))


class _Classes:
    """How well one feature tells a class."""

    def __init__(self, answers: Codes) -> None:
        self.answers = answers
        self.counts = np.bincount(answers)
        self.n_classes = len(self.counts)
        self.base = int(self.counts.max()) / len(answers)
        # How many ways there are to place the rows outside the commonest class: in one of so many columns of noise
        # they would stand in order by chance.
        others = len(answers) - int(self.counts.max())
        self.enough = math.comb(len(answers), min(others, MOST_PLACED)) >= CHANCE

    def candidates(self, values: Numbers) -> Codes:
        """Return which rows of ``values`` (columns, n) deserve a closer look.

        Sorted by a feature that tells the class, the rows change class only a few times.
        """
        if not self.enough:
            return np.empty(0, dtype=np.intp)
        ordered = self.answers[np.argsort(values, axis=1, kind="stable")]
        changes = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
        return np.flatnonzero(changes <= 0.1 * len(self.answers) + self.n_classes)

    def number(self, values: Numbers) -> str:
        """Say how a number tells the class, "" if it does not."""
        known = ~np.isnan(values)
        bins = self._bins(values)
        if copy := self._copy(bins):
            return copy
        if self.n_classes == 2 and known.all():
            area = _area(values[self.answers == 0], values[self.answers == 1])
            area = max(area, 1.0 - area)
            if area >= NEAR:
                exactly = "exactly" if area == 1.0 else "nearly"
                return f"alone separates the classes {exactly} (area under the ROC curve {area:.4f}, 1 is perfect)"
        return self._associated(bins)

    def text(self, codes: Codes) -> str:
        """Say how the categories tell the class, "" if they do not."""
        if not self.enough:
            return ""
        return self._copy(codes) or self._associated(codes)

    def _bins(self, values: Numbers) -> Codes:
        different, codes = np.unique(values, return_inverse=True)
        if len(different) <= max(len(values) // 10, self.n_classes):
            return codes.reshape(-1)
        ranks = np.empty(len(values), dtype=np.intp)
        ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
        return np.asarray(ranks * min(_MOST_BINS, len(values) // 10) // len(values), dtype=np.intp)

    def _copy(self, codes: Codes) -> str:
        if int(codes.max()) + 1 != self.n_classes:
            return ""
        pairs = np.unique(codes * self.n_classes + self.answers)
        if len(pairs) != self.n_classes or len(np.unique(pairs % self.n_classes)) != self.n_classes:
            return ""
        return f"is a one-to-one copy of the target (each of its {self.n_classes:,} values goes with one class)"

    def _associated(self, codes: Codes) -> str:
        levels = int(codes.max()) + 1
        if levels > max(len(codes) // 10, self.n_classes) or levels < 2:
            return ""
        table = np.bincount(codes * self.n_classes + self.answers, minlength=levels * self.n_classes)
        right = int(table.reshape(levels, self.n_classes).max(axis=1).sum()) / len(codes)
        if right - self.base < LAMBDA * (1.0 - self.base):
            return ""
        return f"alone gives {right:.2%} of the rows their class (the commonest class for all: {self.base:.2%})"


class _Regression:
    """How well one feature tells a number."""

    def __init__(self, answers: Numbers) -> None:
        self.answers = answers
        self.ranks = _centred(_ranks(answers))
        self.centred = _centred(answers)

    def candidates(self, values: Numbers) -> Codes:
        """Return which rows of ``values`` (columns, n) deserve a closer look: those whose ranks run with the target's.

        Ties and gaps blur the ranks here, so that the bar is lower than ``NEAR``.
        """
        order = np.argsort(values, axis=1, kind="stable")
        along = self.ranks[order]
        places = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2.0
        scale = np.sqrt((places @ places) * (self.ranks @ self.ranks))
        blurred = np.isnan(values).any(axis=1) | (np.count_nonzero(np.diff(values[:, :200], axis=1) == 0, axis=1) > 5)
        straight = _centred(np.where(np.isnan(values), 0.0, values))
        sizes = np.sqrt(np.einsum("ij,ij->i", straight, straight) * float(self.centred @ self.centred))
        lines = np.abs(straight @ self.centred) >= 0.9 * sizes
        return np.flatnonzero(blurred | lines | (np.abs(along @ places) >= 0.9 * scale))

    def number(self, values: Numbers) -> str:
        """Say how a number follows the target, "" if it does not."""
        both = ~np.isnan(values)
        if np.count_nonzero(both) < max(LEAST_ROWS, len(values) // 2):
            return ""
        x, y = values[both], self.answers[both]
        straight = _r_squared(_centred(x), _centred(y))
        if straight >= NEAR:
            return f"follows the target along a line (R² {straight:.4f}, 1 is perfect)"
        ranked = _r_squared(_centred(_ranks(x)), _centred(_ranks(y)))
        return f"follows the target's order (R² of the ranks {ranked:.4f}, 1 is perfect)" if ranked >= NEAR else ""

    def text(self, codes: Codes) -> str:
        """Say how the categories' means follow the target, "" if they do not."""
        levels = int(codes.max()) + 1
        if levels < 2 or levels > len(codes) // 10:
            return ""
        counts = np.bincount(codes)
        means = np.bincount(codes, weights=self.centred) / counts
        total = float(self.centred @ self.centred)
        share = float(counts @ (means * means)) / total if total > 0 else 0.0
        if share < NEAR:
            return ""
        return f"alone gives the target: its {levels:,} categories' means explain R² {share:.4f} of it, 1 is perfect"


def _centred(values: Numbers) -> Numbers:
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def _ranks(values: Numbers) -> Numbers:
    """Return the rank of each value, equal values sharing the mean of their ranks; shape (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts + 1) / 2.0)[inverse.reshape(-1)])


def _r_squared(x: Numbers, y: Numbers) -> float:
    x, y = x / (np.abs(x).max() or 1.0), y / (np.abs(y).max() or 1.0)  # squares of large numbers would overflow
    scale = float((x @ x) * (y @ y))
    return float(x @ y) ** 2 / scale if scale > 0 else 0.0


def _area(first: Numbers, second: Numbers) -> float:
    """Return the chance that a value of ``second`` is above one of ``first``, equal ones counting half."""
    ordered = np.sort(first)
    below, up_to = np.searchsorted(ordered, second, "left"), np.searchsorted(ordered, second, "right")
    return float(np.mean(below + up_to)) / (2.0 * len(first))
