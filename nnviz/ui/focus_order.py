"""Where Tab leads: through the regions in the order in which they are seen, whenever their controls were made."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def tab_stops(window: QWidget, regions: Sequence[QWidget]) -> list[QWidget]:
    """Return the controls at which Tab stops now, region by region; what is in none of them comes last.

    Qt's own chain runs in the order of making, in which controls that are made anew (the captions of a network that
    was reshaped) come after everything else. Within a region that order is the right one.
    """
    stops = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        wanted = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if wanted and widget.isEnabled() and widget.isVisible() and widget.window() is window:
            stops.append(widget)
        widget = widget.nextInFocusChain()
    place = {region: index for index, region in enumerate(regions)}

    def region_of(stop: QWidget) -> int:
        inside: QWidget | None = stop
        while inside is not None and inside not in place:
            inside = inside.parentWidget()
        return len(place) if inside is None else place[inside]

    return sorted(stops, key=region_of)


def move_focus(window: QWidget, regions: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the focus to the next or the previous stop; return whether there is one."""
    stops = tab_stops(window, regions)
    if not stops:
        return False
    focused = QApplication.focusWidget()
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    step = 1 if forward else -1
    at = stops.index(focused) if focused in stops else -1 if forward else 0
    stops[(at + step) % len(stops)].setFocus(reason)
    return True
