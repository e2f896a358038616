"""The grip of a panel: six dots before its title that open its menu and by which it is dragged elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QCursor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from nnviz.ui.docks import Docks
from nnviz.ui.docks_body import Panel
from nnviz.ui.layout_state import COLUMNS
from nnviz.ui.theme import DARK, Theme, with_alpha
from nnviz.ui.type_scale import px

_WIDTH, _HEIGHT = 12, 24
_EDGE = 72  # pixels at the side of the window that stand for a column that has no panel


class Grip(QAbstractButton):
    """Seen while the mouse is over its panel, or while it has the focus itself; takes no room of its own."""

    def __init__(self, panel: Panel, docks: Docks, menu: Callable[[QWidget], QMenu]) -> None:
        super().__init__(panel.face)
        self._panel, self._docks, self._menu = panel, docks, menu
        self._theme = DARK
        self._pressed: QPoint | None = None
        self._zones: DropZones | None = None
        self.setObjectName("grip")  # left out of pictures of the panel
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.move(0, px(panel.middle) - _HEIGHT // 2)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Panel menu: {panel.title}")
        self.setToolTip("Menu of this panel; drag to move it, double-click its header to float it")
        self.clicked.connect(self.open_menu)
        panel.face.installEventFilter(self)
        self.raise_()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self.move(0, px(self._panel.middle) - _HEIGHT // 2)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Come and go with the mouse; a double click on the bare header floats the panel, or takes it back.

        A right click, or the Menu key, that nothing in the panel wanted opens the panel's menu.
        """
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        if isinstance(event, QContextMenuEvent):
            self._menu(self).popup(event.globalPos())
            return True
        twice = isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonDblClick
        if isinstance(event, QMouseEvent) and twice and event.position().y() < 2 * px(self._panel.middle):
            self._docks.toggle_floating(self._panel.key)
            return True
        return super().eventFilter(watched, event)

    def open_menu(self) -> None:
        """Open the menu below the grip."""
        menu = self._menu(self)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the fixed size."""
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint six dots, or nothing."""
        del event
        if not (self._panel.face.underMouse() or self.hasFocus() or self._zones):
            return
        strong = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()), 3.0, 3.0)
        painter.setBrush(QColor(self._theme.ink if strong else self._theme.ink_3))
        for row in (-5, 0, 5):
            for column in (-2, 2):
                painter.drawEllipse(QPointF(self.width() / 2 + column, self.height() / 2 + row), 1.1, 1.1)
        painter.end()

    # Dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin what may become a drag."""
        self._pressed = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show where the panel would go."""
        at = event.globalPosition().toPoint()
        if self._pressed is None:
            return
        if self._zones is None:
            if (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return
            self.setDown(False)
            self._zones = DropZones(self._docks, self._panel, self._theme)
            self.grabKeyboard()
        self._zones.show_target(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the panel where it was dropped; without a drag this is a click."""
        zones, self._pressed = self._zones, None
        if zones is None:
            super().mouseReleaseEvent(event)
            return
        self._end_drag()
        zones.drop(event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Esc end a drag with everything as it was, and open the menu with Enter too."""
        if self._zones is not None and event.key() == Qt.Key.Key_Escape:
            self._pressed = None
            self._end_drag()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def _end_drag(self) -> None:
        self.releaseKeyboard()
        if self._zones is not None:
            self._zones.hide()
            self._zones.deleteLater()
            self._zones = None
        self.update()


class DropZones(QWidget):
    """Lies over the window's columns during a drag and marks the place that a release would choose."""

    def __init__(self, docks: Docks, panel: Panel, theme: Theme) -> None:
        super().__init__(docks.body)
        self._docks, self._panel, self._theme = docks, panel, theme
        self._mark: QRect | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(docks.body.rect())
        self.show()
        self.raise_()

    def target(self, at: QPoint) -> tuple[str, int, QRect] | None:
        """Return the column, the place in it and what to mark for a place on the desktop; None outside the window."""
        body = self._docks.body
        here = body.mapFromGlobal(at)
        if not body.rect().contains(here):
            return None
        column = self._column_at(here)
        others = [key for key in self._docks.in_column(column) if key != self._panel.key]
        boxes = [self._box(self._docks.panels[key].widget) for key in others]
        index = sum(here.y() > box.center().y() for box in boxes)
        holder = self._docks.columns[column]
        if not boxes:
            whole = self._box(holder) if holder.isVisible() else self._edge(column)
            return column, 0, whole
        top = boxes[index - 1].bottom() if index else boxes[0].top()
        return column, index, QRect(boxes[0].left(), top - 3, boxes[0].width(), 6)

    def _column_at(self, here: QPoint) -> str:
        for column in ("left", "right"):
            holder = self._docks.columns[column]
            area = self._box(holder) if holder.isVisible() else self._edge(column)
            if area.contains(QPoint(here.x(), area.center().y())):
                return column
        return COLUMNS[1]

    def _edge(self, column: str) -> QRect:
        rect = self.rect()
        return QRect(0 if column == "left" else rect.width() - _EDGE, 0, _EDGE, rect.height())

    def _box(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._docks.body, QPoint(0, 0)), widget.size())

    def show_target(self, at: QPoint) -> None:
        """Mark what a release at a place on the desktop would choose."""
        target = self.target(at)
        mark = None if target is None else target[2]
        if mark != self._mark:
            self._mark = mark
            self.update()

    def drop(self, at: QPoint) -> None:
        """Put the panel there; outside the window it floats."""
        target = self.target(at)
        if target is not None:
            self._docks.move(self._panel.key, target[0], target[1])
        elif not self._docks.is_floating(self._panel.key):
            size = self._panel.widget.size()
            self._docks.float_panel(self._panel.key, QRect(QCursor.pos() - QPoint(20, 10), size))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the mark."""
        del event
        if self._mark is None:
            return
        painter = QPainter(self)
        whole = self._mark.height() > _HEIGHT
        painter.fillRect(self._mark, with_alpha(self._theme.ink, 0.14 if whole else 0.9))
        painter.end()
