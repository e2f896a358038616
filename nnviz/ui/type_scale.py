"""How large text is: one factor for every font and for every length that holds text.

Lengths are written in pixels at the usual text size. What is painted asks `px` while it paints; what a layout must know
is given with `hold`, and follows when the factor changes.
"""

import sys
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

LEAST_PERCENT, MOST_PERCENT, PERCENT_STEP = 80, 200, 10
# The size in points of the text of a desktop that nobody has changed; Linux desktops differ from one another.
_USUAL_POINTS: Final = {"win32": (9.0, 9.0), "darwin": (13.0, 13.0)}
_LINUX_POINTS: Final = (9.0, 11.0)
_LEAST_SYSTEM, _MOST_SYSTEM = 0.85, 1.6

_state = {"factor": 1.0}
_held: WeakKeyDictionary[QWidget, dict[str, float]] = WeakKeyDictionary()
_SETTERS: Final[dict[str, Callable[[QWidget, int], None]]] = {
    "width": QWidget.setFixedWidth,
    "height": QWidget.setFixedHeight,
    "least_width": QWidget.setMinimumWidth,
    "least_height": QWidget.setMinimumHeight,
    "most_width": QWidget.setMaximumWidth,
    "most_height": QWidget.setMaximumHeight,
}


def factor() -> float:
    """Return how much larger than usual text is."""
    return _state["factor"]


def px(pixels: float) -> int:
    """Return a length that holds text, given in pixels at the usual text size, at the present one."""
    return round(pixels * _state["factor"])


def hold(widget: QWidget, **lengths: float) -> None:
    """Give a widget lengths that hold text.

    Parameters
    ----------
    widget
        Forgotten when it goes.
    **lengths
        ``width``, ``height`` (fixed), ``least_width``, ``least_height``, ``most_width`` or ``most_height``, in pixels
        at the usual text size; those given before and not now stay.
    """
    _held.setdefault(widget, {}).update(lengths)
    _apply(widget, lengths)


def _apply(widget: QWidget, lengths: dict[str, float]) -> None:
    for name, pixels in lengths.items():
        _SETTERS[name](widget, px(pixels))


def set_factor(value: float) -> bool:
    """Make text this much larger than usual and give what `hold` was given its new lengths; return whether it changed.

    Style sheets and what was made from fonts before are the caller's: see `nnviz.ui.theming.Theming`.
    """
    if value == _state["factor"]:
        return False
    _state["factor"] = value
    for widget, lengths in list(_held.items()):
        if isValid(widget):
            _apply(widget, lengths)
    return True


def system_factor(points: float | None = None, platform: str = sys.platform) -> float:
    """Return how much larger than usual the text of a desktop is, between 0.85 and 1.6.

    Parameters
    ----------
    points
        The size of its text; this desktop's without it. None or less than 1 (a size in pixels) counts as usual.
    """
    if points is None:
        points = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    low, high = _USUAL_POINTS.get(platform, _LINUX_POINTS)
    if points < 1 or low <= points <= high:
        return 1.0
    return min(_MOST_SYSTEM, max(_LEAST_SYSTEM, points / (low if points < low else high)))
