"""What the curves panel can draw over what: its series, its horizontal axes, and how their values are written."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.run.history import HistoryView
from nnviz.run.markers import Marker
from nnviz.ui.plots.loss_curve import LossScale, Reduced, loss_scale, signed_scale
from nnviz.ui.plots.ticks import Tick, count_ticks, duration_text, duration_ticks, fixed_text, number_text


@dataclass(frozen=True, slots=True)
class Series:
    """One thing to draw.

    Attributes
    ----------
    title
        In the panel's header.
    names
        The rows of a history, first those of the training rows, then of the validation rows if there are two.
    positive
        Whether it is never below 0, so that a linear axis begins there and a logarithmic one makes sense.
    """

    key: str
    title: str
    names: tuple[str, ...]
    positive: bool = True

    def scale(self, curves: list[Reduced], *, log: bool) -> LossScale:
        """Return the vertical axis for curves."""
        return loss_scale(curves, log=log) if self.positive else signed_scale(curves)


ALL_SERIES = MappingProxyType(
    {
        series.key: series
        for series in (
            Series("loss", "Loss", ("train_loss", "validation_loss")),
            Series("metric", "Accuracy", ("train_metric", "validation_metric"), positive=False),
            Series("rate", "Learning rate", ("learning_rate",)),
            Series("penalty", "Penalty", ("penalty",)),
        )
    }
)


@dataclass(frozen=True, slots=True)
class XAxis:
    """What a curve is drawn over.

    Attributes
    ----------
    label
        Under the axis.
    choice
        On the button that chooses it.
    shortest
        The least length of the axis when all is shown, and of what may be zoomed in on.
    values, of_marker, ticks
        The places of a history's entries, (n,); of a marker; and the ticks between two ends.
    """

    key: str
    label: str
    choice: str
    shortest: tuple[float, float]
    values: Callable[[HistoryView], NDArray[Any]]
    of_marker: Callable[[Marker], float]
    ticks: Callable[[float, float, int], list[Tick]]


X_AXES = MappingProxyType(
    {
        axis.key: axis
        for axis in (
            XAxis("epoch", "epoch", "Epochs", (10.0, 6.0), lambda h: h.epoch, lambda m: m.epoch, count_ticks),
            XAxis("step", "step", "Steps", (10.0, 6.0), lambda h: h.step, lambda m: m.step, count_ticks),
            XAxis(
                "seconds",
                "training time",
                "Seconds",
                (1.0, 0.01),
                lambda h: h.seconds,
                lambda m: m.seconds,
                duration_ticks,
            ),
        )
    }
)


def entry_of_epoch(history: HistoryView, epoch: int) -> int:
    """Return the index of the entry that covers an epoch; the last one when it is not complete yet."""
    return min(int(np.searchsorted(history.epoch, epoch, side="left")), len(history) - 1)


def nearest_entry(places: NDArray[Any], place: float) -> int:
    """Return the index of the entry nearest to a place on the horizontal axis; ``places`` ascend and are not empty."""
    after = int(np.searchsorted(places, place, side="left"))
    if after == 0:
        return 0
    if after == len(places):
        return after - 1
    return after if places[after] - place < place - places[after - 1] else after - 1


def loss_text(loss: float) -> str:
    """Write a loss with four decimals, or with three significant figures where those would say too little."""
    return fixed_text(loss, 4) if 0.001 <= abs(loss) < 1000 else number_text(loss, 3)


def value_text(key: str, value: float, *, percent: bool) -> str:
    """Write a value of a series; a dash where there is none."""
    if not np.isfinite(value):
        return "\N{EN DASH}" if np.isnan(value) else number_text(value)
    if key == "metric":
        return f"{100 * value:.1f} %" if percent else fixed_text(value, 3)
    return loss_text(value) if key == "loss" else number_text(value, 3)


def entry_title(history: HistoryView, index: int) -> str:
    """Write which epochs, up to which step and when, an entry is."""
    epoch, first = int(history.epoch[index]), int(history.epoch[index - 1]) + 1 if index else 0
    epochs = f"epoch {epoch:,}" if first >= epoch else f"epochs {first:,} to {epoch:,}"
    return f"{epochs} · step {int(history.step[index]):,} · {duration_text(float(history.seconds[index]))}"
