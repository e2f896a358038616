"""Two moments compared: every number is checked against what it is worked out from, and refusals say why."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.app.comparing import Comparing
from nnviz.app.comparison import compare, place_at
from nnviz.app.lenses import position_of
from nnviz.app.map_difference import RESOLUTION, Shown, answers_of, map_difference
from nnviz.app.planes import ColumnPlane
from nnviz.app.rail import Rail
from nnviz.app.sides import Side
from nnviz.app.slices import AT_MEDIANS, Slices
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import MLP, LayerConfig
from nnviz.engine.training import Evaluation, TrainingConfig
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.recipe import network_config
from nnviz.run.state import RunState
from tests.app.watcher import Watcher

TRAINING = TrainingConfig()


def side(dataset: Dataset, seed: int, *, layers: int = 1, run: int = 1, step: int = 0) -> Side:
    config = network_config(dataset, [LayerConfig(4)] * layers)
    mlp = MLP.initialised(config, np.random.default_rng(seed))
    last = Evaluation(step // 10, step, 0.5 + seed, 0.25, 0.75, 0.5)
    return Side(dataset, config, TRAINING, run, (1, run), step, step // 10, mlp.parameters, last)


def shown_of(dataset: Dataset) -> Shown:
    x, y = dataset.feature_names[:2]
    plane = ColumnPlane(Slices(dataset), x, y)
    return plane, plane.x, plane.y, AT_MEDIANS


def test_weights_are_sorted_by_how_much_they_changed_and_name_their_place() -> None:
    dataset = toy_dataset("spiral", n=40)
    first, second = side(dataset, 1), side(dataset, 2, step=50)
    found = compare(first, second, None)
    changes = np.abs(second.parameters.astype(float) - first.parameters)
    assert [abs(one.after - one.before) for one in found.weights] == sorted(changes[changes > 0], reverse=True)
    for one in found.weights:
        index = position_of(one.place, second.config)
        assert (one.before, one.after) == (float(first.parameters[index]), float(second.parameters[index]))
    assert found.changed == int((changes > 0).sum())
    assert found.labels == ("epoch 0", "epoch 5")


def test_every_place_of_the_vector_has_its_weight() -> None:
    config = side(toy_dataset("rings", n=60), 1, layers=2).config
    assert [position_of(place_at(index, config), config) for index in range(config.n_parameters)] == list(
        range(config.n_parameters)
    )


def test_only_the_settings_that_differ_are_told() -> None:
    dataset = toy_dataset("spiral", n=40)
    first, second = side(dataset, 1), side(dataset, 1, step=10)
    assert compare(first, second, None).settings == ()
    other = replace(second, training=replace(TRAINING, learning_rate=0.5, batch_size=7))
    assert {(one.name, one.after) for one in compare(first, other, None).settings} == {
        ("learning rate", "0.5"),
        ("batch size", "7"),
    }
    assert "2 settings differ" in compare(first, other, None).summary[0]
    relu = network_config(dataset, [LayerConfig(4, "relu")])
    shapes = compare(first, replace(second, config=relu), None).settings
    assert [(one.name, one.before, one.after) for one in shapes] == [("activation of layer 1", "tanh", "relu")]


def test_networks_of_two_shapes_are_compared_in_all_but_their_weights() -> None:
    dataset = toy_dataset("spiral", n=40)
    first, second = side(dataset, 1, layers=2), replace(side(dataset, 1), training=replace(TRAINING, batch_size=7))
    found = compare(first, second, shown_of(dataset))
    assert [(one.name, one.before, one.after) for one in found.settings] == [
        ("layers", "2-4-4-1", "2-4-1"),
        ("batch size", str(TRAINING.batch_size), "7"),
    ]
    assert (found.weights, found.changed) == ((), 0)
    assert (
        found.apart
        == "The networks have different shapes, 2-4-4-1 and 2-4-1: no weight of one is a weight of the other."
    )
    assert "networks of two shapes" in found.summary[0]
    assert found.figures == compare(second, first, None).figures
    assert found.map is not None
    assert found.map.span > 0
    assert compare(second, second, None).apart == ""


def test_figures_are_those_of_both_moments_and_wait_where_they_are_not_known() -> None:
    dataset = toy_dataset("spiral", n=40)
    first, second = side(dataset, 1), replace(side(dataset, 2, step=10), last=None)
    assert compare(first, second, None).figures[0] == ("Training loss", "1.5000", "\N{HORIZONTAL ELLIPSIS}")
    assert compare(first, side(dataset, 2, step=10), None).figures[2] == ("Training accuracy", "75.0 %", "75.0 %")


@pytest.mark.parametrize("name", ["spiral", "rings", "hills"])
def test_the_maps_difference_is_that_of_the_networks_answers(name: str) -> None:
    dataset = toy_dataset(name, n=60)
    first, second = side(dataset, 1), side(dataset, 2, step=10)
    plane, x, y, held = shown_of(dataset)
    answer = 1 if dataset.classes else 0
    found = map_difference(first, second, (plane, x, y, held), answer)
    row, column = 10, 50
    place = plane.input_at(x.centres(RESOLUTION)[column], y.centres(RESOLUTION)[row], held)
    outputs = [MLP(one.config, one.parameters).predict(place[None]) for one in (first, second)]
    turn = dataset.preprocessor.probabilities if dataset.classes else dataset.preprocessor.predictions
    before, after = (np.asarray(turn(one.astype(float))).reshape(1, -1)[0, answer] for one in outputs)
    assert found.before[row, column] == pytest.approx(before, abs=1e-5)
    assert found.after[row, column] == pytest.approx(after, abs=1e-5)
    assert found.span == np.abs(found.values).max()
    assert found.what == answers_of(dataset, first.config)[answer]


def test_what_cannot_be_compared_is_refused_in_words() -> None:
    spiral, rings = toy_dataset("spiral", n=40), toy_dataset("rings", n=60)
    with pytest.raises(UserError, match="other data"):
        compare(side(rings, 1), side(spiral, 1), None)
    broken = side(spiral, 2)
    parameters = broken.parameters.copy()
    parameters[0] = np.nan
    with pytest.raises(UserError):
        compare(side(spiral, 1), replace(broken, parameters=parameters), shown_of(spiral))


# In the application


@pytest.fixture
def comparing(watcher: Watcher) -> Comparing:
    found = Comparing(watcher.model.runs)
    watcher.toy()
    epochs(watcher, 5)
    return found


def epochs(watcher: Watcher, count: int) -> None:
    for _ in range(count):
        epoch = watcher.look().epoch
        watcher.model.runs.send(messages.StepEpoch())
        at(watcher, epoch + 1)


def at(watcher: Watcher, epoch: int) -> None:
    watcher.until(lambda: watcher.look().epoch == epoch and watcher.model.runs.state is RunState.PAUSED)


def test_a_moment_is_kept_while_the_rail_goes_elsewhere(watcher: Watcher, comparing: Comparing) -> None:
    assert comparing.keep()
    kept = watcher.look()
    Rail(watcher.model.runs).epoch_by(-2)
    at(watcher, 3)
    now = comparing.side(watcher.look())
    assert comparing.chosen is not None
    assert now is not None
    found = compare(comparing.chosen, now, None)
    assert found.labels == ("epoch 5", "epoch 3")
    np.testing.assert_array_equal(found.first.parameters, kept.parameters)
    assert comparing.step == kept.step


def test_the_end_of_a_run_that_was_left_can_still_be_compared_with(watcher: Watcher, comparing: Comparing) -> None:
    end = watcher.look()
    rail = Rail(watcher.model.runs)
    rail.epoch_by(-3)
    at(watcher, 2)
    comparing.keep()
    epochs(watcher, 1)
    assert [(one.run, one.epoch) for one in comparing.ends] == [(1, 5)]
    np.testing.assert_array_equal(comparing.ends[0].parameters, end.parameters)
    assert comparing.chosen is not None
    assert comparing.chosen.run == 2, "what was kept lies before the branch, so it is a moment of that too"
    assert comparing.step == comparing.chosen.step


def test_ends_are_held_under_the_rails_memory(watcher: Watcher, comparing: Comparing) -> None:
    watcher.model.runs.moments_cap = 100  # bytes
    watcher.model.runs.send(messages.Reset())
    watcher.until(lambda: watcher.look().step == 0)
    assert list(comparing.ends) == []
    assert watcher.model.runs.numbers.of(watcher.look().lineage) == 2


def test_other_data_forget_the_ends_and_the_kept_moment_is_refused(watcher: Watcher, comparing: Comparing) -> None:
    comparing.keep()
    watcher.toy("moons")
    assert list(comparing.ends) == []
    now = comparing.side(watcher.look())
    assert comparing.chosen is not None
    assert now is not None
    assert comparing.step is None
    with pytest.raises(UserError, match="other data"):
        compare(comparing.chosen, now, None)


def test_before_any_network_there_is_nothing_to_keep(watcher: Watcher) -> None:
    found = Comparing(watcher.model.runs)
    assert not found.keep()
    assert [one.text for one in watcher.notices] == ["There is no moment to compare with yet: train first."]
