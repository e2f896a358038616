"""The mark that says that something is recorded: how long, how large, what was dropped; and its two buttons."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold

_HEIGHT = 17  # of a button: the status bar is 24 pixels high


class RecordingMark(QWidget):
    """Stands in the status bar while a film is made.

    Signals
    -------
    stopped, cancelled
        The person wants the film to end here, or none.
    """

    stopped = Signal()
    cancelled = Signal()

    def __init__(self, what: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Recording the {what}")
        self._dot, self.text = QLabel("\N{BLACK CIRCLE}"), QLabel()
        self.stop, self.cancel = QToolButton(), QToolButton()
        for button, word, tip, signal in (
            (self.stop, "Stop", "End the recording here and write it (Ctrl Shift R)", self.stopped),
            (self.cancel, "Discard", "End the recording and keep no file", self.cancelled),
        ):
            button.setText(word)
            button.setToolTip(tip)
            button.setAccessibleName(f"{word} the recording")
            button.clicked.connect(signal)
            hold(button, height=_HEIGHT)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 14, 0)
        line.setSpacing(6)
        for part in (self._dot, self.text, self.stop, self.cancel):
            line.addWidget(part)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._dot.setStyleSheet(f"color: {theme.error};")
        self.text.setStyleSheet(f"color: {theme.ink};")
        small = (
            f"QToolButton {{ padding: 0 6px; min-height: 0; border-radius: 4px; color: {theme.ink};"
            f" border: 1px solid {theme.line_strong}; }} QToolButton:hover {{ background: {theme.raised}; }}"
            f" QToolButton:focus {{ border-color: {theme.ink}; }}"
        )
        for button in (self.stop, self.cancel):
            button.setStyleSheet(small)

    def say(self, text: str) -> None:
        """Say how far it is; called four times a second at most."""
        if text != self.text.text():
            self.text.setText(text)
            self.text.setAccessibleName(text)

    def finishing(self) -> None:
        """Only discarding is left to choose."""
        self.stop.hide()
