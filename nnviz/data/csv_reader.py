"""Any CSV file to a typed table, with every doubt listed.

The steps, one module each: bytes (``file_bytes``), encoding and lines (``decoding``), delimiter and quote
(``dialect``), preamble and header (``layout``), strict records with rejects (``records``), columns
(``column_builder``, ``column_types``). Here they are put together, and the lines are counted.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from nnviz.data.column_builder import ColumnBuilder
from nnviz.data.column_names import unique_names
from nnviz.data.column_types import Typed
from nnviz.data.decoding import Encoding, find_encoding, given_encoding, text_blocks
from nnviz.data.dialect import detect
from nnviz.data.file_bytes import Progress, read_bytes, without_padding
from nnviz.data.layout import Layout, find_layout
from nnviz.data.line_doubts import is_comment, line_doubts, refuse_prose
from nnviz.data.read_options import ReadOptions
from nnviz.data.records import RecordStream, Rules, Tally
from nnviz.data.sampling import Sample, take_sample
from nnviz.data.table import Column, Dialect, Table
from nnviz.data.tokenizer import Format
from nnviz.errors import Cancelled, UserError

__all__ = ["ReadOptions", "read_csv"]


_FIND_OUT = ReadOptions()


def read_csv(
    path: Path | str,
    options: ReadOptions = _FIND_OUT,
    progress: Callable[[float, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """Read a file of delimited text.

    Parameters
    ----------
    path
        The file; it may be packed with gzip.
    options
        What is known already.
    progress
        Called with the share done (0 to 1) and what is being done.
    cancelled
        Asked some ten times a second whether to stop.

    Raises
    ------
    UserError
        If it is no table: empty, binary, a folder, not readable, only a header.
    Cancelled
        If ``cancelled`` said so.
    """
    path = Path(path)
    report: Progress = progress or (lambda _share, _text: None)
    stop = cancelled or (lambda: False)
    data = read_bytes(path, report, stop)
    return _Reading(path, data, options, report, stop).table()


class _Reading:
    """One file being read."""

    def __init__(
        self, path: Path, data: bytes, options: ReadOptions, progress: Progress, cancelled: Callable[[], bool]
    ) -> None:
        self.path = path
        self.data, self.padding = without_padding(data)
        self.options = options
        self.progress = progress
        self.cancelled = cancelled
        self.encoding: Encoding = (
            find_encoding(self.data) if options.encoding is None else given_encoding(options.encoding, self.data)
        )

    def table(self) -> Table:
        """Read it."""
        sample = take_sample(text_blocks(self.data, self.encoding), self.options.skipped_lines)
        delimiter = self.options.delimiter or sample.delimiter
        found = detect(sample.clean(), delimiter, self.options.quote)
        if found.width == 1 and self.options.delimiter is None:
            refuse_prose(sample.clean(), self.path.name)
        layout = find_layout(
            sample.lines, sample.start, sample.comment, found.form, header=self.options.header, width=found.width
        )
        rules = Rules(
            width=layout.width,
            least=layout.least,
            comment=sample.comment,
            header=layout.header or (),
            damaged=self.encoding.errors != "strict",
            reject_lines={layout.units_line + 1: "it holds units, not values"} if layout.units_line >= 0 else {},
        )
        builders = [ColumnBuilder() for _ in range(layout.width)]
        tally = self._stream(dict(enumerate(builders)), found.form, rules, layout, "parsing")
        if tally.rows == 0:
            raise self._no_rows(layout, tally)

        def again(places: list[int]) -> None:
            builders_of = {place: ColumnBuilder(as_text=True) for place in places}
            self._stream(builders_of, found.form, rules, layout, "reading text columns again")
            for place, builder in builders_of.items():
                builders[place] = builder

        if late := [place for place, builder in enumerate(builders) if builder.late]:
            again(late)
        names, name_warnings = unique_names(layout.names)
        typed = self._typed(builders, names, found.form, again)
        return self._assemble(typed, found.form, layout, sample, tally, name_warnings)

    def _stream(
        self, builders: dict[int, ColumnBuilder], form: Format, rules: Rules, layout: Layout, doing: str
    ) -> Tally:
        """Pass the whole file by these builders (by place of the column)."""
        blocks = _from_line(text_blocks(self.data, self.encoding), layout.first_line)
        stream = RecordStream(blocks, form, rules, layout.first_line + 1)
        for batch in stream.batches():
            steady = [place for place, builder in builders.items() if builder.is_steady]
            numbers = batch.numbers(steady) if steady else None
            for place, builder in builders.items():
                if numbers is not None and place in numbers:
                    builder.add_numbers(numbers[place], partial(batch.column, place))
                else:
                    builder.add(batch.column(place))
            if self.cancelled():
                raise Cancelled
            self.progress(0.1 + 0.7 * stream.share, doing)
        return stream.tally

    def _typed(
        self, builders: list[ColumnBuilder], names: list[str], form: Format, again: Callable[[list[int]], None]
    ) -> list[Typed]:
        """Type every column; where one proves a decimal comma, the doubtful others are read in its light."""
        decimal = self.options.decimal or ""
        typed: list[Typed] = []
        for place, builder in enumerate(builders):
            if self.cancelled():
                raise Cancelled
            typed.append(builder.finish(names[place], form.delimiter, decimal))
            self.progress(0.8 + 0.2 * place / len(builders), "finding types")
        if not decimal and any(found.decimal == "," for found in typed):
            decimal = ","
        elif decimal != ",":
            return typed
        floats = [place for place, builder in enumerate(builders) if builder.is_float]
        if floats:
            again(floats)
        return [
            builder.finish(names[place], form.delimiter, decimal) if builder.as_text else typed[place]
            for place, builder in enumerate(builders)
        ]

    def _no_rows(self, layout: Layout, tally: Tally) -> UserError:
        name = self.path.name
        if tally.n_rejected:
            first = tally.rejected[0]
            return UserError(
                f"{name} has no row that can be read; line {first.line}: {first.reason}.", "Is it a table?"
            )
        if layout.header is not None:
            return UserError(f"{name} has a header but no data rows: it is empty below line {layout.first_line}.")
        return UserError(f"{name} is empty: it has no rows.")

    def _assemble(
        self, typed: list[Typed], form: Format, layout: Layout, sample: Sample, tally: Tally, warnings: list[str]
    ) -> Table:
        columns: list[Column] = [found.column for found in typed]
        doubts = [self.encoding.warning] if self.encoding.warning else []
        if self.padding:
            doubts.append(f"{self.padding:,} NUL bytes at the end are left out: was the file written whole?")
        doubts += [*layout.warnings, *warnings]
        if layout.trailing and columns[-1].kind == "empty":
            columns.pop()
            doubts = [text for text in doubts if "no name" not in text]
            doubts.append("Every row ends with a trailing delimiter; the empty last column it makes is left out.")
        above = sample.lines[sample.start : layout.skipped]
        doubts += line_doubts(tally, sum(is_comment(line, sample.comment) for line in above))
        doubts += [f"{column.name} is empty: every value is missing." for column in columns if column.kind == "empty"]
        doubts += [text for found in typed for text in found.warnings]
        dialect = Dialect(
            encoding=self.encoding.name,
            delimiter=form.delimiter,
            quote=form.quote,
            decimal="," if any(found.decimal == "," for found in typed) else self.options.decimal or ".",
            thousands=next((found.thousands for found in typed if found.thousands), ""),
            header=layout.header is not None,
            skipped_lines=layout.skipped,
        )
        self.progress(1.0, "done")
        return Table(
            self.path.name, self.path, tuple(columns), tally.rows, dialect, tuple(tally.rejected), tuple(doubts)
        )


def _from_line(blocks: Iterator[tuple[list[str], float]], first: int) -> Iterator[tuple[list[str], float]]:
    """Leave out the first lines."""
    for lines, share in blocks:
        if first >= len(lines):
            first -= len(lines)
        else:
            yield lines[first:] if first else lines, share
            first = 0
