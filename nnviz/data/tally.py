"""What a record must be like, and what became of every line."""

from dataclasses import dataclass, field
from typing import Final

from nnviz.data.table import Rejected
from nnviz.data.tokenizer import UNCLOSED

_TEXT_KEPT: Final = 500
_REJECTS_KEPT: Final = 10_000
_LINES_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class Rules:
    """What a record must be like.

    Attributes
    ----------
    width
        Fields of a record.
    least
        Fewer fields than ``width`` are filled up with missing values down to this many.
    comment
        What a comment line starts with, or "".
    header
        The header's fields: a record equal to them is rejected as a repeat.
    damaged
        Whether lines may hold bytes that could not be decoded.
    reject_lines
        Lines to reject whatever they hold, with the reason.
    notes
        Whether lines that start with # and do not fit the columns are comments: no field of the sample starts so.
    rows
        The first rows, stripped: what the columns hold.
    titles
        The lines above the header: one of them that comes again, as on a new page, is no row.
    """

    width: int
    least: int
    comment: str = ""
    header: tuple[str, ...] = ()
    damaged: bool = False
    reject_lines: dict[int, str] = field(default_factory=dict)
    notes: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    titles: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tally:
    """What became of the lines; ``last_row`` is where the last row begins.

    ``stray_quote`` is the first line with a quote between letters, 0 for none;
    ``notes`` are the first lines of comments inside the table, ``trimmed_lines`` of rows with trailing delimiters.
    """

    rows: int = 0
    last_row: int = 0
    blank: int = 0
    comments: int = 0
    rulers: int = 0
    padded: int = 0
    trimmed: int = 0
    n_rejected: int = 0
    nul_lines: int = 0
    unclosed: int = 0
    stray_quote: int = 0
    second_table: int = 0
    accounted_lines: int = 0
    lines: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    trimmed_lines: list[int] = field(default_factory=list)

    def see(self, lines: list[int], number: int) -> None:
        """Note a line among the first ones of its kind."""
        if len(lines) < _LINES_KEPT:
            lines.append(number)

    def reject(self, line: int, reason: str, text: str) -> None:
        """Note a rejected record."""
        self.n_rejected += 1
        self.accounted_lines += 1
        self.nul_lines += "NUL" in reason
        self.unclosed += reason == UNCLOSED
        if len(self.rejected) < _REJECTS_KEPT:
            printable = text[:_TEXT_KEPT].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            self.rejected.append(Rejected(line, reason, printable.replace("\0", "␀")))
