"""The role chip of a column: painted, so that ten thousand of them cost nothing, with a menu to change it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.data.infer import Role
from nnviz.ui.icons import paint_icon
from nnviz.ui.text_parts import elided
from nnviz.ui.theme import CAPTION, MEDIUM, Theme, font
from nnviz.ui.type_scale import px

ROLES: Final[tuple[Role, ...]] = ("feature", "ignore", "target")
ROLE_LABELS: Final[dict[Role, str]] = {"feature": "Feature", "ignore": "Ignore", "target": "Target"}
CHIP_HEIGHT: Final = 24


def paint_chip(
    painter: QPainter, box: QRect, text: str, theme: Theme, *, emphasis: str, enabled: bool = True, focus: bool = False
) -> None:
    """Paint a small drop-down.

    Parameters
    ----------
    painter
        An active painter with antialiasing on.
    box
        Where; at least 40 wide.
    text
        Plain text, cut to fit.
    theme
        Supplies the colours.
    emphasis
        "strong" (ink fill, the target), "normal" (raised fill) or "faint" (outline only).
    enabled
        Without it the arrow is left out: the chip can't be changed.
    focus
        Draw the outline in ink.
    """
    fill = {"strong": theme.ink, "normal": theme.raised}.get(emphasis)
    ink = {"strong": theme.on_ink, "normal": theme.ink}.get(emphasis, theme.ink_2)
    outline = theme.ink if focus or emphasis == "strong" else theme.line_strong if emphasis == "normal" else theme.line
    path = QPainterPath()
    path.addRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 5.0, 5.0)
    if fill is not None:
        painter.fillPath(path, QColor(fill))
    painter.strokePath(path, QPen(QColor(outline), 1.0))
    painter.setFont(font(CAPTION, MEDIUM))
    painter.setPen(QColor(ink))
    room = box.adjusted(px(7), 0, -px(19) if enabled else -px(5), 0)
    shown = elided(painter.fontMetrics(), text, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    if enabled:
        side = px(12)
        paint_icon(painter, "down", ink, QRectF(box.right() - px(17), box.center().y() - side / 2 + 0.5, side, side))


def emphasis_of(role: Role) -> str:
    """Return how a role's chip is painted."""
    return {"target": "strong", "feature": "normal", "ignore": "faint"}[role]


def pop_up(parent: QWidget, at: QPoint, choices: dict[str, str], current: str, chosen: Callable[[str], None]) -> QMenu:
    """Show a menu of keys and labels and call ``chosen(key)`` with what is picked; the menu deletes itself.

    Parameters
    ----------
    parent
        Owns the menu.
    at
        The menu's upper left corner, in global coordinates.
    choices
        Labels by key; a label of "" makes the key unavailable.
    current
        The key that carries the check mark.
    chosen
        Called after the menu has closed.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for key, label in choices.items():
        action = menu.addAction(label)
        action.setCheckable(True)
        action.setChecked(key == current)
        action.triggered.connect(lambda _=False, key=key: chosen(key))
        if key == current:
            menu.setActiveAction(action)
    menu.popup(at)
    return menu
