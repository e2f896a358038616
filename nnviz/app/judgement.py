"""Which of the rows on the map the network gets wrong, and by how much; pure functions."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.engine.losses import class_scores, decision_scores

FloatArray = NDArray[np.floating[Any]]

WORST_SHARE: Final = 0.05  # of a regression's residuals
BAND: Final = (0.05, 0.95)
_LEAST_FOR_A_BAND: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The network's answers for some rows.

    Attributes
    ----------
    rows
        Rows of X, (m,).
    wrong
        Which of them count as errors, (m,) bool: another class than theirs; of a regression the 5 % with the largest
        residuals. Rows without a finite answer are none.
    predicted
        Class indices, or predictions in raw units, (m,); -1 or nan without a finite answer.
    scores
        The score of the predicted class, 0 to 1, (m,); nan for regression.
    band
        Regression: the 5 % and the 95 % quantile of residuals (target minus prediction) in raw units; None with fewer
        than 20 of them.
    band_part
        Whose residuals those are: "validation", or "training" where there are too few validation rows.
    """

    rows: NDArray[np.intp]
    wrong: NDArray[np.bool_]
    predicted: NDArray[np.float64]
    scores: NDArray[np.float64]
    band: tuple[float, float] | None = None
    band_part: str = ""

    @property
    def n_wrong(self) -> int:
        """How many rows count as errors."""
        return int(np.count_nonzero(self.wrong))


def judge(dataset: Dataset, rows: NDArray[np.intp], outputs: FloatArray, loss: str) -> Judgement:
    """Compare the network's outputs (m, k) for some rows of X with their targets."""
    with np.errstate(invalid="ignore"):
        sound = np.asarray(np.isfinite(outputs).all(axis=1))
        if dataset.task == "regression":
            return _judge_numbers(dataset, rows, outputs, sound)
        deciding = dataset.preprocessor.probabilities(decision_scores(outputs, loss))
        shown = dataset.preprocessor.probabilities(class_scores(outputs, loss))
    # At exactly one half the second of two classes is predicted.
    best = deciding[:, 1] >= 0.5 if dataset.task == "binary" else deciding.argmax(axis=1)
    predicted = np.where(sound, best, -1)
    codes = dataset.target_codes
    truth = np.full(len(rows), -1) if codes is None else codes[rows]
    scores = np.where(sound, shown[np.arange(len(rows)), predicted], np.nan)
    return Judgement(rows, sound & (predicted != truth), predicted.astype(np.float64), scores)


def _judge_numbers(
    dataset: Dataset, rows: NDArray[np.intp], outputs: FloatArray, sound: NDArray[np.bool_]
) -> Judgement:
    predicted = np.where(sound, dataset.preprocessor.predictions(outputs).astype(np.float64), np.nan)
    residuals = dataset.target_values[rows] - predicted
    wrong = np.zeros(len(rows), np.bool_)
    count = min(int(np.ceil(WORST_SHARE * len(rows))), int(np.count_nonzero(sound)))
    if count:
        sizes = np.where(sound, np.abs(residuals), -1.0)
        wrong[np.argsort(-sizes, kind="stable")[:count]] = True
    return Judgement(rows, wrong, predicted, np.full(len(rows), np.nan), *_band(dataset, rows[sound], residuals[sound]))


def _band(
    dataset: Dataset, rows: NDArray[np.intp], residuals: NDArray[np.float64]
) -> tuple[tuple[float, float] | None, str]:
    for part, members in (("validation", dataset.validation_rows), ("training", dataset.train_rows)):
        of_part = residuals[np.isin(rows, members)]
        if len(of_part) >= _LEAST_FOR_A_BAND:
            low, high = np.quantile(of_part, BAND)
            return (float(low), float(high)), part
    return None, ""
