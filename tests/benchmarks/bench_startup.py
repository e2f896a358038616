"""First paint and resident memory, beside a bare PySide6 + pyqtgraph window with three plots.

    xvfb-run -a -s "-screen 0 1440x900x24" python tests/benchmarks/bench_startup.py [--rounds 7]

Each start is a fresh interpreter, the two kinds in turns; the time runs from the interpreter's start to the end of the
first paint. Bytecode is there for both, as after an installation or a first start: where the environment forbids Python
to write it, the compiler would be measured. The exit status is the number of missed targets.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

_PAINTED = """
import json, sys, time
from PySide6.QtCore import QTimer
def report(app, started):
    seconds = time.time() - started
    def later():
        import psutil
        print(json.dumps({"seconds": seconds, "mb": psutil.Process().memory_info().rss / 1e6}), flush=True)
        app.closeAllWindows()
        app.quit()
    QTimer.singleShot(REST, later)
def watch(app, window, started):
    from PySide6.QtCore import QEvent, QObject
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Expose and not hasattr(self, "seen"):
                self.seen = True
                QTimer.singleShot(0, lambda: report(app, started))
            return False
    watcher = Watch(app)
    window.windowHandle().installEventFilter(watcher)
"""

_BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter
import pyqtgraph as pg
app = QApplication([])
window = QMainWindow()
splitter = QSplitter()
for _ in range(3):
    splitter.addWidget(pg.PlotWidget())
window.setCentralWidget(splitter)
window.resize(1440, 900)
window.create()
watch(app, window, STARTED)
window.show()
app.exec()
"""

_NNVIZ = """
from nnviz.main import create_application
app = create_application()
from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.ui.main_window import MainWindow
model = AppModel()
window = MainWindow(model, Settings(theme="dark"))
window.resize(1440, 900)
window.create()
watch(app, window, STARTED)
window.show()
model.load_toy("spiral")
app.exec()
"""


def start(body: str, rest: int, environment: dict[str, str]) -> dict[str, float]:
    """One fresh interpreter; ``rest`` milliseconds pass between the first paint and the look at its memory."""
    code = f"import time; STARTED = time.time()\nREST = {rest}\n" + _PAINTED + body
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    found: dict[str, float] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def judge(name: str, value: float, most: float) -> int:
    """Print one target; return 1 if it is missed."""
    sys.stdout.write(f"{'ok    ' if value <= most else 'MISSED'} {name}: {value:.2f} (at most {most:g})\n")
    return int(value > most)


def main() -> int:
    """Measure both in turns and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as cache:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache
        for body in (_BARE, _NNVIZ):
            start(body, 100, environment)  # compiles
        for _ in range(rounds):
            bare.append(start(_BARE, 100, environment)["seconds"])
            ours.append(start(_NNVIZ, 100, environment)["seconds"])
        ratio = statistics.median(ours) / statistics.median(bare)
        memory = start(_NNVIZ, 5_000, environment)["mb"]
    sys.stdout.write(f"first paint: bare {statistics.median(bare):.3f} s, nnviz {statistics.median(ours):.3f} s\n")
    return judge("first paint, ratio", ratio, 1.7) + judge("resident memory at rest (MB)", memory, 230)


if __name__ == "__main__":
    sys.exit(main())
