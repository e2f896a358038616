"""What the person can do in the main window, whichever way it is asked for: button, key, drop or argument."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnviz.app import enablement, network_edits
from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.rail import MEGABYTE
from nnviz.app.settings import Settings, save_settings
from nnviz.data.infer import Role
from nnviz.run import messages
from nnviz.ui.file_drops import ask_for_export, ask_for_file
from nnviz.ui.hand_flow import HandFlow
from nnviz.ui.look_verbs import LookVerbs
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.panels.tabs_flow import TAB_NAMES
from nnviz.ui.plots.network_view import STEP
from nnviz.ui.run_flow import RunFlow
from nnviz.ui.warm_up import WarmUp

if TYPE_CHECKING:
    from nnviz.ui.dialogs.report_flow import ReportFlow
    from nnviz.ui.dialogs.training_flow import TrainingFlow
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.recording.flow import RecordFlow
    from nnviz.ui.saving.flow import SaveFlow


class WindowVerbs(QObject):
    """Turns gestures into verbs of the application model."""

    def __init__(self, window: "MainWindow", model: AppModel, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._runs = model.runs
        self._settings = settings
        self.hand = HandFlow(model, window)
        self.looks = LookVerbs(model, window)
        self.past = RunFlow(model, window)
        self.warm_up = WarmUp(window.clock, model.jobs, (window.inspector.made,), self)
        self._sheet: TrainingFlow | None = None
        self._report: ReportFlow | None = None
        self._saving: SaveFlow | None = None
        self._films: RecordFlow | None = None

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what every key of :mod:`nnviz.ui.commands` does."""
        return {
            "toggle": self.toggle,
            "step_batch": self.step_batch,
            "step_epoch": self.step_epoch,
            "step_back": lambda: self._window.rail.rail.step_by(-1),
            "reset": self.reset,
            "runs": self.past.toggle,
            "open": self.open,
            "export": self.export,
            "save": lambda: self.saving.save(self.at_hand()),
            "copy_picture": lambda: self.saving.copy_picture(self.at_hand()),
            "record": lambda: self.films.toggle(self.at_hand()),
            "copy_numbers": lambda: self.saving.copy_numbers(self.at_hand()),
            "add_layer": self.add_last_layer,
            "matrix": self._window.network.toggle_matrix,
            "fit": self._window.network.graph.gestures.fit,
            "zoom_in": lambda: self._window.network.graph.gestures.zoom(STEP),
            "zoom_out": lambda: self._window.network.graph.gestures.zoom(1 / STEP),
            "log_loss": lambda: self._window.loss.set_log(not self._window.loss.is_log),
            "draw": self._window.drawing.toggle,
            "hard": self._window.decision.toggle_hard,
            "undo": self.undo,
            "redo": self.redo,
            "set_weight": self.hand.edit,
            "freeze": lambda: self.hand.toggle("frozen"),
            "silence": lambda: self.hand.toggle("silenced"),
            "settings": self.show_settings,
            "report": self.show_report,
            "inspector": self.looks.inspect,
            "what_if": self.looks.ask_what_if,
            "microscope": self.looks.magnify,
            "why": self._window.tabs.ask_why,
            **{f"tab_{name}": partial(self._window.tabs.choose, name) for name in TAB_NAMES},
            "keys": self.show_keys,
            "quit": self.quit,
        }

    # Training

    def toggle(self) -> None:
        """Run or pause, or say why neither can be."""
        state = self._runs.state
        if enablement.can_pause(state):
            self._runs.send(messages.Pause())
        elif enablement.can_run(state):
            self._runs.send(messages.Run())
        else:
            self.refuse(enablement.why_not_run(state))

    def step_batch(self) -> None:
        """Train one batch."""
        self._runs.send(messages.StepBatch())

    def step_epoch(self) -> None:
        """Train to the end of the epoch."""
        self._runs.send(messages.StepEpoch())

    def reset(self) -> None:
        """Go back to the same initial weights."""
        self._runs.send(messages.Reset())

    def show_settings(self) -> None:
        """Show every training setting, or put them away again."""
        if self._sheet is None:
            from nnviz.ui.dialogs.training_flow import TrainingFlow  # noqa: PLC0415 - not for the first paint

            self._sheet = TrainingFlow(self._model, self._window)
        self._sheet.toggle()

    def show_report(self) -> None:
        """Show how good the network is and what ails it, or put that away again."""
        if self._report is None:
            from nnviz.ui.dialogs.report_flow import ReportFlow  # noqa: PLC0415 - not for the first paint

            self._report = ReportFlow(self._model, self._window)
        self._report.toggle()

    def undo(self) -> None:
        """Take back the last stroke while points are drawn, else what was last done to the weights by hand."""
        desk = self._window.drawing.desk
        (desk.undo if desk.active else self._runs.hand.undo)()

    def redo(self) -> None:
        """Do again what was taken back last."""
        desk = self._window.drawing.desk
        (desk.redo if desk.active else self._runs.hand.redo)()

    # Network

    def take_edits_of(self, panel: NetworkPanel) -> None:
        """Do what the network's panel asks for."""
        panel.layer_added.connect(self.add_layer)
        panel.layer_removed.connect(self.remove_layer)
        panel.layer_moved.connect(self.move_layer)
        panel.units_changed.connect(self.set_units)
        panel.activation_changed.connect(self.set_activation)

    def add_layer(self, index: int) -> None:
        """Insert a hidden layer."""
        self._runs.edit(lambda config: network_edits.add_layer(config, index))

    def add_last_layer(self) -> None:
        """Insert a hidden layer before the output."""
        self._runs.edit(lambda config: network_edits.add_layer(config, len(config.hidden)))

    def remove_layer(self, index: int) -> None:
        """Take a hidden layer out."""
        self._runs.edit(lambda config: network_edits.remove_layer(config, index))

    def move_layer(self, index: int, to: int) -> None:
        """Put a hidden layer at another place."""
        self._runs.edit(lambda config: network_edits.move_layer(config, index, to))

    def set_units(self, index: int, units: int) -> None:
        """Give a hidden layer another number of neurons."""
        self._runs.edit(lambda config: network_edits.set_units(config, index, units))

    def set_activation(self, index: int, activation: str) -> None:
        """Give a hidden layer another activation."""
        self._runs.edit(lambda config: network_edits.set_activation(config, index, activation))

    # Files

    def open(self) -> None:
        """Let the person choose a file."""
        if path := ask_for_file(self._window, self._settings.folder_path()):
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a table or a model."""
        path = path.absolute()
        self._settings = replace(self._settings, folder=str(path.parent))
        self._model.open(path)

    def export(self) -> None:
        """Let the person choose where the network goes, and write it."""
        dataset = self._model.dataset
        if dataset is None or not enablement.can_export(self._runs.state):
            self.refuse("There is no network to export yet.")
            return
        path = ask_for_export(self._window, self._settings.folder_path(), Path(dataset.name).stem.lower() or "model")
        if path is not None:
            self._settings = replace(self._settings, folder=str(path.parent))
            self._model.export(path)

    def folder(self) -> Path:
        """Return where files went last."""
        return self._settings.folder_path()

    def remember_folder(self, path: Path) -> None:
        """Offer the folder of a file first the next time."""
        self._settings = replace(self._settings, folder=str(path.parent))

    @property
    def saving(self) -> "SaveFlow":
        """What saves and copies panels; made when it is first wanted."""
        if self._saving is None:
            from nnviz.ui.saving.flow import SaveFlow  # noqa: PLC0415 - not for the first paint

            self._saving = SaveFlow(self._window)
        return self._saving

    @property
    def films(self) -> "RecordFlow":
        """What records panels and the window; made when it is first wanted."""
        if self._films is None:
            from nnviz.ui.recording.flow import RecordFlow  # noqa: PLC0415 - not for the first paint

            self._films = RecordFlow(self._window)
        return self._films

    def at_hand(self) -> str:
        """Return which panel, or the window, a key about saving means."""
        from nnviz.ui.saving.parts import key_at_hand  # noqa: PLC0415 - not for the first paint

        return key_at_hand(self._window)

    # Data

    def set_role(self, column: str, role: Role) -> None:
        """Change what a column is used for."""
        self._model.change_role(column, role)

    def set_validation_fraction(self, share: float) -> None:
        """Split the rows anew."""
        self._model.rebuild(validation_fraction=share)

    def show_rejected(self) -> None:
        """List the rows that the reader did not take, and its warnings."""
        if (dataset := self._model.dataset) is not None:
            from nnviz.ui.dialogs.csv_rejects import RejectedRowsDialog  # noqa: PLC0415 - not for the first paint

            RejectedRowsDialog(dataset.table, self._window, theme=self._window.theming.theme).open()

    def walk_rows(self, by: int) -> None:
        """Choose the next or the previous row."""
        if (dataset := self._model.dataset) is not None:
            row = self._runs.row
            first = 0 if by > 0 else dataset.n_rows - 1
            self._window.live.set_row(first if row is None else (row + by) % dataset.n_rows)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # Words

    def refuse(self, text: str) -> None:
        """Say why something can't be."""
        if text:
            self._model.notice.emit(AppNotice("warning", text, topic="refusal"))

    def show_keys(self) -> None:
        """Show the version and the key list."""
        from nnviz.ui.dialogs.about import AboutDialog  # noqa: PLC0415 - not for the first paint

        dialog = AboutDialog(self._window)
        dialog.set_theme(self._window.theming.theme)
        dialog.open()

    def let_go(self) -> None:
        """Do what Esc does in the window: let go of the neuron, then of the row; then leave full screen."""
        window = self._window
        if not window.tabs.douse() and not self.looks.dismiss() and not window.live.let_go():
            window.views.presentation.step_back()

    def remember(self) -> None:
        """Write the settings for the next start; it begins without a presentation."""
        window = self._window
        window.views.presentation.leave()
        geometry = bytes(window.saveGeometry().toBase64().data()).decode("ascii")
        save_settings(
            replace(
                self._settings,
                theme=window.theming.choice,
                motion=window.theming.motion,
                text_percent=window.theming.percent,
                log_loss=window.loss.is_log,
                geometry=geometry,
                layout=window.docks.state().to_text(),
                tab=window.tabs.current,
                moments_mb=self._runs.moments_cap // MEGABYTE,
            )
        )
