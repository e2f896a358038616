"""The drawers below the network: the inspector, the microscope, the comparison; one of them is open at a time."""

from PySide6.QtWidgets import QSplitter, QWidget

_SHOWN = "nnvizShownBefore"


def add_drawer(splitter: QSplitter, panel: QWidget) -> None:
    """Put a drawer below the others, hidden; what is above it takes what a taller window gives."""
    panel.hide()
    splitter.addWidget(panel)
    splitter.setStretchFactor(splitter.indexOf(panel), 0)
    for widget in (panel, *panel.findChildren(QWidget)):
        widget.ensurePolished()  # else they take their style when they are first shown, all in one turn


def show_drawer(splitter: QSplitter, panel: QWidget, height: int) -> None:
    """Show a drawer: the first time at a height, in pixels, later at the one at which the person left it."""
    if panel.property(_SHOWN):
        panel.show()
        return
    panel.setProperty(_SHOWN, True)
    slide_in(splitter, panel, height)


def slide_in(splitter: QSplitter, panel: QWidget, height: int) -> None:
    """Show a drawer at a height, in pixels; what is above them all keeps the rest."""
    panel.show()
    sizes = [0] * splitter.count()
    sizes[0], sizes[splitter.indexOf(panel)] = max(1, splitter.height() - height), height
    splitter.setSizes(sizes)
