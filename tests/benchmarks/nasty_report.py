"""Read every file of a folder with an expected.json and report what came out right, partly right or wrong.

Run by hand: python tests/benchmarks/nasty_report.py FOLDER. Exit status 1 on a traceback or a file over 40 s.
"""

import argparse
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.cli.inspect import inspect_table
from nnviz.data.csv_reader import read_csv
from nnviz.data.infer import guess
from nnviz.errors import UserError

SLOW_SECONDS = 40.0


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool) or found is None or wanted is None:
        return found is wanted
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return bool(found == wanted)


def _structure(entry: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Differences that make the table another one."""
    found = []
    rows = [entry["rows"], *entry.get("rows_alt", [])] if "rows" in entry else []
    if rows and document["rows"] not in rows:
        found.append(f"rows {document['rows']}, not {rows}")
    if "columns" in entry and len(document["columns"]) != entry["columns"]:
        found.append(f"columns {len(document['columns'])}, not {entry['columns']}")
    if "header" in entry and document["dialect"]["header"] != entry["header"]:
        found.append(f"header {document['dialect']['header']}")
    if "names" in entry and [column["name"] for column in document["columns"]] != entry["names"]:
        found.append(f"names {[column['name'] for column in document['columns']]}")
    if "delimiter" in entry and document["dialect"]["delimiter"] != entry["delimiter"]:
        found.append(f"delimiter {document['dialect']['delimiter']!r}")
    if "encoding" in entry and document["dialect"]["encoding"] not in entry["encoding"].split("|"):
        found.append(f"encoding {document['dialect']['encoding']}")
    return found


def _details(entry: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Differences inside the right table: types, cells, reports, warnings, target, task."""
    found = []
    kinds = [column["kind"] for column in document["columns"]]
    for place, (kind, wanted) in enumerate(zip(kinds, entry.get("types", []), strict=False)):
        if kind not in wanted.split("|"):
            found.append(f"type of column {place} is {kind}, not {wanted}")
    for row, column, value in entry.get("cells", []):
        cell = document["preview"][row][column] if row < len(document["preview"]) else "no such row"
        if not _same(cell, value):
            found.append(f"cell {row},{column} is {cell!r}, not {value!r}")
    lines = [bad["line"] for bad in document["rejected"]]
    if entry["outcome"] == "rejects" and not set(entry.get("reject_lines", [])) <= set(lines):
        found.append(f"rejected lines {lines}, not {entry['reject_lines']}")
    if entry["outcome"] == "ok" and lines:
        found.append(f"rejected lines {lines}")
    return found + _words(entry, document)


def _words(entry: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Differences in what a person is told: warnings, target, task."""
    warnings = " ".join(document["warnings"]).casefold()
    found = [
        f"no warning has {word!r}: {document['warnings']}"
        for word in entry.get("warn", [])
        if not any(part.casefold() in warnings for part in word.split("|"))
    ]
    if "target" in entry and document["target"] != entry["target"]:
        found.append(f"target {document['target']}, not {entry['target']}")
    if "task" in entry and (document["task"] or "refuse") != entry["task"]:
        found.append(f"task {document['task']}, not {entry['task']}")
    return found


def judge(path: Path, entry: dict[str, Any]) -> tuple[str, list[str]]:
    """Return "right", "partly" or "wrong" and the differences."""
    try:
        table = read_csv(path)
        document = inspect_table(table, guess(table), (0, 10**9))
        json.dumps(document, allow_nan=False)
    except UserError as error:
        if entry["outcome"] != "error":
            return "wrong", [f"refused: {error}"]
        wanted = entry.get("message_contains", "")
        said = any(part.casefold() in str(error).casefold() for part in wanted.split("|"))
        return ("right", []) if said else ("partly", [f"the message lacks {wanted!r}: {error}"])
    if entry["outcome"] == "error":
        if entry.get("may_load"):
            return "right", []
        return "wrong", [f"loads as {document['rows']} rows of {len(document['columns'])}"]
    structure, details = _structure(entry, document), _details(entry, document)
    return ("wrong" if structure else "partly" if details else "right"), structure + details


def main() -> int:
    """Report on one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    totals = {"right": 0, "partly": 0, "wrong": 0, "traceback": 0}
    slow = False
    for name, entry in json.loads((folder / "expected.json").read_text("utf-8"))["files"].items():
        start = time.perf_counter()
        try:
            verdict, differences = judge(folder / name, entry)
        except Exception:  # noqa: BLE001 - a traceback is what is looked for
            verdict, differences = "traceback", [traceback.format_exc()]
        seconds = time.perf_counter() - start
        slow = slow or seconds > SLOW_SECONDS
        totals[verdict] += 1
        print(f"{verdict:9} {seconds:6.2f} s  {name}")
        for difference in differences:
            print(f"            {difference}")
    print("\n" + "  ".join(f"{verdict} {count}" for verdict, count in totals.items()))
    return int(bool(totals["traceback"]) or slow)


if __name__ == "__main__":
    raise SystemExit(main())
