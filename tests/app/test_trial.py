"""A network tried on another file: nothing learned, every row predicted, scores in the target's unit."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.preparing import Prepared, prepare
from nnviz.app.trial import Trial, can_try, try_network
from nnviz.data.choices import ImportChoices
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.export.csv_file import write_predictions, write_rejected
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import network_config


def texts(values: list[str | None]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def table_of(n: int, *, seed: int, name: str = "a.csv") -> Table:
    rng = np.random.default_rng(seed)
    x = rng.normal(10, 3, n)
    kind = texts(["=yes" if value > 10 else "no" for value in x])
    columns = (
        Column("x", "float", x),
        Column("side", "string", texts(["l", "r"] * (n // 2))),
        Column("kind", "string", kind),
        Column("cost", "float", 100 * x + 7),
    )
    return Table(name, Path("/data") / name, columns, n, NO_DIALECT)


def learned(target: str) -> tuple[Dataset, Checkpoint]:
    task = "binary" if target == "kind" else "regression"
    choices = ImportChoices(target, task, {"x": "feature", "side": "feature", target: "target"})  # type: ignore[arg-type]
    dataset = build_dataset(table_of(80, seed=1), choices)
    prepared: Prepared = prepare(dataset, network_config(dataset, [LayerConfig(4)]), TrainingConfig(learning_rate=0.05))
    steps = prepared.trainer.steps()
    while prepared.trainer.epoch < 40:
        next(steps)
    state = prepared.trainer.state()
    return dataset, Checkpoint(1, 1, prepared.trainer.mlp.config, state, prepared.trainer.config)


def tried(target: str, table: Table) -> Trial:
    dataset, checkpoint = learned(target)
    return try_network(Path("/data/b.csv"), table, dataset, checkpoint)


def test_scores_of_classes_are_those_of_the_rows_told_apart() -> None:
    trial = tried("kind", table_of(50, seed=2, name="b.csv"))
    truth = trial.table.column("kind").values
    assert trial.scores is not None
    assert trial.scores.values["accuracy"] == pytest.approx(float(np.mean(trial.predictions == truth)))
    assert trial.scores.values["accuracy"] > 0.9
    assert (trial.learned_from, trial.epoch, len(trial.predictions)) == ("a.csv", 40, 50)
    assert trial.probabilities is not None
    np.testing.assert_allclose(trial.probabilities.sum(axis=1), 1.0)


def test_errors_of_a_regression_are_in_the_unit_of_the_target() -> None:
    table = table_of(50, seed=2, name="b.csv")
    trial = tried("cost", table)
    truth = table.column("cost").values
    assert trial.scores is not None
    assert trial.scores.values["mae"] == pytest.approx(float(np.abs(trial.predictions - truth).mean()))
    assert trial.probabilities is None


def test_file_without_the_answers_is_predicted_and_not_scored() -> None:
    whole = table_of(20, seed=2, name="b.csv")
    trial = tried("kind", replace(whole, columns=whole.columns[:2]))
    assert trial.scores is None
    assert len(trial.predictions) == 20
    assert "There is no column 'kind'" in trial.problems[0]


def test_what_does_not_suit_the_network_is_said() -> None:
    whole = table_of(20, seed=2, name="b.csv")
    sides = Column("side", "string", texts(["l", "up"] * 10))
    trial = tried("kind", whole.with_columns({"side": sides}))
    assert any("'up' (10)" in problem for problem in trial.problems)


def test_rows_of_the_file_do_not_move_the_scales() -> None:
    dataset, checkpoint = learned("kind")
    far = table_of(20, seed=2, name="b.csv")
    far = far.with_columns({"x": Column("x", "float", far.column("x").values + 1000)})
    trial = try_network(Path("/data/b.csv"), far, dataset, checkpoint)
    assert trial.applied.preprocessor is dataset.preprocessor
    assert set(trial.predictions.tolist()) == {"=yes"}


def test_absent_column_is_named() -> None:
    whole = table_of(20, seed=2, name="b.csv")
    with pytest.raises(UserError, match="'side'"):
        tried("kind", replace(whole, columns=(whole.columns[0], whole.columns[2])))


def test_a_file_can_be_tried_if_it_is_another_one_with_every_feature() -> None:
    dataset, _ = learned("kind")
    table = table_of(4, seed=1)
    assert can_try(dataset, Path("/data/b.csv"), table)
    assert not can_try(dataset, Path("/data/a.csv"), table)
    assert not can_try(dataset, Path("/data/b.csv"), replace(table, columns=table.columns[1:]))
    assert not can_try(None, Path("/data/b.csv"), table)


def test_saved_predictions_run_no_formula_and_read_back(tmp_path: Path) -> None:
    trial = tried("kind", table_of(20, seed=2, name="b.csv"))
    path = tmp_path / "p.csv"
    write_predictions(path, trial.predictions, trial.probabilities, trial.applied.preprocessor.classes)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"))))
    assert rows[0] == ["prediction", "p_=yes", "p_no"]
    assert {row[0] for row in rows[1:]} == {"'=yes", "no"}
    assert trial.probabilities is not None
    np.testing.assert_array_equal([[float(a), float(b)] for _, a, b in rows[1:]], trial.probabilities)


def test_saved_rejected_rows_run_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_rejected(path, [Rejected(7, "2 fields where 3 were expected", "=HYPERLINK(1),2\n")])
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"))))
    assert rows == [["line", "reason", "text"], ["7", "2 fields where 3 were expected", "'=HYPERLINK(1),2\n"]]
