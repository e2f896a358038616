"""Numerals, the strip and the status bar say what they are given, in fixed room."""

import math

import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.plain_numbers import MINUS
from nnviz.engine.training import Evaluation, TrainingConfig
from nnviz.run.state import RunState
from nnviz.ui.panels.hyperparameters import HyperparameterBar
from nnviz.ui.panels.training import TrainingStrip
from nnviz.ui.status import HINT_SECONDS, StatusBar
from nnviz.ui.theme import DARK, LIGHT, class_colour, diverging_table, load_fonts, mix, with_alpha
from nnviz.ui.widgets import LogSlider, Numeral, count_text, loss_text, metric_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.1235"),
        (12.3456, "12.346"),
        (1234.5, "1234.5"),
        (0.0, "0.0000"),
        (0.0000123, f"1.23e{MINUS}5"),
        (1.5e-12, f"1.50e{MINUS}12"),
        (2.5e30, "2.50e30"),
        (math.nan, "\N{EN DASH}"),
        (math.inf, "\N{EN DASH}"),
    ],
)
def test_loss_text(value: float, text: str) -> None:
    assert loss_text(value) == text


def test_metric_that_is_not_a_number_is_a_dash() -> None:
    assert metric_text(math.nan, percent=True) == "\N{EN DASH}"
    assert metric_text(0.987, percent=True) == "98.7 %"
    assert metric_text(-0.5, percent=False) == f"{MINUS}0.500"
    assert metric_text(-1e9, percent=False) == f"< {MINUS}10"


def test_counts_fit_their_box_at_any_size() -> None:
    assert [count_text(n) for n in (0, 1_234, 999_999, 12_340_000, 123_456_789)] == [
        "0",
        "1,234",
        "999,999",
        "12.34 M",
        "123 M",
    ]


def test_numeral_keeps_its_width(qtbot: QtBot) -> None:
    load_fonts()
    numeral = Numeral("Loss", "0.0000")
    qtbot.addWidget(numeral)
    before = numeral.sizeHint()
    numeral.set_text("1.5")
    assert numeral.sizeHint() == before


def test_log_slider_moves_in_round_rates(qtbot: QtBot) -> None:
    slider = LogSlider(-5, 1)
    qtbot.addWidget(slider)
    seen: list[float] = []
    slider.rate_changed.connect(seen.append)
    slider.set_rate(0.01)
    assert not seen
    slider.setValue(slider.value() + 20)
    assert seen == [0.1]


def test_typed_rate_is_said_and_nonsense_is_refused(qtbot: QtBot) -> None:
    bar = HyperparameterBar()
    qtbot.addWidget(bar)
    bar.set_training(TrainingConfig(learning_rate=0.5))
    changes: list[dict[str, object]] = []
    refusals: list[str] = []
    bar.changed.connect(changes.append)
    bar.refused.connect(refusals.append)
    bar._rate.setText("0,25")
    bar._rate.editingFinished.emit()
    assert changes == [{"learning_rate": 0.25}]
    bar._rate.setText("fast")
    bar._rate.editingFinished.emit()
    assert "fast" in refusals[0]
    assert bar._rate.text() == "0.5"


def test_momentum_is_shown_for_sgd_only(qtbot: QtBot) -> None:
    bar = HyperparameterBar()
    qtbot.addWidget(bar)
    bar.set_training(TrainingConfig(optimizer="adam"))
    assert bar._momentum_box.isHidden()
    bar.set_training(TrainingConfig(optimizer="sgd", momentum=0.5))
    assert not bar._momentum_box.isHidden()
    assert bar._momentum.value() == 0.5


def test_run_button_names_the_next_move_and_gives_a_reason_when_it_has_none(qtbot: QtBot) -> None:
    load_fonts()
    strip = TrainingStrip()
    qtbot.addWidget(strip)
    strip.set_theme(DARK)
    strip.set_state(RunState.READY)
    assert strip._run.accessibleName() == "Run"
    strip.set_state(RunState.RUNNING)
    assert strip._run.accessibleName() == "Pause"
    strip.set_state(RunState.DIVERGED)
    assert not strip._run.isEnabled()
    assert "diverged" in strip._run.toolTip()


def test_without_validation_rows_the_training_metric_is_shown(qtbot: QtBot) -> None:
    load_fonts()
    strip = TrainingStrip()
    qtbot.addWidget(strip)
    strip.set_numbers(10, 1, Evaluation(1, 10, 0.5, math.nan, 0.75, math.nan), 0.0)
    assert strip._metric.text == "75.0 %"
    assert strip._validation.text == "\N{EN DASH}"


def test_hint_goes_by_itself(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_hint("a layer was added")
    bar.advance(HINT_SECONDS / 2)
    assert bar._hint.text() == "a layer was added"
    bar.advance(HINT_SECONDS)
    assert bar._hint.text() == ""


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_diverging_table_runs_from_orange_to_blue(theme) -> None:  # type: ignore[no-untyped-def]
    table = diverging_table(theme)
    assert table.shape == (256, 4)
    assert table[0, 0] > table[0, 2]
    assert table[-1, 2] > table[-1, 0]
    assert not table.flags.writeable


def test_colours_mix_and_repeat() -> None:
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert class_colour(DARK, 8) == class_colour(DARK, 0)
    assert with_alpha("#102030", 0.5).getRgb() == (16, 32, 48, 128)
