"""The main window: puts the regions in their places and wires them to the application model."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QMainWindow

from nnviz.app.app_model import AppModel
from nnviz.app.frame_clock import FrameClock
from nnviz.app.settings import Settings
from nnviz.resources import resource_path
from nnviz.ui import commands
from nnviz.ui.banner import Banner
from nnviz.ui.docks import Docks
from nnviz.ui.draw_flow import DrawFlow
from nnviz.ui.file_drops import FileDrops
from nnviz.ui.focus_order import move_focus
from nnviz.ui.import_flow import ImportFlow
from nnviz.ui.live_view import LiveView
from nnviz.ui.map_flow import MapFlow
from nnviz.ui.notice_flow import NoticeFlow
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.panels.inspector_flow import InspectorFlow
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.panels.rail import TimeRail
from nnviz.ui.panels.tabs_flow import TabsFlow
from nnviz.ui.panels.training import TrainingStrip
from nnviz.ui.rail_flow import RailFlow
from nnviz.ui.regions import arrange, panels_of, with_drawer
from nnviz.ui.status import StatusBar
from nnviz.ui.still_picture import StillPicture
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.theming import Theming
from nnviz.ui.toy_flow import ToyFlow
from nnviz.ui.turns import Turns
from nnviz.ui.view_verbs import ViewVerbs
from nnviz.ui.window_verbs import WindowVerbs

MINIMUM = QSize(1180, 720)
FIRST_SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """Assembly only: every decision is the model's, every picture a panel's; ``model`` ends with the window."""

    def __init__(self, model: AppModel, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("nnviz")
        self.setWindowIcon(QIcon(str(resource_path("icons/nnviz.svg"))))
        self.setMinimumSize(MINIMUM)
        self.model = model
        model.setParent(self)  # what is connected to its signals holds both, where Python's search for cycles can't see
        self.clock = FrameClock(self)
        self.clock.tick.connect(model.runs.frame_begins)  # before anything is done in a frame
        self.turns = Turns(self.clock)
        self.still = StillPicture(self.turns, model.runs.frame_begins)
        self.theming = Theming(settings.theme, self, motion=settings.motion, percent=settings.text_percent)
        self.theming.later = self.turns.put_off
        self.strip = TrainingStrip()
        self.data = DataPanel()
        self.banner = Banner()
        self.network = NetworkPanel()
        self.decision = DecisionPanel(DARK)
        self.loss = LossPanel(DARK)
        model.dataset_changed.connect(self.still.hold)  # first: what others put off comes after the painting
        self.tabs = TabsFlow(model, self)
        self.status = StatusBar()
        self.drawer = with_drawer(self.network)
        panels = panels_of(self.data, self.network, self.drawer, self.decision, self.loss, self.tabs.panel)
        self.docks = Docks(panels, self.banner, self)
        self.rail = RailFlow(model, TimeRail(), self, settings.moments_mb)
        self.setCentralWidget(arrange(self.strip, self.docks, self.rail.panel, self._before_layout))
        self.setStatusBar(self.status)
        self.drawing = DrawFlow(model, self.decision, self.data.toys, self)  # told of data sets before who shows them
        self.map = MapFlow(model, self.decision)
        self.live = LiveView(
            model,
            self.clock,
            strip=self.strip,
            data=self.data,
            network=self.network,
            decision=self.decision,
            loss=self.loss,
            status=self.status,
        )
        self.importing = ImportFlow(model, self)
        self.inspector = InspectorFlow(model, self)
        self.toys = ToyFlow(model, self.data.toy_bar, self)
        self.verbs = WindowVerbs(self, model, settings)
        self.views = ViewVerbs(self)
        self.drops = FileDrops(self, self.verbs.open_path, self.verbs.refuse)
        self._wire()
        self.shortcuts = commands.install(self, self.verbs.commands() | self.views.commands())
        self.theming.changing.connect(self.still.hold)
        self.theming.changed.connect(self._on_theme)
        self.theming.apply()
        self.loss.set_log(settings.log_loss)
        self.tabs.choose(settings.tab)
        self.resize(FIRST_SIZE)
        if settings.geometry:
            self.restoreGeometry(settings.geometry_bytes())
        self.docks.restore(settings.layout)
        # Space belongs to Run until the person walks to another control.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        self.clock.start()

    def _wire(self) -> None:
        model, runs, verbs = self.model, self.model.runs, self.verbs
        self.strip.toggled.connect(verbs.toggle)
        self.strip.step_batch.connect(verbs.step_batch)
        self.strip.step_epoch.connect(verbs.step_epoch)
        self.strip.reset.connect(verbs.reset)
        self.strip.export_requested.connect(verbs.export)
        self.strip.view_requested.connect(self.views.show_menu)
        self.strip.hyperparameters.changed.connect(lambda changes: runs.configure(**changes))
        self.strip.hyperparameters.refused.connect(verbs.refuse)
        self.strip.hyperparameters.more.connect(verbs.show_settings)
        self.loss.report_requested.connect(verbs.show_report)
        self.loss.save_requested.connect(lambda: verbs.saving.save("curves"))
        self.loss.copy_requested.connect(lambda: verbs.saving.copy_picture("curves"))
        self.data.toy_chosen.connect(self.toys.choose)
        self.data.open_requested.connect(verbs.open)
        self.network.empty.open_wanted.connect(verbs.open)
        self.network.empty.samples_wanted.connect(self.toys.show_samples)
        self.network.empty.example_wanted.connect(lambda: self.data.toy_chosen.emit("spiral"))
        self.data.role_chosen.connect(verbs.set_role)
        self.data.validation_fraction_changed.connect(verbs.set_validation_fraction)
        self.data.rejected_requested.connect(verbs.show_rejected)
        self.data.row_chosen.connect(self.live.set_row)
        verbs.take_edits_of(self.network)
        self.decision.row_chosen.connect(self.live.set_row)
        self.decision.held.refused.connect(verbs.refuse)
        self.notices = NoticeFlow(model, self.banner, self.status)
        self.clock.tick.connect(self._on_tick)
        self.clock.painted.connect(runs.frame_ends)

    def _on_tick(self) -> None:
        self.model.tick()
        self.live.tick()
        self.rail.tick()
        self.tabs.tick()
        self.drawing.tick()
        self.toys.tick()
        self.importing.tick()
        self.banner.advance(self.clock.seconds_since_last)
        self.status.advance(self.clock.seconds_since_last)

    def _on_theme(self, theme: Theme) -> None:
        pictures = (self.network, self.decision, self.loss, self.tabs)
        flows = (self.drops, self.importing, self.toys, self.views, self.verbs.past)
        for part in (self.strip, self.data, self.banner, *pictures, self.rail.panel, self.live, self.status, *flows):
            part.set_theme(theme)
        self.docks.body.set_theme(theme)

    def open_path(self, path: Path) -> None:
        """Open a table or a model, as if it had been dropped."""
        self.verbs.open_path(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk the rows with Up and Down, let go with Esc; fields and lists have had their turn before."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.verbs.walk_rows(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.verbs.let_go()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001, N802 - Qt's names
        """Walk the controls with Tab, region by region."""
        return move_focus(self, (self.strip, self.banner, *self.docks.regions(), self.rail.panel), forward=next)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the drop overlay over the whole window."""
        super().resizeEvent(event)
        self.drops.overlay.resize(event.size())

    def _before_layout(self, height: int) -> None:
        """Keep the rail low in a low window, and training back while much is laid out and painted."""
        self.model.runs.frame_begins()
        self.rail.panel.fit(height + self.status.height())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember the settings, close the sheets and end every thread."""
        self.verbs.remember()
        for sheet in self.findChildren(QDialog):
            sheet.close()
        self.docks.close()
        self.clock.stop()
        self.network.stop()
        self.model.shutdown()
        super().closeEvent(event)
