"""The verb predict: one row per row, and every way it refuses."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.export import load

Call = Callable[..., Any]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def flower_model(nnviz: Call, flowers: Path, tmp_path: Path) -> Path:
    path = tmp_path / "blumen.safetensors"
    assert nnviz("train", flowers, "--target", "art", "--epochs", 30, "--export", path).code == 0
    return path


def test_one_row_per_row_with_a_probability_per_class(
    nnviz: Call, flowers: Path, flower_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    result = nnviz("predict", flower_model, flowers, "--output", out, "--json")
    assert result.code == 0
    assert result.err == ""
    assert result.document["rows"] == 90
    assert result.document["classes"] == ["α", "β", "γ"]
    rows = rows_of(out)
    assert list(rows[0]) == ["prediction", "p_α", "p_β", "p_γ"]
    predictions, probabilities = load(flower_model).predict(read_csv(flowers))
    assert probabilities is not None
    assert [row["prediction"] for row in rows] == predictions.tolist()
    # By repr: what is read back is exactly what the network gave.
    assert [[float(row[f"p_{name}"]) for name in "αβγ"] for row in rows] == probabilities.astype(float).tolist()


def test_regression_has_the_prediction_alone_in_raw_units(nnviz: Call, prices: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "m.json", tmp_path / "out.csv"
    nnviz("train", prices, "--target", "price", "--hidden", 4, "--export", model)
    assert nnviz("predict", model, prices, "--output", out).code == 0
    rows = rows_of(out)
    assert list(rows[0]) == ["prediction"]
    answers = [float(line.split(",")[2]) for line in prices.read_text(encoding="utf-8").splitlines()[1:]]
    errors = [abs(float(row["prediction"]) - answer) for row, answer in zip(rows, answers, strict=True)]
    assert sum(errors) / len(errors) < 30_000


def test_data_needs_no_target_and_may_have_other_columns(nnviz: Call, flower_model: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "new.csv", tmp_path / "out.csv"
    data.write_text("extra;farbe;breite;länge\n9;rot;0,1;0,2\n8;lila;2,1;\n7;;;4,1\n6;blau;1,5;2,5\n", encoding="utf-8")
    assert nnviz("predict", flower_model, data, "--output", out).code == 0
    assert len(rows_of(out)) == 4


def test_a_missing_column_is_one_sentence_and_nothing_is_written(
    nnviz: Call, flower_model: Path, tmp_path: Path
) -> None:
    data = tmp_path / "short.csv"
    data.write_text("farbe,breite\nrot,1.5\nblau,2.5\n", encoding="utf-8")
    nnviz("predict", flower_model, data, "--output", tmp_path / "out.csv").refuses("länge")
    assert not (tmp_path / "out.csv").exists()


def test_text_where_numbers_were_learned_is_one_sentence(nnviz: Call, flower_model: Path, tmp_path: Path) -> None:
    data = tmp_path / "words.csv"
    data.write_text("länge,breite,farbe\nlang,1.5,rot\nkurz,2.5,blau\n", encoding="utf-8")
    nnviz("predict", flower_model, data, "--output", tmp_path / "out.csv").refuses("länge")


def test_anything_but_a_model_as_model_is_one_sentence(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    nnviz("predict", flowers, flowers, "--output", out).refuses("blumen.csv is not a model")
    nnviz("predict", tmp_path / "absent.npz", flowers, "--output", out).refuses("absent.npz")
    nnviz("predict", tmp_path, flowers, "--output", out).refuses("folder")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04" + bytes(22) + b"\x09\x00\x00\x00nnviz.npy")
    nnviz("predict", tmp_path / "cut.npz", flowers, "--output", out).refuses("damaged")
    result = nnviz("predict", flowers, flowers, "--output", out, "--json")
    assert (result.code, result.out) == (2, "")
    assert "not a model" in json.loads(result.err)["error"]
    assert not out.exists()


def test_outputs_that_cannot_be_written_are_refused_before_the_work(
    nnviz: Call, flowers: Path, flower_model: Path, tmp_path: Path
) -> None:
    nnviz("predict", flower_model, flowers, "--output", tmp_path / "no" / "out.csv").refuses("folder does not exist")
    nnviz("predict", flower_model, flowers, "--output", tmp_path).refuses("folder")
    nnviz("predict", flower_model, flowers, "--output", flowers).refuses("overwrite its own input")
    nnviz("predict", flower_model, flowers, "--output", flower_model).refuses("overwrite its own input")
    nnviz("predict", flower_model, flowers).refuses("--output")


def test_rejected_rows_are_named_on_standard_error(nnviz: Call, flower_model: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "torn.csv", tmp_path / "out.csv"
    good = "".join(f"{i % 5}.5,1.{i},rot\n" for i in range(30))
    data.write_text(f"länge,breite,farbe\n{good}1.0,2.0,rot,too,many,cells\n", encoding="utf-8")
    table = read_csv(data)
    assert len(table.rejected) == 1
    result = nnviz("predict", flower_model, data, "--output", out)
    assert result.code == 0
    assert len(rows_of(out)) == table.n_rows == 30
    assert "line 32" in result.err
    document = nnviz("predict", flower_model, data, "--output", out, "--json").document
    assert [row["line"] for row in document["rejected"]] == [32]


def test_class_names_with_commas_and_quotes_come_back_and_formulas_are_made_text(nnviz: Call, tmp_path: Path) -> None:
    data, model, out = tmp_path / "q.csv", tmp_path / "m.npz", tmp_path / "out.csv"
    names = ('"a, ""b"""', "=1+1")
    data.write_text(
        "x,kind\n" + "".join(f"{(i % 2) * 3 + i / 50},{names[i % 2]}\n" for i in range(40)), encoding="utf-8"
    )
    nnviz("train", data, "--target", "kind", "--export", model, "--learning-rate", 0.05)
    assert nnviz("predict", model, data, "--output", out).code == 0
    rows = rows_of(out)
    assert set(rows[0]) == {"prediction", 'p_a, "b"', "p_=1+1"}
    assert [row["prediction"] for row in rows] == ['a, "b"', "'=1+1"] * 20
