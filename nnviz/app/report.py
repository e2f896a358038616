"""A report on a network as it stands: scores beside baselines, findings, its worst rows; pure functions."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.engine.activations import PROBABILITIES
from nnviz.engine.arrays import FloatArray
from nnviz.engine.baselines import Baselines, comparison, fit_baselines
from nnviz.engine.diagnostics import Finding, examine
from nnviz.engine.losses import decision_scores
from nnviz.engine.mlp import MLP
from nnviz.engine.row_answers import RowAnswers, answer_rows
from nnviz.engine.scores import Scores, score
from nnviz.run.history import HistoryView
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import training_data

_CHUNK = 16_384  # rows that are predicted at a time
WORST = 50  # rows listed with the largest share of the loss


@dataclass(frozen=True, slots=True, eq=False)
class WorstRow:
    """A row that the network is far from.

    Attributes
    ----------
    row, number
        Index into ``dataset.X``; the row of the file, from 1.
    validates
        Whether it is a validation row.
    truth, answer
        The target, and what the network says, as texts (classes) or numbers (regression).
    loss
        The row's loss, in the unit of training.
    """

    row: int
    number: int
    validates: bool
    truth: str | float
    answer: str | float
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """How good a network is, beside baselines, and what is wrong with it.

    Attributes
    ----------
    dataset, epoch, step
        What it learned from, and how far it has come.
    training, validation
        Scores of the network; errors of regression in the target's own unit. Those of no rows are nan.
    linear, constant
        Scores of the baselines on the validation rows, or on the training rows where there are no others.
    baselines
        The baselines themselves.
    sentence
        The most telling score beside those of the baselines.
    findings
        What diagnostics found, worst first.
    errors
        Regression: prediction minus target of the training and the validation rows, in the target's unit; else empty.
    worst
        The rows of the largest losses, largest first.
    """

    dataset: Dataset
    epoch: int
    step: int
    training: Scores
    validation: Scores
    linear: Scores
    constant: Scores
    baselines: Baselines
    sentence: str
    findings: tuple[Finding, ...]
    errors: tuple[NDArray[np.float64], NDArray[np.float64]]
    worst: tuple[WorstRow, ...]

    @property
    def has_validation(self) -> bool:
        """Whether there are validation rows."""
        return self.validation.n_rows > 0


def make_report(
    dataset: Dataset, checkpoint: Checkpoint, history: HistoryView | None, baselines: Baselines | None = None
) -> Report:
    """Judge a run's weights: scores, baselines, findings, worst rows.

    Parameters
    ----------
    dataset
        What the run learns from.
    checkpoint
        Its weights.
    history
        Its losses, for findings about the curves; None finds nothing there.
    baselines
        Fitted to the same data set before; None fits them.
    """
    config = checkpoint.config
    network = MLP(config, checkpoint.state.parameters, checkpoint.state.parameters.dtype)
    baselines = baselines or fit_baselines(training_data(dataset))
    answers = _answers(network, dataset)
    output = answers.output
    deciding = decision_scores(output, config.loss)
    probabilities = config.layers[-1].activation in PROBABILITIES
    training, validation = (
        judge_rows(dataset, deciding[rows], rows, probabilities=probabilities)
        for rows in (dataset.train_rows, dataset.validation_rows)
    )
    against = "validation" if validation.n_rows else "training"
    rows = dataset.validation_rows if validation.n_rows else dataset.train_rows
    linear = judge_rows(dataset, _outputs(baselines.mlp, dataset.X[rows]), rows)
    constant = judge_rows(dataset, np.broadcast_to(baselines.answer, (len(rows), len(baselines.answer))), rows)
    own = validation if validation.n_rows else training
    return Report(
        dataset=dataset,
        epoch=checkpoint.state.epoch,
        step=checkpoint.state.step,
        training=training,
        validation=validation,
        linear=linear,
        constant=constant,
        baselines=baselines,
        sentence=comparison(own, baselines, against, dataset.classes),
        findings=_findings(network, dataset, history),
        errors=_errors(dataset, output),
        worst=_worst(dataset, network.config.loss, answers),
    )


def _outputs(network: MLP, inputs: FloatArray) -> NDArray[np.float64]:
    parts = [network.predict(inputs[start : start + _CHUNK]) for start in range(0, len(inputs), _CHUNK)]
    return np.concatenate(parts).astype(np.float64) if parts else np.empty((0, network.config.n_outputs))


def _answers(network: MLP, dataset: Dataset) -> RowAnswers:
    parts = [
        answer_rows(network, dataset.X[start : start + _CHUNK], dataset.Y[start : start + _CHUNK])
        for start in range(0, dataset.n_rows, _CHUNK)
    ]
    outputs, losses = zip(*parts, strict=True)
    return RowAnswers(np.concatenate(outputs).astype(np.float64), np.concatenate(losses))


def judge_rows(dataset: Dataset, output: FloatArray, rows: NDArray[np.intp], *, probabilities: bool = True) -> Scores:
    """Return every score of outputs; errors of a regression in the target's own unit.

    Parameters
    ----------
    dataset
        Has the targets.
    output
        Of these rows, (n, k): what a class is decided by (`decision_scores`), or the network's numbers.
    rows
        Indices into ``dataset.X``, (n,).
    probabilities
        Whether outputs of classes are probabilities.
    """
    target = dataset.Y[rows]
    if dataset.task == "regression":
        output = np.asarray(dataset.preprocessor.predictions(output), dtype=np.float64)[:, None]
        target = dataset.target_values[rows][:, None]
    with np.errstate(all="ignore"):
        return score(output, target, dataset.task, probabilities=probabilities)


def _findings(network: MLP, dataset: Dataset, history: HistoryView | None) -> tuple[Finding, ...]:
    curves: dict[str, Any] = {}
    if history is not None:
        validation = history.validation_loss
        curves = {
            "epochs": history.epoch,
            "train_loss": history.train_loss,
            "validation_loss": None if np.isnan(validation).all() else validation,
        }
    return tuple(examine(network, dataset.X_train, dataset.Y_train, **curves))


def _errors(dataset: Dataset, output: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if dataset.task != "regression":
        return np.empty(0), np.empty(0)
    errors = np.asarray(dataset.preprocessor.predictions(output), dtype=np.float64) - dataset.target_values
    return errors[dataset.train_rows], errors[dataset.validation_rows]


def _worst(dataset: Dataset, loss: str, answers: RowAnswers) -> tuple[WorstRow, ...]:
    """Return the rows of the largest losses; test rows are not looked at."""
    rows = np.concatenate([dataset.train_rows, dataset.validation_rows])
    losses = answers.losses[rows]
    with np.errstate(all="ignore"):
        order = np.argsort(-np.nan_to_num(losses, nan=math.inf), kind="stable")[:WORST]
    chosen = rows[order]
    said = dataset.preprocessor.predictions(decision_scores(answers.output[chosen], loss))
    truths = dataset.target_values[chosen].tolist()
    return tuple(
        WorstRow(
            row,
            int(dataset.table_rows[row]) + 1,
            place >= len(dataset.train_rows),
            dataset.classes[int(truth)] if dataset.classes else truth,
            answer,
            share,
        )
        for row, place, truth, answer, share in zip(
            chosen.tolist(), order.tolist(), truths, said.tolist(), losses[order].tolist(), strict=True
        )
    )
