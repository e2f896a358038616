"""What the edges show of a moment is what the engine holds and finds."""

from itertools import islice

import numpy as np
import pytest

from nnviz.app.edge_values import (
    CHANGE,
    FLOW,
    GRADIENT,
    MODES,
    NO_ROW,
    REFERENCE_LABELS,
    WEIGHT,
    EdgeScale,
    EdgeValues,
    edge_values,
    signed,
    value_text,
)
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.explain import exact_gradient, trace_row
from nnviz.engine.mlp import MLP, LayerConfig, layer_blocks
from nnviz.engine.training import TrainingConfig
from nnviz.run.history import History
from nnviz.run.looks import BEST, GO, MARK, REFERENCES, START, Looks
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState


class Moments:
    """A network that learns, and moments of it."""

    def __init__(self, name: str = "rings") -> None:
        self.dataset: Dataset = toy_dataset(name, n=60)
        config = network_config(self.dataset, [LayerConfig(5), LayerConfig(4, "relu")])
        self.trainer = new_trainer(self.dataset, config, TrainingConfig("adam", 0.05, batch_size=10))
        self.looks = Looks(self.trainer)
        self.looks.begin()

    def train(self, steps: int) -> None:
        for _ in islice(self.trainer.steps(), steps):
            pass

    def take(self, **wanted: object) -> Snapshot:
        request = SnapshotRequest(**wanted)  # type: ignore[arg-type]
        return take_snapshot(self.trainer, request, 1, RunState.PAUSED, History().view(), None, looks=self.looks)


@pytest.fixture
def moments() -> Moments:
    moments = Moments()
    moments.train(13)
    return moments


def shown(found: EdgeValues | str) -> EdgeValues:
    assert isinstance(found, EdgeValues)
    return found


def test_weights_are_the_networks_own(moments: Moments) -> None:
    snapshot = moments.take()
    found = shown(edge_values(WEIGHT, snapshot))
    assert found.values is snapshot.parameters
    np.testing.assert_array_equal(found.values, moments.trainer.mlp.parameters)
    assert found.note == ""


def test_gradient_is_the_exact_one_and_says_over_which_rows(moments: Moments) -> None:
    found = shown(edge_values(GRADIENT, moments.take(gradient=True)))
    dataset = moments.dataset
    exact = exact_gradient(moments.trainer.mlp, dataset.X_train, dataset.Y_train)
    np.testing.assert_allclose(found.values, exact, atol=1e-6)
    assert found.note == f"mean over all {len(dataset.train_rows)} training rows, no penalty"
    assert edge_values(GRADIENT, moments.take()) == ""


def test_gradient_over_some_of_many_rows_says_so() -> None:
    moments = Moments()
    dataset = toy_dataset("rings", n=9_000)
    moments.trainer = new_trainer(dataset, moments.trainer.mlp.config, TrainingConfig())
    moments.looks = Looks(moments.trainer)
    found = shown(edge_values(GRADIENT, moments.take(gradient=True)))
    assert found.note == f"mean over 2,000 of {len(dataset.train_rows):,} training rows, no penalty"


@pytest.mark.parametrize("kind", REFERENCES)
def test_change_is_the_difference_to_the_moment_it_is_counted_from(kind: str, moments: Moments) -> None:
    moments.looks.keep(MARK)
    moments.train(7)
    snapshot = moments.take(reference=kind)
    if kind == BEST:
        best = moments.trainer.best
        assert best is not None
        then, note = best.parameters, f"since the best, epoch {best.epoch}"
    else:
        reference = moments.looks.reference(kind)
        assert reference is not None
        then = reference.parameters
        note = {
            START: "since the start",
            GO: "since epoch 0, step 0",
            MARK: f"since the mark at epoch {reference.epoch}, step 13",
        }[kind]
    found = shown(edge_values(CHANGE, snapshot))
    np.testing.assert_array_equal(found.values, moments.trainer.mlp.parameters - then)
    assert found.note == note
    assert kind in REFERENCE_LABELS


