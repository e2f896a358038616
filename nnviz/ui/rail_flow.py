"""The time rail in the window: what it asks of the run, and where the moment that is shown is said."""

import time
from typing import TYPE_CHECKING, Final

from nnviz.app.app_model import AppModel
from nnviz.app.rail import Rail, differences, sentence
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.rail import TimeRail
from nnviz.ui.rail_thumbnail_flow import ThumbnailFlow

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

_INTERVAL: Final = 0.25  # seconds between two pictures while training


class RailFlow:
    """Wires the rail, which knows no model, to the run and to the window's own words."""

    def __init__(self, model: AppModel, panel: TimeRail, window: "MainWindow", megabytes: int) -> None:
        self._model = model
        self._window = window
        self.panel = panel
        self.rail = Rail(model.runs)
        self._due = self._pictures_due = 0.0
        self._pictures = ThumbnailFlow(model, panel.track, window.decision)
        self._waiting: Snapshot | None = None
        self._looked_back = False
        track = panel.track
        track.sought.connect(self._seek)
        track.epochs_wanted.connect(self.rail.epoch_by)
        track.updates_wanted.connect(self.rail.step_by)
        track.first_wanted.connect(self.rail.first)
        track.newest_wanted.connect(self.rail.newest)
        track.best_wanted.connect(self.rail.best)
        panel.go_on_wanted.connect(self.rail.go_on)
        panel.cap_chosen.connect(self._set_cap)
        model.runs.snapshot_ready.connect(self._on_snapshot)
        model.runs.config_changed.connect(lambda _: panel.draw(None))
        model.dataset_changed.connect(lambda dataset: panel.draw(None) if dataset is None else None)
        window.decision.probe_changed.connect(self._look_again)
        self._set_cap(megabytes)

    def _look_again(self) -> None:
        self._pictures_due = 0.0

    def _seek(self, step: int, exact: bool) -> None:  # noqa: FBT001 - a signal's argument
        shown = self.panel.track.snapshot
        self.rail.seek(step, exact=exact, run_id=None if shown is None else shown.run_id)

    def _set_cap(self, size: int) -> None:
        self.rail.set_cap(size)
        self.panel.set_cap(self._model.runs.moments_cap)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._waiting = snapshot
        if snapshot.state is not RunState.RUNNING:
            self._due = 0.0
        if (before := self.panel.track.snapshot) is None or snapshot.lineage != before.lineage:
            self._due = self._pictures_due = 0.0
        looks_back = snapshot.rail.newest is not None
        if looks_back or self._looked_back:
            self._say(snapshot)
        self._looked_back = looks_back

    def _say(self, snapshot: Snapshot) -> None:
        text = sentence(snapshot)
        changed = differences(snapshot.rail)
        self._window.status.set_moment(f"{text} Differs: {changed}." if changed else text)
        self.panel.describe(snapshot)

    def tick(self) -> None:
        """Draw what has come, four times a second while training (once a frame)."""
        now = time.perf_counter()
        if self._waiting is not None and now >= self._due:
            self._due = now + _INTERVAL
            snapshot, self._waiting = self._waiting, None
            self.panel.draw(snapshot)
        if now >= self._pictures_due:
            self._pictures_due = now + _INTERVAL
            self._pictures.tick()
