"""The lenses while the network trains at full speed: how long opening one blocks, and whether they keep the frame rate.

    xvfb-run -a -s "-screen 0 1440x900x24" python tests/benchmarks/inside_lenses.py [--seconds 3] [--only 13-90-90-3]

The exit status is the number of missed targets: a lens opens within 100 ms, and while it is open, at up to 10,000
parameters, the window makes 50 frames a second and the lens's pictures move as often as newer weights come. Microscope
and landscape are opened while training is paused. Each lens is opened for the first time, then once more. Beside each
opening stands what of it the GUI thread worked: the rest it waited for other threads, or for what else the machine did.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
# As the window does, before numpy is loaded: with a second thread a product waits for whatever else that core does.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSlider

from nnviz.app.lens_build import Lens
from nnviz.app.lenses import INPUTS, Place
from nnviz.main import create_application
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.tabs_landscape import LandscapePage
from tests.benchmarks.gui_cases import CASES, Case
from tests.benchmarks.gui_watch import FrameWatch, Heartbeat, wait, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, training_of

NETWORKS: Final = {
    case.name: case
    for case in (
        CASES["2-8-8-1"],
        CASES["2-8-8-8-8-8-8-1"],
        CASES["13-32-32-3"],
        replace(CASES["13-32-32-3"], sizes=(13, 90, 90, 3)),  # 9,723 parameters
        replace(CASES["30-64-64-10"], sizes=(30, 80, 80, 10)),  # 9,770
    )
}
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


class Openings:
    """How long each opening blocks the event loop."""

    def __init__(self, name: str, window: MainWindow) -> None:
        self._name, self._window = name, window
        self._heartbeat = Heartbeat()
        self._worked: list[float] = []
        self._start = 0.0
        window.clock.tick.connect(self._on_tick)

    def _on_tick(self) -> None:
        self._worked.append(1000 * (time.thread_time() - self._start))

    def of(self, what: str, do: Callable[[], object], until: Callable[[], bool] = lambda: True) -> int:
        """Open something, wait until it is there and a while longer; return 1 if that blocked for too long."""
        self._heartbeat.take()
        self._worked.clear()
        self._start = time.thread_time()
        do()
        wait(0.6)
        if not wait_until(until, 30.0):
            raise RuntimeError(f"{what}: was not opened in time")
        wait(0.2)
        return judge(f"{self._name}, {what} ({self._worked[0]:.0f} ms of work)", self._heartbeat.take(), OPENED_MS)

    def stop(self) -> None:
        self._window.clock.tick.disconnect(self._on_tick)
        self._heartbeat.stop()


def measure_running(case: Case, window: MainWindow, openings: Openings, seconds: float) -> int:
    """Open every lens that moves while training goes on; return the number of missed targets."""
    frames, moves = FrameWatch(window), Moves(window)
    inspector, missed = window.inspector, 0
    places: tuple[tuple[str, Lens, Place], ...] = (
        ("a deep weight", "chain", Place(0, 1, 0)),
        ("a neuron", "neuron", Place(0, 1)),
        ("a row's journey", "journey", Place(INPUTS, 0)),
        ("the output", "neuron", Place(len(case.sizes) - 2, 0)),
    )
    for again in (False, True):
        for lens, name, place in places:
            inspector.made().set_lens(name)  # a neuron opens the lens that was looked through last
            missed += openings.of(f"opening {lens}{' again' if again else ''}", partial(inspector.choose, place))
            if not again:
                moves.count = 0
                rate = frames.measure(seconds)["frames"]
                missed += judge(f"{case.name}, frames/s with {lens} open", rate, FRAMES, least=True)
                if place.source is None:  # a weight's numbers are texts, four times a second
                    moved = moves.count / seconds
                    missed += judge(f"{case.name}, moves/s of {lens}", moved, MOVES * rate, least=True)
            inspector.dismiss()
            wait(0.3)
    frames.stop()
    return missed


def measure_what_if(case: Case, window: MainWindow, openings: Openings, seconds: float) -> int:
    """Open a what-if and drag a value while training goes on; return the number of missed targets."""
    inspector, missed = window.inspector, 0
    for again in ("", " again"):
        missed += openings.of(f"opening a what-if{again}", window.verbs.looks.ask_what_if, lambda: is_open(window))
        if not again:
            flow = inspector.what_if
            if flow is None:
                raise RuntimeError("there is no what-if")
            drag, frames, moves = QTimer(), FrameWatch(window), Moves(window)
            drag.timeout.connect(partial(drag_on, flow.panel().controls.rows[0].slider))
            drag.start(16)
            rate = frames.measure(seconds)["frames"]
            drag.stop()
            frames.stop()
            missed += judge(f"{case.name}, frames/s while a what-if is dragged", rate, FRAMES, least=True)
            moved = moves.count / seconds
            missed += judge(f"{case.name}, moves/s while a what-if is dragged", moved, MOVES * rate, least=True)
        inspector.dismiss()
        wait(0.3)
    return missed


def drag_on(slider: QSlider) -> None:
    """Move a slider a little, and from its end back to the beginning."""
    slider.setValue((slider.value() + 7) % slider.maximum())


def is_open(window: MainWindow) -> bool:
    """Whether the controls of a what-if are there."""
    flow = window.inspector.what_if
    return flow is not None and flow.is_open and flow.panel().controls.rows[0].isVisible()


def measure_paused(window: MainWindow, openings: Openings) -> int:
    """Open microscope and landscape; return the number of missed targets."""
    window.model.runs.send(messages.Pause())
    if not wait_until(lambda: window.model.runs.state is RunState.PAUSED, 5.0):
        raise RuntimeError("the run did not pause")
    wait(1.0)
    looks, missed = window.verbs.looks, 0

    def shows_update() -> bool:
        return not looks.microscope.panel.message

    for again in ("", " again"):
        missed += openings.of(f"opening the microscope{again}", looks.magnify, shows_update)
        looks.magnify()
        wait(0.3)

    def is_made() -> bool:
        page = window.tabs.panel.page
        return isinstance(page, LandscapePage) and page.landscape is not None

    for again in ("", " again"):
        missed += openings.of(f"opening the landscape{again}", partial(window.tabs.choose, "landscape"), is_made)
        window.tabs.choose("confusion")
        wait(0.3)
    return missed


def measure(case: Case, seconds: float) -> int:
    """Open every lens on one network and print what was seen; return the number of missed targets."""
    window = open_window(case, case.data(), training_of(case, Options()))
    run(window)
    wait_until(lambda: window.verbs.warm_up.done, 30.0)
    openings = Openings(case.name, window)
    missed = measure_running(case, window, openings, seconds)
    missed += measure_what_if(case, window, openings, seconds)
    missed += measure_paused(window, openings)
    openings.stop()
    window.close()
    wait(0.2)
    return missed


def main() -> int:
    """Measure every network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", choices=NETWORKS)
    options = parser.parse_args()
    app = create_application()
    cases = [NETWORKS[options.only]] if options.only else list(NETWORKS.values())
    missed = sum(measure(case, options.seconds) for case in cases)
    app.quit()
    return missed


if __name__ == "__main__":
    sys.exit(main())
