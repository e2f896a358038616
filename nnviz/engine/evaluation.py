"""Loss and metric of the training and the validation rows, both in one state of the network."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES, decision_scores
from nnviz.engine.metrics import hits, r2_from_sums, total_sum_of_squares
from nnviz.engine.mlp import MLP
from nnviz.engine.plan import ForwardPlan
from nnviz.engine.regularization import Regularization
from nnviz.engine.results import Evaluation
from nnviz.engine.training_rows import TrainingRows

_NUMBERS_AT_ONCE = 2_000_000  # activations of all layers together held in memory, 8 MB of 32-bit numbers
_MOST_ROWS_AT_ONCE = 16_384


class Evaluator:
    """Evaluates a network on fixed rows by one forward pass over training and validation rows stacked.

    Parameters
    ----------
    mlp
        The network, read at each evaluation.
    rows
        The rows, training rows first.
    task
        What the metric is told by.

    Notes
    -----
    Rows are taken in chunks, so that memory stays bounded. Losses are computed from the logits in 64-bit numbers:
    they are finite as long as the network's own numbers are.
    """

    def __init__(self, mlp: MLP, rows: TrainingRows, task: str) -> None:
        self._mlp = mlp
        self._loss = LOSSES[mlp.config.loss]
        self._task = task
        self._rows = rows.packed
        self._targets = rows.targets
        self._weights = rows.weights
        n = len(rows.packed)
        self._bounds = ((0, rows.n_train), (rows.n_train, n))
        self._totals = [total_sum_of_squares(self._targets[start:stop]) for start, stop in self._bounds]
        size = min(n, max(256, min(_MOST_ROWS_AT_ONCE, _NUMBERS_AT_ONCE // sum(mlp.config.sizes))))
        self._chunks = [(start, min(start + size, n)) for start in range(0, n, size)]
        lengths = {stop - start for start, stop in self._chunks}
        weighted = rows.weights is not None
        self._plans = {length: ForwardPlan(mlp, length, weighted=weighted) for length in lengths}

    def evaluate(self, epoch: int, step: int, settings: Regularization, learning_rate: float) -> Evaluation:
        """Return losses and metrics of the network as it is now, labelled with an epoch, a step and a rate."""
        losses = [0.0, 0.0]
        scores: list[FloatArray] = [np.zeros(1), np.zeros(1)]
        with np.errstate(all="ignore"):
            for start, stop in self._chunks:
                row_losses, row_scores = self._evaluate_chunk(start, stop)
                for part, (first, last) in enumerate(self._bounds):
                    chosen = slice(max(first - start, 0), max(last - start, 0))
                    losses[part] += float(np.add.reduce(row_losses[chosen]))
                    scores[part] = scores[part] + np.add.reduce(row_scores[chosen])
            train, validation = (self._means(part, losses[part], scores[part]) for part in (0, 1))
        penalty = settings.penalty(self._mlp.config, self._mlp.parameters)
        return Evaluation(epoch, step, train[0], validation[0], train[1], validation[1], penalty, learning_rate)

    def _evaluate_chunk(self, start: int, stop: int) -> tuple[FloatArray, FloatArray]:
        """Return each row's loss, (n,), and score: [found] (n,) for classes, squared errors (n, k) for regression."""
        plan = self._plans[stop - start]
        plan.batch[...] = self._rows[start:stop]
        for call, arguments in plan.forward:
            call(*arguments)
        logits = plan.logits.T.astype(np.float64)
        output = logits if plan.output is plan.logits else plan.output.T.astype(np.float64)
        target = self._targets[start:stop]
        row_losses = self._loss.per_row(logits, output, target)
        if self._weights is not None:
            row_losses = row_losses * self._weights[start:stop]
        if self._task == "regression":
            return row_losses, np.square(output - target)
        return row_losses, hits(decision_scores(output, self._loss.name), target, self._task).astype(np.float64)

    def _means(self, part: int, loss: float, score: FloatArray) -> tuple[float, float]:
        """Return mean loss and metric of the training (0) or validation (1) rows, from their sums."""
        first, last = self._bounds[part]
        if first == last:
            return float("nan"), float("nan")
        count = last - first
        metric = r2_from_sums(score, self._totals[part]) if self._task == "regression" else float(score.sum()) / count
        return loss / count, metric
