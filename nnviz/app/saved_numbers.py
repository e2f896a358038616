"""What a panel shows, as a table of numbers to save or copy: unrounded, in original units; made off the GUI thread."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.edge_values import WEIGHT, EdgeMode
from nnviz.app.histograms_view import layer_title
from nnviz.app.lenses import Names
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import layer_blocks
from nnviz.run.history import SERIES, HistoryView
from nnviz.run.snapshot import Snapshot

X_COLUMNS: Final = ("epoch", "step", "seconds")


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A table.

    Attributes
    ----------
    name
        What it is of, as it stands in a menu: "curves".
    header
        The names of the columns.
    make_rows
        Makes the rows, in any thread, from what does not change: numbers, texts, and None or nan for what is missing.
    """

    name: str
    header: tuple[str, ...]
    make_rows: Callable[[], Iterable[Sequence[Any]]]

    def rows(self) -> Iterator[list[Any]]:
        """Return the rows as a file has them: nothing where a number is missing."""
        return ([_cell(value) for value in row] for row in self.make_rows())


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value.item() if isinstance(value, np.generic) else value


def curve_numbers(history: HistoryView) -> Numbers:
    """Return a history: a row an entry, its values, their extremes, and what happened in it.

    Columns are ``epoch``, ``step``, ``seconds``, the series, each series' least and greatest value when an entry stands
    for several epochs, and ``event``.
    """
    names = [*X_COLUMNS, *SERIES]
    if history.stride > 1:
        names += [f"{name}_{kind}" for kind in ("min", "max") for name in SERIES]

    def rows() -> Iterable[Sequence[Any]]:
        columns: list[Any] = [history.epoch.tolist(), history.step.tolist(), history.seconds.round(6).tolist()]
        columns += history.values.tolist()
        if history.stride > 1:
            columns += [*history.lows.tolist(), *history.highs.tolist()]
        return zip(*columns, _events(history), strict=True)

    return Numbers("curves", (*names, "event"), rows)


def _events(history: HistoryView) -> list[str]:
    events = [""] * len(history)
    for marker in history.markers:
        if events:
            index = min(int(np.searchsorted(history.epoch, marker.epoch)), len(history) - 1)
            events[index] = "; ".join(text for text in (events[index], marker.sentence) if text)
    return events


def network_numbers(snapshot: Snapshot, names: Names, mode: EdgeMode, shown: FloatArray | None) -> Numbers:
    """Return every weight and bias, a row each, in the order in which the network keeps them.

    Parameters
    ----------
    snapshot
        The moment.
    names
        What inputs, neurons and outputs are called.
    mode, shown
        What the edges show in the weights' place, (P,); it gets a column of its own. None where they show nothing else.
    """
    extra = () if mode.key == WEIGHT or shown is None else (mode.label.lower(),)

    def rows() -> Iterator[Sequence[Any]]:
        config = snapshot.config
        others = [None] * len(config.layers) if not extra or shown is None else layer_blocks(config, shown)
        for layer, block in enumerate(layer_blocks(config, snapshot.parameters)):
            title, other = layer_title(layer, config), others[layer]
            units = [names.unit(layer, unit) for unit in range(block.shape[1])]
            sources = [*(names.unit(layer - 1, source) for source in range(block.shape[0] - 1)), "bias"]
            for source, name in enumerate(sources):
                beside: NDArray[Any] | None = None if other is None else other[source]
                for unit, value in enumerate(block[source].tolist()):
                    cells = (title, name, units[unit], value)
                    yield cells if beside is None else (*cells, float(beside[unit]))

    return Numbers("weights and biases", ("layer", "from", "to", "value", *extra), rows)
