"""Messages above the network: at most three in sight, the newest on top; none is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.ui.icons import icon_pixmap, set_icon
from nnviz.ui.theme import DARK, Theme, mix
from nnviz.ui.type_scale import hold, px

Kind = Literal["info", "warning", "error"]
IN_SIGHT: Final = 3
KEPT: Final = 30  # of a flood, the oldest go
INFO_SECONDS: Final = 6.0
Action = tuple[str, Callable[[], None]]


@dataclass(slots=True, eq=False)
class _Message:
    kind: Kind
    text: str
    actions: tuple[Action, ...]
    topic: str
    age: float = 0.0
    bar: "MessageBar | None" = field(default=None, repr=False)


class MessageBar(QWidget):
    """One message: icon, text that can be selected, its buttons, and a cross."""

    closed = Signal()

    def __init__(self, kind: Kind, text: str, actions: Sequence[Action], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind: Kind = kind
        self._theme = theme
        self._sign = QLabel()
        hold(self._sign, width=16, height=18)
        self.label = QLabel(text)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # what word wrap has set already, a new policy would take off
        self.label.setSizePolicy(policy)
        # A long word (a path) must not force the window wide.
        self.label.setMinimumWidth(80)
        self.cross = QToolButton()
        self.cross.setProperty("flat", "true")
        self.cross.setAccessibleName("Close this message")
        hold(self.cross, width=24, height=24)
        self.cross.setStyleSheet("QToolButton { padding: 0; min-height: 0; }")
        self.cross.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.label)
        # Under the text, not beside it: in a narrow window the buttons would leave the text no room.
        self._buttons = buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for title, callback in actions:
            button = QPushButton(title.replace("&", "&&"))
            button.setAutoDefault(False)
            button.setAccessibleName(title)
            button.setMinimumWidth(1)
            # The message goes first: what the button does may bring the next one.
            button.clicked.connect(self.closed)
            button.clicked.connect(lambda _=False, callback=callback: callback())
            buttons.addWidget(button)
        if actions:
            buttons.addStretch(1)
            words.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{kind}: {text}")
        self.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the buttons below each other where they do not fit side by side."""
        super().resizeEvent(event)
        parts, room, wide = self.findChildren(QPushButton), self.label.width(), 0
        for part in parts:
            metrics, title = part.fontMetrics(), part.accessibleName()
            edges = part.sizeHint().width() - metrics.horizontalAdvance(part.text().replace("&&", "&"))
            wide += metrics.horizontalAdvance(title) + edges + self._buttons.spacing()
            shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, max(1, room - edges))
            part.setText(shown.replace("&", "&&"))
            part.setToolTip(title if shown != title else "")
        way = QBoxLayout.Direction.LeftToRight if wide <= room else QBoxLayout.Direction.TopToBottom
        if way is not self._buttons.direction():
            self._buttons.setDirection(way)

    def height_for(self, width: int) -> int:
        """Return the height that the whole text and the buttons need at a width."""
        layout = self.layout()
        least = self.sizeHint().height()
        return least if layout is None else max(least, layout.totalHeightForWidth(width))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        name = "info" if self.kind == "info" else "warning"
        self._sign.setPixmap(icon_pixmap(name, self._colour(), px(16), self.devicePixelRatioF()))
        set_icon(self.cross, "close", theme.ink_2, 14)
        self.update()

    def _colour(self) -> str:
        return {"info": self._theme.ink_2, "warning": self._theme.warning, "error": self._theme.error}[self.kind]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of one line."""
        return QSize(400, px(38))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground, a stripe of the kind's colour at the left and a divider below."""
        del event
        theme = self._theme
        ground = theme.panel if self.kind == "info" else mix(theme.panel, self._colour(), 0.10)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(ground))
        painter.fillRect(0, 0, 3, self.height(), QColor(self._colour()))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.line))
        painter.end()


class Banner(QWidget):
    """The stack of messages; it has no clock of its own and no height when there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._theme = DARK
        self._messages: list[_Message] = []  # newest first
        self._room = 0  # none is known
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        for message in self._messages:
            if message.bar is not None:
                message.bar.set_theme(theme)

    @property
    def bars(self) -> tuple[MessageBar, ...]:
        """The messages in sight, from top to bottom."""
        return tuple(bar for message in self._messages if (bar := message.bar) is not None and not bar.isHidden())

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of all messages, newest first, those that wait for room included."""
        return tuple(message.text for message in self._messages)

    def show_message(self, kind: Kind, text: str, actions: Sequence[Action] = (), topic: str = "") -> None:
        """Put a message on top.

        Parameters
        ----------
        kind
            "info" goes by itself after `INFO_SECONDS`, the others stay until they are closed.
        text
            Shown literally.
        actions
            Up to two (label, callback); pressing one closes the message and then calls back.
        topic
            Replaces an earlier message of the same topic; without one, an earlier message of the same kind and text.
        """
        for message in list(self._messages):
            if message.topic == topic if topic else (message.kind, message.text) == (kind, text):
                self._forget(message)
        self._messages.insert(0, _Message(kind, text, tuple(actions[:2]), topic))
        while len(self._messages) > KEPT:
            calm = [message for message in self._messages if message.kind == "info"]
            self._forget((calm or self._messages)[-1])
        self._fill()

    def dismiss(self, topic: str) -> None:
        """Take away the message of a topic, if it is still there."""
        for message in [message for message in self._messages if message.topic == topic]:
            self._forget(message)
        self._fill()

    def clear(self) -> None:
        """Take away every message."""
        for message in list(self._messages):
            self._forget(message)
        self._fill()

    def advance(self, seconds: float) -> None:
        """Let time pass: the caller's clock. An "info" that has been in sight for `INFO_SECONDS` goes."""
        if not self._messages:
            return
        gone = False
        for message in list(self._messages):
            bar = message.bar
            if message.kind == "info" and bar is not None and not bar.isHidden() and not bar.underMouse():
                message.age += seconds
                if message.age >= INFO_SECONDS:
                    self._forget(message)
                    gone = True
        if gone:
            self._fill()

    def _close(self, message: _Message) -> None:
        if message in self._messages:
            self._forget(message)
            self._fill()

    def _forget(self, message: _Message) -> None:
        self._messages.remove(message)
        self._take_down(message)

    def _take_down(self, message: _Message) -> None:
        if message.bar is not None:
            self._layout.removeWidget(message.bar)
            message.bar.hide()
            message.bar.deleteLater()
            message.bar = None

    def set_room(self, height: int) -> None:
        """Let the messages together be at most so many pixels high; the newest is in sight even where it is higher."""
        self._room = height
        self._show_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Hold back, or bring back, what another width makes higher or lower."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show_what_fits()

    def _show_what_fits(self) -> None:
        taken = 0
        for place, message in enumerate(self._messages[:IN_SIGHT]):
            if message.bar is not None:
                taken += message.bar.height_for(self.width())
                message.bar.setVisible(not place or not self._room or taken <= self._room)

    def _fill(self) -> None:
        """Give bars to the newest messages, and take them from the others."""
        for message in self._messages[IN_SIGHT:]:
            self._take_down(message)
        for place, message in enumerate(self._messages[:IN_SIGHT]):
            if message.bar is None:
                message.bar = MessageBar(message.kind, message.text, message.actions, self._theme, self)
                message.bar.closed.connect(lambda message=message: self._close(message))
                self._layout.insertWidget(place, message.bar)
        self._show_what_fits()
        self.setVisible(bool(self._messages))
