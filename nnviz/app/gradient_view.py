"""How the gradient flows back through the layers, how large updates are, and what diagnostics say of it; pure."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.histograms_view import layer_title
from nnviz.app.plain_numbers import plain_number
from nnviz.data.dataset import Dataset
from nnviz.engine.diagnostics import FINDINGS, Finding, LayerStatistics, examine, layer_statistics
from nnviz.engine.mlp import MLP
from nnviz.errors import UserError
from nnviz.run.layer_history import LayerHistoryView
from nnviz.run.snapshot import Snapshot
from nnviz.run.watch import UpdateResult

LIVE_ROWS, STILL_ROWS = 500, 2_000  # training rows that are looked at: while training; else, as many as a report does
HEALTHY_RATIO: Final = 1e-3


@dataclass(frozen=True, slots=True)
class LayerFlow:
    """One layer's gradient.

    Attributes
    ----------
    name
        "Hidden 1".
    mean, single
        Root of the mean square over the parameters: of the mean gradient over the rows, and of the gradients of single
        rows, which do not cancel.
    ratio
        Size of the last update over that of the weights; nan where it is not known.
    healthy
        Whether that ratio is of the order of one thousandth; None where it is not known.
    """

    name: str
    mean: float
    single: float
    ratio: float
    healthy: bool | None

    @property
    def ratio_text(self) -> str:
        """The ratio as a text."""
        return "\N{EN DASH}" if math.isnan(self.ratio) else power_text(self.ratio)

    @property
    def sentence(self) -> str:
        """All of it in words."""
        words = [
            f"{self.name}: gradient {power_text(self.mean)} per parameter",
            f"of single rows {power_text(self.single)}",
        ]
        if not math.isnan(self.ratio):
            words.append(f"last update {power_text(self.ratio)} of the weights (about {HEALTHY_RATIO:g} is healthy)")
        return "\n".join(words)


@dataclass(frozen=True, slots=True, eq=False)
class GradientView:
    """The layers from the inputs to the output, and findings, worst first.

    Attributes
    ----------
    layers, findings
        Of the moment of ``step``.
    rows
        How many training rows were looked at, of how many.
    update_step
        The update whose size is told; None for none.
    """

    layers: tuple[LayerFlow, ...]
    findings: tuple[Finding, ...]
    step: int
    rows: tuple[int, int]
    update_step: int | None

    @property
    def summary(self) -> tuple[str, ...]:
        """What was looked at, from wordy to brief."""
        seen, total = self.rows
        rows = f"{total:,} training rows" if seen == total else f"{seen:,} of {total:,} training rows"
        update = "no update looked at yet" if self.update_step is None else f"update {self.update_step:,}"
        return f"{rows} · step {self.step:,} · update / weight of {update}", f"{rows} · {update}", rows


def gradient_view(dataset: Dataset, snapshot: Snapshot, update: UpdateResult | None, *, live: bool) -> GradientView:
    """Return gradients, updates and findings of a moment.

    Parameters
    ----------
    dataset
        What the run learns from.
    snapshot
        The moment.
    update
        The newest update that was looked at, if any; while training the moment is the one after it.
    live
        Whether to look at fewer rows.

    Raises
    ------
    UserError
        If the network's numbers are not finite.
    """
    fits = update is not None and (live or update.step == snapshot.step)
    parameters = update.after if update is not None and fits else snapshot.parameters
    if not np.isfinite(parameters).all():
        raise UserError("The weights have left the range of numbers.", "Reset the run, or go back to a sound epoch.")
    mlp = MLP(snapshot.config, parameters, parameters.dtype)
    before = update.before if update is not None and fits else None
    limit = LIVE_ROWS if live else STILL_ROWS
    history = snapshot.history
    validation = None if np.isnan(history.validation_loss).all() else history.validation_loss
    x, y = dataset.X_train, dataset.Y_train
    statistics = layer_statistics(mlp, x, y, previous_parameters=before, row_limit=limit)
    findings = diverged(snapshot) + examine(
        mlp,
        x,
        y,
        history.epoch,
        history.train_loss,
        validation,
        previous_parameters=before,
        row_limit=limit,
    )
    layers = tuple(_flow(one, snapshot) for one in statistics)
    if update is not None and not fits:  # the newest that is known, of a moment before
        layers = tuple(
            _with_ratio(flow, old) for flow, old in zip(layers, update_ratios(snapshot, update), strict=True)
        )
    step = update.step if update is not None and fits else snapshot.step
    seen = min(len(x), statistics[0].rows)
    return GradientView(layers, tuple(findings), step, (seen, len(x)), None if update is None else update.step)


def diverged(snapshot: Snapshot) -> list[Finding]:
    """Return that training diverged, if it did: the first finding of all."""
    told = snapshot.divergence
    if told is None:
        return []
    evidence = {
        "epoch": float(told.epoch),
        "update": float(told.step),
        "learning_rate": snapshot.training.learning_rate,
    }
    suggestion = "Train on from before it with a lower learning rate."
    return [Finding("overflow", "serious", told.layer, (), told.reason, evidence, suggestion)]


def update_ratios(snapshot: Snapshot, update: UpdateResult) -> tuple[float, ...]:
    """Return by layer the size of an update of the weights over theirs before it; nan for weights of 0."""
    old, new = (MLP(snapshot.config, values, values.dtype) for values in (update.before, update.after))
    ratios = []
    for before, after in zip(old.weights, new.weights, strict=True):
        size = float(np.linalg.norm(before.astype(np.float64)))
        change = float(np.linalg.norm(after.astype(np.float64) - before))
        ratios.append(change / size if size > 0 else math.nan)
    return tuple(ratios)


def _flow(one: LayerStatistics, snapshot: Snapshot) -> LayerFlow:
    flow = LayerFlow(layer_title(one.layer, snapshot.config), one.gradient_rms, one.row_gradient_rms, math.nan, None)
    return _with_ratio(flow, one.update_ratio)


def _with_ratio(flow: LayerFlow, ratio: float) -> LayerFlow:
    if math.isnan(ratio):
        return flow
    healthy = not (FINDINGS["large_updates"].severity(ratio) or FINDINGS["small_updates"].severity(ratio))
    return LayerFlow(flow.name, flow.mean, flow.single, ratio, healthy)


def power_text(value: float) -> str:
    """Return a small number as people say it: 0.012, 3.4e−5."""
    text = plain_number(value, 2)
    return text.replace("e−0", "e−").replace("e+0", "e").replace("e+", "e")


@dataclass(frozen=True, slots=True, eq=False)
class GradientCurves:
    """The size of each layer's gradient over the epochs: names, (n,) epochs, (n, layers) sizes."""

    names: tuple[str, ...]
    epochs: NDArray[np.int64]
    sizes: NDArray[np.float64]


def gradient_curves(history: LayerHistoryView, snapshot: Snapshot) -> GradientCurves:
    """Return the curves of all epochs that have an update."""
    known = np.isfinite(history.gradient_rms).all(axis=1)
    names = tuple(layer_title(layer, snapshot.config) for layer in range(len(snapshot.config.layers)))
    return GradientCurves(names, history.epochs[known], history.gradient_rms[known])
