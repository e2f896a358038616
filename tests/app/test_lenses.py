"""The lenses' texts: whatever is shown adds and multiplies to the next number shown; numbers are read off the texts."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nnviz.app.lens_build import LensRequest, NeuronLens, lens_view, mean_view
from nnviz.app.lens_chain import ChainView
from nnviz.app.lens_journey import JourneyView
from nnviz.app.lens_numbers import Ledger, multiply
from nnviz.app.lens_rows import activation_histogram
from nnviz.app.lenses import ALL_ROWS, BATCH, INPUTS, NO_ROW, NOT_FINITE, THIS_ROW, Place, gone, obstacle, position_of
from nnviz.app.slices import Slices
from nnviz.app.what_if import what_if
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, build_dataset, choices_from_guess
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import shipped_path
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.explain import BIAS, EXPLAINED_OPTIMIZERS
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import OptimizerProbe, Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from tests.app.lens_reading import Reader, half_unit, is_true, number

SETS = ("iris", "spiral", "plane", "rings", "moons")
HIDDEN = (LayerConfig(7), LayerConfig(5, "relu"), LayerConfig(4, "sigmoid"))
PLACES = (Place(0, 2, 1), Place(0, 3, BIAS), Place(1, 4, 6), Place(2, 1, 0), Place(3, 0, 2), Place(3, 0, BIAS))


def data(name: str) -> Dataset:
    if name != "iris":
        return toy_dataset(name, n=80)
    table = read_csv(shipped_path(name))
    return build_dataset(table, choices_from_guess(guess(table)))


def trained(dataset: Dataset, training: TrainingConfig, steps: int = 60) -> Trainer:
    trainer = new_trainer(dataset, network_config(dataset, HIDDEN), training)
    updates = trainer.steps()
    for _ in range(steps):
        next(updates)
    return trainer


def moment(trainer: Trainer, place: Place) -> Snapshot:
    history = History()
    history.append(trainer.evaluate())
    plain = take_snapshot(trainer, SnapshotRequest(), 1, RunState.PAUSED, history.view(), None)
    if place.layer == INPUTS:
        return plain
    request = SnapshotRequest(optimizer=OptimizerProbe(position_of(place, plain.config)))
    return take_snapshot(trainer, request, 1, RunState.PAUSED, history.view(), None)


def cases(name: str, seeds: Iterable[int]) -> Iterator[tuple[Dataset, Trainer, int]]:
    dataset = data(name)
    for seed in seeds:
        trainer = trained(dataset, TrainingConfig(optimizer="adam", learning_rate=0.02, seed=seed))
        yield dataset, trainer, (7 * seed + 3) % dataset.n_rows


@pytest.mark.parametrize("name", SETS)
def test_journey_adds_and_multiplies_from_the_file_to_the_loss(name: str) -> None:
    reader = Reader()
    for dataset, trainer, row in cases(name, range(10)):
        view = lens_view(LensRequest("journey", dataset, row, moment(trainer, PLACES[0]), Place(1, 2)))
        assert isinstance(view, JourneyView)
        reader.lines([line.text for line in (*view.inputs, *view.outcome.lines)])
        for step, after in zip(view.steps, (*view.steps[1:], None), strict=True):
            reader.sum(step.incoming)
            reader.line(step.activation.text)
            if after is not None:  # what the next neuron reads is written as it was shown here
                read = next(term for term in after.incoming.terms if term.source == step.place.unit)
                assert step.activation.text.endswith(f" {read.value}")
    assert not reader.false
    assert reader.about < 0.12 * reader.exact


@pytest.mark.parametrize("name", SETS)
def test_journey_of_a_what_if_adds_up_from_the_changed_value_and_tells_what_the_row_itself_gives(name: str) -> None:
    reader = Reader()
    for dataset, trainer, row in cases(name, range(10)):
        feature = dataset.feature_names[row % len(dataset.feature_names)]
        value = float(np.round(dataset.raw(feature).max() * 1.3 + 0.1, 2))
        changed = what_if(Slices(dataset), row, {feature: value})
        assert changed is not None
        snapshot = moment(trainer, PLACES[0])
        plain = LensRequest("journey", dataset, row, snapshot, Place(1, 2))
        view, before = lens_view(replace(plain, what_if=changed)), lens_view(plain)
        assert isinstance(view, JourneyView)
        assert isinstance(before, JourneyView)
        texts = [line.text for line in (*view.inputs, *view.outcome.lines)]
        reader.lines(texts)
        for step in view.steps:
            reader.sum(step.incoming)
            reader.line(step.activation.text)
        at = dataset.preprocessor.columns_of(feature).start
        line = next((text for text in texts if text.startswith(f"{feature}:")), None)
        if line is not None:
            shown = np.array([number(line.split()[-1])])
            assert shown == pytest.approx(changed.inputs[at], abs=half_unit(line.split()[-1]) * 1.001)
            assert number(line.split()[1]) == value
        output = trainer.mlp.predict(dataset.X[row : row + 1])
        said = next(text for text in texts if " as it is: " in text)
        assert said.startswith(f"row {int(dataset.table_rows[row]) + 1} as it is: ")
        if dataset.task == "regression":
            found = float(dataset.preprocessor.predictions(output)[0])
        else:
            found = float(dataset.preprocessor.probabilities(output)[0].max())
        assert is_true(found, said.split()[-1])
        assert not any(" as it is" in line.text for line in before.outcome.lines)
    assert not reader.false


def test_factors_show_the_digits_that_terms_of_a_nearly_cancelling_sum_need() -> None:
    ((dataset, trainer, row),) = cases("iris", (26,))
    reader = Reader()
    for place in (Place(0, 1), Place(1, 2), Place(2, 3)):
        view = lens_view(LensRequest("neuron", dataset, row, moment(trainer, PLACES[0]), place))
        assert isinstance(view, NeuronLens)
        reader.sum(view.forward.incoming)
        assert view.backward.outgoing is not None
        reader.sum(view.backward.outgoing)
    assert not reader.false


def test_results_get_no_digits_that_more_digits_of_their_operands_would_not_bear_out() -> None:
    for wrong, enough in ((0.0, True), (3e-8, False)):
        ledger = Ledger()
        factors = ledger.number(-1.15769494), ledger.number(-0.0288080494)
        product = ledger.number(ledger.value(factors[0]) * ledger.value(factors[1]) + 10 * wrong)
        ledger.level([product], 8)
        relation = ledger.relate(product, factors, multiply)
        ledger.settle()
        digits = [len(ledger.text(key).partition(".")[2]) for key in factors]
        off = abs(number(ledger.text(factors[0])) * number(ledger.text(factors[1])) - number(ledger.text(product)))
        assert (off <= 1e-7) == enough
        assert (ledger.sign(relation) == "≈") or enough
        assert (max(digits) > 7) == enough, "where no digits help, none are added"


@pytest.mark.parametrize("name", SETS)
def test_neuron_lens_adds_and_multiplies_forward_and_backward(name: str) -> None:
    reader = Reader()
    for dataset, trainer, row in cases(name, range(10)):
        for place in (Place(0, 1), Place(1, 2), Place(2, 3), Place(3, 0)):
            view = lens_view(LensRequest("neuron", dataset, row, moment(trainer, PLACES[0]), place))
            assert isinstance(view, NeuronLens)
            reader.sum(view.forward.incoming)
            lines = (view.forward.activation, *view.backward.loss, *view.backward.lines)
            reader.lines([line.text for line in lines])
            last = place.layer == len(trainer.mlp.config.layers) - 1
            assert any(line.text.startswith("loss") for line in view.backward.loss) == last
            if view.backward.outgoing is not None:
                reader.sum(view.backward.outgoing)
            weights = [abs(number(term.weight)) for term in view.forward.incoming.terms if term.weight]
            assert all(a >= b - 1e-3 * a for a, b in pairwise(weights))
    assert not reader.false
    assert reader.about < 0.05 * reader.exact


@pytest.mark.parametrize("name", SETS)
def test_chain_rule_multiplies_paths_add_up_and_the_finite_difference_agrees(name: str) -> None:
    reader = Reader()
    agreeing = several = 0
    for dataset, trainer, row in cases(name, range(10)):
        for place in PLACES:
            view = lens_view(LensRequest("chain", dataset, row, moment(trainer, place), place))
            assert isinstance(view, ChainView)
            several += view.n_paths > 1
            lines = [*view.lines, *(path.line for path in view.paths), *(line.formula for line in view.update)]
            reader.lines([line.text for line in lines])
            if view.paths_sum is not None:
                assert view.paths_rule is not None
                factors = len(view.paths_rule.text.split(" × "))
                assert all(len(path.line.text.split(" × ")) == factors for path in view.paths if path.places)
                reader.line(view.paths_sum.text)
                assert len(view.paths) <= 8
            if view.factors:
                product = math.prod(number(factor.value) for factor in view.factors)
                whole = view.lines[0].text
                reader.relation(product, "≈" if "≈" in whole else "=", whole.split()[-1], whole)
            agreeing += view.check.backprop == view.check.measured
            assert view.check.verdict == "agrees" or view.check.verdict == "close"
    assert not reader.false
    assert reader.about < 0.06 * reader.exact
    assert several >= 20
    assert agreeing >= 57  # of 60; the others are gradients of 1e-8 beside a loss of 1, lost in rounding


@pytest.mark.parametrize("optimizer", EXPLAINED_OPTIMIZERS)
def test_update_shown_for_the_batch_is_the_update_that_training_makes(optimizer: str) -> None:
    training = TrainingConfig(
        optimizer=optimizer,
        learning_rate=0.02,
        momentum=0.9 if optimizer in ("sgd", "nesterov", "rmsprop") else 0.0,
        batch_size=16,
        regularization=Regularization(l2=0.01, l1=0.002),
    )
    dataset, place = data("spiral"), PLACES[0]
    trainer = trained(dataset, training, 12)
    view = mean_view(LensRequest("chain", dataset, 3, moment(trainer, place), place, scope=BATCH))
    assert isinstance(view, ChainView)
    if optimizer == "lbfgs":
        assert "L-BFGS" in view.update_note
        return
    reader = Reader()
    reader.lines([line.formula.text for line in view.update])
    assert not reader.false
    next(trainer.steps())
    after = float(trainer.mlp.weights[0][1, 2])
    shown = view.step.rpartition(" ")[2]
    assert number(shown) == pytest.approx(after, abs=half_unit(shown) + 2e-6)
    assert view.step.startswith("w: ")


@pytest.mark.parametrize("clip", [{"clip_value": 1e-4}, {"clip_norm": 1e-3}])
def test_clipped_gradient_is_told_and_moves_the_weight_as_training_does(clip: dict[str, float]) -> None:
    training = TrainingConfig(optimizer="gradient_descent", batch_size=16, regularization=Regularization(**clip))
    dataset, place = data("spiral"), PLACES[0]
    trainer = trained(dataset, training, 5)
    view = mean_view(LensRequest("chain", dataset, 3, moment(trainer, place), place, scope=BATCH))
    assert isinstance(view, ChainView)
    assert any(line.name.startswith("clipped") for line in view.update)
    next(trainer.steps())
    shown = view.step.rpartition(" ")[2]
    assert number(shown) == pytest.approx(float(trainer.mlp.weights[0][1, 2]), abs=half_unit(shown) + 2e-7)


def test_a_gradient_that_is_penalised_or_clipped_is_given_once_and_as_it_comes_about() -> None:
    parts = Regularization(l2=0.01, clip_value=1e-4)
    dataset, place = data("spiral"), PLACES[0]
    trainer = trained(dataset, TrainingConfig(optimizer="gradient_descent", batch_size=16, regularization=parts), 5)
    view = mean_view(LensRequest("chain", dataset, 3, moment(trainer, place), place, scope=BATCH))
    assert isinstance(view, ChainView)
    made, clipped = (line.formula.text for line in view.update if line.formula.text.startswith("g "))
    assert clipped.startswith(f"g = {made.rpartition(' ')[2]} → ")
    assert abs(number(clipped.rpartition(" ")[2])) == 1e-4


def test_a_gradient_of_nothing_is_written_as_0() -> None:
    dataset, place = toy_dataset("hills", n=80), PLACES[0]
    trainer = new_trainer(
        dataset, network_config(dataset, (LayerConfig(4, "relu"), LayerConfig(3, "relu"))), TrainingConfig()
    )
    trainer.mlp.parameters[:] = 0.0
    view = lens_view(LensRequest("chain", dataset, 3, moment(trainer, place), place))
    assert isinstance(view, ChainView)
    assert (view.check.backprop, view.check.measured) == ("0", "0")


def test_numbers_of_a_run_that_all_but_diverged_are_written_in_powers_of_ten() -> None:
    dataset, place = toy_dataset("hills", n=80), PLACES[0]
    config = network_config(dataset, (LayerConfig(4, "relu"), LayerConfig(3, "relu")))
    trainer = new_trainer(dataset, config, TrainingConfig(regularization=Regularization(l2=0.01)))
    trainer.mlp.parameters[:] = 2e9
    for scope in (THIS_ROW, ALL_ROWS):
        request = LensRequest("chain", dataset, 3, moment(trainer, place), place, scope=scope)
        view = lens_view(request) if scope == THIS_ROW else mean_view(request)
        assert isinstance(view, ChainView)
        lines = [line.text for line in view.lines] + [line.formula.text for line in view.update]
        shown = [view.weight, view.step, view.check.backprop, view.check.measured, *lines]
        assert not [text for text in shown if re.search(r"\d{17}", text)]


def test_mean_over_all_rows_is_what_the_rows_pull_together_by_their_number() -> None:
    dataset, place = data("spiral"), PLACES[0]
    trainer = trained(dataset, TrainingConfig())
    view = mean_view(LensRequest("chain", dataset, 3, moment(trainer, place), place, scope=ALL_ROWS))
    assert isinstance(view, ChainView)
    reader = Reader()
    reader.lines([line.text for line in view.lines])
    assert reader.exact + reader.about == 1
    assert not reader.false
    assert view.rows == f"{len(dataset.train_rows):,} rows"
    assert view.check.backprop == view.check.measured


def test_histogram_counts_every_row_once_by_class_in_the_range_of_the_activation() -> None:
    dataset = data("iris")
    trainer = trained(dataset, TrainingConfig())
    found = activation_histogram(moment(trainer, PLACES[0]), dataset, Place(0, 2), lambda: False)
    assert found.counts.sum() == dataset.n_rows
    assert dataset.target_codes is not None
    assert found.counts.sum(axis=1).tolist() == np.bincount(dataset.target_codes).tolist()
    assert (found.low, found.high) == (-1.0, 1.0)


def test_probe_tells_the_moments_and_the_batch_of_the_next_update() -> None:
    dataset, place = data("spiral"), PLACES[2]
    trainer = trained(dataset, TrainingConfig(optimizer="adam", batch_size=16), 3)
    snapshot = moment(trainer, place)
    memory, state = snapshot.optimizer, trainer.state()
    assert memory is not None
    assert float(snapshot.parameters[memory.parameter]) == float(trainer.mlp.weights[1][6, 4])
    assert memory.moments == tuple(state.moments[:, memory.parameter].tolist())
    assert memory.updates == 3
    assert memory.batch.tolist() == state.order[state.position : state.position + 16].tolist()
    assert (
        take_snapshot(
            trainer, SnapshotRequest(optimizer=OptimizerProbe(10**6)), 1, RunState.PAUSED, snapshot.history, None
        ).optimizer
        is None
    )


def test_what_stands_in_the_way_is_told_in_words() -> None:
    dataset = data("spiral")
    snapshot = moment(trained(dataset, TrainingConfig()), PLACES[0])
    assert "no network" in obstacle(None, None, None)
    assert obstacle(dataset, snapshot, None) == NO_ROW
    assert obstacle(dataset, snapshot, 10**6) == NO_ROW
    assert obstacle(dataset, replace(snapshot, parameters=np.full_like(snapshot.parameters, np.inf)), 1) == NOT_FINITE
    assert obstacle(dataset, snapshot, 1) == ""
    assert gone(Place(1, 4)).startswith("The neuron 5 of layer 2 is no longer in the network")
    words = lens_view(LensRequest("neuron", dataset, 1, snapshot, Place(INPUTS, 0)))
    assert isinstance(words, str)
    assert "no weights of its own" in words


def test_reader_finds_a_sum_that_does_not_add_up() -> None:
    reader = Reader()
    reader.line("z = 1.234 × 2.000 = 2.469")
    reader.line("z = 1.234 × 2.000 = 2.468")
    assert (reader.exact, len(reader.false)) == (1, 1)
    assert not is_true(0.1235, "0.1234")
    assert is_true(0.12345, "0.1234")


@pytest.mark.parametrize("scope", [None, ALL_ROWS])
def test_weight_that_is_held_has_no_next_update_and_says_why(scope: str | None) -> None:
    dataset = data("spiral")
    trainer = trained(dataset, TrainingConfig(optimizer="adam", learning_rate=0.02))
    place = Place(1, 2, 3)
    position = position_of(place, trainer.mlp.config)
    value = float(trainer.mlp.parameters[position])
    size = trainer.mlp.parameters.size
    chosen, none = np.arange(size) == position, np.zeros(size, np.bool_)
    for frozen, silenced, words in (
        (chosen, none, "Frozen: the next update leaves it as it is."),
        (none, chosen, f"{value:.4f}".replace("-", "−") + " is kept for when it sounds again."),
    ):
        trainer.surgery.set_mask(frozen, silenced)
        request = LensRequest("chain", dataset, 5, moment(trainer, place), place, scope=scope or THIS_ROW)
        view = mean_view(request) if scope else lens_view(request)
        assert isinstance(view, ChainView)
        assert view.update_note.endswith(words)
        assert view.update == ()
        assert view.step == ""
        assert view.amount == (0 if silenced.any() else value)
