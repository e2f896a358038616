"""The runs of this session in the window: their lanes on the time rail, their list, and the way back into one."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from nnviz.app.notices import AppNotice
from nnviz.app.rail import together
from nnviz.app.run_list import epoch_at, lanes_of, lines_of, lost_words
from nnviz.run import messages
from nnviz.run.left_run import LeftRun
from nnviz.run.snapshot import Snapshot

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.runs_sheet import RunsSheet
    from nnviz.ui.theme import Theme

NONE_LEFT: Final = (
    "There is only this run yet: a reset, or training on from an earlier moment, leaves it for another one."
)
TOPIC: Final = "runs"


class RunFlow(QObject):
    """Wires lanes and list, which know no model, to the run; the list is made when it is first wanted."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        super().__init__(window)
        self._model, self._window = model, window
        self._rail = window.rail.panel
        self._sheet: RunsSheet | None = None
        self._known: dict[tuple[int, int], LeftRun] = {}
        self._drawn: tuple[object, ...] = ()
        self._lineage: tuple[int, int] | None = None
        self._dataset = model.dataset
        self._awaited: tuple[int, int] | None = None  # the run that is gone back into
        self._forgotten: set[tuple[int, int]] = set()
        self._rail.runs_wanted.connect(self.toggle)
        self._rail.room_changed.connect(self._on_room)
        self._rail.track.run_wanted.connect(self.offer)
        model.runs.snapshot_ready.connect(self._on_snapshot)
        model.runs.config_changed.connect(self._on_config)
        model.dataset_changed.connect(lambda dataset: self._on_config(None) if dataset is None else None)

    @property
    def sheet(self) -> "RunsSheet":
        """The list."""
        if self._sheet is None:
            from nnviz.ui.panels.runs_sheet import RunsSheet  # noqa: PLC0415 - not for the first paint

            self._sheet = RunsSheet(self._window)
            self._sheet.set_theme(self._window.theming.theme)
            self._sheet.back_wanted.connect(self.go_back)
            self._sheet.compare_wanted.connect(self.compare)
            self._sheet.forget_wanted.connect(self.forget)
        return self._sheet

    def set_theme(self, theme: "Theme") -> None:
        """Take another theme's colours."""
        if self._sheet is not None:
            self._sheet.set_theme(theme)

    @property
    def _snapshot(self) -> Snapshot | None:
        runs = self._model.runs
        snapshot = runs.last_snapshot
        return snapshot if snapshot is not None and snapshot.run_id == runs.run_id else None

    # The list

    def toggle(self) -> None:
        """Show the list, or put it away; say why there is none."""
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.hide()
        elif self._snapshot is None or not self._snapshot.rail.left:
            self._say(NONE_LEFT)
        else:
            self._fill(self._snapshot)
            self.sheet.choose(None)
            self.sheet.drop_above(self._rail)

    def offer(self, serial: int, step: int) -> None:
        """Show the list with a run chosen, and the way to a moment of it."""
        snapshot = self._snapshot
        run = None if snapshot is None else next((one for one in snapshot.rail.left if one.serial == serial), None)
        if snapshot is not None and run is not None:
            self._fill(snapshot)
            self.sheet.choose(serial, step, epoch_at(run.history, step))
            self.sheet.drop_above(self._rail)

    def _fill(self, snapshot: Snapshot) -> None:
        self.sheet.show_lines(lines_of(snapshot, self._model.runs.numbers.of), together(snapshot.rail))

    def _lineage_of(self, serial: int) -> tuple[int, int] | None:
        """Return what the moments of a run that was left are known by; None when it is not kept any more."""
        return next((lineage for lineage in self._known if lineage[1] == serial), None)

    # What is done

    def go_back(self, serial: int, step: int | None) -> None:
        """Go back into a run that was left, to its newest moment or to another one."""
        self._awaited = self._lineage_of(serial)
        self._model.runs.send(messages.ComeBack(serial, step))

    def forget(self, serial: int) -> None:
        """Keep a run no longer, nor its curve."""
        lineage = self._lineage_of(serial)
        if lineage is None:
            return
        self._forgotten.add(lineage)
        self._model.runs.send(messages.Forget(serial))
        self._window.loss.forget_run(lineage)
        self._window.verbs.looks.comparing.forget(lineage)
        self._say(f"Run {self._model.runs.numbers.of(lineage)} is forgotten.")

    def compare(self, serial: int) -> None:
        """Compare what is shown with the end of a run that was left."""
        looks = self._window.verbs.looks
        lineage = self._lineage_of(serial)
        side = None if lineage is None else looks.comparing.end_of(lineage)
        if side is None:
            self._say("Where that run ended is not remembered any more: go back into it to see it.")
            return
        looks.comparing.choose(side)
        if not looks.comparison.is_open:
            looks.show_comparison()

    # What happens to the run

    def _on_config(self, _: object) -> None:
        """Other data: runs on those before are none of theirs. Another network has the runs of the one before."""
        dataset = self._model.dataset
        if dataset is self._dataset:
            return
        self._dataset = dataset
        self._drawn, self._known, self._awaited = (), {}, None
        self._forgotten.clear()
        self._rail.set_lanes((), 0)
        if self._sheet is not None:
            self._sheet.hide()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        rail, numbers = snapshot.rail, self._model.runs.numbers.of
        most = self._rail.lanes_for(len(rail.left))
        drawn = (rail.left, rail.path, snapshot.lineage, most)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._rail.set_lanes(lanes_of(snapshot, numbers, most), len(rail.left))
        self._tell_lost(snapshot)
        before, self._lineage = self._lineage, snapshot.lineage
        branched = before is not None and before[0] == snapshot.run_id and bool(rail.path)
        if before != snapshot.lineage and (branched or snapshot.lineage == self._awaited):
            self._window.loss.options.compare.setChecked(True)  # the run that was left, in its colour
        if self._awaited is not None and snapshot.lineage == self._awaited:
            self._awaited = None
            self._say(
                f"Back in run {numbers(snapshot.lineage)}, as it was left. The other one can be gone back to, too."
            )
        if self._sheet is not None and self._sheet.isVisible():
            if rail.left:
                self._fill(snapshot)
            else:
                self._sheet.hide()

    def _on_room(self) -> None:
        if (snapshot := self._snapshot) is not None:
            self._on_snapshot(snapshot)

    def _tell_lost(self, snapshot: Snapshot) -> None:
        here = {one.lineage: one for one in snapshot.rail.left}
        known = (snapshot.lineage, *self._forgotten, *here)
        lost = [lineage for lineage in self._known if lineage not in known]
        self._known = here
        if lost:
            numbers = tuple(self._model.runs.numbers.of(lineage) for lineage in lost)
            self._model.notice.emit(AppNotice("info", lost_words(numbers), topic=TOPIC))

    def _say(self, text: str) -> None:
        self._model.notice.emit(AppNotice("hint", text, topic=TOPIC))
