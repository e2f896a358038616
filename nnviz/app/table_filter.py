"""Which rows of the table are shown: a few words such as ``wrong  loss > 0.5  kind = setosa``."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.table_view import SPLITS, Answers, RowTable, TableColumn
from nnviz.data.table import DATE_KINDS
from nnviz.errors import UserError

HINT: Final = 'Words to look for, or column = value, column > number; also wrong, right, train, validation. "…" quotes.'
_TOKEN: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|(!=|<=|>=|[=<>~≤≥≠])|([^\s"=<>!~≤≥≠]+|!))')
_SIGNS: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_NUMBER_SIGNS: Final = ("=", "!=", "<", "<=", ">", ">=")
_MISSING: Final = "missing"
Mask = NDArray[np.bool_]

_COMPARE: Final[dict[str, Callable[[NDArray[np.float64], float], Mask]]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a column compared with a value; without a column, words to look for anywhere."""

    name: str
    sign: str
    value: str


def quoted(text: str) -> str:
    """Return a text as the filter reads it back as one: in quotes where it has to be."""
    plain = re.fullmatch(r'[^\s"=<>!~≤≥≠]+', text) and text.casefold() != "and"
    return text if plain else '"' + text.replace('"', '""') + '"'


def cell_filter(table: RowTable, true: int, guessed: int, part: str) -> str:
    """Return the words that leave the rows of one cell of a confusion matrix, of one part."""
    named = {column.kind: column.title for column in table.columns if column.kind != "feature"}
    classes = table.dataset.classes
    wanted = ((named["target"], classes[true]), (named["prediction"], classes[guessed]), (named["split"], part))
    return " ".join(f"{quoted(name)} = {quoted(value)}" for name, value in wanted)


def terms_of(text: str) -> tuple[Term, ...]:
    """Return the conditions that a filter's text holds, all of which must be met.

    Raises
    ------
    UserError
        If it can't be read.
    """
    words = _words(text)
    terms: list[Term] = []
    at = 0
    while at < len(words):
        word, sign = words[at]
        if sign:
            raise UserError(f"There is no column before {word}.", "Write column, sign and value: loss > 0.5.")
        if at + 1 < len(words) and words[at + 1][1]:
            if at + 2 >= len(words) or words[at + 2][1]:
                raise UserError(f"There is no value after {word} {words[at + 1][0]}.", "Write: loss > 0.5.")
            terms.append(Term(word, words[at + 1][0], words[at + 2][0]))
            at += 3
        else:
            if word.casefold() != "and":
                terms.append(Term("", "~", word))
            at += 1
    return tuple(terms)


def _words(text: str) -> list[tuple[str, bool]]:
    """Return words, and whether each is a sign of comparison."""
    found: list[tuple[str, bool]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise UserError("A quotation mark is open.", 'Close it: kind = "two words".')
        words, sign, word = match.groups()
        found.append(
            (_SIGNS.get(sign, sign), True) if sign else (word if word is not None else words.replace('""', '"'), False)
        )
        at = match.end()
    return found


def filter_rows(table: RowTable, text: str, answers: Answers | None) -> NDArray[np.intp]:
    """Return the rows of X that meet every condition of a filter's text, ascending; all for an empty one.

    Raises
    ------
    UserError
        If it can't be read, names no column, or compares words with numbers.
    """
    mask = np.ones(table.n_rows, dtype=np.bool_)
    for term in terms_of(text):
        mask &= _anywhere(table, term.value, answers) if not term.name else _meets(table, term, answers)
    return np.flatnonzero(mask)


def _meets(table: RowTable, term: Term, answers: Answers | None) -> Mask:
    index = table.find(term.name)
    if index is None:
        raise UserError(f"There is no column named {term.name}.", "The names are those above the table.")
    column = table.columns[index]
    if column.words:
        return _words_meet(table, column, term, answers)
    if term.value.casefold() == _MISSING:
        return _negated(np.isnan(table.numbers(column, answers)), term)
    return _numbers_meet(table, column, term, answers)


def _numbers_meet(table: RowTable, column: TableColumn, term: Term, answers: Answers | None) -> Mask:
    if term.sign not in _NUMBER_SIGNS:
        raise UserError(f"{column.title} holds numbers: {term.sign} is for words.", "Use =, <, > and the like.")
    value = _number(table, column, term.value)
    with np.errstate(invalid="ignore"):
        numbers = table.numbers(column, answers)
        return np.asarray(_COMPARE[term.sign](numbers, value) & ~np.isnan(numbers))


def _number(table: RowTable, column: TableColumn, text: str) -> float:
    if column.name and table.dataset.table.column(column.name).kind in DATE_KINDS:
        try:
            moment = np.datetime64(text.strip(), "s")
        except ValueError:
            raise UserError(f"{text} is no date.", f"Write {column.title} > 2024-12-31.") from None
        return float(moment.astype(np.int64)) / 86_400
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise UserError(f"{column.title} holds numbers, and {text} is none.", f"Write {column.title} > 0.5.")
    return value


def _words_meet(table: RowTable, column: TableColumn, term: Term, answers: Answers | None) -> Mask:
    if term.sign not in ("=", "!=", "~"):
        raise UserError(f"{column.title} holds words: {term.sign} is for numbers.", "Use = or ~ (contains).")
    wanted = term.value.casefold()

    def fits(word: str | None) -> bool:
        if word is None:
            return wanted == _MISSING
        return wanted in word.casefold() if term.sign == "~" else word.casefold() == wanted

    return _negated(_where(table, column, fits, answers), term)


def _where(table: RowTable, column: TableColumn, fits: Callable[[str | None], bool], answers: Answers | None) -> Mask:
    """Return which rows have a word that fits; each different word is asked once."""
    if column.kind == "feature" or (column.kind == "target" and not table.dataset.classes):
        words = table.words(column)
        known = {word: fits(word) for word in set(words)}
        return np.fromiter((known[word] for word in words), np.bool_, len(words))
    names = SPLITS if column.kind == "split" else table.dataset.classes
    codes = table.numbers(column, answers)
    answered = np.array([*(fits(name) for name in names), False], dtype=np.bool_)
    return np.asarray(answered[np.where(np.isnan(codes), len(names), codes).astype(np.intp)])


def _negated(mask: Mask, term: Term) -> Mask:
    return ~mask if term.sign == "!=" else mask


def _anywhere(table: RowTable, word: str, answers: Answers | None) -> Mask:
    """Return the rows that a bare word means: right or wrong ones, or those in which the word stands."""
    wanted = word.casefold()
    codes = table.dataset.target_codes
    if wanted in ("wrong", "right") and codes is not None:
        if answers is None:
            return np.zeros(table.n_rows, dtype=np.bool_)
        wrong = answers.predicted != codes
        return np.asarray(wrong if wanted == "wrong" else ~wrong)
    if wanted in SPLITS:
        return np.asarray(table.split == SPLITS.index(wanted))
    mask = np.zeros(table.n_rows, dtype=np.bool_)
    for column in table.columns:
        if column.words:
            mask |= _where(table, column, lambda text: text is not None and wanted in text.casefold(), answers)
        elif column.kind == "row" and wanted.isdigit():
            mask |= table.numbers(column, answers) == float(wanted)
    return mask
