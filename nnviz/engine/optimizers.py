"""Registry of update rules, from plain gradient descent to L-BFGS."""

from collections.abc import Mapping
from types import MappingProxyType

from nnviz.engine.adaptive_optimizers import AdaGrad, Adam, AdamW, NAdam, RMSprop
from nnviz.engine.lbfgs import LBFGS
from nnviz.engine.momentum_optimizers import GradientDescent, Nesterov, StochasticGradientDescent
from nnviz.engine.optimizer import Optimizer

__all__ = ["OPTIMIZERS", "Optimizer"]

OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {
        optimizer.name: optimizer
        for optimizer in (
            StochasticGradientDescent,
            Adam,
            Nesterov,
            RMSprop,
            AdaGrad,
            AdamW,
            NAdam,
            GradientDescent,
            LBFGS,
        )
    }
)
