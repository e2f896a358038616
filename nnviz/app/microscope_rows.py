"""The first stages: which rows the update looks at, and, behind the forward pass, what their loss is."""

import numpy as np

from nnviz.app.lens_forward import NeuronBook
from nnviz.app.lens_numbers import add
from nnviz.app.lens_outcome import OutcomeBook
from nnviz.app.lens_preparing import InputBook
from nnviz.app.lens_sums import Formula, Name, SumBook, SumParts, SumView, formula
from nnviz.app.lenses import largest
from nnviz.app.microscope_bench import MOST_LINES, Bench, RowSum, mean_parts
from nnviz.app.microscope_stage import Stage, Table
from nnviz.engine.losses import LOSSES

_MOST_ROWS = 9
READS = Formula(r"x = (value − centre) / spread", r"x = \frac{\text{value} - \text{centre}}{\text{spread}}")


class BatchBook:
    """Enters the followed row's inputs.

    Attributes
    ----------
    keys
        The key of what the network reads, by input: input noise included.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        products = bench.loss.forward.layers[0].products[:, bench.path[1]]
        wanted, _ = largest(products, MOST_LINES, bench.path[0])
        ledger = bench.ledger
        self._inputs = InputBook(ledger, bench.dataset, bench.row, wanted)
        self.keys = dict(self._inputs.keys)
        self._noise: list[tuple[int, int, int, int, int]] = []
        if bench.rehearsal.training.regularization.input_noise:
            read = bench.loss.forward.inputs
            for index in wanted:
                clean = self.keys[index]
                noise = ledger.number(float(read[index]) - ledger.value(clean))
                noisy = ledger.number(float(read[index]))
                self._noise.append((index, clean, noise, noisy, ledger.relate(noisy, (clean, noise), add)))
                self.keys[index] = noisy

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench = self._bench
        rehearsal, training = bench.rehearsal, bench.rehearsal.training
        first, n = rehearsal.position + 1, bench.n
        many = f"rows {first:,} to {first + n - 1:,}" if n > 1 else f"row {first:,}"
        if n == rehearsal.n_train:
            sentence = f"This update looks at all {n:,} training rows at once."
        else:
            sentence = (
                f"This update looks at {n:,} of the {rehearsal.n_train:,} training rows: {many} of the order drawn for "
                f"epoch {rehearsal.epoch + 1:,}."
            )
        sentence += (
            f" Each value is first brought to the network's own scale, here those of {bench.row_name(bench.at)}."
        )
        if training.regularization.input_noise:
            sentence += " Noise is added to the inputs."
        if bench.weighted:
            sentence += " Rows of rarer classes count more."
        return Stage(
            kind="batch",
            layer=-1,
            name="Pick the batch",
            sentence=sentence,
            symbols=READS,
            lines=(*self._inputs.lines(), *self._noisy()),
            light=bench.light([], 0, (0,)),
            aside_title="Rows of the batch",
            aside=tuple(self._rows()),
        )

    def _rows(self) -> list[Formula]:
        """Return the batch's first rows in the file's units, the followed one in any case."""
        bench = self._bench
        shown = list(range(min(bench.n, _MOST_ROWS)))
        if bench.at not in shown:
            shown[-1] = bench.at
        lines = [formula(Name(f"{bench.row_name(index)}: {bench.values_words(index)}")) for index in shown]
        if more := bench.n - len(shown):
            lines.append(formula(Name(f"and {more:,} more")))
        return lines

    def _noisy(self) -> list[Formula]:
        ledger, names = self._bench.ledger, self._bench.names
        found = []
        for index, clean, noise, noisy, relation in self._noise:
            body = (ledger.text(clean), "+", ledger.factor(noise), ledger.sign(relation), ledger.text(noisy))
            found.append(formula(Name(f"{names.unit(-1, index)} with noise:"), *body))
        return found


class LossBook:
    """Enters the followed row's loss, and the mean over the batch.

    Attributes
    ----------
    row, mean
        Keys of the followed row's loss and of the batch's.
    """

    def __init__(self, bench: Bench, output: NeuronBook) -> None:
        self._bench, ledger, trace = bench, bench.ledger, bench.trace
        self._end = OutcomeBook(
            ledger,
            bench.dataset,
            bench.row,
            bench.loss.forward,
            bench.loss.loss_name,
            output.z,
            output.a,
            bench.path[-1],
            np.asarray(bench.loss.target),
        )
        self.row = self._end.loss
        self.mean, self._rows = enter_mean(bench, trace.losses, "Σ loss", {bench.at: self.row})

    def stage(self) -> Stage:
        """Return the stage, from the settled ledger."""
        bench = self._bench
        name = LOSSES[bench.loss.loss_name].label.lower()
        weights = " times what they count" if bench.weighted else ""
        end = self._end.view()
        shares = end.shares if len(end.shares) > 2 else ()  # of two, the lines tell already
        lines = [formula(Name(f"{share[1]}:"), share[3]) for share in shares]
        return Stage(
            kind="loss",
            layer=-1,
            name="Loss",
            sentence=f"The {name} says how far each output is from its target, in one number per row; the batch's loss "
            f"L is the mean over its {bench.n:,} rows{weights}.",
            symbols=Formula("L = Σ loss / n", r"L = \frac{1}{n}\sum \text{loss}"),
            lines=(*lines, *end.lines, self._rows.line("L")),
            light=bench.light([], 0, (bench.last + 1,)),
            tables=(loss_table(bench, self._rows.view()),),
        )


def loss_table(bench: Bench, view: SumView) -> Table:
    """Return the table of the rows' losses."""
    return Table("Over the batch", ("row", "counts × loss" if bench.weighted else "", "loss"), view, bench.at)


