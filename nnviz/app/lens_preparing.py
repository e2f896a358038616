"""From the file's units to what the network reads, in numbers, for one row."""

from typing import NamedTuple

import numpy as np

from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.what_if import WhatIf, row_inputs
from nnviz.data.dataset import Dataset
from nnviz.data.features import CategoricalFeature, NumericFeature

_MORE = 4  # digits: what the sums ask of an input, it asks of these once more


class Scaled(NamedTuple):
    """A value in the file's units and what it is scaled to: the keys of a ledger's numbers, and of their relation."""

    raw: int
    center: int
    divisor: int
    scaled: int
    relation: int

    @classmethod
    def enter(cls, ledger: Ledger, value: float, center: float, divisor: float, scaled: int) -> "Scaled":
        """Enter (value - center) / divisor, of which the ledger has the result under the key ``scaled``."""
        # A cell is exact where a person would have typed it; what was measured from the rows is rounded like all else.
        raw = ledger.exact(value) if float(f"{value:.7g}") == value else ledger.number(value, 6, more=_MORE)
        middle, by = ledger.number(center), ledger.number(divisor, more=_MORE)
        ledger.level([middle], max(0, min(12, _decimals(divisor))), more=_MORE)
        return cls(raw, middle, by, scaled, ledger.relate(scaled, (raw, middle, by), lambda v: (v[0] - v[1]) / v[2]))

    def pieces(self, ledger: Ledger) -> tuple[str, ...]:
        """Return "(4.7 − 3.76) / 1.76 = 0.534" in pieces, as the settled ledger shows it."""
        text = ledger.text
        shift = ("−" if ledger.value(self.center) >= 0 else "+", text(self.center).lstrip("−") + ")")
        return "(" + text(self.raw), *shift, "/", text(self.divisor), ledger.sign(self.relation), text(self.scaled)


class InputBook:
    """Enters the wanted inputs of a row into a ledger.

    Parameters
    ----------
    changed
        Other values of the row; None for its own.

    Attributes
    ----------
    keys
        The ledger's key of each input's value, by its index in X.
    """

    def __init__(
        self, ledger: Ledger, dataset: Dataset, row: int, wanted: list[int], changed: WhatIf | None = None
    ) -> None:
        self._ledger, self._dataset = ledger, dataset
        self._changes = {} if changed is None else changed.changes
        inputs = row_inputs(dataset, row, changed)
        self.keys: dict[int, int] = {}
        self._lines: list[tuple[str, int, Scaled | None, str]] = []
        self._at = dataset.table_rows[row : row + 1]
        places = _features(dataset)
        for index in wanted:
            key = self.keys[index] = ledger.number(float(inputs[index]))
            feature, offset = places[index]
            name = " ".join(dataset.input_names[index].split())
            if isinstance(feature, NumericFeature) and offset == 0:
                scaled, note = self._scaled(feature, key)
                self._lines.append((name, key, scaled, note))
            elif isinstance(feature, CategoricalFeature):
                self._lines.append((name, key, None, "yes" if inputs[index] else "no"))
            else:
                self._lines.append((name, key, None, ""))

    def _scaled(self, feature: NumericFeature, key: int) -> tuple[Scaled, str]:
        """Enter (value - center) / divisor; a missing value is the median."""
        value = self._changes.get(feature.name)
        if value is None:
            value = float(self._dataset.table.column(feature.name).take(self._at).numbers()[0])
        note = ""
        if np.isnan(value):
            value, note = feature.median, "missing, so the median"
        return Scaled.enter(self._ledger, value, feature.scale.center, feature.scale.divisor, key), note

    def lines(self) -> tuple[Formula, ...]:
        """Return one line per input, as the settled ledger shows it."""
        ledger = self._ledger
        found = []
        for name, key, scaled, note in self._lines:
            if scaled is None:
                words = (Name(note), "→") if note else ()
                found.append(formula(Name(f"{name}:"), *words, ledger.text(key)))
                continue
            head = (Name(f"{name}:"), ledger.text(scaled.raw), *((Name(f"({note})"),) if note else ()), "→")
            found.append(formula(*head, *scaled.pieces(ledger)))
        return tuple(found)


def _decimals(divisor: float) -> int:
    """Return how many decimals of a center matter beside this divisor."""
    return 4 - int(np.floor(np.log10(divisor))) - 1 if divisor > 0 else 4


def _features(dataset: Dataset) -> dict[int, tuple[object, int]]:
    """Return the feature and the place within it of each input."""
    found: dict[int, tuple[object, int]] = {}
    start = 0
    for feature in dataset.preprocessor.features:
        for offset in range(feature.width):
            found[start + offset] = (feature, offset)
        start += feature.width
    return found
