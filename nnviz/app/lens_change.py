"""A number before and after, and by how much it changed, true as it stands there."""

from nnviz.app.lens_numbers import Ledger, add, first_decimals
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.plain_numbers import MINUS


class ChangeBook:
    """Enters before + change = after of one number."""

    def __init__(self, ledger: Ledger, name: str, before: float, after: float) -> None:
        self._ledger, self._name = ledger, name
        change = after - before
        self._before, self._change, self._after = (ledger.number(value) for value in (before, change, after))
        size = first_decimals(max(abs(before), abs(after)))
        decimals = max(size, min(first_decimals(change, 3), size + 6)) if change else 4
        keys = (self._before, self._change, self._after)
        ledger.level(keys, max(decimals, 0))
        self._made = ledger.relate(self._after, keys[:2], add)

    def line(self, *head: str | Name) -> Formula:
        """Return it as a line behind its name, or behind ``head``."""
        ledger = self._ledger
        change = ledger.text(self._change, signed=True)
        body = (ledger.text(self._before), MINUS if change[0] == MINUS else "+", change[1:])
        return formula(*(head or (Name(f"{self._name}:"),)), *body, ledger.sign(self._made), ledger.text(self._after))
