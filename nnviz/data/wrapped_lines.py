"""Files whose every line stands in quotes, as if it were one field: tables that were written out twice."""

import re
from collections.abc import Sequence
from typing import Final

from nnviz.data.dialect import detect
from nnviz.data.headers import is_value
from nnviz.data.tokenizer import sample_records

WRAPPED_NOTE: Final = "Every line stands in quotes, as if it were one field: the quotes around the lines are taken off."
_WRAPPED = re.compile(r'^"((?:[^"\n]|"")*)"$', re.MULTILINE)
_FEWEST: Final = 3


def are_wrapped(lines: Sequence[str]) -> bool:
    """Tell whether all lines of a sample but perhaps the header are wrapped and hold the same number of fields.

    A single column of texts in quotes, with marks in them, holds no numbers or differs in their number.
    """
    body = [line for line in lines[1:] if line.strip()]
    if len(body) < _FEWEST - 1 or not all(map(_WRAPPED.fullmatch, body)):
        return False
    bare = [unwrapped(line) for line in [lines[0], *body]]
    found = detect(bare)
    records = [fields for _, fields in sample_records(bare, found.form)]
    return (
        found.width > 1
        and {len(fields) for fields in records} == {found.width}
        and any(is_value(cell.strip()) for fields in records[1:] for cell in fields)
    )


def unwrapped(text: str) -> str:
    """Take the quotes around lines off; lines without stay as they are."""
    return _WRAPPED.sub(lambda found: found[1].replace('""', '"'), text)
