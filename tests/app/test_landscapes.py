"""Loss landscapes: what is made of a moment, in the background, called off, refused in words."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.landscape_view import Landscape, LandscapeChoice, make_landscape
from nnviz.app.landscapes import Landscapes
from nnviz.app.saved_views import landscape_numbers
from nnviz.data.dataset import with_choices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.masks import Mask
from nnviz.engine.mlp import layer_blocks
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import TrainingConfig
from nnviz.errors import Cancelled, UserError
from nnviz.run import messages
from nnviz.run.recipe import new_trainer
from nnviz.run.state import RunState
from tests.app.landscape_cases import checkpoint

MOONS = toy_dataset("moons", n=60)
FEW = 11


# What is made


@pytest.mark.parametrize("kind", ["random", "path"])
def test_its_centre_is_the_present_loss_and_its_marks_are_where_they_were(kind: str) -> None:
    moment = checkpoint(MOONS)
    made = make_landscape(MOONS, moment, LandscapeChoice(kind), resolution=FEW)  # type: ignore[arg-type]
    trainer = new_trainer(MOONS, moment.config, moment.training)
    trainer.restore(moment.state)
    now = trainer.evaluate()
    assert made.x[made.centre[1]] == made.y[made.centre[0]] == 0
    np.testing.assert_allclose(made.losses["train"][made.centre], now.train_loss, rtol=1e-6)
    np.testing.assert_allclose(made.losses["validation"][made.centre], now.validation_loss, rtol=1e-6)
    assert [mark.kind for mark in made.marks] == ["start", "best", "now"]
    assert made.marks[0].at == pytest.approx(tuple(made.path[0]))
    assert made.marks[-1].at == pytest.approx((0, 0), abs=1e-12)
    assert made.path_epochs == (*range(13), 12)
    assert len(made.path) == 14
    assert (made.epoch, made.beyond) == (12, 0.0)


def test_losses_of_the_grid_stand_where_the_axes_say() -> None:
    moment = checkpoint(MOONS)
    made = make_landscape(MOONS, moment, LandscapeChoice("random"), resolution=FEW)
    row, column = 2, 9
    vector = made.plane.centre + made.x[column] * made.plane.directions[0] + made.y[row] * made.plane.directions[1]
    trainer = new_trainer(MOONS, moment.config, moment.training)
    trainer.mlp.parameters[...] = vector
    assert made.losses["train"][row, column] == pytest.approx(trainer.evaluate().train_loss, rel=1e-5)


def test_random_directions_show_little_of_a_path_and_its_own_plane_nearly_all() -> None:
    moment = checkpoint(MOONS, epochs=40)
    little, most = (make_landscape(MOONS, moment, LandscapeChoice(kind), resolution=FEW) for kind in ("random", "path"))
    assert little.path_share < 0.2 < 0.8 < most.path_share
    assert little.plane.shares is None
    assert most.plane.shares is not None
    assert all(most.x[0] <= x <= most.x[-1] and most.y[0] <= y <= most.y[-1] for x, y in most.path)


def test_arrows_are_projections_of_the_next_steps_drawn_as_long_as_can_be_seen() -> None:
    made = make_landscape(MOONS, checkpoint(MOONS), LandscapeChoice("random"), resolution=FEW)
    assert [(arrow.optimizer, arrow.own) for arrow in made.arrows] == [("adam", True), ("sgd", False)]
    for arrow in made.arrows:
        inside = np.linalg.norm(np.array(arrow.at) @ made.plane.directions)
        assert inside / arrow.length == pytest.approx(arrow.share, rel=1e-6)
        assert 0 < arrow.share < 1
    longest = max(np.hypot(*arrow.at) for arrow in made.arrows) / 2  # of a frame 2 wide
    assert 0.08 < made.arrow_scale * longest <= 0.22


def test_a_seed_gives_other_directions_and_a_span_more_of_the_same() -> None:
    moment = checkpoint(MOONS)
    first, other, wide = (
        make_landscape(MOONS, moment, choice, resolution=FEW)
        for choice in (LandscapeChoice(), LandscapeChoice(seed=1), LandscapeChoice(span=2.0))
    )
    assert not np.allclose(first.plane.directions, other.plane.directions)
    np.testing.assert_array_equal(first.plane.directions, wide.plane.directions)
    assert (first.x[0], wide.x[0]) == (-1.0, -2.0)


def test_the_objective_is_there_when_there_are_penalties_and_validation_when_there_are_rows() -> None:
    training = TrainingConfig(regularization=Regularization(l1=0.001, l2=0.01))
    made = make_landscape(MOONS, checkpoint(MOONS, training=training), LandscapeChoice(), resolution=FEW)
    assert list(made.losses) == ["train", "validation", "objective"]
    assert (made.losses["objective"] > made.losses["train"]).all()
    assert made.rows["objective"] == made.rows["train"] == (30, 30)
    alone = with_choices(MOONS, validation_fraction=0.0)
    plain = make_landscape(alone, checkpoint(alone), LandscapeChoice(), resolution=FEW)
    assert list(plain.losses) == ["train"]


def test_what_is_frozen_or_silenced_does_not_move() -> None:
    moment = checkpoint(MOONS)
    frozen = np.arange(moment.state.parameters.size) % 2 == 0
    mask = Mask(frozen, np.zeros_like(frozen), np.zeros_like(moment.state.parameters))
    held = replace(moment, state=replace(moment.state, mask=mask))
    for kind in ("random", "path"):
        made = make_landscape(MOONS, held, LandscapeChoice(kind), resolution=FEW)
        assert not made.plane.directions[:, frozen].any()
        assert made.plane.directions[:, ~frozen].any()


def test_before_training_there_is_no_path_to_go_along_but_random_directions() -> None:
    moment = checkpoint(MOONS, epochs=0)
    with pytest.raises(UserError, match="no path yet"):
        make_landscape(MOONS, moment, LandscapeChoice("path"), resolution=FEW)
    made = make_landscape(MOONS, moment, LandscapeChoice("random"), resolution=FEW)
    assert np.isnan(made.path_share)
    assert [mark.kind for mark in made.marks] == ["best", "now"]


def test_at_an_earlier_moment_the_path_ends_there() -> None:
    moment, later = checkpoint(MOONS, epochs=5), checkpoint(MOONS, epochs=12)
    seen = make_landscape(MOONS, replace(moment, path=later.path), LandscapeChoice("path"), resolution=FEW)
    assert seen.path_epochs == (*range(6), 5)
    np.testing.assert_array_equal(seen.path, make_landscape(MOONS, moment, seen.choice, resolution=FEW).path)


def test_a_network_too_large_for_a_path_is_told_so() -> None:
    moment = checkpoint(MOONS, keep_path=False)
    with pytest.raises(UserError, match="too large for its path"):
        make_landscape(MOONS, moment, LandscapeChoice("path"), resolution=FEW)
    made = make_landscape(MOONS, moment, LandscapeChoice("random"), resolution=FEW)
    assert "too large" in made.no_path


def test_far_away_the_outputs_are_no_numbers_and_the_share_is_told() -> None:
    hills = toy_dataset("hills", n=60)
    moment = checkpoint(hills)
    parameters = moment.state.parameters.copy()
    layer_blocks(moment.config, parameters)[-1][...] = 2e37  # eight units of at most 1 stay below 3.4e38
    far = replace(moment, state=replace(moment.state, parameters=parameters))
    near, wide = (make_landscape(hills, far, LandscapeChoice(span=span), resolution=FEW) for span in (0.1, 5.0))
    assert near.beyond == 0
    assert 0.2 < wide.beyond < 1
    assert wide.beyond == np.isnan(wide.losses["train"]).mean()
    assert np.isfinite(wide.losses["train"][wide.centre])


def test_it_reports_how_far_it_is_and_can_be_called_off() -> None:
    shares: list[float] = []
    moment = checkpoint(MOONS)
    make_landscape(MOONS, moment, LandscapeChoice(), lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert len(shares) > 5
    with pytest.raises(Cancelled):
        make_landscape(MOONS, moment, LandscapeChoice(), cancelled=lambda: True)


def test_its_numbers_are_saved_unrounded_with_the_path_and_the_steps() -> None:
    made = make_landscape(MOONS, checkpoint(MOONS), LandscapeChoice("path"), resolution=FEW)
    losses, places = landscape_numbers(made)
    assert losses.header == ("x", "y", "train", "validation")
    rows = list(losses.rows())
    assert len(rows) == FEW * FEW
    assert rows[2 * FEW + 5] == [made.x[5], made.y[2], made.losses["train"][2, 5], made.losses["validation"][2, 5]]
    kinds = [row[0] for row in places.rows()]
    assert kinds == ["path"] * 14 + ["start", "best", "now", "next step, Adam", "next step, SGD"]


# In the background


class Desk:
    """An application model whose landscapes are kept."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.model = AppModel()
        self.threads: list[str] = []
        self.landscapes = Landscapes(self.model, self._finish)
        self.made: list[Landscape] = []
        self.refused: list[UserError] = []
        self.failures: list[str] = []
        self.landscapes.made.connect(lambda made, _: self.made.append(made))
        self.landscapes.refused.connect(self.refused.append)
        self.model.failed.connect(lambda _error, report: self.failures.append(report))

    def _finish(self, made: Landscape) -> int:
        self.threads.append(threading.current_thread().name)
        return made.epoch

    def until(self, so: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.model.tick()
            return so()

        self.qtbot.waitUntil(tick, timeout=20_000)

    def working(self) -> bool:
        return self.landscapes.progress is not None

    def toy(self, name: str) -> None:
        before = self.model.dataset
        self.model.load_toy(name)
        self.until(lambda: self.model.dataset is not before)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.model.shutdown()


def test_a_landscape_is_made_off_the_calling_thread_with_what_is_made_of_it(desk: Desk) -> None:
    desk.toy("moons")
    assert desk.landscapes.make(LandscapeChoice())
    assert desk.working()
    desk.until(lambda: bool(desk.made))
    assert desk.threads[0].startswith("nnviz-job")
    assert not desk.working()
    assert not desk.failures


def test_while_training_it_is_of_one_moment(desk: Desk) -> None:
    desk.toy("moons")
    desk.model.runs.send(messages.Run())
    desk.until(lambda: (snapshot := desk.model.runs.last_snapshot) is not None and snapshot.epoch > 3)
    desk.landscapes.make(LandscapeChoice("path"))
    desk.until(lambda: bool(desk.made) or bool(desk.refused))
    assert desk.made[0].epoch > 3
    assert desk.made[0].path_epochs[0] == 0


def test_of_many_wishes_at_once_only_the_last_is_answered(desk: Desk) -> None:
    desk.toy("moons")
    for seed in range(5):
        desk.landscapes.make(LandscapeChoice(seed=seed))
    desk.until(lambda: bool(desk.made))
    assert [made.choice.seed for made in desk.made] == [4]


def test_without_a_data_set_there_is_nothing_to_look_at(desk: Desk) -> None:
    assert not desk.landscapes.make(LandscapeChoice())
    assert desk.landscapes.progress is None


def test_what_was_called_off_never_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go = threading.Event(), threading.Event()

    def slow(*arguments: object) -> Landscape:
        began.set()
        go.wait(5)
        return make_landscape(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("nnviz.app.landscapes.make_landscape", slow)
    desk.toy("moons")
    desk.landscapes.make(LandscapeChoice())
    desk.until(began.is_set)
    desk.landscapes.cancel()
    go.set()
    desk.until(lambda: not desk.model.jobs._jobs)
    assert not desk.made
    assert desk.landscapes.progress is None


def test_another_data_set_calls_it_off(desk: Desk) -> None:
    desk.toy("moons")
    desk.landscapes.make(LandscapeChoice())
    desk.toy("rings")
    assert desk.landscapes.progress is None
    desk.until(lambda: not desk.model.jobs._jobs)
    assert not [made for made in desk.made if made.plane.centre.size != 105]


def test_a_path_before_the_first_update_is_refused_in_words(desk: Desk) -> None:
    desk.toy("moons")
    desk.landscapes.make(LandscapeChoice("path"))
    desk.until(lambda: bool(desk.refused))
    assert "no path yet" in desk.refused[0].message
    assert not desk.failures


def test_a_failure_is_reported_and_leaves_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Landscape:
        raise ZeroDivisionError

    monkeypatch.setattr("nnviz.app.landscapes.make_landscape", broken)
    desk.toy("moons")
    desk.landscapes.make(LandscapeChoice())
    desk.until(lambda: bool(desk.failures))
    assert "could not be worked out" in desk.refused[0].message


def test_a_run_that_ends_answers_nobody_and_nobody_waits(desk: Desk) -> None:
    desk.toy("moons")
    desk.landscapes.make(LandscapeChoice())
    desk.model.runs.state_changed.emit(RunState.STOPPED)
    assert desk.landscapes.progress is None
