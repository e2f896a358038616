"""Which panels the main window has, and where they usually stand."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nnviz.ui.docks import Docks
from nnviz.ui.docks_body import Panel
from nnviz.ui.docks_column import LineSplitter
from nnviz.ui.widgets import horizontal_rule


def panels_of(
    data: QWidget, network: QWidget, drawer: QWidget, decision: QWidget, curves: QWidget, tabs: QWidget
) -> tuple[Panel, ...]:
    """Return the panels in the order of their keys (Alt 1, Alt 2, ...).

    Parameters
    ----------
    network, drawer
        The diagram, and what holds it and the inspector below it: they are moved together.
    """
    return (
        Panel("data", "Data", data, data, "left", 220, 320, 22),
        Panel("network", "Network", drawer, network, "centre", 560, 1200, 22),
        Panel("decision", "Decision map", decision, decision, "right", 320, 480, 22),
        Panel("curves", "Curves", curves, curves, "right", 320, 480, 19),
        Panel("tabs", "Tabs", tabs, tabs, "right", 320, 480, 17),
    )


class _Stack(QVBoxLayout):
    """Asks for what depends on the window's size before it gives its parts their places.

    Later, as in an event of the window, every part would be laid out and painted twice.
    """

    def __init__(self, box: QWidget, before: Callable[[int], object]) -> None:
        super().__init__(box)
        self._before = before

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Give every part its place."""
        self._before(rect.height())
        super().setGeometry(rect)


def arrange(strip: QWidget, docks: Docks, rail: QWidget, before: Callable[[int], object]) -> QWidget:
    """Return the window's contents: the strip across the whole width above the panels, the time rail below them.

    Parameters
    ----------
    before
        Called with their new height, in pixels, before they are given their places.
    """
    box = QWidget()
    layout = _Stack(box, before)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(strip)
    layout.addWidget(horizontal_rule())
    layout.addWidget(docks.body, 1)
    layout.addWidget(horizontal_rule())
    layout.addWidget(rail)
    return box


def with_drawer(picture: QWidget) -> QSplitter:
    """Return ``picture`` in a splitter to which a drawer can be added below it, where it opens at its own height."""
    splitter = LineSplitter(Qt.Orientation.Vertical)
    splitter.addWidget(picture)
    splitter.setStretchFactor(0, 1)
    return splitter
