"""The thread that turns the newest weights and maps into pictures, beside the trainer and the GUI."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.app.edge_values import WEIGHT, EdgeScale
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import GridResult
from nnviz.ui.plots.edge_raster import EdgeRaster
from nnviz.ui.plots.network_edges import EdgeValues, largest_sum
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_tiles import TilePainter, TileSet, TileStyle

FloatArray = NDArray[np.floating[Any]]

SLOW_SECONDS = 0.025  # beyond this a picture of a dense screen is drawn at half its resolution


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that pictures depend on besides the numbers; a new layout, theme or screen makes a new scene.

    Attributes
    ----------
    layout
        What may be seen of the diagram.
    canvas
        Width and height of what is drawn, in logical pixels.
    """

    config: MLPConfig
    layout: NetworkLayout
    canvas: tuple[float, float]
    ratio: float
    edge_colours: NDArray[np.uint32]
    tile_style: TileStyle


@dataclass(frozen=True, slots=True, eq=False)
class EdgePicture:
    """Drawn edges.

    Attributes
    ----------
    values
        What was drawn, a number per edge, gap after gap, (E,).
    scale, sum_scale
        The weight, and the sum of weights of a band, drawn at full width.
    magnification
        2 when a slow machine draws every second device pixel.
    seconds
        What the picture took.
    """

    scene: Scene
    raster: EdgeRaster
    pixels: NDArray[np.uint32]
    values: FloatArray
    scale: float
    sum_scale: float
    magnification: int
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class TilePictures:
    """The maps drawn for a scene."""

    scene: Scene
    tiles: TileSet


class Scales:
    """The scale of all weights, or of what is shown in their place, and that of the sums which bands stand for."""

    def __init__(self, mode: str = WEIGHT) -> None:
        self.weights, self.sums = EdgeScale(mode), EdgeScale(mode)


class _Studio:
    """What the thread keeps for one scene."""

    def __init__(self, scene: Scene, scales: Scales) -> None:
        self.scene = scene
        self.scales = scales
        self._values = EdgeValues(scene.layout)
        self._tiles = TilePainter(scene.config, scene.layout.columns, scene.ratio, scene.tile_style)
        self._slow = 0
        self._use(1)

    def _use(self, magnification: int) -> None:
        self._magnification = magnification
        ratio = self.scene.ratio / magnification
        layout, canvas = self.scene.layout, self.scene.canvas
        self._raster = EdgeRaster(
            layout.gaps, ratio, self.scene.edge_colours, canvas=canvas, thickness=layout.thickness
        )
        # One being painted, one waiting to be, one to draw into: no picture changes while the GUI thread reads it.
        self._pool = [self._raster.new_picture() for _ in range(3)]

    def draw_edges(self, parameters: FloatArray, in_use: list[NDArray[np.uint32]]) -> EdgePicture:
        started = time.thread_time()
        values, sums = np.nan_to_num(self._values.of(parameters)), self._values.sums
        scale = self.scales.weights.update(self._values.largest(parameters))
        sum_scale = self.scales.sums.update(largest_sum(values, sums)) if sums.any() else self.scales.sums.value
        free = next(pixels for pixels in self._pool if not any(pixels is used for used in in_use))
        full = np.where(sums, sum_scale, scale).astype(values.dtype)
        pixels = self._raster.draw(np.clip(values, -full, full) / full, 1.0, free)
        seconds = time.thread_time() - started
        picture = EdgePicture(self.scene, self._raster, pixels, values, scale, sum_scale, self._magnification, seconds)
        self._slow = self._slow + 1 if seconds > SLOW_SECONDS else 0
        if self._slow >= 8 and self._magnification == 1 and self.scene.ratio >= 2:
            self._use(2)
        return picture

    def draw_tiles(self, grid: GridResult) -> TilePictures:
        return TilePictures(self.scene, self._tiles.draw(grid))


class NetworkRenderer:
    """Draws the newest numbers it was given; older ones that it had no time for are dropped.

    `submit` and `take` belong to the GUI thread. Nothing here touches Qt.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._scales = Scales()
        self._job: tuple[Scene, FloatArray] | None = None
        self._grid: tuple[Scene, GridResult] | None = None
        self._submitted = self._finished = 0
        self._edges: EdgePicture | None = None  # waiting for the GUI thread
        self._held: EdgePicture | None = None  # being painted by it
        self._tiles: TilePictures | None = None

    def start(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="nnviz-network-pictures", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it; `start` makes a new one."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def reset_scale(self, mode: str = WEIGHT) -> None:
        """Forget the scales of the network shown before; from now on other numbers may be shown."""
        with self._condition:
            self._scales = Scales(mode)

    def submit(self, scene: Scene, parameters: FloatArray, grid: GridResult | None) -> None:
        """Ask for a picture of ``parameters`` (P,), and of the tiles if a grid is given; waits for nothing."""
        with self._condition:
            self._job = (scene, parameters)
            if grid is not None:
                self._grid = (scene, grid)
            self._submitted += 1
            self._condition.notify_all()

    def take(self) -> tuple[EdgePicture | None, TilePictures | None]:
        """Return what was finished since the last call; the edges returned before it may be drawn over from now on."""
        with self._condition:
            edges, tiles = self._edges, self._tiles
            self._edges = self._tiles = None
            if edges is not None:
                self._held = edges
            return edges, tiles

    @property
    def busy(self) -> bool:
        """Whether something submitted is not finished, or finished and not taken."""
        with self._condition:
            alive = self._thread is not None and self._thread.is_alive()
            pending = self._finished < self._submitted and alive
            return pending or self._edges is not None or self._tiles is not None

    def flush(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until all that was submitted is drawn; return whether it is."""
        with self._condition:
            target = self._submitted
            if self._thread is None:
                return self._finished >= target
            return self._condition.wait_for(lambda: self._finished >= target, timeout)

    def _next(self) -> tuple[int, tuple[Scene, FloatArray], GridResult | None, Scales] | None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or self._job is not None)
            if self._stopping or self._job is None:
                return None
            job, self._job = self._job, None
            grid = self._grid[1] if self._grid is not None and self._grid[0] is job[0] else None
            self._grid = None
            return self._submitted, job, grid, self._scales

    def _run(self) -> None:
        studio: _Studio | None = None
        while (work := self._next()) is not None:
            number, (scene, parameters), grid, scales = work
            if studio is None or studio.scene is not scene or studio.scales is not scales:
                studio = _Studio(scene, scales)
            with self._condition:
                in_use = [picture.pixels for picture in (self._edges, self._held) if picture is not None]
            edges = studio.draw_edges(parameters, in_use)
            with self._condition:
                self._edges = edges
            tiles = studio.draw_tiles(grid) if grid is not None else None
            with self._condition:
                self._tiles = tiles or self._tiles
                self._finished = number
                self._condition.notify_all()
