"""The verb ``predict``: an exported model and a CSV file to a CSV file of predictions, row for row."""

from pathlib import Path

import numpy as np

from nnviz.cli.output import warn, write_document, write_line
from nnviz.cli.progress import Progress
from nnviz.data.csv_reader import read_csv
from nnviz.data.table import Table
from nnviz.errors import UserError
from nnviz.export.atomic import check_writable
from nnviz.export.csv_file import write_predictions
from nnviz.export.formats import load

_LISTED = 5  # rejected rows named one by one


def run(model: Path, path: Path, output: Path, *, as_json: bool = False, quiet: bool = False) -> int:
    """Write one row to ``output`` for every row of the table in ``path``; returns 0.

    The columns are ``prediction`` and, for classes, ``p_<class>`` in the model's order of classes. A class name that a
    spreadsheet would run as a formula gets an apostrophe in front.

    Raises
    ------
    UserError
        If the model or the data cannot be read or do not fit each other, or ``output`` cannot be written.
    """
    check_writable(output)
    for source in (model, path):
        if output.exists() and source.exists() and output.samefile(source):
            raise UserError(f"{output} would overwrite its own input.", "Choose another file for --output.")
    bundle = load(model)
    with Progress(quiet=quiet) as progress:
        table = read_csv(path, progress=progress.update)
    predictions, probabilities = bundle.predict(table)
    classes = bundle.preprocessor.classes
    output_numbers = predictions if probabilities is None else probabilities
    unsure = int((~np.isfinite(output_numbers.astype(np.float64))).reshape(len(predictions), -1).any(axis=1).sum())
    if unsure:
        warn(f"{unsure} rows hold numbers too large for this network; their prediction is not a number.")
    write_predictions(output, predictions, probabilities, classes)
    if as_json:
        write_document(
            {
                "model": str(model),
                "data": str(path),
                "output": str(output),
                "rows": len(predictions),
                "classes": list(classes),
                "rejected": [{"line": row.line, "reason": row.reason, "text": row.text} for row in table.rejected],
                "warnings": list(table.warnings),
            }
        )
    else:
        _warn_of_rejected(table)
        write_line(f"wrote {output}: {len(predictions)} rows")
    return 0


def _warn_of_rejected(table: Table) -> None:
    for row in table.rejected[:_LISTED]:
        warn(f"line {row.line} of {table.name} was rejected and has no prediction: {row.reason}")
    if len(table.rejected) > _LISTED:
        warn(f"{len(table.rejected) - _LISTED} more lines of {table.name} were rejected.")