def test_change_waits_for_its_moment_and_for_one_of_the_same_network(moments: Moments) -> None:
    assert edge_values(CHANGE, moments.take()) == ""
    assert edge_values(CHANGE, moments.take(reference=MARK)) == ""
    other = Moments()
    other.looks = Looks(new_trainer(other.dataset, network_config(other.dataset, []), TrainingConfig()))
    other.looks.begin()
    assert edge_values(CHANGE, other.take(reference=START)) == ""


@pytest.mark.parametrize("name", ["rings", "plane", "spiral"])
def test_flows_into_a_neuron_and_its_bias_add_up_to_its_pre_activation(name: str) -> None:
    moments = Moments(name)
    moments.train(20)
    inputs = moments.dataset.X[3]
    snapshot = moments.take(row=inputs)
    found = shown(edge_values(FLOW, snapshot, inputs, "row 4"))
    assert found.note == "what row 4 sends through each edge"
    network = MLP(snapshot.config, snapshot.parameters)
    trace = trace_row(network, inputs)
    for block, layer in zip(layer_blocks(snapshot.config, found.values), trace.layers, strict=True):
        np.testing.assert_allclose(block[:-1], layer.products, atol=1e-5)
        np.testing.assert_allclose(block.sum(axis=0), layer.pre_activations, atol=1e-5)
    np.testing.assert_array_equal(snapshot.parameters, moments.trainer.mlp.parameters)  # left as they are


def test_flow_without_a_row_says_how_to_choose_one(moments: Moments) -> None:
    assert edge_values(FLOW, moments.take()) == NO_ROW
    assert edge_values(FLOW, moments.take(), moments.dataset.X[0]) == ""  # on its way


def test_silenced_weight_has_no_flow_no_gradient_and_no_weight(moments: Moments) -> None:
    size = moments.trainer.mlp.parameters.size
    silenced = np.arange(size) == 2
    moments.trainer.surgery.set_mask(np.zeros(size, np.bool_), silenced)
    inputs = moments.dataset.X[0]
    snapshot = moments.take(row=inputs, gradient=True)
    for mode in (WEIGHT, GRADIENT, FLOW):
        assert shown(edge_values(mode, snapshot, inputs)).values[2] == 0, mode


def test_words_name_what_is_shown() -> None:
    gradient, weight = MODES[GRADIENT], MODES[WEIGHT]
    assert gradient.words(0.5) == "dL/dw +0.50"
    assert gradient.words(-0.0123, is_bias=True) == "dL/db −0.0123"
    assert gradient.sum_words(2e-5) == "ΣdL/dw +2e−5"
    assert weight.words(-0.0123) == "w −0.01"
    assert weight.words(2.914, is_bias=True) == "bias +2.91"
    assert [signed(value) for value in (-0.00109, 3e-5, 0.006, 0.0)] == ["−0.001", "+3e−5", "+0.01", "+0.00"]
    assert [value_text(value) for value in (0.0, float("nan"), 12345.0)] == ["0", "not finite", "+1.23e4"]
    assert [mode.title for mode in MODES.values()] == ["Weight", "Gradient dL/dw", "Change Δw", "Row flow w × a"]


def test_what_is_shown_is_said_in_a_sentence(moments: Moments) -> None:
    assert shown(edge_values(WEIGHT, moments.take())).sentence == ""
    sentence = shown(edge_values(CHANGE, moments.take(reference=START))).sentence
    assert sentence == "Since the start."


def test_scale_of_weights_is_rounded_up_to_a_half_and_keeps_still() -> None:
    scale = EdgeScale(WEIGHT)
    assert [scale.update(largest) for largest in (0.2, 1.2, 1.4, 0.8, 0.7)] == [0.5, 1.5, 1.5, 1.5, 1.0]


def test_scale_of_other_numbers_fits_any_size_in_steps_of_1_2_5() -> None:
    scale = EdgeScale(GRADIENT)
    assert [scale.update(largest) for largest in (0.00013, 0.00019, 0.0003, 0.00014)] == [2e-4, 2e-4, 5e-4, 5e-4]
    assert scale.update(0.0001) == 1e-4
    assert scale.update(0.0) == 1e-4  # nothing to see: it stays
    assert scale.update(float("nan")) == 1e-4
    assert EdgeScale(CHANGE).update(3.0) == 5.0
    assert EdgeScale(FLOW).update(10.0) == 10.0
