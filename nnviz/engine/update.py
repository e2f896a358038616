"""The second half of a training step: penalties, clipping and the optimiser's rule, as one list of calls."""

from collections.abc import Callable

import numpy as np

from nnviz.engine.arrays import BoolArray, Call, FloatArray, constant
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP
from nnviz.engine.optimizer import Optimizer
from nnviz.engine.plan import StepPlan
from nnviz.engine.regularization import clip_calls, penalty_calls, weight_mask
from nnviz.engine.settings import TrainingConfig


def update_calls(
    config: TrainingConfig, optimizer: Optimizer, mlp: MLP, gradient: FloatArray, held: BoolArray | None = None
) -> list[Call]:
    """Return the calls that turn the loss's gradient into an update of the parameters.

    Parameters
    ----------
    config
        Says how to penalise, clip and decay.
    optimizer
        The rule; one that looks at the objective itself adds the penalties there, see `objective_of`.
    mlp
        The network.
    gradient
        (n_parameters,), the loss's; the calls change it into the objective's.
    held
        What is neither penalised nor decayed besides the biases, (n_parameters,); None: nothing.
    """
    if optimizer.needs_objective:
        return optimizer.update_calls()
    parts = config.regularization
    decay = None
    if config.weight_decay:
        decay = weight_mask(mlp.config, mlp.parameters, held) * constant(config.weight_decay, mlp.parameters)
    return [
        *penalty_calls(parts, mlp.config, mlp.parameters, gradient, held),
        *clip_calls(parts, gradient),
        *optimizer.update_calls(decay),
    ]


def objective_of(
    config: TrainingConfig, plan: StepPlan, mlp: MLP, gradient: FloatArray, held: BoolArray | None = None
) -> Callable[[], float]:
    """Return a function that evaluates loss and penalties on the plan's batch, and writes their gradient.

    Its value is computed in 64-bit numbers: a line search compares values that differ in their last digits. What is
    `held` adds its penalty to the value, and no gradient.
    """
    parts, loss = config.regularization, LOSSES[mlp.config.loss]
    calls = plan.forward + plan.backward + penalty_calls(parts, mlp.config, mlp.parameters, gradient, held)

    def objective() -> float:
        for call, arguments in calls:
            call(*arguments)
        logits, output, target = (
            np.asarray(array.T, dtype=np.float64) for array in (plan.logits, plan.output, plan.target)
        )
        values = loss.per_row(logits, output, target)
        if plan.row_weights is not None:
            values = values * plan.row_weights[0]
        return float(values.mean()) + parts.penalty(mlp.config, mlp.parameters)

    return objective
