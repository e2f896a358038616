"""A network tried on a file that it never learned from: predictions, and scores where the file has the answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.applying import AppliedRows, apply_to
from nnviz.data.dataset import Dataset
from nnviz.data.table import Table
from nnviz.engine.activations import PROBABILITIES
from nnviz.engine.losses import class_scores, decision_scores
from nnviz.engine.mlp import MLP
from nnviz.engine.scores import Scores, score
from nnviz.errors import UserError
from nnviz.run.messages import Checkpoint

_CHUNK: Final = 16_384  # rows that are predicted at a time


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What became of it.

    Attributes
    ----------
    path
        The file.
    applied
        Its rows as the network takes them.
    learned_from, epoch
        The data set of the training, and how far that was.
    predictions
        Shape (n_rows,): class names, or numbers in the target's unit; every row of the file, in its order.
    probabilities
        Shape (n_rows, n_classes); None for regression. Scores from 0 to 1 where the loss makes no probabilities.
    scores
        Of the rows with a known target, errors in its unit; None where there is none.
    problems
        Sentences: what did not suit the network.
    """

    path: Path
    applied: AppliedRows
    learned_from: str
    epoch: int
    predictions: NDArray[Any]
    probabilities: NDArray[np.float64] | None
    scores: Scores | None
    problems: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The file's table."""
        return self.applied.table


def can_try(dataset: Dataset | None, path: Path, table: Table) -> bool:
    """Tell whether another file has every column that the network of a data set learns from."""
    if dataset is None or dataset.table.path == path:
        return False
    return all(name in table for name in dataset.feature_names)


def try_network(path: Path, table: Table, dataset: Dataset, checkpoint: Checkpoint) -> Trial:
    """Predict every row of a table with a network as it stands; nothing is learned and nothing fitted.

    Raises
    ------
    UserError
        If the table lacks a column or holds something else in it.
    """
    preprocessor, config = dataset.preprocessor, checkpoint.config
    if config.n_inputs != preprocessor.n_inputs:
        raise UserError("The network has just been changed.", "Try it again.")
    applied = apply_to(table, preprocessor)
    network = MLP(config, checkpoint.state.parameters, checkpoint.state.parameters.dtype)
    parts = [network.predict(applied.X[start : start + _CHUNK]) for start in range(0, len(applied.X), _CHUNK)]
    output = np.concatenate(parts).astype(np.float64) if parts else np.empty((0, config.n_outputs))
    deciding = decision_scores(output, config.loss)
    problems = list(applied.problems)
    if unsure := int(np.count_nonzero(~np.isfinite(output).all(axis=1))):
        problems.append(f"{unsure:,} rows hold numbers too large for this network; their prediction is not a number.")
    regression = preprocessor.task == "regression"
    return Trial(
        path,
        applied,
        dataset.name,
        checkpoint.state.epoch,
        preprocessor.predictions(deciding),
        None if regression else preprocessor.probabilities(class_scores(output, config.loss)),
        _scores(applied, deciding, probabilities=config.layers[-1].activation in PROBABILITIES),
        tuple(problems),
    )


def _scores(applied: AppliedRows, deciding: NDArray[Any], *, probabilities: bool) -> Scores | None:
    if not applied.has_target:
        return None
    preprocessor, rows = applied.preprocessor, applied.scored_rows
    output, target = np.asarray(deciding[rows]), applied.Y
    if preprocessor.task == "regression":
        output = np.asarray(preprocessor.predictions(output), dtype=np.float64)[:, None]
        target = target * preprocessor.target_std + preprocessor.target_mean
    with np.errstate(all="ignore"):
        return score(output, target, preprocessor.task, probabilities=probabilities)
