"""Where an update lies in its epoch and in the run: counts, a last batch that is smaller, whole batches."""

from types import SimpleNamespace
from typing import cast

import pytest

from nnviz.app.microscope_zoom import Stretch, epoch_stretch, run_stretch
from nnviz.engine.rehearsal import Rehearsal
from nnviz.engine.training import TrainingConfig
from nnviz.run.snapshot import Snapshot
from tests.app.test_lenses import data, trained

BATCH = 40


def rehearsed(optimizer: str, batch_size: int, updates: int) -> Rehearsal:
    trainer = trained(data("iris"), TrainingConfig(optimizer=optimizer, batch_size=batch_size), updates)
    assert trainer.step == updates
    return trainer.rehearse()


def seen(rehearsal: Rehearsal, newest: tuple[int, int] | None = None) -> Snapshot:
    place = SimpleNamespace(step=rehearsal.step, epoch=rehearsal.epoch, rail=SimpleNamespace(newest=newest))
    return cast("Snapshot", place)


@pytest.mark.parametrize("done", [0, 1, 2])
def test_updates_of_an_epoch_end_at_the_newest(done: int) -> None:
    rehearsal = rehearsed("sgd", BATCH, 3 + done)
    assert 2 * BATCH < rehearsal.n_train < 3 * BATCH  # the last batch is smaller
    words = f"Update {done + 1} of 3 in epoch 2"
    assert epoch_stretch(rehearsal, seen(rehearsal)) == Stretch(3, 3 + done, 3 + done, words)
    assert epoch_stretch(rehearsal, seen(rehearsal, (30, 10))) == Stretch(3, 5, 3 + done, words)


@pytest.mark.parametrize(("optimizer", "batch_size"), [("lbfgs", BATCH), ("sgd", 1_000)])
def test_epochs_of_whole_batches_have_one_update(optimizer: str, batch_size: int) -> None:
    rehearsal = rehearsed(optimizer, batch_size, 2)
    words = f"Update 1 of 1 in epoch {rehearsal.epoch + 1}"
    assert epoch_stretch(rehearsal, seen(rehearsal, (30, 30))) == Stretch(2, 2, 2, words)


def test_epochs_of_a_run_begin_at_its_start() -> None:
    rehearsal = rehearsed("adam", BATCH, 7)
    assert run_stretch(rehearsal, seen(rehearsal)) == Stretch(0, 2, 2, "After epoch 2 of 2")
    assert run_stretch(rehearsal, seen(rehearsal, (30, 1_000))) == Stretch(0, 1_000, 2, "After epoch 2 of 1,000")
