"""Files that are no model, cut files, flipped bytes: one sentence each, whatever the format."""

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from nnviz.errors import UserError
from nnviz.export import FORMATS, is_model_file, load

Saved = Callable[[str], bytes]
Refusal = Callable[[str, bytes], str]


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_a_file_cut_anywhere_is_refused(refusal: Refusal, saved: Saved, suffix: str) -> None:
    whole = saved(suffix)
    for length in [0, 1, 7, 8, 9, *range(10, len(whole) - 2, len(whole) // 23)]:
        refusal("cut.bin", whole[:length])


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_flipped_bytes_are_refused_or_harmless(saved: Saved, tmp_path: Path, suffix: str) -> None:
    whole = saved(suffix)
    rng = np.random.default_rng(0)
    path = tmp_path / "flipped.bin"
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] ^= int(rng.integers(1, 256))
        path.write_bytes(damaged)
        try:
            assert np.isfinite(load(path).parameters).all()
        except UserError:
            refused += 1
    assert refused > 30


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"a,b\n1,2\n",
        b"\0" * 100,
        pickle.dumps({"a": 1}),
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_a_file_that_is_no_model_is_refused(refusal: Refusal, tmp_path: Path, payload: bytes) -> None:
    assert "is not a model" in refusal("other.npz", payload)
    assert not is_model_file(tmp_path / "other.npz")


def test_a_spreadsheet_and_a_table_with_braces_are_not_models(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (tmp_path / "braces.csv").write_text("{id},{name}\n1,a\n", encoding="utf-8")
    assert not is_model_file(tmp_path / "book.xlsx")
    assert not is_model_file(tmp_path / "braces.csv")
    assert not is_model_file(tmp_path)
    assert not is_model_file(tmp_path / "absent.npz")


def test_foreign_files_of_the_same_formats_are_told_apart(refusal: Refusal, tmp_path: Path) -> None:
    foreign = io.BytesIO()
    np.savez(foreign, a=np.zeros(3))
    tensors = {"0.weight": np.zeros((2, 2), np.float32)}
    for name, payload in {
        "foreign.npz": foreign.getvalue(),
        "foreign.safetensors": safetensors.numpy.save(tensors, {"format": "pt"}),
        "foreign.json": b'{"type": "FeatureCollection", "features": []}',
    }.items():
        assert "not a model that nnviz wrote" in refusal(name, payload)


def test_a_file_over_the_size_limit_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "sparse.json"
    with path.open("wb") as file:
        file.write(b'{"format": "nnviz model"}')
        file.truncate(FORMATS[".json"].limit + 10)
    with pytest.raises(UserError, match="larger than 64 MB"):
        load(path)


def test_folders_pipes_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(UserError, match="does not exist"):
        load(tmp_path / "absent.npz")
    with pytest.raises(UserError, match="not a usable file name"):
        load("a\0b.npz")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="is a device"):
        load(tmp_path / "pipe")
