"""What to say about a file's lines that are not rows."""

from collections.abc import Sequence

from nnviz.data.records import Tally


def is_comment(line: str, mark: str) -> bool:
    """Tell whether a line is a comment; without a mark nothing is."""
    return bool(mark) and line.lstrip().startswith(mark)


def line_doubts(tally: Tally, comments_above: int) -> list[str]:
    """Return sentences about comments, rejected, cut and filled-up rows, and lines that are not accounted for."""
    found = []
    if comments := tally.comments + comments_above:
        where = f", in the middle of the table too ({_lines(tally.notes)})" if tally.notes else ""
        found.append(f"{_count(comments, 'comment line')} skipped{where}.")
    if tally.rulers:
        found.append(f"{_count(tally.rulers, 'line')} drawn with dashes skipped.")
    found += _about_rejects(tally)
    if tally.stray_quote and tally.stray_quote not in {bad.line for bad in tally.rejected}:
        where = f"line {tally.stray_quote:,}"
        found.append(f"A quote stands in the middle of a word ({where}): it is kept as text, but check that row.")
    if tally.second_table:
        found.append(
            f"A second table begins in line {tally.second_table:,}: only the first is read, its rows are rejected."
        )
    if tally.trimmed:
        rows = f"{_count(tally.trimmed, 'row')} with trailing delimiters ({_lines(tally.trimmed_lines)})"
        found.append(f"{rows}, which are left out.")
    if tally.padded:
        found.append(f"{_count(tally.padded, 'row')} with fewer fields than columns: the last ones are missing.")
    if tally.accounted_lines != tally.lines:
        lost = tally.lines - tally.accounted_lines
        found.append(f"{lost:,} lines of the file are not accounted for: please check the rows.")
    return found


def _about_rejects(tally: Tally) -> list[str]:
    if not tally.n_rejected:
        return []
    shown = "; ".join(f"line {bad.line}: {bad.reason}" for bad in tally.rejected[:3])
    more = "; ..." if tally.n_rejected > 3 else ""
    found = [f"{_count(tally.n_rejected, 'row')} rejected ({shown}{more})."]
    if tally.n_rejected > len(tally.rejected):
        found.append(f"Only the first {len(tally.rejected):,} rejected rows are listed.")
    elif tally.rejected[-1].line > tally.last_row and tally.rejected[-1].reason.startswith("1 field"):
        found.append("The end of the file is no row: it may be a footer, or the file was cut off.")
    return found


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:3])) + (", ..." if len(numbers) > 3 else "")
    return f"line {shown}" if len(numbers) == 1 else f"lines {shown}"


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
