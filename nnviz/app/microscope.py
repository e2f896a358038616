"""The microscope: one update in named stages, each with its sentence, its formula, its numbers and its light."""

from dataclasses import dataclass

import numpy as np

from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_sums import Formula
from nnviz.app.lenses import INPUTS, Place, fits, names_of, strongest_path
from nnviz.app.microscope_after import AfterBook, UpdateStageBook
from nnviz.app.microscope_bench import Bench
from nnviz.app.microscope_rows import BatchBook, LossBook
from nnviz.app.microscope_stage import Stage
from nnviz.app.microscope_walk import BackwardBook, ForwardBook
from nnviz.data.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_rehearsal import BatchTrace, trace_batch, trace_batch_row
from nnviz.engine.mlp import layer_blocks
from nnviz.engine.rehearsal import Rehearsal

TOO_MANY = (
    "The next update reads {rows} rows at once: too many to lay out row by row. "
    "Choose a smaller batch, or an optimiser that works in batches."
)


@dataclass(frozen=True, slots=True, eq=False)
class Microscope:
    """One update, laid out.

    Attributes
    ----------
    stages
        In the order of time.
    place
        The weight or bias that is followed.
    row
        The row of ``dataset.X`` that is followed.
    rows
        Every row of the batch, as a row of ``dataset.X``, and its loss in words; the largest loss first.
    title, note
        What is followed, in words; why it is not what was chosen, or "".
    diverges
        Why the update cannot be made, or "".
    """

    stages: tuple[Stage, ...]
    place: Place
    row: int
    rows: tuple[tuple[int, str], ...]
    title: str
    note: str
    diverges: str

    def formulas(self) -> list[Formula]:
        """Return everything for copying."""
        return [line for stage in self.stages for line in stage.formulas()]


def microscope(dataset: Dataset, rehearsal: Rehearsal, place: Place | None, row: int | None) -> Microscope | str:
    """Return one update laid out in stages, or in words why it cannot be.

    Parameters
    ----------
    dataset
        The rows that it is trained on.
    rehearsal
        The update.
    place, row
        What was chosen: a neuron, a weight, a bias; a row of ``dataset.X``. Where nothing is chosen, or the batch does
        not hold the row, it is the weight that moves most and the row with the largest loss.
    """
    if rehearsal.rows is None:
        return TOO_MANY.format(rows=f"{len(rehearsal.batch):,}")
    trace = trace_batch(rehearsal)
    rows = dataset.train_rows[rehearsal.batch]
    order = np.argsort(-_sizes(trace.losses * trace.weights), kind="stable")
    found = np.flatnonzero(rows == row) if row is not None else order[:0]
    at = int(found[0]) if len(found) else int(order[0])
    names = names_of(dataset, rehearsal.config)
    followed = followed_place(rehearsal, trace, place)
    loss = trace_batch_row(rehearsal, at)
    best = int(np.argmax(loss.target)) if dataset.task == "multiclass" else 0
    path = strongest_path(loss.forward, followed, best)
    bench = Bench(Ledger(), dataset, rehearsal, trace, loss, names, at, followed, path)
    stages = _stages(bench)
    row_name = bench.row_name(at)
    note = ""
    if row is not None and not len(found):
        chosen = f"Row {int(dataset.table_rows[row]) + 1:,}"
        note = f"{chosen} is not in this batch: {row_name} is followed instead, the one with its largest loss."
    return Microscope(
        stages=stages,
        place=followed,
        row=int(rows[at]),
        rows=tuple((int(rows[index]), bench.row_words(int(index))) for index in order),
        title=f"{names.weight(followed)}, {row_name}",
        note=note,
        diverges=rehearsal.divergence.reason if rehearsal.divergence is not None else "",
    )


def _stages(bench: Bench) -> tuple[Stage, ...]:
    """Enter every stage into the one ledger, settle it, and read them off."""
    layers = range(len(bench.rehearsal.config.layers))
    batch = BatchBook(bench)
    forward: list[ForwardBook] = []
    known = batch.keys
    for layer in layers:
        forward.append(ForwardBook(bench, layer, known))
        known = forward[-1].passes
    loss = LossBook(bench, forward[-1].neuron)
    backward: list[BackwardBook] = []
    for layer in reversed(layers):
        reads = batch.keys if layer == 0 else forward[layer - 1].passes
        backward.append(BackwardBook(bench, layer, forward[layer].neuron, reads, backward[-1] if backward else None))
    gradient = next(book.gradient for book in backward if book.place.layer == bench.place.layer)
    update = UpdateStageBook(bench, gradient)
    after = AfterBook(bench, loss) if bench.rehearsal.divergence is None else None
    bench.ledger.settle()
    stages = [batch.stage(), *(book.stage() for book in forward), loss.stage(), *(book.stage() for book in backward)]
    return (*stages, update.stage(), *([after.stage()] if after is not None else []))


def _sizes(values: FloatArray) -> FloatArray:
    return np.nan_to_num(np.abs(values), nan=0.0, posinf=np.finfo(float).max)


def followed_place(rehearsal: Rehearsal, trace: BatchTrace, chosen: Place | None) -> Place:
    """Return the weight that is followed: the chosen one, or of what is chosen the one that the update moves most."""
    config = rehearsal.config
    if chosen is not None and not fits(chosen, config):
        chosen = None
    if chosen is not None and chosen.source is not None:
        return chosen
    moved = _sizes(np.asarray(rehearsal.after, dtype=np.float64) - rehearsal.before)
    if not moved.any():
        moved = _sizes(trace.gradient)
    weights = [block[:-1] for block in layer_blocks(config, moved)]
    if chosen is None:
        layer = max(range(len(weights)), key=lambda index: float(weights[index].max()))
        source, unit = np.unravel_index(int(weights[layer].argmax()), weights[layer].shape)
        return Place(layer, int(unit), int(source))
    if chosen.layer == INPUTS:
        return Place(0, int(weights[0][chosen.unit].argmax()), chosen.unit)
    return Place(chosen.layer, chosen.unit, int(weights[chosen.layer][:, chosen.unit].argmax()))
