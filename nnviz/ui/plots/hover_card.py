"""The small card beside the pointer that several plots read values off on."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.ui.theme import Theme


class HoverCard(QLabel):
    """A small card beside a point; plain text only, because names and values come out of a file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.ink}; border: 1px solid {theme.line_strong};"
            "border-radius: 5px; padding: 4px 7px;"
        )

    def show_beside(self, text: str, at: QPointF, inside: QRect) -> None:
        """Show ``text`` next to a place, on the side where there is room."""
        if self.text() != text:
            self.setText(text)
            self.adjustSize()
        x = at.x() + 12 if at.x() + 12 + self.width() <= inside.right() else at.x() - 12 - self.width()
        y = min(max(at.y() - self.height() / 2, inside.top()), inside.bottom() - self.height())
        self.move(round(max(0.0, x)), round(y))
        self.show()
