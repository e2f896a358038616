"""TrainingRows: the data as the trainer reads them: packed, weighted, their targets smoothed."""

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import smooth_targets
from nnviz.engine.mlp import MLP
from nnviz.engine.plan import pack_rows
from nnviz.engine.settings import TrainingConfig, TrainingData
from nnviz.errors import UserError


class TrainingRows:
    """Training rows, then validation rows.

    Parameters
    ----------
    mlp
        The network that reads them; gives widths and dtype.
    data
        The rows.
    config
        Says how to weigh and to smooth them.

    Attributes
    ----------
    packed
        As `pack_rows` packs them, (n, d + 1 + k [+ 1]).
    targets
        What the loss compares with, label smoothing included, float64, (n, k).
    weights
        Weight of each row, float64, (n,), of mean 1 over the training rows, or None when all weigh the same.
        Validation rows are weighted by class only.
    n_train
        Number of training rows.

    Raises
    ------
    UserError
        When a number is not finite in the network's dtype.
    """

    def __init__(self, mlp: MLP, data: TrainingData, config: TrainingConfig) -> None:
        self.n_train = len(data.X_train)
        self.targets: FloatArray = np.asarray(data.targets, dtype=np.float64)
        if smoothing := config.regularization.label_smoothing:
            self.targets = smooth_targets(self.targets, data.task, smoothing)
        self.weights = _row_weights(data, balanced=config.class_weight == "balanced")
        self.packed = pack_rows(mlp, data.inputs, self.targets, self.weights)
        if not np.isfinite(self.packed).all():
            raise UserError(f"Some numbers in the data are missing, infinite or too large for {mlp.dtype} arithmetic.")

    @staticmethod
    def depend_on(old: TrainingConfig, new: TrainingConfig) -> bool:
        """Return whether the rows must be made anew for other settings."""
        smoothing = old.regularization.label_smoothing != new.regularization.label_smoothing
        return smoothing or old.class_weight != new.class_weight


def class_weights(target: FloatArray, task: str) -> NDArray[np.float64]:
    """Return the weight of each class that makes all classes count the same, (classes,), float64.

    A class with c of n rows, of k classes that occur, weighs n / (k c): King and Zeng, Logistic regression in rare
    events data (2001). A class without rows weighs 1.

    Parameters
    ----------
    target
        (n, 1) of 0 and 1 for the task "binary"; one-hot (n, k) for "multiclass".
    task
        "binary" or "multiclass".
    """
    indicator = np.concatenate([1 - target, target], axis=1) if task == "binary" else target
    counts: NDArray[np.float64] = np.asarray(indicator, dtype=np.float64).sum(axis=0)
    present = counts > 0
    weights = np.ones(len(counts))
    weights[present] = counts.sum() / (present.sum() * counts[present])
    return weights


def _row_weights(data: TrainingData, *, balanced: bool) -> NDArray[np.float64] | None:
    if not balanced and data.sample_weights is None:
        return None
    n_train = len(data.X_train)
    targets = np.asarray(data.targets, dtype=np.float64)
    weights = np.ones(len(targets))
    if balanced:
        by_class = class_weights(targets[:n_train], data.task)
        chosen = targets[:, 0].astype(np.intp) if data.task == "binary" else targets.argmax(axis=1)
        weights *= by_class[chosen]
    if data.sample_weights is not None:
        weights[:n_train] *= data.sample_weights
        weights[:n_train] /= weights[:n_train].mean()
    return weights
