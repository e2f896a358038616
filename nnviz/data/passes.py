"""The passes over a file's lines: a sample for its form, all of it for the columns, again for columns of late text."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from nnviz.data.ambiguous_points import ambiguous_points
from nnviz.data.batches import Batch
from nnviz.data.column_builder import ColumnBuilder
from nnviz.data.column_names import unique_names
from nnviz.data.column_types import Typed
from nnviz.data.decoding import Encoding, find_encoding, from_line, given_encoding, text_blocks
from nnviz.data.delimiters import DELIMITER_MARK, restored
from nnviz.data.dialect import Detected
from nnviz.data.file_bytes import Progress, without_padding
from nnviz.data.find_form import Rewrite, find_form, rewritten
from nnviz.data.fresh_pages import PIECE, FreshPages
from nnviz.data.large_file import Data
from nnviz.data.last_row import last_row_doubts
from nnviz.data.layout import Layout, find_layout
from nnviz.data.line_doubts import is_comment, line_doubts
from nnviz.data.memory import check_fits, row_bytes, surely_fits
from nnviz.data.missing import MISSING_WORDS
from nnviz.data.number_dates import number_dates
from nnviz.data.read_options import ReadOptions
from nnviz.data.records import RecordStream, Rules, Tally
from nnviz.data.reservoir import Reservoir
from nnviz.data.sampling import Sample, take_sample
from nnviz.data.table import Dialect, Reconciliation, Rejected, Table
from nnviz.data.table_shape import lies_on_its_side, sums_between
from nnviz.data.tokenizer import Format, sample_records
from nnviz.errors import Cancelled, UserError

_SAMPLED_AT_ONCE = 10_000
_NUMBER_BYTES = 8
_LEAD = 4 * PIECE  # bytes of a column brought in before its numbers are read
_MOST_TITLES = 20


class Passes:
    """One file being read.

    Parameters
    ----------
    path, options, progress, cancelled
        As for ``read_csv``.
    data
        The bytes of text.
    notes
        Sentences to put before all others.
    marks
        Characters that stand for texts of the file, see ``delimiters``.
    """

    def __init__(
        self,
        path: Path,
        data: Data,
        options: ReadOptions,
        progress: Progress,
        cancelled: Callable[[], bool],
        notes: tuple[str, ...] = (),
        marks: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.data, self.padding = without_padding(data)
        self.options = options
        self.progress = progress
        self.cancelled = cancelled
        self.notes = notes
        self.marks = dict(marks or {})
        self.rewrites: tuple[Rewrite, ...] = ()
        given = options.missing_words
        self.words = MISSING_WORDS if given is None else frozenset({"", *(word.strip().casefold() for word in given)})
        self.encoding: Encoding = (
            find_encoding(self.data, self.watch)
            if options.encoding is None
            else given_encoding(options.encoding, self.data)
        )

    def watch(self) -> None:
        """Stop here if the person called it off."""
        if self.cancelled():
            raise Cancelled

    def table(self) -> Table:
        """Read it."""
        sample, found = self._look()
        self.watch()
        form = found.form
        layout = find_layout(
            sample.lines, sample.start, sample.comment, form, header=self.options.header, width=found.width
        )
        self.watch()
        rules = Rules(
            width=layout.width, least=layout.least, comment=sample.comment, header=layout.header or (),
            damaged=self.encoding.errors != "strict", reject_lines=_units(layout), notes=layout.notes, rows=layout.rows,
            titles=_titles(sample, layout),
        )  # fmt: skip
        if self.options.sample_rows is None:
            self._check_fits(sample, form)
        new_builder = partial(ColumnBuilder, words=self.words, date_order=self.options.date_order or "")
        builders = [new_builder() for _ in range(layout.width)]
        tally = self._stream(dict(enumerate(builders)), form, rules, layout, "parsing")
        if tally.rows == 0:
            raise self._no_rows(layout, tally)

        def again(places: list[int]) -> None:
            builders_of = {place: new_builder(as_text=True) for place in places}
            self._stream(builders_of, form, rules, layout, "reading text columns again")
            for place, builder in builders_of.items():
                builders[place] = builder

        if late := [place for place, builder in enumerate(builders) if builder.late]:
            again(late)
        names, name_warnings = unique_names(restored(layout.names, self.marks))
        typed = self._typed(builders, names, form, again)
        return self._assemble(typed, form, layout, sample, tally, name_warnings)

    def _look(self) -> tuple[Sample, Detected]:
        """Take a sample of the lines and find the form they are written in."""
        sample = take_sample(text_blocks(self.data, self.encoding), self.options.skipped_lines)
        form = find_form(sample, self.options, self.path.name, self.watch)
        self.rewrites = form.rewrites
        self.notes += form.notes
        if form.long:
            self.marks[DELIMITER_MARK] = form.long
        return form.sample, form.found

    def _check_fits(self, sample: Sample, form: Format) -> None:
        lines = sample.clean()
        if sample.whole or not lines or surely_fits(len(self.data)):
            return
        records = [fields for _, fields in sample_records(lines, form)]
        line_bytes = sum(len(line.encode("utf-8", "replace")) + 1 for line in lines) / len(records)
        held = len(self.data) if isinstance(self.data, bytes) else 0
        check_fits(self.path.name, len(self.data), line_bytes, row_bytes(records), held)

    def _blocks(self, first_line: int) -> Iterator[tuple[str, float]]:
        blocks = text_blocks(self.data, self.encoding)
        if self.rewrites:
            blocks = rewritten(blocks, self.rewrites)
        return from_line(blocks, first_line)

    def _stream(
        self, builders: dict[int, ColumnBuilder], form: Format, rules: Rules, layout: Layout, doing: str
    ) -> Tally:
        """Pass the whole file by these builders (by place of the column), or a sample of its rows."""
        stream = RecordStream(self._blocks(layout.first_line), form, rules, layout.first_line + 1, self.watch)
        size = self.options.sample_rows
        reservoir = Reservoir(size, self.options.sample_seed) if size is not None else None
        rows_so_far = 0
        with FreshPages(lambda: [room for builder in builders.values() if len(room := builder.room)], _LEAD) as pages:
            for batch in stream.batches():
                if reservoir is not None:
                    reservoir.add(batch)
                else:
                    # A little more than the first block lets expect: room for all rows at once.
                    in_all = 0 if rows_so_far or not stream.share else int(batch.n_rows / stream.share)
                    if in_all:
                        for builder in builders.values():
                            builder.expected = int(1.05 * in_all) + 1000
                    rows_so_far += batch.n_rows
                    self._fill(builders, batch)
                    pages.start(in_all * _NUMBER_BYTES)
                    pages.reach(rows_so_far * _NUMBER_BYTES)
                self.watch()
                self.progress(0.1 + 0.7 * stream.share, doing)
        if reservoir is not None:
            rows = reservoir.rows()
            for start in range(0, len(rows), _SAMPLED_AT_ONCE):
                self._fill(builders, Batch(columns=list(zip(*rows[start : start + _SAMPLED_AT_ONCE], strict=True))))
                self.watch()
        return stream.tally

    def _fill(self, builders: dict[int, ColumnBuilder], batch: Batch) -> None:
        block = batch.block
        steady = [] if block else [place for place, builder in builders.items() if builder.is_steady]
        numbers = batch.numbers(steady) if steady else None
        for place, builder in builders.items():
            if builder.late:
                continue
            if block is not None and not builder.as_text:
                builder.add_block(block, place, partial(batch.column, place))
            elif numbers is not None and place in numbers:
                builder.add_numbers(numbers[place], partial(batch.column, place))
            else:
                builder.add(restored(batch.column(place), self.marks) if self.marks else batch.column(place))
            if len(builders) > 1:
                self.watch()

    def _typed(
        self, builders: list[ColumnBuilder], names: list[str], form: Format, again: Callable[[list[int]], None]
    ) -> list[Typed]:
        """Type every column; where one proves a decimal comma, the doubtful others are read in its light."""
        decimal = self.options.decimal or ""
        delimiter = self.marks.get(DELIMITER_MARK, form.delimiter)
        typed: list[Typed] = []
        for place, builder in enumerate(builders):
            self.watch()
            typed.append(builder.finish(names[place], delimiter, decimal, self.watch))
            self.progress(0.8 + 0.2 * place / len(builders), "finding types")
        if not decimal and any(found.decimal == "," for found in typed):
            decimal = ","
        elif decimal != ",":
            return typed
        floats = [place for place, builder in enumerate(builders) if builder.is_float]
        if floats:
            again(floats)
        return [
            builder.finish(names[place], delimiter, decimal, self.watch) if builder.as_text else typed[place]
            for place, builder in enumerate(builders)
        ]

    def _no_rows(self, layout: Layout, tally: Tally) -> UserError:
        name = self.path.name
        if tally.n_rejected:
            first = tally.rejected[0]
            return UserError(
                f"{name} has no row that makes a table; line {first.line}: {first.reason}.", "Is it a table?"
            )
        if layout.header is not None:
            return UserError(f"{name} has a header but no data rows: it is empty below line {layout.first_line}.")
        return UserError(f"{name} is empty: it has no rows.")

    def _assemble(
        self, typed: list[Typed], form: Format, layout: Layout, sample: Sample, tally: Tally, warnings: list[str]
    ) -> Table:
        columns = [found.column for found in typed]
        pointed = [] if self.options.decimal else ambiguous_points(columns, layout.rows, form.delimiter)
        doubts = [*self.notes, *([self.encoding.warning] if self.encoding.warning else [])]
        if self.padding:
            doubts.append(f"{self.padding:,} NUL bytes at the end are left out: was the file written whole?")
        doubts += [*layout.warnings, *warnings]
        if layout.trailing and columns[-1].kind == "empty":
            columns.pop()
            doubts = [text for text in doubts if "no name" not in text]
            doubts.append("Every row ends with a trailing delimiter; the empty last column it makes is left out.")
        elif len(columns) > 2 and all(columns[end].kind == "empty" and not layout.names[end] for end in (0, -1)):
            columns = columns[1:-1]
            doubts = [text for text in doubts if "no name" not in text]
            doubts.append("Every row begins and ends with a delimiter; the empty columns at the edges are left out.")
        above = sample.lines[sample.start : layout.skipped]
        comments = sum(is_comment(line, sample.comment) for line in above)
        n_rows = len(columns[0].values)
        if n_rows < tally.rows:
            doubts.append(f"A random sample of {n_rows:,} of {tally.rows:,} rows, in the order of the file.")
        else:
            doubts += last_row_doubts(columns, tally.last_row)
            doubts += [*sums_between(columns), *lies_on_its_side(layout.rows, n_rows)]
        doubts += line_doubts(tally, comments)
        doubts += [f"{column.name} is empty: every value is missing." for column in columns if column.kind == "empty"]
        doubts += [text for found in typed for text in found.warnings]
        doubts += number_dates(columns)
        doubts += [text for text in pointed if not any(text.split(":")[0] in said for said in doubts)]
        dialect = Dialect(
            encoding=self.encoding.name,
            delimiter=self.marks.get(DELIMITER_MARK, form.delimiter),
            quote=form.quote,
            decimal="," if any(found.decimal == "," for found in typed) else self.options.decimal or ".",
            thousands=next((found.thousands for found in typed if found.thousands), ""),
            header=layout.header is not None,
            skipped_lines=layout.skipped,
        )
        rejected = tuple(Rejected(bad.line, bad.reason, restored([bad.text], self.marks)[0]) for bad in tally.rejected)
        counts = Reconciliation(
            rows=tally.rows,
            rejected=tally.n_rejected,
            blank=tally.blank,
            comments=tally.comments,
            rulers=tally.rulers,
            header=layout.first_line - layout.skipped,
            skipped=layout.skipped,
            lines=tally.lines + layout.first_line,
            accounted_lines=tally.accounted_lines + layout.first_line,
        )
        self.progress(1.0, "done")
        return Table(self.path.name, self.path, tuple(columns), n_rows, dialect, rejected, tuple(doubts), counts)


def _titles(sample: Sample, layout: Layout) -> frozenset[str]:
    """Return the lines of text above the header."""
    above = sample.lines[sample.start : layout.skipped][:_MOST_TITLES]
    return frozenset(line for line in above if layout.header and any(map(str.isalpha, line)))


def _units(layout: Layout) -> dict[int, str]:
    """Return the lines of units, counted from 1, with the reason to reject them."""
    return {line + 1: "it holds units or more names, not values" for line in layout.units}
