"""A run that stops by itself, goes back to its best weights, and is given settings that do not go together."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.state import RunState
from tests.run.driver import Driver, states


def test_early_stopping_pauses_says_why_and_lets_the_person_go_on() -> None:
    stopping = EarlyStopping(patience=3, min_change=10.0)  # nothing improves by so much
    driver = Driver(TrainingConfig(batch_size=10, learning_rate=0.1, stopping=stopping))
    events = driver.send(messages.Run())
    (stop,) = (event for event in events if isinstance(event, messages.StoppedEarly))
    assert "the validation loss has not improved for 3 epochs" in stop.reason
    assert stop.best_epoch is not None
    stopped_at = driver.trainer.epoch
    assert states(events)[-1] is RunState.PAUSED
    driver.send(messages.Run())
    assert driver.trainer.epoch == stopped_at + 3  # the patience counts anew


def test_restored_best_weights_are_those_of_the_best_epoch() -> None:
    driver = Driver(TrainingConfig(batch_size=10, learning_rate=1.5))
    kept = {0: driver.trainer.mlp.parameters.tobytes()}
    for _ in range(12):
        driver.send(messages.StepEpoch())
        kept[driver.trainer.epoch] = driver.trainer.mlp.parameters.tobytes()
    best = driver.snapshot().history.best_epoch
    assert best < 12
    notices = [event.text for event in driver.send(messages.RestoreBest()) if isinstance(event, messages.Notice)]
    assert driver.trainer.mlp.parameters.tobytes() == kept[best]
    assert f"The weights of epoch {best} are back" in notices[0]
    last = driver.snapshot().history.last
    assert last is not None
    assert last.validation_loss == driver.snapshot().history.best_validation_loss


def test_settings_that_do_not_go_together_are_refused_in_words_and_the_run_goes_on() -> None:
    driver = Driver()
    driver.trainer.mlp.config = replace(driver.trainer.mlp.config, loss="mean_squared_error")
    smoothed = replace(driver.trainer.config, regularization=Regularization(label_smoothing=0.1))
    (notice,) = driver.send(messages.Configure(smoothed))
    assert isinstance(notice, messages.Notice)
    assert "does not go with the loss mean_squared_error" in notice.text
    assert driver.trainer.config.regularization.label_smoothing == 0


def test_history_holds_the_effective_learning_rate_and_the_penalty() -> None:
    schedule, penalty = Schedule("step", factor=0.5, period=1), Regularization(l2=0.1)
    driver = Driver(TrainingConfig(batch_size=10, learning_rate=0.1, schedule=schedule, regularization=penalty))
    for _ in range(3):
        driver.send(messages.StepEpoch())
    history = driver.snapshot().history
    np.testing.assert_allclose(history.learning_rate[1:], [0.1, 0.05, 0.025])
    assert history.penalty[-1] == pytest.approx(
        sum(0.05 * float((weights.astype(float) ** 2).sum()) for weights in driver.trainer.mlp.weights)
    )
