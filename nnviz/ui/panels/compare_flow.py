"""The comparison in the window: its drawer, its key and mark on the time rail, and the weight that is chosen."""

import traceback
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from nnviz.app.comparing import Comparing
from nnviz.app.comparison import Comparison, compare
from nnviz.app.jobs import Job
from nnviz.app.lenses import Place
from nnviz.app.map_difference import Shown, answers_of
from nnviz.app.sides import Side, labels
from nnviz.errors import UserError
from nnviz.ui.panels.compare import HEIGHT, ComparePanel
from nnviz.ui.panels.drawers import add_drawer, slide_in
from nnviz.ui.plots.base import Throttle

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow

PER_SECOND: Final = 4.0  # comparisons while training or dragging
NOTHING_KEPT: Final = (
    "Nothing to compare with yet. Keep this moment (the button above, or C on the time rail), then go to another one: "
    "drag the time rail, or train on."
)
SAME: Final = "Go to another one to see what differs: drag the time rail, or train on."


class CompareFlow(QObject):
    """Owns the drawer, which takes the inspector's place while it is open."""

    def __init__(self, model: "AppModel", window: "MainWindow", comparing: Comparing) -> None:
        super().__init__(window)
        self._model, self._window = model, window
        self.comparing = comparing
        self._open, self._stale = False, False
        self._job: Job[Comparison] | None = None
        self._throttle = Throttle(PER_SECOND)
        panel = self.panel = ComparePanel(window.theming.theme)
        add_drawer(window.drawer, panel)
        window.theming.changed.connect(panel.set_theme)
        panel.keep_wanted.connect(comparing.keep)
        panel.side_chosen.connect(comparing.choose)
        panel.answer_chosen.connect(self._again)
        panel.closed.connect(self.dismiss)
        panel.weight_chosen.connect(window.network.picker.set_place)
        panel.weight_opened.connect(window.verbs.looks.choose)
        comparing.changed.connect(self._on_changed)
        window.network.picker.chosen.connect(self._on_place)
        window.network.picker.opened.connect(self.dismiss)
        window.decision.probe_changed.connect(self._again)
        model.runs.snapshot_ready.connect(self._again)
        model.runs.config_changed.connect(self._on_changed)
        window.clock.tick.connect(self.tick)

    @property
    def is_open(self) -> bool:
        """Whether the drawer is shown."""
        return self._open

    def open(self) -> None:
        """Show the drawer."""
        if not self._open:
            self._open = True
            slide_in(self._window.drawer, self.panel, HEIGHT)
        self._on_changed()

    def dismiss(self) -> bool:
        """Put the drawer away; return whether there was anything to put away."""
        if not self._open:
            return False
        self._open = False
        self._call_off()
        self.panel.hide()
        self._window.network.picker.set_place(None)
        return True

    def _on_place(self, place: Place | None) -> None:
        if place is not None:  # the inspector opens on it
            self.dismiss()

    def _on_changed(self, *_: object) -> None:
        dataset, config = self._model.dataset, self._model.runs.config
        answers = () if dataset is None or config is None else answers_of(dataset, config)
        self.panel.offer(tuple(self.comparing.ends), answers)
        self._throttle.reset()
        self._again()

    def _again(self, *_: object) -> None:
        self._stale = True

    # Working it out

    def tick(self) -> None:
        """Compare again when it is due (once a frame)."""
        if not (self._open and self._stale and self._job is None and self._throttle.take()):
            return
        self._stale = False
        snapshot, chosen = self._model.runs.last_snapshot, self.comparing.chosen
        now = None if snapshot is None or snapshot.run_id != self._model.runs.run_id else self.comparing.side(snapshot)
        if now is None or chosen is None:
            self.panel.say(NOTHING_KEPT)
        elif chosen.parameters is now.parameters or chosen.moment == now.moment:
            name = labels(chosen, now)[0]
            self.panel.say(f"{name[0].upper()}{name[1:]} is kept, and shown now. {SAME}")
        else:
            self._compare(chosen, now)

    def _compare(self, chosen: Side, now: Side) -> None:
        shown, answer = self._shown_by_map(), max(0, self.panel.answer.currentIndex())
        self._job = self._model.jobs.submit(
            "Comparing two moments",
            lambda _: compare(chosen, now, shown, answer),
            self._on_done,
            self._on_failed,
            quiet=True,
        )

    def _call_off(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_done(self, found: Comparison) -> None:
        self._job = None
        if self._open:
            self.panel.show_comparison(found)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, UserError):
            self.panel.say(str(error))
        else:
            self.panel.say("The two could not be compared; the report says why.")
            self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    def _shown_by_map(self) -> Shown | None:
        panel = self._window.decision
        view = panel.surface.view
        if view is None or panel.drawing.is_plain:
            return None
        return view.plane, view.x, view.y, panel.held.held
