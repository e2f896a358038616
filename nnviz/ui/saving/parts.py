"""What there is to save in a window: its panels, the inspector below the diagram, and the window itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.app.lenses import names_of
from nnviz.app.saved_numbers import Numbers, network_numbers
from nnviz.app.saved_views import column_numbers
from nnviz.ui.plots.curve_picture import curves_size, paint_curves
from nnviz.ui.saving.pictures import Paintable, paintable
from nnviz.ui.saving.svg import painted

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

WINDOW, INSPECTOR = "window", "inspector"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can be saved.

    Attributes
    ----------
    key
        A panel's, ``INSPECTOR`` or ``WINDOW``.
    title
        For the person, in the middle of a sentence.
    face
        What is seen of it on the screen.
    picture, numbers
        Ask for them at the moment at which they are to be taken; no numbers while there are none.
    """

    key: str
    title: str
    face: QWidget
    picture: Callable[[], Paintable]
    numbers: Callable[[], tuple[Numbers, ...]]


def part_of(window: "MainWindow", key: str) -> Part:
    """Return a panel, the inspector or the window as something that can be saved.

    Raises
    ------
    KeyError
        If there is no such panel.
    """
    if key == WINDOW:
        return Part(key, "window", window, lambda: paintable(window), lambda: ())
    numbers = _numbers_of(window, key)
    if key == INSPECTOR:
        face: QWidget = window.inspector.panel or window.drawer
        return Part(key, "inspector", face, lambda: paintable(face), numbers)
    panel = window.docks.panels[key]
    if key == "curves":
        return Part(key, "curves", panel.face, lambda: _curves(window), numbers)
    title = window.tabs.panel.page.title if key == "tabs" else panel.title
    return Part(key, title if title.isupper() else title.lower(), panel.face, lambda: paintable(panel.face), numbers)


def _curves(window: "MainWindow") -> Paintable:
    """Return the curves with heading and legend in the place of the panel's controls."""
    plot = window.loss.plot
    title = plot.title
    size = curves_size(plot, title)

    def paint(painter: QPainter) -> None:
        paint_curves(painter, plot, title)

    place = QRect(QPoint(0, 0), size)
    return Paintable(size, plot.devicePixelRatioF(), paint, lambda: painted(paint, place), plot.drawn_at)


def _numbers_of(window: "MainWindow", key: str) -> Callable[[], tuple[Numbers, ...]]:
    """Return what asks a panel for its numbers."""
    numbers: dict[str, Callable[[], tuple[Numbers, ...]]] = {
        "data": lambda: _columns(window),
        "network": lambda: _network(window),
        "decision": window.decision.numbers,
        "curves": window.loss.numbers,
        "tabs": window.tabs.panel.page.numbers,
        INSPECTOR: lambda: () if window.inspector.panel is None else window.inspector.panel.numbers(),
    }
    return numbers[key]


def _columns(window: "MainWindow") -> tuple[Numbers, ...]:
    model = window.model
    return () if model.dataset is None else column_numbers(model.summaries, model.dataset.classes)


def _network(window: "MainWindow") -> tuple[Numbers, ...]:
    snapshot, dataset = window.live.snapshot, window.model.dataset
    if snapshot is None or dataset is None or snapshot.config.sizes[0] != len(dataset.input_names):
        return ()
    return (network_numbers(snapshot, names_of(dataset, snapshot.config), *window.network.edge_numbers),)


def key_at_hand(window: "MainWindow") -> str:
    """Return what a key means: the panel that has the focus, else the one under the mouse, else the window."""
    inspector = window.inspector.panel
    for widget in (QApplication.focusWidget(), _under_mouse(window)):
        if widget is None or widget is window:
            continue
        if inspector is not None and (widget is inspector or inspector.isAncestorOf(widget)):
            return INSPECTOR
        for key, panel in window.docks.panels.items():
            if widget is panel.widget or panel.widget.isAncestorOf(widget):
                return key
    return WINDOW


def _under_mouse(window: "MainWindow") -> QWidget | None:
    return next((panel.widget for panel in window.docks.panels.values() if panel.widget.underMouse()), None)
