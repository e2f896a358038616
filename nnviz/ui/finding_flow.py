"""Findings in the window: their places lit up, their experiments begun as branches, and how those do, said."""

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.branches import Attempt, verdict
from nnviz.app.finding_items import FindingItem
from nnviz.app.finding_places import FindingPlace
from nnviz.app.notices import AppNotice
from nnviz.app.rail import OTHER_DATA, step_of_epoch
from nnviz.app.trial_run import begins, start
from nnviz.run.markers import Marker
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.tabs_gradients import GradientsPage
from nnviz.ui.plots.network_spot import Spot
from nnviz.ui.plots.network_voice import say

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.data_table import DataTablePage

_INTERVAL: Final = 0.25  # seconds between two verdicts while training
_SHOWN_IN: Final = "The finding's place is lit: {words}."


class FindingFlow(QObject):
    """Wires the page of findings, which knows no model, to the panels that show their places and to the run."""

    def __init__(self, model: AppModel, window: "MainWindow", page: GradientsPage) -> None:
        super().__init__(window)
        self._model, self._window, self.page = model, window, page
        self._picker = window.network.picker
        self._spot: Spot | None = None
        self._attempt: Attempt | None = None
        self._branch: tuple[int, int] | None = None  # once it has begun
        self._due = 0.0
        self._dataset = model.runs.dataset
        page.place_wanted.connect(self.show_place)
        page.branch_wanted.connect(self.branch)
        self._picker.chosen.connect(self.douse)
        model.runs.config_changed.connect(self._on_config)
        model.runs.snapshot_ready.connect(self._on_snapshot)

    # Where it is

    def show_place(self, place: FindingPlace) -> None:
        """Light up what a finding is about."""
        self.douse()
        match place.kind:
            case "epoch":
                self._show_epoch(place.epoch or 0)
            case "rows":
                self._show_rows(wrong=place.wrong)
            case "columns":
                self._show_columns(place)
                self._light(place)
            case _:
                self._light(place)
        words = _SHOWN_IN.format(words=place.words)
        say(self.page, words)
        self._hint(words)

    def _light(self, place: FindingPlace) -> None:
        network, docks = self._window.network, self._window.docks
        if not docks.is_shown("network"):
            docks.set_shown("network", shown=True)
        if network.shows_matrix:
            network.toggle_matrix()
        self._window.verbs.looks.dismiss_microscope()
        self._spot = Spot(place)
        self._picker.set_stream(self._spot)

    def douse(self, _: object = None) -> bool:
        """Let the whole diagram be seen again; return whether anything was lit."""
        lit = self._spot is not None and self._picker.stream is self._spot
        if lit:
            self._picker.set_stream(None)
        self._spot = None
        return lit

    def _show_epoch(self, epoch: int) -> None:
        window, snapshot = self._window, self._model.runs.last_snapshot
        if snapshot is None:
            return
        if not window.docks.is_shown("curves"):
            window.docks.set_shown("curves", shown=True)
        step = step_of_epoch(snapshot.history, epoch)
        seconds = snapshot.history.seconds
        at = (
            float(seconds[min(int(snapshot.history.step.searchsorted(step)), len(seconds) - 1)])
            if len(seconds)
            else 0.0
        )
        window.loss.choose("loss")
        window.loss.plot.pointer.show_marker(Marker("", epoch, step, "", at))

    def _show_rows(self, *, wrong: bool) -> None:
        tabs = self._window.tabs
        page: DataTablePage = tabs.panel.page_of("rows")  # type: ignore[assignment]  # made by the tabs
        page.show_worst("wrong" if wrong else "")
        tabs.choose("rows")
        page.view.setFocus()

    def _show_columns(self, place: FindingPlace) -> None:
        if place.names:
            if not self._window.docks.is_shown("data"):
                self._window.docks.set_shown("data", shown=True)
            self._window.data.columns.show_column(place.names[0])

    # What is tried

    def branch(self, item: FindingItem) -> None:
        """Begin the experiment that the person said yes to."""
        runs = self._model.runs
        snapshot = runs.last_snapshot
        if snapshot is None or snapshot.run_id != runs.run_id or item.run != snapshot.lineage:
            self._model.notice.emit(AppNotice("warning", OTHER_DATA, topic="refusal"))
            return
        experiment = item.trial
        if isinstance(experiment, str):
            return
        self._branch = None
        self._attempt = Attempt(experiment, snapshot.history, item.run)
        self.page.findings.set_verdict("")
        start(experiment, self._model)

    def _on_config(self, _: object) -> None:
        """Another run begins: what was compared is over, unless it is the one that was waited for."""
        self.douse()
        attempt, dataset = self._attempt, self._model.runs.dataset
        same_data, self._dataset = dataset is self._dataset, dataset
        if attempt is None:
            return
        awaited = self._branch is None and (same_data or begins(attempt.experiment, self._model))
        if not awaited:
            self._forget()

    def _forget(self) -> None:
        self._attempt = self._branch = None
        self.page.findings.set_verdict("")

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if self._branch is None:
            if not attempt.is_branch(snapshot):
                if snapshot.lineage != attempt.left:
                    self._forget()  # the branch was refused, and now the run is another one anyway
                return
            self._branch, self._due = snapshot.lineage, 0.0
            self._window.loss.options.compare.setChecked(True)  # the run that was left, in its colour
        if snapshot.lineage != self._branch:
            self._forget()  # it was reset, or branched again
            return
        still = snapshot.state is not RunState.RUNNING
        if still or (now := time.perf_counter()) >= self._due:
            self._due = 0.0 if still else now + _INTERVAL
            self.page.findings.set_verdict(verdict(attempt, snapshot))

    def _hint(self, text: str) -> None:
        self._model.notice.emit(AppNotice("hint", text, topic="finding"))
