"""Text that is no table: prose, programs, settings, logs and messages, each refused by name."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from nnviz.data.dialect import Detected
from nnviz.data.signatures import Named
from nnviz.data.written_bytes import written_bytes
from nnviz.errors import UserError

_LOOKED_AT: Final = 200
_MOSTLY: Final = 0.8
_MANY: Final = 0.6
_HALF: Final = 0.5
_CODE_SIGN = re.compile(r"[({=]|<-")
_CHOOSE: Final = "If it is a table, choose the delimiter."
_EXPORT: Final = "Export the data as CSV."
# What the first line says, whatever the others are.
_FIRST: Final[tuple[tuple[re.Pattern[str], Named], ...]] = (
    (re.compile(r"#!\s*/"), ("a script", "")),
    (re.compile(r"#\s*include\b|<\?php|package [\w.]+;|using [\w.]+;"), ("program code", "")),
    (re.compile(r"%%MatrixMarket", re.IGNORECASE), ("a Matrix Market file", _EXPORT)),
    (re.compile(r"-----BEGIN "), ("a key or certificate", "")),
    (re.compile(r"diff --git |Index: \S+$"), ("a patch", "")),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)"), ("a list of contacts or dates", _EXPORT)),
    (re.compile(r"\\(?:documentclass|begin\{|usepackage)"), ("a LaTeX document", "Copy its table into a spreadsheet.")),
    (re.compile(r"%YAML\b"), ("a YAML file", _EXPORT)),
    (re.compile(r"@\w+\{"), ("a list of references (BibTeX)", "")),
    (re.compile(r"\{\|"), ("a page of a wiki", _EXPORT)),
    (re.compile(r"WEBVTT\b"), ("a file of subtitles", "")),
    (re.compile(r"#EXTM3U\b"), ("a play list", "")),
    (re.compile(r"UN[AB][:+].{4,}'|ISA\*\d\d\*"), ("a message of business data (EDI)", _EXPORT)),
)
_SQL = re.compile(
    r"\s*(?:CREATE\s+(?:OR REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TABLE|DATABASE|VIEW|INDEX|SCHEMA)\b|INSERT\s+INTO\b"
    r"|DROP\s+TABLE\b|ALTER\s+TABLE\b|SELECT\s.+\sFROM\s|BEGIN(?:\s+TRANSACTION)?;|PRAGMA\s+\w+|LOCK\s+TABLES\b"
    r"|DELETE\s+FROM\b|UPDATE\s+\w+\s+SET\b|USE\s+\w+;|SET\s+[\w@]+\s*=)",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?:From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Reply-To|Content-Type):\s"
)
_STAMP: Final = r"\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d(?::\d\d)?\S*"
_LOG = re.compile(
    rf"{_STAMP}\s.*\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL)\b"
    r"|[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \S+ \S+?(?:\[\d+\])?: "
    r"|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?[:\s]"
)
_MOMENT = re.compile(r"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}\]?\s")
_SHOWN = re.compile(r"\d+:\d\d:\d\d[,.]\d{3} --> \d")
_SPARSE = re.compile(r"[+-]?\d+(?:\.\d+)?(?: \d+:[+-]?[\d.]+(?:[eE][+-]?\d+)?)+\s*(?:#.*)?")
_SEQUENCE = re.compile(r"[A-Za-z*-]{10,}")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SECTION = re.compile(r"\[[\w .:\"'-]+\]")
_SETTING = re.compile(r"[\w.-]+\s*=\s*\S.*|export \w+=.*")
_ENTRY = re.compile(r"\s*(?:- .*|-|[\w.'\"-]+:(?: .*)?)")
_PAIR = re.compile(r"[A-Za-z_][\w.-]*: \S.*")
_CODE = re.compile(
    r".*[{};]\s*(?:(?://|#|/\*).*)?"
    r"|\s*(?:def|class|if|elif|else|for|while|try|except|with|switch|function|func|fn|public|private|static|void)\b.*[:{(,]\s*"
    r"|\s*(?:import [\w.]+(?: as \w+)?|from [\w.]+ import .+|return\b.*|break|continue|end)"
    r"|\s*(?:(?:var|let|const|local) )?[\w.\[\]]+ (?:[+*/-]?=|<-|:=) .+"
    r"|\s*[\w.]+\(.*\)|\s*(?:#|//|/\*|\*/?)(?: .*)?"
)


def refuse_other_texts(raw: Sequence[str], lines: Sequence[str], found: Detected, name: str) -> None:
    """Refuse text that is no table.

    Parameters
    ----------
    raw
        The first lines of the file.
    lines
        Those that may belong to a table: no comments, no rulers.
    found
        The format that fits them best; a width of 1 means that no delimiter parts them alike.
    name
        The file's name, for the message.

    Raises
    ------
    UserError
        With a sentence that names what the text is.
    """
    written = [line for line in raw[:_LOOKED_AT] if line.strip()]
    if not any(char.isalnum() for line in [*written, *lines] for char in line):
        raise UserError(f"{name} is empty: its lines hold no values.", "Choose a file with data.")
    known = _by_signs(written, found) or _by_form(written, found)
    if known is not None:
        what, hint = known
        raise UserError(f"{name} is {what}, not a table.", hint or _CHOOSE)
    if found.width == 1 and _is_prose([line.strip() for line in lines if line.strip()]):
        raise UserError(
            f"{name} does not look like a table: no delimiter parts its lines into the same number of fields.",
            "If it is one, choose the delimiter.",
        )


def _by_signs(written: Sequence[str], found: Detected) -> Named | None:
    """Name what shows whatever the delimiter is."""
    if not written:
        return None
    first = written[0].removeprefix("\ufeff").strip()
    named = next((named for pattern, named in _FIRST if pattern.match(first)), None) or written_bytes(written)
    return named or next((named for test, named in _SIGNS if test(written, found)), None)


def _is_sql(written: Sequence[str], _found: Detected) -> bool:
    statements = [line for line in written if not line.lstrip().startswith(("--", "/*", "#"))]
    return bool(statements) and _SQL.match(statements[0]) is not None


def _is_arff(written: Sequence[str], _found: Detected) -> bool:
    return any(line.strip().casefold().startswith("@relation") for line in written)


def _is_mail(written: Sequence[str], _found: Detected) -> bool:
    return bool(_MAIL.match(written[0])) and sum(bool(_MAIL.match(line)) for line in written[:10]) >= 2


def _is_log(written: Sequence[str], found: Detected) -> bool:
    parted = found.width > 1 and found.form.delimiter in (",", ";", "\t", "|")
    # The comma before the thousandths of a second, as Python's logging writes them, parts no fields.
    moments = found.width == 2 and _share(written, _MOMENT.match) >= _MOSTLY
    return (not parted or moments) and _share(written, _LOG.match) >= _MOSTLY


def _is_sparse(written: Sequence[str], _found: Detected) -> bool:
    return _share(written, _SPARSE.fullmatch) >= 0.9


def _is_fasta(written: Sequence[str], _found: Detected) -> bool:
    sequences = [line for line in written if not line.startswith(">")]
    return written[0].startswith(">") and bool(sequences) and all(map(_is_sequence, written))


def _is_bracketed(written: Sequence[str], _found: Detected) -> bool:
    return len(written) > 1 and all(map(_is_one_bracket, written))


def _is_one_bracket(line: str) -> bool:
    """Tell whether one pair of brackets stands around several values: ``(1, 'x'),``."""
    text = line.strip().rstrip(",; ")
    if len(text) < 2 or text[0] + text[-1] not in ("()", "[]", "{}") or "," not in text:
        return False
    depth = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return place == len(text) - 1
    return False


def _is_subtitles(written: Sequence[str], _found: Detected) -> bool:
    return written[0].strip().removeprefix("\ufeff").isdigit() and len(written) > 1 and bool(_SHOWN.match(written[1]))


def _is_interchange(written: Sequence[str], _found: Detected) -> bool:
    """Tell whether this is the Data Interchange Format of old spreadsheets: a topic, two numbers, a text in quotes."""
    return len(written) > 2 and written[0].strip() == "TABLE" and written[1].strip() == "0,1" and written[2][:1] == '"'


def _is_list_of_settings(written: Sequence[str], found: Detected) -> bool:
    pairs = found.form.delimiter == ":" and found.width == 2 and _share(written, _PAIR.fullmatch) == 1
    return pairs and len({line.split(":")[0] for line in written}) == len(written)


_SIGNS: Final[tuple[tuple[Callable[[Sequence[str], Detected], bool], Named], ...]] = (
    (_is_sql, ("an SQL script", "Export the table as CSV.")),
    (_is_arff, ("an ARFF file", "Save the data as CSV.")),
    (_is_mail, ("an e-mail", "Save the table in it as CSV.")),
    (_is_log, ("a log", _EXPORT)),
    (_is_sparse, ("a sparse matrix (LIBSVM)", _EXPORT)),
    (_is_fasta, ("a list of sequences (FASTA)", _EXPORT)),
    (_is_bracketed, ("a list of values in brackets, as programs write them", _EXPORT)),
    (_is_subtitles, ("a file of subtitles", "")),
    (_is_interchange, ("a DIF spreadsheet", "Save the sheet as CSV.")),
    (_is_list_of_settings, ("a list of settings (YAML)", _CHOOSE)),
)


def _by_form(written: Sequence[str], found: Detected) -> Named | None:
    """Name what most lines look like where no delimiter parts them, or only blanks or the ends of statements do."""
    mark = found.form.delimiter
    ends = mark == ";" and found.width == 2 and sum(line.rstrip().endswith(";") for line in written) > len(written) / 3
    parted = found.width > 1 and mark in (",", ";", "\t", "|") and found.score >= _HALF
    if len(written) < 2 or (parted and not ends):
        return None
    is_code = _share(written, _CODE.fullmatch) >= _MANY
    if found.width > 1:
        return ("program code", _CHOOSE) if is_code and _share(written, _CODE_SIGN.search) >= _HALF else None
    entries = [line for line in written if line.strip() not in ("---", "...")]
    forms: tuple[tuple[bool, Named], ...] = (
        (
            bool(_SECTION.fullmatch(written[0].strip())) and _share(written, _is_setting) >= _MOSTLY,
            ("a file of settings (INI)", _CHOOSE),
        ),
        (_share(written, _SETTING.fullmatch) >= _MOSTLY, ("a file of settings", _CHOOSE)),
        (
            _share(entries, _ENTRY.fullmatch) >= _MOSTLY and any(":" in line for line in entries),
            ("a YAML file", _CHOOSE),
        ),
        (is_code, ("program code", _CHOOSE)),
    )
    return next((named for fits, named in forms if fits), None)


def _share(lines: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(line)) for line in lines) / len(lines) if len(lines) > 1 else 0.0


def _is_sequence(line: str) -> bool:
    return line.startswith(">") or bool(_SEQUENCE.fullmatch(line.strip()))


def _is_setting(line: str) -> bool:
    return bool(_SECTION.fullmatch(line.strip()) or _SETTING.fullmatch(line) or line.lstrip().startswith((";", "#")))


def _is_prose(written: Sequence[str]) -> bool:
    if all(map(_QUOTED.fullmatch, written[1:])):
        # One column of texts in quotes.
        return False
    wordy = sum(len(line.split()) >= 3 or any(mark in line for mark in ",;|\t") for line in written)
    return len(written) >= 2 and 2 * wordy > len(written)
