"""The training run: a generator that a thread drives, or a test one turn at a time."""

from collections.abc import Iterator

from nnviz.engine.training import Diverged, Divergence, Evaluation, Trainer, TrainerState, TrainingConfig
from nnviz.run import messages
from nnviz.run.answers import answer_to, configured, restored_best, sought, stopped_early
from nnviz.run.blas import blas_threads
from nnviz.run.by_hand import ByHand
from nnviz.run.channel import Channel
from nnviz.run.frame_gate import Attention
from nnviz.run.lineage import NOT_KEPT, Lineage
from nnviz.run.looks import GO, Looks
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, RESTORED, Change, Stopwatch, changes
from nnviz.run.observer import Observer
from nnviz.run.probes import take_snapshot
from nnviz.run.rewind import Rewind, restore_weights
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.thread import TrainingThread

__all__ = ["Channel", "TrainingRun", "TrainingThread"]

# Updates between two looks of the driver; a command or a frame ends a turn at once.
_TURN = 1_000


class TrainingRun:
    """One network learning one data set, from ready to stopped.

    Parameters
    ----------
    trainer
        Owned by the run from here on.
    channel
        Where commands, requests and events pass.
    run_id
        Marks every event and snapshot.
    epochs
        Finish after this many epochs in all; None trains without end.
    initial
        The state that Reset leads back to; None is the trainer's present one.
    """

    def __init__(
        self,
        trainer: Trainer,
        channel: Channel,
        run_id: int,
        *,
        epochs: int | None = None,
        initial: TrainerState | None = None,
    ) -> None:
        self._trainer = trainer
        self._channel = channel
        self._run_id = run_id
        self._epochs = epochs
        self._state = RunState.READY
        self._divergence: Divergence | None = None
        self._steps = trainer.steps()
        self._until_epoch_end = self._single = False
        self._initial = initial or trainer.state()
        self._watch = Stopwatch()
        self._observer = Observer(trainer)
        self._looks = Looks(trainer)
        self._rewind = Rewind(trainer)
        self._lineage = Lineage(trainer, self._rewind, self._observer)
        self._hand = ByHand(trainer, self._looks, run_id, channel.events.put, self._mark)

    def _begin_history(self) -> None:
        self._lineage.begin()
        self._watch.reset()
        self._observer.begin()
        self._looks.begin()
        self._record(self._trainer.begin())
        self._rewind.begin(self._watch.seconds)

    @property
    def blas_threads(self) -> int:
        """How many threads the products of this network are worth."""
        return blas_threads(self._trainer.mlp.config, self._trainer.config.batch_size)

    def turns(self) -> Iterator[bool]:
        """Run; each item is a turn, True when there is more to do at once and False when it waits for a command."""
        attention = self._channel.attention
        self._begin_history()  # looks at every row, so not before the run has its own thread
        while True:
            attention.acknowledge()
            self._channel.gate.pass_through()
            if not self._rewind.drags:  # else a drag that goes on would never be seen to arrive
                self._apply_commands()
            if self._state is RunState.STOPPED:
                return
            self._rewind.advance()
            if self._rewind.busy:  # what it passes on the way is not shown
                yield True
                continue
            # Whoever asks for a single update together with its picture wants to see that update.
            if not self._single and (request := self._channel.mailbox.wanted()) is not None:
                self._answer(request)
            running = self._state is RunState.RUNNING
            if running:
                self._train(attention)
            yield running

    def _train(self, attention: Attention) -> None:
        """Make up to a turn's updates, until the end of what was asked for or until somebody calls."""
        self._rewind.moments.offer(self._trainer, self._watch.seconds)
        advance = self._steps.__next__
        alone = self._observer.begins_update(single=self._single) or self._single
        try:
            for _ in range(1 if alone else _TURN):
                evaluation = advance()
                if evaluation is not None and self._record(evaluation):
                    return
                if attention.called:
                    return
        except Diverged as error:
            self._diverge(error.divergence)
        finally:
            self._observer.ends_update()
            if self._single:
                self._single = False
                if self._state is RunState.RUNNING:
                    self._move(RunState.PAUSED)

    def _record(self, evaluation: Evaluation) -> bool:
        """Take an epoch's losses down; return whether the run leaves RUNNING for it."""
        self._hand.unjudged = False
        self._lineage.history.append(evaluation, self._watch.seconds)
        self._observer.epoch_ended()
        self._rewind.moments.note(evaluation, self._watch.seconds)
        self._lineage.sound.offer(evaluation, self._lineage.history)
        if self._state is not RunState.RUNNING:
            return False
        if self._epochs is not None and evaluation.epoch >= self._epochs:
            self._move(RunState.FINISHED)
        elif reason := self._trainer.stop_reason:
            self._mark(EARLY_STOP, reason)
            self._channel.events.put(stopped_early(self._run_id, self._trainer))
            self._trainer.carry_on()  # whoever runs on wants the patience again
            self._move(RunState.PAUSED)
        elif self._until_epoch_end:
            self._move(RunState.PAUSED)
        return self._state is not RunState.RUNNING

    def _diverge(self, divergence: Divergence) -> None:
        self._divergence, self._steps = divergence, self._trainer.steps()
        self._mark(DIVERGENCE, divergence.reason)
        sound, rate = self._lineage.sound.state, self._trainer.config.learning_rate
        self._channel.events.put(messages.DivergedAt(self._run_id, divergence, sound.step, sound.epoch, rate))
        self._move(RunState.DIVERGED)

    def _move(self, state: RunState) -> None:
        if state is not RunState.RUNNING:
            self._until_epoch_end = False
        if state is not self._state:
            self._state = state
            self._watch.go(state is RunState.RUNNING)
            event = messages.StateChanged(self._run_id, state, self._trainer.step, self._trainer.epoch)
            self._channel.events.put(event)

    def _answer(self, request: SnapshotRequest) -> None:
        if self._hand.unjudged and self._state is not RunState.RUNNING:
            self._lineage.history.restate(self._hand.judge())
        seen = self._observer.look(request.watch, running=self._state is RunState.RUNNING)
        history = self._rewind.history(self._lineage.history.view(), judge=request.losses)
        rail = self._lineage.rail(diverged=self._state is RunState.DIVERGED)
        present = (self._run_id, self._state, history, self._divergence, seen, self._looks, rail)
        self._channel.mailbox.put(take_snapshot(self._trainer, request, *present))

    def _apply_commands(self) -> None:
        while (command := self._channel.next_command()) is not None:
            if isinstance(command, messages.Seek | messages.Branch):
                self._seek(command)
                continue
            if not isinstance(command, messages.Stop):
                self._rewind.finish()  # it is meant for the moment that was asked for, not for one on the way
            if not isinstance(command, messages.HandCommand):
                self._apply(command)
                continue
            if not isinstance(command, messages.KeepReference):
                self._branch()
            self._hand.apply(command, self._state)

    def _apply(self, command: messages.RunCommand) -> None:
        match command:
            case messages.Run() | messages.StepBatch() | messages.StepEpoch():
                self._start(command)
            case messages.Pause() if self._state is RunState.RUNNING:
                self._move(RunState.PAUSED)
            case messages.KeepMoments(cap=cap):
                self._rewind.moments.set_cap(cap)
            case messages.ComeBack() | messages.Forget() | messages.Reset():
                self._to_run(command)
            case messages.RestoreBest():
                self._restore_best()
            case messages.Configure(training=training):
                self._configure(training)
            case messages.TakeCheckpoint() | messages.Rehearse():
                self._channel.events.put(answer_to(command, self._run_id, self._state, self._trainer, self._observer))
            case messages.Stop():
                self._move(RunState.STOPPED)

    def _say(self, text: str) -> None:
        if text:
            self._channel.events.put(messages.Notice(self._run_id, text))

    def _mark(self, kind: str, what: str | Change) -> None:
        self._lineage.history.mark(kind, self._trainer.epoch, self._trainer.step, what, self._watch.seconds)
        self._rewind.moments.change(self._trainer.step)

    def _configure(self, training: TrainingConfig) -> None:
        before = self._trainer.config
        self._say(configured(self._trainer, training))
        if self._rewind.looks_back:
            return  # told to the history once the run goes on from here
        for change in changes(before, self._trainer.config):
            self._mark(CHANGE, change)

    def _seek(self, command: messages.Seek | messages.Branch) -> None:
        rewind, seconds = self._rewind, self._watch.seconds
        if branches := isinstance(command, messages.Branch):
            sound = self._lineage.sound.state if self._state is RunState.DIVERGED else None
            refusal = rewind.leap(command.step, command.training, seconds, sound)
        elif rewind.looks_back or command.step < self._trainer.step:
            refusal = rewind.seek(command.step, seconds, exact=command.exact)
        else:
            return
        self._say(refusal)
        if not refusal:
            self._stand()
            if isinstance(command, messages.Branch):
                self._configure(command.training)
            self._channel.events.put(sought(self._run_id, self._trainer, goes_on=branches))
            if branches:
                self._start(messages.Run())

    def _branch(self) -> None:
        """Let the run go on from the earlier moment that is shown, if one is; what came later stays as a curve."""
        if not self._rewind.looks_back:
            return
        self._lineage.leave(self._watch.seconds)
        changed = self._rewind.branch()
        self._steps = self._trainer.steps()
        self._lineage.branch()
        for change in changed:
            self._mark(CHANGE, change)

    def _to_run(self, command: messages.ComeBack | messages.Forget | messages.Reset) -> None:
        """Leave the present run for one that was left before, or for another one; or forget one."""
        lineage = self._lineage
        if isinstance(command, messages.Forget):
            lineage.forget(command.serial)
        elif isinstance(command, messages.Reset):
            lineage.leave(self._watch.seconds)
            restore_weights(self._trainer, self._initial)
            self._stand()
            self._begin_history()
            self._move(RunState.READY)
        elif lineage.has(command.serial):
            lineage.leave(self._watch.seconds)
            self._watch.reset(lineage.come_back(command.serial))
            self._stand()
            self._looks.keep(GO)
            self._channel.events.put(sought(self._run_id, self._trainer))
        else:
            self._say(NOT_KEPT)

    def _stand(self) -> None:
        """Pause at another moment than the one before."""
        self._steps, self._divergence, self._single = self._trainer.steps(), None, False
        self._hand.unjudged = not self._rewind.looks_back
        self._looks.edits += 1
        self._move(RunState.PAUSED)

    def _restore_best(self) -> None:
        if self._state is RunState.DIVERGED:
            sound = self._lineage.sound.state
            self._rewind.leap(sound.step, self._trainer.config, self._watch.seconds, sound)
            self._stand()
        self._branch()
        restored, words = restored_best(self._trainer)
        self._say(words)
        if restored:
            self._move(RunState.PAUSED if self._state is RunState.RUNNING else self._state)
            self._looks.edits += 1
            self._mark(RESTORED, "the best weights are back")
            self._lineage.history.append(self._trainer.evaluate(), self._watch.seconds)

    def _start(self, command: messages.Run | messages.StepBatch | messages.StepEpoch) -> None:
        # A diverged run would only diverge again: it must go back or be reset first.
        if self._state in (RunState.DIVERGED, RunState.FINISHED):
            return
        self._branch()
        self._single = isinstance(command, messages.StepBatch)
        self._until_epoch_end = isinstance(command, messages.StepEpoch)
        if self._state is not RunState.RUNNING:
            self._looks.keep(GO)
        self._move(RunState.RUNNING)
