"""How long a loss landscape takes beside a training network, and how long a frame takes meanwhile.

    xvfb-run -a -s "-screen 0 1440x900x24" python tests/benchmarks/landscape.py [--json] [--times 8]

41 x 41 places on 2-8-8-1 with 250 rows, in the whole window while the network trains at full speed: the target is under
2 seconds, and no frame over 50 ms. Beside it the same without a window, and a large network with many rows.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

# As the window does, before numpy is loaded: with a second thread a product waits for whatever else that core does.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from nnviz.app.landscape_view import Landscape, LandscapeChoice, make_landscape
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.landscape import LossSlice, rows_affordable
from nnviz.engine.landscape_plane import random_plane
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import TrainingConfig, TrainingData
from nnviz.engine.training_rows import TrainingRows
from nnviz.main import create_application
from nnviz.run.parameter_path import ParameterPath
from nnviz.ui.panels.tabs_landscape import LandscapePage
from nnviz.ui.plots.landscape_surface import surfaces
from tests.app.landscape_cases import checkpoint
from tests.benchmarks.gui_cases import Case
from tests.benchmarks.gui_watch import FrameWatch, Heartbeat, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, trainer_of, training_of

SECONDS, FRAME_MS = 2.0, 50.0
_ROWS = 250
CASE = Case((2, 8, 8, 1), 10, lambda: toy_dataset("spiral", n=_ROWS), frames=50, frame_ms=33, diagram=30)


def alone(times: int) -> dict[str, float]:
    """Return the seconds of a landscape and of what is drawn of it, without a window; medians."""
    dataset = CASE.data()
    moment = checkpoint(dataset, epochs=50)
    made, drawn = list[float](), list[float]()
    for _ in range(times):
        start = time.perf_counter()
        landscape = make_landscape(dataset, moment, LandscapeChoice("path"))
        middle = time.perf_counter()
        surfaces(landscape)
        made.append(middle - start)
        drawn.append(time.perf_counter() - middle)
    return {"landscape_s": statistics.median(made), "drawing_prepared_s": statistics.median(drawn)}


def large() -> dict[str, float]:
    """Return the seconds of a slice of 784-128-64-10 with 5,000 rows, and how many of these are looked at."""
    rng = np.random.default_rng(0)
    config = config_for_task("multiclass", 784, 10, [LayerConfig(128), LayerConfig(64)])
    x, y = rng.standard_normal((5_000, 784)), np.eye(10)[rng.integers(0, 10, 5_000)]
    mlp = MLP.initialised(config, rng)
    rows = TrainingRows(mlp, TrainingData(x, y, x[:0], y[:0], "multiclass"), TrainingConfig())
    axis = np.linspace(-1, 1, 41)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    start = time.perf_counter()
    most = rows_affordable(config, len(points), len(x))
    LossSlice(random_plane(config, mlp.parameters, rng), config, rows, Regularization(), most).at(points)
    return {"slice_s": time.perf_counter() - start, "rows": most}


def record_cost() -> dict[str, float]:
    """Return the microseconds that the path costs an epoch, on average over 2,000 epochs."""
    parameters = np.zeros(105, dtype=np.float32)
    path = ParameterPath(parameters.size)
    start = time.perf_counter()
    for epoch in range(2_000):
        path.offer(epoch, parameters)
    return {"us_per_epoch": 1e6 * (time.perf_counter() - start) / 2_000}


def in_window(times: int) -> dict[str, Any]:
    """Return seconds from the press to the picture, and the longest frames, while the network trains."""
    create_application()
    window = open_window(CASE, CASE.data(), training_of(CASE, Options(optimizer="adam")))
    run(window)
    frames, heartbeat = FrameWatch(window), Heartbeat()
    found: dict[str, Any] = {"before": _stretch(window, frames, heartbeat)}
    start = time.perf_counter()
    window.tabs.choose("landscape")
    page = window.tabs.panel.page
    assert isinstance(page, LandscapePage)
    wait_until(lambda: page.landscape is not None, 30.0)
    found["first_s"] = time.perf_counter() - start
    found["shown"] = _stretch(window, frames, heartbeat)
    for kind in ("Random", "Path"):
        page.controls.kinds.press(kind)
        page.controls.kinds.chosen.emit(kind)
        seconds, stalls, longest = list[float](), list[float](), list[float]()
        for _ in range(times):
            before: Landscape | None = page.landscape
            heartbeat.take()
            frames._moments.clear()
            start = time.perf_counter()
            if not page.wanted:
                page.button.click()
            shown = wait_until(lambda before=before: page.landscape not in (None, before), 30.0)  # type: ignore[misc]
            if not shown:
                raise RuntimeError("no landscape came")
            seconds.append(time.perf_counter() - start)
            wait_until(lambda: False, 0.3)  # the picture's own frames
            stalls.append(heartbeat.take())
            longest.append(float(1000 * np.diff(frames._moments).max()))
        found[kind.lower()] = {
            "seconds": seconds,
            "longest_frame_ms": longest,
            "longest_stall_ms": stalls,
        }
    heartbeat.stop()
    frames.stop()
    window.close()
    return found


def _stretch(window: Any, frames: FrameWatch, heartbeat: Heartbeat) -> dict[str, float]:
    heartbeat.take()
    trainer = trainer_of(window)
    step, start = trainer.step, time.perf_counter()
    figures = frames.measure(3.0)
    return {
        "frames": figures["frames"],
        "longest_frame_ms": figures["stall_ms"],
        "longest_stall_ms": heartbeat.take(),
        "steps_per_second": (trainer.step - step) / (time.perf_counter() - start),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--times", type=int, default=8, help="landscapes of each kind")
    options = parser.parse_args()
    found = {
        "alone": alone(options.times),
        "large": large(),
        "path": record_cost(),
        "window": in_window(options.times),
    }
    if options.json:
        print(json.dumps(found, indent=1))
        return
    window = found["window"]
    for kind in ("random", "path"):
        one = window[kind]
        seconds, longest = one["seconds"], one["longest_frame_ms"]
        print(
            f"{kind}: {max(seconds):.2f} s at most (limit {SECONDS:g}), longest frame {max(longest):.0f} ms (limit "
            f"{FRAME_MS:g}), medians {statistics.median(seconds):.2f} s and {statistics.median(longest):.0f} ms"
        )
    print(f"without it: {window['before']}\nwith it shown: {window['shown']}\nfirst look: {window['first_s']:.2f} s")
    print(f"no window: {found['alone']}\n784-128-64-10: {found['large']}\nthe path's record: {found['path']}")


if __name__ == "__main__":
    main()
