"""The table of rows: a data set's columns beside what the network says of each row; its cells, keys and order."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.app.rows_view import Rows
from nnviz.data.dataset import Dataset
from nnviz.data.table import Cell, Column
from nnviz.engine.classification_metrics import predicted_classes
from nnviz.engine.losses import class_scores, decision_scores
from nnviz.run.watch import RowsResult

Kind = Literal["row", "split", "target", "prediction", "probability", "error", "loss", "feature"]
SPLITS: Final = ("train", "validation", "test")
_OF_NETWORK: Final = (" of network", " of nnviz")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the table of rows.

    Attributes
    ----------
    title
        Different from all others.
    kind
        What it holds; a "feature" may be any column of the file.
    name
        The file's column, "" for those that nnviz makes.
    words
        Whether it holds words rather than numbers.
    tip
        What it is, in a sentence.
    """

    title: str
    kind: Kind
    name: str = ""
    words: bool = False
    tip: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it comes from the network."""
        return self.kind in ("prediction", "probability", "error", "loss")


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the network says of every row of a data set.

    Attributes
    ----------
    result
        Where it comes from.
    predicted
        (n,): class indices, or numbers in the target's raw unit.
    sure
        (n,): how sure the network is of that class; prediction minus target for numbers.
    """

    result: RowsResult
    predicted: NDArray[np.float64]
    sure: NDArray[np.float64]

    def column(self, kind: Kind) -> NDArray[np.float64]:
        """Return the numbers of a kind of answer, (n,)."""
        if kind == "prediction":
            return self.predicted
        return self.result.losses if kind == "loss" else self.sure


def answers_of(dataset: Dataset, result: RowsResult) -> Answers:
    """Return the answers to all rows of a data set, which the result must have."""
    output = result.output.astype(np.float64)
    if dataset.task == "regression":
        predicted = np.asarray(dataset.preprocessor.predictions(output), dtype=np.float64)
        return Answers(result, predicted, predicted - dataset.target_values)
    codes = predicted_classes(decision_scores(output, result.config.loss), dataset.task)
    shares = dataset.preprocessor.probabilities(class_scores(output, result.config.loss))
    return Answers(result, codes.astype(np.float64), shares[np.arange(len(codes)), codes])


