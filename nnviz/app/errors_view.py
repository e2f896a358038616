"""How far the predictions of a number are off: predicted against true, errors against predicted, their spread."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import plain_number
from nnviz.app.rows_view import PartAnswers, Rows
from nnviz.engine.metrics import METRICS
from nnviz.errors import UserError
from nnviz.run.cross_validation import figure

MOST_POINTS: Final = 2_000
_BINS: Final = 24
_METRICS: Final = (("r2", "R²"), ("mae", "MAE"), ("rmse", "RMSE"))
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ErrorsView:
    """Predictions of a number beside the truth, in the target's own unit.

    Attributes
    ----------
    name
        The target.
    rows
        The rows of X that are drawn, (n,), at most `MOST_POINTS`.
    truth, predicted
        Of these, (n,).
    value_range
        Lowest and highest of all truths and predictions.
    error_range
        Lowest and highest error, 0 between them; errors are prediction minus target.
    counts, edges
        How the errors of all rows are spread, (bins,) and (bins + 1,).
    figures
        Name and text of each metric.
    rows_text
        Which rows these are.
    numbers
        The row of the file of each point, counted from 1.
    """

    name: str
    rows: Rows
    truth: Vector
    predicted: Vector
    value_range: tuple[float, float]
    error_range: tuple[float, float]
    counts: NDArray[np.int64]
    edges: Vector
    figures: tuple[tuple[str, str], ...]
    rows_text: str
    numbers: tuple[int, ...]

    @property
    def errors(self) -> Vector:
        """Prediction minus target, (n,)."""
        return self.predicted - self.truth

    @property
    def summary(self) -> str:
        """Return the metrics and the rows."""
        return " · ".join((*(f"{name} {text}" for name, text in self.figures), self.rows_text))

    def sentence(self, point: int) -> str:
        """Return a point in words."""
        truth, predicted = float(self.truth[point]), float(self.predicted[point])
        return (
            f"row {self.numbers[point]:,}\n{self.name} {plain_number(truth, 5)}\n"
            f"predicted {plain_number(predicted, 5)}, error {plain_number(predicted - truth, 4)}"
        )


def metric_tips() -> str:
    """Return formula and source of each metric shown."""
    return "\n".join(f"{name}: {METRICS[key].formula}. {METRICS[key].source}" for key, name in _METRICS)


def errors_view(answers: PartAnswers) -> ErrorsView:
    """Return the errors of some rows of a data set whose target is a number.

    Raises
    ------
    UserError
        If the network's outputs are no finite numbers.
    """
    dataset = answers.dataset
    truth, predicted = answers.truth, answers.predicted
    if not np.isfinite(predicted).all():
        raise UserError("The network's outputs have left the range of numbers.", "Reset it, or go back to an epoch.")
    drawn = np.arange(len(truth))
    if len(drawn) > MOST_POINTS:
        drawn = np.sort(np.random.default_rng(0).choice(drawn, MOST_POINTS, replace=False, shuffle=False))
    errors = predicted - truth
    error_range = (min(float(errors.min()), 0.0), max(float(errors.max()), 0.0))
    if error_range[0] == error_range[1]:
        error_range = (-1.0, 1.0)
    counts, edges = np.histogram(errors, bins=_BINS, range=error_range)
    scores = answers.scores.values
    note = answers.rows_text if len(drawn) == len(truth) else f"{answers.rows_text}, {len(drawn):,} drawn"
    return ErrorsView(
        name=dataset.choices.target,
        rows=answers.rows[drawn],
        truth=truth[drawn],
        predicted=predicted[drawn],
        value_range=_range(truth, predicted),
        error_range=error_range,
        counts=counts.astype(np.int64),
        edges=edges,
        figures=tuple((name, figure(key, scores[key])) for key, name in _METRICS),
        rows_text=note,
        numbers=tuple((dataset.table_rows[answers.rows[drawn]] + 1).tolist()),
    )


def _range(*values: Vector) -> tuple[float, float]:
    low = min(float(some.min()) for some in values)
    high = max(float(some.max()) for some in values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)
