"""The verb parts: every registry whole, proofs that exist, and the README's tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnviz.cli.parts import PROOFS, markdown, parts
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import LOSSES
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import REGULARIZERS, Regularization
from nnviz.engine.schedules import SCHEDULES

Call = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


def test_every_part_has_a_formula_a_source_and_a_proof(nnviz: Call) -> None:
    listed = nnviz("parts", "--json").document["parts"]
    assert all(part["formula"] and part["source"].endswith(".") and part["proof"] for part in listed)
    names = {(part["kind"], part["name"]) for part in listed}
    assert len(names) == len(listed)
    for kind, registry in (
        ("activation", ACTIVATIONS),
        ("loss", LOSSES),
        ("optimiser", OPTIMIZERS),
        ("schedule", SCHEDULES),
        ("regulariser", REGULARIZERS),
    ):
        assert {name for found, name in names if found == kind} == set(registry)


def test_every_setting_of_the_regularisation_is_a_part() -> None:
    assert set(REGULARIZERS) == set(Regularization.__dataclass_fields__)


@pytest.mark.parametrize("kind", PROOFS)
def test_files_that_prove_a_part_exist(kind: str) -> None:
    for name in PROOFS[kind][1]:
        assert (ROOT / "tests" / "engine" / f"{name}.py").is_file()


def test_text_names_each_part_once_with_its_source(nnviz: Call) -> None:
    lines = nnviz("parts").out.splitlines()
    assert len(lines) == 3 * len(parts())
    assert "loss huber: " in " ".join(lines)


def test_readme_has_the_tables_as_they_are(nnviz: Call) -> None:
    printed = nnviz("parts", "--markdown").out
    assert printed.strip() == markdown()
    assert markdown() in (ROOT / "README.md").read_text(encoding="utf-8"), "run nnviz parts --markdown"
