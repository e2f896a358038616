"""What a person knows of a file before it is read; apart from the reader, which takes long to load."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is known of a file; None means: find out. ``delimiter`` may be ``"whitespace"`` for runs of blanks."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal: str | None = None
    header: bool | None = None
    skipped_lines: int | None = None
