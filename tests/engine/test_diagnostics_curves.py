"""Loss curves drawn on purpose: each fault is found with its epochs and losses, and a healthy curve has none."""

import re

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics import Finding, examine_curves

EPOCHS = np.arange(1.0, 101.0)
FALLING = 0.7 * 0.96**EPOCHS + 0.05
VALLEY = np.where(EPOCHS <= 40, 1 - EPOCHS / 80, 0.5 + (EPOCHS - 40) / 100)  # best 0.5 at 40, 1.1 at 100
ZIGZAG = 0.5 + 0.2 * (-1.0) ** EPOCHS
FLAT = np.where(EPOCHS < 50, 1 - EPOCHS / 100, 0.5)


def only(findings: list[Finding], kind: str) -> Finding:
    (one,) = [finding for finding in findings if finding.kind == kind]
    return one


def test_falling_curves_have_no_fault() -> None:
    assert examine_curves(EPOCHS, FALLING, FALLING + 0.02, baseline_loss=0.7) == []


def test_overfitting_tells_the_best_epoch_and_the_rise() -> None:
    one = only(examine_curves(EPOCHS, FALLING, VALLEY), "overfitting")
    assert one.severity == "serious"
    assert one.evidence["best_epoch"] == 40
    assert one.evidence["best_validation_loss"] == 0.5
    assert one.evidence["validation_loss_now"] == VALLEY[97]  # the median of the last five
    assert one.evidence["rise"] == pytest.approx(VALLEY[97] / 0.5 - 1)
    assert one.evidence["train_loss_at_best"] == FALLING[39]
    assert one.sentence == (
        "The validation loss was best at epoch 40 with 0.5 and is now, at epoch 100, 1.08: 116\xa0% higher."
        " Meanwhile the training loss fell from 0.187 to 0.0628."
    )


def test_rise_of_both_losses_is_not_overfitting() -> None:
    assert [one.kind for one in examine_curves(EPOCHS, VALLEY, VALLEY)] == ["plateau"]


def test_rise_that_is_small_beside_the_first_loss_is_not_overfitting() -> None:
    validation = np.where(EPOCHS <= 40, 1 / EPOCHS**3, 1e-4)
    assert validation[-1] > 6 * validation.min()
    assert examine_curves(EPOCHS, 0.5**EPOCHS, validation) == []


def test_lucky_epoch_of_a_jumping_validation_loss_is_not_overfitting() -> None:
    validation = 0.5 + 0.04 * np.random.default_rng(0).standard_normal(100)
    assert np.median(validation[-5:]) > 1.1 * validation.min()
    assert examine_curves(EPOCHS, FALLING, validation) == []


@pytest.mark.parametrize(("rise", "severity"), [(0.1, "note"), (0.5, "warning"), (1.5, "serious")])
def test_overfitting_is_as_severe_as_the_rise(rise: float, severity: str) -> None:
    validation = np.where(EPOCHS <= 40, 1 - EPOCHS / 80, 0.5 + 0.5 * rise)
    assert only(examine_curves(EPOCHS, FALLING, validation), "overfitting").severity == severity


def test_oscillation_tells_the_jump_and_how_often_it_turns_back() -> None:
    one = only(examine_curves(EPOCHS, ZIGZAG), "oscillation")
    assert one.severity == "serious"
    assert one.evidence["jump"] == pytest.approx(0.4)
    assert one.evidence["lowest_loss"] == pytest.approx(0.3)
    assert one.evidence["highest_loss"] == pytest.approx(0.7)
    assert one.evidence["reversals_share"] == 1
    assert "lower" in one.suggestion


def test_steady_fall_in_large_steps_is_no_oscillation() -> None:
    assert examine_curves(EPOCHS[:12], 1 - EPOCHS[:12] / 13) == []


def test_plateau_without_learning_is_a_warning_and_with_learning_a_note() -> None:
    high = only(examine_curves(EPOCHS, FLAT, baseline_loss=0.6), "plateau")
    low = only(examine_curves(EPOCHS, FLAT, baseline_loss=5.0), "plateau")
    assert (high.severity, low.severity) == ("warning", "note")
    assert high.evidence["fall"] == 0
    assert high.evidence["ratio"] == pytest.approx(0.5 / 0.6)
    assert high.evidence["window_epochs"] == 20


