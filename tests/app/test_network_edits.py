"""Edits of the architecture say where each layer's weights come from."""

import numpy as np
import pytest

from nnviz.app.network_edits import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    add_layer,
    move_layer,
    new_start,
    remove_layer,
    set_activation,
    set_initializer,
    set_loss,
    set_units,
)
from nnviz.app.preparing import prepare
from nnviz.app.reshaping import prepare_edit
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.run.messages import Checkpoint


def network(*units: int) -> MLPConfig:
    return config_for_task("binary", 2, 1, [LayerConfig(n, "relu") for n in units])


def test_added_layer_is_new_and_the_others_keep_their_order() -> None:
    edit = add_layer(network(8, 6), 1)
    assert edit.config.sizes == (2, 8, 4, 6, 1)
    assert edit.sources == (0, None, 1, 2)
    assert edit.config.layers[1].activation == "relu"


def test_layer_can_be_added_to_a_network_without_hidden_layers() -> None:
    edit = add_layer(network(), 0)
    assert edit.config.sizes == (2, 4, 1)
    assert edit.sources == (None, 0)


def test_removed_layer_leaves_the_others() -> None:
    edit = remove_layer(network(8, 6), 0)
    assert edit.config.sizes == (2, 6, 1)
    assert edit.sources == (1, 2)


@pytest.mark.parametrize(
    ("index", "to", "sizes", "sources"),
    [
        (0, 2, (2, 6, 4, 8, 1), (1, 2, 0, 3)),
        (2, 0, (2, 4, 8, 6, 1), (2, 0, 1, 3)),
        (1, 1, (2, 8, 6, 4, 1), (0, 1, 2, 3)),
    ],
)
def test_moved_layer_takes_its_size_and_the_output_stays_last(
    index: int, to: int, sizes: tuple[int, ...], sources: tuple[int, ...]
) -> None:
    edit = move_layer(network(8, 6, 4), index, to)
    assert edit.config.sizes == sizes
    assert edit.sources == sources
    assert edit.sentence == f"Hidden layer {index + 1} is hidden layer {to + 1} now."


@pytest.mark.parametrize(("index", "to"), [(2, 0), (0, 2), (-1, 0), (0, -1)])
def test_move_from_or_to_nowhere_is_refused_in_words(index: int, to: int) -> None:
    with pytest.raises(UserError, match="no hidden layer"):
        move_layer(network(8, 6), index, to)


def test_moved_layers_keep_the_weights_that_still_fit() -> None:
    dataset = toy_dataset("gauss", n=40)
    old = prepare(dataset, network(8, 6, 4), TrainingConfig())
    mlp = old.trainer.mlp
    mlp.parameters[:] = np.arange(mlp.parameters.size)
    checkpoint = Checkpoint(1, 1, mlp.config, old.trainer.state(), old.trainer.config)
    edit = move_layer(mlp.config, 0, 2)
    new = prepare_edit(dataset, edit, checkpoint, TrainingConfig(), 1).trainer.mlp
    assert np.array_equal(new.weights[1], mlp.weights[2])  # from the second to the third as before
    assert [biases.tolist() for biases in new.biases] == [mlp.biases[layer].tolist() for layer in (1, 2, 0, 3)]
    assert not np.isin(new.weights[0], mlp.weights[1]).any()  # reads the inputs now: drawn anew


def test_units_change_in_place() -> None:
    edit = set_units(network(8, 6), 1, 7)
    assert edit.config.sizes == (2, 8, 7, 1)
    assert edit.sources == (0, 1, 2)


def test_activation_changes_one_layer() -> None:
    edit = set_activation(network(8, 6), 0, "sigmoid")
    assert [layer.activation for layer in edit.config.hidden] == ["sigmoid", "relu"]


@pytest.mark.parametrize("units", [0, -1, MAX_UNITS + 1])
def test_senseless_size_is_refused_in_words(units: int) -> None:
    with pytest.raises(UserError, match=f"not {units}"):
        set_units(network(8), 0, units)


def test_too_many_layers_are_refused_in_words() -> None:
    with pytest.raises(UserError, match="at most"):
        add_layer(network(*[2] * MAX_HIDDEN_LAYERS), 0)


