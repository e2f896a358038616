"""Keeps the sheet of all training settings in step with the run, and hands what is asked for there to the model."""

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from nnviz.app import network_edits
from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.rate_search import search_rates
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.rate_log import RateSegment
from nnviz.engine.rate_range import RateRange
from nnviz.engine.stopping import Best
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.dialogs.training_sheet import WIDTH, TrainingSheet
from nnviz.ui.panels.network_header import HEADER_HEIGHT
from nnviz.ui.type_scale import px

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

PICTURE_INTERVAL = 0.25  # seconds between two looks at the place in the schedule
LOOK_INTERVAL = 1.0  # seconds between two questions for the best so far while training
_LARGE = 1_000_000  # parameters from which each such question, which copies them, would be felt
_PATIENCE = 10.0  # seconds after which an unanswered question is asked again


class TrainingFlow(QObject):
    """Owns the sheet; made when it is first wanted.

    Where the schedule began to count and which weights are the best, no snapshot says: a checkpoint does, exactly.
    """

    def __init__(self, model: AppModel, window: "MainWindow") -> None:
        super().__init__(window)
        self._model, self._runs, self._window = model, model.runs, window
        self._segment: RateSegment | None = None
        self._best: Best | None = None
        self._next_look = self._next_picture = 0.0
        self._asked_at: float | None = None
        self._stale = True
        self._generation = 0  # of runs
        self.sheet = TrainingSheet(window, window.theming.theme)
        self._placed = False
        sheet, runs = self.sheet, self._runs
        sheet.changed.connect(lambda changes: runs.configure(**changes))
        sheet.refused.connect(window.verbs.refuse)
        sheet.optimizer.finder.wanted.connect(self._find_rate)
        sheet.best_wanted.connect(lambda: runs.send(messages.RestoreBest()))
        sheet.loss_chosen.connect(self._set_loss)
        sheet.start_chosen.connect(self._set_start)
        sheet.seed_chosen.connect(self._set_seed)
        runs.training_changed.connect(self._on_training)
        runs.config_changed.connect(self._on_config)
        runs.state_changed.connect(self._on_state)
        runs.notice.connect(self._on_notice)
        window.theming.changed.connect(sheet.set_theme)
        window.clock.tick.connect(self.tick)
        self._show_all()

    def toggle(self) -> None:
        """Show the sheet at the left edge of the window, over the data and below what the banner says, or close it."""
        if self.sheet.isVisible():
            self.sheet.close()
            return
        if not self._placed:
            self._placed = True
            top = self._window.strip.height() + 1 + HEADER_HEIGHT
            room = self._window.height() - top - self._window.status.height()
            self.sheet.resize(px(WIDTH), min(self.sheet.sizeHint().height(), room))
            self.sheet.move(self._window.mapToGlobal(QPoint(0, top)))
        self._ask_anew()
        self._show_all()
        self.sheet.show()
        self.sheet.activateWindow()

    def tick(self) -> None:
        """Look where training is, as often as it can be read; nothing is done for a sheet that is closed."""
        if not self.sheet.isVisible():
            return
        now = time.monotonic()
        if now >= self._next_look and (self._stale or self._runs.state is RunState.RUNNING):
            self._look(now)
        if now >= self._next_picture:
            self._next_picture = now + PICTURE_INTERVAL
            self._show_place()

    def _look(self, now: float) -> None:
        config = self._runs.config
        if config is None or self._runs.state in (None, RunState.STOPPED):
            return
        if self._asked_at is not None and now - self._asked_at < _PATIENCE:
            return
        self._stale = False
        self._asked_at = now
        self._next_look = now + LOOK_INTERVAL * (10 if config.n_parameters > _LARGE else 1)
        self._runs.checkpoint(partial(self._on_checkpoint, self._generation))

    def _on_checkpoint(self, generation: int, checkpoint: messages.Checkpoint) -> None:
        if generation != self._generation:
            return  # of a run that another has replaced
        self._asked_at = None
        self._segment = checkpoint.state.pace.segments[-1]
        self._best = checkpoint.state.best.best
        self._show_best()
        self._show_place()

    def _show_all(self) -> None:
        self.sheet.set_training(self._runs.training)
        self._show_network()
        self._show_best()
        self._show_place()

    def _show_network(self) -> None:
        dataset = self._model.dataset
        self.sheet.set_network(self._runs.config, dataset.task if dataset is not None else "")

    def _show_best(self) -> None:
        dataset = self._model.dataset
        rows = "validation" if dataset is not None and len(dataset.X_validation) else "training"
        monitor = self._runs.training.stopping.monitor
        if monitor == "metric":
            monitor = "R²" if dataset is not None and dataset.task == "regression" else "accuracy"
        self.sheet.stopping.set_best(self._best, f"{rows} {monitor}")

    def _show_place(self) -> None:
        segment, snapshot = self._segment, self._window.live.snapshot
        step = snapshot.step if snapshot is not None else 0
        if segment is None:
            training = self._runs.training
            segment = RateSegment(0, 0, 0, training.learning_rate, training.schedule, 1, 10)
        self.sheet.set_place(segment, step, running=self._segment is not None)

    def _ask_anew(self) -> None:
        self._stale = True
        self._next_look = 0.0

    def _on_training(self, training: TrainingConfig) -> None:
        self.sheet.set_training(training)
        self._ask_anew()

    def _on_config(self, config: MLPConfig) -> None:  # noqa: ARG002 - the runs have it too
        self._generation += 1
        self.sheet.optimizer.finder.forget()
        self._segment = self._best = None
        self._asked_at = None
        self._show_all()
        self._ask_anew()

    def _on_state(self, state: RunState) -> None:
        if state is RunState.READY:
            self._best = None
            self._show_best()
        self._ask_anew()

    def _on_notice(self, notice: AppNotice) -> None:
        # A refused change of the network leaves the network as it was, and no other signal says so.
        if notice.topic == "network":
            self._show_network()
            self.sheet.network.set_training(self._runs.training)

    def _find_rate(self) -> None:
        """Make the range test from the network as it stands, in the background."""
        finder, dataset, generation = self.sheet.optimizer.finder, self._model.dataset, self._generation
        if dataset is None or self._runs.state in (None, RunState.STOPPED):
            finder.set_text("Open a data set first: the rates are tried on its rows.")
            return

        def found(result: RateRange) -> None:
            if generation == self._generation:
                finder.set_found(result)

        def refused(error: BaseException) -> None:
            finder.forget()
            finder.set_text(str(error))

        def search(checkpoint: messages.Checkpoint) -> None:
            self._model.jobs.submit(
                "Trying learning rates", lambda job: search_rates(checkpoint, dataset, job.cancelled), found, refused
            )

        finder.set_busy()
        self._runs.checkpoint(search)

    def _set_loss(self, loss: str, output: str) -> None:
        dataset = self._model.dataset
        task = dataset.task if dataset is not None else ""
        self._runs.edit(lambda config: network_edits.set_loss(config, loss, task, output))

    def _set_start(self, index: int, initializer: str, value: float | None) -> None:
        self._runs.edit(lambda config: network_edits.set_initializer(config, index, initializer, value))

    def _set_seed(self, seed: int) -> None:
        self._runs.edit(lambda config: network_edits.new_start(config, seed))
