"""What was decided about a file is kept by its content, bounded, and never trusted blindly."""

import json
from pathlib import Path

import pytest

from nnviz.app import remembered_choices
from nnviz.app.jobs import JobContext
from nnviz.app.preparing import OpenedTable, open_file
from nnviz.app.remembered_choices import Remembered, RememberedStore, content_key
from nnviz.data.choices import ImportChoices
from nnviz.data.column_split import ColumnSplit
from nnviz.data.features import Encoding
from nnviz.data.read_options import ReadOptions
from nnviz.errors import Cancelled

CHOICES = ImportChoices(
    "y",
    "multiclass",
    {"x": "feature", "y": "target", "z": "ignore"},
    {"x": "string"},
    0.4,
    7,
    {"x": Encoding("robust", 5, ("elapsed", "weekday"))},
    ColumnSplit("z", {"a": "train", "b": "test"}),
    True,
)
OPTIONS = ReadOptions(encoding="cp1252", delimiter=";", missing_words=frozenset({"", "-9"}))


@pytest.fixture
def store(tmp_path: Path) -> RememberedStore:
    return RememberedStore(tmp_path / "deep" / "remembered.json")


def test_everything_decided_comes_back(store: RememberedStore) -> None:
    store.put("k", Remembered(OPTIONS, CHOICES, "2026-11-23"))
    again = RememberedStore(store.path).get("k")
    assert again == Remembered(OPTIONS, CHOICES, "2026-11-23")
    assert store.get("other") is None


def test_only_the_newest_two_hundred_files_are_kept(store: RememberedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remembered_choices.MOST_FILES == 200
    monkeypatch.setattr(remembered_choices, "MOST_FILES", 3)
    for name in ("a", "b", "c", "a", "d"):
        store.put(name, Remembered(OPTIONS, CHOICES, "2026-11-23"))
    assert [name for name in "abcd" if store.get(name)] == ["a", "c", "d"]


def test_store_does_not_grow_without_bound(store: RememberedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_choices, "MOST_TEXT", 2_000)
    for i in range(20):
        store.put(f"k{i}", Remembered(OPTIONS, CHOICES, "2026-11-23"))
    assert store.path.stat().st_size < 2_200
    assert store.get("k19") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"version": 2, "files": {"k": {}}}',
        '{"version": 1, "files": {"k": {"target": 3}}}',
        "[" * 99_999,
    ],
)
def test_damaged_store_is_as_good_as_an_empty_one(store: RememberedStore, text: str) -> None:
    store.path.parent.mkdir()
    store.path.write_text(text)
    assert store.get("k") is None
    store.put("k", Remembered(OPTIONS, CHOICES, "2026-11-23"))
    assert store.get("k") is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task", "guessing"),
        ("roles", {"x": "boss"}),
        ("kinds", {"x": "money"}),
        ("grouped", "maybe"),
        ("encodings", {"x": {"scaling": "none", "top": 3, "date_parts": None}}),
        ("validation_fraction", 3.0),
    ],
)
def test_entry_with_a_word_that_is_none_is_not_used(store: RememberedStore, field: str, value: object) -> None:
    store.put("k", Remembered(OPTIONS, CHOICES, "2026-11-23"))
    document = json.loads(store.path.read_text())
    document["files"]["k"][field] = value
    store.path.write_text(json.dumps(document))
    assert store.get("k") is None


def test_unwritable_place_costs_the_memory_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = RememberedStore(tmp_path / "file" / "remembered.json")
    store.put("k", Remembered(OPTIONS, CHOICES, "2026-11-23"))
    assert store.get("k") is None


def test_key_is_of_the_bytes_and_not_of_the_name(tmp_path: Path) -> None:
    for name, text in (("a.csv", "x\n1\n"), ("b.csv", "x\n1\n"), ("c.csv", "x\n2\n")):
        (tmp_path / name).write_text(text)
    keys = [content_key(tmp_path / name) for name in ("a.csv", "b.csv", "c.csv")]
    assert keys[0] == keys[1] != keys[2]
    assert content_key(tmp_path / "none.csv") == ""


def test_key_of_a_large_file_looks_at_both_ends_and_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_choices, "_WHOLE", 100)
    monkeypatch.setattr(remembered_choices, "_PART", 10)
    path = tmp_path / "a.csv"
    keys = set()
    for place in (0, 3, 495, 500, 990, 999):
        data = bytearray(b"0" * 1000)
        data[place] = 49
        path.write_bytes(bytes(data))
        keys.add(content_key(path))
    assert len(keys) == 6


def test_hashing_can_be_called_off(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(Cancelled):
        content_key(tmp_path / "a.csv", lambda: True)


def opened(path: Path, store: RememberedStore, options: ReadOptions | None = None) -> OpenedTable:
    found = open_file(path, options, JobContext("Reading"), store)
    assert isinstance(found, OpenedTable)
    return found


def test_file_of_known_content_is_read_as_last_time(store: RememberedStore, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,a\n-9,b\n3,a\n-9,b\n")
    first = opened(path, store)
    assert first.remembered is None
    options = ReadOptions(missing_words=frozenset({"", "-9"}))
    choices = ImportChoices("x", "regression", {"x": "target", "y": "feature"})
    store.put(first.key, Remembered(options, choices, "2026-11-23"))
    (tmp_path / "copy.csv").write_bytes(path.read_bytes())
    again = opened(tmp_path / "copy.csv", store)
    assert again.remembered is not None
    assert (again.options, again.guess.target) == (options, "x")
    assert again.table.column("x").n_missing == 2
    # Asked for by the person, the options count and nothing is remembered.
    fresh = opened(path, store, ReadOptions())
    assert (fresh.remembered, fresh.table.column("x").n_missing) == (None, 0)


def test_what_no_longer_reads_falls_back_to_the_guesses(store: RememberedStore, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,a\n2,b\n")
    key = opened(path, store).key
    for options in (ReadOptions(delimiter="|"), ReadOptions(encoding="no-such-encoding")):
        store.put(key, Remembered(options, CHOICES, "2026-11-23"))
        found = opened(path, store)
        assert (found.remembered, found.table.n_columns) == (None, 2)
