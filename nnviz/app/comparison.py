"""Two moments of one run or of two, compared: losses, settings that differ, weights, and the map's difference."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from nnviz.app.lenses import Place, names_of
from nnviz.app.map_difference import MapDifference, Shown, map_difference
from nnviz.app.network_differences import network_changes, sizes_text
from nnviz.app.sides import Side, labels
from nnviz.app.weight_text import weight_text
from nnviz.engine.explain_forward import BIAS
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.training import Evaluation
from nnviz.errors import UserError
from nnviz.run.markers import Change, changes

MOST_WEIGHTS: Final = 200  # lines of the table
ARROW: Final = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A weight or bias at both moments."""

    place: Place
    name: str
    before: float
    after: float

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Name, before, after and change: the smaller ones in the decimals of the largest."""
        change = self.after - self.before
        most = max(abs(self.before), abs(self.after))
        least = most if most >= 1 else 0.0  # beside a number with units, digits after the fourth tell nothing
        texts = (weight_text(self.before, beside=least), weight_text(self.after, beside=least))
        return self.name, *texts, weight_text(change, sign=True, beside=least)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """All that is shown of two moments.

    Attributes
    ----------
    first, second
        The moments.
    labels
        Their names.
    figures
        Name and both values of each loss and metric.
    settings
        The settings that differ, only those.
    weights
        Those that changed most, the largest change first, `MOST_WEIGHTS` at most; none of networks of two shapes.
    changed
        How many changed at all.
    map
        The map's difference; None when no map is shown.
    """

    first: Side
    second: Side
    labels: tuple[str, str]
    figures: tuple[tuple[str, str, str], ...]
    settings: tuple[Change, ...]
    weights: tuple[WeightChange, ...]
    changed: int
    map: MapDifference | None

    @property
    def apart(self) -> str:
        """Why no weights are compared, in words; "" where they are."""
        if self.first.config.sizes == self.second.config.sizes:
            return ""
        sizes = " and ".join(sizes_text(one.config) for one in (self.first, self.second))
        return f"The networks have different shapes, {sizes}: no weight of one is a weight of the other."

    @property
    def summary(self) -> tuple[str, ...]:
        """What matters most, from wordy to brief."""
        head = f"{self.labels[0]} {ARROW} {self.labels[1]}"
        head = head[0].upper() + head[1:]
        count = len(self.first.parameters)
        parts = [head]
        if self.map is not None and math.isfinite(self.map.moved):
            parts.append(f"another class on {100 * self.map.moved:.1f} % of the map")
        parts.append("networks of two shapes" if self.apart else f"{self.changed:,} of {count:,} weights changed")
        differ = len(self.settings)
        parts.append({0: "no setting differs", 1: "1 setting differs"}.get(differ, f"{differ} settings differ"))
        return tuple(" · ".join(parts[:end]) for end in range(len(parts), 0, -1))


def compare(first: Side, second: Side, shown: Shown | None, answer: int = 0) -> Comparison:
    """Compare two moments, in the background; ``answer`` is the class whose probability the map is about.

    Raises
    ------
    UserError
        When they can't be compared: they are of other data.
    """
    if first.dataset is not second.dataset:
        raise UserError(
            "The moment that was kept is of other data.", "Keep a moment of this run: press C on the time rail."
        )
    weights, changed = _weights(first, second) if first.config.sizes == second.config.sizes else ((), 0)
    return Comparison(
        first=first,
        second=second,
        labels=labels(first, second),
        figures=_figures(first, second),
        settings=(*network_changes(first.config, second.config), *changes(first.training, second.training)),
        weights=weights,
        changed=changed,
        map=None if shown is None else map_difference(first, second, shown, answer),
    )


def _weights(first: Side, second: Side) -> tuple[tuple[WeightChange, ...], int]:
    """Return the weights that changed most, and how many changed, of two networks of one shape."""
    names = names_of(second.dataset, second.config)
    before, after = (one.parameters.astype(np.float64) for one in (first, second))
    moved = np.abs(after - before)
    order = np.argsort(-np.where(np.isnan(moved), np.inf, moved), kind="stable")[:MOST_WEIGHTS]
    weights = tuple(
        WeightChange(place, names.weight(place), float(before[index]), float(after[index]))
        for index in order.tolist()
        if moved[index] != 0
        for place in (place_at(index, second.config),)
    )
    return weights, int(np.count_nonzero(moved))


def place_at(index: int, config: MLPConfig) -> Place:
    """Return which weight or bias stands at a place of the flat parameter vector."""
    sizes = config.sizes
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        size = (n_in + 1) * n_out
        if index < size:
            source, unit = divmod(index, n_out)
            return Place(layer, unit, BIAS if source == n_in else source)
        index -= size
    raise IndexError("beyond the network's parameters")


def _figures(first: Side, second: Side) -> tuple[tuple[str, str, str], ...]:
    share = second.dataset.task != "regression"
    metric = "accuracy" if share else "R²"
    kinds = (
        ("Training loss", "train_loss", False),
        ("Validation loss", "validation_loss", False),
        (f"Training {metric}", "train_metric", share),
        (f"Validation {metric}", "validation_metric", share),
    )
    return tuple(
        (name, _figure(first.last, key, percent=percent), _figure(second.last, key, percent=percent))
        for name, key, percent in kinds
        if not all(one.last is not None and math.isnan(getattr(one.last, key)) for one in (first, second))
    )


def _figure(last: Evaluation | None, key: str, *, percent: bool) -> str:
    if last is None:
        return "\N{HORIZONTAL ELLIPSIS}"
    value = float(getattr(last, key))
    if math.isnan(value):
        return "\N{EN DASH}"
    return f"{100 * value:.1f} %" if percent else weight_text(value)
