"""A drawing is changed, taken back and made into a data set; no drawing ever changes itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.drawn_points import MOST_POINTS, DrawnPoint, DrawnPoints
from nnviz.errors import UserError


def three() -> DrawnPoints:
    return DrawnPoints().add(0, 0, "A").add(1, 0, "B").add(0, 2, "A")


def test_points_come_in_the_order_they_were_drawn() -> None:
    assert three().points == (DrawnPoint(0, 0, "A"), DrawnPoint(1, 0, "B"), DrawnPoint(0, 2, "A"))
    assert three().labels == ("A", "B")
    assert len(DrawnPoints()) == 0


def test_nearest_point_is_removed_and_comes_back_in_its_place() -> None:
    drawing = three()
    less = drawing.remove_nearest(0.9, 0.1)
    assert [point.label for point in less.points] == ["A", "A"]
    assert less.undo().points == drawing.points
    assert less.undo().redo().points == less.points
    assert len(drawing) == 3


def test_nothing_is_removed_beyond_reach() -> None:
    drawing = three()
    assert drawing.remove_nearest(5.0, 5.0, within=(0.5, 0.5)) is drawing
    assert len(drawing.remove_nearest(5.0, 5.0)) == 2
    assert DrawnPoints().remove_nearest(0, 0) == DrawnPoints()


def test_reach_is_an_ellipse_in_the_units_of_the_axes() -> None:
    drawing = DrawnPoints().add(100.0, 0.0, "far in x").add(0.0, 0.2, "near in y")
    assert drawing.nearest(0.0, 0.0, within=(1000.0, 0.1)) == 0
    assert drawing.nearest(0.0, 0.0) == 1


def test_of_points_on_one_another_the_last_is_removed() -> None:
    drawing = DrawnPoints().add(1, 1, "below").add(1, 1, "above")
    assert [point.label for point in drawing.remove_nearest(1, 1).points] == ["below"]


def test_stroke_is_one_step_back() -> None:
    stroke = [DrawnPoint(i / 10, 0.0, "A") for i in range(10)]
    drawing = three().add_all(stroke)
    assert len(drawing) == 13
    assert drawing.undo().points == three().points
    assert three().add_all([]) == three()


def test_clearing_can_be_taken_back() -> None:
    assert len(three().clear()) == 0
    assert three().clear().undo().points == three().points
    assert not DrawnPoints().clear().can_undo


def test_change_after_undo_ends_what_could_be_redone() -> None:
    drawing = three().undo()
    assert drawing.can_redo
    assert not drawing.add(9, 9, "B").can_redo
    assert drawing.add(9, 9, "B").redo() == drawing.add(9, 9, "B")
    assert DrawnPoints().undo() == DrawnPoints()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["add", "remove", "clear", "undo", "redo", "stroke"]), max_size=40), st.integers(0, 99))
def test_undo_and_redo_walk_through_the_same_drawings(steps: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawing = DrawnPoints()
    past: list[tuple[DrawnPoint, ...]] = [()]
    at = 0
    for step in steps:
        x, y = rng.normal(size=2)
        if step == "undo":
            drawing, at = drawing.undo(), max(at - 1, 0)
        elif step == "redo":
            drawing, at = drawing.redo(), min(at + 1, len(past) - 1)
        else:
            changed = {
                "add": drawing.add(x, y, "A"),
                "stroke": drawing.add_all([DrawnPoint(x, y, "B"), DrawnPoint(y, x, "B")]),
                "remove": drawing.remove_nearest(x, y),
                "clear": drawing.clear(),
            }[step]
            if changed is not drawing:
                past = [*past[: at + 1], changed.points]
                at += 1
            drawing = changed
        assert drawing.points == past[at]
    assert (drawing.can_undo, drawing.can_redo) == (at > 0, at < len(past) - 1)


def test_drawing_becomes_a_data_set_of_its_classes() -> None:
    drawing = DrawnPoints()
    for i in range(40):
        drawing = drawing.add(i, i % 7, "AB"[i % 2])
    data = drawing.to_dataset(seed=3)
    assert (data.task, data.classes, data.feature_names) == ("binary", ("A", "B"), ("x", "y"))
    assert (len(data.train_rows), len(data.validation_rows)) == (30, 10)
    assert data.raw("x").tolist() == list(range(40))
    assert drawing.add(0, 0, "C").to_dataset().task == "multiclass"


def test_two_points_of_two_classes_suffice() -> None:
    data = DrawnPoints().add(0, 0, "A").add(1, 1, "B").to_dataset()
    assert (data.n_rows, len(data.validation_rows)) == (2, 0)


@pytest.mark.parametrize("drawing", [DrawnPoints(), DrawnPoints().add(0, 0, "A"), DrawnPoints().add(0, 0, "A").undo()])
def test_one_class_cannot_be_learned(drawing: DrawnPoints) -> None:
    with pytest.raises(UserError, match="Two classes"):
        drawing.to_dataset()


@pytest.mark.parametrize(("x", "label"), [(float("nan"), "A"), (float("inf"), "A"), (0.0, " ")])
def test_senseless_point_is_refused(x: float, label: str) -> None:
    with pytest.raises(UserError, match="needs"):
        DrawnPoints().add(x, 0.0, label)


def test_drawing_has_an_end() -> None:
    with pytest.raises(UserError, match="100,000"):
        DrawnPoints().add_all([DrawnPoint(0, 0, "A")] * (MOST_POINTS + 1))
