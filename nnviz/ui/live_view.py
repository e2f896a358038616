"""Hands every snapshot to the pictures at frame rate, and to the texts four times a second."""

import time

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnviz.app.app_model import AppModel
from nnviz.app.frame_clock import FrameClock
from nnviz.app.row_view import input_texts, row_answer
from nnviz.app.what_if import row_inputs
from nnviz.data.dataset import Dataset
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLPConfig
from nnviz.run.grids import InputGrid
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.panels.training import TrainingStrip
from nnviz.ui.status import StatusBar
from nnviz.ui.theme import DARK, Theme, class_text_colour
from nnviz.ui.widgets import is_seen

TEXT_INTERVAL = 0.25


class LiveView(QObject):
    """Draws; decides nothing."""

    def __init__(
        self,
        model: AppModel,
        clock: FrameClock,
        *,
        strip: TrainingStrip,
        data: DataPanel,
        network: NetworkPanel,
        decision: DecisionPanel,
        loss: LossPanel,
        status: StatusBar,
    ) -> None:
        super().__init__(network)
        self._model = model
        self._clock = clock
        self._strip, self._data, self._network = strip, data, network
        self._decision, self._loss, self._status = decision, loss, status
        self.snapshot: Snapshot | None = None
        self._dataset: Dataset | None = None
        self._shape: tuple[MLPConfig, tuple[str, ...], tuple[str, ...]] | None = None
        self._text_due = 0.0
        self._seen: set[QWidget] = set()
        self._theme = DARK
        model.runs.grid_source = self.grid_probe
        loss.plot.runs.numbers = model.runs.numbers
        model.runs.snapshot_ready.connect(self.draw)
        model.runs.config_changed.connect(self._on_config)
        model.runs.state_changed.connect(self._on_state)
        model.runs.training_changed.connect(strip.set_training)
        model.dataset_changed.connect(self._on_dataset)
        strip.set_training(model.runs.training)

    def _on_dataset(self, dataset: Dataset | None) -> None:
        self._data.set_dataset(dataset, self._model.summaries)
        if dataset is not None and dataset is self._dataset:
            # A change was refused: only the controls go back, what was chosen to be looked at stays.
            self._data.set_row(self._model.runs.row)
            self._text_due = 0.0
            return
        self._dataset = dataset
        self._decision.set_dataset(dataset, self._model.look)
        self._status.set_dataset(dataset)
        metric = "R²" if dataset is not None and dataset.task == "regression" else "Accuracy"
        self._strip.set_metric_name(metric)
        self._loss.forget_runs()
        self._loss.set_metric_name(metric)

    def _on_config(self, config: MLPConfig) -> None:
        dataset = self._model.dataset
        if dataset is None:
            return
        self.snapshot = None
        shape = (config, dataset.input_names, dataset.preprocessor.output_unit_names)
        if shape != self._shape:  # of other rows the same network learns, the diagram stays as it is
            self._network.set_network(*shape)
        self._shape = shape
        self._loss.clear()
        self._loss.set_loss(LOSSES[config.loss].label)
        self._status.set_network(config)
        self._text_due = 0.0

    def _on_state(self, state: RunState) -> None:
        self._strip.set_state(state)
        self._status.set_state(state)
        self._text_due = 0.0

    def draw(self, snapshot: Snapshot) -> None:
        """Show one moment of the run everywhere."""
        self.snapshot = snapshot
        if snapshot.state is not RunState.RUNNING:
            self._text_due = 0.0
        dataset, row = self._model.dataset, self._model.runs.row
        if dataset is not None and row is not None:
            changed = self._model.runs.what_if
            name = f"row {int(dataset.table_rows[row]) + 1:,}"
            self._network.set_row(row_inputs(dataset, row, changed), name if changed is None else f"{name}, what if")
        else:
            self._network.set_row(None)
        for panel in (self._network, self._decision):
            if is_seen(panel):
                panel.draw(snapshot)
        self._loss.plot.crowded = snapshot.state is RunState.RUNNING and self._network.repaints
        if is_seen(self._loss):
            self._loss.draw(snapshot)

    def _catch_up(self) -> None:
        """Draw in panels that have come into sight, and ask for what they had no part in."""
        for panel in (self._network, self._decision, self._loss):
            seen = is_seen(panel)
            if seen and panel not in self._seen:
                self._model.runs.refresh()
                if self.snapshot is not None:
                    panel.draw(self.snapshot)
            (self._seen.add if seen else self._seen.discard)(panel)

    def grid_probe(self, live: bool) -> InputGrid | None:  # noqa: FBT001 - the one question is whether it is live
        """Return the grid that the map and the tiles of the diagram want; None when neither can be seen."""
        return self._decision.grid_probe(live) if is_seen(self._decision) or is_seen(self._network) else None

    def set_theme(self, theme: Theme) -> None:
        """Colour the texts by another theme's classes."""
        self._theme = theme
        self._text_due = 0.0

    def tick(self) -> None:
        """Refresh the curves when they are due, and the texts."""
        self._catch_up()
        self._loss.tick()
        now = time.perf_counter()
        if now < self._text_due:
            return
        self._text_due = now + TEXT_INTERVAL
        runs = self._model.runs
        self._status.set_speeds(runs.steps_per_second, self._clock.frames_per_second)
        self._status.set_job(self._model.jobs.current)
        if (snapshot := self.snapshot) is not None:
            self._strip.set_numbers(snapshot.step, snapshot.epoch, snapshot.history.last, runs.steps_per_second)
            self._row_texts(snapshot)

    def set_row(self, index: int | None) -> None:
        """Choose a row of the data set, or none."""
        runs = self._model.runs
        if index != runs.row:
            runs.row, runs.what_if = index, None  # other values are those of one row
        runs.refresh()
        self._decision.set_row(index)
        self._data.set_row(index)
        self._text_due = 0.0

    def text_now(self) -> None:
        """Write the texts anew at the next frame."""
        self._text_due = 0.0

    def want_row(self) -> None:
        """Choose the first training row when none is chosen: whoever asks for a row's numbers sees some at once."""
        dataset = self._model.dataset
        if self._model.runs.row is None and dataset is not None and dataset.train_rows.size:
            self.set_row(int(dataset.train_rows[0]))

    def let_go(self) -> bool:
        """Choose no row; return whether one was chosen."""
        if self._model.runs.row is None:
            return False
        self.set_row(None)
        return True

    def _row_texts(self, snapshot: Snapshot) -> None:
        dataset, row, changed = self._model.dataset, self._model.runs.row, self._model.runs.what_if
        if dataset is None:
            return
        inputs = input_texts(dataset, row, changed)
        answer = None if row is None else row_answer(dataset, row, snapshot, changed)
        if answer is None:
            self._network.set_row_texts(inputs, [""] * dataset.preprocessor.n_outputs)
            self._data.set_prediction("")
        else:
            theme = self._theme
            colours = [class_text_colour(theme, i) for i in answer.unit_classes] if answer.unit_classes else []
            self._network.set_row_texts(inputs, answer.units, colours)
            self._data.set_prediction(answer.summary, answer.class_index, answer.shares, answer.loss)
            self._data.row.answer.set_what_if(active=changed is not None)
