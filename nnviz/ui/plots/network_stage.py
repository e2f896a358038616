"""Brings the newest numbers to the drawing thread and its pictures back to be painted, neither too often."""

import time

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPainter

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode
from nnviz.run.snapshot import GridResult, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.base import after_frame
from nnviz.ui.plots.network_pace import DrawingPace
from nnviz.ui.plots.network_pictures import NetworkPictures
from nnviz.ui.plots.network_render import NetworkRenderer, Scene
from nnviz.ui.plots.network_static import BIAS_FULL, Labels
from nnviz.ui.theme import Theme

TILE_INTERVAL = 1 / 15 - 0.008  # seconds between two pictures of the tiles, half a beat of the clock less than meant
LATE_MS = 20  # when no newer snapshot comes, look this often for the pictures still being drawn
# While training stands nothing is taken from it by looking sooner, and the person waits for what a key did.
SOON_MS = 8
SETTLE_MS = 90  # a zoom or pan that rests so long is drawn anew, sharp
MOVING_INTERVAL = 0.2  # seconds between two such pictures during one that does not rest


class NetworkStage(QObject):
    """One network's snapshot, scene and pictures.

    Signals
    -------
    refreshed(bool)
        Newer pictures wait to be painted; whether the edges are among them.
    scale_changed(float, float)
        The weight and the sum of weights drawn at full width changed.
    spans_changed(object)
        The activations of the end colours changed: per layer, inputs first, (low, high).
    """

    refreshed = Signal(bool)
    scale_changed = Signal(float, float)
    spans_changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scene: Scene | None = None
        self.snapshot: Snapshot | None = None
        self.scale = self.sum_scale = 1.0
        self.mode = MODES[WEIGHT]
        self._renderer = NetworkRenderer()
        self._pictures = NetworkPictures()
        self._drawn: Scene | None = None  # the drawing thread's scene, which while one zooms lags behind
        self._drawn_at = 0.0
        self._unpainted = False
        self._active = False
        self._submitted: Snapshot | None = None  # the last that was handed over
        self._grid: GridResult | None = None  # the newest; most snapshots come without one
        self._grid_waits = False  # to be handed over
        self._grid_at = 0.0
        self._pace = DrawingPace()
        self._handing = after_frame(self, self._hand_over)
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._look_again)
        self._resting = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._resting.timeout.connect(self._settle)

    @property
    def drawn(self) -> int:
        """Pictures of the edges painted so far."""
        return self._pictures.drawn

    @property
    def repaints(self) -> bool:
        """Whether newer pictures wait to be painted where they can be seen."""
        return self._active and self._unpainted

    def forget(self, *, shape: bool) -> None:
        """Drop the numbers; with ``shape`` also the pictures and the weight scale, for a network of another shape."""
        self.snapshot = self._submitted = self._grid = None
        self._grid_waits = False
        if shape:
            self._pictures.forget()
            self._renderer.reset_scale(self.mode.key)

    def set_mode(self, mode: EdgeMode) -> None:
        """Show other numbers from the next snapshot on, with a scale of their own."""
        self.mode = mode
        self._renderer.reset_scale(mode.key)

    def set_scene(
        self, scene: Scene | None, theme: Theme, labels: Labels, room: tuple[float, float], *, moving: bool = False
    ) -> None:
        """Paint another layout, theme or screen from now on; None for no network.

        What was drawn for the scene before is stretched until that is drawn anew: at once, or for one that is
        ``moving`` under the person's hand when it rests.
        """
        self.scene = scene
        if scene is None:
            return
        self._pictures.set_scene(scene, theme, labels, room)
        if not moving or time.monotonic() - self._drawn_at >= MOVING_INTERVAL:
            self._settle()
        else:
            self._resting.start()

    def _settle(self) -> None:
        self._resting.stop()
        self._drawn, self._drawn_at = self.scene, time.monotonic()
        if self.scene is not None:
            self._pace.begin(self.scene.config.n_parameters)
        self._grid_waits, self._grid_at = self._grid is not None, 0.0
        if self._active:
            self._submit()
            self._look_later()

    def set_labels(self, labels: Labels) -> None:
        """Write other texts beside the tiles."""
        self._pictures.set_labels(labels)

    # The drawing thread

    def start(self) -> None:
        """Start the drawing thread, and draw what is known."""
        self._active = True
        self._renderer.start()
        self._settle()

    def pause(self) -> None:
        """Look for no more pictures until `start`."""
        self._active = False
        for timer in (self._late, self._resting, self._handing):
            timer.stop()

    def stop(self) -> None:
        """Stop the drawing thread; `start` makes a new one."""
        self.pause()
        self._renderer.stop()

    def show(self, snapshot: Snapshot, *, visible: bool) -> bool:
        """Take the newest numbers and, when they can be seen, draw them; return whether the hatching changed."""
        before, self.snapshot = self.snapshot, snapshot
        if snapshot.grid is not None and snapshot.grid is not self._grid:
            self._grid, self._grid_waits = snapshot.grid, True
        if not visible:
            return False
        if before is None or before.parameters is not snapshot.parameters or self._grid_waits:
            self._handing.start()
        self._collect()
        return before is None or before.divergence is not snapshot.divergence

    def flush(self, timeout: float) -> bool:
        """Wait until the newest numbers are drawn and will be painted next; return whether they were in time."""
        if self._resting.isActive():
            self._settle()
        if self._waits:
            self._grid_at = 0.0
            self._submit()
        done = self._renderer.flush(timeout)
        self._collect()
        return done

    def _hand_over(self) -> None:
        if not self._active:
            return
        if self._pace.take(time.monotonic()):
            self._submit()
        else:
            self._look_later()  # unless newer numbers come before

    @property
    def _waits(self) -> bool:
        return self.snapshot is not None and (self.snapshot is not self._submitted or self._grid_waits)

    def _submit(self) -> None:
        snapshot = self._submitted = self.snapshot
        if snapshot is None or self._drawn is None or self.scene is None:
            return
        grid = None
        now = time.monotonic()
        if self._grid_waits and now - self._grid_at >= TILE_INTERVAL:
            grid, self._grid_waits, self._grid_at = self._grid, False, now
        self._renderer.submit(self._drawn, snapshot.parameters, grid)

    def _collect(self) -> None:
        edges, tiles = self._renderer.take()
        sizes = self.scene.layout.sizes if self.scene else ()
        if edges is not None and edges.scene.layout.sizes == sizes:
            self._pace.note(edges.seconds)
            if self._pictures.set_edges(edges):
                self.scale, self.sum_scale = edges.scale, edges.sum_scale
                self.scale_changed.emit(edges.scale, edges.sum_scale)
            self._unpainted = True
            self.refreshed.emit(True)
        if tiles is not None and tiles.scene.layout.sizes == sizes and tiles.scene is self._drawn:
            self._pictures.set_tiles(tiles)
            self.spans_changed.emit(tiles.tiles.spans)
            self._unpainted = True
            self.refreshed.emit(False)
        if self._renderer.busy or self._waits:
            self._look_later()

    def _look_later(self) -> None:
        running = self.snapshot is not None and self.snapshot.state is RunState.RUNNING
        self._late.start(LATE_MS if running else SOON_MS)

    def _look_again(self) -> None:
        if self._waits:
            self._hand_over()
        self._collect()

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Copy the finished pictures; one unit of the painter is one logical pixel, before and after."""
        snapshot = self.snapshot
        divergence = snapshot.divergence if snapshot else None
        numbers = (
            snapshot.parameters if snapshot else None,
            divergence.layer if divergence else None,
            BIAS_FULL if self.mode.key == WEIGHT else self.scale,
        )
        if (apart := current()) is not None:
            self._pictures.paint_apart(painter, apart, *numbers, scales=(self.scale, self.sum_scale))
            return
        self._unpainted = False
        painter.scale(1 / scene.ratio, 1 / scene.ratio)  # one unit is one device pixel: every picture is a plain copy
        self._pictures.paint(painter, *numbers)
        painter.scale(scene.ratio, scene.ratio)
