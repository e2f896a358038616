"""What is loaded while nobody waits: after it nothing that the person is likely to want holds the window up."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnviz.app.jobs import JobContext
from nnviz.ui import warm_up

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
made = window.inspector.panel is not None and not window.inspector.is_open
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
found = {"steps": steps, "most": most, "new": len(loaded - began), "later": later, "done": warm.done, "made": made}
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
    assert found["made"]
    assert found["new"] > 40
    assert found["later"] == []
    assert found["frozen"][1] > found["frozen"][0] > 10_000
    assert found["most"] <= 6  # at a time: a frame waits for them


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of two modules that nobody has loaded, the only one that the warm-up knows."""
    name = f"later_{tmp_path.name}"  # of its own for each test: what Python has once found it remembers
    folder = tmp_path / name
    folder.mkdir()
    for module in ("__init__", "one", "two"):
        (folder / f"{module}.py").write_text("X = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(warm_up, "MODULES", (f"{name}.one",))
    monkeypatch.setattr(warm_up, "ALSO", ("numpy",))
    return name


def _compiled(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.cached is not None
    return Path(spec.cached)


def test_reading_ahead_compiles_and_loads_nothing(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    warm_up.read_ahead(JobContext("Reading modules"))
    for name in ("one", "two"):
        assert _compiled(f"{package}.{name}").is_file()
        assert f"{package}.{name}" not in sys.modules


def test_reading_ahead_keeps_no_compiled_file_where_none_are_wanted(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    read: list[str] = []

    def remember(path: Path) -> bytes:
        read.append(path.name)
        return b""

    monkeypatch.setattr(Path, "read_bytes", remember)
    warm_up.read_ahead(JobContext("Reading modules"))
    assert [name for name in read if name in {"one.py", "two.py"}] == ["one.py", "two.py"]
    assert not _compiled(f"{package}.one").exists()


def test_reading_ahead_ends_when_it_is_called_off(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    context = JobContext("Reading modules")
    context.cancel()
    warm_up.read_ahead(context)
    assert not _compiled(f"{package}.one").exists()
