"""What the verbs say: text lines, JSON documents and errors, on streams of any encoding."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import nnviz.errors


def write_line(text: str, stream: TextIO | None = None) -> None:
    """Write one line to ``stream`` (standard output by default); what its encoding lacks is written as an escape."""
    out = sys.stdout if stream is None else stream
    encoding = out.encoding or "utf-8"
    out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def write_document(document: Mapping[str, Any], stream: TextIO | None = None) -> None:
    """Write one JSON document; a number that is not finite becomes null, which JSON can say."""
    write_line(json.dumps(finite(document), allow_nan=False, indent=2), stream)


def write_error(error: nnviz.errors.UserError, *, as_json: bool) -> None:
    """Write an expected trouble to standard error: one line, or ``{"error", "hint"}``."""
    if as_json:
        write_document({"error": error.message, "hint": error.hint}, sys.stderr)
    else:
        write_line(f"nnviz: {' '.join(str(error).split())}", sys.stderr)


def warn(text: str) -> None:
    """Write one line to standard error."""
    write_line(f"nnviz: {' '.join(text.split())}", sys.stderr)


def finite(value: Any) -> Any:
    """Return ``value`` (dicts, sequences, plain values) with every NaN and infinity replaced by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [finite(entry) for entry in value]
    return value
