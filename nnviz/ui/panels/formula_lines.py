"""Formulas in words' own size: selectable, and broken where a reader would break them."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.ui.panels.inspector_parts import WrappedLabel, set_text
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import REGULAR, SEMIBOLD, font
from nnviz.ui.type_scale import hold

# Where a formula is broken: between formulas rather than within one.
_BETWEEN: Final = re.compile(r"((?<=[;,]) +)(?=\S)")
_WITHIN: Final = re.compile(r"( (?=[=≈] )|(?<=:)  +)")
_AT_TERMS: Final = re.compile(r"( (?=[=≈×+−/→] )(?![^(]*\)))")  # never within parentheses
_POWER: Final = re.compile(r"\^(\d+|t\b)")
_RAISED: Final = str.maketrans("0123456789t", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵗ")


def typeset(text: str) -> str:
    """Return a formula as it is printed: powers raised, and a hat above the letter that has one."""
    raised = _POWER.sub(lambda power: power[1].translate(_RAISED), text)
    return raised.replace("_hat", "\N{COMBINING CIRCUMFLEX ACCENT}")


def broken(text: str, width: Callable[[str], int], room: int) -> str:
    """Return a formula in lines of at most ``room`` pixels that begin at an equals sign, or after a comma or a name.

    What has no room even so is broken before its other signs too, outside of parentheses; what is too long still is
    left to the words' own wrapping.
    """
    lines = [text]
    for gaps in (_BETWEEN, _WITHIN, _AT_TERMS):
        lines = [piece for line in lines for piece in _filled(line, gaps, width, room)]
    return "\n".join(lines)


def _filled(text: str, gaps: re.Pattern[str], width: Callable[[str], int], room: int) -> list[str]:
    """Return lines that hold as much as they have room for, broken at gaps."""
    if width(text) <= room:
        return [text]
    first, *rest = gaps.split(text)
    lines = [first]
    for gap, piece in zip(rest[::2], rest[1::2], strict=True):
        if width(f"{lines[-1]}{gap}{piece}") <= room:
            lines[-1] += f"{gap}{piece}"
        else:
            lines.append(piece)
    return lines


class FormulaLabel(WrappedLabel):
    """A formula that is broken where a reader would break it; says when the cursor comes.

    Parameters
    ----------
    index
        Which one it is, for who hears of the cursor.
    """

    entered = Signal(int)

    def __init__(self, index: int = 0, role: str = "", *, strong: bool = False) -> None:
        super().__init__()
        self._index = index
        self.formula = ""
        self._written: tuple[object, ...] = ()
        self.setFont(font(weight=SEMIBOLD if strong else REGULAR))
        hold(self, least_width=60)
        if role:
            self.setProperty("role", role)

    def show_formula(self, text: str) -> None:
        """Write a formula, given in plain text."""
        self.formula = typeset(text)
        self._write()

    def _write(self) -> None:
        room = self.contentsRect().width()
        if self._written == (self.formula, room, self.font().pixelSize()):
            return  # most of the times that a layout moves it
        self._written = (self.formula, room, self.font().pixelSize())
        set_text(self, broken(self.formula, self.fontMetrics().horizontalAdvance, room))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break it anew for the new width."""
        super().resizeEvent(event)
        self._write()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the cursor is here."""
        super().enterEvent(event)
        self.entered.emit(self._index)


class Lines(QWidget):
    """Formulas one below the other; says which of them the cursor is on."""

    hovered = Signal(int)

    def __init__(self, role: str = "", parent: QWidget | None = None, *, spacing: int = 2) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self._role = role
        self._labels: list[FormulaLabel] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)

    def show_lines(self, texts: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Write lines; as many labels as there are lines. ``tips`` say what they are in words."""
        while len(self._labels) < len(texts):
            line = FormulaLabel(len(self._labels), self._role)
            line.entered.connect(self.hovered)
            self._labels.append(line)
            self._box.addWidget(line)
        for label, text in zip(self._labels, texts, strict=False):
            label.show_formula(text)
            label.show()
        for label, tip in zip(self._labels, tips, strict=False):
            label.setToolTip(tooltip(tip) if tip else "")
        for label in self._labels[len(texts) :]:
            label.hide()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the cursor is on no line."""
        super().leaveEvent(event)
        self.hovered.emit(-1)
