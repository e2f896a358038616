"""One run of a cross-validation beside a trainer driven by hand, and the order of tasks on processes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.baselines import fit_baselines
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.errors import Cancelled
from nnviz.run.fold_runs import FoldTask, run_task, seconds_of
from nnviz.run.recipe import network_config, new_trainer, training_data
from nnviz.run.task_pool import run_tasks

DATA = toy_dataset("hills", n=60)
CONFIG = network_config(DATA, [LayerConfig(6, "tanh")])
TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.05, batch_size=10, seed=3)


def task(training: TrainingConfig = TRAINING, epochs: int = 4) -> FoldTask:
    return FoldTask(0, training_data(DATA), DATA.X, CONFIG, training, epochs)


def never() -> bool:
    return False


def test_without_early_stopping_the_weights_of_the_last_epoch_answer() -> None:
    trainer = new_trainer(DATA, CONFIG, TRAINING)
    for evaluation in trainer.steps():
        if evaluation is not None and evaluation.epoch == 4:
            break
    found = run_task(task(), never)
    assert found.epochs == 4
    np.testing.assert_array_equal(found.outputs[0], trainer.mlp.predict(DATA.X))


def test_with_early_stopping_the_best_weights_answer_and_not_the_last() -> None:
    training = replace(TRAINING, learning_rate=0.3, stopping=EarlyStopping(patience=4))
    trainer = new_trainer(DATA, CONFIG, training)
    for _ in trainer.steps():
        if trainer.stop_reason:
            break
    last = trainer.mlp.predict(DATA.X)
    trainer.restore_best()
    found = run_task(task(training, epochs=10_000), never)
    assert found.epochs == trainer.epoch < 10_000
    np.testing.assert_array_equal(found.outputs[0], trainer.mlp.predict(DATA.X))
    assert (found.outputs[0] != last).any()


def test_baselines_answer_as_they_were_fitted() -> None:
    found = run_task(replace(task(), config=None), never)
    expected = fit_baselines(training_data(DATA))
    np.testing.assert_array_equal(found.outputs[0], np.broadcast_to(expected.answer, (60, 1)))
    np.testing.assert_array_equal(found.outputs[1], expected.mlp.predict(DATA.X))


@pytest.mark.parametrize("config", [CONFIG, None], ids=["network", "baselines"])
def test_a_run_that_was_called_off_raises(config: object) -> None:
    with pytest.raises(Cancelled):
        run_task(replace(task(), config=config), lambda: True)  # type: ignore[arg-type]


def test_more_work_is_reckoned_to_take_longer() -> None:
    wide = replace(CONFIG, layers=(LayerConfig(500, "tanh"), CONFIG.layers[-1]))
    assert seconds_of(task(epochs=8)) == pytest.approx(2 * seconds_of(task(epochs=4)))
    assert seconds_of(replace(task(), config=wide)) > seconds_of(task())


def test_tasks_are_drawn_as_there_is_room_for_them_and_answered_in_order() -> None:
    drawn: list[int] = []
    room: list[int] = []

    def tasks() -> Iterator[FoldTask]:
        for seed in range(8):
            drawn.append(seed)
            yield task(replace(TRAINING, seed=seed), epochs=1 + seed % 3)

    def done(finished: int) -> None:
        room.append(len(drawn) - finished)

    found = run_tasks(tasks(), 8, 2, done, never)
    assert max(room) <= 3
    for seed, outcome in enumerate(found):
        alone = run_task(task(replace(TRAINING, seed=seed), epochs=1 + seed % 3), never)
        np.testing.assert_array_equal(outcome.outputs[0], alone.outputs[0])
