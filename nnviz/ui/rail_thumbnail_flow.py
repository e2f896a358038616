"""The time rail's pictures of the map: which moments are asked of the run, and the job that makes pictures of them."""

import time
import traceback
from collections.abc import Sequence
from functools import partial
from typing import Final

from nnviz.app.app_model import AppModel
from nnviz.app.jobs import Job, JobContext
from nnviz.app.rail import newest_of
from nnviz.app.rail_slots import slots
from nnviz.app.run_list import parting
from nnviz.run.left_run import Path
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.run.track import NO_STILLS, Still
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.panels.rail_track import RailTrack
from nnviz.ui.plots.map_thumbnail import Thumbnail, ThumbnailLook, affordable_cells, thumbnails

_SECONDS: Final = 0.04  # of work between two looks at what is wanted by now
_REST: Final = 20.0  # times what pictures took, until a run that only grew gets more of them: training comes first

_Made = tuple[tuple[Thumbnail, ...], float]


def _timed(look: ThumbnailLook, stills: Sequence[Still], context: JobContext) -> _Made:
    """Return pictures, and the seconds that they took."""
    began = time.perf_counter()
    made = thumbnails(look, stills, _SECONDS, context.cancelled)
    return made, time.perf_counter() - began


class ThumbnailFlow:
    """Keeps the pictures those of the run, the network and the plane that are shown.

    Whatever changed is found by comparing what is wanted now with what was asked for last; so a jump, a branch, a
    reset, another plane, another theme and another width are one and the same case.
    """

    def __init__(self, model: AppModel, track: RailTrack, decision: DecisionPanel) -> None:
        self._model, self._track, self._decision = model, track, decision
        self._look: ThumbnailLook | None = None
        self._asked: tuple[object, ...] = ()
        self._run: tuple[Path, int] | None = None
        self._stills = NO_STILLS  # only while pictures of them are made: weights are the run's to keep
        self._job: Job[_Made] | None = None
        self._rested = 0.0
        model.runs.snapshot_ready.connect(self._on_snapshot)

    def tick(self) -> None:
        """Ask for moments if others are wanted than before."""
        snapshot, runs = self._track.snapshot, self._model.runs
        pictures, side = self._track.thumbnails, self._track.thumbnail_side
        look = None if snapshot is None or not side else self._wanted_look(snapshot, side)
        pictures.expected = look is not None
        if snapshot is None or look is None:
            self._forget()
            return
        self._follow(snapshot)
        if pictures.want(look):
            self._track.update()
        if look is not self._look:
            if self._decision.held.moving:
                return  # it is soon another one
            self._look, self._stills = look, NO_STILLS
        newest = newest_of(snapshot)[0]
        length = self._track.x_of(newest) - self._track.x_of(0)
        gap = pictures.gap(side, self._track.width(), length / max(1, snapshot.rail.kept))
        steps = slots(snapshot.history, newest, length, gap) if length >= gap else ()
        runs_now = snapshot.state is RunState.RUNNING
        asked = (look, snapshot.lineage, len(snapshot.history.markers), runs_now, steps)
        only_grew = asked[:-1] == self._asked[:-1]
        if asked != self._asked and not (only_grew and time.perf_counter() < self._rested):
            self._asked, runs.stills = asked, steps
            if not runs_now:
                runs.refresh()

    def _forget(self) -> None:
        if self._look is not None or self._asked:
            self._track.thumbnails.clear()
            self._look, self._asked, self._run, self._stills = None, (), None, NO_STILLS
            self._model.runs.stills = ()

    def _follow(self, snapshot: Snapshot) -> None:
        """Put away what is not of the present run, which may have gone off the one before."""
        run = snapshot.rail.path, snapshot.history.serial
        if self._run is not None and run != self._run:
            self._track.thumbnails.keep_before(parting(self._run, run) or 0)
            self._stills = NO_STILLS
        self._run = run

    def _wanted_look(self, snapshot: Snapshot, side: int) -> ThumbnailLook | None:
        """Return the present one if nothing of it has changed."""
        decision, track = self._decision, self._track
        view, held = decision.surface.view, decision.held.held
        cells = affordable_cells(snapshot.config.n_parameters)
        if view is None or view.dataset is not self._model.dataset or decision.drawing.is_plain or not cells:
            return None
        pixels = round(side * track.devicePixelRatioF())
        old = self._look
        if (
            old is not None
            and old.view is view
            and (old.config, old.held, old.theme, old.side) == (snapshot.config, held, track.theme, pixels)
        ):
            return old
        probe = view.plane.probe(view.x, view.y, cells, held)
        same = snapshot.config.n_inputs == len(probe.base)
        same = same and snapshot.config.sizes[-1] == view.dataset.preprocessor.n_outputs
        return ThumbnailLook(snapshot.config, view, held, probe, track.theme, pixels) if same else None

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        stills, runs = snapshot.rail.stills, self._model.runs
        if not stills.asked or stills.asked != runs.stills or self._asked[1:2] != (snapshot.lineage,):
            return
        runs.stills = ()
        self._stills = stills
        self._make()

    def _make(self) -> None:
        """Show what there is, and have made what is missing."""
        look, stills, pictures = self._look, self._stills, self._track.thumbnails
        if look is None or not stills.asked or self._job is not None:
            return
        missing = pictures.missing(look, stills.found)
        if len(missing) < len(stills.found):
            pictures.show(look, stills.found, stills.asked)
            self._track.update()
        if not missing:
            self._stills = NO_STILLS
            return
        self._job = self._model.jobs.submit(
            "Drawing the time rail's pictures",
            lambda context: _timed(look, missing, context),
            partial(self._on_made, look),
            self._on_failed,
            quiet=True,
        )

    def _on_made(self, look: ThumbnailLook, found: _Made) -> None:
        self._job = None
        made, seconds = found
        self._rested = max(self._rested, time.perf_counter()) + _REST * seconds
        if look is self._look:
            self._track.thumbnails.add(look, made, self._track.devicePixelRatioF())
        self._make()

    def _on_failed(self, error: BaseException) -> None:
        self._job, self._stills = None, NO_STILLS
        if not isinstance(error, MemoryError):  # the rail then shows fewer pictures
            self._model.failed.emit(error, "".join(traceback.format_exception(error)))
