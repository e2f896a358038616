"""What a neuron is there for, over many rows: the loss without it, and which neurons of its layer are like it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nnviz.app.lens_change import ChangeBook
from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_rows import ActivationHistogram, activation_histogram, spread_rows
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lenses import INPUTS, Place, names_of, network_of
from nnviz.data.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics_units import CORRELATION
from nnviz.engine.evaluation import Evaluator
from nnviz.engine.mlp import MLP
from nnviz.engine.regularization import Regularization
from nnviz.engine.results import Evaluation
from nnviz.engine.training import TrainingData
from nnviz.engine.training_rows import TrainingRows
from nnviz.errors import Cancelled
from nnviz.run.recipe import training_data
from nnviz.run.snapshot import Snapshot

MOST_ROWS: Final = 4_000  # of each part: a second pass over more would take time from training
MOST_ALIKE: Final = 2
_VARIES: Final = 1e-4  # of the largest output; below that, 32-bit rounding makes up a correlation
ALWAYS_THE_SAME: Final = "Its output is the same for all rows."
ALONE: Final = "No other neuron of its layer varies over the rows."


@dataclass(frozen=True, slots=True)
class NeuronEffect:
    """What a neuron does for the answers.

    Attributes
    ----------
    losses
        What they are of ("training loss"), with it and without it.
    alike
        The neurons of its layer whose outputs correlate with its own the most: unit and Pearson's r, the largest size
        first.
    varies
        Whether its own output varies over the rows.
    scope
        Which rows that is over, in words.
    """

    losses: tuple[tuple[str, float, float], ...]
    alike: tuple[tuple[int, float], ...]
    varies: bool
    scope: str


@dataclass(frozen=True, slots=True, eq=False)
class RowsView:
    """What the neuron lens shows of many rows; without ``lines`` for an output, which nothing can do without."""

    histogram: ActivationHistogram
    lines: tuple[Formula, ...] = ()
    scope: str = ""


def rows_view(snapshot: Snapshot, dataset: Dataset, place: Place, cancelled: Callable[[], bool]) -> RowsView:
    """Return what the neuron lens shows of many rows; takes a pass over them for the counts and two for the effect.

    Raises
    ------
    Cancelled
        When the job was called off.
    """
    histogram = activation_histogram(snapshot, dataset, place, cancelled)
    if not INPUTS < place.layer < len(snapshot.config.layers) - 1:
        return RowsView(histogram)
    if cancelled():
        raise Cancelled
    effect = neuron_effect(snapshot, dataset, place)
    names = names_of(dataset, snapshot.config)
    return RowsView(histogram, effect_lines(effect, lambda unit: names.unit(place.layer, unit)), effect.scope)


def neuron_effect(snapshot: Snapshot, dataset: Dataset, place: Place) -> NeuronEffect:
    """Return what a hidden neuron does for the answers, over at most `MOST_ROWS` rows of each part."""
    network, whole = network_of(snapshot), training_data(dataset)
    data = _spread(whole)
    rows = TrainingRows(network, data, snapshot.training)
    with_it, without = (_judged(mlp, rows, data.task) for mlp in (network, without_neuron(network, place)))
    losses = [("training loss", with_it.train_loss, without.train_loss)]
    if len(data.X_validation):
        losses.append(("validation loss", with_it.validation_loss, without.validation_loss))
    outputs = np.asarray(network.activations(data.X_train)[place.layer + 1], dtype=np.float64)
    found = correlations(outputs, place.unit)
    order = [] if found is None else np.argsort(-np.abs(found), kind="stable").tolist()
    alike = [(unit, float(r)) for unit in order if unit != place.unit and found is not None and (r := found[unit])]
    counts = [f"{len(part):,} {name}" for part, name in _parts(data) if len(part)]
    scope = f"Over {' and '.join(counts)} rows"
    if len(data.X_train) + len(data.X_validation) < len(whole.X_train) + len(whole.X_validation):
        scope += f" of {dataset.n_rows:,}"
    return NeuronEffect(tuple(losses), tuple(alike[:MOST_ALIKE]), found is not None, scope)


def effect_lines(effect: NeuronEffect, name: Callable[[int], str]) -> tuple[Formula, ...]:
    """Return it in lines: before + change = after, then who is like it."""
    ledger = Ledger()
    books = [ChangeBook(ledger, what, before, after) for what, before, after in effect.losses]
    keys = [(unit, ledger.number(r, 2), abs(r) > CORRELATION) for unit, r in effect.alike]
    ledger.settle()
    lines = [book.line() for book in books]
    for unit, key, is_twin in keys:
        head = Name(f"{'look-alike' if is_twin else 'most alike'} {name(unit)}:")
        lines.append(formula(head, "r", "=", ledger.text(key)))
    if not effect.varies:
        lines.append(formula(Name(ALWAYS_THE_SAME)))
    elif not keys:
        lines.append(formula(Name(ALONE)))
    return tuple(lines)


def without_neuron(network: MLP, place: Place) -> MLP:
    """Return a copy of a network in which a hidden neuron passes nothing on."""
    copy = MLP(network.config, network.parameters, network.parameters.dtype)
    copy.weights[place.layer + 1][place.unit] = 0.0
    return copy


def correlations(outputs: FloatArray, unit: int) -> FloatArray | None:
    """Return Pearson's r of each column of ``outputs``, (n, units), with one of them; 0 where a column does not vary.

    None when that one does not vary.
    """
    if len(outputs) < 2:
        return None
    centred = outputs - outputs.mean(axis=0)
    deviation = np.sqrt(np.square(centred).mean(axis=0))
    varies = deviation > _VARIES * np.abs(outputs).max(axis=0)
    if not varies[unit]:
        return None
    product = centred.T @ centred[:, unit] / len(outputs)
    return np.where(varies, product / (np.where(varies, deviation, 1.0) * deviation[unit]), 0.0)


def _judged(network: MLP, rows: TrainingRows, task: str) -> Evaluation:
    return Evaluator(network, rows, task).evaluate(0, 0, Regularization(), 0.0)


def _parts(data: TrainingData) -> tuple[tuple[FloatArray, str], ...]:
    return (data.X_train, "training"), (data.X_validation, "validation")


def _spread(data: TrainingData) -> TrainingData:
    """Return evenly spaced rows of each part, at most `MOST_ROWS`."""
    train, validation = (spread_rows(len(part), MOST_ROWS) for part, _ in _parts(data))
    return replace(
        data,
        X_train=data.X_train[train],
        Y_train=data.Y_train[train],
        X_validation=data.X_validation[validation],
        Y_validation=data.Y_validation[validation],
    )
