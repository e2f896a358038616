"""How cells, numbers and tooltips are written where they are painted: one line, plain, cut before it gets long."""

import html
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QWidget

from nnviz.app.plain_numbers import MINUS, plain_number
from nnviz.data.table import Cell

LONGEST = 200  # characters of a cell that are ever painted


def one_line(text: str, limit: int = LONGEST) -> str:
    """Return the text on one line of at most ``limit`` characters, control characters as spaces."""
    cut = text[: limit + 1]
    if len(text) <= limit and text.isprintable():
        return text  # nearly all of ten thousand names
    plain = "".join(" " if ord(char) < 32 or char in "\u007f\u2028\u2029" else char for char in cut)
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def number(value: float, digits: int = 6) -> str:
    """Return a number with at most ``digits`` significant digits and a true minus sign."""
    return plain_number(value, digits)


def signed(value: float, decimals: int = 2) -> str:
    """Return a number with fixed decimals, always with its sign, so that a column of them lines up."""
    text = f"{abs(value):.{decimals}f}" if abs(value) < 1e5 else f"{abs(value):.1e}"
    return (MINUS if value < 0 else "+") + text


def cell_text(cell: Cell, digits: int = 8) -> str:
    """Return a cell as it is shown in a table, fractions cut to ``digits``; a missing one is an empty string."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell).replace("-", MINUS)
    return number(cell, digits) if isinstance(cell, float) else one_line(cell)


def elided(metrics: QFontMetrics, text: str, width: int, *, middle: bool = False) -> str:
    """Return the text cut with an ellipsis to a width in logical pixels."""
    mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    return metrics.elidedText(one_line(text), mode, width)


def tooltip(text: str) -> str:
    """Return a tooltip that shows the text literally: Qt would otherwise read a cell such as ``<b>`` as HTML."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text[:2000])}</p>" if text else ""


def keyboard_focus(state: QStyle.StateFlag) -> bool:
    """Return whether an item has the focus and the person goes by keyboard: a mere click needs no ring."""
    keyboard = bool(state & QStyle.StateFlag.State_KeyboardFocusChange)
    return keyboard and bool(state & QStyle.StateFlag.State_HasFocus)


INSET: Final = 12  # of the data dock


def right_inset(view: QWidget | None) -> int:
    """Return what is left of the dock's inset beside a list's scroll bar, so that rows line up with all else."""
    bar = view.verticalScrollBar() if isinstance(view, QAbstractScrollArea) else None
    return max(2, INSET - bar.width()) if bar is not None and bar.isVisible() else INSET


class KeepKeys(QObject):
    """Lets a focused widget use keys that the window has shortcuts for (arrows in a list, Enter on a cell)."""

    def __init__(self, widget: QWidget, keys: Iterable[Qt.Key]) -> None:
        super().__init__(widget)
        self._keys = frozenset(keys)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Claim the key before the window's shortcut gets it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in self._keys:
                event.accept()
                return True
        return super().eventFilter(watched, event)


ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
LIST_KEYS = (*ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter)
