"""The next update as several optimisers would make it, from one and the same state and batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.divergence import Diverged
from nnviz.engine.settings import TrainerState
from nnviz.engine.training import Trainer
from nnviz.errors import UserError

COMPARED = ("sgd", "adam")


@dataclass(frozen=True, slots=True, eq=False)
class NextStep:
    """What an optimiser would do next.

    Attributes
    ----------
    optimizer
        Key of ``OPTIMIZERS``.
    own
        Whether it is the run's own, with all that it remembers; any other begins here, with nothing to remember.
    rate
        Its learning rate for this update.
    change
        The parameters after the update less those before it, (n_parameters,) float64; None where there is none.
    problem
        Why there is none: a sentence, else "".
    """

    optimizer: str
    own: bool
    rate: float
    change: NDArray[np.float64] | None
    problem: str = ""


def next_steps(trainer: Trainer, state: TrainerState, optimizers: Sequence[str] = COMPARED) -> tuple[NextStep, ...]:
    """Return the next update of a state's own optimiser, and those that others would make of it.

    Parameters
    ----------
    trainer
        Of this network and data, used up: its state and settings are others afterwards.
    state
        Where the updates begin.
    optimizers
        The others, keys of ``OPTIMIZERS``; the state's own comes first and once.

    Returns
    -------
    tuple of NextStep
        Each is made by the trainer, on the batch that comes next and at the run's learning rate, with penalties,
        clipping, noise and what is frozen as the run has them: what the run would do. SGD is plain, without momentum,
        where it is not the run's own.
    """
    own = state.config.optimizer
    return tuple(_next(trainer, state, name) for name in dict.fromkeys((own, *optimizers)))


def _next(trainer: Trainer, state: TrainerState, name: str) -> NextStep:
    trainer.restore(state)
    own = name == state.config.optimizer
    try:
        if not own:
            momentum = 0.0 if name == "sgd" else state.config.momentum
            trainer.configure(replace(state.config, optimizer=name, momentum=momentum))
        rate = trainer.learning_rate
        before = state.parameters.astype(np.float64)
        next(trainer.steps())
    except (Diverged, UserError) as error:
        problem = error.divergence.reason if isinstance(error, Diverged) else str(error)
        return NextStep(name, own, state.config.learning_rate, None, problem)
    return NextStep(name, own, rate, trainer.mlp.parameters.astype(np.float64) - before)
