"""The status bar: what is going on, and how large and how fast it is."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from nnviz.app.jobs import Progress
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.run.state import RunState
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold

HINT_SECONDS = 8.0
_BETWEEN = 6  # pixels that Qt leaves between two labels
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
        self._until: RunState | None = None
        self._precision = QLabel("float32, CPU")
        self._frames = QLabel()
        self._speed = QLabel()
        facts = (self._dot, self._state_label, self._rows, self._columns, self._parameters, self._job, self._hint)
        machine = (self._precision, self._speed, self._frames)
        self._all = (*facts, *machine)
        self.setContentsMargins(10, 0, 10, 0)
        for label in facts:
            label.setContentsMargins(0, 0, 14 if label is not self._dot else 0, 0)
            self.addWidget(label)
        for label in machine:
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
        if state is not None and state is self._until:
            self._hint.setText("")
        text, token = _STATES[state]
        self._state_label.setText(self._moment or text)
        self._dot.setStyleSheet(f"color: {getattr(self._theme, token)};")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out what is missed least where not all has room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for: no text is cut, and none pushes another out."""
        spare = [self._parameters, self._columns, self._precision, self._rows, self._frames, self._hint]
        if self._moment:  # its words are long
            del spare[:2]
        kept = [self._dot, self._state_label, self._job, self._speed, *spare]
        margins = self.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        widths = {label: label.sizeHint().width() + _BETWEEN for label in kept if label.text()}
        for label in spare:
            if sum(widths.values()) <= room:
                break
            widths.pop(label, None)
        for label in self._all:
            if label.isHidden() == (label in widths):
                label.setVisible(label in widths)

    def set_moment(self, text: str) -> None:
        """Say which earlier moment of the run everything shows; "" for the newest."""
        if text != self._moment:
            self._moment = text
            self.set_state(self._state)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Say how large the table is."""
        if dataset is None:
            self._rows.setText("")
            self._columns.setText("")
            return
        table = dataset.table
        self._rows.setText(f"{table.n_rows:,} rows")
        self._columns.setText(f"{table.n_columns:,} columns, {len(dataset.feature_names):,} used")
        self._fit()

    def set_network(self, config: MLPConfig | None) -> None:
        """Say how large the network is."""
        self._parameters.setText("" if config is None else f"{config.n_parameters:,} parameters")
        self._fit()

    def set_speeds(self, steps_per_second: float, frames_per_second: float) -> None:
        """Say how fast it learns and draws."""
        self._speed.setText(f"{steps_per_second:,.0f} steps/s")
        self._frames.setText(f"{frames_per_second:.0f} frames/s")
        self._fit()

    def show_hint(self, text: str, until: RunState | None = None) -> None:
        """Show a sentence for some seconds, or until the run comes into a state in which it is wrong."""
        self._until = until
        self._hint.setText(text)
        self._fit()
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
        self._fit()
