"""Where the regions of the main window are, and which of them take the spare room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nnviz.ui.widgets import horizontal_rule

LEFT, CENTRE, RIGHT = 240, 840, 360


def arrange(strip: QWidget, left: QWidget, centre: tuple[QWidget, ...], right: tuple[QWidget, ...]) -> QWidget:
    """Return the window's contents: the strip above three columns that the person can resize.

    Parameters
    ----------
    strip
        Across the whole width.
    left
        Keeps its width when the window grows.
    centre
        From top to bottom; the last takes all spare room.
    right
        From top to bottom, parted by rules; the last takes the spare height.
    """
    columns = QSplitter(Qt.Orientation.Horizontal)
    columns.setChildrenCollapsible(False)
    columns.setHandleWidth(1)
    side = _stack(right, ruled=True)
    side.setProperty("surface", "panel")
    side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    side.setMinimumWidth(320)
    side.setMaximumWidth(480)
    for index, (widget, stretch) in enumerate(((left, 0), (_stack(centre), 1), (side, 0))):
        columns.addWidget(widget)
        columns.setStretchFactor(index, stretch)
    columns.setSizes([LEFT, CENTRE, RIGHT])
    return _stack((strip, columns), ruled=True)


def with_drawer(picture: QWidget) -> QSplitter:
    """Return ``picture`` in a splitter to which a drawer can be added below it, where it opens at its own height."""
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    splitter.addWidget(picture)
    splitter.setStretchFactor(0, 1)
    return splitter


def _stack(widgets: tuple[QWidget, ...], *, ruled: bool = False) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for index, widget in enumerate(widgets):
        if index and ruled:
            layout.addWidget(horizontal_rule())
        layout.addWidget(widget, int(index == len(widgets) - 1))
    return box
