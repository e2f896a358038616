"""The engine stays pure: NumPy, the standard library's types, and nothing that sees a screen, clock, thread or file."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nnviz.engine

FOLDER = Path(nnviz.engine.__file__).parent
ALLOWED = {
    "abc",
    "collections",
    "contextvars",
    "dataclasses",
    "functools",
    "math",
    "numbers",
    "numpy",
    "types",
    "typing",
}
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_only_numpy_types_and_its_own_floor(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name for name in names if not name.startswith("nnviz.")}
    assert {name.split(".")[0] for name in foreign} <= ALLOWED
    assert all(name.split(".")[1] in ("engine", "errors") for name in names - foreign)
    assert "numpy.random" not in names


def test_importing_the_engine_brings_in_no_screen_and_no_data_base() -> None:
    code = (
        f"import sys, importlib\n"
        f"for name in {MODULES!r}: importlib.import_module('nnviz.engine.' + name)\n"
        f"print([n for n in ('PySide6', 'pyqtgraph', 'duckdb', 'clevercsv', 'sklearn') if n in sys.modules])"
    )
    root = FOLDER.parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_training_leaves_the_global_generator_and_error_handling_alone() -> None:
    code = (
        "import numpy as np\n"
        "before, errors = np.random.get_state()[1].tobytes(), np.geterr()\n"
        "from nnviz.engine.mlp import MLP, config_for_task, LayerConfig\n"
        "from nnviz.engine.training import Trainer, TrainingConfig, TrainingData\n"
        "x = np.ones((4, 2)); y = np.ones((4, 1))\n"
        "mlp = MLP.initialised(config_for_task('binary', 2, 1, [LayerConfig(3)]), np.random.default_rng(0))\n"
        "steps = Trainer(mlp, TrainingData(x, y, x, y, 'binary'), TrainingConfig(batch_size=3)).steps()\n"
        "for _ in range(5): next(steps)\n"
        "print(before == np.random.get_state()[1].tobytes(), errors == np.geterr())"
    )
    root = FOLDER.parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
