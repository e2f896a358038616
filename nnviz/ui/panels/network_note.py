"""A line below the diagram: what is frozen or silenced, and what the edges show or why they can't."""

import html

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from nnviz.ui.panels.decision_parts import label
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold

HEIGHT = 28
LEAST_LETTERS = 12
CLEAR_TIP = "Let everything learn and sound again (Ctrl Z brings the marks back)"


class _Elided(QWidget):
    """A line of plain text that ends in an ellipsis where there is no room; the whole is its tooltip."""

    def __init__(self, policy: QSizePolicy.Policy) -> None:
        super().__init__()
        self._theme = DARK
        self.text = ""
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        hold(self, height=18)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width of the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text) + 2, 18)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for a few letters."""
        return QSize(40, 18)

    def set_text(self, text: str) -> None:
        """Show a text, plain whatever it holds."""
        if text != self.text:
            self.text = text
            self.setToolTip(html.escape(text))
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint as much as fits, or nothing where that says nothing."""
        text = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        if len(text) < min(len(self.text), LEAST_LETTERS):
            return
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.ink_2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


class NetworkNote(QWidget):
    """Hidden while there is nothing to say; then the diagram has its room.

    Signals
    -------
    cleared
        The person wants all marks gone.
    """

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hold(self, height=HEIGHT)
        self._theme = DARK
        # The list of marks takes what the other words leave.
        self.words = _Elided(QSizePolicy.Policy.Preferred)
        self.counts = label("", "secondary")
        self.names = _Elided(QSizePolicy.Policy.Ignored)
        self.clear = QToolButton()
        self.clear.setText("Clear")
        self.clear.setProperty("segment", "true")
        self.clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clear.setToolTip(CLEAR_TIP)
        self.clear.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.setSpacing(8)
        row.addWidget(self.counts)
        row.addWidget(self.clear)
        row.addWidget(self.names, 1)
        row.addWidget(self.words)
        self.set_marks("", "")
        self.set_words("")

    def set_words(self, text: str) -> None:
        """Say what the edges show, or why they can't; "" for what goes without saying."""
        self.words.set_text(text)
        self.words.setVisible(bool(text))
        self._show_or_hide()

    def set_marks(self, counts: str, names: str) -> None:
        """Say what is marked: how many, and which; "" for nothing."""
        self.counts.setText(counts)
        self.names.set_text(names)
        self.clear.setAccessibleName(f"Clear: {counts}")
        for part in (self.counts, self.names, self.clear):
            part.setVisible(bool(counts))
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self.setVisible(bool(self.counts.text() or self.words.text))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        for part in (self.words, self.names):
            part.set_theme(theme)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.app))
