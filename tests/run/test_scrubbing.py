"""Scrubbing: what is known isn't computed anew, what a drag passed isn't gone to, the losses come last."""

from collections.abc import Iterator
from unittest import mock

import numpy as np
import pytest

from nnviz.engine.evaluation import Evaluator
from nnviz.run import messages, moments, rewind
from nnviz.run.moments import EVALUATION, Moments
from nnviz.run.rewind import Rewind
from nnviz.run.snapshot import SnapshotRequest
from tests.run.driver import Driver
from tests.run.test_rewind import CASES, assert_same, epochs, state_of

PICTURE = SnapshotRequest(losses=False)


@pytest.fixture
def evaluated() -> Iterator[list[int]]:
    """The updates after which all rows were looked at."""
    steps: list[int] = []
    plain = Evaluator.evaluate

    def evaluate(self: Evaluator, epoch: int, step: int, *rest: object) -> object:
        steps.append(step)
        return plain(self, epoch, step, *rest)  # type: ignore[arg-type]

    with mock.patch.object(Evaluator, "evaluate", evaluate):
        yield steps


def first_moment_only(driver: Driver, n: int) -> None:
    """Train some epochs of which every one is taken down, and no moment but the first is kept."""
    driver.snapshot()
    with mock.patch.object(Moments, "offer"), mock.patch.object(moments, "MIN_SPACING", 0.0):
        epochs(driver, n)


@pytest.mark.parametrize("case", CASES)
def test_what_is_known_of_epochs_is_not_computed_again_and_the_run_is_the_same(case: str, evaluated: list[int]) -> None:
    plain, rewound = Driver(CASES[case]), Driver(CASES[case])
    epochs(plain, 9)
    first_moment_only(rewound, 6)
    then = rewound.snapshot().history
    rewound.send(messages.StepBatch())
    evaluated.clear()
    end = int(then.step[4])
    rewound.send(messages.Seek(end, exact=True))
    assert rewound.snapshot().history.last is not None
    assert evaluated == [], "the moment's own losses are known too"
    assert rewound.snapshot().history.last == plain_last(plain, CASES[case], 4)
    epochs(rewound, 9 - rewound.trainer.epoch)
    assert_same(state_of(plain), state_of(rewound))


def plain_last(driver: Driver, training: object, epoch: int) -> object:
    """Return the evaluation of an epoch of a run that nobody looked back on."""
    fresh = Driver(training)  # type: ignore[arg-type]
    epochs(fresh, epoch)
    assert fresh.trainer.mlp.config == driver.trainer.mlp.config
    return fresh.snapshot().history.last


def test_a_branch_does_not_take_over_what_was_found_on_the_run_it_left() -> None:
    driver = Driver()
    first_moment_only(driver, 6)
    driver.send(messages.Seek(5, exact=True))
    driver.send(messages.SetParameters(np.array([0]), np.array([2.0]), "a weight"))
    epochs(driver, 3)
    found = {int(step): loss for step, loss in zip(*_curve(driver), strict=True)}
    driver.send(messages.Seek(8, exact=True))
    last = driver.snapshot().history.last
    assert last is not None
    assert last.train_loss == found[8]


def _curve(driver: Driver) -> tuple[list[int], list[float]]:
    history = driver.snapshot().history
    return history.step.tolist(), history.train_loss.tolist()


def test_the_picture_comes_before_losses_that_take_long(evaluated: list[int]) -> None:
    with mock.patch.object(rewind, "_AT_ONCE", 0):
        driver = Driver()
    epochs(driver, 4)
    driver.send(messages.StepBatch())
    evaluated.clear()
    driver.send(messages.Seek(3, exact=True))
    snapshot = driver.snapshot(PICTURE)
    assert (snapshot.step, snapshot.rail.judged, snapshot.history.last) == (3, False, None)
    assert 3 not in evaluated
    snapshot = driver.snapshot()
    assert snapshot.rail.judged
    assert snapshot.history.last is not None
    assert snapshot.history.last.step == 3
    driver.send(messages.Seek(10_000))
    snapshot = driver.snapshot(PICTURE)
    assert snapshot.rail.judged
    assert snapshot.history.last is not None
    assert snapshot.history.last.step == 9


def test_only_the_last_of_several_places_is_gone_to() -> None:
    driver = Driver()
    epochs(driver, 5)
    with mock.patch.object(Rewind, "seek", autospec=True, side_effect=Rewind.seek) as seek:
        for step in (7, 5, 2, 3):
            driver.channel.send(messages.Seek(step))
        driver.send(messages.KeepReference())
        assert [call.args[1] for call in seek.call_args_list] == [3]
        seek.reset_mock()
        for command in (messages.Seek(7), messages.KeepReference(), messages.Seek(10_000)):
            driver.channel.send(command)
        driver.send(messages.KeepReference())
        assert [call.args[1] for call in seek.call_args_list] == [7, 10_000], "a command is for where it was given"
    assert driver.snapshot().rail.newest is None


def test_a_drag_that_goes_on_is_seen_at_every_place_it_reaches() -> None:
    driver = Driver()
    first_moment_only(driver, 10)
    seen = []
    with mock.patch.object(rewind, "SLICE", 0.0), mock.patch.object(rewind, "DRAG_BUDGET", 10.0):
        for step in (9, 12, 8, 11):  # an update takes a turn; the next place is wanted long before this one is reached
            driver.channel.send(messages.Seek(step))
            next(driver.turns)
            driver.channel.mailbox.ask(PICTURE)
        for _ in range(40):
            next(driver.turns)
            if (taken := driver.channel.mailbox.take()) is not None:
                seen.append(taken.step)
                driver.channel.mailbox.ask(PICTURE)
    assert seen[:2] == [9, 11], "the first, and where the drag was by then"


def test_evaluations_count_under_the_cap_and_go_with_what_they_lie_beside() -> None:
    driver = Driver()
    kept = Moments(10**6)
    kept.offer(driver.trainer, 0.0)
    before = kept.used
    found = driver.trainer.evaluate()
    for step in range(1, 9):
        kept.note(found._replace(step=step), step / 10)
    assert kept.used == before + 8 * EVALUATION
    kept.note(found._replace(step=9), 0.8001)
    assert kept.used == before + 8 * EVALUATION, "an epoch that was as short as that is soon computed"
    kept.cut(5)
    assert kept.used == before + 5 * EVALUATION
    moment = kept.before(7)
    assert moment is not None
    assert list(moment.evaluations) == [1, 2, 3, 4, 5]
    kept.set_cap(before)
    assert kept.used <= before
    kept.change(9)
    kept.note(found._replace(step=9), 9.0)
    assert 9 not in moment.evaluations, "the next update is made from a state that was changed"
