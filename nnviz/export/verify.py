"""Reload what was written and compare: the person is told a fact, not a hope."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnviz.errors import UserError
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.document import describe, to_text
from nnviz.export.formats import format_for, load


@dataclass(frozen=True, slots=True)
class Verification:
    """What came back from a file that was just written.

    Parameters
    ----------
    path, format
        The file and its format's name.
    rows_checked, rows_equal
        Rows predicted twice, and those whose every output is the same number.
    max_abs_difference
        The largest absolute difference of any output (0 when there are no rows).
    """

    path: Path
    format: str
    rows_checked: int
    rows_equal: int
    max_abs_difference: float

    @property
    def sentence(self) -> str:
        """For example "150 of 150 rows, largest difference 0"."""
        return f"{self.rows_equal} of {self.rows_checked} rows, largest difference {self.max_abs_difference:.3g}"


def compare(original: ModelBundle, reloaded: ModelBundle, X: FloatArray) -> tuple[int, float]:  # noqa: N803
    """Return the rows of ``X`` (n, d) with equal outputs, and the largest absolute difference of any output."""
    expected, found = original.outputs(X).astype(np.float64), reloaded.outputs(X).astype(np.float64)
    # Finite weights can still answer inf or nan, which minus itself is nan: the same answer is no difference.
    equal = (expected == found) | (np.isnan(expected) & np.isnan(found))
    with np.errstate(invalid="ignore"):
        difference = np.where(equal, 0.0, np.abs(expected - found))
    return int(equal.all(axis=1).sum()), float(np.nan_to_num(difference, nan=np.inf).max(initial=0.0))


def export_and_verify(bundle: ModelBundle, path: Path | str, X: FloatArray) -> Verification:  # noqa: N803
    """Write ``bundle`` to ``path``, open that file again, and compare the two on the preprocessed rows ``X`` (n, d).

    Raises
    ------
    UserError
        If the file could not be written or read back, or what came back has other names or another preprocessing.
    """
    place = Path(path)
    form = format_for(place)
    form.write(bundle, place)
    reloaded = load(place)
    if to_text(describe(reloaded)) != to_text(describe(bundle)):
        raise UserError(
            f"{place.name} was written, but another description was read back from it.", "Do not rely on that file."
        )
    rows_equal, largest = compare(bundle, reloaded, X)
    return Verification(place, form.name, len(X), rows_equal, largest)
