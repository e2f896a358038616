"""Stepper: makes single updates: takes the next batch, runs its plan, and watches the range of the numbers."""

import contextvars
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray, IndexArray
from nnviz.engine.divergence import Diagnosis, Diverged, Divergence
from nnviz.engine.layers import Noise
from nnviz.engine.masks import Hold, Mask
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.plan import StepPlan
from nnviz.engine.rehearsal import Rehearsal, frozen_array, rows_of
from nnviz.engine.settings import TrainingConfig
from nnviz.engine.training_rows import TrainingRows
from nnviz.engine.update import objective_of, update_calls

# Keys of the streams of random numbers: shuffling and noise share none with each other or with drawn weights.
_SHUFFLING, _NOISE = 1, 2

# While the gradient, the parameters and the learning rate are below these (squares of norms 1e6), no rule can leave the
# range of 32-bit numbers in one update, and nothing need be kept to take it back.
_SAFE_SQUARE = 1e12
_SAFE_RATE = 1e3


class Stepper:
    """Makes updates on one batch after the other, in an order drawn anew for each epoch.

    Parameters
    ----------
    mlp
        The network, trained in place.
    rows
        What it is trained on.
    config
        The settings to start with.

    Attributes
    ----------
    step, epoch
        Updates done; epochs completed, counted by whoever calls `begin_epoch`.
    order, position
        The epoch's order of the rows, (n_train,); how many of them it has been trained on.
    batch_size, n_rows
        Rows per update in force; training rows.
    optimizer
        The update rule.
    gradient
        The last update's gradient of the objective, (n_parameters,).
    rate
        ``rate(epoch, position)``: the learning rate of the update that starts there; None while it does not change.
    """

    def __init__(self, mlp: MLP, rows: TrainingRows, config: TrainingConfig) -> None:
        self.step = 0
        self.epoch = 0
        self.position = 0
        self.n_rows = rows.n_train
        self.gradient: FloatArray = np.zeros_like(mlp.parameters)
        self.rate: Callable[[int, int], float] | None = None
        self._mlp = mlp
        self._held: BoolArray | None = None
        self._rng, self._noise_rng = (
            np.random.default_rng(np.random.SeedSequence(config.seed, spawn_key=(key,))) for key in (_SHUFFLING, _NOISE)
        )
        self.order = self._shuffled()
        # Overflow is looked for after each step, so NumPy need not warn about it. Entering np.errstate costs 0.7 us and
        # inside a generator would leak to the caller; running a step in a context of its own costs 0.03 us.
        self._quiet = contextvars.copy_context()
        self._quiet.run(np.seterr, all="ignore")
        self.optimizer = self._new_optimizer(config)
        self.configure(config, rows)

    def configure(self, config: TrainingConfig, rows: TrainingRows) -> None:
        """Go on by other settings, on the same rows weighted or smoothed by them."""
        if config.optimizer != self.optimizer.name:
            self.optimizer = self._new_optimizer(config)
        else:
            self.optimizer.set_rate(config.learning_rate)
            self.optimizer.set_momentum(config.momentum)
        self._config = config
        self._packed = rows.packed
        self._weighted = rows.weights is not None
        parts = config.regularization
        self._noise = Noise(self._noise_rng, parts.dropout, parts.input_noise) if parts.is_random else None
        self.batch_size = self.n_rows if self.optimizer.full_batch else min(config.batch_size, self.n_rows)
        if self.optimizer.full_batch:
            self.position = 0  # an update on the rows that happen to be left would not be one on all rows
        self._build()

    def hold(self, held: BoolArray | None) -> None:
        """Leave these parameters, (n_parameters,), as they are from the next update on; None leaves out none."""
        self._held = held
        self._build()

    def _build(self) -> None:
        """Make the plans; what is held adds calls to them, and costs nothing where nothing is."""
        config, optimizer = self._config, self.optimizer
        self._hold = None if self._held is None else Hold(self._held, self._mlp.parameters, optimizer)
        self._update = update_calls(config, optimizer, self._mlp, self.gradient, self._held)
        if self._hold is not None:
            self._update += self._hold.update_calls()
        self._plan = self._full_plan = self._short_plan = self._new_plan(self.batch_size)
        if optimizer.needs_objective:
            # The rule asks for the gradient itself, at each point that it tries.
            optimizer.attach(objective_of(config, self._full_plan, self._mlp, self.gradient, self._held))
            self._full_plan.gradient_step = [(self.gradient.fill, (0,))]  # no longer that of the last update
            self._full_plan.update.append((self._check_gradient, ()))
        self._always_careful = config.learning_rate > _SAFE_RATE or optimizer.needs_objective
        self.be_careful()

    def be_careful(self) -> None:
        """Keep what the next update changes: the parameters may have been set from outside to any numbers."""
        self._careful = True
        if self._hold is not None:
            self._hold.take()

    def advance(self) -> bool:
        """Make one update on the next batch; return whether it was the epoch's last.

        Raises
        ------
        Diverged
            When it would leave the range of the numbers; all is as it was before it.
        """
        self._quiet.run(self._advance)
        return self.position >= self.n_rows

    def rehearse(self, mask: Mask | None = None) -> Rehearsal:
        """Make the next update, take it down, and take it back: all is as it was, random streams included.

        ``mask`` is what is held, for who reads the answer.
        """
        optimizer, parameters = self.optimizer, self._mlp.parameters
        kept = [(a, frozen_array(a)) for a in (parameters, self.gradient, optimizer.moments, optimizer.scalars)]
        updates, generators, start, step = optimizer.updates, self.generators, self.position, self.step
        rate, problem = optimizer.learning_rate, None
        try:
            self.advance()
        except Diverged as error:
            problem = error.divergence
        found = Rehearsal(
            config=self._mlp.config,
            training=self._config,
            step=step,
            epoch=self.epoch,
            position=start,
            n_train=self.n_rows,
            batch=frozen_array(self.order[start : start + self.batch_size]),
            rows=rows_of(self._plan, self._mlp.config),
            before=kept[0][1],
            after=frozen_array(parameters),
            gradient=frozen_array(self.gradient),
            moments=(kept[2][1], frozen_array(optimizer.moments)),
            updates=updates,
            rate=optimizer.learning_rate,
            mask=mask,
            divergence=problem,
        )
        for array, values in kept:
            array[...] = values
        optimizer.updates, self.generators = updates, generators
        self.position, self.step = start, step
        optimizer.set_rate(rate)
        self.be_careful()
        return found

    def take_back(self) -> Divergence:
        """Undo the last update of an epoch, after which the loss was not finite; return what happened."""
        divergence = self._diagnosis(self.step).of_loss()
        self.optimizer.undo()
        self.position -= len(self._plan.batch)
        self.step -= 1
        return divergence

    def begin_epoch(self) -> None:
        """Count the epoch that ended, and shuffle for the next."""
        self.epoch += 1
        self.order = self._shuffled()
        self.position = 0

    @property
    def generators(self) -> tuple[Mapping[str, Any], ...]:
        """The states of the streams of random numbers; may be set."""
        return (self._rng.bit_generator.state, self._noise_rng.bit_generator.state)

    @generators.setter
    def generators(self, states: tuple[Mapping[str, Any], ...]) -> None:
        self._rng.bit_generator.state, self._noise_rng.bit_generator.state = states

    def _new_optimizer(self, config: TrainingConfig) -> Optimizer:
        return OPTIMIZERS[config.optimizer](
            self._mlp.parameters, self.gradient, learning_rate=config.learning_rate, momentum=config.momentum
        )

    def _new_plan(self, rows: int) -> StepPlan:
        return StepPlan(
            self._mlp, rows, self.gradient, self._update, weighted=self._weighted, noise=self._noise, hold=self._hold
        )

    def _shuffled(self) -> IndexArray:
        # A new array each epoch, never written again: states share it instead of copying it.
        return self._rng.permutation(self.n_rows)

    def _advance(self) -> None:
        start = self.position
        stop = start + self.batch_size
        plan = self._full_plan
        careful = self._careful
        if stop >= self.n_rows:
            careful = True  # the evaluation that follows may find that the loss overflows
            if stop > self.n_rows:
                stop = self.n_rows
                plan = self._plan_for_last_batch(stop - start)
        self._plan = plan
        if self.rate is not None:
            self.optimizer.set_rate(self.rate(self.epoch, start))
        # All indices are valid; "clip" only spares NumPy the copy it makes to be able to raise.
        self._packed.take(self.order[start:stop], 0, plan.batch, "clip")
        for call, arguments in plan.gradient_step:
            call(*arguments)
        gradient, parameters = self.gradient, self._mlp.parameters
        # A sum of squares is finite only if every number is; it may overflow before them, so each is then looked at.
        square = gradient.dot(gradient)
        if not square < _SAFE_SQUARE:
            careful = True
            self._check_gradient()
        if careful:
            self.optimizer.keep()
        for call, arguments in plan.update:
            call(*arguments)
        size = parameters.dot(parameters)
        if careful and not (square < _SAFE_SQUARE and size < math.inf):
            self._check_update()
        self._careful = self._always_careful or not size < _SAFE_SQUARE
        self.position = stop
        self.step += 1

    def _plan_for_last_batch(self, rows: int) -> StepPlan:
        if len(self._short_plan.batch) != rows:
            self._short_plan = self._new_plan(rows)
        return self._short_plan

    def _check_gradient(self) -> None:
        if not np.isfinite(self.gradient).all():
            divergence = self._diagnosis(self.step + 1).of_gradient()
            self.gradient[...] = 0
            raise Diverged(divergence)

    def _check_update(self) -> None:
        moments = self.optimizer.moments
        if not (np.isfinite(self._mlp.parameters).all() and np.isfinite(moments).all()):
            divergence = self._diagnosis(self.step + 1).of_update(moments)
            self.optimizer.undo()
            raise Diverged(divergence)

    def _diagnosis(self, step: int) -> Diagnosis:
        gradients = layer_blocks(self._mlp.config, self.gradient)
        return Diagnosis(self._plan.layers, gradients, step, self.epoch + 1, self._config)
