"""The thread that shades the map, beside the trainer and the GUI: neither waits for a picture."""

import threading
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.frame_budget import Ladder
from nnviz.data.tasks import Task
from nnviz.ui.plots.decision_colours import FloatArray, Pixels
from nnviz.ui.plots.decision_contour import CONTOUR_WIDTH
from nnviz.ui.plots.decision_field import FieldShader, Grid
from nnviz.ui.plots.decision_regions import Anchors, region_anchors
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme

# Seconds that one picture may take while training, and when nothing moves.
LIVE_SECONDS: Final = 0.008
STILL_SECONDS: Final = 0.04
# The thread's own time: what it waits for the interpreter is not the picture's cost, and fewer pixels would not help.
_COARSEST_TICK: Final = 1e-3
_fine = time.get_clock_info("thread_time").resolution < _COARSEST_TICK
_clock = time.thread_time if _fine else time.perf_counter
_NAMES_SECONDS: Final = 0.25  # between two looks for the best places of names
_SHARES: Final = (1.0, 0.75, 0.5, 0.35)  # of the screen's pixels along a side


@dataclass(frozen=True, slots=True)
class Look:
    """What the colours of a map depend on besides the answers; see :class:`FieldShader`."""

    task: Task
    n_outputs: int
    deviation: float
    theme: Theme
    levels: tuple[float, ...] = ()
    hard: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ShadeJob:
    """A picture to be made.

    Attributes
    ----------
    output
        The network's output over the grid, (resolution**2, n_outputs); nothing writes to it any more.
    grid, view
        Its cells, and the part of the plane that they cover.
    side, logical
        The square's pixels on the screen, and in the widget's units.
    live
        Whether more pictures follow at once.
    crowd
        Where points are in the way of names, (32, 32); see :func:`crowd_of`.
    """

    look: Look
    output: FloatArray
    grid: Grid
    view: SurfaceView
    side: int
    logical: int
    live: bool
    crowd: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Shaded:
    """A finished picture, (side, side) 0xFFRRGGBB, what it was made of, and where the names of classes go."""

    job: ShadeJob
    pixels: Pixels
    anchors: Anchors


class MapRenderer:
    """Shades the newest job it was given; older ones that it had no time for are dropped.

    `submit`, `take` and `flush` belong to the GUI thread. Nothing here touches Qt.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._job: ShadeJob | None = None
        self._shading = self._dropped = False
        self._finished: Shaded | None = None

    def stop(self) -> None:
        """Stop the thread and wait for it; the next job starts another."""
        with self._condition:
            self._stopping, self._job = True, None
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._finished = None

    def submit(self, job: ShadeJob) -> None:
        """Ask for a picture; waits for nothing."""
        with self._condition:
            self._job, self._stopping = job, False
            self._condition.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="nnviz-map-pictures", daemon=True)
            self._thread.start()

    def drop(self) -> None:
        """Forget what was asked for and what is finished: it belongs to something else."""
        with self._condition:
            self._job = self._finished = None
            self._dropped = self._shading

    def take(self) -> Shaded | None:
        """Return the picture that was finished since the last call, if any."""
        with self._condition:
            finished, self._finished = self._finished, None
            return finished

    @property
    def busy(self) -> bool:
        """Whether a picture is on its way, or waits to be taken."""
        with self._condition:
            return self._shading or self._job is not None or self._finished is not None

    def flush(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until all that was submitted is shaded; return whether it is."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._shading and self._job is None, timeout)

    def _run(self) -> None:
        shader: FieldShader | None = None
        look: Look | None = None
        ladder = Ladder(_SHARES, LIVE_SECONDS)
        anchors: Anchors = {}
        named_at = float("-inf")
        while (job := self._next()) is not None:
            if shader is None or job.look != look:
                look, shader = job.look, _shader_of(job.look)
                ladder.forget()
                anchors, named_at = {}, float("-inf")
            share = ladder.level if job.live else ladder.affordable(_SHARES, STILL_SECONDS)
            side = max(32, round(job.side * share))
            began = _clock()
            line = CONTOUR_WIDTH * job.look.theme.line_width * side / max(1, job.logical)
            pixels = shader.shade(job.output, job.grid, side, line).copy()
            ladder.note(share, _clock() - began)
            now = time.monotonic()
            if job.look.task == "multiclass" and (not job.live or now - named_at >= _NAMES_SECONDS):
                anchors, named_at = region_anchors(job.output, job.grid.resolution, job.crowd, anchors), now
            with self._condition:
                if not self._dropped:  # what was dropped meanwhile must not come back
                    self._finished = Shaded(job, pixels, anchors)
                self._shading = self._dropped = False
                self._condition.notify_all()

    def _next(self) -> ShadeJob | None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or self._job is not None)
            if self._stopping:
                return None
            job, self._job = self._job, None
            self._shading = True
            return job


def _shader_of(look: Look) -> FieldShader:
    return FieldShader(look.task, look.n_outputs, look.deviation, look.theme, levels=look.levels, hard=look.hard)
