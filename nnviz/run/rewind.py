"""Takes a run back to an earlier moment and forward again, exactly, and lets it go on from there."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nnviz.engine.settings import check_settings
from nnviz.engine.training import Evaluation, Trainer, TrainerState, TrainingConfig
from nnviz.errors import UserError
from nnviz.run.history import HistoryView
from nnviz.run.left_run import LeftRun, Origin, Path
from nnviz.run.markers import Change, changes
from nnviz.run.messages import Branch, Seek
from nnviz.run.moments import Moment, Moments
from nnviz.run.track import NO_STILLS, Stills

# While the person drags, updates are made again for this long at most; else the nearest moment that is kept is shown.
DRAG_BUDGET = 0.08
# Between two looks at the channel while updates are made again.
SLICE = 0.015
# Rows times parameters up to which the losses are looked at with the picture: they take a few milliseconds.
_AT_ONCE = 50_000_000
_ENOUGH = 8  # updates that tell how long one takes
NONE_KEPT = "No earlier moment is kept: the time rail's memory is smaller than one moment of this network."


@dataclass(frozen=True, slots=True, eq=False)
class RailView:
    """What a time rail shows of a run besides its history.

    Attributes
    ----------
    kept
        How many moments are kept.
    used, cap, smallest
        Bytes in use, bytes allowed, bytes that one moment takes at most.
    spacing
        Seconds of training between two moments that are kept.
    newest
        Updates and epochs at the newest moment while an earlier one is shown; None while the newest is.
    asked
        The update that was asked for; another one than is shown when only a moment near to it was quick enough.
    settings
        Those in force at the newest moment, while an earlier one is shown.
    differs
        The settings at the newest moment, and those in force at the one that is shown, where they differ.
    judged
        Whether the losses of the moment that is shown are known; the history has no last ones until they are.
    path
        Where the run went off the runs before it, see `nnviz.run.left_run.Path`.
    origin
        Whose weights the network began with; None for initial ones.
    left
        The runs that were left and can be gone back to, in the order in which they were left.
    sound
        Of a run that diverged: updates and epochs at the last moment before that from which it is worth going on.
    stills
        The weights of the moments that a request asked for, see `nnviz.run.snapshot.SnapshotRequest.stills`.
    """

    kept: int = 0
    used: int = 0
    cap: int = 0
    smallest: int = 0
    spacing: float = 0.0
    newest: tuple[int, int] | None = None
    asked: int = 0
    settings: TrainingConfig | None = None
    differs: tuple[Change, ...] = ()
    judged: bool = True
    path: Path = ()
    left: tuple[LeftRun, ...] = ()
    origin: Origin | None = None
    sound: tuple[int, int] | None = None
    stills: Stills = NO_STILLS


NO_RAIL = RailView()


class Rewind:
    """Moves one trainer through the moments of its run; belongs to the run's thread.

    Besides the moments under their cap it keeps one state, the newest, while an earlier one is shown.

    Attributes
    ----------
    moments
        What is kept.
    newest
        The state to come back to while an earlier moment is shown, else None.
    shown
        The losses at the earlier moment that is shown; None until they are known.
    """

    def __init__(self, trainer: Trainer, moments: Moments, clock: Callable[[], float] = time.perf_counter) -> None:
        self._trainer = trainer
        self._clock = clock
        self.moments = moments
        self._per_update = 0.0
        data = trainer.data
        rows = len(data.X_train) + len(data.X_validation)
        self._judges_at_once = rows * trainer.mlp.parameters.size <= _AT_ONCE
        self._leave()

    def _leave(self) -> None:
        self.newest: TrainerState | None = None
        self.shown: Evaluation | None = None
        self.settings = self._trainer.config
        self._asked = 0
        self._steps: Iterator[object] | None = None
        self._exact = False
        self._base: Moment | None = None

    def begin(self, seconds: float) -> None:
        """Begin at the trainer's present state; whatever came before is forgotten."""
        self._leave()
        self.moments.clear()
        self.moments.offer(self._trainer, seconds)

    def come_back(self, serial: int) -> TrainerState:
        """Let a run that was left be the present one, with its moments; return its newest state."""
        self._leave()
        return self.moments.come_back(serial)

    def cut(self) -> None:
        """Forget what came after the trainer's present state, which isn't an earlier one of what is kept any more."""
        self._leave()
        self.moments.cut(self._trainer.step)

    @property
    def busy(self) -> bool:
        """Whether updates are being made again."""
        return self._steps is not None

    @property
    def drags(self) -> bool:
        """Whether they are made again for a drag: that is soon done, and to be seen before the drag goes on."""
        return self.busy and not self._exact

    @property
    def looks_back(self) -> bool:
        """Whether an earlier moment is shown."""
        return self.newest is not None

    def go(self, command: Seek | Branch, seconds: float, sound: TrainerState | None = None) -> str | None:
        """Go to the moment that a command names; return why not, in words, or ""; None when it is there already.

        ``sound`` is the state before a divergence, if the run diverged.
        """
        if isinstance(command, Branch):
            return self.leap(command.step, command.training, seconds, sound)
        if self.looks_back or command.step < self._trainer.step:
            return self.seek(command.step, seconds, exact=command.exact)
        return None

    def seek(self, step: int, seconds: float, *, exact: bool) -> str:
        """Go to the moment after ``step`` updates, or begin to; return why not, in words, or "".

        Without ``exact``, when more updates would have to be made again than a drag has time for, it goes to the
        nearest moment that is kept. The newest moment, and any update after it, ends looking back.
        """
        newest = self.newest or self._trainer.state()
        step = max(0, step)
        if step >= newest.step:
            if self.newest is not None:
                self._trainer.restore(newest)
            self._leave()
            return ""
        base, near = self.moments.before(step), self.moments.nearest(step)
        if near is None:
            return NONE_KEPT
        per_update = self._per_update or seconds / newest.step
        if base is None or not (exact or (step - base.step) * per_update <= DRAG_BUDGET):
            base, target = near, near.step
        else:
            target = step
        self.newest, self._asked, self._exact = newest, step, exact
        self._go(base, target)
        return ""

    def leap(self, step: int, training: TrainingConfig, seconds: float, sound: TrainerState | None = None) -> str:
        """Go to the moment after ``step`` updates, at most the newest, as to an earlier one that a branch begins at.

        ``sound`` is the state before a divergence, which can be gone to whatever moments are kept. Return why it can't
        be, in words, with everything left as it is; else "".
        """
        self.finish()
        newest = self.newest or self._trainer.state()
        if sound is not None and step == sound.step and not self._refusal(newest.step, newest.step, training):
            restore_weights(self._trainer, sound)
            self.newest, self.settings, self.shown = newest, newest.config, None
            return ""
        refusal = self._refusal(step, newest.step, training) or self.seek(step, seconds, exact=True)
        self.finish()
        if not refusal and self.newest is None:  # at the newest moment: what it was stays as a curve all the same
            self.newest, self.settings = newest, newest.config
        return refusal

    def _refusal(self, step: int, newest: int, training: TrainingConfig) -> str:
        trainer = self._trainer
        if training.seed != trainer.config.seed:
            return "The seed belongs to a run from its start: it cannot change on a branch."
        try:
            check_settings(training, trainer.mlp.config, trainer.data.task)
        except UserError as error:
            return str(error)
        return NONE_KEPT if step < newest and self.moments.before(max(0, step)) is None else ""

    def _go(self, base: Moment, target: int) -> None:
        trainer = self._trainer
        # Going on from where the trainer already is: the next update of a drag to the right.
        here = self._base is base and trainer.step <= target and trainer.config == self.settings
        if not here:
            trainer.restore(base.state)
        self._base = base
        self.settings = trainer.config
        self._target = target
        self._steps = trainer.steps(base.evaluations)
        self.shown = None
        self.advance()

    def advance(self) -> None:
        """Make updates again for a slice of time."""
        steps, trainer = self._steps, self._trainer
        if steps is None:
            return
        step, begun = trainer.step, self._clock()
        now = begun
        while trainer.step < self._target:
            next(steps)
            now = self._clock()
            if now >= begun + SLICE:
                break
        if (made := trainer.step - step) >= _ENOUGH:
            self._per_update = (now - begun) / made
        if trainer.step >= self._target:
            self._steps = None
            self.shown = None if self._base is None else self._base.evaluations.get(trainer.step)
            if self._judges_at_once:
                self.judge()

    @property
    def unjudged(self) -> bool:
        """Whether an earlier moment is shown whose losses are not known."""
        return self.looks_back and not self.busy and self.shown is None

    def judge(self) -> None:
        """Look at all rows if the losses of the earlier moment that is shown are not known."""
        if self.unjudged:
            self.shown = self._trainer.evaluate()

    def finish(self) -> None:
        """Make all updates that are still to be made again."""
        while self.busy:
            self.advance()

    def branch(self) -> tuple[Change, ...]:
        """Let the run go on from the earlier moment that is shown; return what settings changed."""
        self.finish()
        changed = changes(self.settings, self._trainer.config)
        self.cut()
        return changed

    def history(self, view: HistoryView, *, judge: bool = True) -> HistoryView:
        """Return a history with the losses of the moment that is shown as the last ones.

        Without ``judge`` there are none where all rows would have to be looked at for them.
        """
        if judge:
            self.judge()
        return replace(view, last=self.shown) if self.looks_back else view

    def view(self) -> RailView:
        """Return what the rail shows of the moments."""
        moments, newest = self.moments, self.newest
        return RailView(
            kept=len(moments),
            used=moments.used,
            cap=moments.cap,
            smallest=moments.most_bytes,
            spacing=moments.spacing,
            newest=None if newest is None else (newest.step, newest.epoch),
            asked=self._asked,
            settings=None if newest is None else newest.config,
            differs=() if newest is None else changes(newest.config, self._trainer.config),
            judged=not self.unjudged,
        )


def restore_weights(trainer: Trainer, state: TrainerState) -> None:
    """Go back to a state, but for the settings and the mask in force: they are the person's, not a moment's."""
    config, mask = trainer.config, trainer.surgery.mask
    trainer.restore(state)
    trainer.configure(config)
    trainer.surgery.follow(mask)
