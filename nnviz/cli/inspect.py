"""``nnviz inspect``: what a file was read as, as one JSON document or as text."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.infer import Guess, guess
from nnviz.data.table import Table
from nnviz.data.tasks import Task

_TASK_NAMES: dict[Task | None, str | None] = {
    "binary": "classification",
    "multiclass": "classification",
    "regression": "regression",
    None: None,
}
_WIDEST = 40


def inspect_table(table: Table, found: Guess, preview: tuple[int, int] | None) -> dict[str, Any]:
    """Return the JSON document of a table and the guesses about it.

    Parameters
    ----------
    table
        The table.
    found
        The guesses.
    preview
        First and last data row to show (0-based, inclusive), or None for none.
    """
    return {
        "file": table.name,
        "rows": table.n_rows,
        "columns": [
            {"name": column.name, "kind": column.kind, "missing": column.n_missing, "role": found.roles[column.name]}
            for column in table.columns
        ],
        "dialect": {
            "encoding": table.dialect.encoding,
            "delimiter": table.dialect.delimiter,
            "quote": table.dialect.quote,
            "decimal": table.dialect.decimal,
            "header": table.dialect.header,
            "skipped_lines": table.dialect.skipped_lines,
        },
        "reconciliation": reconciliation(table),
        "rejected": [{"line": bad.line, "reason": bad.reason, "text": bad.text} for bad in table.rejected],
        "warnings": [*table.warnings, *found.warnings],
        "target": found.target,
        "task": _TASK_NAMES[found.task],
        "preview": preview_rows(table, preview),
    }


def reconciliation(table: Table) -> dict[str, Any] | None:
    """Return what became of the file's records and lines; None for a table that was not read from a file."""
    counts = table.reconciliation
    return None if counts is None else {**asdict(counts), "records": counts.records, "adds_up": counts.adds_up}


def preview_rows(table: Table, preview: tuple[int, int] | None) -> list[list[Any]]:
    """Return the cleaned values of some rows: null for missing, dates as ISO text, whole numbers without a point."""
    if preview is None:
        return []
    start, stop = max(preview[0], 0), min(preview[1] + 1, table.n_rows)
    if start >= stop:
        return []
    return [list(row) for row in zip(*(column.cells(start, stop) for column in table.columns), strict=True)]


def inspect_text(document: dict[str, Any]) -> str:
    """Return the document as lines for a person."""
    dialect = document["dialect"]
    delimiter = {"\t": "tab", "whitespace": "blanks", "  ": "two blanks or more"}.get(
        dialect["delimiter"], dialect["delimiter"]
    )
    header = "header" if dialect["header"] else "no header"
    marks = f"delimiter {delimiter}, quote {dialect['quote'] or 'none'}, decimal {dialect['decimal']}"
    lines = [
        f"{document['file']}: {document['rows']:,} rows, {len(document['columns']):,} columns",
        f"{dialect['encoding']}, {marks}, {header}, {dialect['skipped_lines']} lines skipped",
        _counts_text(document["reconciliation"]),
        f"target: {document['target'] or 'none found'}; task: {document['task'] or 'none'}",
        "",
    ]
    shown = document["columns"][:100]
    width = min(_WIDEST, max((len(_flat(column["name"])) for column in shown), default=0))
    for column in shown:
        missing = f"  {column['missing']:,} missing" if column["missing"] else ""
        lines.append(f"  {_flat(column['name']):<{width}}  {column['kind']:<8}  {column['role']:<7}{missing}".rstrip())
    if len(document["columns"]) > len(shown):
        lines.append(f"  and {len(document['columns']) - len(shown):,} more columns")
    lines += ["", *(f"! {_flat(text, 400)}" for text in document["warnings"])] if document["warnings"] else []
    if document["rejected"]:
        lines += ["", "rejected rows"]
        lines += [f"  line {bad['line']}: {bad['reason']}: {_flat(bad['text'])}" for bad in document["rejected"][:20]]
        if len(document["rejected"]) > 20:
            lines.append(f"  and {len(document['rejected']) - 20:,} more")
    if document["preview"]:
        lines += ["", *("  " + " | ".join(_cell(value) for value in row[:20]) for row in document["preview"])]
    return "\n".join(lines)


def _counts_text(counts: dict[str, Any] | None) -> str:
    if counts is None:
        return ""
    parts = [f"{counts[name]:,} {name}" for name in ("rows", "rejected", "blank", "comments", "rulers") if counts[name]]
    verdict = "all accounted for" if counts["adds_up"] else f"only {counts['accounted_lines']:,} accounted for"
    return f"{counts['lines']:,} lines in the file, {verdict}: {', '.join(parts)}"


def _cell(value: object) -> str:
    return "" if value is None else _flat(str(value))


def _flat(text: str, most: int = _WIDEST) -> str:
    """One line of printable characters: a terminal must not obey what a file holds."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def run(
    path: Path,
    preview: tuple[int, int] | None,
    as_json: bool,  # noqa: FBT001 - called by keyword
    sample_rows: int | None = None,
    sheet: str | None = None,
) -> int:
    """Read a file, or a random sample of its rows, and print what it was read as.

    Raises
    ------
    UserError
        If the file is no table.
    """
    table = read_csv(path, ReadOptions(sample_rows=sample_rows, sheet=sheet))
    document = inspect_table(table, guess(table), preview)
    print(json.dumps(document, ensure_ascii=False, allow_nan=False) if as_json else inspect_text(document))
    return 0
