"""Trainer: mini-batch training of a network, one update at a time."""

import contextvars
import math
from collections.abc import Iterator

import numpy as np

from nnviz.engine.arrays import Call, FloatArray, IndexArray
from nnviz.engine.divergence import Diagnosis, Diverged, Divergence
from nnviz.engine.evaluation import Evaluation, Evaluator
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.plan import StepPlan, pack_rows
from nnviz.engine.settings import TrainerState, TrainingConfig, TrainingData
from nnviz.errors import UserError

__all__ = [
    "Diverged",
    "Divergence",
    "Evaluation",
    "Trainer",
    "TrainerState",
    "TrainingConfig",
    "TrainingData",
]

_SHUFFLING = 1  # key of the stream of random numbers, so that shuffling shares none with weights drawn from one seed


class Trainer:
    """Trains a network in place by mini-batches.

    Parameters
    ----------
    mlp
        The network.
    data
        The rows; copied into the network's dtype.
    config
        The settings to start with.

    Attributes
    ----------
    mlp, data
        As given.
    step, epoch
        Updates done; epochs completed. Read only.
    gradient
        The last batch's gradient, (n_parameters,), a read-only view; 0 before the first step and after a step whose
        gradient was not finite.

    Raises
    ------
    UserError
        When a number in `data` is not finite in the network's dtype.
    ValueError
        When `data` has not the widths of the network.

    Notes
    -----
    Samples are shuffled anew for each epoch; the last batch holds the rows that are left, and its gradient is the mean
    over those. Between two steps all state is in the trainer, none in the iterator of `steps`.
    """

    def __init__(self, mlp: MLP, data: TrainingData, config: TrainingConfig) -> None:
        widths = (data.X_train.shape[1], data.Y_train.shape[1])
        if widths != (mlp.config.n_inputs, mlp.config.n_outputs):
            raise ValueError(f"the rows have {widths} columns, the network {mlp.config.sizes}")
        self.mlp = mlp
        self.data = data
        self.step = 0
        self.epoch = 0
        self._config = config
        self._rows = pack_rows(mlp, data.inputs, data.targets)
        if not np.isfinite(self._rows).all():
            raise UserError(f"Some numbers in the data are missing, infinite or too large for {mlp.dtype} arithmetic.")
        self._n_rows = len(data.X_train)
        self._evaluator = Evaluator(mlp, data, self._rows)
        self._gradient: FloatArray = np.zeros_like(mlp.parameters)
        self.gradient: FloatArray = self._gradient.view()
        self.gradient.flags.writeable = False
        self._rng = np.random.default_rng(np.random.SeedSequence(config.seed, spawn_key=(_SHUFFLING,)))
        self._order = self._shuffled()
        self._position = 0  # rows of the epoch already trained on; below the number of rows between two steps
        # Overflow is looked for after each step, so NumPy need not warn about it. Entering np.errstate costs 0.7 us and
        # inside a generator would leak to the caller; running a step in a context of its own costs 0.03 us.
        self._quiet = contextvars.copy_context()
        self._quiet.run(np.seterr, all="ignore")
        self._optimizer = self._new_optimizer()
        self._make_plans()

    @property
    def config(self) -> TrainingConfig:
        """The settings in force."""
        return self._config

    def steps(self) -> Iterator[Evaluation | None]:
        """Make one update per item, endlessly.

        Yields
        ------
        Evaluation or None
            An evaluation after the last update of an epoch, None after any other.

        Raises
        ------
        Diverged
            When an update would leave the range of the numbers. The network and the optimiser are then in the state
            before it; after `configure` with a lower learning rate, a new `steps` retries that batch.
        """
        run, advance = self._quiet.run, self._advance
        while True:
            run(advance)
            yield None if self._position < self._n_rows else self._end_epoch()

    def configure(self, config: TrainingConfig) -> str:
        """Apply other settings from the next batch on.

        Returns
        -------
        str
            A sentence about what had to be dropped, or "". Another optimiser starts with empty state; a momentum of 0
            forgets the velocity; another batch size goes on in the same shuffled order.

        Raises
        ------
        UserError
            When the seed differs: it belongs to a run from its start.
        """
        old = self._config
        if config.seed != old.seed:
            raise UserError("The seed cannot change during a run.", "Reset the network to start with another seed.")
        had_moments = bool(self._optimizer.moments.any())
        remembered = self._optimizer.remembers
        self._adopt(config)
        if not had_moments or self._optimizer.moments.any():
            return ""
        if config.optimizer != old.optimizer:
            return f"{self._optimizer.label} starts afresh: {remembered} built up so far was dropped."
        return f"With a momentum of 0, {remembered} built up so far was dropped."

    def evaluate(self) -> Evaluation:
        """Return the losses and metrics of the present state; changes nothing."""
        return self._evaluator.evaluate(self.epoch, self.step)

    def state(self) -> TrainerState:
        """Return a copy of the state between two steps; its size is that of the parameters, not of the data."""
        parameters = self.mlp.parameters.copy()
        parameters.flags.writeable = False
        return TrainerState(
            parameters=parameters,
            step=self.step,
            epoch=self.epoch,
            config=self._config,
            moments=self._optimizer.moments.copy(),
            updates=self._optimizer.updates,
            generator=self._rng.bit_generator.state,
            order=self._order,
            position=self._position,
        )

    def restore(self, state: TrainerState) -> None:
        """Go back to a state of this run, settings included; training on from it repeats it bit for bit."""
        if state.parameters.shape != self.mlp.parameters.shape or len(state.order) != self._n_rows:
            raise ValueError("the state belongs to another network or other data")
        self._adopt(state.config)
        self.mlp.parameters[...] = state.parameters
        self._optimizer.restore(state.moments, state.updates)
        self._rng.bit_generator.state = state.generator
        self._order = state.order
        self._position = state.position
        self.step = state.step
        self.epoch = state.epoch

    def _adopt(self, config: TrainingConfig) -> None:
        old, self._config = self._config, config
        if config.optimizer != old.optimizer:
            self._optimizer = self._new_optimizer()
        else:
            self._optimizer.configure(learning_rate=config.learning_rate, momentum=config.momentum)
        if (config.optimizer, config.batch_size, not config.momentum) != (
            old.optimizer,
            old.batch_size,
            not old.momentum,
        ):
            self._make_plans()

    def _new_optimizer(self) -> Optimizer:
        config = self._config
        return OPTIMIZERS[config.optimizer](
            self.mlp.parameters, self._gradient, learning_rate=config.learning_rate, momentum=config.momentum
        )

    def _make_plans(self) -> None:
        self._update: list[Call] = self._optimizer.update_calls()
        self._batch_size = min(self._config.batch_size, self._n_rows)
        self._plan = self._full_plan = self._short_plan = self._new_plan(self._batch_size)

    def _new_plan(self, rows: int) -> StepPlan:
        return StepPlan(self.mlp, rows, self._gradient, self._update)

    def _shuffled(self) -> IndexArray:
        # A new array each epoch, never written again: states share it instead of copying it.
        return self._rng.permutation(self._n_rows)

    def _advance(self) -> None:
        """Make one update on the next batch."""
        start = self._position
        stop = start + self._batch_size
        plan = self._full_plan
        if stop > self._n_rows:
            stop = self._n_rows
            plan = self._plan_for_last_batch(stop - start)
        self._plan = plan
        # All indices are valid; "clip" only spares NumPy the copy it makes to be able to raise.
        self._rows.take(self._order[start:stop], 0, plan.batch, "clip")
        for call, arguments in plan.gradient_step:
            call(*arguments)
        gradient = self._gradient
        # A sum of squares is finite only if every number is; it may overflow before them, so each is then looked at.
        small = gradient.dot(gradient) < math.inf
        if not small:
            self._check_gradient()
        for call, arguments in plan.update:
            call(*arguments)
        parameters = self.mlp.parameters
        if not (small and parameters.dot(parameters) < math.inf):
            self._check_update()
        self._position = stop
        self.step += 1

    def _plan_for_last_batch(self, rows: int) -> StepPlan:
        if len(self._short_plan.batch) != rows:
            self._short_plan = self._new_plan(rows)
        return self._short_plan

    def _check_gradient(self) -> None:
        if not np.isfinite(self._gradient).all():
            divergence = self._diagnosis(self.step + 1).of_gradient()
            self._gradient[...] = 0
            raise Diverged(divergence)

    def _check_update(self) -> None:
        moments = self._optimizer.moments
        if not (np.isfinite(self.mlp.parameters).all() and np.isfinite(moments).all()):
            divergence = self._diagnosis(self.step + 1).of_update(moments)
            self._optimizer.undo()
            raise Diverged(divergence)

    def _diagnosis(self, step: int) -> Diagnosis:
        gradients = layer_blocks(self.mlp.config, self._gradient)
        return Diagnosis(self._plan.layers, gradients, step, self.epoch + 1, self._config)

    def _end_epoch(self) -> Evaluation:
        """Evaluate, then shuffle for the next epoch."""
        evaluation = self._evaluator.evaluate(self.epoch + 1, self.step)
        has_validation = len(self.data.X_validation) > 0
        if not math.isfinite(evaluation.train_loss + (evaluation.validation_loss if has_validation else 0)):
            divergence = self._diagnosis(self.step).of_loss()
            self._optimizer.undo()
            self._position -= len(self._plan.batch)
            self.step -= 1
            raise Diverged(divergence)
        self.epoch += 1
        self._order = self._shuffled()
        self._position = 0
        return evaluation
