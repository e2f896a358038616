"""The network: layout of the flat vector, prediction, copies."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.errors import UserError

CONFIG = MLPConfig(2, (LayerConfig(3, "relu"), LayerConfig(1, "identity")), "mean_squared_error")


def test_flat_vector_holds_weights_row_by_row_then_biases_layer_by_layer() -> None:
    mlp = MLP(CONFIG, np.arange(13, dtype=np.float32))
    np.testing.assert_array_equal(mlp.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(mlp.biases[0], [6, 7, 8])
    np.testing.assert_array_equal(mlp.weights[1], [[9], [10], [11]])
    np.testing.assert_array_equal(mlp.biases[1], [12])


def test_weights_and_biases_are_views_of_the_flat_vector() -> None:
    mlp = MLP(CONFIG)
    mlp.weights[1][2, 0] = 5
    mlp.biases[0][1] = -1
    assert mlp.parameters[11] == 5
    assert mlp.parameters[7] == -1


def test_given_parameters_are_copied() -> None:
    given = np.ones(13, dtype=np.float32)
    mlp = MLP(CONFIG, given)
    given[...] = 9
    assert (mlp.parameters == 1).all()


def test_prediction_worked_by_hand() -> None:
    mlp = MLP(CONFIG, np.array([1, -1, 0.5, 2, 0, -1, 0.25, 0, 3, 2, 7, -1, 0.5]), np.float64)
    # x = (1, 2): z = (1 + 4 + 0.25, -1 + 0, 0.5 - 2 + 3) = (5.25, -1, 1.5); a = (5.25, 0, 1.5)
    # output = 2 * 5.25 + 7 * 0 - 1.5 + 0.5 = 9.5
    assert mlp.predict(np.array([[1.0, 2.0]]))[0, 0] == 9.5
    layers = mlp.activations(np.array([[1.0, 2.0]]))
    np.testing.assert_array_equal(layers[0], [[1, 2]])
    np.testing.assert_array_equal(layers[1], [[5.25, 0, 1.5]])
    np.testing.assert_array_equal(layers[2], [[9.5]])


@pytest.mark.parametrize("count", [12, 14, 0])
def test_wrong_number_of_parameters_is_refused(count: int) -> None:
    with pytest.raises(UserError, match=f"has 13 parameters, but {count} were given"):
        MLP(CONFIG, np.zeros(count))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_parameters_that_are_not_finite_in_the_dtype_are_refused(value: float) -> None:
    with pytest.raises(UserError, match="not finite"):
        MLP(CONFIG, np.full(13, value))


def test_one_seed_initialises_the_same_network() -> None:
    first, second = (MLP.initialised(CONFIG, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert first.dtype == np.float32
    assert all((biases == 0).all() for biases in first.biases)
    assert all((weights != 0).all() for weights in first.weights)


def test_units_of_a_tanh_layer_bend_at_different_places_from_the_start() -> None:
    mlp = MLP.initialised(MLPConfig(2, (LayerConfig(9), LayerConfig(1, "identity")), "huber"), np.random.default_rng(5))
    assert len(set(mlp.biases[0])) == 9
    assert mlp.biases[1] == 0


def test_both_precisions_start_from_the_same_draw() -> None:
    narrow = MLP.initialised(CONFIG, np.random.default_rng(5))
    wide = MLP.initialised(CONFIG, np.random.default_rng(5), np.float64)
    np.testing.assert_array_equal(narrow.parameters, wide.parameters.astype(np.float32))


def test_copy_shares_nothing() -> None:
    mlp = MLP.initialised(CONFIG, np.random.default_rng(5), np.float64)
    twin = mlp.copy()
    np.testing.assert_array_equal(twin.parameters, mlp.parameters)
    assert twin.dtype == mlp.dtype
    twin.weights[0][...] = 0
    assert (mlp.weights[0] != 0).all()


def test_long_input_is_predicted_in_pieces_like_in_one(make_network: Callable[..., MLP]) -> None:
    mlp = make_network(dtype=np.float64)
    inputs = np.random.default_rng(0).standard_normal((40_000, 2))
    np.testing.assert_allclose(mlp.predict(inputs), mlp.activations(inputs)[-1], rtol=1e-12)


def test_prediction_of_no_rows_is_empty(make_network: Callable[..., MLP]) -> None:
    assert make_network("multiclass", n_outputs=3).predict(np.zeros((0, 2))).shape == (0, 3)


def test_input_of_another_width_is_a_value_error(make_network: Callable[..., MLP]) -> None:
    with pytest.raises(ValueError, match=r"inputs of shape \(n, 2\)"):
        make_network().predict(np.zeros((4, 3)))


def test_overflow_while_predicting_does_not_warn() -> None:
    mlp = MLP(CONFIG, np.full(13, 1e30))
    assert np.isinf(mlp.predict(np.array([[1e30, 1.0]]))).all()
    assert np.isinf(mlp.activations(np.array([[1e300, 1.0]]))[0][0, 0])
