"""Preparing a network: for new data, after an edit of its shape, from a file; and writing it down."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.app.column_summary import column_summaries
from nnviz.app.jobs import JobContext
from nnviz.app.network_edits import NetworkEdit, set_units
from nnviz.app.preparing import (
    OpenedModel,
    OpenedTable,
    Prepared,
    open_file,
    prepare,
    prepare_dataset,
    prepare_model,
    write_checkpoint,
)
from nnviz.app.reshaping import prepare_edit
from nnviz.data.column_split import ColumnSplit
from nnviz.data.csv_reader import ReadOptions
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import Role
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.errors import UserError
from nnviz.export.bundle import ModelBundle
from nnviz.export.formats import load, save
from nnviz.resources import resource_path
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import network_config

TRAINING = TrainingConfig(optimizer="sgd", learning_rate=0.25, batch_size=16, seed=5)


def train_to(trainer: Trainer, epoch: int) -> None:
    steps = trainer.steps()
    while trainer.epoch < epoch:
        next(steps)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return toy_dataset("gauss", n=60)


@pytest.fixture
def trained(dataset: Dataset) -> Prepared:
    """Return a network that has trained for twelve epochs."""
    prepared = prepare(dataset, network_config(dataset, [LayerConfig(6), LayerConfig(3)]), TRAINING)
    train_to(prepared.trainer, 12)
    return prepared


def checkpoint_of(prepared: Prepared) -> Checkpoint:
    trainer = prepared.trainer
    return Checkpoint(1, 1, trainer.mlp.config, trainer.state(), TRAINING)


def bundle_of(prepared: Prepared) -> ModelBundle:
    return ModelBundle.from_training(prepared.trainer.mlp, prepared.dataset)


def edit_of(prepared: Prepared, units: int) -> NetworkEdit:
    return set_units(prepared.trainer.mlp.config, 0, units)


def same_weights(first: Prepared, second: Prepared) -> bool:
    return bool(np.array_equal(first.trainer.mlp.parameters, second.trainer.mlp.parameters))


def test_table_and_model_are_told_apart_by_their_content(trained: Prepared, tmp_path: Path) -> None:
    save(bundle_of(trained), tmp_path / "model.json")
    model = open_file(tmp_path / "model.json", ReadOptions(), JobContext("Opening"))
    table = open_file(resource_path("datasets/iris.csv"), ReadOptions(), JobContext("Opening"))
    assert isinstance(model, OpenedModel)
    assert isinstance(table, OpenedTable)
    np.testing.assert_array_equal(model.bundle.parameters, trained.trainer.mlp.parameters)
    assert (table.table.n_rows, table.guess.target) == (150, "species")


def test_data_come_with_their_summaries_and_a_network_of_their_width(dataset: Dataset) -> None:
    prepared = prepare_dataset(lambda: dataset, [LayerConfig(5)], TRAINING, lambda: False)
    assert prepared.trainer.mlp.config.sizes == (2, 5, 1)
    assert [s.name for s in prepared.summaries] == [s.name for s in column_summaries(dataset)] != []
    assert (prepared.evaluation.epoch, prepared.note) == (0, "")


def test_given_weights_are_the_start_and_fresh_ones_where_reset_leads(trained: Prepared) -> None:
    again = prepare(trained.dataset, trained.trainer.mlp.config, TRAINING, trained.trainer.mlp)
    assert same_weights(again, trained)
    np.testing.assert_array_equal(again.initial.parameters, trained.initial.parameters)
    assert not np.array_equal(again.initial.parameters, again.trainer.mlp.parameters)
    assert again.evaluation.train_loss == pytest.approx(trained.trainer.evaluate().train_loss)


def test_edit_keeps_the_weights_that_still_fit(trained: Prepared) -> None:
    old = trained.trainer.mlp
    new = prepare_edit(trained.dataset, edit_of(trained, 8), checkpoint_of(trained), TRAINING, 1)
    mlp = new.trainer.mlp
    assert mlp.config.sizes == (2, 8, 3, 1)
    np.testing.assert_array_equal(mlp.weights[0][:, :6], old.weights[0])
    np.testing.assert_array_equal(mlp.weights[1][:6], old.weights[1])
    np.testing.assert_array_equal(mlp.weights[2], old.weights[2])
    assert new.trainer.epoch == 0
    assert new.note == "Weights that still fit were kept."


def test_evaluation_of_an_edit_is_that_of_the_kept_weights(trained: Prepared) -> None:
    same = prepare_edit(trained.dataset, edit_of(trained, 6), checkpoint_of(trained), TRAINING, 1)
    assert same.evaluation.train_loss == pytest.approx(trained.trainer.evaluate().train_loss)
    assert same.evaluation.train_loss < trained.evaluation.train_loss


def test_stream_decides_the_new_weights_of_an_edit_and_nothing_else(trained: Prepared) -> None:
    made = [
        prepare_edit(trained.dataset, edit_of(trained, 8), checkpoint_of(trained), TRAINING, stream)
        for stream in (1, 1, 2)
    ]
    assert same_weights(made[0], made[1])
    assert not same_weights(made[0], made[2])
    np.testing.assert_array_equal(made[0].trainer.mlp.weights[0][:, :6], made[2].trainer.mlp.weights[0][:, :6])


def test_edit_without_a_checkpoint_starts_from_the_seeds_own_weights(trained: Prepared) -> None:
    edit = edit_of(trained, 8)
    new = prepare_edit(trained.dataset, edit, None, TRAINING, 7)
    assert same_weights(new, prepare(trained.dataset, edit.config, TRAINING))
    assert new.note == "It starts from fresh weights."


def test_model_put_on_its_own_table_goes_on_with_its_weights_and_scales(trained: Prepared) -> None:
    again = prepare_model(trained.dataset.table, bundle_of(trained), TRAINING, "model.npz")
    assert again.dataset.preprocessor == trained.dataset.preprocessor
    np.testing.assert_array_equal(again.dataset.X, trained.dataset.X)
    assert same_weights(again, trained)
    assert len(again.summaries) == 3


def test_note_on_a_classifier_gives_the_share_of_rows_it_gets_right(trained: Prepared) -> None:
    again = prepare_model(trained.dataset.table, bundle_of(trained), TRAINING, "model.npz")
    right = (again.trainer.mlp.predict(again.dataset.X)[:, 0] >= 0.5) == (again.dataset.Y[:, 0] == 1)
    shares = [right[rows].mean() for rows in (again.dataset.train_rows, again.dataset.validation_rows)]
    assert again.note == (
        f"model.npz predicts the 60 rows of {again.dataset.table.name}: accuracy {shares[0]:.4g} on the training "
        f"rows, {shares[1]:.4g} on the validation rows."
    )


def test_model_without_all_its_columns_names_the_first_one_missing(trained: Prepared) -> None:
    whole = trained.dataset.table
    narrow = Table("narrow.csv", None, whole.columns[1:], whole.n_rows, NO_DIALECT)
    with pytest.raises(UserError, match=rf"m\.npz needs the column {whole.columns[0].name}, which narrow\.csv lacks"):
        prepare_model(narrow, bundle_of(trained), TRAINING, "m.npz")


def counted(answers: list[float], codes: list[float] | None = None) -> Table:
    """A number that stands for a category, and a numeric target."""
    zips = np.array(codes or [10.0, 20.0] * (len(answers) // 2))
    columns = (Column("zip", "integer", zips), Column("answer", "float", np.array(answers)))
    return Table("counted.csv", None, columns, len(answers), NO_DIALECT)


def zip_model() -> tuple[ModelBundle, Table]:
    table = counted([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    choices = ImportChoices("answer", "regression", {"zip": "feature"}, {"zip": "string"})
    dataset = build_dataset(table, choices)
    return bundle_of(prepare(dataset, network_config(dataset, [LayerConfig(2)]), TRAINING)), table


def test_numbers_that_the_model_learned_as_categories_are_categories_again() -> None:
    bundle, table = zip_model()
    dataset = prepare_model(table, bundle, TRAINING, "m.npz").dataset
    assert dataset.input_names == ("zip = 10", "zip = 20")
    assert dataset.table.column("zip").kind == "string"
    assert dataset.raw("zip").tolist() == [0, 1] * 4


def test_note_on_a_regression_model_gives_r2() -> None:
    bundle, table = zip_model()
    assert "R² " in prepare_model(table, bundle, TRAINING, "m.npz").note


def test_note_on_a_model_leaves_out_what_cannot_be_measured() -> None:
    bundle, _ = zip_model()
    note = prepare_model(counted([1.0, 2.0]), bundle, TRAINING, "m.npz").note
    assert "nan" not in note
    assert note.startswith("m.npz predicts the 2 rows of counted.csv")


def test_checkpoint_is_written_read_back_and_equal(trained: Prepared, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    verification = write_checkpoint(path, checkpoint_of(trained), trained.dataset)
    assert verification.rows_equal == verification.rows_checked == 60
    assert verification.max_abs_difference == 0
    read = load(path)
    np.testing.assert_array_equal(read.parameters, trained.trainer.mlp.parameters)
    facts, now = read.provenance, trained.trainer.evaluate()
    assert (facts["epoch"], facts["step"], facts["seed"]) == (12, trained.trainer.step, 5)
    assert facts["train_loss"] == pytest.approx(now.train_loss)
    assert facts["learning_rate"] == 0.25


def test_written_losses_are_those_of_the_checkpoint_though_training_went_on(trained: Prepared, tmp_path: Path) -> None:
    checkpoint, then = checkpoint_of(trained), trained.trainer.evaluate().train_loss
    train_to(trained.trainer, 20)
    write_checkpoint(tmp_path / "m.json", checkpoint, trained.dataset)
    facts = load(tmp_path / "m.json").provenance
    assert facts["epoch"] == 12
    assert facts["train_loss"] == pytest.approx(then)
    assert facts["train_loss"] != trained.trainer.evaluate().train_loss


def test_model_put_on_its_own_table_splits_it_as_in_training() -> None:
    from_training = build_dataset(
        toy_dataset("gauss", n=60).table,
        ImportChoices("class", "binary", {"x": "feature", "y": "feature", "class": "target"}, {}, 0.4, 11),
    )
    prepared = prepare(from_training, network_config(from_training), TRAINING)
    bundle = ModelBundle.from_training(prepared.trainer.mlp, from_training)
    again = prepare_model(from_training.table, bundle, TRAINING, "net.npz").dataset
    np.testing.assert_array_equal(again.train_rows, from_training.train_rows)


def test_split_that_makes_no_sense_in_a_file_falls_back() -> None:
    dataset = toy_dataset("gauss", n=60)
    prepared = prepare(dataset, network_config(dataset), TRAINING)
    facts: dict[str, str | int | float] = {"validation_fraction": "most", "split_seed": -3}
    bundle = ModelBundle.from_training(prepared.trainer.mlp, dataset, facts)
    assert len(prepare_model(dataset.table, bundle, TRAINING, "net.npz").dataset.validation_rows) == 15


def test_numbers_where_dates_were_learned_are_refused() -> None:
    days = Column("day", "date", np.datetime64("2020-01-01") + np.arange(20).astype("timedelta64[D]"))
    answers = Column("y", "float", np.arange(20.0))
    roles: dict[str, Role] = {"day": "feature", "y": "target"}
    dated = Table("dated.csv", None, (days, answers), 20, NO_DIALECT)
    dataset = build_dataset(dated, ImportChoices("y", "regression", roles))
    bundle = ModelBundle.from_training(prepare(dataset, network_config(dataset), TRAINING).trainer.mlp, dataset)
    numbered = Table("n.csv", None, (Column("day", "integer", np.arange(20.0)), answers), 20, NO_DIALECT)
    with pytest.raises(UserError, match="day holds numbers, but this model learned it as dates"):
        prepare_model(numbered, bundle, TRAINING, "net.npz")


SPLIT = ColumnSplit("part", {"fit": "train", "hold": "validation", "last": "test"})


def marked_table(words: tuple[str, ...] = ("fit", "fit", "hold", "last")) -> Table:
    marks = np.array(words, dtype=object)[np.arange(40) % len(words)]
    values = np.arange(40.0)
    columns = (Column("x", "float", values % 7), Column("part", "string", marks), Column("y", "float", values))
    return Table("marked.csv", None, columns, 40, NO_DIALECT)


def marked_bundle() -> tuple[ModelBundle, Dataset]:
    roles: dict[str, Role] = {"x": "feature", "y": "target"}
    dataset = build_dataset(marked_table(), ImportChoices("y", "regression", roles, split=SPLIT))
    return bundle_of(prepare(dataset, network_config(dataset), TRAINING)), dataset


def test_model_remembers_the_column_that_made_its_split(tmp_path: Path) -> None:
    bundle, dataset = marked_bundle()
    for suffix in (".npz", ".json", ".safetensors"):
        save(bundle, tmp_path / f"m{suffix}")
        again = prepare_model(marked_table(), load(tmp_path / f"m{suffix}"), TRAINING, "m").dataset
        assert again.choices.split == SPLIT
        for name in ("train_rows", "validation_rows", "test_rows"):
            np.testing.assert_array_equal(getattr(again, name), getattr(dataset, name))


def test_table_without_the_marks_is_split_by_chance_and_that_is_said() -> None:
    bundle, _ = marked_bundle()
    again = prepare_model(marked_table(("last", "hold")), bundle, TRAINING, "m.npz")
    assert again.dataset.choices.split is None
    assert again.note.endswith("part marks no training row here: the split is made by chance.")


@pytest.mark.parametrize("grouped", [None, True, False])
def test_model_remembers_whether_alike_rows_stayed_together(*, grouped: bool | None) -> None:
    roles: dict[str, Role] = {"x": "feature", "y": "target"}
    dataset = build_dataset(marked_table(), ImportChoices("y", "regression", roles, grouped=grouped))
    bundle = bundle_of(prepare(dataset, network_config(dataset), TRAINING))
    again = prepare_model(marked_table(), bundle, TRAINING, "m.npz").dataset
    assert again.choices.grouped is grouped
    np.testing.assert_array_equal(again.train_rows, dataset.train_rows)


def test_model_of_before_rows_were_grouped_splits_without() -> None:
    bundle, _ = marked_bundle()
    facts = {k: v for k, v in bundle.provenance.items() if k not in ("split_grouped", "split_column")}
    old = ModelBundle(bundle.config, bundle.parameters, bundle.preprocessor, facts)
    assert prepare_model(marked_table(), old, TRAINING, "m.npz").dataset.choices.grouped is False


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"column": 3, "parts": {}}', '{"column": "part", "parts": {"a": "b"}}']
)
def test_damaged_marks_are_no_split(text: str) -> None:
    bundle, _ = marked_bundle()
    bad = ModelBundle(
        bundle.config, bundle.parameters, bundle.preprocessor, {**bundle.provenance, "split_column": text}
    )
    assert prepare_model(marked_table(), bad, TRAINING, "m.npz").dataset.choices.split is None
