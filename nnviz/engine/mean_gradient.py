"""MeanGradient: the loss's gradient over many training rows at once, for a look between two updates."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.masks import Mask
from nnviz.engine.mlp import MLP
from nnviz.engine.plan import StepPlan
from nnviz.engine.training_rows import TrainingRows

MOST_ROWS = 2_000
_FEWEST_ROWS = 100
_MULTIPLICATIONS = 3e7  # rows times parameters of one look: a millisecond or two


def rows_looked_at(config: MLPConfig, n_train: int) -> int:
    """Return how many training rows a look takes: all that are cheap enough, 2,000 at most."""
    affordable = max(_FEWEST_ROWS, int(_MULTIPLICATIONS / config.n_parameters))
    return min(n_train, MOST_ROWS, affordable)


class MeanGradient:
    """The gradient of the loss at the parameters as they are, a mean over training rows.

    It is what backpropagation finds: without dropout and input noise, and without penalties and clipping, which come
    after it. With more rows than `rows_looked_at`, evenly spaced ones stand for all, always the same ones.

    Parameters
    ----------
    mlp
        The network; read at each look.
    rows
        The rows, weighted and smoothed as they are trained on.

    Attributes
    ----------
    n_rows
        How many rows it is the mean of.
    """

    def __init__(self, mlp: MLP, rows: TrainingRows) -> None:
        self.n_rows = rows_looked_at(mlp.config, rows.n_train)
        chosen = np.linspace(0, rows.n_train - 1, self.n_rows).astype(np.intp)
        self._gradient = np.zeros_like(mlp.parameters)
        plan = StepPlan(mlp, self.n_rows, self._gradient, [], weighted=rows.weights is not None)
        plan.batch[...] = rows.packed[chosen]
        self._calls = plan.gradient_step

    def look(self, mask: Mask | None = None) -> FloatArray:
        """Return the gradient, (n_parameters,), a copy; of what is silenced it is 0."""
        with np.errstate(all="ignore"):
            for call, arguments in self._calls:
                call(*arguments)
        found = self._gradient.copy()
        if mask is not None:
            found[mask.silenced] = 0
        return found
