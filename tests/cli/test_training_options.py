"""The options of the verbs that train: every one reaches the trainer, and the help says the true defaults."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.cli.training_options import TrainOptions, network_settings
from nnviz.export import load
from nnviz.run.recipe import DEFAULT_HIDDEN, DEFAULT_TRAINING, new_trainer

Call = Callable[..., Any]


def test_defaults_are_those_of_the_window() -> None:
    training, hidden = network_settings(TrainOptions(Path("x.csv")))
    assert training == DEFAULT_TRAINING
    assert tuple(hidden) == DEFAULT_HIDDEN


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("optimizer", DEFAULT_TRAINING.optimizer),
        ("learning-rate", DEFAULT_TRAINING.learning_rate),
        ("batch-size", DEFAULT_TRAINING.batch_size),
        ("l2", DEFAULT_TRAINING.regularization.l2),
        ("schedule", DEFAULT_TRAINING.schedule.name),
        ("epochs", TrainOptions(Path("x.csv")).epochs),
        ("activation", DEFAULT_HIDDEN[0].activation),
    ],
)
def test_help_says_the_default(nnviz: Call, option: str, value: object) -> None:
    text = " ".join(nnviz("train", "--help").out.split())
    described = text[text.rindex(f" --{option} ") :].split(" --", 2)[1]
    assert re.search(rf"default: {re.escape(str(value))}\)?( |$)", described), described


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        (["--schedule", "step", "--period", "7", "--factor", "0.25"], "schedule.period", 7),
        (["--schedule", "step", "--period", "7", "--factor", "0.25"], "schedule.factor", 0.25),
        (["--schedule", "cosine", "--warmup", "3"], "schedule.warmup", 3),
        (["--l1", "0.02"], "regularization.l1", 0.02),
        (["--l2", "0"], "regularization.l2", 0),
        (["--weight-decay", "0.1"], "regularization.weight_decay", 0.1),
        (["--dropout", "0.2"], "regularization.dropout", 0.2),
        (["--input-noise", "0.3"], "regularization.input_noise", 0.3),
        (["--clip-value", "2"], "regularization.clip_value", 2),
        (["--clip-norm", "3"], "regularization.clip_norm", 3),
        (["--label-smoothing", "0.1"], "regularization.label_smoothing", 0.1),
        (["--class-weight", "balanced"], "class_weight", "balanced"),
        (["--patience", "4", "--monitor", "metric"], "stopping.patience", 4),
        (["--patience", "4", "--monitor", "metric"], "stopping.monitor", "metric"),
        (["--optimizer", "nesterov", "--momentum", "0.8"], "momentum", 0.8),
    ],
)
def test_option_reaches_the_trainer(
    nnviz: Call, flowers: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], path: str, expected: object
) -> None:
    seen: list[Any] = []

    def spy(dataset: Any, config: Any, training: Any) -> Any:
        seen.append(training)
        return new_trainer(dataset, config, training)

    monkeypatch.setattr("nnviz.cli.train.new_trainer", spy)
    assert nnviz("train", flowers, "--epochs", 2, *arguments).code == 0
    found = seen[0]
    for name in path.split("."):
        found = getattr(found, name)
    assert found == expected


def test_early_stopping_keeps_the_best_weights_and_says_so(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    export = tmp_path / "best.npz"
    options = ("--patience", 3, "--learning-rate", 0.5, "--epochs", 500, "--export", export)
    document = nnviz("train", flowers, *options, "--json").document
    assert document["epochs"] < 500
    assert "has not improved for 3 epochs" in document["stopped"]
    assert document["exported_epoch"] == document["best"]["epoch"] < document["epochs"]
    assert document["validation"]["loss"] == document["best"]["loss"]
    assert load(export).provenance["epoch"] == document["best"]["epoch"]


def test_best_keeps_the_best_weights_without_stopping(nnviz: Call, flowers: Path) -> None:
    options = ("--learning-rate", 0.5, "--epochs", 60, "--json")
    best, last = (nnviz("train", flowers, *options, *more).document for more in (("--best",), ()))
    assert best["epochs"] == last["epochs"] == 60
    assert best["validation"]["loss"] == best["best"]["loss"] <= last["validation"]["loss"]
    assert last["exported_epoch"] == 60


def test_baselines_stand_beside_the_networks_metric(nnviz: Call, flowers: Path) -> None:
    document = nnviz("train", flowers, "--epochs", 5, "--json").document
    baselines = document["baselines"]
    own, linear = document["validation"]["accuracy"], baselines["linear"]
    assert baselines["metric"] == "accuracy"
    assert f"{own:.3f} against {linear:.3f} for logistic regression" in baselines["sentence"]
    assert baselines["sentence"] in nnviz("train", flowers, "--epochs", 5).out


@pytest.mark.parametrize("loss", ["hinge", "mean_squared_error"])
def test_other_losses_for_classes_train_export_and_predict(
    nnviz: Call, flowers: Path, tmp_path: Path, loss: str
) -> None:
    export, output = tmp_path / "m.npz", tmp_path / "p.csv"
    document = nnviz("train", flowers, "--loss", loss, "--epochs", 300, "--export", export, "--json").document
    assert document["train"]["accuracy"] > 0.8
    assert nnviz("predict", export, flowers, "--output", output).code == 0
    rows = [line.split(",") for line in output.read_text(encoding="utf-8").splitlines()[1:]]
    shares = np.array([[float(cell) for cell in row[1:]] for row in rows])
    assert ((shares >= 0) & (shares <= 1)).all()


def test_settings_that_do_not_go_with_the_task_are_left_out_with_a_warning(nnviz: Call, prices: Path) -> None:
    result = nnviz("train", prices, "--epochs", 2, "--class-weight", "balanced")
    assert result.code == 0
    assert "Without class weights" in result.err


def test_loss_for_another_task_is_refused(nnviz: Call, prices: Path) -> None:
    nnviz("train", prices, "--loss", "hinge").refuses("hinge is not for regression", "huber")
