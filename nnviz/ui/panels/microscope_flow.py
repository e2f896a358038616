"""Opens the microscope, asks for the update that comes next whenever the run stands, and applies it."""

import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, QObject

from nnviz.app import enablement
from nnviz.app.jobs import Jobs
from nnviz.app.lenses import NO_NETWORK, NOT_FINITE, Place, fits, gone
from nnviz.app.microscope import Microscope, microscope
from nnviz.app.microscope_stage import Stage
from nnviz.app.microscope_zoom import epoch_stretch, run_stretch, step_after
from nnviz.engine.rehearsal import Rehearsal
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.drawers import add_drawer, slide_in
from nnviz.ui.panels.microscope import HEIGHT, MicroscopePanel
from nnviz.ui.panels.microscope_bar import RUN
from nnviz.ui.plots.network_stream import Stream

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow

LARGE: Final = 1_000_000  # weights times rows beyond which an update is laid out in the background
RUNNING: Final = "Training is running. The microscope looks at a single update: pause first."
WORKING: Final = "Looking at the next update."


class MicroscopeFlow(QObject):
    """Owns the microscope's drawer, which takes the inspector's place while it is open."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        super().__init__(window)
        self._model, self._window = model, window
        self._picker = window.network.picker
        self._jobs = Jobs()
        self._open = self._applying = False
        self._place: Place | None = None
        self._lost: Place | None = None  # what was followed until the network had it no more
        self._snapshot: Snapshot | None = model.runs.last_snapshot
        self._asked: tuple[object, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._rehearsal: Rehearsal | None = None
        self._stage = 0
        panel = self.panel = MicroscopePanel()
        add_drawer(window.drawer, panel)
        panel.set_theme(window.theming.theme)
        window.theming.changed.connect(panel.set_theme)
        panel.stage_shown.connect(self._light)
        panel.row_chosen.connect(window.live.set_row)
        panel.applied.connect(self.apply)
        panel.bar.sought.connect(self._seek)
        panel.pause_wanted.connect(lambda: model.runs.send(messages.Pause()))
        panel.closed.connect(self.dismiss)
        model.runs.snapshot_ready.connect(self._on_snapshot)
        model.runs.state_changed.connect(self._on_state)
        model.runs.config_changed.connect(self._forget)
        model.dataset_changed.connect(self._forget)
        window.clock.tick.connect(self._jobs.poll)
        window.installEventFilter(self)

    # Opening and closing

    @property
    def is_open(self) -> bool:
        """Whether the drawer is shown."""
        return self._open

    def toggle(self) -> None:
        """Open on what is chosen, or close."""
        if not self.dismiss():
            self.open()

    def open(self) -> None:
        """Show the drawer in the inspector's place."""
        inspector, picker = self._window.inspector, self._picker
        place = inspector.place
        inspector.dismiss()
        self._swap(to_microscope=True)
        self._open, self._place, self._lost, self._stage = True, place, None, 0
        picker.set_place(place)
        slide_in(self._window.drawer, self.panel, HEIGHT)
        self._forget()
        self.panel.setFocus()

    def dismiss(self) -> bool:
        """Put the drawer away; return whether there was anything to put away."""
        if not self._open:
            return False
        self._open = self._applying = False
        self._swap(to_microscope=False)
        self.panel.say("")
        self.panel.hide()
        self._picker.set_place(None)
        self._rehearsal = None
        return True

    def _swap(self, *, to_microscope: bool) -> None:
        """Let clicks and keys in the diagram be the microscope's, or the inspector's again."""
        picker, inspector = self._picker, self._window.inspector
        pairs = (
            (picker.chosen, inspector.choose, self.choose),
            (picker.opened, inspector.open, self._focus),
            (picker.dismissed, inspector.dismiss, self.dismiss),
        )
        for signal, theirs, ours in pairs:
            signal.disconnect(theirs if to_microscope else ours)
            signal.connect(ours if to_microscope else theirs)

    def _focus(self) -> None:
        self.panel.setFocus()

    def choose(self, place: Place | None) -> None:
        """Follow another neuron or weight; None: the one that moves most."""
        self._place, self._lost = place, None
        self._show()

    def apply(self) -> None:
        """Make the update that is shown, and go to the next one."""
        if self._open and not self._applying and not enablement.why_not_run(self._model.runs.state):
            self._applying, self._stage = True, 0
            self._model.runs.send(messages.StepBatch())

    def _seek(self, level: int, place: int, exact: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Go to another update of the epoch, or to the end of another epoch, on the time rail."""
        if (snapshot := self._snapshot) is not None:
            step = step_after(snapshot, place) if level == RUN else place
            self._window.rail.rail.seek(step, exact=exact, run_id=snapshot.run_id)

    # What comes from the run

    def _forget(self, *_: object) -> None:
        """Begin anew: another run, another network, or the first look."""
        self._asked = self._shown = ()
        self._rehearsal = None
        self._snapshot = self._model.runs.last_snapshot
        self._look()

    def _on_state(self, state: RunState) -> None:
        if state is not RunState.RUNNING:
            self._applying = False  # the update was made; whatever runs from here on was not asked for here

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self._open:
            self._look()

    def _look(self) -> None:
        """Ask for the next update of the present moment, unless that is the one that is there."""
        runs, snapshot = self._model.runs, self._snapshot
        if not self._open:
            return
        if runs.dataset is None or runs.state in (None, RunState.STOPPED):
            self.panel.say(NO_NETWORK)
            return
        if snapshot is None or snapshot.run_id != runs.run_id:
            self.panel.say(WORKING)
            return
        if runs.state is RunState.RUNNING or snapshot.state is RunState.RUNNING:
            if not self._applying and runs.state is snapshot.state and self.panel.message != RUNNING:
                self._rehearsal, self._asked = None, ()
                self.panel.say(RUNNING, can_pause=True)
            return
        moment = (snapshot.moment, snapshot.training, id(snapshot.mask), snapshot.state)
        if moment != self._asked:
            self._asked = moment
            runs.rehearse(self._on_rehearsed)
        else:
            self._show()

    def _on_rehearsed(self, answer: messages.Rehearsed) -> None:
        if not self._open or answer.run_id != self._model.runs.run_id:
            return
        if answer.rehearsal is None:
            self._asked = ()  # it has begun to run meanwhile
            return
        self._rehearsal, self._shown = answer.rehearsal, ()
        self._show()

    def _show(self) -> None:
        """Lay out the update that is there, for the place and the row that are chosen."""
        runs, rehearsal = self._model.runs, self._rehearsal
        dataset = runs.dataset
        if not self._open or rehearsal is None or dataset is None:
            return
        if self._place is not None and not fits(self._place, rehearsal.config):
            self._place, self._lost = None, self._place
        place, row = self._place, runs.row
        key = (id(rehearsal), place, row)
        if key == self._shown:
            return
        self._shown = key
        if not np.isfinite(rehearsal.before).all():
            self.panel.say(NOT_FINITE)
        elif rehearsal.config.n_parameters * len(rehearsal.batch) <= LARGE:
            self._lay_out(key, microscope(dataset, rehearsal, place, row))
        else:
            if self.panel.view is None:
                self.panel.say(WORKING)
            self._jobs.submit(
                "Looking at an update",
                lambda _: microscope(dataset, rehearsal, place, row),
                lambda found: self._lay_out(key, found),
                self._failed,
            )

    def _lay_out(self, key: tuple[object, ...], found: Microscope | str) -> None:
        if not self._open or key != self._shown:
            return
        if isinstance(found, str):
            self.panel.say(found)
            return
        plays = self.panel.bar.plays
        if self._rehearsal is not None and self._snapshot is not None:
            moment = (self._rehearsal, self._snapshot)
            self.panel.bar.show_moment(epoch_stretch(*moment), run_stretch(*moment))
        self._picker.set_place(found.place)
        if self._lost is not None:
            words = f"{gone(self._lost)} Until then {found.title.rpartition(', ')[0]} is followed, which moves most."
            found = replace(found, note=f"{words} {found.note}".strip())
        refusal = found.diverges or enablement.why_not_run(self._model.runs.state)
        self.panel.show_view(found, min(self._stage, len(found.stages) - 1), refusal)
        if plays and not self.panel.bar.plays:
            self.panel.bar.toggle_play()

    def _light(self, stage: Stage | None) -> None:
        self._picker.set_stream(None if stage is None else Stream(stage.light))
        if stage is not None:
            self._stage = self.panel.bar.stage

    def _failed(self, error: BaseException) -> None:
        self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """End the jobs with the window."""
        if event.type() is QEvent.Type.Close:
            self._jobs.shutdown()
        return super().eventFilter(watched, event)
