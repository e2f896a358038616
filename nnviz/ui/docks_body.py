"""The three columns between strip and status bar: how wide they are, and what stands there when they are empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.ui.banner import Banner
from nnviz.ui.docks_column import Column, LineSplitter
from nnviz.ui.docks_fold import FoldBar, folded_sides
from nnviz.ui.layout_state import COLUMNS
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import factor, px

USUAL_WIDTHS = (240, 840, 360)  # at the usual text size
_LEAST_CENTRE = 560
_MESSAGES = 0.4  # of the height, at most
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
        Its bounds in pixels while it stands in a column at the side, at the usual text size.
    middle
        Of its header's line, in pixels from the top of ``face``, at the usual text size.
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

    def __init__(self, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = banner
        self._widths: list[float] = list(USUAL_WIDTHS)
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
        self.bars = {side: FoldBar(side) for side in ("left", "right")}
        for side, bar in self.bars.items():
            bar.clicked.connect(lambda _=False, side=side: self.unfold(side))
        row = QHBoxLayout()
        row.setSpacing(0)
        for part in (self.bars["left"], self._splitter, self.bars["right"]):
            row.addWidget(part)
        self._body_lines = _lines(self)
        self._body_lines.addLayout(row, 1)
        self._body_lines.addWidget(self.nothing, 1)
        self._filled: Mapping[str, Sequence[Panel]] = {}
        self._first = "left"

    def fill(self, filled: Mapping[str, Sequence[Panel]]) -> None:
        """Show the columns that have a panel, and let those at the sides be as wide as their panels may be.

        Parameters
        ----------
        filled
            The panels that are shown in each column.
        """
        self._filled = filled
        self._place_banner(self._centre_lines if filled["centre"] else self._body_lines)
        self._centre.setVisible(bool(filled["centre"]))
        self._splitter.setVisible(any(filled.values()))
        self.nothing.setVisible(not any(filled.values()))
        self._fold()
        for holder in self.columns.values():
            holder.share()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours, and another size of text."""
        for bar in self.bars.values():
            bar.set_theme(theme)
        self._fold()

    def unfold(self, side: str) -> None:
        """Show a column that the window is too narrow for, in place of that at the other side."""
        self._first = side
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold and unfold with the width of the window."""
        super().resizeEvent(event)
        self._banner.set_room(round(self.height() * _MESSAGES))
        self._fold()

    def _fold(self) -> None:
        """Show the columns that have a panel and for which there is room, and bound their widths."""
        filled = {column: panels for column, panels in self._filled.items() if panels}
        least = {column: px(max(panel.narrowest for panel in panels)) for column, panels in filled.items()}
        if "centre" in least:
            least["centre"] = _LEAST_CENTRE
        folded = folded_sides(self.width(), least, self._first) if self.width() else frozenset()
        for side, bar in self.bars.items():
            holder, panels = self.columns[side], filled.get(side, ())
            holder.setVisible(bool(panels) and side not in folded)
            bar.setVisible(side in folded)
            # Without the diagram one column takes its room: that at the right, where there is one.
            takes_all = "centre" not in filled and (side == "right" or "right" not in filled)
            if panels:
                bar.set_titles([panel.title for panel in panels])
                holder.setMinimumWidth(least[side])
                holder.setMaximumWidth(_ANY_WIDTH if takes_all else px(max(panel.widest for panel in panels)))
        self.set_widths(self._widths)

    def _place_banner(self, lines: QVBoxLayout) -> None:
        """Put the messages above the diagram, or above everything where there is none."""
        if lines.indexOf(self._banner) < 0:
            hidden = self._banner.isHidden()
            lines.insertWidget(0, self._banner)
            self._banner.setVisible(not hidden)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the three columns when all of them are shown, at the usual text size."""
        return tuple(round(width) for width in self._widths)

    def set_widths(self, widths: Sequence[float]) -> None:
        """Give the columns at the sides their widths, and the rest to the middle or, without one, to the last."""
        self._widths = list(widths if len(widths) == len(COLUMNS) else USUAL_WIDTHS)
        parts = (self.columns["left"], self._centre, self.columns["right"])
        sizes = [0 if part.isHidden() else px(width) for part, width in zip(parts, self._widths, strict=True)]
        bars = sum(bar.sizeHint().width() for bar in self.bars.values() if not bar.isHidden())
        spare = self.width() - bars - sum(sizes) - self._splitter.handleWidth() * (sum(map(bool, sizes)) - 1)
        taker = next((index for index in (1, 2, 0) if sizes[index]), 1)
        sizes[taker] = max(1, sizes[taker] + spare)
        self._splitter.setSizes(sizes)

    def _note_widths(self) -> None:
        """Remember the widths that the person has given the columns."""
        for index, width in enumerate(self._splitter.sizes()):
            if width and not self._centre.isHidden():
                self._widths[index] = width / factor()


def _lines(box: QWidget, *widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
