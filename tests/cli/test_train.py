"""The verb train: options, document, exports, and every way it refuses."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.export import load
from nnviz.resources import resource_path

Call = Callable[..., Any]


def test_iris_reaches_093_with_the_default_settings(nnviz: Call, tmp_path: Path) -> None:
    exports = [tmp_path / f"iris{suffix}" for suffix in (".npz", ".safetensors", ".json")]
    options = [argument for path in exports for argument in ("--export", path)]
    result = nnviz("train", resource_path("datasets/iris.csv"), *options, "--json")
    document = result.document
    assert result.code == 0
    assert result.err == ""
    assert document["task"] == "classification"
    assert len(document["classes"]) == 3
    assert len(document["features"]) == 4
    assert document["parameters"] == 4 * 8 + 8 + 8 * 8 + 8 + 8 * 3 + 3
    assert document["rows"]["train"] + document["rows"]["validation"] == 150
    assert document["epochs"] == 200
    assert document["steps"] == 200 * -(-document["rows"]["train"] // 32)
    assert document["validation"]["accuracy"] >= 0.93
    assert document["train"]["loss"] < 0.2
    assert document["best"]["loss"] <= document["validation"]["loss"]
    assert 1 <= document["best"]["epoch"] <= 200
    assert document["steps_per_second"] == pytest.approx(document["steps"] / document["seconds"])
    assert document["exports"] == [
        {
            "path": str(path),
            "format": path.suffix[1:],
            "rows_checked": 150,
            "rows_equal": 150,
            "max_abs_difference": 0.0,
        }
        for path in exports
    ]


def test_iris_is_learnt_whatever_the_seed(nnviz: Call) -> None:
    data = resource_path("datasets/iris.csv")
    shares = [nnviz("train", data, "--seed", seed, "--json").document["validation"]["accuracy"] for seed in range(1, 9)]
    # Over eight splits of 38 rows logistic regression reaches 0.95.
    assert np.mean(shares) >= 0.93
    assert min(shares) >= 0.85


def test_same_seed_gives_the_same_weights_and_another_seed_others(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        export = tmp_path / f"{name}.npz"
        assert nnviz("train", flowers, "--target", "art", "--epochs", 5, "--seed", seed, "--export", export).code == 0
    first, again, other = (load(tmp_path / f"{name}.npz").parameters.tobytes() for name in "abc")
    assert first == again
    assert first != other


def test_exported_weights_are_those_of_the_last_epoch(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    export = tmp_path / "m.json"
    document = nnviz("train", flowers, "--target", "art", "--epochs", 40, "--export", export, "--json").document
    bundle = load(export)
    assert bundle.provenance["epoch"] == 40
    assert bundle.provenance["validation_loss"] == document["validation"]["loss"]
    assert bundle.provenance["dataset"] == "blumen.csv"
    predictions, probabilities = bundle.predict(read_csv(flowers))
    assert probabilities is not None
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    answers = [line.split(",")[-1] for line in flowers.read_text(encoding="utf-8").splitlines()[1:]]
    hits = sum(a == b for a, b in zip(predictions.tolist(), answers, strict=True))
    shares = document["train"]["accuracy"] * document["rows"]["train"]
    assert hits == round(shares + document["validation"]["accuracy"] * document["rows"]["validation"])


def test_regression_reports_errors_in_the_units_of_the_target(nnviz: Call, prices: Path) -> None:
    document = nnviz("train", prices, "--target", "price", "--hidden", 0, "--learning-rate", 0.05, "--json").document
    assert document["task"] == "regression"
    assert document["classes"] == []
    assert document["parameters"] == 3
    validation = document["validation"]
    assert validation["r2"] > 0.98
    # The noise has a standard deviation of 4,000, so its mean absolute value is 4,000 sqrt(2 / pi) = 3,192.
    assert 2_000 < validation["mae"] < 6_000
    assert validation["mae"] < validation["rmse"] < 8_000


def test_no_validation_rows_are_null_in_the_document(nnviz: Call, flowers: Path) -> None:
    document = nnviz("train", flowers, "--target", "art", "--epochs", 2, "--validation", 0, "--json").document
    assert document["rows"]["validation"] == 0
    assert document["validation"] == {"loss": None, "accuracy": None}
    assert document["best"] == {"epoch": None, "loss": None}


def test_task_can_be_forced_and_columns_ignored(nnviz: Call, tmp_path: Path) -> None:
    rows = "\n".join(f"{i},{i % 7},{i % 5},{i % 3}" for i in range(60))
    data = tmp_path / "codes.csv"
    data.write_text(f"a,b,c,code\n{rows}\n", encoding="utf-8")
    common = ("train", data, "--target", "code", "--epochs", 2, "--json")
    assert nnviz(*common, "--task", "regression").document["classes"] == []
    forced = nnviz(*common, "--task", "classification", "--ignore", "a", "--ignore", "b").document
    assert forced["classes"] == ["0", "1", "2"]
    assert forced["features"] == ["c"]


def test_text_report_says_what_was_written(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    result = nnviz("train", flowers, "--target", "art", "--epochs", 3, "--export", tmp_path / "m.npz")
    assert result.code == 0
    assert "m.npz: 90 of 90 rows, largest difference 0" in result.out
    assert re.search(r"validation \(\d+ rows\): loss [\d.]+, accuracy [\d.]+", result.out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--target", "absent"), "absent"),
        (("--target", "art", "--ignore", "absent"), "absent"),
        (("--target", "art", "--ignore", "art"), "both the target and ignored"),
        (("--target", "art", "--task", "binary"), "3 classes"),
        (("--target", "art", "--task", "regression"), "text"),
        (("--activation", "swish"), "swish"),
        (("--activation", "softmax"), "softmax"),
        (("--optimizer", "lion"), "lion"),
        (("--hidden", "8,x"), "--hidden"),
        (("--hidden", "8,-1"), "--hidden"),
        (("--hidden", "1000000,1000000"), "parameters"),
        (("--epochs", "0"), "--epochs"),
        (("--epochs", "many"), "--epochs"),
        (("--learning-rate", "nan"), "--learning-rate"),
        (("--learning-rate", "-1"), "--learning-rate"),
        (("--validation", "1"), "--validation"),
        (("--momentum", "1"), "--momentum"),
        (("--seed", "-1"), "--seed"),
        (("--task", "clustering"), "--task"),
        (("--frobnicate",), "--frobnicate"),
        (("--export", "model.pt"), ".pt"),
        (("--export", "/nowhere/at/all/m.npz"), "folder does not exist"),
    ],
)
def test_bad_options_are_one_sentence(nnviz: Call, flowers: Path, options: tuple[str, ...], words: str) -> None:
    nnviz("train", flowers, *options).refuses(words)
    result = nnviz("train", flowers, *options, "--json")
    assert (result.code, result.out) == (2, "")
    error = json.loads(result.err)
    assert set(error) == {"error", "hint"}
    assert words in error["error"] + error["hint"]


def test_exports_are_checked_before_the_data_is_read(nnviz: Call, tmp_path: Path) -> None:
    nnviz("train", tmp_path / "absent.csv", "--export", "model.onnx").refuses("does not write")


def test_two_exports_to_one_file_and_over_the_data_are_refused(nnviz: Call, flowers: Path, tmp_path: Path) -> None:
    twice = ("--export", tmp_path / "m.npz", "--export", tmp_path / "m.npz")
    nnviz("train", flowers, *twice).refuses("named twice")
    data = flowers.rename(tmp_path / "table.json")
    before = data.read_bytes()
    nnviz("train", data, "--target", "art", "--export", data).refuses("overwrite")
    assert data.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"a,b\n", "header.csv"),
        (b"a,b\n1,2\n", "one.csv"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "i.csv"),
    ],
)
def test_bad_files_are_one_sentence(nnviz: Call, tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    nnviz("train", tmp_path / name, "--export", tmp_path / "m.npz").refuses()
    assert not (tmp_path / "m.npz").exists()


def test_missing_files_and_folders_are_one_sentence(nnviz: Call, tmp_path: Path) -> None:
    nnviz("train", tmp_path / "absent.csv").refuses("absent.csv")
    nnviz("train", tmp_path).refuses()


def test_constant_target_is_one_sentence(nnviz: Call, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("a,b\n" + "".join(f"{i},same\n" for i in range(20)), encoding="utf-8")
    nnviz("train", tmp_path / "c.csv", "--target", "b").refuses("b")


def test_divergence_exits_2_with_a_tenth_of_the_rate_and_exports_nothing(
    nnviz: Call, prices: Path, tmp_path: Path
) -> None:
    export = tmp_path / "m.npz"
    export.write_bytes(b"old")
    options = ("--target", "price", "--optimizer", "sgd", "--activation", "relu", "--learning-rate", "1e20")
    nnviz("train", prices, *options, "--export", export).refuses("diverged: at step", "--learning-rate 1e+19")
    assert export.read_bytes() == b"old"


def test_interruption_exits_130_quietly_and_exports_nothing(
    nnviz: Call, flowers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnviz.engine.training import Trainer

    def interrupted(_self: Trainer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "steps", interrupted)
    result = nnviz("train", flowers, "--target", "art", "--export", tmp_path / "m.npz")
    assert (result.code, result.out, result.err) == (130, "", "")
    assert not (tmp_path / "m.npz").exists()
