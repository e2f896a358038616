"""The line of the import sheet that says how the file was read, and lets the person say otherwise."""

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from nnviz.data.fixed_width import places_of
from nnviz.data.missing import MISSING_WORDS
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Dialect
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import captioned

_HEIGHT: Final = 26
_DELIMITERS: Final = {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Pipe",
    "whitespace": "Blanks",
    "  ": "Two blanks",
}
_QUOTES: Final = {'"': 'Double  "', "'": "Single  '", "": "None"}
_DECIMALS: Final = {".": "Point", ",": "Comma"}
_HEADERS: Final = {True: "First line", False: "None"}
_ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "latin-1": "ISO 8859-1",
}
_FIELDS: Final[tuple[tuple[str, str, dict[Any, str], int], ...]] = (
    ("delimiter", "Delimiter", _DELIMITERS, 112),
    ("encoding", "Encoding", _ENCODINGS, 136),
    ("decimal", "Decimal mark", _DECIMALS, 96),
    ("quote", "Quote", _QUOTES, 104),
    ("header", "Header", _HEADERS, 108),
)


class NoWheel(QObject):
    """A turn of the wheel over a closed combo box must not change what is chosen."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to whatever scrolls."""
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class DialectLine(QWidget):
    """Five combo boxes, the lines to skip and the words for a gap; a change asks for the file to be read again.

    Only what the person has set is asked for: the rest is detected again.
    """

    reread_requested = Signal(object)  # ReadOptions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked = ReadOptions()
        self._good = ReadOptions()
        self._dialect: Dialect | None = None
        self.combos: dict[str, QComboBox] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        still = NoWheel(self)
        for field, caption, values, width in _FIELDS:
            combo = QComboBox()
            combo.setObjectName(field)
            hold(combo, width=width, height=_HEIGHT)
            combo.installEventFilter(still)
            for value, label in values.items():
                combo.addItem(label, value)
            combo.activated.connect(lambda place, field=field: self._chosen(field, place))
            self.combos[field] = combo
            layout.addWidget(captioned(caption, combo))
        self.skipped = QSpinBox()
        self.skipped.setObjectName("skipped_lines")
        self.skipped.installEventFilter(still)
        self.skipped.setRange(0, 1_000_000)
        self.skipped.setKeyboardTracking(False)
        hold(self.skipped, width=84, height=_HEIGHT)
        # A style sheet's padding does not reach the field inside a spin box.
        self.skipped.lineEdit().setTextMargins(6, 0, 0, 0)
        self.skipped.valueChanged.connect(self._skip)
        layout.addWidget(captioned("Lines skipped", self.skipped))
        self.missing = QLineEdit()
        self.missing.setObjectName("missing_words")
        self.missing.setPlaceholderText("Empty cells only")
        hold(self.missing, least_width=110)
        self.missing.editingFinished.connect(self._set_missing)
        layout.addWidget(captioned("Words that count as missing", self.missing), 1)

    def _show_missing(self) -> None:
        words = self._asked.missing_words
        shown = ", ".join(sorted((MISSING_WORDS if words is None else words) - {""}, key=_plain_first))
        self.missing.setText(shown)
        self.missing.setCursorPosition(0)
        self.missing.setToolTip(tooltip(f"Separated by commas, in any case: {shown or 'none'}"))

    def _set_missing(self) -> None:
        given = frozenset(word.strip().casefold() for word in self.missing.text().split(","))
        words = None if given | {""} == MISSING_WORDS else given | {""}
        if words != self._asked.missing_words:
            self._ask(replace(self._asked, missing_words=words))

    def answer(self, suggestion: str) -> None:
        """Read the file again as a doubt's button offers: ``"missing=<word>"`` or ``"date_order=<order>"``."""
        what, value = suggestion.split("=", 1)
        if what == "missing":
            words = MISSING_WORDS if self._asked.missing_words is None else self._asked.missing_words
            self._ask(replace(self._asked, missing_words=words | {value.casefold()}))
        else:
            self._ask(replace(self._asked, date_order=value))

    @property
    def options(self) -> ReadOptions:
        """What the person has set so far."""
        return self._asked

    def set_dialect(self, dialect: Dialect) -> None:
        """Show how the file was read; what was asked for has then been found to do."""
        self._dialect = dialect
        self._good = self._asked
        found = {
            "delimiter": dialect.delimiter,
            "encoding": dialect.encoding.lower(),
            "decimal": dialect.decimal,
            "quote": dialect.quote,
            "header": dialect.header,
        }
        for field, value in found.items():
            combo = self.combos[field]
            place = combo.findData(value)
            if place < 0:
                combo.addItem(_label(field, value), value)
                place = combo.count() - 1
            combo.setCurrentIndex(place)
        self.skipped.blockSignals(True)
        self.skipped.setValue(dialect.skipped_lines)
        self.skipped.blockSignals(False)
        self._show_missing()

    def begin_with(self, options: ReadOptions) -> None:
        """Take what a table was read with for what has been asked for."""
        self._asked = self._good = options

    def forget(self) -> None:
        """Begin with another file: nothing has been asked for."""
        self._asked = self._good = ReadOptions()
        self._dialect = None

    def revert(self) -> None:
        """Go back to what the last good reading was asked for: the newest wish failed."""
        self._asked = self._good
        if self._dialect is not None:
            self.set_dialect(self._dialect)

    def _chosen(self, field: str, place: int) -> None:
        value = self.combos[field].itemData(place)
        if self._dialect is not None and getattr(self._dialect, field) != value:
            self._ask(replace(self._asked, **{field: value}))

    def _skip(self, lines: int) -> None:
        self._ask(replace(self._asked, skipped_lines=lines))

    def _ask(self, options: ReadOptions) -> None:
        self._asked = options
        self.reread_requested.emit(options)


def _plain_first(word: str) -> tuple[bool, str]:
    return not word.isalpha(), word


def _label(field: str, value: object) -> str:
    if field == "delimiter" and value in ("", " "):
        return "None" if value == "" else "Space"
    if field == "delimiter" and places_of(str(value)):
        return "Fixed width"
    return one_line(str(value), 20)
