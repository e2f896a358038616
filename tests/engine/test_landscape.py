"""The loss over a plane: its centre, a slice that is known by heart, what overflows, sampled rows, being called off."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.config import LayerConfig, MLPConfig, config_for_task
from nnviz.engine.landscape import Losses, LossSlice, axis_through_centre, rows_affordable
from nnviz.engine.landscape_plane import Plane, random_plane
from nnviz.engine.mlp import MLP
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.engine.training_rows import TrainingRows
from nnviz.errors import Cancelled
from tests.engine.conftest import MakeData, MakeNetwork

CENTRE = np.zeros((1, 2))


def sliced(mlp: MLP, data: TrainingData, config: TrainingConfig, plane: Plane | None = None) -> LossSlice:
    plane = plane or random_plane(mlp.config, mlp.parameters, np.random.default_rng(0))
    return LossSlice(plane, mlp.config, TrainingRows(mlp, data, config), config.regularization)


def by_evaluation(mlp: MLP, data: TrainingData, config: TrainingConfig, plane: Plane, points: np.ndarray) -> Losses:
    """Return what a trainer's own evaluation says of networks of the plane, one by one."""
    found = []
    for x, y in points:
        vector = plane.centre + x * plane.directions[0] + y * plane.directions[1]
        found.append(Trainer(MLP(mlp.config, vector, mlp.dtype), data, config).evaluate())
    return Losses(
        np.array([one.train_loss for one in found]),
        np.array([one.validation_loss for one in found]),
        np.array([one.penalty for one in found]),
    )


@pytest.mark.parametrize(
    ("task", "n_outputs", "loss", "activation"),
    [
        ("binary", 1, "binary_cross_entropy", "tanh"),
        ("binary", 1, "hinge", "relu"),
        ("binary", 1, "mean_squared_error", "gelu"),
        ("multiclass", 3, "categorical_cross_entropy", "sigmoid"),
        ("regression", 2, "huber", "elu"),
    ],
)
@pytest.mark.parametrize("hidden", [(), (5,), (4, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_point_has_the_loss_that_an_evaluation_finds_there(
    make_data: MakeData, task: str, n_outputs: int, loss: str, activation: str, hidden: tuple[int, ...], dtype: type
) -> None:
    data = make_data(task, n_outputs=n_outputs)
    layers = [LayerConfig(units, activation) for units in hidden]
    config = config_for_task(task, 2, n_outputs, layers, loss)
    mlp = MLP.initialised(config, np.random.default_rng(4), dtype)
    settings = TrainingConfig(
        regularization=Regularization(l1=0.01, l2=0.02, label_smoothing=0.1 if loss.endswith("cross_entropy") else 0.0),
        class_weight="none" if task == "regression" else "balanced",
    )
    plane = random_plane(config, mlp.parameters, np.random.default_rng(1))
    points = np.concatenate([CENTRE, np.random.default_rng(2).uniform(-1, 1, (4, 2))])
    found = sliced(mlp, data, settings, plane).at(points)
    expected = by_evaluation(mlp, data, settings, plane, points)
    closeness = 2e-6 if dtype is np.float32 else 1e-12
    for name in ("train", "validation", "penalty"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=closeness, err_msg=name)


def test_the_centre_is_the_present_loss_to_the_rounding_of_sums(make_data: MakeData, make_network: MakeNetwork) -> None:
    data, mlp = make_data(n_train=200, n_validation=50), make_network(hidden=(8, 8))
    settings = TrainingConfig()
    trainer = Trainer(mlp, data, settings)
    steps = trainer.steps()
    for _ in range(100):
        next(steps)
    now = trainer.evaluate()
    found = sliced(mlp, data, settings).at(CENTRE)
    np.testing.assert_allclose(found.train, now.train_loss, rtol=3e-7)
    np.testing.assert_allclose(found.validation, now.validation_loss, rtol=3e-7)


def test_the_slice_of_a_linear_regression_is_the_paraboloid_that_algebra_gives() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 2)), rng.standard_normal((40, 1))
    config = config_for_task("regression", 2, 1, [])
    mlp = MLP(config, np.array([0.3, -0.2, 0.1]), np.float64)
    directions = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 2.0]])
    plane = Plane(np.array([0.3, -0.2, 0.1]), directions)
    data = TrainingData(x, y, x[:0], y[:0], "regression")
    points = rng.uniform(-3, 3, (30, 2))
    found = sliced(mlp, data, TrainingConfig(), plane).at(points)
    ones = np.concatenate([x, np.ones((40, 1))], axis=1)
    design, rest = ones @ directions.T, (ones @ mlp.parameters)[:, None] - y
    curvature, slope = design.T @ design / 40, 2 * design.T @ rest[:, 0] / 40
    expected = np.einsum("ni,ij,nj->n", points, curvature, points) + points @ slope + np.square(rest).mean()
    np.testing.assert_allclose(found.train, expected, rtol=1e-12)
    assert np.isnan(found.validation).all()
    assert not found.penalty.any()


