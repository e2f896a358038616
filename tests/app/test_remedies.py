"""What findings of real runs offer: exactly the settings that are named differ, from the moment that is named."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnviz.app.experiment import Case, Experiment
from nnviz.app.finding_items import FindingItem
from nnviz.app.finding_places import sound_words
from nnviz.app.rail import step_of_epoch
from nnviz.app.remedies import REMEDIES, experiment_for
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.features import Encoding
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.diagnostics import FINDINGS, Finding
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import TrainingConfig
from nnviz.run.markers import changes
from nnviz.run.state import RunState
from tests.app.trained_cases import case_of

SPIRAL = toy_dataset("spiral", n=120)
HILLS = toy_dataset("hills", n=120)
TANH_START = "Glorot uniform, drawn biases"
SGD = TrainingConfig("sgd", 0.1, 0.0, 20)


def noise(n: int = 40, ones: int = 20) -> Dataset:
    """Return classes that have nothing to do with the inputs: they can be learned by heart only."""
    rng = np.random.default_rng(3)
    columns = [Column(f"c{index}", "float", rng.normal(size=n)) for index in range(6)]
    words = np.array(["no", "yes"], dtype=object)[(np.arange(n) < ones).astype(int)[rng.permutation(n)]]
    table = Table("noise.csv", None, (*columns, Column("answer", "string", words)), n, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    return build_dataset(table, ImportChoices("answer", "binary", roles, validation_fraction=0.4))  # type: ignore[arg-type]


def found(items: list[FindingItem], kind: str) -> FindingItem:
    kinds = [one.finding.kind for one in items]
    assert kind in kinds, kinds
    return items[kinds.index(kind)]


def experiment(item: FindingItem) -> Experiment:
    assert isinstance(item.trial, Experiment), item.trial
    return item.trial


def dead_relu() -> tuple[Case, list[FindingItem]]:
    return case_of(SPIRAL, [LayerConfig(8, "relu"), LayerConfig(8, "relu")], replace(SGD, learning_rate=30.0), 12)


def too_high_a_rate() -> tuple[Case, list[FindingItem]]:
    return case_of(SPIRAL, [LayerConfig(8, "tanh")], replace(SGD, learning_rate=20.0, momentum=0.9), 30)


def too_low_a_rate() -> tuple[Case, list[FindingItem]]:
    return case_of(SPIRAL, [LayerConfig(8, "tanh")], replace(SGD, learning_rate=1e-6), 30)


def by_heart() -> tuple[Case, list[FindingItem]]:
    hidden = [LayerConfig(32, "tanh"), LayerConfig(32, "tanh")]
    return case_of(noise(), hidden, TrainingConfig("adam", 0.01, 0.0, 8), 120)


def deep_sigmoid() -> tuple[Case, list[FindingItem]]:
    return case_of(SPIRAL, [LayerConfig(6, "sigmoid") for _ in range(6)], replace(SGD, learning_rate=1e-3), 15)


def alike_from_the_start() -> tuple[Case, list[FindingItem]]:
    return case_of(SPIRAL, [LayerConfig(6, "relu", "constant", 0.3)], SGD, 0)  # other weights pass them on


def overflowing() -> tuple[Case, list[FindingItem]]:
    return case_of(HILLS, [LayerConfig(8, "relu"), LayerConfig(8, "relu")], replace(SGD, learning_rate=1e4), 30)


def one_class() -> tuple[Case, list[FindingItem]]:
    return case_of(noise(100, 12), [LayerConfig(4, "tanh")], SGD, 20)


CASES: dict[str, tuple[Callable[[], tuple[Case, list[FindingItem]]], str, str, str]] = {
    "dead": (
        dead_relu,
        "dead_units",
        "activation of hidden layer 1: ReLU → leaky ReLU; activation of hidden layer 2: ReLU → leaky ReLU",
        "neurons 1, 2, 3, 4, 5 and 3 more of hidden layer",
    ),
    "jumping": (too_high_a_rate, "oscillation", "learning rate: 20 → 6.7", "epoch"),
    "saturated": (
        too_high_a_rate,
        "saturated_units",
        f"activation of hidden layer 1: tanh → ReLU; initialisation of hidden layer 1: {TANH_START} → He uniform",
        "neuron",
    ),
    "small steps": (too_low_a_rate, "small_updates", "learning rate: 1e−6 → 3e−6", "the weights into"),
    "creeping": (too_low_a_rate, "underfitting", "learning rate: 1e−6 → 1e−5", "epoch"),
    "by heart": (by_heart, "overfitting", "L2 penalty: 0 → 0.01", "epoch"),
    "copies": (
        alike_from_the_start,
        "identical_units",
        "initialisation of hidden layer 1: Constant 0.3 → He uniform",
        "neurons",
    ),
    "overflow": (overflowing, "overflow", "learning rate: 1e4 → 1000", ""),
    "one class": (one_class, "one_class", "class weights: none → balanced", "the rows that are answered wrongly"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_experiment_differs_from_the_run_in_what_it_names_and_in_nothing_else(name: str) -> None:
    make, kind, words, place = CASES[name]
    case, items = make()
    item = found(items, kind)
    wanted = experiment(item)
    assert wanted.words == words
    assert wanted.words in wanted.sentence
    assert wanted.since in wanted.sentence
    assert item.place.words.startswith(place)
    if wanted.training is not None:
        assert wanted.edit is None
        assert changes(case.training, wanted.training) == wanted.changes
        undone = wanted.training
        for field in ("learning_rate", "regularization", "class_weight"):
            undone = replace(undone, **{field: getattr(case.training, field)})
        assert undone == case.training
    else:
        assert wanted.edit is not None
        assert wanted.edit.fresh
        assert wanted.edit.seed is None
        for old, new in zip(case.config.layers, wanted.edit.config.layers, strict=True):
            assert new == old or f"of hidden layer {case.config.layers.index(old) + 1}" in wanted.words


@pytest.mark.parametrize("name", CASES)
def test_a_finding_tells_its_date_and_its_numbers(name: str) -> None:
    make, kind, _, _ = CASES[name]
    case, items = make()
    item = found(items, kind)
    assert FINDINGS[kind].label in item.title
    assert "epoch" in item.title
    diverged = case.snapshot.divergence
    assert item.title.endswith(str(case.snapshot.epoch if diverged is None else diverged.epoch))
    assert len(item.evidence.split(" · ")) == len(item.finding.evidence) > 0


def test_overfitting_branches_at_the_best_epoch() -> None:
    case, items = by_heart()
    wanted = experiment(found(items, "overfitting"))
    best = case.snapshot.history.best_epoch
    assert (wanted.epoch, wanted.step) == (best, step_of_epoch(case.snapshot.history, best))
    assert 0 < wanted.step < case.snapshot.step
    assert f"from epoch {best} on" in wanted.sentence


def test_without_moments_the_branch_begins_at_the_present_one_and_says_so() -> None:
    dataset = noise()
    hidden = [LayerConfig(32, "tanh"), LayerConfig(32, "tanh")]
    case, items = case_of(dataset, hidden, TrainingConfig("adam", 0.01, 0.0, 8), 120, kept=0)
    wanted = experiment(found(items, "overfitting"))
    assert (wanted.step, wanted.now) == (case.snapshot.step, True)
    assert "The time rail keeps no earlier moment" in wanted.sentence


def test_a_diverged_run_branches_at_a_moment_whose_loss_is_finite() -> None:
    case, items = overflowing()
    assert case.snapshot.state is RunState.DIVERGED
    item = items[0]
    wanted = experiment(item)
    assert item.finding.sentence == case.snapshot.divergence.reason if case.snapshot.divergence else False
    history = case.snapshot.history
    at = int(np.flatnonzero(history.epoch == wanted.epoch)[0])
    assert np.isfinite(history.train_loss[at])
    assert wanted.training is not None
    assert wanted.training.learning_rate < case.training.learning_rate


def test_every_kind_of_finding_offers_an_experiment_or_words() -> None:
    assert set(REMEDIES) == set(FINDINGS)
    case, _ = case_of(SPIRAL, [LayerConfig(8, "tanh")], SGD, 12)
    evidence = {"best_epoch": 3.0, "window_epochs": 5.0, "spare_neurons": 1.0, "last_epoch": 12.0}
    for kind in FINDINGS:
        layer = None if kind in ("rising_loss", "underfitting", "overfitting", "oscillation", "plateau") else 0
        finding = Finding(kind, "warning", layer, (0,), "Seen.", evidence, "Try something.")
        trial = experiment_for(finding, case)
        assert (trial.words if isinstance(trial, Experiment) else trial).strip()
        if isinstance(trial, Experiment):
            assert len(trial.changes) >= 1
            assert all(one.before != one.after for one in trial.changes)


def test_a_strong_penalty_is_followed_by_dropout_and_then_by_words() -> None:
    case, _ = case_of(SPIRAL, [LayerConfig(8, "tanh")], replace(SGD, regularization=Regularization(l2=0.2)), 12)
    finding = Finding("overfitting", "warning", None, (), "Seen.", {"best_epoch": 3.0}, "Try something.")
    trial = experiment_for(finding, case)
    assert isinstance(trial, Experiment)
    assert trial.words == "dropout: 0 → 0.2"
    parts = Regularization(l2=0.2, dropout=0.5)
    strong = Case(replace(case.snapshot, training=replace(case.training, regularization=parts)), SPIRAL)
    assert "fewer neurons or more rows" in str(experiment_for(finding, strong))


def test_what_settings_cannot_answer_says_what_to_do() -> None:
    case, _ = case_of(SPIRAL, [], SGD, 12)
    finding = Finding("underfitting", "serious", None, (), "Seen.", {"last_epoch": 12.0}, "Try something.")
    assert "add one (Ctrl L)" in str(experiment_for(finding, case))
    lbfgs, _ = case_of(SPIRAL, [LayerConfig(4)], TrainingConfig("lbfgs"), 3)
    large = Finding("large_updates", "serious", 0, (), "Seen.", {}, "Try something.")
    assert "try another optimiser" in str(experiment_for(large, lbfgs))


def test_columns_scaled_otherwise_are_standardised_and_only_those() -> None:
    rng = np.random.default_rng(0)
    wide = rng.normal(size=80)
    wide[:20] *= 1e4
    columns = (Column("wide", "float", wide), Column("plain", "float", rng.normal(size=80)))
    words = np.array(["no", "yes"], dtype=object)[np.arange(80) % 2]
    table = Table("wide.csv", None, (*columns, Column("answer", "string", words)), 80, NO_DIALECT)
    choices = ImportChoices(
        "answer", "binary", {"wide": "feature", "plain": "feature"}, encodings={"wide": Encoding("robust")}
    )
    _, items = case_of(build_dataset(table, choices), [LayerConfig(4)], replace(SGD, learning_rate=1e-4), 3)
    item = found(items, "unscaled_inputs")
    wanted = experiment(item)
    assert item.place.names == ("wide",)
    assert wanted.words == "scaling of wide: robust → standardise"
    assert wanted.encodings == {"wide": Encoding("standardise")}


def test_a_sound_network_is_told_what_was_looked_at() -> None:
    gauss = toy_dataset("gauss", n=200)
    case, items = case_of(gauss, [LayerConfig(4, "tanh")], TrainingConfig("adam", 0.01, 0.0, 20), 5)
    assert not [one for one in items if one.finding.severity != "note"]
    rows = (len(gauss.X_train), len(gauss.X_train))
    assert "gradients and last update look sound" in sound_words(case, rows, update=True)
    words = sound_words(case, rows, update=False)
    assert "activations and gradients look sound" in words
    assert "No update was seen" in words
    assert words.startswith(f"Nothing speaks against it: {len(gauss.X_train)} training rows")
    assert f"{len(FINDINGS)} kinds of trouble" in words
    assert "5 epochs are too few to judge" in words
