"""Weights set, frozen and silenced by hand through the application model, and taken back."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.hand_edits import NO_WEIGHTS, NOTHING_TO_REDO, NOTHING_TO_UNDO, HandEdits
from nnviz.app.lenses import INPUTS, Place, position_of
from nnviz.app.marks import NO_MARKS, Marks
from nnviz.app.network_edits import add_layer, new_start, set_units
from nnviz.app.runs import Runs
from nnviz.engine.explain import BIAS
from nnviz.export.formats import load
from nnviz.run import messages
from nnviz.run.looks import GO
from nnviz.run.markers import HAND_EDIT
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from tests.app.watcher import Watcher

EDGE, NEURON, OUTPUT_BIAS = Place(1, 3, 2), Place(0, 4), Place(2, 0, BIAS)
ABSENT = (Place(0, 8), Place(3, 0), Place(1, 2, 99), Place(INPUTS, 2))


@pytest.fixture
def trained(watcher: Watcher) -> Watcher:
    """A network in the middle of its first epochs, standing."""
    watcher.toy()
    watcher.model.runs.send(messages.StepEpoch())
    watcher.until(lambda: watcher.model.runs.state is RunState.PAUSED)
    watcher.look()
    return watcher


def hand(watcher: Watcher) -> HandEdits:
    return watcher.model.runs.hand


def parameter(watcher: Watcher, place: Place) -> float:
    snapshot = watcher.look()
    return float(snapshot.parameters[position_of(place, snapshot.config)])


def said(watcher: Watcher) -> str:
    return watcher.notices[-1].text


def test_weight_and_bias_take_the_value_given(trained: Watcher) -> None:
    for place, value in ((EDGE, 1.25), (OUTPUT_BIAS, -2.5), (NEURON, 0.75)):
        assert hand(trained).set_parameter(place, value)
        assert parameter(trained, place) == value
        assert hand(trained).value_of(place) == value
    assert trained.model.runs.state is RunState.PAUSED


def test_weight_is_set_while_training_and_training_goes_on_from_there(watcher: Watcher) -> None:
    watcher.toy()
    runs = watcher.model.runs
    runs.send(messages.Run())
    watcher.until(lambda: runs.state is RunState.RUNNING)
    runs.hand.mark("frozen", EDGE, on=True)
    assert runs.hand.set_parameter(EDGE, 1.5)
    watcher.until(lambda: runs.hand.can_undo)
    step = watcher.look().step
    watcher.until(lambda: watcher.snapshots[-1].step > step)
    assert parameter(watcher, EDGE) == 1.5
    assert runs.asked_to_run
    assert [marker.kind for marker in watcher.look().history.markers] == [HAND_EDIT, HAND_EDIT]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2e6, -1e7])
def test_value_that_is_no_weight_is_refused_in_words(value: float, trained: Watcher) -> None:
    before = parameter(trained, EDGE)
    assert not hand(trained).set_parameter(EDGE, value)
    assert said(trained) == "A weight or bias is a number from −1,000,000 to 1,000,000."
    assert parameter(trained, EDGE) == before
    assert not hand(trained).can_undo


@pytest.mark.parametrize("place", ABSENT)
def test_place_that_is_not_there_is_refused_in_words(place: Place, trained: Watcher) -> None:
    for act in (lambda: hand(trained).set_parameter(place, 1.0), lambda: hand(trained).toggle("silenced", place)):
        act()
        assert "no longer in the network" in said(trained)
    assert hand(trained).value_of(place) is None
    assert hand(trained).marks == NO_MARKS


def test_input_can_be_silenced_but_has_nothing_to_set_or_freeze(trained: Watcher) -> None:
    place = Place(INPUTS, 1)
    hand(trained).set_parameter(place, 1.0)
    assert said(trained) == NO_WEIGHTS
    hand(trained).toggle("frozen", place)
    assert said(trained) == NO_WEIGHTS
    hand(trained).toggle("silenced", place)
    assert hand(trained).marks.silenced == {place}
    assert not trained.look().weights[0][1].any()


def test_without_a_network_nothing_can_be_set(watcher: Watcher) -> None:
    assert not hand(watcher).set_parameter(EDGE, 1.0)
    hand(watcher).toggle("frozen", EDGE)
    hand(watcher).clear_marks()
    assert hand(watcher).marks == NO_MARKS


def test_diverged_run_refuses_in_words(watcher: Watcher) -> None:
    watcher.toy("hills")
    runs = watcher.model.runs
    runs.configure(optimizer="sgd", learning_rate=1e30)
    runs.send(messages.Run())
    watcher.until(lambda: runs.state is RunState.DIVERGED)
    assert not runs.hand.set_parameter(EDGE, 1.0)
    assert said(watcher) == "Training diverged: go back or reset first."


# Undo and redo


def test_every_edit_is_taken_back_and_done_again_in_order(trained: Watcher) -> None:
    edits = hand(trained)
    before = trained.look()
    edits.set_parameter(EDGE, 1.25)
    trained.until(lambda: edits.can_undo)
    edits.toggle("silenced", NEURON)
    edits.toggle("frozen", EDGE)
    edits.set_parameter(OUTPUT_BIAS, 3.0)
    trained.look()
    after = trained.look()
    for _ in range(4):
        edits.undo()
    undone = trained.look()
    np.testing.assert_array_equal(undone.parameters, before.parameters)
    assert undone.mask is None
    assert edits.marks == NO_MARKS
    assert not edits.can_undo
    for _ in range(4):
        edits.redo()
    again = trained.look()
    np.testing.assert_array_equal(again.parameters, after.parameters)
    assert edits.marks == Marks(frozenset({EDGE}), frozenset({NEURON}))
    assert not edits.can_redo


def test_dragged_value_is_one_edit(trained: Watcher) -> None:
    edits = hand(trained)
    before = parameter(trained, EDGE)
    gesture = edits.new_gesture()
    for value in (0.1, 0.2, 0.3):
        edits.set_parameter(EDGE, value, gesture)
        trained.look()
    edits.undo()
    assert parameter(trained, EDGE) == before
    assert not edits.can_undo
    edits.redo()
    assert parameter(trained, EDGE) == np.float32(0.3)


def test_edits_sent_in_one_frame_are_all_kept(trained: Watcher) -> None:
    edits = hand(trained)
    before = trained.look().parameters
    for place in (EDGE, OUTPUT_BIAS, NEURON):
        edits.set_parameter(place, 0.5)
    trained.look()
    for _ in range(3):
        edits.undo()
    np.testing.assert_array_equal(trained.look().parameters, before)


def test_nothing_to_take_back_is_said_in_words(trained: Watcher) -> None:
    hand(trained).undo()
    assert said(trained) == NOTHING_TO_UNDO
    hand(trained).redo()
    assert said(trained) == NOTHING_TO_REDO


def test_new_edit_ends_what_could_be_done_again(trained: Watcher) -> None:
    edits = hand(trained)
    edits.toggle("frozen", EDGE)
    edits.undo()
    edits.toggle("silenced", EDGE)
    assert not edits.can_redo


@pytest.mark.parametrize("command", [messages.Reset(), messages.RestoreBest()])
def test_values_cannot_be_taken_back_once_all_weights_are_others_but_marks_can(
    command: messages.Command, trained: Watcher
) -> None:
    edits = hand(trained)
    edits.set_parameter(EDGE, 1.25)
    trained.look()
    edits.toggle("silenced", NEURON)
    trained.model.runs.send(command)
    trained.look()
    assert edits.marks.silenced == {NEURON}
    mask = trained.look().mask
    assert mask is not None
    assert mask.n_silenced == 8
    edits.undo()
    assert trained.look().mask is None
    assert not edits.can_undo


# Marks


def test_frozen_neuron_stays_while_the_others_learn(trained: Watcher) -> None:
    before = trained.look()
    hand(trained).toggle("frozen", Place(1, 5))
    assert said(trained) == "h2.6 is frozen: training leaves its weights and bias as they are."
    trained.model.runs.send(messages.StepEpoch())
    after: Snapshot = trained.look()
    trained.until(lambda: trained.snapshots[-1].step > before.step)
    after = trained.snapshots[-1]
    np.testing.assert_array_equal(after.weights[1][:, 5], before.weights[1][:, 5])
    assert (after.weights[1][:, 4] != before.weights[1][:, 4]).all()
    hand(trained).toggle("frozen", Place(1, 5))
    assert said(trained) == "h2.6 learns again."
    assert trained.look().mask is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (NEURON, "h1.5 is silenced: it passes nothing on, and its numbers are kept."),
        (EDGE, "h1.3 → h2.4 is silenced: the weight counts as 0, and its number is kept."),
        (Place(1, 0, BIAS), "bias of h2.1 is silenced: the bias counts as 0, and its number is kept."),
    ],
)
def test_silenced_place_says_what_it_means_and_gets_its_numbers_back(
    place: Place, words: str, trained: Watcher
) -> None:
    before = trained.look().parameters
    value = hand(trained).value_of(place)
    hand(trained).toggle("silenced", place)
    assert said(trained) == words
    assert trained.look().mask is not None
    assert hand(trained).value_of(place) == value  # what it comes back with
    hand(trained).toggle("silenced", place)
    np.testing.assert_array_equal(trained.look().parameters, before)


def test_all_marks_are_cleared_at_once_and_come_back_with_undo(trained: Watcher) -> None:
    edits = hand(trained)
    edits.toggle("frozen", EDGE)
    edits.toggle("silenced", NEURON)
    marks = edits.marks
    edits.clear_marks()
    assert said(trained).startswith("Cleared: 1 frozen, 1 silenced.")
    assert trained.look().mask is None
    edits.undo()
    assert edits.marks == marks
    assert trained.look().mask is not None


def test_marks_go_with_the_network_through_changes_of_its_shape(trained: Watcher) -> None:
    edits = hand(trained)
    edits.toggle("silenced", NEURON)
    edits.toggle("frozen", EDGE)
    kept = hand(trained).value_of(Place(1, 0, 4))
    trained.edit(lambda config: set_units(config, 1, 9))
    assert edits.marks == Marks(frozenset({EDGE}), frozenset({NEURON}))
    snapshot = trained.look()
    assert not snapshot.weights[1][4].any()
    assert hand(trained).value_of(EDGE) == float(snapshot.weights[1][2, 3])
    edits.toggle("silenced", NEURON)
    assert trained.look().weights[1][4, 0] == kept
    trained.edit(lambda config: add_layer(config, 1))
    assert edits.marks == NO_MARKS
    assert said(trained).endswith("1 mark went with the weights.")
    assert not edits.can_undo


def test_marks_stay_when_the_network_begins_anew_with_another_seed(trained: Watcher) -> None:
    hand(trained).toggle("silenced", NEURON)
    trained.edit(lambda config: new_start(config, 5))
    assert hand(trained).marks.silenced == {NEURON}
    assert not trained.look().weights[1][4].any()


def test_other_data_begins_without_marks(trained: Watcher) -> None:
    hand(trained).toggle("silenced", NEURON)
    trained.toy("moons")
    assert hand(trained).marks == NO_MARKS
    assert trained.look().mask is None


def test_marks_and_edits_do_not_start_or_stop_a_run(trained: Watcher) -> None:
    hand(trained).set_parameter(EDGE, 1.0)
    hand(trained).toggle("frozen", EDGE)
    trained.look()
    assert trained.model.runs.state is RunState.PAUSED
    assert not trained.model.runs.asked_to_run


def test_exported_network_is_what_computes_and_says_what_was_held(trained: Watcher, tmp_path: Path) -> None:
    hand(trained).toggle("silenced", NEURON)
    hand(trained).toggle("frozen", EDGE)
    path = tmp_path / "network.npz"
    trained.model.export(path)
    trained.until(lambda: bool(trained.exports))
    bundle = load(path)
    assert not bundle.mlp().weights[1][4].any()
    np.testing.assert_array_equal(bundle.parameters, trained.look().parameters)
    assert bundle.provenance["parameters_silenced_to_0"] == 8
    assert bundle.provenance["parameters_frozen"] == 4  # the edge, and what the silent neuron reads
    copy = trained.model.save_for_crash()
    assert copy is not None
    assert load(copy).provenance["parameters_silenced_to_0"] == 8


def test_export_without_marks_says_nothing_of_them(trained: Watcher, tmp_path: Path) -> None:
    trained.model.export(tmp_path / "network.json")
    trained.until(lambda: bool(trained.exports))
    assert not [key for key in load(tmp_path / "network.json").provenance if key.startswith("parameters")]


# What is asked of the run


def asked(watcher: Watcher, set_up: Callable[[Runs], None]) -> Snapshot:
    set_up(watcher.model.runs)
    return watcher.look()


def test_gradient_and_earlier_weights_come_only_when_wanted(trained: Watcher) -> None:
    plain = trained.look()
    assert plain.gradient is None
    assert plain.reference is None

    def want(runs: Runs) -> None:
        runs.wants_gradient, runs.reference = True, GO

    rich = asked(trained, want)
    assert rich.gradient is not None
    assert rich.reference is not None
    assert rich.reference.step == 0
