"""A line above the table in the import sheet: a sentence, and a button for what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnviz.ui.icons import icon_pixmap
from nnviz.ui.text_parts import one_line
from nnviz.ui.theme import DARK, Theme


class NoteStrip(QWidget):
    """Hidden until there is something to say."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sign, self.label, self.button = QLabel(), QLabel(), QPushButton()
        self.sign.setFixedSize(16, 16)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setProperty("role", "secondary")
        self.label.setMinimumWidth(80)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(self.sign)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.sign.setPixmap(icon_pixmap("info", theme.ink_2, 16, self.devicePixelRatioF()))
        self.setStyleSheet(f"NoteStrip {{ background: {theme.raised}; border-radius: 6px; }}")

    def show_text(self, text: str, action: str) -> None:
        """Say something, shown literally."""
        self.label.setText(one_line(text))
        self.button.setText(action)
        self.button.setAccessibleDescription(one_line(text))
        self.show()
