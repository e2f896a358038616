"""The keys, the version, and what nnviz is built of."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import PySide6
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz import __version__
from nnviz.ui.commands import KEYS, ROW_KEYS, readable
from nnviz.ui.theme import DARK, MEDIUM, Theme, font
from nnviz.ui.type_scale import px
from nnviz.ui.widgets import horizontal_rule

_LICENCES: Final = (
    ("nnviz", "MIT"),
    ("Inter, the typeface", "SIL Open Font License 1.1"),
    ("Qt and PySide6", "LGPL 3"),
    ("NumPy", "BSD 3-clause"),
    ("pyqtgraph, CleverCSV", "MIT"),
    ("safetensors", "Apache 2.0"),
    ("Pillow", "MIT-CMU"),
)
_LICENCE_COLUMNS: Final = 3
_AROUND: Final = 48  # pixels of the screen that are left for a window's frame


def key_rows() -> tuple[tuple[str, str], ...]:
    """Return every key of the main window with what it does."""
    rows = tuple((readable(key), words) for key, _, words in KEYS) + ROW_KEYS
    return tuple((key, words[:1].upper() + words[1:]) for key, words in rows)


class AboutDialog(QDialog):
    """The key list, then version and licences; it deletes itself when it is closed."""

    def __init__(self, parent: QWidget | None = None, keys: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle("Keys and version")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.keys = key_rows() if keys is None else tuple(keys)
        self._caps: list[QLabel] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(_title("Keys"))
        layout.addWidget(self._key_area(), 1)
        layout.addWidget(horizontal_rule())
        layout.addWidget(_title(f"nnviz {__version__}"))
        layout.addLayout(_licence_grid())
        versions = QLabel(f"PySide6 {PySide6.__version__}, NumPy {np.__version__}")
        versions.setProperty("role", "caption")
        layout.addWidget(versions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setIcon(QIcon())  # some styles bring one that belongs to no theme
        layout.addWidget(buttons)
        close.setFocus()
        self.set_theme(DARK)
        wanted = self.sizeHint()
        self.resize(wanted.width(), min(wanted.height(), self.screen().availableGeometry().height() - _AROUND))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        sheet = (
            f"background: {theme.raised}; border: 1px solid {theme.line_strong}; border-radius: 4px;"
            f" padding: 2px 7px; color: {theme.ink};"
        )
        for cap in self._caps:
            cap.setStyleSheet(sheet)

    def _key_area(self) -> QScrollArea:
        """Return the keys, as high as they are where the screen has the room, else scrolled."""
        keys = QWidget()
        keys.setProperty("surface", "none")
        keys.setLayout(self._key_grid())
        area = KeyArea()
        area.setAccessibleName("Keys")
        area.setWidget(keys)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        keys.setAutoFillBackground(False)
        return area

    def _key_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        half = -(-len(self.keys) // 2)
        for place, (key, words) in enumerate(self.keys):
            row, column = place % half, 2 * (place // half)
            cap = QLabel(key)
            cap.setFont(font(weight=MEDIUM))
            cap.setFrameShape(QFrame.Shape.NoFrame)
            self._caps.append(cap)
            grid.addWidget(cap, row, column, Qt.AlignmentFlag.AlignLeft)
            label = QLabel(words)
            label.setProperty("role", "secondary")
            grid.addWidget(label, row, column + 1)
        grid.setColumnMinimumWidth(1, px(230))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid


class KeyArea(QScrollArea):
    """Wants to be as large as what is in it."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the contents, and room for a bar beside them."""
        inside = self.widget()
        content = QSize() if inside is None else inside.sizeHint()
        return QSize(content.width() + self.verticalScrollBar().sizeHint().width(), content.height())


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def _licence_grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(2 * _LICENCE_COLUMNS, 1)
    for place, (part, licence) in enumerate(_LICENCES):
        row, column = divmod(place, _LICENCE_COLUMNS)
        name, terms = QLabel(part), QLabel(licence)
        name.setProperty("role", "secondary")
        terms.setProperty("role", "caption")
        grid.addWidget(name, row, 2 * column)
        grid.addWidget(terms, row, 2 * column + 1)
    return grid
