"""Values of a raw column as a person reads and types them: numbers, dates and categories in the column's own units."""

import math
import re
from typing import Final

import numpy as np

from nnviz.app.slices import SliceAxis
from nnviz.data.missing import is_gap, is_missing
from nnviz.data.table import DATE_KINDS
from nnviz.ui.plots.ticks import number_text
from nnviz.ui.text_parts import one_line

_LONGEST: Final = 24  # characters of what was typed that are said again
STEPS: Final = 400  # over an axis, of a slider or of a hand on the map: no more digits than such a step needs


def value_text(axis: SliceAxis, value: float) -> str:
    """Write a raw value of a column in its own units: a number, a date or a category."""
    if np.isnan(value):
        return "missing"
    if axis.levels:
        return axis.levels[min(max(round(value), 0), len(axis.levels) - 1)]
    if axis.kind == "date":
        return str(np.datetime64(round(value), "D"))
    if axis.kind == "datetime":
        return str(np.datetime64(round(value * 86_400), "s")).replace("T", " ")
    return number_text(value, 5)


def read_value(axis: SliceAxis, text: str) -> float | None:
    """Read a value that was typed for a column: a number, or a date as year-month-day; None if it is neither."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if axis.kind in DATE_KINDS:
        if not re.match(r"\d{4}-\d", text.strip()):
            return None  # a number alone would be read as a year
        try:
            moment = np.datetime64(text.strip().replace(" ", "T"), "s")
        except ValueError:
            return None
        return None if np.isnat(moment) else float(moment.astype(np.int64)) / 86_400.0
    if "," in plain:
        grouped = re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", plain)
        plain = plain.replace(",", "" if grouped else ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    if not np.isfinite(value):
        return None
    return float(round(value)) if axis.kind == "integer" else value


def means_missing(text: str) -> bool:
    """Tell whether a text that was typed for a number or a date says that the value is missing, as in a file."""
    return is_missing(text) or is_gap(text)


def refusal(axis: SliceAxis, text: str, kept: float) -> str:
    """Return why a text that was typed for a column is not taken, what to type, and what stays instead."""
    wanted = "a date such as 2024-05-31" if axis.kind in DATE_KINDS else "a finite number"
    shown = one_line(text, _LONGEST)
    return f"{one_line(axis.name)} takes {wanted}, and “{shown}” is none. It stays {value_text(axis, kept)}."


def rounded(axis: SliceAxis, value: float) -> float:
    """Return a value of an axis in no more digits than a hand can set: raw units, or the code of a category."""
    if axis.levels:
        return float(np.clip(round(value), 0, len(axis.levels) - 1))
    digits = -math.floor(math.log10((axis.high - axis.low) / STEPS))
    return float(round(value, min(digits, 0) if axis.kind == "integer" else digits))
