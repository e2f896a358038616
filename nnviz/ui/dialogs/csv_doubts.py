"""Sentences that a person should read before training, each with a button for what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QWidget

from nnviz.ui.icons import icon_pixmap
from nnviz.ui.text_parts import one_line
from nnviz.ui.theme import CAPTION, DARK, Theme
from nnviz.ui.type_scale import px

_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A sentence, and the label of its button ("" for none)."""

    text: str
    action: str = ""


class DoubtList(QScrollArea):
    """Sentences under each other, each literal and selectable, with a sign before it and perhaps a button below."""

    acted = Signal(int)  # the place of the line whose button was pressed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("warnings")
        self.setAccessibleName("Warnings")
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = DARK
        self._lines: tuple[DoubtLine, ...] = ()
        self.buttons: dict[int, QPushButton] = {}

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        if theme is not self._theme:
            self._theme = theme
            self._fill()

    @property
    def texts(self) -> tuple[str, ...]:
        """All sentences, in order."""
        return tuple(line.text for line in self._lines)

    def set_warnings(self, warnings: Sequence[str]) -> None:
        """Show sentences without buttons."""
        self.set_lines([DoubtLine(text) for text in warnings])

    def set_lines(self, lines: Sequence[DoubtLine]) -> None:
        """Show other sentences; of very many, the first ones and how many more there are."""
        if tuple(lines) == self._lines:
            return
        focused = next((place for place, button in self.buttons.items() if button.hasFocus()), None)
        place, same = self.verticalScrollBar().value(), self.texts == tuple(line.text for line in lines)
        self._lines = tuple(lines)
        self._fill()
        if same:
            self.verticalScrollBar().setValue(place)
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def _fill(self) -> None:
        shown = list(self._lines[:_MOST])
        if len(self._lines) > len(shown):
            shown.append(DoubtLine(f"and {len(self._lines) - len(shown):,} more"))
        sign_picture = icon_pixmap("warning", self._theme.warning, px(13), self.devicePixelRatioF())
        self.buttons = {}
        body = QWidget()
        body.setProperty("surface", "panel")
        layout = QGridLayout(body)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setHorizontalSpacing(7)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(1, 1)
        for place, line in enumerate(shown):
            sign = QLabel()
            sign.setPixmap(sign_picture)
            layout.addWidget(sign, 2 * place, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(_sentence(line.text), 2 * place, 1)
            if line.action:
                self.buttons[place] = self._button(place, line.action)
                layout.addWidget(self.buttons[place], 2 * place + 1, 1, Qt.AlignmentFlag.AlignLeft)
        layout.setRowStretch(2 * len(shown), 1)
        self.setWidget(body)

    def _button(self, place: int, label: str) -> QPushButton:
        button = QPushButton(label.replace("&", "&&"))
        button.setAutoDefault(False)
        button.setStyleSheet(f"QPushButton {{ font-size: {px(CAPTION)}px; min-height: {px(20)}px; padding: 0 8px; }}")
        button.setAccessibleDescription(one_line(self._lines[place].text, 200))
        # Queued: the button is made anew in answer, and must not be deleted in its own signal.
        button.clicked.connect(partial(self.acted.emit, place), Qt.ConnectionType.QueuedConnection)
        return button


def _sentence(text: str) -> QLabel:
    label = QLabel(one_line(text, 600))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "secondary")
    label.setStyleSheet(f"font-size: {px(CAPTION)}px;")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
