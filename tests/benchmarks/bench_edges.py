"""Cost of the diagram: one picture of the edges, one picture of all tiles, one paint, one relayout.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/bench_edges.py [--json]

Times are medians in milliseconds on 840 x 752 logical pixels at the screen's pixel ratio; set QT_SCALE_FACTOR=2 for a
dense screen. Nothing else runs: what training and drawing cost each other is measured with the whole window.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, config_for_task
from nnviz.engine.settings import TrainingConfig
from nnviz.run.history import History
from nnviz.run.probes import grid_activations
from nnviz.run.snapshot import GridProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.plots.edge_raster import EdgeRaster, density_colours
from nnviz.ui.plots.network_edges import EdgeValues
from nnviz.ui.plots.network_pictures import tile_style
from nnviz.ui.plots.network_tiles import TilePainter
from nnviz.ui.theme import DARK, load_fonts

NETWORKS = {
    "2-8-8-1": ("binary", 2, (8, 8), 1),
    "2-8-8-8-8-8-8-1": ("binary", 2, (8,) * 6, 1),
    "13-32-32-3": ("multiclass", 13, (32, 32), 3),
    "30-64-64-10": ("multiclass", 30, (64, 64), 10),
    "784-128-64-10": ("multiclass", 784, (128, 64), 10),
    "2-24x12-1": ("binary", 2, (24,) * 12, 1),
}
ROUNDS = 40


def milliseconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a call after one that does not count."""
    call()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return round(1e3 * statistics.median(times), 2)


def snapshot_of(config: MLPConfig, resolution: int = 64) -> Snapshot:
    """Return an untrained network with a grid over its first two inputs."""
    mlp = MLP.initialised(config, np.random.default_rng(0))
    axis = np.linspace(-2.4, 2.4, resolution)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    values = np.stack([x.ravel(), y.ravel()], axis=1)
    probe = GridProbe(resolution, np.zeros(config.n_inputs), np.array([0, 1]), values)
    history = History().view()
    return Snapshot(
        1, 0, 0, RunState.RUNNING, config, TrainingConfig(), mlp.parameters, history, grid_activations(mlp, probe)
    )


def measure(config: MLPConfig) -> dict[str, float]:
    """Return the figures of one network."""
    panel = NetworkPanel()
    panel.set_theme(DARK)
    panel.resize(840, 752)
    panel.show()
    panel.set_network(config, [f"x{i}" for i in range(config.n_inputs)], [f"y{i}" for i in range(config.n_outputs)])
    QApplication.processEvents()
    snapshot = snapshot_of(config)
    panel.draw(snapshot)
    panel.flush(30.0)
    layout = panel.graph.layout_now
    assert layout is not None
    assert snapshot.grid is not None
    ratio, grid = panel.devicePixelRatioF(), snapshot.grid
    colours = density_colours(DARK.positive, DARK.negative, DARK.app)
    canvas = float(panel.graph.width()), float(panel.graph.height())
    raster = EdgeRaster(layout.gaps, ratio, colours, canvas=canvas, thickness=layout.thickness)
    weights, picture = EdgeValues(layout).of(snapshot.parameters), raster.new_picture()
    tiles = TilePainter(config, layout.columns, ratio, tile_style(DARK))
    figures = {
        "edges": float(raster.n_edges),
        "edges_ms": milliseconds(lambda: raster.draw(weights, 1.0, picture)),
        "edges_prepare_ms": milliseconds(lambda: EdgeRaster(layout.gaps, ratio, colours), 5),
        "tiles_ms": milliseconds(lambda: tiles.draw(grid)),
        "paint_ms": milliseconds(panel.graph.repaint),
        "draw_call_ms": milliseconds(lambda: panel.draw(replace(snapshot, parameters=snapshot.parameters.copy()))),
    }
    panel.stop()
    panel.close()
    return figures


def main() -> None:
    """Print one line a network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    as_json = parser.parse_args().json
    app = QApplication.instance() or QApplication([])
    load_fonts()
    results = {}
    for name, (task, n_inputs, hidden, n_outputs) in NETWORKS.items():
        config = config_for_task(task, n_inputs, n_outputs, [LayerConfig(units) for units in hidden])
        results[name] = measure(config)
        if not as_json:
            print(f"{name:18}", "  ".join(f"{key} {value:g}" for key, value in results[name].items()))
    if as_json:
        print(json.dumps({"cores": os.cpu_count(), "networks": results}))
    app.quit()


if __name__ == "__main__":
    main()