@pytest.mark.parametrize(
    "edit", [remove_layer, lambda c, i: set_units(c, i, 3), lambda c, i: set_activation(c, i, "relu")]
)
def test_absent_layer_is_refused_in_words(edit) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError, match="no hidden layer 3"):
        edit(network(8), 2)


@pytest.mark.parametrize(("task", "outputs"), [("binary", 1), ("multiclass", 3), ("regression", 1)])
def test_every_loss_of_a_task_brings_an_output_that_goes_with_it(task: str, outputs: int) -> None:
    config = config_for_task(task, 2, outputs, [LayerConfig(8)])
    for name, loss in LOSSES.items():
        if task in loss.tasks:
            edit = set_loss(config, name, task)
            assert edit.config.loss == name
            assert edit.config.layers[-1].activation in loss.outputs[task]
            assert edit.config.sizes == config.sizes
            assert edit.sources == (0, 1)
            assert not edit.fresh


def test_output_that_goes_with_the_new_loss_stays() -> None:
    config = config_for_task("regression", 2, 1, [])
    bounded = set_loss(config, "huber", "regression", "tanh").config
    assert set_loss(bounded, "mean_absolute_error", "regression").config.layers[-1].activation == "tanh"


@pytest.mark.parametrize(("loss", "output"), [("categorical_cross_entropy", ""), ("hinge", "tanh"), ("cross", "")])
def test_loss_that_does_not_go_with_task_or_output_is_refused_in_words(loss: str, output: str) -> None:
    with pytest.raises(UserError, match=loss):
        set_loss(network(8), loss, "binary", output)


def test_initialisation_changes_one_layer_and_starts_anew() -> None:
    edit = set_initializer(network(8, 6), 1, "uniform", 0.3)
    assert [layer.initializer for layer in edit.config.layers] == ["", "uniform", ""]
    assert edit.config.layers[1].init_value == 0.3
    assert edit.fresh
    assert set_initializer(edit.config, 1, "constant").config.layers[1].init_value == 0.3
    assert set_initializer(edit.config, 1, "").config.layers[1].initializer == ""
    assert "output layer begins as Zeros" in set_initializer(edit.config, 2, "zeros").sentence


@pytest.mark.parametrize(("index", "name", "value"), [(3, "zeros", None), (0, "ones", None), (0, "uniform", 1e9)])
def test_senseless_initialisation_is_refused_in_words(index: int, name: str, value: float | None) -> None:
    with pytest.raises(UserError):
        set_initializer(network(8, 6), index, name, value)


def test_fresh_edit_begins_where_a_new_run_of_that_seed_and_network_does() -> None:
    dataset = toy_dataset("circle", n=40)
    training = TrainingConfig(seed=3)
    begun = prepare(dataset, network(4), training)
    state = begun.trainer.state()
    checkpoint = Checkpoint(1, 1, network(4), state, training)

    reseeded = prepare_edit(dataset, new_start(network(4), 9), checkpoint, training, 2)
    alike = prepare(dataset, network(4), TrainingConfig(seed=9))
    assert reseeded.trainer.config.seed == 9
    np.testing.assert_array_equal(reseeded.trainer.mlp.parameters, alike.trainer.mlp.parameters)
    assert np.abs(reseeded.trainer.mlp.parameters - state.parameters).max() > 0.01

    otherwise = prepare_edit(dataset, set_initializer(network(4), 0, "zeros"), checkpoint, training, 2)
    assert otherwise.trainer.config.seed == 3
    assert not otherwise.trainer.mlp.weights[0].any()


def test_loss_edit_keeps_all_weights() -> None:
    dataset = toy_dataset("circle", n=40)
    training = TrainingConfig()
    begun = prepare(dataset, network(4), training)
    begun.trainer.mlp.parameters[...] = np.arange(17)
    checkpoint = Checkpoint(1, 1, network(4), begun.trainer.state(), training)
    changed = prepare_edit(dataset, set_loss(network(4), "hinge", "binary"), checkpoint, training, 2)
    np.testing.assert_array_equal(changed.trainer.mlp.parameters, np.arange(17))
