"""LayerConfig and MLPConfig: refusals in sentences, derived figures, JSON round trip."""

import json
from typing import Any

import numpy as np
import pytest

from nnviz.engine.config import LayerConfig, MLPConfig, config_for_task
from nnviz.errors import UserError

CONFIG = MLPConfig(
    3, (LayerConfig(5, "relu"), LayerConfig(4, "tanh", "he_normal"), LayerConfig(2, "identity")), "mean_squared_error"
)


def test_sizes_outputs_and_parameters_are_derived() -> None:
    assert CONFIG.sizes == (3, 5, 4, 2)
    assert CONFIG.n_outputs == 2
    assert CONFIG.hidden == CONFIG.layers[:2]
    assert CONFIG.n_parameters == 4 * 5 + 6 * 4 + 5 * 2


def test_empty_initializer_resolves_by_activation() -> None:
    assert [layer.resolved_initializer for layer in CONFIG.layers] == ["he_uniform", "he_normal", "glorot_uniform"]


@pytest.mark.parametrize("units", [0, -3, 2.0, True, "8", None])
def test_senseless_number_of_neurons_is_refused(units: Any) -> None:
    with pytest.raises(UserError, match="number of neurons in a layer must be a whole number of at least 1"):
        LayerConfig(units)


def test_numbers_that_numpy_counted_become_plain_ones() -> None:
    config = MLPConfig(np.int64(3), (LayerConfig(np.int32(1), "identity"),), "mean_squared_error")  # type: ignore[arg-type]
    assert type(config.n_inputs) is type(config.layers[0].units) is int


def test_unknown_names_are_refused_with_the_choices() -> None:
    with pytest.raises(UserError, match=r"cannot be 'cubed'.*relu"):
        LayerConfig(4, "cubed")
    with pytest.raises(UserError, match=r"cannot be 'ones'.*he_normal"):
        LayerConfig(4, "tanh", "ones")
    with pytest.raises(UserError, match=r"The loss cannot be 'zero_one'.*mean_squared_error"):
        MLPConfig(2, (LayerConfig(1, "identity"),), "zero_one")


def test_network_without_layers_is_refused() -> None:
    with pytest.raises(UserError, match="at least an output layer"):
        MLPConfig(2, (), "mean_squared_error")


def test_softmax_is_refused_in_a_hidden_layer() -> None:
    with pytest.raises(UserError, match="hidden layer cannot be 'softmax'"):
        MLPConfig(2, (LayerConfig(3, "softmax"), LayerConfig(1, "identity")), "mean_squared_error")


def test_softmax_output_of_one_neuron_is_refused() -> None:
    with pytest.raises(UserError, match="softmax output needs at least 2"):
        MLPConfig(2, (LayerConfig(1, "softmax"),), "categorical_cross_entropy")


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        ("tanh", "binary_cross_entropy"),
        ("identity", "binary_cross_entropy"),
        ("softmax", "binary_cross_entropy"),
        ("sigmoid", "categorical_cross_entropy"),
        ("relu", "categorical_cross_entropy"),
    ],
)
def test_output_activation_that_the_loss_does_not_go_with_is_refused(activation: str, loss: str) -> None:
    with pytest.raises(UserError, match=f"{activation} does not go with the loss {loss}"):
        MLPConfig(2, (LayerConfig(3, activation),), loss)


def test_network_beyond_memory_is_refused() -> None:
    with pytest.raises(UserError, match="parameters; 50,000,000 is the most"):
        MLPConfig(10_000, (LayerConfig(10_000), LayerConfig(1, "identity")), "mean_squared_error")


def test_config_survives_json() -> None:
    assert MLPConfig.from_dict(json.loads(json.dumps(CONFIG.to_dict()))) == CONFIG


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n_inputs": "two"}, "number of inputs must be a whole number"),
        ({"n_inputs": 2.0}, "number of inputs must be a whole number"),
        ({"layers": 3}, "no list of layers"),
        ({"layers": "tanh"}, "no list of layers"),
        ({"layers": []}, "at least an output layer"),
        ({"layers": [3]}, "layer description is not a table"),
        ({"layers": [{"units": 3}]}, "layer description has no entry 'activation'"),
        ({"layers": [{"units": 3, "activation": "tanh", "bias": 1}]}, "unknown entry 'bias'"),
        ({"layers": [{"units": [], "activation": "tanh"}]}, "must be a whole number"),
        ({"layers": [{"units": 3, "activation": ["tanh"]}]}, "cannot be"),
        ({"loss": None}, "The loss cannot be None"),
        ({"depth": 3}, "unknown entry 'depth'"),
    ],
)
def test_malformed_description_is_refused_with_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        MLPConfig.from_dict(CONFIG.to_dict() | change)


@pytest.mark.parametrize("missing", ["n_inputs", "layers", "loss"])
def test_description_with_an_entry_missing_is_refused(missing: str) -> None:
    description = CONFIG.to_dict()
    del description[missing]
    with pytest.raises(UserError, match=f"no entry '{missing}'"):
        MLPConfig.from_dict(description)


def test_description_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(UserError, match="not a table"):
        MLPConfig.from_dict([1, 2])  # type: ignore[arg-type]


def test_task_decides_output_layer_and_loss() -> None:
    hidden = [LayerConfig(4)]
    binary = config_for_task("binary", 2, 1, hidden)
    assert (binary.layers[-1].activation, binary.loss) == ("sigmoid", "binary_cross_entropy")
    multiclass = config_for_task("multiclass", 2, 3, hidden)
    assert (multiclass.layers[-1], multiclass.loss) == (LayerConfig(3, "softmax"), "categorical_cross_entropy")
    regression = config_for_task("regression", 2, 2, ())
    assert (regression.sizes, regression.layers[-1].activation) == ((2, 2), "identity")
    assert regression.loss == "mean_squared_error"


def test_task_unknown_or_at_odds_with_its_outputs_is_refused() -> None:
    with pytest.raises(UserError, match="The task cannot be 'ranking'"):
        config_for_task("ranking", 2, 1, ())
    with pytest.raises(UserError, match="two classes has 1 output, not 2"):
        config_for_task("binary", 2, 2, ())
