"""The last stages: the optimiser's update of the weights, and the loss of the same rows afterwards."""

import math
from itertools import pairwise

import numpy as np

from nnviz.app.latex_maths import Piece
from nnviz.app.latex_rules import RULES
from nnviz.app.lens_build import held_words
from nnviz.app.lens_change import ChangeBook
from nnviz.app.lens_formulas import pretty
from nnviz.app.lens_rows import objective_norm
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lens_update import Pull, UpdateBook
from nnviz.app.lenses import INPUTS, Place, position_of
from nnviz.app.microscope_bench import Bench
from nnviz.app.microscope_rows import LossBook, enter_mean, loss_table
from nnviz.app.microscope_stage import Light, Stage
from nnviz.app.plain_numbers import MINUS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import BIAS, trace_row
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.run.snapshot import OptimizerResult

_MOST_CHANGES = 8


class UpdateStageBook:
    """Enters the update of the followed weight term by term, and those that move most.

    ``gradient`` is the ledger's key of the followed weight's gradient of the loss.
    """

    def __init__(self, bench: Bench, gradient: int) -> None:
        self._bench = bench
        rehearsal, training = bench.rehearsal, bench.rehearsal.training
        self._optimizer = OPTIMIZERS[training.optimizer]
        self._position = position_of(bench.place, rehearsal.config)
        self._held = held_words(rehearsal.mask, self._position)
        self._change = np.asarray(rehearsal.after, dtype=np.float64) - rehearsal.before
        self._book: UpdateBook | None = None
        self._whole: ChangeBook | None = None
        self._others: list[ChangeBook] = []
        if rehearsal.divergence is not None:
            return
        self._others = [self._changed(position) for position in self._largest()]
        if self._held:
            return
        if self._optimizer.needs_objective:
            self._whole = self._changed(self._position)
            return
        self._book = UpdateBook(
            bench.ledger,
            training,
            bench.ledger.number(float(rehearsal.before[self._position])),
            gradient,
            Pull(bench.ledger.value(gradient), self._norm()),
            self._memory(),
            is_bias=bench.place.source == BIAS,
        )

    def _memory(self) -> OptimizerResult:
        rehearsal = self._bench.rehearsal
        moments = tuple(float(moment) for moment in rehearsal.moments[0][:, self._position])
        return OptimizerResult(self._position, moments, rehearsal.updates, rehearsal.rate, rehearsal.batch)

    def _norm(self) -> float:
        rehearsal = self._bench.rehearsal
        if not rehearsal.training.regularization.clip_norm:
            return math.nan
        network = MLP(rehearsal.config, rehearsal.before, rehearsal.before.dtype)
        held = None if rehearsal.mask is None else rehearsal.mask.held
        return objective_norm(network, self._bench.trace.gradient, rehearsal.training, held)

    def _largest(self) -> list[int]:
        order = np.argsort(-np.abs(self._change), kind="stable")[: _MOST_CHANGES + 1].tolist()
        return [int(at) for at in order if at != self._position and self._change[at]][:_MOST_CHANGES]

    def _changed(self, position: int) -> ChangeBook:
        bench, rehearsal = self._bench, self._bench.rehearsal
        name = bench.names.weight(place_at(bench, position))
        return ChangeBook(bench.ledger, name, float(rehearsal.before[position]), float(rehearsal.after[position]))

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench, rehearsal = self._bench, self._bench.rehearsal
        label, moved = self._optimizer.label, int(np.count_nonzero(self._change))
        name = bench.names.weight(bench.place)
        lines: list[Formula] = []
        if rehearsal.divergence is not None:
            sentence = f"This update cannot be made. {rehearsal.divergence.reason}"
        elif self._held:
            sentence = f"{label} moves {moved:,} of {rehearsal.config.n_parameters:,} weights and biases. {self._held}"
        elif self._optimizer.needs_objective:
            sentence = (
                f"{label} chooses one direction for all weights from the last gradients, and how far to go by trying "
                f"several steps, each with a forward and a backward pass. Followed: {name}."
            )
        else:
            sentence = (
                f"{label} moves {moved:,} of {rehearsal.config.n_parameters:,} weights and biases at once, each by its "
                f"own gradient. Followed: {name}."
            )
        if self._whole is not None:
            lines.append(self._whole.line("w'", "=", "w", "+", "dp", "="))
        if self._book is not None:
            lines += _given_first([line.formula for line in self._book.lines()])
            lines.append(formula(Name(f"{name}:"), self._book.before(), "→", self._book.after()))
        blocks = layer_blocks(rehearsal.config, self._change)
        streams = [(layer, block[:-1]) for layer, block in enumerate(blocks)]
        rule = pretty(self._optimizer.formula).replace("<−", "←")
        return Stage(
            kind="update",
            layer=-1,
            name="Update",
            sentence=sentence,
            symbols=Formula(rule, RULES[self._optimizer.name]),
            lines=tuple(lines),
            light=bench.light(streams, 0, tuple(range(bench.last + 2)), "Edges: change of each weight"),
            aside_title="" if not self._others else "Largest changes" if self._held else "Largest changes beside it",
            aside=tuple(book.line() for book in self._others),
        )


