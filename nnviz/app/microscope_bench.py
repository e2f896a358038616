"""What all stages of the microscope share: the update, the row and the weight that are followed, one ledger."""

from dataclasses import dataclass

from nnviz.app.lens_numbers import Ledger, add
from nnviz.app.lens_sums import OTHERS, Formula, SumView, Term, formula, level_sum
from nnviz.app.lenses import Names, Place, largest
from nnviz.app.microscope_stage import Light, Stream
from nnviz.app.plain_numbers import MINUS, plain_number
from nnviz.app.row_view import input_texts
from nnviz.data.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import LossTrace
from nnviz.engine.explain_rehearsal import BatchTrace
from nnviz.engine.rehearsal import Rehearsal

MOST_LINES = 9  # of a table


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What all stages share.

    Attributes
    ----------
    ledger, dataset, rehearsal, trace, names
        Where numbers are entered; the rows; the update; its batch laid out; what things are called.
    loss, at
        The followed row's pass forward and back; its index in the batch.
    place, path
        The followed weight; one unit per column that leads through it, the input first.
    """

    ledger: Ledger
    dataset: Dataset
    rehearsal: Rehearsal
    trace: BatchTrace
    loss: LossTrace
    names: Names
    at: int
    place: Place
    path: tuple[int, ...]

    @property
    def n(self) -> int:
        """Rows in the batch."""
        return len(self.rehearsal.batch)

    @property
    def row(self) -> int:
        """The followed row of ``dataset.X``."""
        return self.row_of(self.at)

    @property
    def last(self) -> int:
        """Index of the output layer."""
        return len(self.rehearsal.config.layers) - 1

    @property
    def weighted(self) -> bool:
        """Whether rows count differently."""
        return bool((self.trace.weights != 1).any())

    def row_of(self, index: int) -> int:
        """Return the row of ``dataset.X`` that stands at a place of the batch."""
        return int(self.dataset.train_rows[self.rehearsal.batch[index]])

    def row_name(self, index: int) -> str:
        """Return "row 17", as the table counts."""
        return f"row {int(self.dataset.table_rows[self.row_of(index)]) + 1:,}"

    def row_words(self, index: int) -> str:
        """Return a row of the batch with its loss."""
        return f"{self.row_name(index)}, loss {plain_number(float(self.trace.losses[index]))}"

    def values_words(self, index: int) -> str:
        """Return a row's first values in the file's units, and its target."""
        dataset, row = self.dataset, self.row_of(index)
        names = [" ".join(name.split()) for name in dataset.input_names]
        values = [f"{name} {text}" for name, text in zip(names, input_texts(dataset, row), strict=False)][:3]
        if dataset.task == "regression":
            target = plain_number(float(dataset.target_values[row]))
        else:
            truth = dataset.Y[row]
            target = dataset.classes[int(truth.argmax()) if len(truth) > 1 else int(truth[0])]
        more = ", …" if len(names) > len(values) else ""
        return f"{', '.join(values)}{more} → {target}"

    def layer_name(self, layer: int) -> str:
        """Return "Hidden 2", or "Output"."""
        return "Output" if layer == self.last else f"Hidden {layer + 1}"

    def weight_at(self, layer: int) -> Place:
        """Return the weight of a layer that is followed: the chosen one, else the path's."""
        if layer == self.place.layer:
            return self.place
        return Place(layer, self.path[layer + 1], self.path[layer])

    def light(
        self, streams: list[tuple[int, FloatArray]], direction: int, columns: tuple[int, ...], words: str = ""
    ) -> Light:
        """Return a light along the followed path; ``streams`` are a layer and an amount per weight, (n_in, units)."""
        if len(streams) > 1:
            words += "; each layer on its own scale"
        return Light(tuple(Stream(*stream) for stream in streams), direction, columns, self.path, words)


class RowSum:
    """Enters a plain sum over the batch's rows, and their mean, into the ledger.

    Parameters
    ----------
    bench
        The largest rows get a line each, the followed one in any case.
    symbol
        What the sum is called.
    values
        One per row, (n,).
    known
        Keys of values that the ledger has already, by row.

    Attributes
    ----------
    total, mean
        Keys of the sum and of the mean.
    """

    def __init__(self, bench: Bench, symbol: str, values: FloatArray, known: dict[int, int]) -> None:
        ledger = self._ledger = bench.ledger
        self._bench, self._symbol = bench, symbol
        self._shown, others = largest(values, MOST_LINES, bench.at)
        self._others = len(others)
        self._keys = [known[row] if row in known else ledger.number(float(values[row])) for row in self._shown]
        rest = [ledger.number(float(values[others].sum()))] if others else []
        self._terms = [*self._keys, *rest]
        self.total = ledger.number(float(values.sum()))
        level_sum(ledger, self._terms, self.total)
        self._added = ledger.relate(self.total, self._terms, add)
        self.mean = ledger.number(ledger.value(self.total) / bench.n)
        self._divided = ledger.relate(self.mean, (self.total,), lambda v: v[0] / bench.n)

    def view(self) -> SumView:
        """Return the table."""
        ledger, names = self._ledger, self._bench.row_name
        lines = [
            Term(row, names(row), "", "", "", ledger.text(key, signed=True), ledger.value(key))
            for row, key in zip(self._shown, self._keys, strict=True)
        ]
        if self._others:
            key = self._terms[-1]
            name = f"{self._others:,} other rows" if self._others > 1 else "1 other row"
            lines.append(Term(OTHERS, name, "", "", "", ledger.text(key, signed=True), ledger.value(key)))
        relation, total = ledger.sign(self._added), ledger.text(self.total)
        return SumView(
            self._symbol,
            tuple(lines),
            relation,
            total,
            ledger.value(self.total),
            self._equation(lines, relation, total),
        )

    def mean_parts(self) -> tuple[str, ...]:
        """Return the mean's formula behind its equals sign, piece by piece."""
        ledger = self._ledger
        return mean_parts(ledger, self.total, self._bench.n, self._divided, self.mean)

    def _equation(self, lines: list[Term], relation: str, total: str) -> Formula:
        text = ""
        for line in lines:
            negative = line.product.startswith(MINUS)
            sign = (" − " if negative else " + ") if text else MINUS if negative else ""
            text += f"{sign}{line.product.lstrip('+' + MINUS)}"
        return formula(self._symbol, "=", text, relation, total)


def mean_parts(ledger: Ledger, total: int, n: int, divided: int, mean: int) -> tuple[str, ...]:
    """Return "total / n = mean", piece by piece."""
    return (ledger.text(total), "/", f"{n}", ledger.sign(divided), ledger.text(mean))
