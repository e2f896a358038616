"""Facts about a drawing: its points, classes and split, and the network that goes on learning it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.drawing import (
    MOST_CLASSES,
    MOST_POINTS,
    Drawing,
    PlacedPoint,
    drawing_on,
    is_of,
    new_drawing,
    split_as,
    why_not_drawable,
)
from nnviz.app.drawing_training import more_outputs, prepare_drawing, prepare_kept
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset, with_choices
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import ToyOptions, toy_dataset, toy_from_options
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import Trainer
from nnviz.errors import UserError
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import DEFAULT_HIDDEN, DEFAULT_TRAINING

FEW = (LayerConfig(4),)


def two_clouds() -> Drawing:
    return new_drawing().add([(-3.0, 0.0), (-3.0, 1.0)], 0).add([(3.0, 0.0), (3.0, 1.0)], 1)


def trained(drawing: Drawing, epochs: int = 5) -> tuple[Trainer, Checkpoint]:
    trainer = prepare_drawing(drawing, FEW, DEFAULT_TRAINING).trainer
    trainer.begin()
    steps = trainer.steps()
    while trainer.epoch < epochs:
        next(steps)
    return trainer, checkpoint_of(trainer)


def checkpoint_of(trainer: Trainer) -> Checkpoint:
    return Checkpoint(1, 1, trainer.mlp.config, trainer.state(), trainer.config)


def made(**columns: object) -> Dataset:
    n = 12
    kinds = {"f": "float", "i": "integer", "s": "string"}
    listed = tuple(Column(name, kinds[name[0]], np.asarray(values)) for name, values in columns.items())  # type: ignore[arg-type]
    words = np.array(["yes", "no"], dtype=object)[np.arange(n) % 2]
    table = Table("made.csv", Path("made.csv"), (*listed, Column("answer", "string", words)), n, NO_DIALECT)
    roles = {**dict.fromkeys(columns, "feature"), "answer": "target"}
    return build_dataset(table, ImportChoices("answer", "binary", roles))  # type: ignore[arg-type]


def test_new_drawing_is_empty_and_has_two_classes() -> None:
    drawing = new_drawing()
    assert drawing.classes == ("A", "B")
    assert drawing.counts == (0, 0)
    assert drawing.dataset().n_rows == 0
    assert not drawing.can_learn


def test_one_class_is_not_enough_to_learn_and_two_are() -> None:
    drawing = new_drawing().add([(0.0, 0.0)], 1)
    assert not drawing.can_learn
    assert drawing.add([(1.0, 1.0)], 0).can_learn


def test_stroke_is_undone_as_one() -> None:
    drawing = new_drawing().add([(0.0, 0.0)], 0).add([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)], 1)
    assert drawing.undo().counts == (1, 0)
    assert drawing.undo().redo().counts == (1, 3)
    assert drawing.undo().undo().undo().counts == (0, 0)


def test_next_class_is_added_with_its_first_point_and_keeps_its_key_when_undone() -> None:
    drawing = two_clouds().add([(0.0, 4.0)], 2)
    assert drawing.classes == ("A", "B", "C")
    assert drawing.dataset().Y.shape == (5, 3)
    assert drawing.undo().classes == ("A", "B", "C")
    assert drawing.undo().counts == (2, 2, 0)


def test_class_of_a_file_that_is_named_like_a_letter_is_not_named_twice() -> None:
    drawing = new_drawing()
    named = replace(drawing, preprocessor=replace(drawing.preprocessor, classes=("C", "D")))
    assert named.with_class(2).classes == ("C", "D", "class 3")


def test_class_beyond_the_next_and_the_tenth_are_refused() -> None:
    drawing = new_drawing()
    with pytest.raises(UserError, match="at most 9 classes"):
        drawing.add([(0.0, 0.0)], 3)
    for index in range(2, MOST_CLASSES):
        drawing = drawing.with_class(index)
    with pytest.raises(UserError, match="at most 9 classes"):
        drawing.with_class(MOST_CLASSES)


def test_more_points_than_the_map_shows_are_refused() -> None:
    drawing = new_drawing().add([(0.0, 0.0)] * MOST_POINTS, 0)
    with pytest.raises(UserError, match="at most 2,000 points"):
        drawing.add([(0.0, 0.0)], 1)


def test_removal_takes_the_nearest_point_within_reach() -> None:
    drawing = two_clouds()
    assert drawing.remove_nearest(3.1, 0.9, (0.5, 0.5)).points.points[-1].y == 0.0
    assert drawing.remove_nearest(0.0, 0.0, (0.5, 0.5)) is drawing


def test_toy_set_becomes_a_drawing_with_its_rows_classes_split_and_scaling() -> None:
    toy = toy_dataset("spiral", n=60)
    drawing = drawing_on(toy)
    dataset = drawing.dataset()
    assert dataset.name == "Spiral, drawn on"
    np.testing.assert_array_equal(dataset.X, toy.X)
    np.testing.assert_array_equal(dataset.Y, toy.Y)
    np.testing.assert_array_equal(dataset.train_rows, toy.train_rows)
    np.testing.assert_array_equal(dataset.validation_rows, toy.validation_rows)


def test_drawing_on_a_drawing_is_named_once() -> None:
    assert drawing_on(drawing_on(toy_dataset("spiral", n=60)).dataset()).name == "Spiral, drawn on"


def test_added_points_train_and_no_row_changes_its_part_or_its_numbers() -> None:
    toy = toy_dataset("moons", n=80)
    grown = drawing_on(toy).add([(0.0, 0.0), (5.0, 5.0)], 1).dataset()
    np.testing.assert_array_equal(grown.X[:80], toy.X)
    np.testing.assert_array_equal(grown.validation_rows, toy.validation_rows)
    np.testing.assert_array_equal(grown.train_rows, [*toy.train_rows, 80, 81])


def test_removed_and_brought_back_point_has_the_part_that_it_had() -> None:
    toy = toy_dataset("gauss", n=40)
    row = int(toy.validation_rows[3])
    x, y = float(toy.raw("x")[row]), float(toy.raw("y")[row])
    drawing = drawing_on(toy).remove_nearest(x, y, (0.01, 0.01))
    assert len(drawing.validation) == len(toy.validation_rows) - 1
    assert len(drawing.undo().validation) == len(toy.validation_rows)


@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        (None, "no data set"),
        (toy_dataset("hills", n=40), "a number to predict"),
        (toy_from_options("spiral", ToyOptions(n=2_002)), "2,002 rows"),
        (made(f=np.arange(12.0), f2=np.arange(12.0), f3=np.arange(12.0)), "two columns of numbers"),
        (made(f=np.arange(12.0)), "two columns of numbers"),
        (made(f=np.arange(12.0), s=np.array(["a", "b", "c"] * 4, dtype=object)), "two columns of numbers"),
        (made(f=np.arange(12.0), f2=np.where(np.arange(12) < 3, np.nan, 1.0 * np.arange(12))), "missing"),
    ],
)
def test_data_set_that_is_no_plane_of_classes_says_why_it_cannot_be_drawn_on(
    dataset: Dataset | None, reason: str
) -> None:
    assert reason in why_not_drawable(dataset)
    if dataset is not None:
        with pytest.raises(UserError, match=reason):
            drawing_on(dataset)


def test_file_of_two_numeric_columns_is_drawn_on_in_its_own_names() -> None:
    dataset = drawing_on(made(f=np.arange(12.0), i=np.arange(12.0) % 5)).add([(0.5, 1.5)], 0).dataset()
    assert dataset.feature_names == ("f", "i")
    assert dataset.table.column("i").values[-1] == 1.5
    assert dataset.table.column("answer").values[-1] == "no"
    assert dataset.table.path is None


def test_new_split_is_recognised_as_the_same_points_and_taken_over() -> None:
    drawing = drawing_on(toy_dataset("moons", n=80)).add([(0.0, 0.0)], 0)
    again = with_choices(drawing.dataset(), validation_fraction=0.1)
    assert is_of(again, drawing)
    moved = split_as(drawing, drawing, again)
    assert len(moved.validation) == len(again.validation_rows) == 8
    np.testing.assert_array_equal(moved.dataset().X, again.X)
    assert moved.undo().counts == (40, 40)


def test_points_drawn_since_the_split_keep_their_part() -> None:
    learned = drawing_on(toy_dataset("moons", n=80))
    again = with_choices(learned.dataset(), validation_fraction=0.1)
    moved = split_as(learned.add([(0.0, 0.0)], 0), learned, again)
    assert len(moved.points) == 81
    assert moved.points.points[-1] == PlacedPoint(0.0, 0.0, "A", "train")
    assert len(moved.validation) == 8


def test_other_points_are_not_recognised() -> None:
    drawing = drawing_on(toy_dataset("moons", n=80))
    assert not is_of(toy_dataset("moons", n=80), drawing)
    assert not is_of(drawing.add([(0.0, 0.0)], 0).dataset(), drawing)


def test_training_goes_on_with_the_same_weights_epoch_and_moments() -> None:
    drawing = two_clouds()
    trainer, checkpoint = trained(drawing)
    prepared = prepare_drawing(drawing.add([(0.0, 3.0)], 0), FEW, DEFAULT_TRAINING, checkpoint, drawing)
    after = prepared.trainer.state()
    np.testing.assert_array_equal(after.parameters, checkpoint.state.parameters)
    np.testing.assert_array_equal(after.moments, checkpoint.state.moments)
    assert (after.step, after.epoch) == (checkpoint.state.step, 5)
    assert after.moments.any()
    assert len(after.order) == 5
    assert prepared.evaluation.epoch == 5
    steps = prepared.trainer.steps()
    while prepared.trainer.epoch < 8:
        next(steps)
    assert not np.array_equal(prepared.trainer.mlp.parameters, checkpoint.state.parameters)
    assert trainer.epoch == 5


def test_answers_do_not_move_when_a_point_is_added() -> None:
    drawing = two_clouds()
    _, checkpoint = trained(drawing)
    grown = prepare_drawing(drawing.add([(5.0, -5.0)], 1), FEW, DEFAULT_TRAINING, checkpoint, drawing)
    network = MLP(checkpoint.config, checkpoint.state.parameters, np.float32)
    X = drawing.dataset().X.astype(np.float32)
    np.testing.assert_array_equal(grown.trainer.mlp.predict(X), network.predict(X))
    np.testing.assert_array_equal(grown.dataset.X[:4], drawing.dataset().X)


def test_best_so_far_holds_only_while_the_validation_points_do() -> None:
    drawing = drawing_on(toy_dataset("gauss", n=40))
    _, checkpoint = trained(drawing)
    best = checkpoint.state.best.best
    assert best is not None
    kept = prepare_drawing(drawing.add([(0.0, 0.0)], 0), FEW, DEFAULT_TRAINING, checkpoint, drawing)
    assert kept.trainer.best is not None
    assert (kept.trainer.best.epoch, kept.trainer.best.value) == (best.epoch, best.value)
    held = drawing.validation[0]
    fewer = drawing.remove_nearest(held.x, held.y, (0.01, 0.01))
    assert prepare_drawing(fewer, FEW, DEFAULT_TRAINING, checkpoint, drawing).trainer.best is None


@pytest.mark.parametrize("known", [2, 3])
def test_new_class_leaves_the_answers_for_the_known_ones_in_proportion(known: int) -> None:
    task = "binary" if known == 2 else "multiclass"
    old = MLP.initialised(config_for_task(task, 2, 1 if known == 2 else 3, FEW), np.random.default_rng(4))
    new = more_outputs(old, config_for_task("multiclass", 2, known + 1, FEW))
    X = np.random.default_rng(5).normal(size=(20, 2)).astype(old.dtype)
    before, after = old.predict(X), new.predict(X)
    if known == 2:
        before = np.concatenate([1.0 - before, before], axis=1)
    np.testing.assert_allclose(after[:, :known] / after[:, :known].sum(axis=1, keepdims=True), before, rtol=1e-4)
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))


def test_third_class_keeps_the_hidden_layers() -> None:
    drawing = two_clouds()
    _, checkpoint = trained(drawing)
    prepared = prepare_drawing(drawing.add([(0.0, 4.0)], 2), FEW, DEFAULT_TRAINING, checkpoint, drawing)
    old = MLP(checkpoint.config, checkpoint.state.parameters, np.float32)
    np.testing.assert_array_equal(prepared.trainer.mlp.weights[0], old.weights[0])
    assert prepared.trainer.mlp.config.n_outputs == 3
    assert prepared.dataset.task == "multiclass"


def test_drawing_that_was_put_aside_comes_back_with_its_weights() -> None:
    drawing = two_clouds()
    _, checkpoint = trained(drawing)
    network = MLP(checkpoint.config, checkpoint.state.parameters, np.float32)
    prepared = prepare_kept(drawing, network, DEFAULT_TRAINING)
    np.testing.assert_array_equal(prepared.trainer.mlp.parameters, checkpoint.state.parameters)
    assert len(prepared.summaries) == 3


def test_first_learnable_drawing_begins_with_fresh_weights() -> None:
    prepared = prepare_drawing(two_clouds(), DEFAULT_HIDDEN, DEFAULT_TRAINING)
    assert prepared.trainer.mlp.config.hidden == DEFAULT_HIDDEN
    assert prepared.trainer.step == 0
