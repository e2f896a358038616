"""The small editor that opens over the diagram at a weight or a bias: type, drag, or press the arrow keys."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from nnviz.app.weight_text import parsed_weight, weight_text
from nnviz.engine.surgery import MAX_PARAMETER
from nnviz.errors import UserError
from nnviz.ui.panels.decision_parts import label
from nnviz.ui.theme import BODY, MEDIUM, font
from nnviz.ui.type_scale import hold

COARSE, FINE, LARGE = 0.1, 0.01, 1.0  # of one arrow key, with Shift, with Page up or down
PER_PIXEL, FINE_PER_PIXEL = 0.02, 0.002  # of a drag
TIP: Final = (
    "Type a number, drag it up or down, or press Up and Down; Shift is finer. Enter keeps it, Esc takes it back"
)
HINT: Final = "Drag, \N{UPWARDS ARROW} \N{DOWNWARDS ARROW}, or type · Esc reverts"
_DRAG_START = 3.0
_GAP = 12.0
_STEPS: Final = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: LARGE / COARSE,
    Qt.Key.Key_PageDown: -LARGE / COARSE,
}


class _Number(QLineEdit):
    """A number that is typed, or dragged up and down."""

    stepped = Signal(float)  # by how much
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font(BODY, MEDIUM))
        hold(self, width=124)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setToolTip(TIP)
        self.setMaxLength(40)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._pressed: QPointF | None = None
        self._at = 0.0
        self.dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Step with the arrow keys."""
        direction = _STEPS.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.stepped.emit(direction * (FINE if fine else COARSE))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a drag, or put the cursor somewhere."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._at = event.position(), event.globalPosition().y()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag the number; sideways the text is selected as everywhere."""
        pressed = self._pressed
        if pressed is not None and not self.dragging:
            moved = event.position() - pressed
            self.dragging = abs(moved.y()) > _DRAG_START and abs(moved.y()) > abs(moved.x())
        if not self.dragging:
            super().mouseMoveEvent(event)
            return
        here = event.globalPosition().y()
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.stepped.emit((self._at - here) * (FINE_PER_PIXEL if fine else PER_PIXEL))
        self._at = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a drag."""
        self._pressed = None
        if self.dragging:
            self.dragging = False
            self.selectAll()
        else:
            super().mouseReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the person went elsewhere."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class WeightEditor(QFrame):
    """Edits one number in place; it decides nothing and knows no network.

    Signals
    -------
    changed(float)
        The person wants this value, now; many while a number is dragged.
    reverted
        The value that was there first is wanted back.
    closed(bool)
        The editor is gone; whether the keys went to it until then.
    """

    changed = Signal(float)
    reverted = Signal()
    closed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("weight-editor")
        self.setProperty("surface", "editor")
        self.name = label("", "secondary")
        self.number = _Number(self)
        self.before = label("", "caption")
        self.hint = label(HINT, "caption")
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(10, 7, 10, 8)
        lines.setSpacing(4)
        lines.addLayout(head)
        lines.addWidget(self.number)
        lines.addWidget(self.before)
        lines.addWidget(self.note)
        lines.addWidget(self.hint)
        self._first = self._value = 0.0
        self._closing = False
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._close)
        self.number.returnPressed.connect(self.accept)
        self.number.stepped.connect(self._on_step)
        self.number.left.connect(self._on_left)
        self.number.textEdited.connect(lambda _: self._say("", "caption"))
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether something is being edited."""
        return self.isVisible()

    @property
    def value(self) -> float:
        """What was asked for last, or was there first."""
        return self._value

    def open_at(self, name: str, value: float, at: QPointF, within: QRectF) -> None:
        """Edit a number beside a point.

        Parameters
        ----------
        name
            What it is, such as "h1.2 → h2.6".
        value
            As it is.
        at
            The point, in the parent's coordinates.
        within
            Where the editor must stay.
        """
        self._first = self._value = value
        self._closing = False
        self.name.setText(name)
        self.number.setAccessibleName(f"Value of {name}")
        self.number.setText(weight_text(value))
        self._say("", "caption")
        self._tell()
        self.move_to(at, within)
        self.show()
        self.raise_()
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        self.number.selectAll()

    def move_to(self, at: QPointF, within: QRectF) -> None:
        """Stand beside a point, wholly within a box."""
        self.adjustSize()
        size = self.sizeHint()
        x = at.x() + _GAP if at.x() + _GAP + size.width() <= within.right() else at.x() - _GAP - size.width()
        x = min(max(within.left(), x), max(within.left(), within.right() - size.width()))
        y = min(max(within.top(), at.y() - size.height() / 2), max(within.top(), within.bottom() - size.height()))
        self.setGeometry(round(x), round(y), size.width(), size.height())

    def accept(self) -> None:
        """Take what was typed, and close; a number that can't be is said and stays to be mended."""
        if self._take():
            self._close()

    def revert(self) -> None:
        """Close, with the value that was there first."""
        if self._value != self._first:
            self.reverted.emit()
        self._close()

    def _take(self) -> bool:
        text = self.number.text()
        if text == weight_text(self._value):
            return True
        try:
            value = parsed_weight(text)
        except UserError as error:
            self._say(str(error), "error")
            self.adjustSize()
            return False
        self._ask(value)
        return True

    def _ask(self, value: float) -> None:
        self._value = value
        self._tell()
        self.changed.emit(value)

    def _on_step(self, by: float) -> None:
        try:
            value = parsed_weight(self.number.text())
        except UserError:
            value = self._value
        # A round number stays one: 0.1 and 0.2 make 0.3.
        value = round(min(max(value + by, -MAX_PARAMETER), MAX_PARAMETER), 6)
        self.number.setText(weight_text(value))
        self.number.selectAll()
        self._say("", "caption")
        self._ask(value)

    def _on_left(self) -> None:
        if self.is_open and not self._closing:
            self._take()
            self._settle.start()  # not within the event that moved the focus

    def _close(self) -> None:
        if self._closing:
            return
        self._closing = True
        had_focus = self.number.hasFocus()
        self.hide()
        self.closed.emit(had_focus)

    def _tell(self) -> None:
        """Write the value before and after."""
        changed = self._value != self._first
        first = weight_text(self._first)
        text = f"{first} \N{RIGHTWARDS ARROW} {weight_text(self._value)}" if changed else f"now {first}"
        self.before.setText(text)
        self.number.setAccessibleDescription(text)

    def _say(self, text: str, role: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take the edit back with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.revert()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of a text field from being taken for the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)
