"""Text that a spreadsheet will not run: the guard against formula injection in CSV files that we write."""

from typing import Any, Final

# What a spreadsheet takes for the beginning of a formula, at the start of a cell (OWASP, CSV Injection).
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet shows and never runs: text that begins a formula gets an apostrophe in front.

    Numbers, and texts that are plain numbers (``-1.5``), are returned as they are.
    """
    if not isinstance(value, str) or not value.startswith(_STARTS) or _is_number(value):
        return value
    return "'" + value


def _is_number(text: str) -> bool:
    if not text.isascii() or "_" in text or text != text.strip():
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True