@dataclass(frozen=True, eq=False)
class RowTable:
    """A data set as a table with answers.

    Attributes
    ----------
    dataset
        The data set.
    columns
        From left to right: row and split, target and answers, then the features.
    """

    dataset: Dataset
    columns: tuple[TableColumn, ...]
    _codes: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.dataset.n_rows

    @property
    def split(self) -> NDArray[np.intp]:
        """What each row is for, as an index of ``SPLITS``, (n,)."""
        codes = np.zeros(self.n_rows, dtype=np.intp)
        codes[self.dataset.validation_rows] = 1
        codes[self.dataset.test_rows] = 2
        return codes

    def find(self, title: str) -> int | None:
        """Return the column of that title, whatever its capitals; None if there is none, or more than one fits."""
        exact = [index for index, column in enumerate(self.columns) if column.title == title]
        folded = [index for index, column in enumerate(self.columns) if column.title.casefold() == title.casefold()]
        found = exact or folded
        return found[0] if len(found) == 1 else None

    def numbers(self, column: TableColumn, answers: Answers | None) -> NDArray[np.float64]:
        """Return a column of numbers over all rows, (n,), nan where missing or not known yet; classes as indices."""
        if column.is_answer:
            return np.full(self.n_rows, np.nan) if answers is None else answers.column(column.kind)
        match column.kind:
            case "row":
                return (self.dataset.table_rows + 1).astype(np.float64)
            case "split":
                return self.split.astype(np.float64)
            case "target":
                return self.dataset.target_values
        return self._file_column(column).numbers()

    def _file_column(self, column: TableColumn) -> Column:
        return self.dataset.table.column(column.name).take(self.dataset.table_rows)

    def words(self, column: TableColumn) -> list[str | None]:
        """Return a column of words over all rows; None where missing. Answers have none: see `numbers`."""
        labels: list[str | None] = (
            self.dataset.table.column(column.name).take(self.dataset.table_rows).labels().tolist()
        )
        return labels

    def keys(self, column: TableColumn, answers: Answers | None) -> NDArray[np.float64]:
        """Return numbers by whose size the rows are sorted, (n,), nan where missing: words by letter."""
        if not column.words or column.kind != "feature":
            return self.numbers(column, answers)
        if column.name not in self._codes:
            # Comparing a million texts would take seconds: only the different ones are.
            words = self.words(column)
            names = sorted({word for word in words if word is not None}, key=lambda word: (word.casefold(), word))
            places: dict[str | None, float] = {name: float(place) for place, name in enumerate(names)}
            places[None] = np.nan
            self._codes[column.name] = np.fromiter((places[word] for word in words), np.float64, len(words))
        return self._codes[column.name]

    def cell(self, row: int, column: TableColumn, answers: Answers | None) -> Cell:
        """Return a cell's value: a number, a text, or None where missing or not known yet; raw units throughout."""
        match column.kind:
            case "row":
                return int(self.dataset.table_rows[row]) + 1
            case "split":
                return SPLITS[int(self.split_of(row))]
            case "target" | "feature":
                at = int(self.dataset.table_rows[row])
                return self.dataset.table.column(column.name).cells(at, at + 1)[0]
        if answers is None:
            return None
        if column.kind == "prediction":
            value = float(answers.predicted[row])
            return self.dataset.classes[int(value)] if self.dataset.classes else value
        return float(answers.column(column.kind)[row])

    def split_of(self, row: int) -> int:
        """Return what a row is for, as an index of ``SPLITS``."""
        for code, rows in ((1, self.dataset.validation_rows), (2, self.dataset.test_rows)):
            place = int(np.searchsorted(rows, row))
            if place < len(rows) and rows[place] == row:
                return code
        return 0

    def is_wrong(self, row: int, answers: Answers | None) -> bool:
        """Whether the network takes the row for another class."""
        codes = self.dataset.target_codes
        return answers is not None and codes is not None and int(answers.predicted[row]) != int(codes[row])


def row_table(dataset: Dataset, *, probabilities: bool = True) -> RowTable:
    """Return the table of a data set's rows; ``probabilities`` tells whether the outputs are probabilities."""
    classes = bool(dataset.classes)
    target, numeric = dataset.choices.target, dataset.table.column(dataset.choices.target).kind
    taken = {target, *dataset.feature_names}
    made: list[TableColumn] = [
        TableColumn("Row", "row", tip="The row of the file, counted from 1 below the header."),
        TableColumn("Split", "split", words=True, tip="Whether the row is learned from."),
        TableColumn(target, "target", target, words=classes or numeric in ("string", "empty"), tip="The target."),
        TableColumn("Prediction", "prediction", words=classes, tip="What the network says."),
    ]
    if classes:
        title = "P" if probabilities else "Score"
        made.append(TableColumn(title, "probability", tip="How sure the network is of its prediction, 0 to 1."))
    else:
        made.append(TableColumn("Error", "error", tip="Prediction minus target, in the target's unit."))
    made.append(TableColumn("Loss", "loss", tip="What the row costs in training, without weights and penalties."))
    columns = [column if column.kind == "target" else _with_own_title(column, taken) for column in made]
    for name in dataset.feature_names:
        kind = dataset.table.column(name).kind
        columns.append(TableColumn(name, "feature", name, words=kind in ("string", "boolean", "empty")))
    return RowTable(dataset, tuple(columns))


def _with_own_title(column: TableColumn, taken: set[str]) -> TableColumn:
    folded = {name.casefold() for name in taken}
    title = column.title
    while title.casefold() in folded:
        title = f"{title} (nnviz)"
    return TableColumn(title, column.kind, column.name, column.words, column.tip)


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column, and whether from the greatest down."""

    column: int = 0
    falling: bool = False


def order_rows(keys: NDArray[Any], rows: Rows, *, falling: bool) -> Rows:
    """Return rows in the order of their keys; equal ones as they stood, missing keys last either way."""
    chosen = keys[rows]
    return rows[np.argsort(-chosen if falling else chosen, kind="stable")]
