"""A sheet of a workbook (Excel, OpenDocument) as text, cell by cell, for the same typing as any other table."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from nnviz.data.delimiters import LINE_END_MARK
from nnviz.errors import Cancelled, UserError

SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_MAX_UNPACKED: Final = 1024**3
_ROWS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as UTF-8 CSV, one physical line for each row of the sheet, and a note on which sheet it is.

    Line ends inside cells are written as ``LINE_END_MARK``.
    """

    data: bytes
    note: str


def read_workbook(
    path: Path, data: bytes, sheet: str | None, cancelled: Callable[[], bool], *, large: bool = False
) -> Sheet:
    """Read a sheet: the named one, or the first that holds anything. Values are read as last saved; no formula runs.

    Raises
    ------
    UserError
        If the workbook is damaged, locked with a password, too large unpacked, or has no such sheet.
    Cancelled
        If ``cancelled`` says so.
    """
    _check_size(path.name, data, large=large)
    import python_calamine  # noqa: PLC0415 - for workbooks alone

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = list(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise UserError(f"{path.name} has no sheet named {sheet}.", f"Its sheets: {', '.join(names[:20])}.")
        for name in [sheet] if sheet is not None else names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if sheet is not None or any(cell not in ("", None) for row in rows for cell in row):
                break
        else:
            raise UserError(f"{path.name} is empty: no sheet holds a value.", "Choose a file with data.")
    except python_calamine.PasswordError as error:
        raise UserError(f"{path.name} is locked with a password.", "Save it without one, or as CSV.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UserError(f"{path.name} is a damaged workbook: {error}.", "Save the sheet as CSV.") from error
    note = f"Read from the sheet '{name}'"
    note += f", one of {len(names)}: {', '.join(names[:10])}." if len(names) > 1 else "."
    return Sheet(_as_csv(rows, cancelled), note)


def _check_size(name: str, data: bytes, *, large: bool) -> None:
    if not data.startswith(b"PK") or large:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(f"{name} is a damaged workbook.", "Save the sheet as CSV.") from error
    if unpacked > _MAX_UNPACKED:
        raise UserError(f"{name} unpacks to more than {_MAX_UNPACKED // 1024**3} GB.", "Save the sheet as CSV.")


def _as_csv(rows: list[list[Any]], cancelled: Callable[[], bool]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    width = max(map(len, rows), default=0)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        if cancelled():
            raise Cancelled
        for row in rows[start : start + _ROWS_AT_ONCE]:
            writer.writerow([*("" if cell is None else _cell_text(cell) for cell in row), *[""] * (width - len(row))])
    return out.getvalue().encode("utf-8", "replace")


def _cell_text(value: Any) -> str:
    """Write a cell as a person would: whole numbers without a point, dates as ISO, a day without its midnight."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\n", LINE_END_MARK)
