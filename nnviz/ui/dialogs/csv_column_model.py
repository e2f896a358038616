"""What the import sheet says of each column: kind, role, values, gaps, encoding, and why it has that role."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.data.table import DATE_KINDS
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.panels.data_chip import ROLE_LABELS
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.theme import DARK

NAME, KIND, ROLE, VALUES, MISSING, UNIQUE, TYPICAL, ENCODING, WHY = range(9)
HEADINGS: Final = ("Column", "Kind", "Role", "Values", "Missing", "Unique", "Mean / top", "Encoding", "Why")
CHIPS: Final = (KIND, ROLE, ENCODING)
SCALING_LABELS: Final = {"standardise": "Standardise", "min-max": "Min–max", "robust": "Robust"}
_FIGURES: Final = (MISSING, UNIQUE)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex


class ColumnsModel(QAbstractTableModel):
    """One row per column of the file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.draft: ImportDraft | None = None

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self.draft = draft
        self.endResetModel()

    def refresh(self) -> None:
        """Show changed kinds, roles and encodings."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, WHY))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many columns the file has."""
        return 0 if parent.isValid() or self.draft is None else self.draft.table.n_columns

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return what is told about each."""
        return 0 if parent.isValid() else len(HEADINGS)

    def name_at(self, row: int) -> str:
        """Return the name of the column in a row."""
        return self.draft.table.columns[row].name if self.draft is not None else ""

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return _RIGHT if section in _FIGURES else _LEFT
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return HEADINGS[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, alignment, colour or tooltip."""
        if self.draft is None:
            return None
        name, place = self.name_at(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(self.draft, name, place)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if place in _FIGURES else _LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._colour(self.draft, name, place))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._tooltip(self.draft, name, place))
        said = role == Qt.ItemDataRole.AccessibleTextRole
        return f"{HEADINGS[place]}: {_text(self.draft, name, place) or 'none'}" if said else None

    def _tooltip(self, draft: ImportDraft, name: str, place: int) -> str:
        note = draft.column(name).note
        if place == NAME:
            return name
        if place == KIND:
            return note
        if place in (VALUES, TYPICAL):
            return draft.profile(name).detail
        if place == ENCODING:
            return _ENCODING_WORDS if encoding_text(draft, name) else ""
        return "\n".join(filter(None, (draft.reason(name), note))) if place == WHY else ""

    def _colour(self, draft: ImportDraft, name: str, place: int) -> str:
        theme = self.theme
        if place == WHY:
            return theme.ink_3
        if place == MISSING:
            return theme.warning if draft.profile(name).n_missing else theme.ink_3
        if draft.role(name) == "ignore":
            return theme.ink_3
        return theme.ink_2 if place in (UNIQUE, TYPICAL) else theme.ink


_ENCODING_WORDS: Final = "How the network is given this column: what is fitted comes of the training rows alone."


def _text(draft: ImportDraft, name: str, place: int) -> str:
    return one_line(_TEXTS[place](draft, name))


def encoding_text(draft: ImportDraft, name: str) -> str:
    """Return a few characters on how a feature is encoded; "" for a column that is not learned from."""
    kind = draft.kind(name)
    if draft.role(name) != "feature" or kind == "empty":
        return ""
    encoding = draft.encoding(name)
    if kind == "string":
        return "One-hot" if draft.profile(name).n_unique <= encoding.top else f"Top {encoding.top:,} + other"
    if kind in DATE_KINDS:
        if encoding.date_parts is None:
            return "Date parts"
        return (
            encoding.date_parts[0].capitalize()
            if len(encoding.date_parts) == 1
            else (f"{len(encoding.date_parts)} date parts")
        )
    return SCALING_LABELS[encoding.scaling]


_TEXTS: Final[Mapping[int, Callable[[ImportDraft, str], str]]] = MappingProxyType(
    {
        NAME: lambda _draft, name: name,
        KIND: lambda draft, name: draft.kind(name),
        ROLE: lambda draft, name: ROLE_LABELS[draft.role(name)],
        VALUES: lambda _draft, _name: "",  # painted
        MISSING: lambda draft, name: f"{draft.profile(name).n_missing:,}",
        UNIQUE: lambda draft, name: f"{draft.profile(name).n_unique:,}",
        TYPICAL: lambda draft, name: draft.profile(name).typical,
        ENCODING: encoding_text,
        WHY: lambda draft, name: draft.reason(name) or draft.column(name).note,
    }
)
