"""Small CSV files, and the headless front called in process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output, in which no NaN may hide."""
        value = json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} in the JSON document"))
        assert isinstance(value, dict)
        return value

    def refuses(self, *words: str) -> None:
        """Check that this is one sentence on standard error and nothing else."""
        assert self.code == 2, self
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


@pytest.fixture
def nnviz(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs a verb in this process."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def nnviz_process(tmp_path: Path) -> Callable[..., Result]:
    """Return a function that runs ``python -m nnviz`` in a new process."""

    def call(*arguments: object, **environment: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "nnviz", *(str(argument) for argument in arguments)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=100,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """90 rows, three Unicode classes, a text column and gaps."""
    rng = np.random.default_rng(5)
    lines = ["länge,breite,farbe,art"]
    for row in range(90):
        kind = row % 3
        length = "" if row % 11 == 5 else f"{2 * kind + rng.normal(0, 0.4):.3f}"
        colour = ["rot", "blau", ""][int(rng.integers(0, 3))]
        lines.append(f"{length},{rng.normal(kind, 0.5):.3f},{colour},{('α', 'β', 'γ')[kind]}")
    path = tmp_path / "blumen.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """80 rows of a number that depends linearly on two others, in units of thousands."""
    rng = np.random.default_rng(6)
    area, age = rng.uniform(20, 200, 80), rng.uniform(0, 50, 80)
    price = 250_000 + 3_000 * area - 1_500 * age + rng.normal(0, 4_000, 80)
    rows = [f"{a:.2f},{b:.2f},{c:.2f}" for a, b, c in zip(area, age, price, strict=True)]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(["area,age,price", *rows]) + "\n", encoding="utf-8")
    return path
