"""The menu in which a feature's encoding is chosen: scaling, categories kept, parts of a date."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.data.date_parts import DATE_PARTS, DatePart
from nnviz.data.features import SCALINGS, TOP_CATEGORIES, Encoding, Scaling
from nnviz.data.table import DATE_KINDS, Kind

_SCALING_WORDS: Final[dict[Scaling, str]] = {
    "standardise": "Standardise: mean 0, standard deviation 1",
    "min-max": "Min–max: training rows from 0 to 1",
    "robust": "Robust: median and quartiles, for extreme values",
}
_TOPS: Final = (5, 10, 20, TOP_CATEGORIES, 100, 200)
_MOST_TOP: Final = 1000
_PART_WORDS: Final[dict[DatePart, str]] = {
    "elapsed": "Elapsed days",
    "year": "Year",
    "month": "Month (sine, cosine)",
    "day of year": "Day of the year (sine, cosine)",
    "weekday": "Day of the week (sine, cosine)",
    "hour": "Time of the day (sine, cosine)",
}


class EncodingMenu(QMenu):
    """Calls back with every choice; the parts of a date are ticked one after the other, so the menu stays open."""

    def __init__(
        self,
        parent: QWidget,
        kind: Kind,
        n_unique: int,
        encoding: Encoding,
        chosen: Callable[[Encoding], None],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._encoding = encoding
        self._chosen = chosen
        self._parts: dict[DatePart, QAction] = {}
        if kind == "string":
            self._add_tops(n_unique)
            return
        if kind in DATE_KINDS:
            self._add_parts()
            self.addSeparator()
        self._add_scalings()

    def _add_scalings(self) -> None:
        group = QActionGroup(self)
        for scaling in SCALINGS:
            action = self._checkable(_SCALING_WORDS[scaling], checked=self._encoding.scaling == scaling)
            action.setActionGroup(group)
            action.triggered.connect(lambda _=False, scaling=scaling: self._take(scaling=scaling))

    def _add_tops(self, n_unique: int) -> None:
        group = QActionGroup(self)
        tops = [top for top in _TOPS if top < n_unique]
        if n_unique <= _MOST_TOP:
            tops.append(max(n_unique, 1))
        current = self._encoding.top
        for top in sorted({*tops, current} if current < n_unique else set(tops)):
            label = f"One input for each of {n_unique:,} categories" if top >= n_unique else f"The commonest {top:,}"
            label += "" if top >= n_unique else ", all others share one input"
            action = self._checkable(label, checked=top == current or top >= n_unique <= current)
            action.setActionGroup(group)
            action.triggered.connect(lambda _=False, top=top: self._take(top=max(top, 1)))

    def _add_parts(self) -> None:
        suggested = self._checkable("As its dates suggest", checked=self._encoding.date_parts is None)
        suggested.triggered.connect(self._suggest)
        self._suggested = suggested
        for part in DATE_PARTS:
            action = self._checkable(_PART_WORDS[part], checked=part in (self._encoding.date_parts or ()))
            action.triggered.connect(self._tick)
            self._parts[part] = action

    def _checkable(self, label: str, *, checked: bool) -> QAction:
        action = self.addAction(label)
        action.setCheckable(True)
        action.setChecked(checked)
        return action

    def _suggest(self) -> None:
        self._suggested.setChecked(True)
        for action in self._parts.values():
            action.setChecked(False)
        self._take(date_parts=None)

    def _tick(self) -> None:
        parts = tuple(part for part, action in self._parts.items() if action.isChecked())
        self._suggested.setChecked(not parts)
        self._take(date_parts=parts or None)

    def _take(self, **changes: object) -> None:
        self._encoding = replace(self._encoding, **changes)  # type: ignore[arg-type]
        self._chosen(self._encoding)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tick a part of a date without closing the menu."""
        action = self.actionAt(event.position().toPoint())
        if action in self._parts.values():
            action.trigger()
            return
        super().mouseReleaseEvent(event)
