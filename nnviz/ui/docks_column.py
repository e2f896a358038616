"""Splitters whose handles take the keyboard, and the column: panels one above the other that share its height."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from nnviz.ui.type_scale import px

_STEP: Final = 16  # pixels that an arrow key moves a handle
_LEAST: Final = 120  # height at the usual text size that a panel is left with when its neighbours want all


class Handle(QSplitterHandle):
    """A line between two parts: dragged, or focused with Tab and moved with the arrow keys."""

    def __init__(self, splitter: "LineSplitter") -> None:
        super().__init__(splitter.orientation(), splitter)
        self._splitter = splitter
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        across = splitter.orientation() is Qt.Orientation.Horizontal
        self.setAccessibleName("Width of the columns" if across else "Height of the panels")
        self.setToolTip("Drag, or move with the arrow keys; double-click for the usual size")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move with the arrows along the splitter; other keys go on."""
        across = self.orientation() is Qt.Orientation.Horizontal
        back, forth = (Qt.Key.Key_Left, Qt.Key.Key_Right) if across else (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() not in (back, forth):
            super().keyPressEvent(event)
            return
        place = self.x() if across else self.y()
        margin = self.contentsMargins().left() if across else self.contentsMargins().top()
        self.moveSplitter(place + margin + (_STEP if event.key() == forth else -_STEP))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to the usual sizes."""
        event.accept()
        self._splitter.reset_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line, in ink while it has the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.fillRect(self.contentsRect(), self.palette().highlight())
            painter.end()


class LineSplitter(QSplitter):
    """A splitter with lines for handles that can be moved with the keyboard; a double click wants the usual sizes."""

    reset_wanted = Signal()

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    def createHandle(self) -> QSplitterHandle:  # noqa: N802 - Qt's name
        """Return a handle that takes the keyboard."""
        return Handle(self)


class Column(LineSplitter):
    """Panels one above the other.

    Until the person moves a handle the heights follow a rule: a panel whose height follows its width (a square map) has
    that height, and the others share the rest. From then on they keep their proportions.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.by_rule = True
        self._sharing = False
        self._loan: tuple[QWidget, int] | None = None
        self.splitterMoved.connect(self._on_moved)
        self.reset_wanted.connect(lambda: self.set_heights(()))

    def shown(self) -> list[QWidget]:
        """Return the panels that are shown, from top to bottom."""
        return [panel for panel in self.panels() if not panel.isHidden()]

    def panels(self) -> list[QWidget]:
        """Return every panel, from top to bottom."""
        return [panel for panel in (self.widget(index) for index in range(self.count())) if panel is not None]

    def set_heights(self, heights: tuple[int, ...]) -> None:
        """Take heights that the person chose, one for every panel; without any go back to the rule."""
        self.by_rule = not heights
        if heights:
            self.setSizes(list(heights))
        self.share()

    def lend(self, panel: QWidget, height: int) -> None:
        """Give a panel at least so much height for a while, its neighbours less; 0 takes it back.

        Heights that the person chose stay as they are.
        """
        self._loan = (panel, height) if height else None
        self.share()

    def share(self) -> bool:
        """Give every panel the height of the rule, if that is what applies; return whether it is."""
        panels = self.shown()
        if not self.by_rule or self._sharing or not panels or self.height() <= 0:
            return False
        room = self.height() - self.handleWidth() * (len(panels) - 1)
        heights = _heights(panels, self.width(), room)
        if self._loan is not None and self._loan[0] in heights:
            heights = _lent(heights, *self._loan)
        sizes = [heights.get(panel, 0) for panel in self.panels()]
        self._sharing = True
        self.setSizes(sizes)
        self._sharing = False
        return True

    def _on_moved(self) -> None:
        self.by_rule = False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the new height, or divide it as before."""
        if not self.share():  # not both: panels would be laid out twice
            super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Share anew when a panel wants another height."""
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.share()
        return answer


def _heights(panels: list[QWidget], width: int, room: int) -> dict[QWidget, int]:
    """Return the height of each panel: square ones theirs, the others equal parts of what is left."""
    square = [panel for panel in panels if panel.hasHeightForWidth()]
    free = [panel for panel in panels if panel not in square] or square
    heights = {panel: panel.heightForWidth(width) for panel in panels if panel not in free}
    least = sum(max(panel.minimumSizeHint().height(), px(_LEAST)) for panel in free)
    wanted = sum(heights.values())
    if heights and wanted > room - least:
        share = max(0, room - least) / wanted
        heights = {panel: max(px(_LEAST), int(height * share)) for panel, height in heights.items()}
    left = max(0, room - sum(heights.values()))
    for index, panel in enumerate(free):
        heights[panel] = left // len(free) + (left % len(free) if index == len(free) - 1 else 0)
    return heights


def _lent(heights: dict[QWidget, int], panel: QWidget, least: int) -> dict[QWidget, int]:
    """Return heights in which a panel has ``least``, as far as the tallest of the others can spare it."""
    heights = dict(heights)
    others = sorted((other for other in heights if other is not panel), key=lambda other: -heights[other])
    for other in others:
        spare = min(max(0, least - heights[panel]), max(0, heights[other] - px(_LEAST)))
        heights[other] -= spare
        heights[panel] += spare
    return heights