@pytest.mark.parametrize(("gradient", "said"), [(3.0, "is not small"), (0.002, "is small")])
def test_plateau_says_whether_there_is_a_gradient(gradient: float, said: str) -> None:
    one = only(examine_curves(EPOCHS, FLAT, relative_gradient=gradient), "plateau")
    assert said in one.sentence
    assert one.evidence["relative_gradient"] == gradient
    assert ("higher learning rate" in one.suggestion) == (gradient == 3.0)


def test_plateau_looks_at_the_window_alone() -> None:
    loss = np.where(EPOCHS < 70, 1 - EPOCHS / 100, 0.3)
    assert [one.kind for one in examine_curves(EPOCHS, loss, window=20)] == ["plateau"]
    assert examine_curves(EPOCHS, loss, window=60) == []


@pytest.mark.parametrize(("level", "severity"), [(0.8, ""), (0.95, "warning"), (1.3, "serious")])
def test_underfitting_is_judged_by_the_baseline(level: float, severity: str) -> None:
    findings = examine_curves(EPOCHS, np.full(100, level), baseline_loss=1.0)
    assert [one.severity for one in findings if one.kind == "underfitting"] == [severity] * bool(severity)
    assert not any(one.kind == "underfitting" for one in examine_curves(EPOCHS, np.full(100, level)))


def test_rising_loss_is_told_with_where_it_began() -> None:
    one = only(examine_curves(EPOCHS, 0.5 + EPOCHS / 50), "rising_loss")
    assert one.severity == "serious"
    assert one.evidence["loss_at_start"] == 0.52
    assert one.evidence["ratio"] == pytest.approx(2.46 / 0.52)


def test_entries_may_be_many_epochs_apart() -> None:
    one = only(examine_curves(EPOCHS * 1000, FLAT), "plateau")
    assert one.evidence["window_epochs"] == 20_000
    assert "In the last 20,000 epochs" in one.sentence


def test_losses_that_are_not_finite_are_passed_over() -> None:
    train, validation = FALLING.copy(), VALLEY.copy()
    train[50] = np.nan
    validation[60:63] = np.inf
    one = only(examine_curves(EPOCHS, train, validation), "overfitting")
    assert one.evidence["best_epoch"] == 40
    assert all(np.isfinite(value) for value in one.evidence.values())


@pytest.mark.parametrize("n", [0, 1, 9])
def test_fewer_than_10_epochs_tell_nothing(n: int) -> None:
    assert examine_curves(EPOCHS[:n], ZIGZAG[:n], VALLEY[:n], baseline_loss=0.1) == []
    assert examine_curves(EPOCHS[:10], ZIGZAG[:10], VALLEY[:10], baseline_loss=0.1) != []


def test_no_validation_rows_are_no_fault() -> None:
    assert examine_curves(EPOCHS, FALLING, np.full(100, np.nan)) == []


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        examine_curves(EPOCHS, FALLING[1:])
    with pytest.raises(ValueError, match="at least 1 epoch"):
        examine_curves(EPOCHS, FALLING, window=0)


@pytest.mark.parametrize(
    ("train", "validation"),
    [(FALLING, VALLEY), (ZIGZAG, VALLEY), (FLAT, None), (VALLEY, None), (0.5 + EPOCHS / 50, None)],
    ids=["overfitting", "zigzag", "flat", "turning", "rising"],
)
def test_numbers_of_a_sentence_are_those_of_the_evidence(train: FloatArray, validation: FloatArray | None) -> None:
    before = train.copy()
    findings = examine_curves(EPOCHS, train, validation, baseline_loss=0.35, relative_gradient=1234.5)
    assert findings
    np.testing.assert_array_equal(train, before)
    for one in findings:
        plain = one.sentence.replace(", ", " , ").replace("−", "-")
        for figure in re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?(?:\xa0%)?", plain):
            text = figure.removesuffix("\xa0%").replace(",", "").rstrip(".")
            value = float(text) / (100 if figure.endswith("%") else 1)
            assert any(value == pytest.approx(known, rel=6e-3) for known in one.evidence.values()), figure
