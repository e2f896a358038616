"""What a line of a table is: a row, nothing, or a fault with its reason."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from nnviz.data.decoding import ESCAPED
from nnviz.data.headers import is_value
from nnviz.data.missing import is_gap, is_missing
from nnviz.data.sampling import is_comment, is_ruler
from nnviz.data.second_table import begins_table
from nnviz.data.tally import Rules, Tally
from nnviz.data.tokenizer import Format, count_fields, read_record

_ESCAPED: Final = frozenset(ESCAPED)
_NOTE: Final = "#"
_LEAST_TEXTS: Final = 5
_FOOTER: Final = "it stands below the table: a footer"
# Of the end of a file so many lines may be notes below the table.
LAST_LINES: Final = 200


class Judge:
    """Judges the lines and records of one table in order, and counts those that are no rows.

    Parameters
    ----------
    form
        The format.
    rules
        What a record must be like.
    tally
        Where lines are counted.
    """

    def __init__(self, form: Format, rules: Rules, tally: Tally) -> None:
        self._form = form
        self._rules = rules
        self._tally = tally
        self.pending = 0
        self.after_blank = False
        self.above: Sequence[str] = ()

    def skips(self, line: str, number: int) -> bool:
        """Count a blank or comment line; a blank line is a missing value where there is only one column."""
        text = line.strip().strip("\x1a")
        if not text:
            if self._rules.width == 1:
                self.pending += 1
            else:
                self._tally.blank += 1
                self.after_blank = True
        elif is_ruler(text):
            self._tally.rulers += 1
        elif is_comment(line, self._rules.comment, fits=not self._is_of_other_width(line)):
            self._tally.comments += 1
        elif self._rules.notes and text.startswith(_NOTE) and self._is_note(line, text):
            self._tally.comments += 1
            self._tally.see(self._tally.notes, number)
        else:
            return False
        self._tally.accounted_lines += 1
        return True

    def _is_of_other_width(self, line: str) -> bool:
        return line.count(self._form.mark) != self._rules.width - 1 or self._rules.width == 1

    def _is_note(self, line: str, text: str) -> bool:
        """Tell whether a line is a comment although the file does not begin with one: it does not fit the columns.

        A line as wide as the table is a comment only above a column of numbers or dates.
        """
        if self._rules.width == 1:
            return text.startswith("# ") and self.holds_values(0)
        return self._is_of_other_width(line) or self.holds_values(0)

    def look_for_table(self, lines: list[str], place: int, used: int, fields: list[str] | None, number: int) -> None:
        """Note where a second table begins below a blank line."""
        if self.after_blank and fields is not None and self.above and place + used < len(lines):
            head = [cell.strip() for cell in fields]
            below = read_record(lines, place + used, self._form).fields or []
            above = [cell.strip() for cell in self.above]
            if tuple(head) != self._rules.header and begins_table(head, above, [cell.strip() for cell in below]):
                self._tally.second_table = number
        self.after_blank = False

    def refusal(self, number: int, reason: str, text: str) -> str:
        """Say why a record is no row whatever its fields are; ``reason`` is what was wrong with its quotes."""
        return (
            self._beyond(number)
            or self._rules.reject_lines.get(number)
            or ("it repeats a line above the table" if text in self._rules.titles else reason)
            or self._fault(text)
        )

    def _beyond(self, number: int) -> str:
        """Say why a line that lies in another table is no row."""
        start = self._tally.second_table
        if not start:
            return ""
        if number == start:
            return "a second table begins here"
        return f"it belongs to the table that begins in line {start:,}"

    def _fault(self, text: str) -> str:
        if "\0" in text:
            return "it holds a NUL byte"
        if self._rules.damaged and not _ESCAPED.isdisjoint(text):
            code = next(ord(char) for char in text if char in _ESCAPED) - 0xDC00
            return f"the byte 0x{code:02X} is not valid UTF-8"
        return ""

    def fit(self, fields: list[str], number: int) -> tuple[list[str] | None, str]:
        """Return the fields at the right width, or None for a blank record, or the reason to reject it."""
        width = self._rules.width
        if len(fields) > width and not any(cell.strip() for cell in fields[width:]) and self._agrees(fields):
            fields = fields[:width]
            self._tally.trimmed += 1
            self._tally.see(self._tally.trimmed_lines, number)
        elif self._rules.least <= len(fields) < width:
            fields = [*fields, *[""] * (width - len(fields))]
            self._tally.padded += 1
        if len(fields) != width:
            return None, f"{count_fields(len(fields))} where {width:,} were expected"
        if width > 1 and not any(cell.strip() for cell in fields):
            return None, ""
        if self._rules.header and tuple(cell.strip() for cell in fields) == self._rules.header:
            return None, "it repeats the header"
        return fields, ""

    def _agrees(self, fields: list[str]) -> bool:
        """Tell whether numbers stand below numbers and texts below texts: then a record is not shifted."""
        cells = [(place, cell.strip()) for place, cell in enumerate(fields[: self._rules.width])]
        return not any(
            (self.holds_values(place) and not _could_be(cell)) or (place in self._texts and is_value(cell))
            for place, cell in cells
            if cell
        )

    def holds_values(self, place: int) -> bool:
        """Tell whether all that the sample has of a column is numbers or dates."""
        return place in self._values

    @cached_property
    def _columns(self) -> list[list[str]]:
        """The values of each column in the sample."""
        # A row with one field filled, or with texts alone where others have values, may be a note below the table.
        rows = [row for row in self._rules.rows if self._rules.width == 1 or sum(map(bool, row)) > 1]
        with_values = [row for row in rows if any(map(is_value, row))]
        rows = with_values if 2 * len(with_values) > len(rows) else rows
        return [[row[at] for row in rows if not is_missing(row[at])] for at in range(self._rules.width)]

    @cached_property
    def _values(self) -> frozenset[int]:
        return frozenset(at for at, cells in enumerate(self._columns) if cells and all(map(is_value, cells)))

    @cached_property
    def _texts(self) -> frozenset[int]:
        enough = (at for at, cells in enumerate(self._columns) if len(cells) >= _LEAST_TEXTS)
        return frozenset(at for at in enough if not any(map(is_value, self._columns[at])))

    def footer_start(self, lines: Sequence[str]) -> int:
        """Return where the notes below a table begin in the last lines of a file, ``len(lines)`` if there are none.

        A note has one field with text, or is a sentence with delimiters in it, and stands below a blank line or where
        columns hold numbers or dates.
        """
        start = place = len(lines)
        if self._rules.width == 1:
            return start
        while place:
            found = self._only_cell(lines[place - 1])
            if found is None:
                break
            place -= 1
            at, cell = found
            if cell and (self.holds_values(at) or not self._only_cell_above(lines, place)):
                start = place
        return start

    def _only_cell_above(self, lines: Sequence[str], place: int) -> bool:
        """Tell whether the line above a note is no blank one."""
        return place == 0 or bool(lines[place - 1].replace(self._form.mark, "").strip())

    def _only_cell(self, line: str) -> tuple[int, str] | None:
        """Return the place and text of a line's only field or of a field of a sentence, (0, "") for a blank line.

        None for a row.
        """
        text = line.strip()
        if not text:
            return 0, ""
        if text.startswith((self._rules.comment or _NOTE, _NOTE)) or not any(map(str.isalnum, text)):
            return None
        if self._form.quote and self._form.plain(line).count(self._form.quote) % 2:
            # The end of a field over several lines.
            return None
        record = read_record([line], 0, self._form)
        if record.fields is None or len(record.fields) > self._rules.width:
            return None
        filled = [(at, cell.strip()) for at, cell in enumerate(record.fields) if cell.strip()]
        return self._note_of(filled) if filled else (0, "")

    def _note_of(self, filled: list[tuple[int, str]]) -> tuple[int, str] | None:
        """Return the field of a line that tells whether it is a note; None for a row."""
        if any(_could_be(cell) or is_gap(cell) for _, cell in filled):
            return None
        if len(filled) == 1:
            return filled[0]
        over = [found for found in filled if self.holds_values(found[0])]
        if not over or sum(len(cell.split()) for _, cell in filled) <= len(filled):
            return None
        # A sentence with delimiters in it; above one column of numbers alone only a blank line tells it from a row.
        return over[0] if len(over) > 1 else next((found for found in filled if found not in over), over[0])

    def reject_footer(self, lines: Sequence[str], number: int) -> None:
        """Count the lines below a table."""
        for place, line in enumerate(lines):
            if line.replace(self._form.mark, "").strip():
                self._tally.reject(number + place, _FOOTER, line)
            else:
                self._tally.blank += 1
                self._tally.accounted_lines += 1


def _could_be(cell: str) -> bool:
    return is_value(cell) or is_missing(cell)
