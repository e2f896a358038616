"""What is loaded while nobody waits: after it nothing that the person is likely to want holds the window up."""

import json
import os
import subprocess
import sys
from pathlib import Path

_CODE = """
import gc, json, sys
from PySide6.QtCore import QEventLoop, QTimer
from nnviz.main import create_application
app = create_application()
from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.ui.main_window import MainWindow
model = AppModel()
window = MainWindow(model, Settings(theme="dark"))
from nnviz.ui.warm_up import spare_collections
spare_collections(window.verbs.warm_up)
frozen = [gc.get_freeze_count()]
window.show()
warm, steps, most = window.verbs.warm_up, 0, 0
began = set(sys.modules)
while not warm.done and steps < 100:
    before = set(sys.modules)
    warm.load_next()
    steps += 1
    most = max(most, sum(m.startswith("nnviz") for m in set(sys.modules) - before))
frozen.append(gc.get_freeze_count())
loaded = {m for m in sys.modules if m.startswith("nnviz")}
def wait(so):
    loop = QEventLoop()
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: so() and loop.quit())
    timer.start()
    QTimer.singleShot(15_000, loop.quit)
    loop.exec()
window.open_path(__import__("pathlib").Path(sys.argv[1]))
wait(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
window.importing.sheet.open_button.click()
wait(lambda: model.dataset is not None and window.importing.sheet is None)
later = sorted({m for m in sys.modules if m.startswith("nnviz")} - loaded)
found = {"steps": steps, "most": most, "new": len(loaded - began), "later": later, "done": warm.done}
print(json.dumps(found | {"frozen": frozen}))
window.close()
"""


def test_opening_a_file_loads_nothing_more_after_the_warm_up(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("a,b,price\n" + "".join(f"{i},{i % 7},{i * 1.5 + i % 7}\n" for i in range(50)))
    result = subprocess.run(
        [sys.executable, "-c", _CODE, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=120,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    found = json.loads(result.stdout.strip().splitlines()[-1])
    assert found["done"]
    assert found["new"] > 40
    assert found["later"] == []
    assert found["frozen"][1] > found["frozen"][0] > 10_000
    assert found["most"] <= 6  # at a time: a frame waits for them
