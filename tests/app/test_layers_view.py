"""Histograms over time and gradients as the tabs show them: the engine's own numbers and findings."""

from itertools import count

import numpy as np
import pytest

from nnviz.app.gradient_view import gradient_curves, gradient_view, power_text, update_ratios
from nnviz.app.histograms_view import KIND_TITLES, KINDS, histograms_view, why_nothing
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.diagnostics import layer_statistics
from nnviz.engine.training import Trainer
from nnviz.errors import UserError
from nnviz.run.history import History
from nnviz.run.layer_history import GRADIENTS, LayerHistory, LayerHistoryView
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.watch import UpdateResult
from tests.app.answers_of_rows import reported, trained

SPIRAL = toy_dataset("spiral", n=120)


def taken_down(trainer: Trainer, epochs: int) -> LayerHistoryView:
    history = LayerHistory(trainer.mlp.config, trainer.data.X_train, 16, clock=count(0.0).__next__)
    history.offer(trainer)
    for evaluation in trainer.steps():
        if evaluation is not None:
            history.offer(trainer)
            epochs -= 1
            if not epochs:
                return history.view()
    raise AssertionError


def moment(trainer: Trainer, state: RunState = RunState.PAUSED) -> Snapshot:
    history = History()
    history.append(trainer.evaluate())
    return take_snapshot(trainer, SnapshotRequest(), 1, state, history.view(), None)


def an_update(trainer: Trainer) -> UpdateResult:
    before = trainer.mlp.parameters.copy()
    next(trainer.steps())
    return UpdateResult(trainer.step, trainer.epoch, before, trainer.mlp.parameters.copy(), trainer.gradient.copy())


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_a_strip_holds_every_count_of_its_layer(kind: int) -> None:
    trainer = trained(SPIRAL, 0)
    history = taken_down(trainer, 5)
    strips = histograms_view(history, trainer.mlp.config, kind)
    assert [strip.name for strip in strips] == ["Hidden 1", "Output"]
    for layer, strip in enumerate(strips):
        counts = history.counts[:, layer, kind].astype(float)
        most = counts.max(axis=1)
        np.testing.assert_allclose(strip.shares.sum(axis=0) * most, counts.sum(axis=1))  # nothing is cut off
        np.testing.assert_allclose(strip.shares[:, most > 0].max(axis=0), 1.0)
        assert strip.signed == (kind != GRADIENTS)
        assert len(strip.epochs) == strip.shares.shape[1] == len(strip.quantiles)


def test_zero_stays_in_the_middle_of_weights() -> None:
    trainer = trained(SPIRAL, 3)
    for strip in histograms_view(taken_down(trainer, 1), trainer.mlp.config, 0):
        assert strip.low == pytest.approx(-strip.high)
        assert strip.place(0.0) == pytest.approx(0.5)


def test_places_of_gradients_are_powers_of_ten() -> None:
    trainer = trained(SPIRAL, 1)
    strip = histograms_view(taken_down(trainer, 2), trainer.mlp.config, GRADIENTS)[0]
    assert strip.place(10.0**strip.low) == 0.0
    assert strip.place(10.0**strip.high) == 1.0
    assert strip.place(0.0) == 0.0


def test_an_entry_is_told_with_its_quantiles() -> None:
    trainer = trained(SPIRAL, 0)
    history = taken_down(trainer, 3)
    strip = histograms_view(history, trainer.mlp.config, 0)[0]
    last = len(strip.epochs) - 1
    sentence = strip.sentence(last)
    assert sentence.startswith(f"epoch {strip.epochs[-1]}, 12 weights")
    assert "median" in sentence
    assert "nothing yet" in histograms_view(new_history(trainer), trainer.mlp.config, GRADIENTS)[0].sentence(0)
    assert strip.entry_of(0.0) == 0
    assert strip.entry_of(1e9) == last


