"""The sheet of all training settings: what it shows, what it asks for, and where it leaves no choice."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import SCHEDULES, Schedule
from nnviz.engine.stopping import Best, EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.ui.dialogs.training_sheet import TrainingSheet
from nnviz.ui.panels.hyperparameters import NumberField
from nnviz.ui.theme import load_fonts
from nnviz.ui.training_words import pretty

HIDDEN = (LayerConfig(8, "tanh"), LayerConfig(6, "relu"))
FULL = TrainingConfig(
    optimizer="sgd",
    learning_rate=0.05,
    momentum=0.9,
    batch_size=16,
    seed=7,
    schedule=Schedule("cosine", period=40, growth=3, floor=0.1, warmup=5),
    regularization=Regularization(0.001, 0.002, 0.003, 0.1, 0.2, 1.5, 2.5, 0.05),
    stopping=EarlyStopping(patience=20, min_change=0.01, monitor="metric"),
    class_weight="balanced",
)


def network(task: str = "binary", loss: str = "") -> MLPConfig:
    return config_for_task(task, 2, 3 if task == "multiclass" else 1, HIDDEN, loss)


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[TrainingSheet]:
    load_fonts()
    made = TrainingSheet()
    qtbot.addWidget(made)
    made.set_training(FULL)
    made.set_network(network(), "binary")
    made.resize(404, 1400)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def asked(sheet: TrainingSheet) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    sheet.changed.connect(changes.append)
    return changes


def type_in(field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(box: QComboBox, key: str) -> None:
    index = box.findData(key)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_every_control_shows_the_settings_in_force(sheet: TrainingSheet) -> None:
    optimizer, schedule, stopping = sheet.optimizer, sheet.schedule, sheet.stopping
    assert (optimizer.rule.key, optimizer.rate.text(), optimizer.batch.text()) == ("sgd", "0.05", "16")
    assert optimizer.momentum.text() == "0.9"
    assert schedule.kind.key == "cosine"
    assert {name: schedule.fields[name].text() for name in ("period", "growth", "floor", "warmup")} == {
        "period": "40",
        "growth": "3",
        "floor": "0.1",
        "warmup": "5",
    }
    shown = {name: float(field.text()) for name, field in sheet.regularization.fields.items()}
    assert Regularization(**shown) == FULL.regularization
    assert sheet.regularization.class_weight.key == "balanced"
    assert (stopping.patience.text(), stopping.min_change.text(), stopping.monitor.key) == ("20", "0.01", "metric")
    assert sheet.network.seed.text() == "7"
    assert sheet.network.loss.key == "binary_cross_entropy"


@pytest.mark.parametrize(
    ("section", "name", "typed", "expected"),
    [
        ("optimizer", "rate", "0,25", replace(FULL, learning_rate=0.25)),
        ("optimizer", "batch", "64", replace(FULL, batch_size=64)),
        ("optimizer", "momentum", "0.5", replace(FULL, momentum=0.5)),
        ("stopping", "patience", "3", replace(FULL, stopping=EarlyStopping(3, 0.01, "metric"))),
        ("stopping", "min_change", "1e-3", replace(FULL, stopping=EarlyStopping(20, 0.001, "metric"))),
    ],
)
def test_typed_number_asks_for_its_setting_alone(
    sheet: TrainingSheet, asked: list[dict[str, Any]], section: str, name: str, typed: str, expected: TrainingConfig
) -> None:
    type_in(getattr(getattr(sheet, section), name), typed)
    assert len(asked) == 1
    assert replace(FULL, **asked[0]) == expected


@pytest.mark.parametrize(
    "name", ["l1", "l2", "weight_decay", "dropout", "input_noise", "label_smoothing", "clip_value", "clip_norm"]
)
def test_each_regularisation_field_asks_for_its_part(
    sheet: TrainingSheet, asked: list[dict[str, Any]], name: str
) -> None:
    type_in(sheet.regularization.fields[name], "0.25")
    assert asked == [{"regularization": replace(FULL.regularization, **{name: 0.25})}]


def test_emptied_weight_decay_is_the_optimisers_own(sheet: TrainingSheet, asked: list[dict[str, Any]]) -> None:
    type_in(sheet.regularization.fields["weight_decay"], "")
    assert asked == [{"regularization": replace(FULL.regularization, weight_decay=None)}]
    sheet.set_training(TrainingConfig(optimizer="adamw"))
    field = sheet.regularization.fields["weight_decay"]
    assert (field.text(), field.placeholderText()) == ("", "0.01 (own)")


@pytest.mark.parametrize("name", ["period", "growth", "floor", "warmup"])
def test_each_schedule_field_asks_for_its_part(sheet: TrainingSheet, asked: list[dict[str, Any]], name: str) -> None:
    value = 2 if name == "growth" else 0.5
    type_in(sheet.schedule.fields[name], str(value))
    changed = {field.name: getattr(FULL.schedule, field.name) for field in fields(Schedule)} | {name: value}
    assert asked == [{"schedule": Schedule(**changed)}]


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_shows_the_fields_its_kind_reads_and_warm_up(sheet: TrainingSheet, name: str) -> None:
    sheet.set_training(replace(FULL, schedule=Schedule(name)))
    visible = {key for key, field in sheet.schedule.fields.items() if field.isVisible()}
    assert visible == {*SCHEDULES[name].fields, "warmup"}


def test_another_kind_of_schedule_begins_with_its_usual_numbers(
    sheet: TrainingSheet, asked: list[dict[str, Any]]
) -> None:
    choose(sheet.schedule.kind, "step")
    assert asked == [{"schedule": Schedule("step", warmup=5)}]


def test_lists_ask_for_their_keys(sheet: TrainingSheet, asked: list[dict[str, Any]]) -> None:
    choose(sheet.optimizer.rule, "nadam")
    choose(sheet.regularization.class_weight, "none")
    choose(sheet.stopping.monitor, "loss")
    assert asked == [
        {"optimizer": "nadam"},
        {"class_weight": "none"},
        {"stopping": EarlyStopping(20, 0.01, "loss")},
    ]


@pytest.mark.parametrize(("name", "typed"), [("dropout", "1"), ("l1", "-1"), ("clip_norm", "1e9")])
def test_value_out_of_range_is_refused_in_words_and_the_field_goes_back(
    sheet: TrainingSheet, asked: list[dict[str, Any]], name: str, typed: str
) -> None:
    refusals: list[str] = []
    sheet.refused.connect(refusals.append)
    field = sheet.regularization.fields[name]
    before = field.text()
    type_in(field, typed)
    assert field.text() == before
    assert len(refusals) == 1
    assert "must be a number from 0" in refusals[0]
    assert asked == []


def test_batch_of_a_full_batch_rule_is_all_and_momentum_of_a_rule_without_one_is_closed(sheet: TrainingSheet) -> None:
    sheet.set_training(replace(FULL, optimizer="gradient_descent"))
    batch, momentum = sheet.optimizer.batch, sheet.optimizer.momentum
    assert not batch.isEnabled()
    assert (batch.text(), batch.placeholderText()) == ("", "all")
    assert not momentum.isEnabled()
    assert "no momentum" in momentum.toolTip()
    sheet.set_training(FULL)
    assert batch.isEnabled()
    assert momentum.isEnabled()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimiser_section_gives_formula_and_memory(sheet: TrainingSheet, name: str) -> None:
    sheet.set_training(TrainingConfig(optimizer=name))
    rule = OPTIMIZERS[name]
    first = pretty(rule.formula).split(";")[0]
    assert first in sheet.optimizer.formula.text()
    assert (rule.remembers or "nothing") in sheet.optimizer.memory.text()


def test_label_smoothing_and_class_weights_are_closed_with_the_reason(sheet: TrainingSheet) -> None:
    smoothing, weights = sheet.regularization.fields["label_smoothing"], sheet.regularization.class_weight
    assert smoothing.isEnabled()
    assert weights.isEnabled()
    sheet.set_network(network("binary", "hinge"), "binary")
    assert not smoothing.isEnabled()
    assert "hinge loss" in smoothing.toolTip()
    assert weights.isEnabled()
    sheet.set_network(network("regression"), "regression")
    assert not weights.isEnabled()
    assert "regression" in weights.toolTip()


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_only_losses_and_outputs_of_the_task_are_offered(sheet: TrainingSheet, task: str) -> None:
    sheet.set_network(network(task), task)
    box = sheet.network.loss
    offered = [box.itemData(index) for index in range(box.count())]
    assert offered == [name for name, loss in LOSSES.items() if task in loss.tasks]
    loss = LOSSES[box.key]
    output = sheet.network.output
    assert tuple(output.itemData(index) for index in range(output.count())) == loss.outputs[task]
    assert output.isEnabled() == (len(loss.outputs[task]) > 1)
    assert pretty(loss.formula) in sheet.network.formula.text()


def test_network_section_asks_for_loss_output_start_and_seed(sheet: TrainingSheet) -> None:
    losses: list[tuple[str, str]] = []
    starts: list[tuple[int, str, object]] = []
    seeds: list[int] = []
    sheet.loss_chosen.connect(lambda *args: losses.append(args))
    sheet.start_chosen.connect(lambda *args: starts.append(args))
    sheet.seed_chosen.connect(seeds.append)
    choose(sheet.network.loss, "hinge")
    choose(sheet.network.starts[1].kind, "orthogonal")
    assert not sheet.network.starts[1].value.isVisible()
    layers = (replace(HIDDEN[0], initializer="constant", init_value=0.5), *network().layers[1:])
    sheet.set_network(replace(network(), layers=layers), "binary")
    value = sheet.network.starts[0].value
    assert (value.isVisible(), value.text()) == (True, "0.5")
    type_in(value, "0.25")
    type_in(sheet.network.seed, "12")
    sheet.network.new_seed.click()
    assert losses == [("hinge", "")]
    assert starts == [(1, "orthogonal", None), (0, "constant", 0.25)]
    assert seeds == [12, 8]
    sheet.set_network(network("regression"), "regression")
    choose(sheet.network.output, "tanh")
    assert losses[1:] == [("mean_squared_error", "tanh")]


def test_each_layer_can_begin_in_every_way_or_as_suits_it(sheet: TrainingSheet) -> None:
    assert len(sheet.network.starts) == 3
    for start in sheet.network.starts:
        assert [start.kind.itemData(index) for index in range(start.kind.count())] == ["", *INITIALIZERS]
    assert "He uniform" in sheet.network.starts[1].kind.currentText()
    sheet.set_network(config_for_task("binary", 2, 1, HIDDEN[:1]), "binary")
    assert [start.kind.isVisible() for start in sheet.network.starts] == [True, True, False]


def test_without_a_network_its_section_is_closed(qtbot: QtBot) -> None:
    bare = TrainingSheet()
    qtbot.addWidget(bare)
    bare.show()
    closed = (bare.network.loss, bare.network.output, bare.network.seed, bare.network.new_seed)
    assert not any(widget.isEnabled() for widget in closed)
    assert bare.optimizer.rate.isEnabled()


def test_best_so_far_is_told_and_can_be_taken(sheet: TrainingSheet) -> None:
    wanted: list[bool] = []
    sheet.best_wanted.connect(lambda: wanted.append(True))
    assert not sheet.stopping.take_best.isEnabled()
    assert "none yet" in sheet.stopping.best.text()
    sheet.stopping.set_best(Best(1234, 9, 0.0285, np.zeros(1)), "validation loss")
    assert "epoch 1,234" in sheet.stopping.best.text()
    assert "validation loss 0.0285" in sheet.stopping.best.text()
    sheet.stopping.take_best.click()
    assert wanted == [True]
