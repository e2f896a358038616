"""The answers of many rows: of one moment each, newer ones soon, and never at the expense of training."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.row_answers import answer_rows
from nnviz.run import messages, row_probes
from nnviz.run.row_probes import INTERVAL, SHARE, RowSweep
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.watch import RowsProbe, Watch
from tests.run.driver import SPIRAL, Driver


class Clock:
    """Time as the test says; answering a row takes ``cost`` seconds, as far as the sweep can tell."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cost: float) -> None:
        self.now = 100.0
        self.spent = 0.0
        self.rows = 0

        def costly(mlp: MLP, inputs: NDArray[Any], target: NDArray[Any]) -> Any:
            self.now += cost * len(inputs)
            self.spent += cost * len(inputs)
            self.rows += len(inputs)
            return answer_rows(mlp, inputs, target)

        monkeypatch.setattr(row_probes, "answer_rows", costly)

    def __call__(self) -> float:
        return self.now


def network(seed: int = 0) -> MLP:
    return MLP.initialised(config_for_task("binary", 3, 1, [LayerConfig(4)]), np.random.default_rng(seed))


def probe(n: int, rows: NDArray[np.intp] | None = None) -> RowsProbe:
    rng = np.random.default_rng(1)
    return RowsProbe(rng.normal(size=(n, 3)), rng.integers(0, 2, (n, 1)).astype(float), rows)


def test_a_pause_answers_every_row_in_one_look_when_they_are_few() -> None:
    mlp, wanted = network(), probe(300)
    result, pending = RowSweep().advance(mlp, (7, 2), wanted, running=False)
    assert result is not None
    assert not pending
    expected = answer_rows(mlp, wanted.inputs, wanted.target)
    np.testing.assert_allclose(result.output, expected.output, rtol=1e-5)
    np.testing.assert_allclose(result.losses, expected.losses, rtol=1e-5)
    assert (result.step, result.epoch, result.probe, result.config) == (7, 2, wanted, mlp.config)


def test_only_the_rows_that_are_wanted_are_answered() -> None:
    mlp, chosen = network(), np.array([3, 5, 11])
    wanted = probe(20, chosen)
    result, _ = RowSweep().advance(mlp, (0, 0), wanted, running=False)
    assert result is not None
    np.testing.assert_allclose(result.output, mlp.predict(wanted.inputs[chosen]), rtol=1e-5)


def test_all_answers_of_a_pass_are_of_one_moment_though_training_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, cost=1e-4)
    mlp, wanted, sweep = network(), probe(2_000), RowSweep(clock)
    before = mlp.copy()
    result = None
    step = 0
    while result is None:
        result, pending = sweep.advance(mlp, (step, 0), wanted, running=True)
        mlp.parameters[...] += 0.01
        step += 1
        clock.now += 0.016
        assert pending
    assert step > 3
    assert result.step == 0
    np.testing.assert_allclose(result.output, before.predict(wanted.inputs), rtol=1e-5)


def test_training_gives_no_more_than_its_share_however_long_a_pass_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, cost=2e-5)
    mlp, wanted, sweep = network(), probe(20_000), RowSweep(clock)
    for step in range(200):  # the first answers may take more
        sweep.advance(mlp, (step, 0), wanted, running=True)
        clock.now += 0.016
    clock.spent, start = 0.0, clock.now
    for step in range(200, 2_200):
        sweep.advance(mlp, (step, 0), wanted, running=True)
        clock.now += 0.016
    share = clock.spent / (clock.now - start)
    assert SHARE / 2 < share <= SHARE * 1.05


def test_a_look_never_holds_training_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, cost=1e-6)
    mlp, wanted, sweep = network(), probe(60_000), RowSweep(clock)
    longest = 0.0
    for step in range(400):
        before = clock.now
        sweep.advance(mlp, (step, 0), wanted, running=True)
        longest = max(longest, clock.now - before)
        clock.now += 0.016
    assert longest < 0.006


def test_newer_answers_come_at_most_four_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, cost=1e-7)
    mlp, wanted, sweep = network(), probe(50), RowSweep(clock)
    moments = set()
    for step in range(600):  # ten seconds
        result, _ = sweep.advance(mlp, (step, 0), wanted, running=True)
        assert result is not None
        moments.add(result.step)
        clock.now += 1 / 60
    assert 30 <= len(moments) <= 10 / INTERVAL + 1


def test_answers_stay_the_same_object_while_nothing_changes() -> None:
    mlp, wanted, sweep = network(), probe(50), RowSweep()
    first, _ = sweep.advance(mlp, (1, 0), wanted, running=False)
    clocked = [sweep.advance(mlp, (1, 0), wanted, running=False)[0] for _ in range(3)]
    assert all(result is first for result in clocked)


def test_a_weight_set_by_hand_in_a_pause_is_seen_at_the_next_look() -> None:
    mlp, wanted, sweep = network(), probe(50), RowSweep()
    first, _ = sweep.advance(mlp, (1, 0), wanted, running=False)
    mlp.parameters[0] += 1.0
    second, _ = sweep.advance(mlp, (1, 0), wanted, running=False)
    assert first is not None
    assert second is not None
    assert not np.array_equal(first.output, second.output)


def test_another_probe_begins_from_nothing() -> None:
    mlp, sweep = network(), RowSweep()
    sweep.advance(mlp, (1, 0), probe(50), running=False)
    wanted = probe(60)
    result, _ = sweep.advance(mlp, (1, 0), wanted, running=False)
    assert result is not None
    assert result.probe is wanted
    assert len(result.losses) == 60


def test_answers_are_read_only() -> None:
    result, _ = RowSweep().advance(network(), (0, 0), probe(10), running=False)
    assert result is not None
    for array in (result.output, result.losses):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_run_answers_rows_only_while_they_are_watched() -> None:
    driver = Driver()
    wanted = RowsProbe(SPIRAL.X, SPIRAL.Y)
    seen = driver.snapshot(SnapshotRequest(watch=Watch(wanted))).seen
    assert seen.rows is not None
    assert not seen.pending
    assert seen.rows.losses.mean() == pytest.approx(
        answer_rows(driver.trainer.mlp, SPIRAL.X, SPIRAL.Y).losses.mean(), rel=1e-5
    )
    assert driver.snapshot().seen.rows is None


def test_answers_after_an_epoch_have_the_loss_that_the_trainer_evaluates() -> None:
    driver = Driver()
    driver.send(messages.StepEpoch())
    snapshot = driver.snapshot(SnapshotRequest(watch=Watch(RowsProbe(SPIRAL.X, SPIRAL.Y))))
    rows, last = snapshot.seen.rows, snapshot.history.last
    assert rows is not None
    assert last is not None
    assert rows.epoch == 1
    assert rows.losses[SPIRAL.train_rows].mean() == pytest.approx(last.train_loss, rel=1e-5)
    assert rows.losses[SPIRAL.validation_rows].mean() == pytest.approx(last.validation_loss, rel=1e-5)


def test_looking_at_rows_does_not_change_the_run() -> None:
    watched, alone = Driver(), Driver()
    wanted = Watch(RowsProbe(SPIRAL.X, SPIRAL.Y))
    for driver in (watched, alone):
        driver.send(messages.Run(), turns=0)
    for _ in range(3):
        watched.snapshot(SnapshotRequest(watch=wanted))
        alone.snapshot()
    assert watched.trainer.step == alone.trainer.step
    np.testing.assert_array_equal(watched.trainer.mlp.parameters, alone.trainer.mlp.parameters)
