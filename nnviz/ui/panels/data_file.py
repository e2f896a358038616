"""The head of the data dock's file: the dashed box that opens one, and the name of that which is open."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.ui.icons import paint_icon
from nnviz.ui.text_parts import elided, tooltip
from nnviz.ui.theme import BODY, CAPTION, DARK, MEDIUM, SEMIBOLD, TITLE, Theme, font
from nnviz.ui.type_scale import hold, px


class DropTarget(QAbstractButton):
    """The dashed box; the window takes the drop itself, so this is a button with the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        hold(self, height=44)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName("Open a CSV file")

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in the mock-up."""
        return QSize(216, px(44))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint outline, arrow and words."""
        del event
        theme = self._theme
        lit = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        if lit:
            painter.fillPath(path, QColor(theme.raised))
        pen = QPen(QColor(theme.ink_2 if lit else theme.line_strong), 1.0)
        pen.setDashPattern([3.0, 3.0])
        painter.strokePath(path, pen)
        side = px(18)
        paint_icon(painter, "export", theme.ink_2, QRectF(13.0, (self.height() - side) / 2, side, side))
        painter.setFont(font(BODY, MEDIUM))
        painter.setPen(QColor(theme.ink))
        painter.drawText(22 + side, px(19), "Drop a CSV here")
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_3))
        words = "or press Ctrl O to choose one"
        painter.drawText(22 + side, px(34), elided(painter.fontMetrics(), words, self.width() - 28 - side))
        painter.end()


class FileName(QWidget):
    """The file's name, cut in its middle to fit, with the size of the table to its right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._size = ""
        self._theme = DARK
        hold(self, height=20)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    def set_texts(self, name: str, size: str, full: str) -> None:
        """Show a name and a size; ``full`` is the tooltip."""
        self._name, self._size = name, size
        self.setToolTip(tooltip(full))
        self.setAccessibleName(f"{name}, {size}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint both texts."""
        del event
        painter = QPainter(self)
        painter.setFont(font(BODY))
        painter.setPen(QColor(self._theme.ink_3))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._size)
        room = self.rect().adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(self._size) - 8, 0)
        painter.setFont(font(TITLE, SEMIBOLD))
        painter.setPen(QColor(self._theme.ink))
        shown = elided(painter.fontMetrics(), self._name, room.width(), middle=True)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
