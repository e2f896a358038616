"""One broken record in a random table: which physical line must be reported, and which rows remain."""

from dataclasses import replace
from typing import Final

import numpy as np

from tests.data.table_writer import Written, assemble, random_style, random_table, written_line

FAULTS: Final = ("short", "long", "unclosed", "nul", "bad byte", "repeated header", "other delimiter", "unclosed last")


def plant(rng: np.random.Generator, fault: str) -> Written:
    """Write a table with one fault."""
    style = replace(random_style(rng), header=True)
    if fault == "bad byte":
        style = replace(style, encoding="utf-8")
    if style.encoding == "utf-16" and fault == "nul":
        style = replace(style, encoding="utf-8")
    names, rows = random_table(rng, style)
    written = Written(style, names, rows, fault=fault)
    records = [written_line(row, style) for row in rows]
    place = len(rows) - 1 if fault == "unclosed last" else int(rng.integers(1, len(rows) - 1))
    mark, quote = style.delimiter, style.quote
    records[place] = _broken(fault, names, place, mark, quote)
    written.rows = [row for number, row in enumerate(rows) if number != place]
    if fault == "bad byte":
        # Enough sound UTF-8 around it that the file is UTF-8 with one broken line.
        written.names[0] = names[0] = "été_Zürich_0"
    places = assemble(rng, written, records)
    written.planted = {places[place]: fault}
    return written


def _broken(fault: str, names: list[str], place: int, mark: str, quote: str) -> str:
    """Return a plain record that is broken in one way only."""
    width = len(names)
    plain = [str(7 * place), "1", *["kelp"] * (width - 2)]
    if fault == "other delimiter":
        return next(other for other in (";", ",", "|") if other not in mark).join(plain)
    fields = {
        "short": plain[:-1] if width > 3 else plain[:2],
        "long": [*plain, "more"],
        "unclosed": [*plain[:-1], quote + "kelp"],
        "unclosed last": [*plain[:-1], quote + "kelp"],
        "nul": [*plain[:-1], "ke\0lp"],
        "bad byte": [*plain[:-1], "ke\udcfflp"],
        "repeated header": names,
    }[fault]
    return mark.join(fields)
