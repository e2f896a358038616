"""Transplanting: which weights survive a change of architecture."""

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task, transplant


def network(hidden: tuple[int, ...], n_inputs: int = 2) -> MLP:
    mlp = MLP(config_for_task("binary", n_inputs, 1, [LayerConfig(units) for units in hidden]))
    mlp.parameters[...] = np.arange(1, mlp.parameters.size + 1)
    return mlp


def moved(old: MLP, hidden: tuple[int, ...], sources: list[int | None], n_inputs: int = 2) -> MLP:
    config = config_for_task("binary", n_inputs, 1, [LayerConfig(units) for units in hidden])
    return transplant(old, config, sources, np.random.default_rng(0))


def test_same_architecture_keeps_every_parameter() -> None:
    old = network((3, 4))
    np.testing.assert_array_equal(moved(old, (3, 4), [0, 1, 2]).parameters, old.parameters)


def test_added_neuron_keeps_the_others_and_draws_its_own_weights() -> None:
    old, new = network((3, 4)), moved(network((3, 4)), (4, 4), [0, 1, 2])
    np.testing.assert_array_equal(new.weights[0][:, :3], old.weights[0])
    np.testing.assert_array_equal(new.weights[1][:3], old.weights[1])
    np.testing.assert_array_equal(new.weights[2], old.weights[2])
    np.testing.assert_array_equal(new.biases[0][:3], old.biases[0])
    for drawn in (new.weights[0][:, 3], new.weights[1][3], new.biases[0][3:]):
        assert (drawn != 0).all()
        assert (abs(drawn) < 1.1).all()  # within the limits of a Glorot draw, sqrt(6 / (2 + 4)) at most


def test_removed_neuron_leaves_the_rest() -> None:
    old, new = network((3, 4)), moved(network((3, 4)), (2, 4), [0, 1, 2])
    np.testing.assert_array_equal(new.weights[0], old.weights[0][:, :2])
    np.testing.assert_array_equal(new.weights[1], old.weights[1][:2])
    np.testing.assert_array_equal(new.biases[1], old.biases[1])


def test_inserted_layer_draws_the_weights_on_both_sides() -> None:
    old, new = network((3, 4)), moved(network((3, 4)), (3, 3, 4), [0, None, 1, 2])
    np.testing.assert_array_equal(new.weights[0], old.weights[0])
    np.testing.assert_array_equal(new.weights[3], old.weights[2])
    assert (abs(new.weights[1]) < 1.1).all()
    assert (abs(new.weights[2]) < 1.1).all()
    assert ((new.biases[1] != 0) & (abs(new.biases[1]) < 1)).all()
    np.testing.assert_array_equal(new.biases[2], old.biases[1])


def test_removed_layer_draws_the_weights_across_the_gap() -> None:
    old, new = network((3, 3, 4)), moved(network((3, 3, 4)), (3, 4), [0, 2, 3])
    np.testing.assert_array_equal(new.weights[0], old.weights[0])
    assert (abs(new.weights[1]) < 1.1).all()
    np.testing.assert_array_equal(new.biases[1], old.biases[2])
    np.testing.assert_array_equal(new.weights[2], old.weights[3])


def test_first_layer_removed_reads_the_inputs_through_new_weights() -> None:
    old, new = network((2, 4)), moved(network((2, 4)), (4,), [1, 2])
    assert (abs(new.weights[0]) < 1.1).all()
    np.testing.assert_array_equal(new.weights[1], old.weights[2])


def test_added_input_keeps_the_weights_of_the_others() -> None:
    old, new = network((3,)), moved(network((3,)), (3,), [0, 1], n_inputs=3)
    np.testing.assert_array_equal(new.weights[0][:2], old.weights[0])
    assert (abs(new.weights[0][2]) <= 1).all()


def test_old_network_is_unchanged_and_dtype_kept() -> None:
    old = MLP(network((3,)).config, dtype=np.float64)
    new = moved(old, (5,), [None, None])
    assert new.dtype == np.float64
    assert (old.parameters == 0).all()


def test_number_of_sources_must_match_the_layers() -> None:
    with pytest.raises(ValueError, match="2 layers need as many sources, not 1"):
        moved(network((3,)), (3,), [0])
