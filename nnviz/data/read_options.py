"""What a person knows of a file before it is read; apart from the reader, which takes long to load."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is known of a file, and how much of it is wanted; None means: find out.

    Attributes
    ----------
    encoding, quote, decimal, header, skipped_lines
        As in ``table.Dialect``.
    delimiter
        One or more characters, or ``"whitespace"`` for runs of blanks.
    missing_words
        Every word that stands for a missing value, in any case; None takes ``missing.MISSING_WORDS``.
    sheet
        The sheet of a workbook; None takes the first that holds anything.
    sample_rows
        Keep a random sample of that many rows, in the order of the file; files larger than memory can be read so.
    sample_seed
        Of the sample: the same file and seed give the same rows.
    date_order
        ``"day first"`` or ``"month first"``: how dates such as 03/04/2024 are meant where no date of their column
        settles it.
    large
        Whether a packed file may unpack to more than ``large_file.MAX_UNPACKED``; a sample implies it.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal: str | None = None
    header: bool | None = None
    skipped_lines: int | None = None
    missing_words: frozenset[str] | None = None
    sheet: str | None = None
    sample_rows: int | None = None
    sample_seed: int = 0
    date_order: str | None = None
    large: bool = False
