"""What every tab shares: its place in the feed, its own empty state in words, a head with choices."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.rows_view import Part, parts_of
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.errors import UserError
from nnviz.run.state import RunState
from nnviz.ui.segments import Segments
from nnviz.ui.text_parts import elided, tooltip
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

INSET = 16
HEAD_HEIGHT = 28
_LEAST_PICTURE = 44  # height of what is below the head
LOW = 136  # pixels of height below which a page leaves its caption out, unless it says what must not be missed
PART_NAMES: dict[Part, str] = {"validation": "Validation", "train": "Train"}
PART_TIPS = ("Of the rows that are not learned from", "Of the rows that are learned from")
NO_DATA = "No data yet. Drop a file, or pick a toy set."
LOOKING = "Looking at the rows …"


def part_named(name: str) -> Part:
    """Return the part that a segment names."""
    return next(part for part, known in PART_NAMES.items() if known == name)


class TabPage(QWidget):
    """A tab's page; subclasses make ``content`` and fill :meth:`digest` and :meth:`take`.

    Signals
    -------
    wants_again
        Something else is to be shown: digest anew.
    row_chosen(int)
        A row of ``dataset.X`` was chosen.
    """

    wants_again = Signal()
    row_chosen = Signal(int)
    wants = Wants()
    title: ClassVar[str]

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.theme = theme
        self.dataset: Dataset | None = None
        self.row: int | None = None
        self.state: RunState | None = None
        self._head_box: QWidget | None = None
        self.head = QHBoxLayout()
        self.head.setContentsMargins(INSET, 0, INSET, 0)
        self.head.setSpacing(8)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "secondary")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setContentsMargins(INSET, 0, INSET, 0)
        hold(self.words, least_height=32)
        self.content = QWidget()
        self.content.setProperty("surface", "none")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 6)
        self.column.setSpacing(0)
        self._layers = QStackedLayout(self)
        self._layers.setContentsMargins(0, 0, 0, 0)
        self._layers.addWidget(self.words)
        self._layers.addWidget(self.content)
        self.say(NO_DATA)

    def add_head(self, *parts: QWidget | None) -> None:
        """Put parts into the head, from left to right; None takes the spare room."""
        for part in parts:
            if part is None:
                self.head.addStretch(1)
            else:
                self.head.addWidget(part)
        box = self._head_box = QWidget(self.content)
        box.setProperty("surface", "none")
        box.setLayout(self.head)
        hold(box, height=HEAD_HEIGHT)
        self.column.addWidget(box)

    def say(self, text: str) -> None:
        """Say why there is nothing to see; "" shows the contents."""
        if text:
            self.words.setText(text)
        shown = self.words if text else self.content
        if self._layers.currentWidget() is not shown:
            self._layers.setCurrentWidget(shown)

    @property
    def said(self) -> str:
        """Why there is nothing to see; "" when there is."""
        return self.words.text() if self._layers.currentWidget() is self.words else ""

    def digest(self, material: Material) -> Callable[[], Any] | None:
        """Return what makes the contents in the background; None when there is nothing to make them from."""
        raise NotImplementedError

    def take(self, contents: Any) -> None:
        """Show what was made."""
        raise NotImplementedError

    def refuse(self, error: UserError) -> None:
        """Say why nothing could be made."""
        self.say(str(error))

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return what is shown, as tables to save or copy; nothing while there is nothing to see."""
        return ()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.theme = theme

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Forget what was shown: the data are others."""
        self.dataset = dataset
        self.row = None
        self.say(NO_DATA if dataset is None else LOOKING)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the caption out where there is hardly any height, and with large text the head as well."""
        super().resizeEvent(event)
        if self._head_box is not None:
            self._head_box.setHidden(event.size().height() < px(HEAD_HEIGHT + _LEAST_PICTURE))
        for caption in self.content.findChildren(Caption):
            caption.set_low(event.size().height() < LOW)

    def set_network(self, config: MLPConfig) -> None:
        """Get ready for a network of another shape."""

    def set_state(self, state: RunState | None) -> None:
        """Note where the run stands."""
        self.state = state

    def set_row(self, row: int | None) -> None:
        """Mark another row of ``dataset.X``, or none."""
        self.row = row


class PartChoice(Segments):
    """Validation or training rows; remembers the choice where there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tight=True)
        self.part: Part = "validation"
        self._parts: tuple[Part, ...] = ()
        self.chosen.connect(self._on_chosen)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Offer the parts that have rows."""
        parts = () if dataset is None else parts_of(dataset)
        if parts != self._parts:
            self._parts = parts
            self.set_names([PART_NAMES[part] for part in parts], PART_TIPS if len(parts) > 1 else ())
        if parts and self.part not in parts:
            self.part = parts[0]
        self.press(PART_NAMES[self.part])

    def _on_chosen(self, name: str) -> None:
        self.part = part_named(name)


class Caption(QLabel):
    """A small line under a picture that gives way: of several wordings it takes the first that fits."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        hold(self, height=16)
        self.setContentsMargins(INSET, 0, INSET, 0)
        self._wordings: tuple[str, ...] = ()
        self._low = False

    @property
    def wording(self) -> str:
        """The first wording, however little of it is seen."""
        return self._wordings[0] if self._wordings else ""

    def set_wordings(self, *wordings: str) -> None:
        """Say something, in several wordings from wordy to brief."""
        if wordings != self._wordings:
            self._wordings = wordings
            self.setAccessibleName(wordings[0])
            self._fit()
            self._show_if_needed()

    def set_low(self, low: bool) -> None:  # noqa: FBT001 - the one question is whether it is low
        """Give way altogether where there is little height, unless rows are a sample, or something was refused."""
        self._low = low
        self._show_if_needed()

    def _show_if_needed(self) -> None:
        vital = self.property("role") != "caption" or "sampled" in self.wording
        self.setVisible(vital or not self._low)

    def say(self, text: str, role: str) -> None:
        """Say something in a role of the style sheet."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
        self.set_wordings(text)
        self.setToolTip(tooltip(text))
        self._show_if_needed()

    def _fit(self) -> None:
        room, metrics = self.width() - 2 * INSET, self.fontMetrics()
        fitting = next((text for text in self._wordings if metrics.horizontalAdvance(text) <= room), None)
        if fitting is None:
            fitting = elided(metrics, self._wordings[-1], room) if self._wordings else ""
        self.setText(fitting)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Find the wording for another width."""
        super().resizeEvent(event)
        self._fit()


def named_segments(names: Sequence[str], tips: Sequence[str], what: str) -> Segments:
    """Return segments for what is chosen, the first one pressed."""
    segments = Segments(tight=True)
    segments.setAccessibleName(what)
    segments.set_names(names, tips)
    segments.press(names[0])
    return segments


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area in which a widget scrolls up and down; keys go to the widget."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
