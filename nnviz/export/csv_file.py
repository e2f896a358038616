"""CSV files that nnviz writes: predictions and rejected rows, guarded against what a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnviz.data.spreadsheet_text import spreadsheet_cell
from nnviz.data.table import Rejected
from nnviz.export.atomic import atomic_write


class _Utf8:
    """The one method that csv needs of a text file; a TextIOWrapper would close the file it was lent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode("utf-8", "backslashreplace"))


def write_rows(output: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a UTF-8 CSV file, whole or not at all; text that begins a formula gets an apostrophe in front.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    with atomic_write(output) as file:
        writer = csv.writer(_Utf8(file), lineterminator="\n")
        writer.writerow([spreadsheet_cell(name) for name in header])
        # csv writes floats by repr: what is read back is the number predicted.
        writer.writerows([spreadsheet_cell(cell) for cell in row] for row in rows)


def tabbed_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as lines of cells parted by tabs, as spreadsheets paste it; guarded like a file."""
    out = io.StringIO()
    writer = csv.writer(out, "excel-tab", lineterminator="\n")
    writer.writerow([spreadsheet_cell(name) for name in header])
    writer.writerows([spreadsheet_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def write_predictions(
    output: Path, predictions: NDArray[Any], probabilities: NDArray[Any] | None, classes: tuple[str, ...]
) -> None:
    """Write predictions (n,) and probabilities (n, n_classes), one row each, with ``prediction`` and ``p_<class>``.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    answers = predictions.tolist()
    shares = [[] for _ in answers] if probabilities is None else probabilities.astype(np.float64).tolist()
    rows = ([answer, *share] for answer, share in zip(answers, shares, strict=True))
    write_rows(output, ["prediction", *(f"p_{name}" for name in classes)], rows)


def write_rejected(output: Path, rejected: Sequence[Rejected]) -> None:
    """Write the records that are not in a table: line, reason, and the text as it stands in the file.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write_rows(output, ["line", "reason", "text"], ([found.line, found.reason, found.text] for found in rejected))