def test_without_a_gradient_the_reason_is_given() -> None:
    trainer = trained(SPIRAL, 0)
    untrained = new_history(trainer)
    assert "No gradient yet" in why_nothing(untrained, GRADIENTS)
    assert why_nothing(untrained, 0) == ""
    assert len(KIND_TITLES) == len(KINDS)


def new_history(trainer: Trainer) -> LayerHistoryView:
    from nnviz.run.recipe import new_trainer

    fresh = new_trainer(SPIRAL, trainer.mlp.config, trainer.config)
    history = LayerHistory(fresh.mlp.config, fresh.data.X_train)
    history.offer(fresh)
    return history.view()


def test_gradients_and_findings_of_a_pause_are_the_diagnosis_of_the_report() -> None:
    trainer = trained(SPIRAL, 5)
    view = gradient_view(SPIRAL, moment(trainer), None, live=False)
    statistics = layer_statistics(trainer.mlp, SPIRAL.X_train, SPIRAL.Y_train)
    assert [flow.mean for flow in view.layers] == [one.gradient_rms for one in statistics]
    assert [flow.single for flow in view.layers] == [one.row_gradient_rms for one in statistics]
    assert all(np.isnan(flow.ratio) and flow.healthy is None for flow in view.layers)
    found = {(one.kind, one.sentence) for one in reported(trainer, SPIRAL).findings}
    assert {(one.kind, one.sentence) for one in view.findings} == found


def test_the_last_update_is_told_beside_its_weights() -> None:
    trainer = trained(SPIRAL, 5)
    update = an_update(trainer)
    snapshot = moment(trainer)
    view = gradient_view(SPIRAL, snapshot, update, live=False)
    statistics = layer_statistics(trainer.mlp, SPIRAL.X_train, SPIRAL.Y_train, previous_parameters=update.before)
    ratios = [one.update_ratio for one in statistics]
    assert [flow.ratio for flow in view.layers] == ratios
    assert list(update_ratios(snapshot, update)) == pytest.approx(ratios)
    assert view.update_step == update.step == view.step
    assert "update" in view.layers[0].sentence


def test_an_older_update_is_told_with_its_own_step() -> None:
    trainer = trained(SPIRAL, 5)
    update = an_update(trainer)
    steps = trainer.steps()
    for _ in range(3):
        next(steps)
    view = gradient_view(SPIRAL, moment(trainer), update, live=False)
    assert view.step == update.step + 3
    assert view.update_step == update.step
    assert not any(np.isnan(flow.ratio) for flow in view.layers)


def test_far_too_large_updates_are_not_called_healthy() -> None:
    trainer = trained(SPIRAL, 2)
    update = an_update(trainer)
    wild = UpdateResult(update.step, update.epoch, 2 * update.after, update.after, update.gradient)
    view = gradient_view(SPIRAL, moment(trainer), wild, live=False)
    assert all(flow.healthy is False for flow in view.layers)
    assert any(one.kind == "large_updates" for one in view.findings)


def test_weights_that_are_not_finite_are_told() -> None:
    trainer = trained(SPIRAL, 1)
    trainer.mlp.parameters[0] = np.nan
    with pytest.raises(UserError, match="range of numbers"):
        gradient_view(SPIRAL, moment(trainer), None, live=False)


def test_curves_leave_out_what_was_before_the_first_update() -> None:
    trainer = trained(SPIRAL, 0)
    history = new_history(trainer)
    assert len(gradient_curves(history, moment(trainer)).epochs) == 0
    fuller = taken_down(trained(SPIRAL, 0), 4)
    curves = gradient_curves(fuller, moment(trainer))
    assert curves.names == ("Hidden 1", "Output")
    assert curves.sizes.shape == (len(curves.epochs), 2)
    assert (curves.sizes > 0).all()


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "0.012"), (3.4e-7, "3.4e−7"), (0.0, "0"), (1.0, "1"), (2.5e12, "2.5e12")]
)
def test_small_numbers_are_told_by_powers_of_ten(value: float, text: str) -> None:
    assert power_text(value) == text
