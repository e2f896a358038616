"""The drawers below the network: the inspector, the microscope, the comparison; one of them is open at a time."""

from PySide6.QtWidgets import QSplitter, QWidget


def add_drawer(splitter: QSplitter, panel: QWidget) -> None:
    """Put a drawer below the others, hidden; what is above it takes what a taller window gives."""
    panel.hide()
    splitter.addWidget(panel)
    splitter.setStretchFactor(splitter.indexOf(panel), 0)


def slide_in(splitter: QSplitter, panel: QWidget, height: int) -> None:
    """Show a drawer at a height, in pixels; what is above them all keeps the rest."""
    panel.show()
    sizes = [0] * splitter.count()
    sizes[0], sizes[splitter.indexOf(panel)] = max(1, splitter.height() - height), height
    splitter.setSizes(sizes)
