"""A network's snapshot to show, a diagram that shows it, and the pixels of that."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.engine.settings import TrainingConfig
from nnviz.run.history import History
from nnviz.run.probes import grid_activations, row_activations
from nnviz.run.snapshot import GridProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.theme import load_fonts

RESOLUTION = 16
_STILL = 40  # looks at a picture that find it as it was


def snapshot_of(config: MLPConfig, seed: int = 0, *, grid: bool = True, factor: float = 1.0) -> Snapshot:
    """Return an untrained network, with a grid over its first two inputs and the row of zeros."""
    mlp = MLP.initialised(config, np.random.default_rng(seed))
    mlp.parameters[:] *= factor
    axis = np.linspace(-2.4, 2.4, RESOLUTION)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    probe = GridProbe(RESOLUTION, np.zeros(config.n_inputs), np.array([0, 1]), np.stack([x.ravel(), y.ravel()], axis=1))
    return Snapshot(
        run_id=1,
        step=0,
        epoch=0,
        state=RunState.RUNNING,
        config=config,
        training=TrainingConfig(),
        parameters=mlp.parameters.copy(),
        history=History().view(),
        grid=grid_activations(mlp, probe) if grid else None,
        row=row_activations(mlp, np.zeros(config.n_inputs)),
    )


def show_graph(qtbot: QtBot, config: MLPConfig, size: tuple[int, int] = (840, 592)) -> NetworkGraph:
    """Return a diagram on the screen; stop and close it after use."""
    load_fonts()
    graph = NetworkGraph()
    qtbot.addWidget(graph)
    graph.resize(*size)
    graph.set_network(config, [f"x{i}" for i in range(config.n_inputs)], [f"y{i}" for i in range(config.n_outputs)])
    with qtbot.waitExposed(graph):
        graph.show()
    return graph


def draw(graph: NetworkGraph, snapshot: Snapshot) -> None:
    """Show a snapshot and wait for its pictures."""
    graph.draw(snapshot)
    assert graph.flush(20.0)


def places(graph: NetworkGraph) -> NetworkLayout:
    """Return where everything stands."""
    assert graph.layout_now is not None
    return graph.layout_now


def pixels(widget: QWidget, box: QRect | None = None) -> NDArray[np.uint32]:
    """Return what a widget paints."""
    image = widget.grab(box or widget.rect()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def still_pixels(widget: QWidget, until: Callable[[Callable[[], bool]], None]) -> NDArray[np.uint32]:
    """Return the picture once it no longer changes: the maps of the tiles get finer while training stands."""
    seen: list[NDArray[np.uint32]] = []

    def stands() -> bool:
        seen.append(pixels(widget))
        return len(seen) > _STILL and all(np.array_equal(seen[-1], other) for other in seen[-_STILL:-1])

    until(stands)
    return seen[-1]


def channels(picture: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return red, green and blue of pixels, (..., 3)."""
    return np.stack([picture >> shift & 255 for shift in (16, 8, 0)], axis=-1).astype(np.int64)


def names(prefix: str, count: int) -> Sequence[str]:
    """Return numbered names."""
    return [f"{prefix}{i}" for i in range(count)]