class MeanBook:
    """A table over the batch's rows whose terms are products, and their mean."""

    def __init__(self, bench: Bench, book: SumBook, mean: int) -> None:
        self._bench, self._book, self.view = bench, book, book.view
        self._mean = mean
        self._divided = bench.ledger.relate(mean, (book.total,), lambda v: v[0] / bench.n)

    def line(self, symbol: str) -> Formula:
        """Return "L = sum / n = mean"."""
        ledger = self._bench.ledger
        parts = mean_parts(ledger, self._book.total, self._bench.n, self._divided, self._mean)
        return formula(symbol, "=", *parts)


class PlainMeanBook:
    """A table over the batch's rows whose terms stand alone, and their mean."""

    def __init__(self, rows: RowSum) -> None:
        self._rows, self.view = rows, rows.view

    def line(self, symbol: str) -> Formula:
        """Return "L = sum / n = mean"."""
        return formula(symbol, "=", *self._rows.mean_parts())


def enter_mean(
    bench: Bench, values: np.ndarray, symbol: str, known: dict[int, int]
) -> tuple[int, MeanBook | PlainMeanBook]:
    """Enter the weighted mean of one value per row, (n,); return its key and what shows it."""
    if not bench.weighted:
        rows = RowSum(bench, symbol, values, known)
        return rows.mean, PlainMeanBook(rows)
    weights = bench.trace.weights
    return enter_products(bench, weights, values, symbol, known, {})


def enter_products(
    bench: Bench,
    weights: np.ndarray,
    values: np.ndarray,
    symbol: str,
    known: dict[int, int],
    known_weights: dict[int, int],
) -> tuple[int, MeanBook]:
    """Enter the mean over the rows of weight times value, (n,) each; return its key and what shows it."""
    with np.errstate(all="ignore"):
        total = float((weights * values).sum())
    parts = SumParts(symbol, bench.row_name, weights, values, None, total)
    book = SumBook(bench.ledger, parts, most=MOST_LINES, keep=bench.at, known=known, known_weights=known_weights)
    mean = bench.ledger.number(total / bench.n)
    return mean, MeanBook(bench, book, mean)
