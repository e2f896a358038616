"""What is written comes back, bit for bit, in every format."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors
from safetensors.numpy import load_file

from nnviz.data.dataset import Dataset
from nnviz.data.tasks import Task
from nnviz.engine.mlp import MLP
from nnviz.errors import UserError
from nnviz.export import FORMATS, ModelBundle, export_and_verify, is_model_file, load, save

Maker = Callable[..., tuple[ModelBundle, Dataset]]
SUFFIXES = tuple(FORMATS)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_parameters_names_and_provenance_come_back_bit_for_bit(
    make_bundle: Maker, tmp_path: Path, task: Task, dtype: type, suffix: str
) -> None:
    bundle, dataset = make_bundle(task, dtype)
    path = tmp_path / f"Modell ü{suffix}"
    save(bundle, path)
    back = load(path)
    assert back.parameters.dtype == dtype
    assert back.parameters.tobytes() == bundle.parameters.tobytes()
    assert back.config == bundle.config
    assert back.preprocessor == bundle.preprocessor
    assert dict(back.provenance) == dict(bundle.provenance)
    predictions, probabilities = bundle.predict(dataset.table)
    back_predictions, back_probabilities = back.predict(dataset.table)
    assert predictions.tolist() == back_predictions.tolist()
    if task == "regression":
        assert probabilities is None
        assert back_probabilities is None
    else:
        assert probabilities is not None
        assert np.array_equal(probabilities, back_probabilities)  # type: ignore[arg-type]
        assert set(predictions.tolist()) <= set(dataset.classes)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_extreme_floats_survive(make_bundle: Maker, tmp_path: Path, suffix: str) -> None:
    for dtype in (np.float32, np.float64):
        bundle, _ = make_bundle("binary", dtype)
        parameters = bundle.parameters.copy()
        info = np.finfo(dtype)
        next_to_one = np.nextafter(dtype(1), dtype(2))
        extremes = [info.max, info.min, info.tiny, info.smallest_subnormal, -0.0, 1 / 3, next_to_one]
        parameters[: len(extremes)] = extremes
        save(ModelBundle(bundle.config, parameters, bundle.preprocessor), tmp_path / f"m{suffix}")
        assert load(tmp_path / f"m{suffix}").parameters.tobytes() == parameters.tobytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_network_without_hidden_layers_comes_back(make_bundle: Maker, tmp_path: Path, suffix: str) -> None:
    from nnviz.engine.mlp import config_for_task

    bundle, dataset = make_bundle("regression")
    config = config_for_task("regression", dataset.X.shape[1], 1, [])
    linear = ModelBundle(config, np.arange(config.n_parameters, dtype=np.float32), bundle.preprocessor)
    save(linear, tmp_path / f"linear{suffix}")
    assert load(tmp_path / f"linear{suffix}").parameters.tolist() == linear.parameters.tolist()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_format_is_recognised_by_content_whatever_the_name(make_bundle: Maker, tmp_path: Path, suffix: str) -> None:
    bundle, _ = make_bundle()
    save(bundle, tmp_path / f"m{suffix}")
    renamed = (tmp_path / f"m{suffix}").rename(tmp_path / "data.csv")
    assert is_model_file(renamed)
    assert load(renamed).parameters.tobytes() == bundle.parameters.tobytes()


def test_verification_says_rows_and_difference(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, dataset = make_bundle()
    for suffix, form in FORMATS.items():
        verification = export_and_verify(bundle, tmp_path / f"m{suffix}", dataset.X)
        assert verification.sentence == "150 of 150 rows, largest difference 0"
        assert (verification.format, verification.rows_checked, verification.rows_equal) == (form.name, 150, 150)
        assert verification.max_abs_difference == 0.0


def test_verification_reports_a_file_that_came_back_different(
    make_bundle: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, dataset = make_bundle("regression")
    shifted = bundle.parameters.copy()
    shifted[-1] += 0.5
    other = ModelBundle(bundle.config, shifted, bundle.preprocessor, bundle.provenance)
    monkeypatch.setattr("nnviz.export.verify.load", lambda _path: other)
    verification = export_and_verify(bundle, tmp_path / "m.npz", dataset.X)
    assert verification.rows_equal == 0
    assert verification.max_abs_difference == pytest.approx(0.5, abs=1e-6)


def test_verification_refuses_another_preprocessing(
    make_bundle: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, dataset = make_bundle("multiclass")
    other, _ = make_bundle("binary")
    monkeypatch.setattr("nnviz.export.verify.load", lambda _path: other)
    with pytest.raises(UserError, match="another description"):
        export_and_verify(bundle, tmp_path / "m.npz", dataset.X)


def test_npz_is_plain_arrays_of_numbers_and_text(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, dataset = make_bundle()
    save(bundle, tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as arrays:
        assert {array.dtype.kind for array in arrays.values()} == {"f", "U"}
        assert arrays["classes"].tolist() == list(dataset.classes)
        assert arrays["inputs"].tolist() == list(dataset.input_names)
        assert arrays["activations"].tolist() == ["tanh", "identity", "relu", "sigmoid", "softmax"]
        first = np.tanh(dataset.X.astype(np.float32) @ arrays["weights_1"] + arrays["biases_1"])
    assert np.allclose(first, bundle.mlp().activations(dataset.X.astype(np.float32))[1], atol=1e-6)


def test_safetensors_has_the_names_and_shapes_of_a_torch_sequential(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, dataset = make_bundle()
    save(bundle, tmp_path / "m.safetensors")
    tensors = load_file(tmp_path / "m.safetensors")
    sizes = bundle.config.sizes
    expected: dict[str, tuple[int, ...]] = {f"{2 * i}.weight": (sizes[i + 1], sizes[i]) for i in range(5)}
    expected |= {f"{2 * i}.bias": (sizes[i + 1],) for i in range(5)}
    assert {name: tensor.shape for name, tensor in tensors.items()} == expected
    network = bundle.mlp()
    for i, weights in enumerate(network.weights):
        assert np.array_equal(tensors[f"{2 * i}.weight"], weights.T)
        assert np.array_equal(tensors[f"{2 * i}.bias"], network.biases[i])
    with safetensors.safe_open(tmp_path / "m.safetensors", framework="np") as file:
        metadata = file.metadata()
    assert json.loads(metadata["classes"]) == list(dataset.classes)
    assert json.loads(metadata["architecture"]) == bundle.config.to_dict()


def test_json_numbers_are_the_exact_weights_one_matrix_row_a_line(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, dataset = make_bundle("binary")
    save(bundle, tmp_path / "m.json")
    text = (tmp_path / "m.json").read_text(encoding="utf-8")
    document = json.loads(text)
    network: MLP = bundle.mlp()
    for layer, weights in zip(document["layers"], network.weights, strict=True):
        assert np.array_equal(np.array(layer["weights"]), weights.astype(np.float64))
        assert f"[{', '.join(repr(float(w)) for w in weights[0])}]" in text
    assert document["features"] == list(dataset.feature_names)
    assert "validation_loss" not in document["provenance"]  # it was NaN, which JSON cannot say
    assert document["provenance"]["train_loss"] == 0.1 + 0.2


def test_unknown_suffix_is_refused_before_anything_is_written(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, _ = make_bundle()
    for name in ("m.pt", "m.pkl", "m"):
        with pytest.raises(UserError, match="does not write"):
            save(bundle, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_suffix_may_be_in_capitals(make_bundle: Maker, tmp_path: Path) -> None:
    bundle, _ = make_bundle()
    save(bundle, tmp_path / "M.NPZ")
    assert load(tmp_path / "M.NPZ").config == bundle.config


def test_bundle_refuses_parts_that_do_not_fit(make_bundle: Maker) -> None:
    bundle, _ = make_bundle("multiclass")
    other, _ = make_bundle("regression")
    with pytest.raises(UserError, match="outputs"):
        ModelBundle(bundle.config, bundle.parameters, other.preprocessor)
    with pytest.raises(UserError, match="parameters"):
        ModelBundle(bundle.config, bundle.parameters[1:], bundle.preprocessor)
    bad = bundle.parameters.copy()
    bad[0] = np.nan
    with pytest.raises(UserError, match="finite"):
        ModelBundle(bundle.config, bad, bundle.preprocessor)
    with pytest.raises(UserError, match="float16"):
        ModelBundle(bundle.config, bundle.parameters.astype(np.float16), bundle.preprocessor)
    with pytest.raises(UserError, match="provenance"):
        ModelBundle(bundle.config, bundle.parameters, bundle.preprocessor, {"rows": [1]})  # type: ignore[dict-item]


def test_bundle_keeps_its_own_read_only_parameters(make_bundle: Maker) -> None:
    bundle, _ = make_bundle()
    network = bundle.mlp()
    network.parameters[0] += 1
    assert bundle.parameters[0] != network.parameters[0]
    with pytest.raises(ValueError, match="read-only"):
        bundle.parameters[0] = 1.0
