"""Damaged and hostile .json and .safetensors files give one sentence each."""

import copy
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.errors import UserError
from nnviz.export import FORMATS, is_model_file, load

Saved = Callable[[str], bytes]
Refusal = Callable[[str, bytes], str]


def rebuilt_safetensors(payload: bytes, change: Callable[[dict[str, Any]], None], body: bytes | None = None) -> bytes:
    (length,) = struct.unpack_from("<Q", payload)
    header = json.loads(payload[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + (payload[8 + length :] if body is None else body)


def test_safetensors_headers_that_lie_are_refused(refusal: Refusal, saved: Saved) -> None:
    payload = saved(".safetensors")

    def refuse(change: Callable[[dict[str, Any]], Any]) -> str:
        return refusal("s.safetensors", rebuilt_safetensors(payload, lambda header: change(header) and None))

    assert "do not fill" in refuse(lambda h: h["0.weight"].update(shape=[2**31, 2**31]))
    assert "do not fill" in refuse(lambda h: h["0.bias"].update(data_offsets=[0, 2**62]))
    assert "do not fill" in refuse(lambda h: h["0.bias"].update(data_offsets=h["0.weight"]["data_offsets"]))
    assert "do not fill" in refuse(lambda h: h.pop("2.bias"))
    assert "shape" in refuse(lambda h: h["0.weight"].update(shape=h["0.weight"]["shape"][::-1]))
    assert "type" in refuse(lambda h: h["0.weight"].update(dtype="I32"))
    assert "not all text" in refuse(lambda h: h["__metadata__"].update(classes=["a"]))
    assert "not a model" in refuse(lambda h: h.pop("__metadata__"))
    refusal("s.safetensors", struct.pack("<Q", 2**40) + b"{}" + payload)
    refusal("s.safetensors", struct.pack("<Q", 10**6) + b"{" + b"[" * 10**6)
    swapped = bytearray(payload)
    swapped[-4:] = struct.pack("<f", float("nan"))
    assert "finite" in refusal("s.safetensors", bytes(swapped))


def json_of(saved: Saved) -> dict[str, Any]:
    document = json.loads(saved(".json"))
    assert isinstance(document, dict)
    return document


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every entry of a JSON value, lists of plain values by their first entry only."""
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))[: None if value and isinstance(value[0], dict | list) else 1]
    else:
        return
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


NUMBERS: tuple[Any, ...] = (True, -1, 0, 10**9, 10**30, 10**400, 0.5, 1e308)
HOSTILE_VALUES: tuple[Any, ...] = (*NUMBERS, None, "", "x", "softmax", [], [[]], {}, {"a": {}}, ["a", "a"], [None])


def test_any_entry_replaced_or_removed_is_refused_or_harmless(saved: Saved) -> None:
    good = json_of(saved)
    form = FORMATS[".json"]
    refused = 0
    for path in places(good):
        variants: list[Any] = [lambda parent, key: parent.pop(key)]
        variants += [lambda parent, key, value=value: parent.__setitem__(key, value) for value in HOSTILE_VALUES]
        for variant in variants:
            document = copy.deepcopy(good)
            parent = document
            for key in path[:-1]:
                parent = parent[key]
            variant(parent, path[-1])
            try:
                bundle = form.decode(json.dumps(document).encode())
            except UserError:
                refused += 1
            else:
                assert np.isfinite(bundle.parameters).all()
                assert np.isfinite(bundle.outputs(np.zeros((2, bundle.config.n_inputs)))).all()
    assert refused > 500


def test_json_weights_of_the_wrong_shape_or_kind_are_refused(refusal: Refusal, saved: Saved) -> None:
    changes: tuple[tuple[Callable[[dict[str, Any]], object], str], ...] = (
        (lambda d: d["layers"][0]["weights"].pop(), "rows"),
        (lambda d: d["layers"][1]["weights"][0].append(0.5), "numbers"),
        (lambda d: d["layers"].pop(), "layers"),
        (lambda d: d["layers"][0]["biases"].__setitem__(0, 1e39), "does not fit float32"),
        (lambda d: d["layers"][0]["biases"].__setitem__(0, "1"), "not a number"),
        (lambda d: d["layers"][0].update(activation="relu"), "disagree"),
        (lambda d: d.update(classes=["a", "b", "c"]), "disagree"),
        (lambda d: d.update(version=2), "later nnviz"),
        (lambda d: d.update(dtype="float16"), "float16"),
        (lambda d: d["architecture"].update(n_inputs=10**12), "parameters"),
        (lambda d: d["architecture"]["layers"][0].update(units=10**15), "parameters"),
    )
    for change, words in changes:
        document = json_of(saved)
        change(document)
        assert words in refusal("j.json", json.dumps(document).encode())


def test_json_text_that_is_no_sound_json_is_refused(refusal: Refusal, saved: Saved) -> None:
    good = saved(".json")
    assert "nested too deeply" in refusal("t.json", b'{"format": ' + b"[" * 200_000)
    assert "not valid JSON" in refusal("t.json", b'{"format": NaN}')
    assert "not valid JSON" in refusal("t.json", b'{"format": ' + b"9" * 10_000 + b"}")
    assert "not valid JSON" in refusal("t.json", good.replace(b"nnviz model", b"nnviz\xff\xfe"))
    assert "not valid JSON" in refusal("t.json", good + b"x")
    document = json_of(saved)
    document["layers"][0]["biases"][0] = float("nan")
    assert "not valid JSON" in refusal("t.json", json.dumps(document).encode())


def test_a_json_file_with_a_byte_order_mark_is_read(saved: Saved, tmp_path: Path) -> None:
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + saved(".json"))
    assert is_model_file(tmp_path / "bom.json")
    assert load(tmp_path / "bom.json").config == load(tmp_path / "good.json").config
