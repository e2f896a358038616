"""A panel in a window of its own, on this screen or another."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from nnviz.ui.layout_state import on_screen


class FloatingPanel(QWidget):
    """Holds one panel; closing it asks for the panel's return.

    It belongs to the main window: it stays above it, and the main window's shortcuts work in it.
    """

    closed = Signal()

    def __init__(self, title: str, panel: QWidget, window: QWidget) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.WindowTitleHint | Qt.WindowType.WindowSystemMenuHint
        buttons = Qt.WindowType.WindowMaximizeButtonHint | Qt.WindowType.WindowCloseButtonHint
        super().__init__(window, flags | buttons)
        self._main = window
        self.panel = panel
        self.setObjectName("floating")
        self.setProperty("surface", "app")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{title} – nnviz")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.addWidget(panel)
        panel.show()

    def put(self, place: QRect) -> None:
        """Take a place on the desktop; one that no screen shows is moved to where it can be seen."""
        self.setGeometry(on_screen(place, [screen.availableGeometry() for screen in QGuiApplication.screens()]))

    def place(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height on the desktop, as they are when it is not maximised."""
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        return place.x(), place.y(), place.width(), place.height()

    def take(self) -> QWidget:
        """Give the panel away."""
        self._lines.removeWidget(self.panel)
        return self.panel

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave keys that no control wanted to the main window."""
        QApplication.sendEvent(self._main, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the panel's return; the window goes when that is done."""
        event.ignore()
        self.closed.emit()
