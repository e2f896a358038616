"""The training run: a generator that a thread drives, or a test one turn at a time."""

from collections.abc import Iterator

from nnviz.engine.training import Diverged, Divergence, Evaluation, Trainer, TrainingConfig
from nnviz.run import messages
from nnviz.run.answers import answer_to, configured, restored_best, sought, stopped_early
from nnviz.run.archive import NOTHING_BEFORE, Archive, Beginning
from nnviz.run.blas import blas_threads
from nnviz.run.by_hand import ByHand
from nnviz.run.channel import Channel
from nnviz.run.frame_gate import Attention
from nnviz.run.lineage import NOT_KEPT, Lineage
from nnviz.run.looks import GO, Looks
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, RESTORED, Change, changes
from nnviz.run.observer import Observer
from nnviz.run.probes import take_snapshot
from nnviz.run.rewind import Rewind, restore_weights
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.stage import Stage
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
    beginning
        What it goes back to, and what is kept of the runs before it, behind which it takes its place at once.
    """

    def __init__(
        self,
        trainer: Trainer,
        channel: Channel,
        run_id: int,
        *,
        epochs: int | None = None,
        beginning: Beginning = NOTHING_BEFORE,
    ) -> None:
        self._trainer, self._channel, self._run_id, self._epochs = trainer, channel, run_id, epochs
        self._tell = channel.events.put
        self._stage = Stage(trainer, run_id, self._tell)
        self._steps = trainer.steps()
        self._initial, self._back = beginning.initial or trainer.state(), beginning.back
        self._archive = beginning.archive or Archive()
        self._turn = self._archive.queue()
        self._observer, self._looks = Observer(trainer), Looks(trainer)
        self._rewind = Rewind(trainer, self._archive.moments)
        kept = (self._rewind, self._observer, self._looks, self._archive)
        self._lineage = Lineage(trainer, *kept, run_id, beginning.origin)
        self._hand = ByHand(trainer, self._looks, run_id, self._tell, self._mark)

    def _begin_history(self) -> None:
        self._lineage.begin()
        self._stage.watch.reset()
        self._observer.begin()
        self._looks.begin()
        self._record(self._trainer.begin())
        self._rewind.begin(self._stage.watch.seconds)

    @property
    def blas_threads(self) -> int:
        """How many threads the products of this network are worth."""
        return blas_threads(self._trainer.mlp.config, self._trainer.config.batch_size)

    def turns(self) -> Iterator[bool]:
        """Run; each item is a turn, True when there is more to do at once and False when it waits for a command."""
        with self._turn.held():
            self._begin()  # looks at every row, so not before the run has its own thread
            yield from self._go_on()

    def _begin(self) -> None:
        self._looks.edits = self._archive.edits
        if self._back is None or self._lineage.find(self._back.serial) is None:
            self._begin_history()
            self._stage.say("" if self._back is None else NOT_KEPT)
        else:
            self._come_back(self._back)

    def _go_on(self) -> Iterator[bool]:
        attention = self._channel.attention
        while True:
            attention.acknowledge()
            self._channel.gate.pass_through()
            if not self._rewind.drags:  # else a drag that goes on would never be seen to arrive
                self._apply_commands()
            if self._stage.state is RunState.STOPPED:
                self._lineage.leave(self._stage.watch.seconds)  # another network may have taken its place
                return
            self._rewind.advance()
            if self._rewind.busy:  # what it passes on the way is not shown
                yield True
                continue
            # Whoever asks for a single update together with its picture wants to see that update.
            if not self._stage.single and (request := self._channel.mailbox.wanted()) is not None:
                self._answer(request)
            if running := self._stage.runs:
                self._train(attention)
            yield running

    def _train(self, attention: Attention) -> None:
        """Make up to a turn's updates, until the end of what was asked for or until somebody calls."""
        self._rewind.moments.offer(self._trainer, self._stage.watch.seconds)
        advance = self._steps.__next__
        alone = self._observer.begins_update(single=self._stage.single) or self._stage.single
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
            if self._stage.single:
                self._stage.single = False
                self._stage.pause()

    def _record(self, evaluation: Evaluation) -> bool:
        """Take an epoch's losses down; return whether the run leaves RUNNING for it."""
        self._hand.unjudged = False
        self._lineage.history.append(evaluation, self._stage.watch.seconds)
        self._observer.epoch_ended()
        self._rewind.moments.note(evaluation, self._stage.watch.seconds)
        self._lineage.sound.offer(evaluation)
        if not self._stage.runs:
            return False
        if self._epochs is not None and evaluation.epoch >= self._epochs:
            self._stage.move(RunState.FINISHED)
        elif reason := self._trainer.stop_reason:
            self._mark(EARLY_STOP, reason)
            self._tell(stopped_early(self._run_id, self._trainer))
            self._trainer.carry_on()  # whoever runs on wants the patience again
            self._stage.move(RunState.PAUSED)
        elif self._stage.until_epoch_end:
            self._stage.move(RunState.PAUSED)
        return not self._stage.runs

    def _diverge(self, divergence: Divergence) -> None:
        self._stage.divergence, self._steps = divergence, self._trainer.steps()
        self._mark(DIVERGENCE, divergence.reason)
        sound, rate = self._lineage.sound.state, self._trainer.config.learning_rate
        self._tell(messages.DivergedAt(self._run_id, divergence, sound.step, sound.epoch, rate))
        self._stage.move(RunState.DIVERGED)

    def _answer(self, request: SnapshotRequest) -> None:
        if self._hand.unjudged and not self._stage.runs:
            self._lineage.history.restate(self._hand.judge())
        seen = self._observer.look(request.watch, running=self._stage.runs)
        history = self._rewind.history(self._lineage.history.view(), judge=request.losses)
        rail = self._lineage.rail(request.stills, diverged=self._stage.diverged)
        present = (self._run_id, self._stage.state, history, self._stage.divergence, seen, self._looks, rail)
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
            self._hand.apply(command, self._stage.state)

    def _apply(self, command: messages.RunCommand) -> None:
        match command:
            case messages.Run() | messages.StepBatch() | messages.StepEpoch():
                self._start(command)
            case messages.Pause():
                self._stage.pause()
            case messages.KeepMoments(cap=cap):
                self._rewind.moments.set_cap(cap)
            case messages.ComeBack() | messages.Forget() | messages.Reset():
                self._to_run(command)
            case messages.RestoreBest():
                self._restore_best()
            case messages.Configure(training=training):
                self._configure(training)
            case messages.TakeCheckpoint() | messages.Rehearse():
                self._tell(answer_to(command, self._lineage.present, self._stage.state, self._trainer, self._observer))
            case messages.Stop():
                self._stage.move(RunState.STOPPED)

    def _mark(self, kind: str, what: str | Change) -> None:
        self._lineage.history.mark(kind, self._trainer.epoch, self._trainer.step, what, self._stage.watch.seconds)
        self._rewind.moments.change(self._trainer.step)

    def _configure(self, training: TrainingConfig) -> None:
        before = self._trainer.config
        self._stage.say(configured(self._trainer, training))
        if self._rewind.looks_back:
            return  # told to the history once the run goes on from here
        for change in changes(before, self._trainer.config):
            self._mark(CHANGE, change)

    def _seek(self, command: messages.Seek | messages.Branch) -> None:
        sound = self._lineage.sound.state if self._stage.diverged else None
        if refusal := self._rewind.go(command, self._stage.watch.seconds, sound):
            self._stage.say(refusal)
        elif refusal is not None:
            self._stand()
            if not isinstance(command, messages.Branch):
                self._tell(sought(self._run_id, self._trainer))
                return
            self._configure(command.training)
            self._tell(sought(self._run_id, self._trainer, goes_on=True))
            self._start(messages.Run())

    def _branch(self) -> None:
        """Let the run go on from the earlier moment that is shown, if one is; what came later stays as a curve."""
        if not self._rewind.looks_back:
            return
        self._lineage.leave(self._stage.watch.seconds)
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
            lineage.leave(self._stage.watch.seconds)
            restore_weights(self._trainer, self._initial)
            self._stand()
            self._begin_history()
            self._stage.move(RunState.READY)
        elif (left := lineage.find(command.serial)) is None:
            self._stage.say(NOT_KEPT)
        elif left.network == self._run_id:
            lineage.leave(self._stage.watch.seconds)
            self._come_back(command)
        else:
            self._stage.pause()  # so that nothing takes its memory meanwhile
            self._tell(messages.Elsewhere(self._run_id, left, command))

    def _come_back(self, command: messages.ComeBack) -> None:
        self._stage.watch.reset(self._lineage.come_back(command.serial))
        self._stand()
        self._looks.keep(GO)
        self._tell(sought(self._run_id, self._trainer))
        if command.step is not None:
            self._seek(messages.Seek(command.step, exact=True))

    def _stand(self) -> None:
        """Pause at another moment than the one before."""
        self._steps, self._stage.divergence, self._stage.single = self._trainer.steps(), None, False
        self._hand.unjudged = not self._rewind.looks_back
        self._looks.edits += 1
        self._stage.move(RunState.PAUSED)

    def _restore_best(self) -> None:
        if self._stage.diverged:
            sound, seconds = self._lineage.sound.state, self._stage.watch.seconds
            self._rewind.leap(sound.step, self._trainer.config, seconds, sound)
            self._stand()
        self._branch()
        restored, words = restored_best(self._trainer)
        self._stage.say(words)
        if restored:
            self._stage.pause()
            self._looks.edits += 1
            self._mark(RESTORED, "the best weights are back")
            self._lineage.history.append(self._trainer.evaluate(), self._stage.watch.seconds)

    def _start(self, command: messages.Run | messages.StepBatch | messages.StepEpoch) -> None:
        # A diverged run would only diverge again: it must go back or be reset first.
        if self._stage.state in (RunState.DIVERGED, RunState.FINISHED):
            return
        self._branch()
        self._stage.single = isinstance(command, messages.StepBatch)
        self._stage.until_epoch_end = isinstance(command, messages.StepEpoch)
        if not self._stage.runs:
            self._looks.keep(GO)
        self._stage.move(RunState.RUNNING)
