"""L-BFGS: its direction and its steps, what it remembers, and where its numbers end."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.divergence import Diverged
from nnviz.engine.lbfgs import _PAIRS, _PREVIOUS, LBFGS
from nnviz.engine.line_search import CURVATURE, SUFFICIENT_DECREASE
from nnviz.engine.mlp import MLP, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.errors import UserError
from tests.engine.torch_cases import CASES, RECORD, trainer_of

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
FULL = TrainingConfig("lbfgs", 1.0)


def linear_problem() -> tuple[Trainer, FloatArray]:
    """A regression without hidden layers, and its least-squares solution with the bias last."""
    rng = np.random.default_rng(2)
    inputs = rng.standard_normal((40, 5)) * [1, 3, 0.3, 10, 1] + [0, 1, 0, 5, 0]
    target = inputs @ rng.standard_normal((5, 1)) + rng.standard_normal((40, 1))
    data = TrainingData(inputs, target, inputs[:0], target[:0], "regression")
    solution = np.linalg.lstsq(np.column_stack([inputs, np.ones(40)]), target[:, 0])[0]
    return Trainer(MLP(config_for_task("regression", 5, 1, []), dtype=np.float64), data, FULL), solution


def spied(trainer: Trainer) -> list[tuple[FloatArray, float, FloatArray]]:
    """A list that grows by (parameters, objective, gradient) at each look at the objective."""
    rule, looks = trainer._stepper.optimizer, list[tuple[FloatArray, float, FloatArray]]()
    assert isinstance(rule, LBFGS)
    objective = rule._objective

    def spy() -> float:
        value = objective()
        looks.append((trainer.mlp.parameters.copy(), value, trainer.gradient.copy()))
        return value

    rule.attach(spy)
    return looks


def test_least_squares_solution_is_found() -> None:
    trainer, solution = linear_problem()
    list(islice(trainer.steps(), 40))
    # It ends when the slope is below 1e-9: 2e-11 above the lowest loss, 1.3e-5 from the solution.
    np.testing.assert_allclose(trainer.mlp.parameters, solution, rtol=0, atol=5e-5)
    reached = trainer.evaluate().train_loss
    trainer.mlp.parameters[...] = solution
    assert abs(reached - trainer.evaluate().train_loss) < 1e-10


def test_at_the_minimum_nothing_moves_any_more() -> None:
    trainer, _ = linear_problem()
    list(islice(trainer.steps(), 60))
    there = trainer.state()
    list(islice(trainer.steps(), 5))
    assert trainer.mlp.parameters.tobytes() == there.parameters.tobytes()
    here = trainer.state()
    assert here.moments.tobytes() == there.moments.tobytes()
    assert here.scalars.tobytes() == there.scalars.tobytes()
    assert here.updates == there.updates < 60
    assert trainer.step == there.step + 5


@pytest.mark.parametrize("parts", [Regularization(), Regularization(l2=0.05), Regularization(l1=0.01, l2=0.01)])
def test_every_update_meets_the_wolfe_conditions_and_reports_the_gradient_it_started_from(
    parts: Regularization, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data("regression", 60, 0, 3, 2)
    trainer = Trainer(make_network("regression", 3, 2, dtype=np.float64), data, replace(FULL, regularization=parts))
    looks = spied(trainer)
    met = 0
    for _ in range(40):
        looks.clear()
        next(trainer.steps())
        start, value, gradient = looks[0]
        np.testing.assert_array_equal(trainer.gradient, gradient)
        ends = [look for look in looks[1:] if np.array_equal(look[0], trainer.mlp.parameters)]
        if not ends:  # nothing lower was found
            np.testing.assert_array_equal(trainer.mlp.parameters, start)
            continue
        end, lower, after = ends[0]
        step = end - start
        assert lower <= value + SUFFICIENT_DECREASE * float(gradient @ step) * (1 - 1e-9)
        met += abs(float(after @ step)) <= CURVATURE * abs(float(gradient @ step)) * (1 + 1e-9)
    # With a kink (L1) the slope may jump within the last bracket.
    assert met == 40 if not parts.l1 else met >= 10, met


def test_objective_is_the_evaluated_loss_and_the_penalty(make_data: MakeData, make_network: MakeNetwork) -> None:
    config = replace(FULL, regularization=Regularization(l1=0.01, l2=0.1), class_weight="balanced")
    trainer = Trainer(make_network("multiclass", 3, 3, dtype=np.float64), make_data("multiclass", 60, 5, 3, 3), config)
    looks = spied(trainer)
    for _ in range(5):
        evaluation = trainer.evaluate()
        looks.clear()
        next(trainer.steps())
        assert looks[0][1] == pytest.approx(evaluation.train_loss + evaluation.penalty, rel=1e-13)


def test_direction_is_the_gradient_times_the_bfgs_matrix_of_the_last_pairs(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    # The matrix written out (Nocedal and Wright, equation 7.16), from steps and gradients seen from outside.
    trainer = Trainer(make_network("regression", 3, dtype=np.float64), make_data("regression", 60, 0, 3), FULL)
    looks = spied(trainer)
    path = []
    for _ in range(25):
        looks.clear()
        next(trainer.steps())
        path.append(looks[0])
    size = trainer.mlp.parameters.size
    pairs = [(after[0] - before[0], after[2] - before[2]) for before, after in pairwise(path)]
    pairs = [(s, y) for s, y in pairs if s @ y > 1e-10][-_PAIRS:]
    assert len(pairs) == _PAIRS
    s, y = pairs[-1]
    inverse = np.eye(size) * (s @ y) / (y @ y)
    for s, y in pairs:
        left = np.eye(size) - np.outer(s, y) / (s @ y)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    start, _, gradient = path[-1]
    step = trainer.mlp.parameters - start
    expected = -inverse @ gradient
    length = float(step @ expected) / float(expected @ expected)
    np.testing.assert_allclose(step, length * expected, rtol=0, atol=1e-8 * float(np.abs(step).max()))


def test_first_step_is_no_longer_than_the_learning_rate_in_the_sum_of_magnitudes(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    for rate in (1.0, 0.01):
        trainer = Trainer(make_network(dtype=np.float64), make_data(), replace(FULL, learning_rate=rate))
        looks = spied(trainer)
        next(trainer.steps())
        (start, _, gradient), (first, _, _) = looks[:2]
        length = rate * min(1.0, 1 / float(np.abs(gradient).sum()))
        np.testing.assert_allclose(first - start, -length * gradient, atol=1e-15)


def test_first_step_along_a_small_gradient_is_the_learning_rate_times_it() -> None:
    parameters, gradient, tried = np.ones(2), np.zeros(2), list[FloatArray]()
    rule = LBFGS(parameters, gradient, learning_rate=1.0)

    def objective() -> float:
        tried.append(parameters.copy())
        gradient[...] = 0.01 * parameters
        return 0.005 * float(parameters @ parameters)

    rule.attach(objective)
    for call, arguments in rule.update_calls():
        call(*arguments)
    np.testing.assert_allclose(tried[1], 0.99, rtol=1e-15)


def test_start_moved_in_its_last_digits_goes_as_far_astray_as_pytorch_does() -> None:
    # What bounds the comparison in test_against_torch.py is the method, not the arithmetic of either side.
    case = CASES["lbfgs"]
    start = np.array(json.loads(RECORD.read_text(encoding="utf-8"))["cases"]["lbfgs"]["start"])
    ends = []
    for factor in (1.0, 1 + 1e-13):
        trainer = trainer_of(case, start * factor)
        path = []
        for _ in range(100):
            next(trainer.steps())
            path.append(trainer.mlp.parameters.copy())
        ends.append(path)
    after_10, after_30, after_100 = (float(np.abs(ends[0][n - 1] - ends[1][n - 1]).max()) for n in (10, 30, 100))
    assert after_10 < 1e-10
    assert 1e-10 < after_30 < 1e-6
    assert after_100 > 1e-4


def test_another_objective_forgets_the_curvature_and_says_so(make_data: MakeData, make_network: MakeNetwork) -> None:
    for change in ({"regularization": Regularization(l2=0.5)}, {"class_weight": "balanced"}):
        data = make_data("multiclass", 40, 0, 3, 3)
        trainer = Trainer(make_network("multiclass", 3, 3, dtype=np.float64), data, FULL)
        list(islice(trainer.steps(), 15))
        changed = replace(FULL, **change)
        sentence = trainer.configure(changed)
        fresh = Trainer(MLP(trainer.mlp.config, trainer.mlp.parameters, np.float64), data, changed)
        list(islice(trainer.steps(), 5))
        list(islice(fresh.steps(), 5))
        # The rows of the one are in another order, which their sum is rounded by.
        np.testing.assert_allclose(trainer.mlp.parameters, fresh.mlp.parameters, rtol=0, atol=1e-12)
        assert "the curvature of the last 10 steps" in sentence


def test_numbers_whose_squares_overflow_are_no_obstacle() -> None:
    inputs = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0], [2.0, 2.0]]) * 1e18
    target = inputs @ np.array([[1.0], [2.0]])
    data = TrainingData(inputs, target, inputs[:0], target[:0], "regression")
    trainer = Trainer(MLP(config_for_task("regression", 2, 1, []), np.full(3, 0.1)), data, FULL)
    list(islice(trainer.steps(), 10))
    np.testing.assert_allclose(trainer.mlp.parameters[:2], [1, 2], rtol=1e-6)


def test_gradient_beyond_the_range_of_the_numbers_is_not_silent() -> None:
    inputs = np.full((4, 2), 1e25)
    target = np.zeros((4, 1))
    data = TrainingData(inputs, target, inputs[:0], target[:0], "regression")
    trainer = Trainer(MLP(config_for_task("regression", 2, 1, []), np.ones(3)), data, FULL)
    with pytest.raises(Diverged, match="gradient"):
        next(trainer.steps())
    assert not trainer.gradient.any()
    assert (trainer.mlp.parameters == 1).all()
    assert trainer.step == 0


def test_pair_of_a_step_against_the_curvature_is_not_kept() -> None:
    gradient = np.zeros(3)
    rule = LBFGS(np.zeros(3), gradient, learning_rate=1.0)
    rule.moments[_PREVIOUS + 1] = [1, 0, 0]
    rule._remember(np.array([-1.0, 0, 0]))
    assert rule.scalars[0] == 0
    rule._remember(np.array([2.0, 0, 0]))
    assert rule.scalars[0] == 1


@pytest.mark.parametrize("parts", [{"dropout": 0.1}, {"input_noise": 0.1}, {"weight_decay": 0.1}, {"clip_norm": 1.0}])
def test_settings_that_make_the_objective_another_at_each_look_are_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="L-BFGS"):
        replace(FULL, regularization=Regularization(**parts))
