"""Trainer: training of a network, one update at a time."""

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from nnviz.engine.divergence import Diverged, Divergence
from nnviz.engine.evaluation import Evaluator
from nnviz.engine.mlp import MLP
from nnviz.engine.pace import Pace, Place
from nnviz.engine.rate_log import RateLog
from nnviz.engine.rehearsal import Rehearsal
from nnviz.engine.results import Evaluation
from nnviz.engine.settings import TrainerState, TrainingConfig, TrainingData, check_settings
from nnviz.engine.stepping import Stepper
from nnviz.engine.stopping import Best, BestTracker
from nnviz.engine.surgery import Surgery
from nnviz.engine.training_rows import TrainingRows
from nnviz.errors import UserError

_NOTHING_KNOWN: Mapping[int, Evaluation] = MappingProxyType({})

__all__ = [
    "Diverged",
    "Divergence",
    "Evaluation",
    "Trainer",
    "TrainerState",
    "TrainingConfig",
    "TrainingData",
]


class Trainer:
    """Trains a network in place.

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
    rows
        The rows as they are trained on; another object once settings weigh or smooth them otherwise.
    gradient
        The last update's gradient of the objective, penalties and clipping included, (n_parameters,), a read-only view;
        0 before the first step, after a step whose gradient was not finite, and for what is frozen or silenced.
    surgery
        Sets parameters by hand, freezes and silences them.

    Raises
    ------
    UserError
        When a number in `data` is not finite in the network's dtype, or settings, loss and task do not go together.
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
        check_settings(config, mlp.config, data.task)
        self.mlp = mlp
        self.data = data
        self._config = config
        self.rows = TrainingRows(mlp, data, config)
        self._evaluator = Evaluator(mlp, self.rows, data.task)
        self._has_validation = len(data.X_validation) > 0
        self._stepper = Stepper(mlp, self.rows, config)
        self.surgery = Surgery(mlp, self._stepper)
        self.gradient = self._stepper.gradient.view()
        self.gradient.flags.writeable = False
        self._tracker = BestTracker(config.stopping, has_validation=self._has_validation)
        self._pace = Pace(config, self._stepper.batch_size, self._stepper.n_rows)
        self._follow_schedule()

    @property
    def step(self) -> int:
        """Updates done."""
        return self._stepper.step

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self._stepper.epoch

    @property
    def config(self) -> TrainingConfig:
        """The settings in force."""
        return self._config

    @property
    def learning_rate(self) -> float:
        """The effective learning rate of the next update."""
        return self._pace.rate(self.epoch, self._stepper.position)

    @property
    def rates(self) -> RateLog:
        """The effective learning rate of every update."""
        return self._pace.log

    @property
    def best(self) -> Best | None:
        """The best weights so far by validation (by the training rows when there are no others); None at first."""
        return self._tracker.best

    @property
    def stop_reason(self) -> str:
        """A sentence once early stopping says that it is enough, else ""; nothing stops `steps` from going on."""
        return self._tracker.stop_reason

    def carry_on(self) -> None:
        """Go on after early stopping: its patience counts from here."""
        self._tracker.wait_anew()

    def restore_best(self) -> str:
        """Take the best weights back and return a sentence that says so; the optimiser starts afresh from them."""
        best = self._tracker.best
        if best is None:
            raise UserError("There are no best weights yet.", "Train for an epoch first.")
        remark = self.surgery.load(best.parameters)
        optimizer = self._stepper.optimizer
        had_moments = bool(optimizer.moments.any())
        optimizer.forget()
        self._stepper.be_careful()
        value = f"{self._config.stopping.monitor} {best.value:.4g}"
        dropped = f"{optimizer.remembers} was dropped" if had_moments else ""
        return "; ".join(filter(None, (f"The weights of epoch {best.epoch} are back ({value})", dropped, remark))) + "."

    def steps(self, known: Mapping[int, Evaluation] = _NOTHING_KNOWN) -> Iterator[Evaluation | None]:
        """Make one update per item, endlessly.

        Parameters
        ----------
        known
            Evaluations that need not be made again, by the updates done: of who repeats what has been trained already.

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
        advance = self._stepper.advance
        while True:
            yield self._end_epoch(known) if advance() else None

    def configure(self, config: TrainingConfig) -> str:
        """Apply other settings from the next batch on; all weights are kept.

        Returns
        -------
        str
            A sentence about what had to be dropped, or "". Another optimiser starts with empty state; a momentum of 0
            forgets the velocity; another batch size goes on in the same shuffled order; another objective makes the
            best so far no measure any more.

        Raises
        ------
        UserError
            When the seed differs: it belongs to a run from its start; or when settings, loss and task do not go
            together.
        """
        old = self._config
        if config.seed != old.seed:
            raise UserError("The seed cannot change during a run.", "Reset the network to start with another seed.")
        check_settings(config, self.mlp.config, self.data.task)
        before = self._stepper.optimizer
        kept = before.moments.any(axis=1)
        measure = TrainingRows.depend_on(old, config)
        parts, others = old.regularization, config.regularization
        objective = measure or (parts.l1, parts.l2) != (others.l1, others.l2)
        self._adopt(config)
        now = self._stepper.optimizer
        if objective and now.needs_objective:
            now.forget()  # what it remembers is the curvature of another objective
        self._pace.configure(config, self._stepper.batch_size, self._place)
        self._follow_schedule()
        self._tracker.configure(config.stopping)
        if measure:
            self._tracker.forget()
            self._pace.forget_losses()
        lost = kept if now is not before else kept & ~now.moments.any(axis=1)
        if not lost.any():
            return ""
        if config.optimizer != old.optimizer:
            return f"{now.label} starts afresh: {before.remembers} built up so far was dropped."
        if now.needs_objective:
            return f"The objective changed: {before.remembers} was dropped."
        return "With a momentum of 0, the velocity built up so far was dropped."

    def evaluate(self) -> Evaluation:
        """Return the losses and metrics of the present state; changes nothing."""
        rate = self.rates.at(self.step - 1) if self.step else math.nan
        return self._evaluator.evaluate(self.epoch, self.step, self._config.regularization, rate)

    def begin(self) -> Evaluation:
        """Return `evaluate`, and let the present weights count among the best; to be called before the first step."""
        evaluation = self.evaluate()
        self._tracker.take(evaluation, self.mlp.parameters)
        return evaluation

    def rehearse(self) -> Rehearsal:
        """Return the next update with all that it reads and leads to; nothing is changed by it."""
        return self._stepper.rehearse(self.surgery.mask)

    def state(self) -> TrainerState:
        """Return a copy of the state between two steps; its size is that of the parameters, not of the data."""
        stepper = self._stepper
        parameters = self.mlp.parameters.copy()
        parameters.flags.writeable = False
        return TrainerState(
            parameters=parameters,
            step=self.step,
            epoch=self.epoch,
            config=self._config,
            moments=stepper.optimizer.moments.copy(),
            scalars=stepper.optimizer.scalars.copy(),
            updates=stepper.optimizer.updates,
            generators=stepper.generators,
            order=stepper.order,
            position=stepper.position,
            pace=self._pace.state(),
            best=self._tracker.state(),
            mask=self.surgery.mask,
        )

    def restore(self, state: TrainerState) -> None:
        """Go back to a state of this run, settings included; training on from it repeats it bit for bit."""
        stepper = self._stepper
        if state.parameters.shape != self.mlp.parameters.shape or len(state.order) != stepper.n_rows:
            raise ValueError("the state belongs to another network or other data")
        self._adopt(state.config)
        self.mlp.parameters[...] = state.parameters
        stepper.optimizer.restore(state.moments, state.scalars, state.updates)
        stepper.generators = state.generators
        stepper.order, stepper.position = state.order, state.position
        stepper.step, stepper.epoch = state.step, state.epoch
        self.surgery.restore(state.mask)
        self._pace.restore(state.pace, state.config, stepper.batch_size, self._place)
        self._follow_schedule()
        self._tracker.configure(state.config.stopping)
        self._tracker.restore(state.best)

    @property
    def _place(self) -> Place:
        return Place(self.step, self.epoch, self._stepper.position)

    def _adopt(self, config: TrainingConfig) -> None:
        old, self._config = self._config, config
        if TrainingRows.depend_on(old, config):
            self.rows = TrainingRows(self.mlp, self.data, config)
            self._evaluator = Evaluator(self.mlp, self.rows, self.data.task)
        self._stepper.configure(config, self.rows)

    def _follow_schedule(self) -> None:
        """Let the stepper ask for the rate before every update only when it changes from one to the next."""
        self._stepper.rate = None if self._pace.is_constant else self._pace.rate
        if self._pace.is_constant:
            self._stepper.optimizer.set_rate(self.learning_rate)

    def _end_epoch(self, known: Mapping[int, Evaluation]) -> Evaluation:
        """Evaluate, then shuffle for the next epoch."""
        stepper = self._stepper
        evaluation = known.get(stepper.step) or self._evaluator.evaluate(
            stepper.epoch + 1, stepper.step, self._config.regularization, stepper.optimizer.learning_rate
        )
        watched = evaluation.validation_loss if self._has_validation else evaluation.train_loss
        if not (math.isfinite(evaluation.train_loss) and math.isfinite(watched)):
            raise Diverged(stepper.take_back())
        stepper.begin_epoch()
        self._tracker.take(evaluation, self.mlp.parameters)
        if self._pace.end_epoch(evaluation, watched):
            self._follow_schedule()
        return evaluation
