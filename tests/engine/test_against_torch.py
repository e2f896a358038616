"""A hundred updates beside PyTorch's recorded ones, for every rule, schedule, penalty, loss and activation.

The record, torch_trajectories.json, is made by ``python -m tests.engine.record_torch``.
"""

import json
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.schedules import SCHEDULES
from tests.engine.torch_cases import CASES, RECORD, RECORDED_STEPS, Case, batches_of, fingerprint, trainer_of

# Relative to the largest parameter, or to 1. Seen in float64: at most 6e-14. With L-BFGS 4e-13 after 30 iterations of
# `lbfgs`, where the comparison ends (5e-3 after 100), and 2e-7 after 100 of `lbfgs_classes`, which a penalty holds
# together. It divides by differences of gradients, so that each iteration makes what rounding left larger, by a third
# or so: a start moved in its last digits goes as far astray (test_lbfgs.py).
TOLERANCE = 1e-10
TOLERANCES = {"lbfgs": 1e-6, "lbfgs_classes": 1e-6}
LAST_STEPS = {"lbfgs": 30}
# Seen in float32: 7e-8, 4e-7, 4e-7, 6e-7, 2e-5 after these updates; with L-BFGS 3e-7 and 3e-5 after 10.
TOLERANCE_32 = {1: 1e-6, 2: 2e-6, 10: 2e-6, 30: 1e-5, 100: 2e-4}
TOLERANCES_32 = {"lbfgs": 1e-5, "lbfgs_classes": 1e-4}
LAST_STEPS_32 = {"lbfgs": 10, "lbfgs_classes": 10}


@cache
def record() -> Any:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def of_case(name: str) -> tuple[Case, FloatArray, Any]:
    recorded = record()["cases"][name]
    return CASES[name], np.array(recorded["start"]), recorded


def compare(name: str, dtype: DTypeLike, last: int) -> list[tuple[int, float, float]]:
    """Train; return (step, largest difference of a parameter, difference of the objective), relative above 1."""
    case, start, recorded = of_case(name)
    trainer = trainer_of(case, start, dtype)
    steps = trainer.steps()
    found = []
    wanted = zip(RECORDED_STEPS, recorded["parameters"], recorded["objective"], strict=True)
    for step, parameters, objective in wanted:
        if step > last:
            break
        list(islice(steps, step - trainer.step))
        evaluation = trainer.evaluate()
        scale = max(1.0, float(np.abs(parameters).max()))
        ours = evaluation.train_loss + evaluation.penalty
        difference = float(np.abs(trainer.mlp.parameters - parameters).max()) / scale
        found.append((step, difference, abs(ours - objective) / max(1.0, objective)))
    return found


@pytest.mark.parametrize("name", CASES)
def test_updates_in_64_bits_equal_those_of_pytorch(name: str) -> None:
    for step, parameters, objective in compare(name, np.float64, LAST_STEPS.get(name, RECORDED_STEPS[-1])):
        assert max(parameters, objective) <= TOLERANCES.get(name, TOLERANCE), f"after update {step}"


@pytest.mark.parametrize("name", CASES)
def test_updates_in_32_bits_stay_near_those_of_pytorch_in_64(name: str) -> None:
    for step, parameters, objective in compare(name, np.float32, LAST_STEPS_32.get(name, RECORDED_STEPS[-1])):
        assert max(parameters, objective) <= (TOLERANCES_32.get(name) or TOLERANCE_32[step]), f"after update {step}"
        assert parameters > 0  # or these were not 32-bit numbers


@pytest.mark.parametrize("name", CASES)
def test_rows_and_batches_are_those_of_the_record(name: str) -> None:
    case, start, recorded = of_case(name)
    again = "the data or their order changed: record anew, see the top of this file"
    assert fingerprint(case, batches_of(case, start)) == recorded["rows"], again


@pytest.mark.parametrize("name", CASES)
def test_recorded_run_moves_far_from_its_start_and_lowers_the_objective(name: str) -> None:
    _, start, recorded = of_case(name)
    assert np.abs(np.array(recorded["parameters"][-1]) - start).max() > 0.1
    assert recorded["objective"][-1] < 0.85 * recorded["objective"][0]


def test_record_has_these_cases_and_no_other() -> None:
    assert list(record()["cases"]) == list(CASES)
    assert tuple(record()["steps"]) == RECORDED_STEPS
    assert RECORD.stat().st_size < 300_000


def test_record_has_every_rule_schedule_activation_loss_and_class_weight() -> None:
    configs = [case.config for case in CASES.values()]
    assert {config.optimizer for config in configs} == set(OPTIMIZERS)
    assert {config.schedule.name for config in configs} == set(SCHEDULES)
    assert {config.class_weight for config in configs} == {"none", "balanced"}
    assert {name for case in CASES.values() for name in case.hidden} == set(HIDDEN_ACTIVATIONS)
    assert {case.loss for case in CASES.values()} == set(LOSSES)
    squared = LOSSES["mean_squared_error"].output_activations
    assert {case.output for case in CASES.values() if case.loss == "mean_squared_error"} == set(squared)


def test_record_has_every_part_of_regularization_that_is_not_random() -> None:
    for part in ("l1", "l2", "weight_decay", "clip_value", "clip_norm", "label_smoothing"):
        assert any(getattr(case.config.regularization, part) for case in CASES.values()), part
