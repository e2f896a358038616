"""What the neuron lens says of a neuron's effect, against plain NumPy that shares no code with it."""

import re
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.app.lens_effect import ALONE, ALWAYS_THE_SAME, MOST_ROWS, neuron_effect, rows_view
from nnviz.app.lenses import INPUTS, Place
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.errors import Cancelled
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import Snapshot
from tests.app.lens_reading import Reader, is_true, number
from tests.app.test_lenses import data, moment

Array = NDArray[np.float64]
TRAINING = TrainingConfig("adam", learning_rate=0.02, batch_size=16, regularization=Regularization(l2=0.001))
TINY = 1e-12


def trained(dataset: Dataset, hidden: list[LayerConfig], training: TrainingConfig = TRAINING) -> Trainer:
    trainer = new_trainer(dataset, network_config(dataset, hidden), training)
    steps = trainer.steps()
    for _ in range(120):
        next(steps)
    return trainer


def blocks(snapshot: Snapshot) -> list[Array]:
    """Cut the flat vector up: of each layer the weights with the biases as the last row."""
    found, start, sizes = [], 0, snapshot.config.sizes
    for n_in, n_out in pairwise(sizes):
        size = (n_in + 1) * n_out
        found.append(np.array(snapshot.parameters[start : start + size], np.float64).reshape(n_in + 1, n_out))
        start += size
    return found


def outputs(layers: list[Array], rows: Array) -> list[Array]:
    """Pass rows through tanh layers; the last one's z is not passed through anything."""
    found = [np.asarray(rows, np.float64)]
    for index, layer in enumerate(layers):
        z = found[-1] @ layer[:-1] + layer[-1]
        found.append(z if index == len(layers) - 1 else np.tanh(z))
    return found


def mean_loss(task: str, z: Array, y: Array) -> float:
    y = np.asarray(y, np.float64)
    if task == "binary":
        p = 1 / (1 + np.exp(-z))
        return float(-np.mean(y * np.log(p + TINY) + (1 - y) * np.log(1 - p + TINY)))
    if task == "multiclass":
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return float(-np.mean(np.sum(y * np.log(p + TINY), axis=1)))
    return float(np.mean(np.square(z - y)))


@pytest.mark.parametrize("name", ["spiral", "iris", "hills"])
def test_loss_without_a_neuron_and_look_alikes_are_those_of_plain_numpy(name: str) -> None:
    dataset = data(name)
    snapshot = moment(trained(dataset, [LayerConfig(6), LayerConfig(5)]), Place(0, 0, 0))
    layers = blocks(snapshot)
    parts = {
        "training loss": (dataset.X_train, dataset.Y_train),
        "validation loss": (dataset.X_validation, dataset.Y_validation),
    }
    for layer, units in ((0, 6), (1, 5)):
        activations = outputs(layers, dataset.X_train)[layer + 1]
        for unit in range(units):
            effect = neuron_effect(snapshot, dataset, Place(layer, unit))
            muted = [one.copy() for one in layers]
            muted[layer + 1][unit] = 0  # its outgoing weights
            assert [what for what, _, _ in effect.losses] == list(parts)
            for what, before, after in effect.losses:
                x, y = parts[what]
                assert before == pytest.approx(mean_loss(dataset.task, outputs(layers, x)[-1], y), rel=1e-4)
                assert after == pytest.approx(mean_loss(dataset.task, outputs(muted, x)[-1], y), rel=1e-4)
            r = {other: np.corrcoef(activations[:, unit], activations[:, other])[0, 1] for other in range(units)}
            del r[unit]
            likest = sorted(r, key=lambda other: -abs(r[other]))[:2]
            assert [other for other, _ in effect.alike] == likest
            for other, found in effect.alike:
                assert found == pytest.approx(r[other], abs=1e-4)


