"""From the file's units to what the network reads, in numbers, for one row."""

import numpy as np

from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.what_if import WhatIf, row_inputs
from nnviz.data.dataset import Dataset
from nnviz.data.features import CategoricalFeature, NumericFeature

_MORE = 4  # digits: what the sums ask of an input, it asks of these once more


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
        self._lines: list[tuple[str, int, tuple[int, int, int, int] | None, str]] = []
        self._at = dataset.table_rows[row : row + 1]
        places = _features(dataset)
        for index in wanted:
            key = self.keys[index] = ledger.number(float(inputs[index]))
            feature, offset = places[index]
            name = " ".join(dataset.input_names[index].split())
            if isinstance(feature, NumericFeature) and offset == 0:
                self._lines.append((name, key, *self._scaled(feature, key)))
            elif isinstance(feature, CategoricalFeature):
                self._lines.append((name, key, None, "yes" if inputs[index] else "no"))
            else:
                self._lines.append((name, key, None, ""))

    def _scaled(self, feature: NumericFeature, key: int) -> tuple[tuple[int, int, int, int], str]:
        """Enter (value - center) / divisor; a missing value is the median."""
        value = self._changes.get(feature.name)
        if value is None:
            value = float(self._dataset.table.column(feature.name).take(self._at).numbers()[0])
        note = ""
        if np.isnan(value):
            value, note = feature.median, "missing, so the median"
        ledger = self._ledger
        # A cell is exact where a person would have typed it; what was measured from the rows is rounded like all else.
        raw = ledger.exact(value) if float(f"{value:.7g}") == value else ledger.number(value, 6, more=_MORE)
        center, divisor = ledger.number(feature.scale.center), ledger.number(feature.scale.divisor, more=_MORE)
        ledger.level([center], max(0, min(12, _decimals(feature.scale.divisor))), more=_MORE)
        relation = ledger.relate(key, (raw, center, divisor), lambda v: (v[0] - v[1]) / v[2])
        return (raw, center, divisor, relation), note

    def lines(self) -> tuple[Formula, ...]:
        """Return one line per input, as the settled ledger shows it."""
        ledger = self._ledger
        found = []
        for name, key, scaled, note in self._lines:
            if scaled is None:
                words = (Name(note), "→") if note else ()
                found.append(formula(Name(f"{name}:"), *words, ledger.text(key)))
                continue
            raw, center, divisor, relation = scaled
            size = ledger.text(center).lstrip("−")
            shift = ("−" if ledger.value(center) >= 0 else "+", f"{size})")
            head = (Name(f"{name}:"), ledger.text(raw), *((Name(f"({note})"),) if note else ()), "→")
            body = ("(" + ledger.text(raw), *shift, "/", ledger.text(divisor), ledger.sign(relation))
            found.append(formula(*head, *body, ledger.text(key)))
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
