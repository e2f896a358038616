"""The status bar: what is going on, and how large and how fast it is."""

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from nnviz.app.jobs import Progress
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.run.state import RunState
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold

HINT_SECONDS = 8.0
_STATES = {
    None: ("No data", "ink_3"),
    RunState.READY: ("Ready", "ink_2"),
    RunState.RUNNING: ("Training", "validation"),
    RunState.PAUSED: ("Paused", "warning"),
    RunState.DIVERGED: ("Diverged", "error"),
    RunState.FINISHED: ("Finished", "ink"),
    RunState.STOPPED: ("Stopped", "ink_3"),
}


class StatusBar(QStatusBar):
    """One line of plain facts; texts change at most four times a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        hold(self, height=24)
        self._theme = DARK
        self._state: RunState | None = None
        self._dot = QLabel("\N{BLACK CIRCLE}")
        self._state_label = QLabel()
        self._rows = QLabel()
        self._columns = QLabel()
        self._parameters = QLabel()
        self._job = QLabel()
        self._hint = QLabel()
        self._moment = ""
        self._hint_left = 0.0
        self._precision = QLabel("float32, CPU")
        self._frames = QLabel()
        self._speed = QLabel()
        self.setContentsMargins(10, 0, 10, 0)
        for label in (self._dot, self._state_label, self._rows, self._columns, self._parameters, self._job, self._hint):
            label.setContentsMargins(0, 0, 14 if label is not self._dot else 0, 0)
            self.addWidget(label)
        for label in (self._precision, self._speed, self._frames):
            label.setContentsMargins(14, 0, 0, 0)
            self.addPermanentWidget(label)
        self.set_state(None)
        self.set_dataset(None)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self.set_state(self._state)

    def set_state(self, state: RunState | None) -> None:
        """Name the state of the run."""
        self._state = state
        text, token = _STATES[state]
        self._state_label.setText(self._moment or text)
        self._dot.setStyleSheet(f"color: {getattr(self._theme, token)};")

    def set_moment(self, text: str) -> None:
        """Say which earlier moment of the run everything shows; "" for the newest."""
        if text != self._moment:
            self._moment = text
            for label in (self._columns, self._parameters):  # make room
                label.setVisible(not text)
            self.set_state(self._state)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Say how large the table is."""
        if dataset is None:
            self._rows.setText("0 rows")
            self._columns.setText("0 columns")
            return
        table = dataset.table
        self._rows.setText(f"{table.n_rows:,} rows")
        self._columns.setText(f"{table.n_columns:,} columns, {len(dataset.feature_names):,} used")

    def set_network(self, config: MLPConfig | None) -> None:
        """Say how large the network is."""
        self._parameters.setText("" if config is None else f"{config.n_parameters:,} parameters")

    def set_speeds(self, steps_per_second: float, frames_per_second: float) -> None:
        """Say how fast it learns and draws."""
        self._speed.setText(f"{steps_per_second:,.0f} steps/s")
        self._frames.setText(f"{frames_per_second:.0f} frames/s")

    def show_hint(self, text: str) -> None:
        """Show a sentence for some seconds."""
        self._hint.setText(text)
        self._hint_left = HINT_SECONDS

    def advance(self, seconds: float) -> None:
        """Let time pass; called once a frame."""
        if self._hint_left > 0:
            self._hint_left -= seconds
            if self._hint_left <= 0:
                self._hint.setText("")

    def set_job(self, progress: Progress | None) -> None:
        """Say what is done in the background."""
        if progress is None:
            self._job.setText("")
            return
        share = f" {100 * progress.share:.0f} %" if progress.share else ""
        self._job.setText(f"{progress.label}{share}")
