"""The walls of the house: import contracts, no Qt below app, files of readable size."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "nnviz"
CHECKOUT = PACKAGE.parent


def test_import_contracts_are_kept() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("floor", ["engine", "data", "run", "export", "cli"])
def test_floor_imports_without_qt(floor: str) -> None:
    code = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module('nnviz.{floor}')\n"
        "for module in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_package_import_is_cheap() -> None:
    code = "import nnviz, sys; assert 'numpy' not in sys.modules and nnviz.__version__"
    result = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_every_file_is_at_most_300_lines() -> None:
    long = {
        str(path.relative_to(CHECKOUT)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert not long


def test_main_window_is_assembly_only() -> None:
    assert len((PACKAGE / "ui" / "main_window.py").read_text("utf-8").splitlines()) <= 200


def test_no_global_random_state() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "np.random.seed" not in text, path
        assert "RandomState" not in text, path


def test_no_file_holds_marks_of_a_merge() -> None:
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    code = [path for folder in ("nnviz", "tests", "packaging") for path in (CHECKOUT / folder).rglob("*.py")]
    paths = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("*.toml"), *code]
    found = [p for p in paths if any(line.startswith(marks) for line in p.read_text("utf-8").splitlines())]
    assert not found
