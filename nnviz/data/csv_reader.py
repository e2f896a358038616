"""Any file of delimited text, or a sheet of a workbook, to a typed table, with every doubt listed.

The steps, one module each: bytes (``file_bytes``), encoding and lines (``decoding``), delimiter and quote
(``dialect``), preamble and header (``layout``), strict records with rejects (``records``), columns
(``column_builder``, ``column_types``); ``passes`` goes over the lines.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nnviz.data.delimiters import LINE_END_MARK
from nnviz.data.file_bytes import Progress, read_bytes, refuse_other_formats
from nnviz.data.large_file import LargeFile
from nnviz.data.passes import Passes
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Table
from nnviz.data.workbook import SUFFIXES, read_workbook

__all__ = ["ReadOptions", "read_csv"]


_FIND_OUT = ReadOptions()


def read_csv(
    path: Path | str,
    options: ReadOptions = _FIND_OUT,
    progress: Callable[[float, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """Read a file of delimited text (it may be packed with gzip) or a workbook (by its suffix).

    Parameters
    ----------
    path
        The file.
    options
        What is known already.
    progress
        Called with the share done (0 to 1) and what is being done.
    cancelled
        Asked some ten times a second whether to stop.

    Raises
    ------
    UserError
        If it is no table: empty, binary, a folder, not readable, only a header.
    TooLargeError
        If it does not fit in memory; a sample of its rows would.
    Cancelled
        If ``cancelled`` said so.
    """
    path = Path(path)
    report: Progress = progress or (lambda _share, _text: None)
    stop = cancelled or (lambda: False)
    data, doubt = read_bytes(path, report, stop, large=options.large or options.sample_rows is not None)
    try:
        if path.suffix.lower() in SUFFIXES and isinstance(data, bytes) and data[:2] in (b"PK", b"\xd0\xcf"):
            sheet = read_workbook(path, data, options.sheet, stop, large=options.large)
            known = replace(options, encoding="utf-8", delimiter=",", quote='"', decimal=options.decimal)
            marks = {LINE_END_MARK: "\n"}
            return Passes(path, sheet.data, known, report, stop, notes=(sheet.note,), marks=marks).table()
        refuse_other_formats(data, path.name)
        return Passes(path, data, options, report, stop, notes=(doubt,) if doubt else ()).table()
    finally:
        if isinstance(data, LargeFile):
            data.close()
