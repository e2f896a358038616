"""One stage of an update as it is shown: its words, its formula, its numbers, and what it lights in the diagram."""

from dataclasses import dataclass
from typing import Literal

from nnviz.app.lens_sums import Formula, Name, SumView, formula
from nnviz.engine.arrays import FloatArray

Kind = Literal["batch", "forward", "loss", "backward", "update", "after"]


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What passes along the edges into one layer.

    Attributes
    ----------
    layer
        0 is the first layer after the inputs.
    amounts
        One number per weight, (n_in, units), for width and colour.
    """

    layer: int
    amounts: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What a stage lights in the diagram.

    Attributes
    ----------
    streams
        The edges on which something passes; all others recede.
    direction
        1 towards the output, -1 towards the inputs, 0 where nothing flows.
    columns
        Columns of neurons that are at work, 0 being the inputs; all others recede.
    path
        One unit per column: what is followed.
    words
        What the edges show, "" where nothing passes.
    """

    streams: tuple[Stream, ...]
    direction: int
    columns: tuple[int, ...]
    path: tuple[int, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sum of a stage, a line per term.

    Attributes
    ----------
    title, heads
        What it is; its headings.
    view
        The sum.
    chosen
        The source of the line that is followed.
    """

    title: str
    heads: tuple[str, str, str]
    view: SumView
    chosen: int


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage.

    Attributes
    ----------
    kind, layer
        What happens; for forward and backward in which layer, else -1.
    name, sentence
        "Forward: Hidden 1"; what happens in it, in words.
    symbols
        Its formula in symbols.
    tables
        Its sums, none to two.
    aside_title, aside
        What stands beside it in lines of their own; may be empty.
    lines
        Its formulas with this moment's numbers.
    light
        For the diagram.
    """

    kind: Kind
    layer: int
    name: str
    sentence: str
    symbols: Formula
    lines: tuple[Formula, ...]
    light: Light
    tables: tuple[Table, ...] = ()
    aside_title: str = ""
    aside: tuple[Formula, ...] = ()

    def formulas(self) -> list[Formula]:
        """Return everything for copying: the name first, then as it is shown."""
        tables = [line for table in self.tables for line in (*table_lines(table.view), table.view.equation)]
        return [formula(Name(f"{self.name}:")), self.symbols, *tables, *self.lines, *self.aside]


def table_lines(view: SumView) -> list[Formula]:
    """Return a table's lines one by one."""
    found = []
    for term in view.terms:
        product = (term.weight.lstrip("+"), "×", term.value, term.relation) if term.weight else ("=",)
        found.append(formula(Name(term.name), *product, term.product.lstrip("+")))
    return found
