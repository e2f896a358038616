"""``nnviz inspect``: the JSON document and the text."""

import json
from pathlib import Path

import pytest

from nnviz.cli.inspect import inspect_table, inspect_text, run
from nnviz.data.csv_reader import read_csv
from nnviz.data.infer import guess
from nnviz.errors import UserError

TEXT = (
    "id,size,day,ok,label\n1,1.5,2024-01-31,true,a\n2,,2024-02-01,false,b\n3,3.5,2024-02-02,true,a\n4\n5,4.5,,true,b\n"
)


def _file(tmp_path: Path, text: str = TEXT) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_document_has_exactly_the_agreed_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_file(tmp_path), (0, 2), as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.pop("warnings")
    assert document == {
        "file": "small.csv",
        "rows": 4,
        "columns": [
            {"name": "id", "kind": "integer", "missing": 0, "role": "ignore"},
            {"name": "size", "kind": "float", "missing": 1, "role": "feature"},
            {"name": "day", "kind": "date", "missing": 1, "role": "feature"},
            {"name": "ok", "kind": "boolean", "missing": 0, "role": "feature"},
            {"name": "label", "kind": "string", "missing": 0, "role": "target"},
        ],
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "quote": '"',
            "decimal": ".",
            "header": True,
            "skipped_lines": 0,
        },
        "reconciliation": {
            "rows": 4,
            "rejected": 1,
            "blank": 0,
            "comments": 0,
            "rulers": 0,
            "header": 1,
            "skipped": 0,
            "lines": 6,
            "accounted_lines": 6,
            "records": 5,
            "adds_up": True,
        },
        "rejected": [{"line": 5, "reason": "1 field where 5 were expected", "text": "4"}],
        "target": "label",
        "task": "classification",
        "preview": [
            [1, 1.5, "2024-01-31", True, "a"],
            [2, None, "2024-02-01", False, "b"],
            [3, 3.5, "2024-02-02", True, "a"],
        ],
    }


@pytest.mark.parametrize(("preview", "count"), [(None, 0), ((0, 0), 1), ((2, 99), 2), ((9, 12), 0), ((-5, 1), 2)])
def test_the_preview_stays_inside_the_table(tmp_path: Path, preview: tuple[int, int] | None, count: int) -> None:
    table = read_csv(_file(tmp_path))
    assert len(inspect_table(table, guess(table), preview)["preview"]) == count


@pytest.mark.parametrize(
    ("text", "task"),
    [("x,y\n1,1.5\n2,2.5\n3,3.5\n", "regression"), ("x,y\n1,a\n2,b\n3,a\n", "classification"), ("x\n1\n2\n", None)],
)
def test_the_task_is_one_of_two_or_null(tmp_path: Path, text: str, task: str | None) -> None:
    table = read_csv(_file(tmp_path, text))
    assert inspect_table(table, guess(table), None)["task"] == task


def test_the_text_says_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(_file(tmp_path), (0, 1), as_json=False)
    out = capsys.readouterr().out
    assert "small.csv: 4 rows, 5 columns" in out
    assert "6 lines in the file, all accounted for: 4 rows, 1 rejected" in out
    assert "target: label; task: classification" in out
    assert "line 5: 1 field where 5 were expected" in out


def test_a_terminal_is_not_told_what_to_do_by_a_file(tmp_path: Path) -> None:
    table = read_csv(_file(tmp_path, "x,label\n1,\x1b[31mred\n2,b\n3,b\n"))
    assert "\x1b" not in inspect_text(inspect_table(table, guess(table), (0, 2)))


def test_what_is_no_table_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="empty"):
        run(_file(tmp_path, ""), None, as_json=True)
