"""A file read again: choices kept by name, what came or went said, the network kept where it fits."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.app.jobs import JobContext
from nnviz.app.lenses import Place
from nnviz.app.marks import Marks
from nnviz.app.preparing import OpenedTable, open_file
from nnviz.app.reloading import Reloaded, carried_choices, reload_table
from nnviz.data.choices import ImportChoices
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.features import Encoding
from nnviz.data.infer import guess
from nnviz.data.read_options import ReadOptions
from nnviz.engine.mlp import MLP, LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.run.recipe import network_config

ROWS = "".join(f"{i % 7}.5,{i % 5},{'pq'[i % 2]},{'abc'[i % 3]},{('train', 'test')[i % 4 == 0]}\n" for i in range(60))
CHOICES = ImportChoices(
    "kind",
    "multiclass",
    {"size": "feature", "count": "ignore", "side": "feature", "kind": "target"},
    {"count": "string"},
    0.3,
    5,
    {"size": Encoding("robust")},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text("size,count,side,kind,part\n" + ROWS)
    return file


def opened(path: Path) -> OpenedTable:
    found = open_file(path, ReadOptions(), JobContext("Reading"))
    assert isinstance(found, OpenedTable)
    return found


def network_of(dataset: Dataset) -> MLP:
    return MLP.initialised(network_config(dataset, [LayerConfig(3)]), np.random.default_rng(4))


def again(path: Path, source: OpenedTable, dataset: Dataset, network: MLP | None) -> Reloaded:
    return reload_table(source, dataset, network, [LayerConfig(3)], TrainingConfig(), JobContext("Reading"))


def test_more_rows_keep_choices_and_network(path: Path) -> None:
    source = opened(path)
    dataset = build_dataset(source.table, CHOICES)
    network = network_of(dataset)
    path.write_text(path.read_text() + ROWS)
    found = again(path, source, dataset, network)
    made = found.prepared.dataset
    assert (made.n_rows, made.choices) == (120, CHOICES)
    np.testing.assert_array_equal(found.prepared.trainer.mlp.parameters, network.parameters)
    assert found.prepared.note == "a.csv was read again: 120 rows, 60 before. The network was kept."
    assert found.opened.stamp is not None
    assert found.opened.stamp != source.stamp


def test_kept_network_keeps_its_marks_and_a_new_one_has_none(path: Path) -> None:
    source = opened(path)
    dataset = build_dataset(source.table, CHOICES)
    marks = Marks(silenced=frozenset({Place(0, 1)}))
    arguments = (source, dataset, network_of(dataset), [LayerConfig(3)], TrainingConfig(), JobContext("Reading"), marks)
    path.write_text(path.read_text() + ROWS)
    kept = reload_table(*arguments).prepared
    assert kept.marks == marks
    assert not kept.trainer.mlp.weights[1][1].any()
    path.write_text(path.read_text().replace("p,", "r,"))
    assert not reload_table(*arguments).prepared.marks


def test_new_category_needs_a_new_network(path: Path) -> None:
    source = opened(path)
    dataset = build_dataset(source.table, CHOICES)
    path.write_text(path.read_text() + ROWS.replace(",p,", ",r,"))
    found = again(path, source, dataset, network_of(dataset))
    assert found.prepared.note.endswith("Its inputs or answers changed: a new network begins.")
    assert "side = r" in found.prepared.dataset.input_names


def test_columns_that_came_and_went_are_named(path: Path) -> None:
    source = opened(path)
    dataset = build_dataset(source.table, CHOICES)
    rows = [line.split(",") for line in path.read_text().splitlines()]
    lines = [",".join([row[0], row[3], str(i % 9 + 0.5) if i else "weight"]) for i, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n")
    found = again(path, source, dataset, network_of(dataset))
    assert "Gone: count, side, part. New: weight (used)." in found.prepared.note
    assert found.prepared.dataset.feature_names == ("size", "weight")
    assert found.prepared.dataset.choices.encodings == {"size": Encoding("robust")}
    assert found.prepared.dataset.choices.kinds == {}


def test_without_its_target_a_file_is_not_taken(path: Path) -> None:
    source = opened(path)
    dataset = build_dataset(source.table, CHOICES)
    path.write_text(path.read_text().replace("kind", "sort"))
    with pytest.raises(UserError, match="no column kind any more, which was the target"):
        again(path, source, dataset, None)


def test_classes_that_became_two_are_learned_as_two(path: Path) -> None:
    source = opened(path)
    path.write_text(path.read_text().replace(",c,", ",a,"))
    now = opened(path)
    choices, _ = carried_choices(CHOICES, source.table, now.table, guess(now.table, "kind"))
    assert choices.task == "binary"


def test_split_column_is_kept_while_it_marks_training_rows(path: Path) -> None:
    source = opened(path)
    split = ColumnSplit("part", {"train": "train", "test": "validation"})
    by_column = ImportChoices("kind", "multiclass", CHOICES.roles, split=split)
    kept, sentence = carried_choices(by_column, source.table, source.table, source.guess)
    assert (kept.split, sentence) == (split, "")
    path.write_text(path.read_text().replace("train", "learn"))
    now = opened(path)
    lost, sentence = carried_choices(by_column, source.table, now.table, now.guess)
    assert (lost.split, sentence) == (None, "part makes the split no longer.")