@pytest.mark.parametrize("name", ["spiral", "iris", "hills"])
def test_what_is_shown_adds_up_and_says_the_numbers(name: str) -> None:
    dataset = data(name)
    snapshot = moment(trained(dataset, [LayerConfig(6), LayerConfig(5)]), Place(0, 0, 0))
    place, reader = Place(1, 2), Reader()
    effect, view = neuron_effect(snapshot, dataset, place), rows_view(snapshot, dataset, place, lambda: False)
    for (what, before, after), line in zip(effect.losses, view.lines, strict=False):
        head, _, body = line.text.partition(": ")
        first, change, result = re.split(r" (?=[+−] )| [=≈] ", body)
        assert head == what
        assert is_true(before, first)
        assert is_true(after, result)
        sign = "=" if "=" in body else "≈"
        reader.relation(number(first) + number(change.replace(" ", "")), sign, result, line.text)
    assert reader.false == []
    for (unit, r), line in zip(effect.alike, view.lines[2:], strict=True):
        words, _, shown = line.text.partition(": r = ")
        assert words == f"{'look-alike' if abs(r) > 0.99 else 'most alike'} h2.{unit + 1}"
        assert is_true(r, shown)
    assert view.scope == f"Over {len(dataset.X_train)} training and {len(dataset.X_validation)} validation rows"


def test_a_twin_is_a_look_alike_and_a_constant_neuron_says_so() -> None:
    dataset = data("spiral")
    trainer = trained(dataset, [LayerConfig(4)])
    weights, biases = trainer.mlp.weights[0], trainer.mlp.biases[0]
    weights[:, 1], biases[1] = -weights[:, 0], -biases[0]
    weights[:, 2], biases[2] = 0, 1
    snapshot = moment(trainer, Place(0, 0, 0))
    twin = neuron_effect(snapshot, dataset, Place(0, 0))
    other, r = twin.alike[0]
    assert other == 1
    assert r == pytest.approx(-1, abs=1e-6)
    assert 2 not in [unit for unit, _ in twin.alike]
    texts = [line.text for line in rows_view(snapshot, dataset, Place(0, 0), lambda: False).lines]
    assert texts[2].startswith("look-alike h1.2: r = −1")
    assert [line.text for line in rows_view(snapshot, dataset, Place(0, 2), lambda: False).lines][2:] == [
        ALWAYS_THE_SAME
    ]


def test_a_neuron_alone_in_its_layer_is_like_no_other_and_nothing_does_without_an_output() -> None:
    dataset = data("spiral")
    snapshot = moment(trained(dataset, [LayerConfig(1)]), Place(0, 0, 0))
    assert rows_view(snapshot, dataset, Place(0, 0), lambda: False).lines[-1].text == ALONE
    assert rows_view(snapshot, dataset, Place(1, 0), lambda: False).lines == ()
    assert rows_view(snapshot, dataset, Place(INPUTS, 0), lambda: False).lines == ()


def test_of_many_rows_evenly_spaced_ones_are_looked_at_and_that_is_said() -> None:
    dataset = toy_dataset("gauss", n=2 * MOST_ROWS + 3_000)
    snapshot = moment(trained(dataset, [LayerConfig(3)]), Place(0, 0, 0))
    effect = neuron_effect(snapshot, dataset, Place(0, 1))
    assert effect.scope == f"Over 4,000 training and 4,000 validation rows of {dataset.n_rows:,}"
    at = np.linspace(0, len(dataset.X_train) - 1, MOST_ROWS).astype(int)
    muted = blocks(snapshot)
    muted[1][1] = 0
    expected = mean_loss("binary", outputs(muted, dataset.X_train[at])[-1], dataset.Y_train[at])
    assert effect.losses[0][2] == pytest.approx(expected, rel=1e-4)


def test_rows_that_are_not_wanted_any_more_are_not_looked_at() -> None:
    dataset = data("spiral")
    snapshot = moment(trained(dataset, [LayerConfig(3)]), Place(0, 0, 0))
    with pytest.raises(Cancelled):
        rows_view(snapshot, dataset, Place(0, 0), lambda: True)
