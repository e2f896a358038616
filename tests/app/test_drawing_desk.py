"""Facts about the desk: what is drawn is learned, a run goes on, and no drawing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.drawing_desk import KEPT_ASIDE, DrawingDesk
from nnviz.app.lenses import Place
from nnviz.app.network_edits import set_units
from nnviz.app.notices import AppNotice
from nnviz.errors import UserError
from nnviz.export.verify import Verification
from nnviz.run import messages
from nnviz.run.state import RunState

LEFT, RIGHT = [(-3.0, 0.0), (-3.0, 1.0)], [(3.0, 0.0), (3.0, 1.0)]


class Table:
    """A model with a desk, ticked by hand."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.model = AppModel()
        self.desk = DrawingDesk(self.model)
        self.notices: list[AppNotice] = []
        self.failures: list[BaseException] = []
        self.model.notice.connect(self.notices.append)
        self.model.failed.connect(lambda error, _: self.failures.append(error))

    def until(self, so: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.model.tick()
            self.desk.tick()
            return so()

        self.qtbot.waitUntil(tick, timeout=10_000)
        assert not self.failures

    def load(self, name: str) -> None:
        before = self.model.dataset
        self.model.load_toy(name)
        self.until(lambda: self.model.dataset is not before)

    def learn(self) -> None:
        """Wait until the run learns what is drawn."""
        drawing = self.desk.drawing
        assert drawing is not None
        self.until(lambda: self.rows == len(drawing.points) and self.model.preparing is None)

    def active(self) -> bool:
        return self.desk.active

    def is_plain(self) -> bool:
        return self.desk.is_plain

    @property
    def rows(self) -> int:
        return -1 if self.model.dataset is None else self.model.dataset.n_rows

    def action(self, text: str) -> Callable[[], None]:
        """Return what the button of the newest notice with this text does."""
        return next(n for n in reversed(self.notices) if text in n.text and n.actions).actions[0].run

    def parameters(self) -> np.ndarray:
        found: list[messages.Checkpoint] = []
        self.model.runs.checkpoint(found.append)
        self.until(lambda: bool(found))
        return found[0].state.parameters

    def points(self) -> int:
        return 0 if self.desk.drawing is None else len(self.desk.drawing.points)


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[Table]:
    made = Table(qtbot)
    yield made
    made.model.shutdown()


def test_drawing_on_a_toy_changes_nothing_before_the_first_stroke(table: Table) -> None:
    table.load("spiral")
    dataset = table.model.dataset
    table.desk.start()
    table.until(lambda: True)
    assert table.active()
    assert table.points() == 500
    table.desk.leave()
    assert table.model.dataset is dataset
    assert table.desk.drawing is None


def test_stroke_is_learned_with_the_weights_kept(table: Table) -> None:
    table.load("spiral")
    before = table.parameters()
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    assert table.rows == 502
    np.testing.assert_array_equal(table.parameters(), before)


def test_what_is_frozen_or_silenced_stays_so_when_a_stroke_is_learned(table: Table) -> None:
    table.load("spiral")
    hand = table.model.runs.hand
    hand.mark("silenced", Place(0, 4), on=True)
    hand.mark("frozen", Place(1, 2, 3), on=True)
    marks, before = hand.marks, table.parameters()
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    assert hand.marks == marks
    np.testing.assert_array_equal(table.parameters(), before)
    hand.clear_marks()
    after = table.parameters()
    assert np.count_nonzero(after != before) == 8  # the silent neuron's weights are back


def test_third_class_keeps_the_marks_of_the_hidden_layers(table: Table) -> None:
    table.load("spiral")
    hand = table.model.runs.hand
    for place in (Place(0, 4), Place(2, 0), Place(2, 0, 1)):
        hand.mark("silenced", place, on=True)
    table.desk.start()
    table.desk.choose_class(2)
    table.desk.add(RIGHT)
    table.learn()
    assert hand.marks.silenced == {Place(0, 4)}


def test_running_training_goes_on_from_its_epoch(table: Table) -> None:
    table.load("moons")
    table.model.runs.send(messages.Run())
    table.until(lambda: table.model.runs.last_snapshot is not None and table.model.runs.last_snapshot.epoch > 20)
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    table.until(lambda: table.model.runs.state is RunState.RUNNING)
    seen: list[int] = []
    table.model.runs.snapshot_ready.connect(lambda snapshot: seen.append(snapshot.epoch))
    table.until(lambda: bool(seen))
    assert seen[0] > 20


def test_paused_training_stays_paused(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    table.until(lambda: True)
    assert not table.model.runs.asked_to_run
    assert table.model.runs.state is RunState.READY


def test_many_quick_strokes_are_all_learned_in_the_end(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    for number in range(30):
        table.desk.add([(number / 10, 0.0)])
        if number % 7 == 0:
            table.model.tick()
            table.desk.tick()
    table.learn()
    assert table.rows == 530


def test_undo_and_redo_reach_the_run(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    table.desk.undo()
    table.learn()
    assert table.rows == 500
    table.desk.redo()
    table.learn()
    assert table.rows == 502


def test_network_that_is_edited_while_a_stroke_is_prepared_is_the_one_that_learns_it(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.model.runs.edit(lambda config: set_units(config, 0, 5))
    table.learn()
    table.until(lambda: not table.model.runs.editing)
    assert table.model.runs.config is not None
    assert table.model.runs.config.hidden[0].units == 5
    assert table.rows == 502


def test_new_drawing_waits_for_two_classes_and_leaves_the_other_set_until_then(table: Table) -> None:
    table.load("moons")
    dataset = table.model.dataset
    table.desk.begin_new()
    table.desk.add(LEFT)
    for _ in range(20):
        table.model.tick()
        table.desk.tick()
    assert table.model.dataset is dataset
    assert table.is_plain()
    table.desk.choose_class(1)
    table.desk.add(RIGHT)
    table.learn()
    assert not table.is_plain()
    assert table.model.dataset is not None
    assert table.model.dataset.name == "Drawn points"
    assert table.model.dataset.classes == ("A", "B")


def test_drawing_without_anything_to_learn_is_put_aside_when_it_is_left(table: Table) -> None:
    table.load("moons")
    table.desk.begin_new()
    table.desk.add(LEFT)
    table.desk.leave()
    assert table.desk.drawing is None
    table.action("put aside")()
    assert table.points() == 2
    assert table.active()


def test_opening_another_set_by_mistake_is_undone_with_points_weights_and_history(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    table.model.runs.send(messages.StepEpoch())
    table.until(lambda: table.model.runs.last_snapshot is not None and table.model.runs.last_snapshot.epoch == 1)
    before = table.parameters()
    table.load("circle")
    assert table.desk.drawing is None
    assert not table.active()
    table.action("Circle took the place of the drawing")()
    table.learn()
    assert table.rows == 502
    np.testing.assert_array_equal(table.parameters(), before)
    table.desk.undo()
    table.learn()
    assert table.rows == 500


def test_pencil_goes_back_to_the_last_drawing_and_begins_one_if_there_is_none(table: Table) -> None:
    table.load("moons")
    table.desk.resume()
    assert table.is_plain()
    table.desk.add(LEFT)
    table.desk.leave()
    table.desk.resume()
    assert table.points() == 2
    table.desk.resume()
    assert table.points() == 2


def test_drawn_points_are_exported_and_read_back_the_same(table: Table, tmp_path: Path) -> None:
    table.load("moons")
    table.desk.begin_new()
    table.desk.add(LEFT)
    table.desk.choose_class(1)
    table.desk.add(RIGHT)
    table.learn()
    done: list[Verification] = []
    table.model.exported.connect(done.append)
    table.model.export(tmp_path / "drawn.npz")
    table.until(lambda: bool(done))
    assert "4 rows" in done[0].sentence


def test_new_drawing_puts_the_old_one_aside(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    table.desk.begin_new()
    assert table.points() == 0
    table.action("put aside")()
    table.learn()
    assert table.rows == 502


def test_only_the_last_drawings_are_kept(table: Table) -> None:
    for number in range(KEPT_ASIDE + 2):
        table.desk.begin_new()
        table.desk.add([(float(number), 0.0)])
    table.desk.leave()
    kept = 0
    while table.desk.can_bring_back and kept < 20:
        table.desk.bring_back()
        assert table.desk.drawing is not None
        table.desk.drawing = None  # not put aside again
        kept += 1
    assert kept == KEPT_ASIDE


def test_untouched_copy_of_a_set_is_not_worth_a_banner(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.load("circle")
    assert not [notice for notice in table.notices if notice.topic == "drawing aside"]


def test_another_split_keeps_the_drawing_and_its_undo(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add(LEFT)
    table.learn()
    before = table.model.dataset
    table.model.rebuild(validation_fraction=0.1)
    table.until(lambda: table.model.dataset is not before)
    assert table.active()
    assert table.desk.drawing is not None
    assert len(table.desk.drawing.validation) == 50
    table.desk.undo()
    table.learn()
    assert table.rows == 500


def test_set_that_is_no_plane_offers_a_new_drawing(table: Table) -> None:
    table.load("hills")
    table.desk.start()
    assert not table.active()
    table.action("a number to predict")()
    assert table.active()
    assert table.points() == 0


def test_undo_outside_the_mode_says_what_to_do(table: Table) -> None:
    table.load("moons")
    table.desk.undo()
    assert "Press D to draw" in table.notices[-1].text


def test_stroke_that_is_too_much_is_refused_whole(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.add([(0.0, 0.0)] * 2_000)
    assert "at most 2,000 points" in table.notices[-1].text
    assert table.points() == 500


def test_points_that_cannot_be_prepared_are_told_once_and_tried_again_with_the_next(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UserError("The points are refused.")

    table.load("moons")
    table.desk.start()
    with monkeypatch.context() as patch:
        patch.setattr("nnviz.app.drawing_desk.prepare_drawing", refuse)
        table.desk.add(LEFT)
        table.until(lambda: any("refused" in notice.text for notice in table.notices))
        for _ in range(30):
            table.model.tick()
            table.desk.tick()
        assert sum("refused" in notice.text for notice in table.notices) == 1
    table.desk.add(RIGHT)
    table.learn()
    assert table.rows == 504


def test_class_that_cannot_be_next_is_refused_with_a_hint(table: Table) -> None:
    table.load("moons")
    table.desk.start()
    table.desk.choose_class(4)
    assert table.desk.class_index == 0
    assert "one after the other" in table.notices[-1].text
