"""The first lines of a file, from which its dialect and layout are found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SAMPLE_CHARACTERS: Final = 20_000
SAMPLE_LINES: Final = 500
# Very long lines still need some neighbours to be compared with, the longest ones fewer.
_LEAST_LINES: Final = 30
_FEW_LINES: Final = 8
_MOST_CHARACTERS: Final = 400_000
# A quoted field of more characters than this says nothing more about the form of the file.
_LONG_FIELD: Final = 2_000
_COMMENTS: Final = ("#", "%", "//")
# What databases draw tables with.
_BOX: Final = "─━═┄┆╌┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╞╪╡╭╮╰╯╒╤╕╘╧╛╟╫╢"
_SEMICOLON: Final = ";"
_NOTE = re.compile(r"\s*;+\s*(?:[^\W\d_]|[-=*]|$)")
_QUOTED = re.compile(r'"[^"]*"')
_SEP_LINE = re.compile(r'"?sep=(.|\\t|tab)"?[;,\t|]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """The first lines, and what they say of themselves.

    ``start`` is the index of the first line that may belong to the table, ``comment`` what a comment line starts with
    ("" = no comments), ``delimiter`` what a ``sep=`` line names; ``whole`` says that the file has no more lines.
    """

    lines: list[str]
    start: int
    comment: str
    delimiter: str | None
    whole: bool

    def clean(self) -> list[str]:
        """Return the lines of the table so far: no comments, no blank lines outside quotes at the top."""
        lines = self.lines[self.start :]
        lines = [line for line in lines if not is_ruler(line.strip())]
        lines = [line for line in lines if not is_comment(line, self.comment)]
        first = next((i for i, line in enumerate(lines) if line.strip()), 0)
        return lines[first:]


def is_ruler(text: str) -> bool:
    """Tell whether a stripped line only draws a line, as ``|---|---|`` and ``---+---`` do below a header."""
    if len(text) < 3:
        return False
    drawn = text[0] in _BOX and not text.strip(_BOX)
    return (drawn or (("---" in text or "===" in text) and not text.strip("-=+|:,; \t"))) and len(set(text)) > 1


def take_sample(blocks: Iterator[tuple[str, float]], skipped_lines: int | None) -> Sample:
    """Take the first lines; ``skipped_lines`` is how many a person says to skip."""
    lines: list[str] = []
    whole = True
    for block, _ in blocks:
        lines += block.split("\n")
        size = sum(map(len, lines))
        if size > SAMPLE_CHARACTERS and len(lines) > (_LEAST_LINES if size < _MOST_CHARACTERS else _FEW_LINES):
            whole = False
            break
    lines, whole = _cut(lines, whole=whole)
    lines = [_shortened(line) if len(line) > SAMPLE_CHARACTERS else line for line in lines]
    start = skipped_lines or 0
    delimiter = None
    if start < len(lines) and (match := _SEP_LINE.fullmatch(lines[start].strip(" "))):
        start += 1
        delimiter = "\t" if match[1].lower() in ("\\t", "tab") else match[1]
    return Sample(lines, start, _comment_mark(lines[start:]), delimiter, whole)


def _shortened(line: str) -> str:
    """Shorten the long quoted fields of a line; they stay closed."""
    return _QUOTED.sub(lambda found: found[0] if len(found[0]) <= _LONG_FIELD else found[0][:_LONG_FIELD] + '"', line)


def _cut(lines: list[str], *, whole: bool) -> tuple[list[str], bool]:
    """Keep as many lines as the sample's size asks for."""
    size = 0
    for place, line in enumerate(lines):
        size += len(line) + 1
        least = _LEAST_LINES if size < _MOST_CHARACTERS else _FEW_LINES
        if place + 1 >= least and (size > SAMPLE_CHARACTERS or place + 1 >= SAMPLE_LINES):
            return lines[: place + 1], whole and place + 1 == len(lines)
    return lines, whole


def _comment_mark(lines: list[str]) -> str:
    """Return what the first line that is not blank starts with, if that marks a comment."""
    for line in lines:
        if text := line.strip():
            found = next((mark for mark in _COMMENTS if text.startswith(mark)), "")
            return found or (_SEMICOLON if text.startswith(_SEMICOLON) and _notes_by_semicolon(lines) else "")
    return ""


def _notes_by_semicolon(lines: list[str]) -> bool:
    """Tell whether semicolons at the start of lines mark comments and no empty first fields.

    They do where text follows all of them and no other line has a semicolon, where the first has not as many of them
    as the rows, or where a line of names above values stands below it.
    """
    marked = [line for line in lines if line.lstrip().startswith(_SEMICOLON)]
    others = [line for line in lines if line.strip() and not line.lstrip().startswith(_SEMICOLON)]
    if not others or not all(map(_NOTE.match, marked)):
        return False
    counts = [line.count(_SEMICOLON) for line in others]
    usual = max(set(counts), key=counts.count)
    if not usual or marked[0].count(_SEMICOLON) != usual:
        return True
    digits = [any(map(str.isdigit, line)) for line in others]
    return not digits[0] and 2 * sum(digits) > len(digits)


def is_comment(line: str, mark: str, *, fits: bool = False) -> bool:
    """Tell whether a line is a comment.

    Parameters
    ----------
    line
        The line.
    mark
        What a comment starts with, "" for nothing.
    fits
        Whether the line has as many fields as the table; then it is a row unless a semicolon and a text say otherwise.
    """
    if not mark or not line.lstrip().startswith(mark):
        return False
    return _NOTE.match(line) is not None if mark == _SEMICOLON else not fits