def _given_first(lines: list[Formula]) -> list[Formula]:
    """Return an update's lines, what is merely given on one line before them."""
    given = [line for line in lines if line.text.count("=") + line.text.count("≈") == 1]
    tex: list[str | Piece] = []
    for line in given:
        tex += [*((Piece(r", \quad"),) if tex else ()), *formula(line).tex]
    return [
        Formula(",   ".join(line.text for line in given), tuple(tex)),
        *(line for line in lines if line not in given),
    ]


class AfterBook:
    """Enters the loss of the same rows with the new weights, and what became of the old one."""

    def __init__(self, bench: Bench, loss: LossBook) -> None:
        self._bench, ledger, trace = bench, bench.ledger, bench.trace
        self._before = loss.mean
        self._mean, self._rows = enter_mean(bench, trace.new_losses, "Σ loss", {})
        self._change = ledger.number(trace.new_loss - trace.loss)
        self._made = ledger.relate(self._change, (self._mean, self._before), lambda v: v[0] - v[1])
        self._promised = ledger.number(trace.promised)

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench, ledger, trace = self._bench, self._bench.ledger, self._bench.trace
        if not math.isfinite(trace.new_loss):
            verdict = "With the new weights the loss is not a finite number."
        elif trace.new_loss < trace.loss:
            verdict = "With the new weights, the same rows have a smaller loss: the step went down."
        elif trace.new_loss > trace.loss:
            verdict = "With the new weights, the same rows have a larger loss: this step was too long, or not downhill."
        else:
            verdict = "With the new weights, the same rows have the same loss."
        drawn = " Dropout and noise are as before." if bench.rehearsal.training.regularization.is_random else ""
        difference = (ledger.text(self._mean), MINUS, ledger.factor(self._before), ledger.sign(self._made))
        lines = (
            self._rows.line("L'"),
            formula("L'", MINUS, "L", "=", *difference, ledger.text(self._change)),
            formula(Name("gradient"), "×", Name("change, all weights together, promised"), ledger.text(self._promised)),
        )
        return Stage(
            kind="after",
            layer=-1,
            name="New loss",
            sentence=f"{verdict}{drawn} A gradient is the slope at one point: the longer the step, the less it keeps "
            "what it promised.",
            symbols=Formula("L' = Σ loss' / n", r"L' = \frac{1}{n}\sum \text{loss}'"),
            lines=lines,
            light=self._light(),
            tables=(loss_table(bench, self._rows.view()),),
        )

    def _light(self) -> Light:
        bench, rehearsal = self._bench, self._bench.rehearsal
        network = MLP(rehearsal.config, rehearsal.after, rehearsal.after.dtype)
        kept = [] if rehearsal.rows is None else [layer[bench.at] for layer in rehearsal.rows.kept]
        trace = trace_row(network, np.asarray(bench.loss.forward.inputs), kept)
        streams: list[tuple[int, FloatArray]] = [(layer.index, layer.products) for layer in trace.layers]
        words = f"Edges: new weight × input, {bench.row_name(bench.at)}"
        return bench.light(streams, 1, tuple(range(bench.last + 2)), words)


def place_at(bench: Bench, position: int) -> Place:
    """Return the weight or bias at a place of the flat parameter vector."""
    sizes, start = bench.rehearsal.config.sizes, 0
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        size = (n_in + 1) * n_out
        if position < start + size:
            source, unit = divmod(position - start, n_out)
            return Place(layer, unit, BIAS if source == n_in else source)
        start += size
    return Place(INPUTS, 0)
