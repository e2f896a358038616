"""What stops the event loop of the training window, and for how long: a large file, sheets, themes, sizes."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize

from nnviz.main import create_application
from nnviz.ui.main_window import MainWindow
from tests.benchmarks.csv_import import write_numbers
from tests.benchmarks.gui_cases import CASES
from tests.benchmarks.gui_watch import Heartbeat, wait, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, training_of

LIMIT_MS = 100.0
_SETTLE = 0.6  # seconds that belong to what was just done
_SIZES = (QSize(1180, 720), QSize(1440, 900), QSize(1300, 800), QSize(1440, 900))
Found = dict[str, Any]


class Stalls:
    """The longest stall while each of several things was done."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self.found: dict[str, list[float]] = {}
        self._heartbeat = heartbeat

    def during(self, name: str, do: Callable[[], object]) -> None:
        """Do something; its stall is the longest until a while after."""
        self._heartbeat.take()
        do()
        wait(_SETTLE)
        self.found.setdefault(name, []).append(self._heartbeat.take())


def _files(window: MainWindow, stalls: Stalls, path: Path) -> float:
    """Open a large file in the sheet and accept it; return the seconds the reading took."""
    model, flow = window.model, window.importing
    tables: list[Any] = []
    model.table_read.connect(tables.append)
    stalls.during("opening the sheet", lambda: model.open(path))
    started = time.perf_counter()
    stalls.during("reading the file", lambda: wait_until(lambda: bool(tables), 60.0))
    seconds = time.perf_counter() - started
    sheet = flow.sheet
    if sheet is None or not wait_until(sheet.open_button.isEnabled, 5.0):
        raise RuntimeError("the sheet is not ready to be accepted")

    def accept() -> None:
        sheet.open_button.click()  # the whole way that a person takes: the sheet closes, too
        if not wait_until(lambda: flow.sheet is None and model.preparing is None, 60.0):
            raise RuntimeError("the table was not accepted in time")

    stalls.during("accepting it", accept)
    return seconds


def measure_stalls(n_rows: int) -> Found:
    """Return the longest stalls of the event loop while a network trains beside."""
    create_application()
    case = CASES["2-8-8-1"]
    window = open_window(case, case.data(), training_of(case, Options()))
    run(window)
    heartbeat = Heartbeat()
    stalls = Stalls(heartbeat)
    stalls.during("training alone", lambda: wait(2.0))
    for _ in range(4):
        stalls.during("another theme", window.theming.cycle)
    for size in _SIZES:
        stalls.during("another size", partial(window.resize, size))
    for name in ("opening the inspector", "closing the inspector") * 2:
        stalls.during(name, window.inspector.toggle)
    for name in ("opening the settings", "closing the settings") * 2:
        stalls.during(name, window.verbs.show_settings)
    for name in ("opening the report", "closing the report") * 2:
        stalls.during(name, window.verbs.show_report)
    for _ in range(2):
        stalls.during("another layer", window.verbs.add_last_layer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        write_numbers(path, n_rows)
        seconds = _files(window, stalls, path)
    stalls.during("training on it", lambda: run(window))
    heartbeat.stop()
    window.close()
    worst = {name: max(times) for name, times in stalls.found.items()}
    return {
        "title": f"Longest stalls of the event loop, training 2-8-8-1 meanwhile; a file of {n_rows:,} rows of 10",
        "verdicts": [(f"{name} (ms)", longest, LIMIT_MS, True) for name, longest in worst.items()],
        "words": f"       reading took {seconds:.1f} s; each in ms: "
        + "; ".join(f"{name} {', '.join(f'{ms:.0f}' for ms in times)}" for name, times in stalls.found.items()),
        "figures": stalls.found,
    }
