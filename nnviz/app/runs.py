"""The present run: begun, steered, reshaped and looked at from the GUI thread."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnviz.app.dismissed import Dismissed
from nnviz.app.frame_budget import map_rate
from nnviz.app.frame_clock import ticks_between
from nnviz.app.going_back import GoingBack
from nnviz.app.hand_edits import HandEdits
from nnviz.app.jobs import Jobs
from nnviz.app.marks import Marks
from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.preparing import Prepared
from nnviz.app.reshaping import Edit, Reshaping
from nnviz.app.run_handle import RunHandle
from nnviz.app.run_notices import notice_about
from nnviz.app.run_numbers import RunNumbers
from nnviz.app.what_if import WhatIf, row_inputs
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.settings import check_settings
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.archive import Archive, Beginning
from nnviz.run.left_run import Origin
from nnviz.run.moments import DEFAULT_CAP
from nnviz.run.recipe import DEFAULT_TRAINING, fitting
from nnviz.run.snapshot import InputGrid, OptimizerProbe, PointsProbe, Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.watch import NOTHING_WATCHED, Watch

# Commands after which a run trains on, or waits, as before.
_BESIDE_TRAINING = (
    messages.Configure | messages.TakeCheckpoint | messages.KeepMoments | messages.Branch | messages.Forget
)
# Commands after which the weights are others, and not by training.
_ELSEWHERE = messages.Reset | messages.RestoreBest | messages.Seek | messages.Branch | messages.ComeBack
_MOST_UNITS_FINE = 1_000  # a fine grid holds 100 kB of activations a unit
_SMALL = 2_000  # parameters up to which a gradient is worth its time at every frame


class Runs(QObject):
    """Owns the run's thread; everything it learns of the run leaves as a signal on the GUI thread."""

    state_changed = Signal(object)  # RunState
    config_changed = Signal(object)  # MLPConfig
    training_changed = Signal(object)  # TrainingConfig
    snapshot_ready = Signal(object)  # Snapshot
    notice = Signal(object)  # AppNotice
    hand_edited = Signal(object)  # messages.HandEdited
    failed = Signal(object, str)  # the exception, its report

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reshaping, self._going_back = Reshaping(self, jobs), GoingBack(self, jobs)
        self._handle: RunHandle | None = None
        self.dataset: Dataset | None = None
        self.run_id = self._ticks = 0
        self._archive = Archive()
        self._networks, self._numbers = itertools.count(1), itertools.count(1)
        self._tickets: dict[int, Callable[[Any], None]] = {}  # each takes the answer to its own question
        self._stale = True
        self._grid_due = self._drags = self.asked_to_run = self.wants_gradient = False
        self._dismissed = Dismissed()
        self.config: MLPConfig | None = None
        self.training: TrainingConfig = DEFAULT_TRAINING
        self.grid_source: Callable[[bool], InputGrid | None] = lambda live: None  # noqa: ARG005
        self.rows_source: Callable[[bool], PointsProbe | None] = lambda live: None  # noqa: ARG005
        self.row: int | None = None
        self.what_if: WhatIf | None = None  # other values of that row, which are looked at in its place
        self.optimizer_probe: OptimizerProbe | None = None
        self.watch: Watch = NOTHING_WATCHED
        self.moments_cap = DEFAULT_CAP  # bytes
        self.stills: tuple[int, ...] = ()  # updates near which the weights of moments that are kept are wanted
        self.reference = ""  # of the earlier weights that are looked at, one of nnviz.run.looks.REFERENCES
        self.last_snapshot: Snapshot | None = None
        self.hand, self.numbers = HandEdits(self), RunNumbers()

    @property
    def state(self) -> RunState | None:
        """The state of the present run, or None."""
        return self._handle.state if self._handle else None

    @property
    def steps_per_second(self) -> float:
        """Updates a second over about the last second."""
        return self._handle.steps_per_second if self._handle else 0.0

    def begin(self, prepared: Prepared, origin: Origin | None = None) -> None:
        """Start a new run in state READY; one on the same data is kept. For ``origin`` see `LeftRun.origin`."""
        self._dismiss()
        self.run_id = next(self._networks)
        if prepared.dataset is not self.dataset:
            self.row, self.what_if = None, None
            self._reshaping.forget()
            self.numbers.clear()
            self._archive = Archive()
        self.dataset, self.config = prepared.dataset, prepared.trainer.mlp.config
        # Hyper-parameters may have changed while the trainer was being built; the seed is the one it began with.
        wanted = replace(self.training, seed=prepared.trainer.config.seed)
        training, dropped = fitting(wanted, self.config, prepared.dataset.task)
        prepared.trainer.configure(training)
        if training != self.training:
            self.training = training
            self.training_changed.emit(training)
        if dropped:
            self.notice.emit(AppNotice("info", dropped, topic="hyper-parameters"))
        self._start(prepared.trainer, Beginning(prepared.initial, self._archive, None, origin), prepared.marks)

    def go_back(self, trainer: Trainer, command: messages.ComeBack, network: int) -> None:
        """Go back into a run of another network, for which a trainer, at its initial state, was built."""
        self._dismiss()
        self._reshaping.forget()
        self.run_id, self.config, self.training = network, trainer.mlp.config, trainer.config
        self.training_changed.emit(self.training)
        self._start(trainer, Beginning(trainer.state(), self._archive, command), None)

    def _start(self, trainer: Trainer, beginning: Beginning, marks: Marks | None) -> None:
        self._handle = RunHandle(trainer, self.run_id, beginning)
        self._handle.send(messages.KeepMoments(self.moments_cap))
        self.hand.begin(marks)
        self.config_changed.emit(self.config)
        self.state_changed.emit(RunState.READY)
        self.refresh()

    def _dismiss(self) -> None:
        """Leave the present run behind."""
        self.asked_to_run = False
        if self._handle is not None:
            self._dismissed.add(self._handle)
            self._handle = None

    def end(self) -> None:
        """Stop every run and wait for the threads, each five seconds at most."""
        self._dismiss()
        self._dismissed.stop()
        self._tickets.clear()

    def send(self, command: messages.Command) -> None:
        """Give the present run a command; without one nothing happens."""
        if self._handle is not None:
            if isinstance(command, _ELSEWHERE):
                self.hand.forget_values()
            if not isinstance(command, messages.HandCommand | _BESIDE_TRAINING):
                # The thread's own word comes a frame later, and says nothing of a single batch or epoch.
                stuck = self.state in (RunState.DIVERGED, RunState.FINISHED)
                self.asked_to_run = isinstance(command, messages.Run) and not stuck
            self._handle.send(command)
            self.refresh()
            self._drags = isinstance(command, messages.Seek) and not command.exact
            if isinstance(command, messages.StepBatch | messages.Seek):
                self._ask(self._handle)  # not at the next tick: the person looks for what the key or the drag does

    def configure(self, **changes: Any) -> None:
        """Change hyper-parameters; refuses senseless values with a notice."""
        try:
            training = replace(self.training, **changes)
            if self.config is not None and self.dataset is not None:
                check_settings(training, self.config, self.dataset.task)
        except UserError as error:
            self.notice.emit(notice_of(error, "hyper-parameters"))
        else:
            if training != self.training:
                self.training = training
                self.send(messages.Configure(training))
        self.training_changed.emit(self.training)

    def edit(self, edit: Edit) -> None:
        """Change the shape of the network, keeping the weights that still fit, and go on if it was running.

        The new trainer is built in the background, and the present run goes on until it stands; edits that come
        meanwhile wait their turn.
        """
        self._reshaping.edit(edit)

    @property
    def editing(self) -> bool:
        """Whether an edit has not taken effect yet."""
        return self._reshaping.active

    def checkpoint(self, done: Callable[[messages.Checkpoint], None]) -> None:
        """Ask for an exact copy of the weights; ``done`` is called on the GUI thread."""
        ticket = next(self._numbers)
        self._tickets[ticket] = done
        self.send(messages.TakeCheckpoint(ticket))

    def rehearse(self, done: Callable[[messages.Rehearsed], None]) -> None:
        """Ask for the next update without making it; ``done`` is called on the GUI thread, unless the run ends."""
        if self._handle is not None:
            ticket = next(self._numbers)
            self._tickets[ticket] = done
            self._handle.send(messages.Rehearse(ticket))

    def refresh(self) -> None:
        """Something that snapshots show has changed: look again even though nothing is being trained."""
        self._stale = True

    def tick(self) -> None:
        """Take what has come, and ask for the next moment (once a frame)."""
        for checkpoint in self._dismissed.checkpoints():  # not lost with the run
            self._on_event(checkpoint)
        handle = self._handle
        if handle is None:
            return
        handle.events(self._on_event)
        if handle is not self._handle:
            return
        snapshot = handle.take()
        if snapshot is not None and snapshot.run_id == self.run_id:
            self.last_snapshot = snapshot
            self.numbers.see(snapshot)
            self.snapshot_ready.emit(snapshot)
        self._ask(handle)

    def _ask(self, handle: RunHandle) -> None:
        self._ticks += 1
        live = handle.state is RunState.RUNNING
        if not live and not self._stale:
            if self._grid_due and handle.channel.mailbox.settled:
                self._ask_for_grid(handle, live=False)
                return
            last = self.last_snapshot
            if last is not None and handle.channel.mailbox.settled:  # else it would replace an answer with a grid
                if not last.rail.judged:
                    handle.ask(replace(self._request(), losses=True))  # after the picture, which they hold up
                elif self.watch != NOTHING_WATCHED and last.seen.pending:
                    handle.ask(self._request())  # what takes more than one look
            return
        parameters = 0 if self.config is None else self.config.n_parameters
        if live and self._ticks % ticks_between(map_rate(parameters)) and not self._stale:
            # An unanswered request may hold a grid, which a plain one must not replace.
            if not handle.channel.mailbox.asked:
                handle.ask(self._request(gradient=parameters <= _SMALL))
            return
        self._stale = False
        self._grid_due = not live and parameters > _SMALL
        if self._grid_due:
            handle.ask(self._request())  # the numbers first: a fine map of a large network takes several frames
        else:
            self._ask_for_grid(handle, live=live or self._drags)  # a fine map would hold up the next place

    def _ask_for_grid(self, handle: RunHandle, *, live: bool) -> None:
        self._grid_due = False
        coarse = live or (self.config is not None and sum(self.config.sizes) > _MOST_UNITS_FINE)
        handle.ask(self._request(self.grid_source(coarse), self.rows_source(live)))

    def _request(
        self, grid: InputGrid | None = None, rows: PointsProbe | None = None, *, gradient: bool = True
    ) -> SnapshotRequest:
        row = None if self.dataset is None or self.row is None else row_inputs(self.dataset, self.row, self.what_if)
        others = (rows, self.watch, gradient and self.wants_gradient, self.reference)
        return SnapshotRequest(grid, row, self.optimizer_probe, *others, losses=False, stills=self.stills)

    def _on_event(self, event: messages.Event) -> None:
        match event:
            case messages.StateChanged(state=state):
                if state in (RunState.DIVERGED, RunState.FINISHED):
                    self.asked_to_run = False
                self.state_changed.emit(state)
                self.refresh()
            case messages.Checkpoint(ticket=ticket) | messages.Rehearsed(ticket=ticket):
                if done := self._tickets.pop(ticket, None):
                    done(event)
            case messages.DivergedAt() | messages.StoppedEarly() | messages.Notice():
                self.asked_to_run &= not isinstance(event, messages.StoppedEarly)
                self.notice.emit(notice_about(event, self.send, self._branch))
            case messages.Sought(training=training, goes_on=goes_on, mask=mask):
                self.training = training
                self.hand.follow(mask)
                self.asked_to_run |= goes_on
                self.training_changed.emit(training)
                self.refresh()
            case messages.Elsewhere(left=left, command=command):
                self._going_back.to(left, command)
            case messages.HandEdited():
                self.hand_edited.emit(event)
            case messages.Failed(error=error, report=report):
                self._handle = None
                self.asked_to_run = self._reshaping.active = False
                self.state_changed.emit(RunState.STOPPED)
                self.failed.emit(error, report)

    def _branch(self, step: int, rate: float) -> None:
        self.send(messages.Branch(step, replace(self.training, learning_rate=rate)))

    def frame_begins(self) -> None:
        """Hold training back while the GUI thread draws."""
        if self._handle is not None:
            self._handle.channel.gate.close()

    def frame_ends(self) -> None:
        """Let training go on."""
        if self._handle is not None:
            self._handle.channel.gate.open()
