"""The form that a sample of lines is written in: delimiter and quote, and what must be rewritten before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from nnviz.data.curly_quotes import CURLY_NOTE, are_curly, straightened
from nnviz.data.delimiters import DELIMITER_MARK, detect_long, marked
from nnviz.data.dialect import Detected, detect
from nnviz.data.fixed_width import places_of
from nnviz.data.other_texts import refuse_other_texts
from nnviz.data.read_options import ReadOptions
from nnviz.data.sampling import Sample
from nnviz.data.tokenizer import WHITESPACE
from nnviz.data.watching import Watch
from nnviz.data.wrapped_lines import WRAPPED_NOTE, are_wrapped, unwrapped

Rewrite = Callable[[str], str]
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FoundForm:
    """What a sample says.

    Attributes
    ----------
    sample
        The sample, rewritten.
    found
        The format.
    long
        The delimiter that ``DELIMITER_MARK`` stands for, or "".
    rewrites
        What to do to every text of whole lines before it is parted, in this order.
    notes
        Sentences to say.
    """

    sample: Sample
    found: Detected
    long: str
    rewrites: tuple[Rewrite, ...]
    notes: tuple[str, ...]


def find_form(sample: Sample, options: ReadOptions, name: str, watch: Watch) -> FoundForm:
    """Find the form of a sample of lines.

    Parameters
    ----------
    sample, options
        The lines, and what is known of the file.
    name
        The file's name, for messages.
    watch
        Called now and then; it may raise to stop the work.

    Raises
    ------
    UserError
        If the lines are no table.
    """
    rewrites: list[Rewrite] = []
    notes: list[str] = []
    raw = sample.lines[sample.start :]
    for test, rewrite, note in (
        (are_wrapped, unwrapped, WRAPPED_NOTE),
        (are_curly, straightened, CURLY_NOTE),
    ):
        if test(sample.clean()):
            rewrites.append(rewrite)
            notes.append(note)
            sample = _rewritten(sample, rewrite)
    found, long = _detect(sample, options, raw, notes, watch)
    if options.delimiter is None and (places := places_of(long)):
        shown = ", ".join(str(place + 1) for place in places[:_SHOWN]) + (", ..." if len(places) > _SHOWN else "")
        notes.append(f"The columns are told by their places in the line: they begin at character {shown}.")
    if long:
        rewrites.append(lambda text: marked(text, long))
        sample = _rewritten(sample, rewrites[-1])
    if options.delimiter is None:
        refuse_other_texts(raw, sample.clean(), found, name)
    return FoundForm(sample, found, long, tuple(rewrites), tuple(notes))


def _detect(
    sample: Sample, options: ReadOptions, raw: Sequence[str], notes: list[str], watch: Watch
) -> tuple[Detected, str]:
    """Return the format and the delimiter of several characters, "" for one of one."""
    lines = sample.clean()
    delimiter = options.delimiter or sample.delimiter
    if delimiter is not None and len(delimiter) > 1 and delimiter != WHITESPACE:
        return detect([marked(line, delimiter) for line in lines], DELIMITER_MARK, options.quote), delimiter
    found = detect(lines, delimiter, options.quote)
    watch()
    if options.delimiter is None and delimiter is not None and found.width == 1:
        other = detect(lines, None, options.quote)
        if other.width > 1:
            notes.append(f"The first line says that '{delimiter}' parts the fields, but the rows do not have it.")
            found, delimiter = other, None
    return (found, "") if delimiter is not None else detect_long(lines, found, options.quote, raw)


def _rewritten(sample: Sample, rewrite: Rewrite) -> Sample:
    return replace(sample, lines=[rewrite(line) for line in sample.lines])


def rewritten(blocks: Iterator[tuple[str, float]], rewrites: Sequence[Rewrite]) -> Iterator[tuple[str, float]]:
    """Rewrite blocks of whole lines."""
    for block, share in blocks:
        text = block
        for rewrite in rewrites:
            text = rewrite(text)
        yield text, share
