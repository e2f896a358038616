"""Bundles of every task, with the awkward columns that real files have."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import Role
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.errors import UserError
from nnviz.export import ModelBundle, load, save

TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression")
CLASSES: dict[Task, tuple[str, ...]] = {"binary": ("нет", "да"), "multiclass": ("Iris-α", "=1+1", 'naïve, "x"')}


def awkward_table(task: Task, n_rows: int = 150) -> Table:
    """A float column with gaps, a timestamp-sized one, a text column with gaps, a date column, and a target."""
    rng = np.random.default_rng(7)
    size = rng.normal(3.0, 2.0, n_rows)
    size[::7] = np.nan
    colours = np.array(["rouge", "grün", "", "藍", None], dtype=object)[rng.integers(0, 5, n_rows)]
    days = np.datetime64("2024-02-28", "s") + np.arange(n_rows) * np.timedelta64(86_400, "s")
    if task == "regression":
        target = Column("preis (€)", "float", rng.normal(1e6, 250.0, n_rows))
    else:
        names = np.array(CLASSES[task], dtype=object)
        target = Column("класс", "string", names[np.arange(n_rows) % len(names)])
    columns = (
        Column("größe", "float", size),
        Column("時刻", "integer", 1.7e9 + rng.integers(0, 10**6, n_rows).astype(np.float64)),
        Column('farbe "x", y', "string", colours),
        Column("tag", "date", days),
        target,
    )
    return Table("awkward.csv", None, columns, n_rows, NO_DIALECT)


def make_dataset(task: Task) -> Dataset:
    table = awkward_table(task)
    roles: dict[str, Role] = {column.name: "feature" for column in table.columns[:-1]}
    target = table.columns[-1].name
    return build_dataset(table, ImportChoices(target, task, roles | {target: "target"}))


@pytest.fixture
def make_bundle() -> Callable[..., tuple[ModelBundle, Dataset]]:
    """Return a maker of (bundle, data set) with random weights, every hidden activation among the layers."""

    def make(task: Task = "multiclass", dtype: type = np.float32) -> tuple[ModelBundle, Dataset]:
        dataset = make_dataset(task)
        hidden = [LayerConfig(5, "tanh"), LayerConfig(4, "identity"), LayerConfig(3, "relu"), LayerConfig(3, "sigmoid")]
        config = config_for_task(task, dataset.X.shape[1], dataset.Y.shape[1], hidden)
        rng = np.random.default_rng(3)
        network = MLP(config, rng.normal(0, 0.7, config.n_parameters), dtype=dtype)
        facts: dict[str, str | int | float] = {
            "seed": 3,
            "train_loss": 0.1 + 0.2,
            "validation_loss": float("nan"),
            "note": "Ünïcode",
        }
        return ModelBundle.from_training(network, dataset, facts), dataset

    return make


@pytest.fixture
def saved(make_bundle: Callable[..., tuple[ModelBundle, Dataset]], tmp_path: Path) -> Callable[[str], bytes]:
    """Return a maker of the bytes of a good file, by suffix."""

    def make(suffix: str) -> bytes:
        bundle, _ = make_bundle()
        save(bundle, tmp_path / f"good{suffix}")
        return (tmp_path / f"good{suffix}").read_bytes()

    return make


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[str, bytes], str]:
    """Return a function from bytes to the sentence that refuses them; it checks that refusing took little memory."""

    def refuse(name: str, payload: bytes) -> str:
        (tmp_path / name).write_bytes(payload)
        tracemalloc.start()
        try:
            with pytest.raises(UserError) as caught:
                load(tmp_path / name)
            assert tracemalloc.get_traced_memory()[1] < 4 * 2**20 + 4 * len(payload)
        finally:
            tracemalloc.stop()
        assert name in caught.value.message
        assert caught.value.message.endswith(".")
        return caught.value.message

    return refuse
