"""Which modules a start may not load before the window is painted for the first time."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# Each is needed only for something that a person asks for later.
LATER = (
    "concurrent.futures.process",
    "nnviz.app.lens_build",
    "nnviz.app.lens_rows",
    "nnviz.app.report_tables",
    "nnviz.app.saved_views",
    "nnviz.app.microscope_stage",
    "nnviz.engine.explain",
    "nnviz.run.cross_validation",
    "nnviz.run.fold_runs",
    "nnviz.run.task_pool",
    "nnviz.ui.dialogs.report",
    "nnviz.ui.panels.inspector",
    "nnviz.ui.panels.microscope",
    "nnviz.ui.panels.microscope_flow",
    "nnviz.ui.plots.network_stream",
    "nnviz.ui.recording.flow",
    "nnviz.ui.saving.flow",
)

_START = f"""
import sys
from nnviz.main import create_application
app = create_application()
from PySide6.QtCore import QEvent, QObject
from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.ui.main_window import MainWindow

class FirstPaint(QObject):
    loaded = None

    def eventFilter(self, watched, event):
        if self.loaded is None and event.type() == QEvent.Type.Paint:
            self.loaded = [name for name in {LATER!r} if name in sys.modules]
            app.quit()
        return False

model = AppModel()
window = MainWindow(model, Settings(theme="dark"))
watch = FirstPaint()
window.installEventFilter(watch)
window.show()
model.load_toy("spiral")
app.exec()
print(watch.loaded)
window.close()
"""


def test_what_is_asked_for_later_is_not_loaded_before_the_first_paint() -> None:
    result = subprocess.run([sys.executable, "-c", _START], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
