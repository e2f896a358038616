"""What is left of a column at the side when the window is too narrow for all of them: a bar that brings it back."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnviz.ui.icons import paint_icon
from nnviz.ui.theme import BODY, DARK, MEDIUM, Theme, font
from nnviz.ui.type_scale import px

_WIDTH: Final = 28


class FoldBar(QAbstractButton):
    """The titles of a folded column's panels from bottom to top."""

    def __init__(self, side: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._titles: tuple[str, ...] = ()
        self._theme = DARK
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_titles(self, titles: Sequence[str]) -> None:
        """Name the panels of the column."""
        self._titles = tuple(titles)
        self.setAccessibleName(f"Show the {self._side} column: {', '.join(titles)}")
        self.setToolTip(f"Show {' and '.join(titles)} in place of the other side")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width of a line."""
        return QSize(px(_WIDTH), 100)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground, arrow and titles."""
        del event
        theme, lit = self._theme, self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.raised if lit else theme.panel))
        edge = 0 if self._side == "right" else self.width() - 1
        painter.fillRect(edge, 0, 1, self.height(), QColor(theme.ink_2 if self.hasFocus() else theme.line))
        side = px(14)
        arrow = "left" if self._side == "right" else "right"
        paint_icon(painter, arrow, theme.ink_2, QRectF((self.width() - side) / 2, px(12), side, side))
        painter.translate(0, self.height())
        painter.rotate(-90)
        painter.setFont(font(BODY, MEDIUM))
        painter.setPen(QColor(theme.ink if lit else theme.ink_2))
        room = QRectF(px(12), 0, self.height() - px(44), self.width())
        texts = ["   ·   ".join(self._titles), " · ".join(self._titles)]
        metrics = painter.fontMetrics()
        text = next((text for text in texts if metrics.horizontalAdvance(text) <= room.width()), texts[-1])
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def folded_sides(room: int, least: Mapping[str, int], first: str) -> frozenset[str]:
    """Return which of the columns "left" and "right" must fold so that the others have their least width.

    Parameters
    ----------
    room
        The width of all in pixels.
    least
        The least width of every column that has a panel.
    first
        The side that the person wants to see where there is room for one only.
    """
    bar = px(_WIDTH)
    sides = [side for side in ("left", "right") if side in least]

    def fits(folded: frozenset[str]) -> bool:
        return sum(bar if column in folded else width + 1 for column, width in least.items()) <= room

    other = frozenset(side for side in sides if side != first)
    for folded in (frozenset[str](), other):
        if fits(folded):
            return folded
    return frozenset(sides) if "centre" in least else other
