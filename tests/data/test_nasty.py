"""The hard files of ``nasty/``: each ends as its ``expected.json`` says, seen through ``nnviz inspect --json``."""

import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from nnviz.cli.main import run

FOLDER: Final = Path(__file__).parent / "nasty"
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))["files"]
# A name that Windows cannot hold must not stand in a checkout: the file gets it for the test.
STORED_AS: Final = {"we[i]rd *name's é.csv": "hostile_name.csv"}
KNOWN_KEYS: Final = {
    "bytes", "cells", "columns", "delimiter", "encoding", "header", "may_load", "message_contains", "names", "outcome",
    "reject_lines", "rows", "rows_alt", "target", "task", "types", "warn", "why",
}  # fmt: skip


def _stored(name: str) -> Path:
    return FOLDER / STORED_AS.get(name, name)


def _document(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return the exit status and the one JSON document, from standard output or standard error."""
    with TemporaryDirectory() as folder:
        path = _stored(name)
        if name in STORED_AS and sys.platform != "win32":
            path = Path(shutil.copy(path, Path(folder) / name))
        code = run(["inspect", str(path), "--json", "--preview", "0:1000000"])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    document = json.loads(captured.out if code == 0 else captured.err, parse_constant=pytest.fail)
    assert isinstance(document, dict)
    return code, document


def _is_same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return isinstance(found, int | float) and not isinstance(found, bool) and found == pytest.approx(wanted)
    return type(found) is type(wanted) and bool(found == wanted)


def _says(words: str, text: str) -> bool:
    return any(word.casefold() in text.casefold() for word in words.split("|"))


def test_every_file_has_an_entry_whose_keys_are_all_read() -> None:
    on_disk = {path.name for path in FOLDER.iterdir()} - {"expected.json", ".gitattributes"}
    assert on_disk == {_stored(name).name for name in EXPECTED}
    assert len(on_disk) == 74
    assert {key for entry in EXPECTED.values() for key in entry} <= KNOWN_KEYS


@pytest.mark.parametrize("name", EXPECTED)
def test_the_file_is_the_one_that_was_described(name: str) -> None:
    assert _stored(name).stat().st_size == EXPECTED[name]["bytes"]


@pytest.mark.parametrize("name", [name for name, entry in EXPECTED.items() if entry["outcome"] == "error"])
def test_what_is_no_table_is_refused_by_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = _document(name, capsys)
    if code == 0:
        assert EXPECTED[name].get("may_load"), f"loads as {document['rows']} rows"
        return
    assert code == 2
    assert _says(EXPECTED[name]["message_contains"], f"{document['error']} {document['hint']}"), document


@pytest.mark.parametrize("name", [name for name, entry in EXPECTED.items() if entry["outcome"] != "error"])
def test_the_table_is_the_one_that_was_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry = EXPECTED[name]
    code, document = _document(name, capsys)
    assert code == 0, document
    assert document["rows"] in [entry["rows"], *entry.get("rows_alt", [])]
    columns = document["columns"]
    assert len(columns) == entry["columns"]
    dialect = document["dialect"]
    assert dialect["header"] == entry["header"]
    assert dialect["delimiter"] == entry["delimiter"]
    assert dialect["encoding"] in entry["encoding"].split("|")
    if "names" in entry:
        assert [column["name"] for column in columns] == entry["names"]
    for column, wanted in zip(columns, entry.get("types", [column["kind"] for column in columns]), strict=True):
        assert column["kind"] in wanted.split("|"), column
    assert len(document["preview"]) == document["rows"]
    for row, place, value in entry.get("cells", []):
        assert _is_same(document["preview"][row][place], value), (row, place, document["preview"][row][place])


@pytest.mark.parametrize("name", [name for name, entry in EXPECTED.items() if entry["outcome"] != "error"])
def test_what_a_person_is_told_is_what_there_is_to_say(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry = EXPECTED[name]
    _, document = _document(name, capsys)
    lines = [bad["line"] for bad in document["rejected"]]
    assert lines == ([] if entry["outcome"] == "ok" else entry["reject_lines"])
    assert all(bad["reason"] and bad["text"] for bad in document["rejected"])
    for words in entry.get("warn", []):
        assert any(_says(words, warning) for warning in document["warnings"]), (words, document["warnings"])
    if "target" in entry:
        assert document["target"] == entry["target"]
    if "task" in entry:
        assert (document["task"] or "refuse") == entry["task"]
