"""Damaged and hostile .npz files give one sentence each, and never run code or fill the memory."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.export import load

Saved = Callable[[str], bytes]
Refusal = Callable[[str, bytes], str]


def npz(arrays: dict[str, Any], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a .npz whose members are arrays, or bytes put in as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, value in arrays.items():
            member = io.BytesIO()
            if isinstance(value, bytes):
                member.write(value)
            else:
                np.save(member, value, allow_pickle=True)
            archive.writestr(f"{name}.npy", member.getvalue())
    return buffer.getvalue()


def npz_arrays(payload: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
        return dict(arrays)


def npy_header(shape: str, descr: str = "<f4") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def test_an_object_array_is_never_unpickled(refusal: Refusal, saved: Saved, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "code-ran",))

    for name in ("nnviz", "weights_1"):
        arrays = npz_arrays(saved(".npz")) | {name: np.array([Bomb()], dtype=object)}
        assert "not a plain array" in refusal("bomb.npz", npz(arrays))
    assert not (tmp_path / "code-ran").exists()


def test_zip_bombs_are_refused_before_they_are_unpacked(refusal: Refusal, saved: Saved) -> None:
    arrays = npz_arrays(saved(".npz"))
    big = arrays | {"weights_1": np.zeros((3000, 3000), np.float32)}
    assert "larger than the architecture" in refusal("b.npz", npz(big, zipfile.ZIP_DEFLATED))
    many = arrays | {f"more_{i}": b"" for i in range(66_000)}
    assert "far more arrays" in refusal("many.npz", npz(many))


def test_a_directory_that_announces_terabytes_is_refused(refusal: Refusal, saved: Saved) -> None:
    payload = bytearray(saved(".npz"))
    place = payload.rindex(b"PK\x01\x02")
    payload[place + 24 : place + 28] = struct.pack("<I", 0xF0000000)  # the unpacked size of the last entry
    assert "would unpack to more than" in refusal("huge.npz", bytes(payload))


@pytest.mark.parametrize(
    "member",
    [
        npy_header("(1000000000, 1000000)"),
        npy_header("(999999999999999999, 999999999999999999)"),
        npy_header("()"),
        npy_header("(-1, 5)"),
        npy_header("(__import__('os').abort(),)"),
        npy_header("(" * 500 + ")" * 500),
        npy_header("(15, 5)", "|O"),
        npy_header("(15, 5)", "<U4"),
        npy_header("(15, 5)", "<f7"),
        npy_header("(15, 5)", "<f999999999"),
        b"\x93NUMPY\x03\x00\x00\x00",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
        b"not an array",
        b"",
    ],
)
def test_array_headers_are_judged_before_anything_is_allocated(refusal: Refusal, saved: Saved, member: bytes) -> None:
    refusal("h.npz", npz(npz_arrays(saved(".npz")) | {"weights_1": member}))


def test_description_with_impossible_characters_is_refused(refusal: Refusal, saved: Saved) -> None:
    member = npy_header("()", "<U2") + b"\xff\xff\xff\xff" * 2
    refusal("u.npz", npz(npz_arrays(saved(".npz")) | {"nnviz": member}))


def test_missing_misshapen_and_mistyped_arrays_are_named(refusal: Refusal, saved: Saved) -> None:
    arrays = npz_arrays(saved(".npz"))
    assert "'biases_2' is missing" in refusal("w.npz", npz({k: v for k, v in arrays.items() if k != "biases_2"}))
    assert "shape" in refusal("w.npz", npz(arrays | {"weights_2": arrays["weights_2"].T}))
    assert "float32" in refusal("w.npz", npz(arrays | {"biases_2": arrays["biases_2"].astype(np.float16)}))
    assert "larger" in refusal("w.npz", npz(arrays | {"biases_1": np.zeros(10_000)}))
    assert "finite" in refusal("w.npz", npz(arrays | {"biases_2": np.full_like(arrays["biases_2"], np.inf)}))


def test_fortran_order_and_compression_are_read(saved: Saved, tmp_path: Path) -> None:
    payload = saved(".npz")
    arrays = npz_arrays(payload)
    fortran = {name: np.asfortranarray(array) if array.ndim else array for name, array in arrays.items()}
    (tmp_path / "f.npz").write_bytes(npz(fortran, zipfile.ZIP_DEFLATED))
    assert load(tmp_path / "f.npz").parameters.tobytes() == load(tmp_path / "good.npz").parameters.tobytes()
