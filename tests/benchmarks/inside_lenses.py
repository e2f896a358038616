"""The lenses while the network trains at full speed: how long opening one blocks, and whether they keep the frame rate.

    xvfb-run -a -s "-screen 0 1440x900x24" python tests/benchmarks/inside_lenses.py [--seconds 3]

The exit status is the number of missed targets: a lens opens within 100 ms, and while it is open, at up to 10,000
parameters, the window makes 50 frames a second and the lens's pictures move as often as newer weights come.
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
# As the window does, before numpy is loaded: with a second thread a product waits for whatever else that core does.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from nnviz.app.lenses import INPUTS, Place
from nnviz.main import create_application
from nnviz.ui.main_window import MainWindow
from tests.benchmarks.gui_cases import CASES
from tests.benchmarks.gui_stalls import Stalls
from tests.benchmarks.gui_watch import FrameWatch, Heartbeat, wait, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, training_of

NETWORKS: Final = ("2-8-8-1", "13-32-32-3", "30-64-64-10")
OPENED_MS, FRAMES, MOVES = 100.0, 50.0, 0.8  # the last is a share of the frames


class Moves:
    """Counts how often the open lens is handed newer numbers for its pictures."""

    def __init__(self, window: MainWindow) -> None:
        panel = window.inspector.made()
        self.count = 0
        self._follow = panel.follow
        panel.follow = self._counted  # type: ignore[method-assign]

    def _counted(self, trace: object) -> None:
        self.count += 1
        self._follow(trace)  # type: ignore[arg-type]


def judge(name: str, value: float, limit: float, *, least: bool = False) -> int:
    """Print one target; return 1 if it is missed."""
    met = value >= limit if least else value <= limit
    sys.stdout.write(f"{'met  ' if met else 'SHORT'}  {name}: {value:.1f} ({'>=' if least else '<='} {limit:g})\n")
    return int(not met)


def measure(name: str, seconds: float) -> int:
    """Open every lens on one network, close it, and print what was seen; return the number of missed targets."""
    case, options = CASES[name], Options()
    window = open_window(case, case.data(), training_of(case, options))
    run(window)
    wait_until(lambda: window.verbs.warm_up.done, 30.0)
    heartbeat = Heartbeat()
    stalls, frames, moves = Stalls(heartbeat), FrameWatch(window), Moves(window)
    missed = 0
    last = len(case.sizes) - 2
    places = (  # each opens its lens by itself, as a click does
        ("a row's journey", Place(INPUTS, 0)),
        ("a neuron", Place(0, 1)),
        ("the output", Place(last, 0)),
        ("a deep weight", Place(0, 1, 0)),
    )
    for lens, place in places:
        stalls.during(lens, partial(window.inspector.choose, place))
        moves.count = 0
        found = frames.measure(seconds)
        rate = found["frames"]
        missed += judge(f"{name}, opening {lens} (ms)", stalls.found[lens][0], OPENED_MS)
        missed += judge(f"{name}, frames/s with {lens} open", rate, FRAMES, least=True)
        if place.source is None:  # a weight's numbers are texts, four times a second
            missed += judge(f"{name}, moves/s of {lens}", moves.count / seconds, MOVES * rate, least=True)
        window.inspector.dismiss()
        wait(0.3)
    heartbeat.stop()
    frames.stop()
    window.close()
    wait(0.2)
    return missed


def main() -> int:
    """Measure every network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    app = create_application()
    missed = sum(measure(name, seconds) for name in NETWORKS)
    app.quit()
    return missed


if __name__ == "__main__":
    sys.exit(main())
