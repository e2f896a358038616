"""Edits of the architecture say where each layer's weights come from."""

import pytest

from nnviz.app.network_edits import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    add_layer,
    remove_layer,
    set_activation,
    set_units,
)
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.errors import UserError


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
