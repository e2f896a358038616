"""Where every panel is, as it is remembered between two starts: a value, its text, and what may be wrong with that."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, QSize

VERSION: Final = 1
COLUMNS: Final = ("left", "centre", "right")
_LARGEST: Final = 100_000
# Of a floating window: so much of its upper edge must lie on a screen for the person to get hold of it.
_GRIP: Final = QSize(120, 32)

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LayoutState:
    """Where every panel is.

    Attributes
    ----------
    columns
        The panels of each column from top to bottom, those that are hidden or float included: it is where they return.
    hidden
        The panels that are not shown.
    floating
        The place of every panel that is in a window of its own: x, y, width and height on the desktop.
    widths
        Of the three columns in pixels; empty for the usual ones.
    heights
        Of the panels of each column that the person has resized; columns that are not in it share their height by rule.
    """

    columns: Columns
    hidden: tuple[str, ...] = ()
    floating: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)
    widths: tuple[int, ...] = ()
    heights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def to_text(self) -> str:
        """Return the layout as text for the settings."""
        return json.dumps({"version": VERSION, **asdict(self)}, separators=(",", ":"))


def layout_of(text: str, usual: Columns) -> LayoutState:
    """Return the layout that a text says, with every panel of ``usual`` in it exactly once.

    Text of another version, or that is damaged, gives the usual layout; panels that are not known are left out, and
    those that are missing stand where they usually do.
    """
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("version") != VERSION:
            return LayoutState(usual)
        return _checked(found, usual)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return LayoutState(usual)


def _checked(found: dict[str, Any], usual: Columns) -> LayoutState:
    known = {key: column for column, keys in usual.items() for key in keys}
    columns: dict[str, list[str]] = {column: [] for column in COLUMNS}
    placed: set[str] = set()
    for column in COLUMNS:
        for key in found["columns"][column]:
            if key in known and key not in placed:
                placed.add(key)
                columns[column].append(key)
    for key, column in known.items():
        if key not in placed:
            columns[column].append(key)
    floating = {key: _numbers(place, 4) for key, place in found["floating"].items() if key in known}
    heights = {column: _numbers(found["heights"][column]) for column in COLUMNS if column in found["heights"]}
    return LayoutState(
        {column: tuple(keys) for column, keys in columns.items()},
        tuple(key for key in known if key in found["hidden"]),
        {key: (x, y, width, height) for key, (x, y, width, height) in floating.items() if min(width, height) > 0},
        _numbers(found["widths"]),
        {column: sizes for column, sizes in heights.items() if len(sizes) == len(columns[column])},
    )


def _numbers(values: Sequence[Any], count: int | None = None) -> tuple[int, ...]:
    numbers = tuple(int(value) for value in values)
    if any(abs(number) > _LARGEST for number in numbers) or (count is not None and len(numbers) != count):
        raise ValueError(values)
    return numbers


def on_screen(place: QRect, screens: Sequence[QRect]) -> QRect:
    """Return where a window goes that was at ``place``: there, if a screen still shows its upper edge.

    Otherwise it comes to the middle of the first screen; it is never larger than its screen.

    Parameters
    ----------
    screens
        The free areas of the screens, the first one first.
    """
    bar = QRect(place.topLeft(), QSize(place.width(), _GRIP.height()))
    for screen in screens:
        seen = bar.intersected(screen)
        if seen.width() >= min(_GRIP.width(), place.width()) and seen.height() >= _GRIP.height() // 2:
            return QRect(place.topLeft(), place.size().boundedTo(screen.size()))
    if not screens:
        return place
    moved = QRect(QPoint(0, 0), place.size().boundedTo(screens[0].size()))
    moved.moveCenter(screens[0].center())
    return moved
