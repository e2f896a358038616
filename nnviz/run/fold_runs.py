"""One training run of a cross-validation: plain arrays in, outputs for the held-out rows out, on any process."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.baselines import fit_baselines
from nnviz.engine.config import MLPConfig
from nnviz.engine.losses import decision_scores
from nnviz.engine.mlp import MLP
from nnviz.engine.training import Diverged, Trainer, TrainingConfig, TrainingData
from nnviz.errors import Cancelled
from nnviz.run.worker_process import told_to_stop

_BETWEEN_LOOKS = 0.05  # seconds; to ask an event that processes share costs as much as an update


@dataclass(frozen=True, slots=True, eq=False)
class FoldTask:
    """What one run needs; nothing in it belongs to a process.

    Attributes
    ----------
    fold
        Which fold is held out.
    data
        Rows to learn from; its validation rows are for early stopping alone.
    held_out
        Inputs of the fold's own rows, (m, d).
    config
        The network; None fits the baselines instead.
    training
        Its seed decides the weights, too.
    epochs
        Train so long, or until early stopping says that it is enough.
    """

    fold: int
    data: TrainingData
    held_out: FloatArray
    config: MLPConfig | None
    training: TrainingConfig
    epochs: int


@dataclass(frozen=True, slots=True, eq=False)
class FoldOutcome:
    """What a run says of the held-out rows.

    Attributes
    ----------
    outputs
        For each model its outputs, (m, k) float64 each: the network alone, or the constant and the linear baseline.
    epochs
        Epochs trained.
    diverged
        Why training left the range of the numbers, or "".
    """

    outputs: tuple[FloatArray, ...]
    epochs: int = 0
    diverged: str = ""


def run_task(task: FoldTask, cancelled: Callable[[], bool] = told_to_stop) -> FoldOutcome:
    """Train from scratch and answer the held-out rows.

    With early stopping the answers are those of the weights that were best on the validation rows of ``task.data``,
    otherwise those of the last epoch. After a divergence they are those of the last finite weights.

    Raises
    ------
    Cancelled
        Soon after `cancelled` says so.
    UserError
        When settings and network do not go together.
    """
    if task.config is None:
        return _fit_baselines(task, cancelled)
    network = MLP.initialised(task.config, np.random.default_rng(task.training.seed))
    trainer = Trainer(network, task.data, task.training)
    diverged, next_look = "", 0.0
    try:
        for evaluation in trainer.steps():
            if (now := time.monotonic()) >= next_look:
                next_look = now + _BETWEEN_LOOKS
                if cancelled():
                    raise Cancelled
            if evaluation is not None and (evaluation.epoch >= task.epochs or trainer.stop_reason):
                break
    except Diverged as error:
        diverged = error.divergence.reason
    if task.training.stopping.patience and trainer.best is not None:
        network.parameters[...] = trainer.best.parameters
    with np.errstate(all="ignore"):
        output = np.asarray(decision_scores(network.predict(task.held_out), task.config.loss), dtype=np.float64)
    return FoldOutcome((output,), trainer.epoch, diverged)


def _fit_baselines(task: FoldTask, cancelled: Callable[[], bool]) -> FoldOutcome:
    if cancelled():
        raise Cancelled
    found = fit_baselines(task.data)
    with np.errstate(all="ignore"):
        linear = np.asarray(found.mlp.predict(task.held_out), dtype=np.float64)
    constant = np.broadcast_to(found.answer, linear.shape).astype(np.float64)
    return FoldOutcome((constant, linear), found.iterations)


def seconds_of(task: FoldTask) -> float:
    """Return roughly how long a run takes, in seconds on an ordinary core: to decide where it runs, nothing else."""
    rows, columns = len(task.data.X_train), task.held_out.shape[1]
    if task.config is None:
        return float(0.01 + 2e-7 * rows * columns)
    batch: int = min(task.training.batch_size, rows)
    per_epoch = -(-rows // batch) * 3e-5 + 2e-9 * rows * task.config.n_parameters + 5e-5
    return float(task.epochs * per_epoch)