def test_where_the_outputs_overflow_the_loss_is_nan_and_elsewhere_it_is_not(make_data: MakeData) -> None:
    data = make_data("binary")
    config = config_for_task("binary", 2, 1, [LayerConfig(4, "relu"), LayerConfig(4, "relu")], "hinge")
    mlp = MLP.initialised(config, np.random.default_rng(0))
    with np.errstate(all="raise"):  # whoever calls is not bothered
        found = sliced(mlp, data, TrainingConfig()).at(np.array([[0.0, 0.0], [1e14, 1e14], [0.5, 0.5], [1e35, 0.0]]))
    np.testing.assert_array_equal(np.isnan(found.train), [False, True, False, True])
    np.testing.assert_array_equal(np.isnan(found.validation), [False, True, False, True])


def test_chunks_make_no_difference(make_data: MakeData, make_network: MakeNetwork) -> None:
    mlp, data = make_network(), make_data()
    whole = sliced(mlp, data, TrainingConfig())
    by_one = sliced(mlp, data, TrainingConfig())
    by_one._chunk = 1
    points = np.random.default_rng(5).uniform(-1, 1, (20, 2))
    np.testing.assert_allclose(whole.at(points).train, by_one.at(points).train, rtol=1e-6)


def test_it_tells_how_far_it_is_and_ends_when_called_off(make_data: MakeData, make_network: MakeNetwork) -> None:
    part = sliced(make_network(), make_data(), TrainingConfig())
    part._chunk = 3
    seen: list[float] = []

    def go_on(share: float) -> bool:
        seen.append(share)
        return len(seen) < 3

    with pytest.raises(Cancelled):
        part.at(np.zeros((30, 2)), go_on)
    np.testing.assert_allclose(seen, [0.0, 0.1, 0.2])


def test_of_too_many_rows_evenly_spaced_ones_stand_for_all(make_data: MakeData, make_network: MakeNetwork) -> None:
    mlp, data = make_network(), make_data(n_train=800, n_validation=200)
    rows = TrainingRows(mlp, data, TrainingConfig())
    plane = random_plane(mlp.config, mlp.parameters, np.random.default_rng(0))
    few = LossSlice(plane, mlp.config, rows, Regularization(), most_rows=100)
    assert (few.n_train, few.n_validation) == (80, 20)
    some = np.linspace(0, 799, 80).astype(int)
    part = TrainingData(data.X_train[some], data.Y_train[some], data.X_validation[:0], data.Y_validation[:0], "binary")
    expected = Trainer(mlp.copy(), part, TrainingConfig()).evaluate().train_loss
    np.testing.assert_allclose(few.at(CENTRE).train, expected, rtol=1e-6)


def test_a_network_people_watch_takes_all_its_rows_and_a_large_one_a_part() -> None:
    small = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(8)])
    large = config_for_task("multiclass", 784, 10, [LayerConfig(128), LayerConfig(64)])
    assert rows_affordable(small, 41 * 41, 250) == 250
    assert 200 <= rows_affordable(large, 41 * 41, 60_000) < 2_000
    huge: MLPConfig = replace(
        large, layers=tuple(replace(layer, units=4_000) for layer in large.layers[:-1]) + large.layers[-1:]
    )
    assert rows_affordable(huge, 41 * 41, 60_000) == 200


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-0.7, 2.3), (-1e-9, 5.0), (-3.0, 1e-9)])
def test_an_axis_goes_through_the_centre(low: float, high: float) -> None:
    axis = axis_through_centre(low, high, 41)
    assert 0.0 in axis
    np.testing.assert_allclose(np.diff(axis), (high - low) / 40)
    assert abs(axis[0] - low) <= (high - low) / 40


def test_an_axis_that_does_not_reach_the_centre_stays_as_it_is() -> None:
    np.testing.assert_array_equal(axis_through_centre(1.0, 2.0, 5), [1.0, 1.25, 1.5, 1.75, 2.0])
