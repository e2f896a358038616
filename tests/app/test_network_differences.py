"""In what two networks differ: everything that does, and nothing else."""

from dataclasses import replace

import pytest

from nnviz.app.network_differences import network_changes
from nnviz.engine.mlp import LayerConfig, MLPConfig

OUTPUT = LayerConfig(1, "sigmoid")
PLAIN = MLPConfig(2, (LayerConfig(4), LayerConfig(3), OUTPUT), "binary_cross_entropy")


def network(*hidden: LayerConfig, output: LayerConfig = OUTPUT, loss: str = "binary_cross_entropy") -> MLPConfig:
    return MLPConfig(2, (*hidden, output), loss)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (PLAIN, []),
        (network(LayerConfig(4), LayerConfig(5)), [("layers", "2-4-3-1", "2-4-5-1")]),
        (network(LayerConfig(4), LayerConfig(3, "relu")), [("activation of layer 2", "tanh", "relu")]),
        (network(LayerConfig(4)), [("layers", "2-4-3-1", "2-4-1")]),
        (network(), [("layers", "2-4-3-1", "2-1")]),
        (
            network(LayerConfig(4, "leaky_relu")),
            [("layers", "2-4-3-1", "2-4-1"), ("activations", "tanh", "leaky relu")],
        ),
        (
            network(LayerConfig(4), LayerConfig(3), LayerConfig(3, "relu")),
            [("layers", "2-4-3-1", "2-4-3-3-1"), ("activations", "tanh", "tanh, tanh, relu")],
        ),
        (
            network(LayerConfig(4, initializer="constant", init_value=0.5), LayerConfig(3)),
            [("initialisation of layer 1", "Glorot uniform, drawn biases", "Constant 0.5")],
        ),
        (network(LayerConfig(4, init_value=0.7), LayerConfig(3)), []),
        (
            network(LayerConfig(4), LayerConfig(3), output=LayerConfig(1, "identity"), loss="hinge"),
            [("activation of the output", "sigmoid", "identity"), ("loss", "cross-entropy", "hinge loss")],
        ),
    ],
)
def test_every_difference_is_told_and_no_other(other: MLPConfig, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.before, one.after) for one in network_changes(PLAIN, other)] == expected
    back = [(one.name, one.before, one.after) for one in network_changes(other, PLAIN)]
    assert back == [(name, after, before) for name, before, after in expected]
    assert network_changes(other, replace(other)) == ()
