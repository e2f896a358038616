"""The three columns between strip and status bar: how wide they are, and what stands there when they are empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.ui.docks_column import Column, LineSplitter
from nnviz.ui.layout_state import COLUMNS

USUAL_WIDTHS = (240, 840, 360)
_ANY_WIDTH = 16_777_215  # Qt's own largest
_NOTHING = "Every panel is hidden. The View menu (F10) brings them back."


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the window that can be hidden, moved and floated.

    Attributes
    ----------
    key, title
        Its name in the settings and for the person.
    widget
        What is moved about.
    face
        Where its grip goes: ``widget`` itself, or the part of it that has the header.
    home
        The column in which it usually stands.
    narrowest, widest
        Its bounds in pixels while it stands in a column at the side.
    middle
        Of its header's line, in pixels from the top of ``face``.
    """

    key: str
    title: str
    widget: QWidget
    face: QWidget
    home: str
    narrowest: int
    widest: int
    middle: int


class DockBody(QWidget):
    """The columns, with the messages above the middle one.

    Parameters
    ----------
    banner
        Stands above the middle column, or above everything where that is empty.
    """

    def __init__(self, banner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = banner
        self._widths = list(USUAL_WIDTHS)
        self.columns = {name: Column() for name in COLUMNS}
        for name in ("left", "right"):
            self.columns[name].setProperty("surface", "panel")
            self.columns[name].setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._splitter = LineSplitter(Qt.Orientation.Horizontal)
        self._splitter.splitterMoved.connect(self._note_widths)
        self._splitter.reset_wanted.connect(lambda: self.set_widths(USUAL_WIDTHS))
        self._centre = QWidget()
        self._centre_lines = _lines(self._centre, banner, self.columns["centre"])
        for index, part in enumerate((self.columns["left"], self._centre, self.columns["right"])):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(index, int(part is self._centre))
        self.nothing = QLabel(_NOTHING)
        self.nothing.setProperty("role", "secondary")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body_lines = _lines(self, self._splitter, self.nothing)

    def fill(self, filled: Mapping[str, Sequence[Panel]]) -> None:
        """Show the columns that have a panel, and let those at the sides be as wide as their panels may be.

        Parameters
        ----------
        filled
            The panels that are shown in each column.
        """
        alone = not filled["centre"]
        for column in ("left", "right"):
            panels, holder = filled[column], self.columns[column]
            holder.setVisible(bool(panels))
            # Without the diagram one column takes its room: that at the right, where there is one.
            takes_all = alone and (column == "right" or not filled["right"])
            if panels:
                holder.setMinimumWidth(max(panel.narrowest for panel in panels))
                holder.setMaximumWidth(_ANY_WIDTH if takes_all else max(panel.widest for panel in panels))
        self._place_banner(self._body_lines if alone else self._centre_lines)
        self._centre.setVisible(not alone)
        self._splitter.setVisible(any(filled.values()))
        self.nothing.setVisible(not any(filled.values()))
        self.set_widths(self._widths)
        for holder in self.columns.values():
            holder.share()

    def _place_banner(self, lines: QVBoxLayout) -> None:
        """Put the messages above the diagram, or above everything where there is none."""
        if lines.indexOf(self._banner) < 0:
            hidden = self._banner.isHidden()
            lines.insertWidget(0, self._banner)
            self._banner.setVisible(not hidden)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the three columns as they are when all of them are shown."""
        return tuple(self._widths)

    def set_widths(self, widths: Sequence[int]) -> None:
        """Give the columns at the sides their widths, and the rest to the middle or, without one, to the last."""
        self._widths = list(widths if len(widths) == len(COLUMNS) else USUAL_WIDTHS)
        parts = (self.columns["left"], self._centre, self.columns["right"])
        sizes = [0 if part.isHidden() else width for part, width in zip(parts, self._widths, strict=True)]
        spare = self._splitter.width() - sum(sizes) - self._splitter.handleWidth() * (sum(map(bool, sizes)) - 1)
        taker = next((index for index in (1, 2, 0) if sizes[index]), 1)
        sizes[taker] = max(1, sizes[taker] + spare)
        self._splitter.setSizes(sizes)

    def _note_widths(self) -> None:
        """Remember the widths that the person has given the columns."""
        for index, width in enumerate(self._splitter.sizes()):
            if width and not self._centre.isHidden():
                self._widths[index] = width


def _lines(box: QWidget, *widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
