"""The what-if beside a row's journey: a control for each column, what is near, and what training was never shown."""

import html
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnviz.app.slices import Held, Slices
from nnviz.ui.panels.column_controls import BELOW, ColumnControls
from nnviz.ui.panels.column_row import ROW_HEIGHT, ColumnRow
from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold, px

HOW: Final = "Type a value, drag a slider, or drag the ring of the row on the map."
_WIDTH: Final = 284
_MOST_ROWS: Final = 8
_SPACING: Final = 4
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


class WhatIfPanel(QWidget):
    """Head, controls, and below them in words what the values mean.

    Signals
    -------
    changed(str, float)
        A column and its new value, see `ColumnControls`.
    refused(str)
        Why what was typed is not taken.
    back
        The row's own values are wanted again.
    row_chosen(int)
        One of the nearest rows.
    """

    changed = Signal(str, float)
    refused = Signal(str)
    back = Signal()
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.setAccessibleName("What if")
        hold(self, width=_WIDTH)
        self._theme = DARK
        self._near: tuple[tuple[int, str, str], ...] = ()
        self._names: tuple[str, ...] = ()
        self._slices: Slices | None = None
        self.title = value_label("title")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.undo = QToolButton()
        self.undo.setText("Own values")
        self.undo.setToolTip("Give the row its own values back")
        self.undo.setProperty("segment", "true")
        self.undo.clicked.connect(self.back)
        policy = self.undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the head keeps its height
        self.undo.setSizePolicy(policy)
        self.controls = ColumnControls([ColumnRow("Let {} be", takes_missing=True) for _ in range(_MOST_ROWS)])
        self.controls.changed.connect(self.changed)
        self.controls.refused.connect(self.refused)
        self.words = value_label("warning", wrap=True)
        self.near = QLabel()
        self.near.setTextFormat(Qt.TextFormat.RichText)
        self.near.setProperty("role", "caption")
        self.near.setWordWrap(True)
        self.near.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.near.linkActivated.connect(lambda link: self.row_chosen.emit(int(link)))
        self._arrange()
        self.say(())
        self.show_nearest(())

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.undo)
        below = self._below = QVBoxLayout()
        below.setContentsMargins(16, 0, 16, 0)
        below.setSpacing(_SPACING)
        below.addWidget(self.words)
        below.addWidget(self.near)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(_SPACING)
        column.addLayout(head)
        column.addWidget(self.controls)
        column.addLayout(below)
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.controls.set_theme(theme)
        self._write_nearest()

    def show_row(self, title: str, slices: Slices | None, held: Held) -> None:
        """Stand for a row's columns; with no ``slices`` they are still being looked at."""
        set_text(self.title, title)
        names = () if slices is None else slices.dataset.feature_names
        if slices is not self._slices:
            self._slices = slices
            self.controls.show_columns(names, slices, held)
            self._fit()
        else:
            self.controls.set_held(held)
        self.undo.setVisible(bool(held.values))

    def say(self, sentences: Sequence[str]) -> None:
        """Say what to know about the values."""
        set_text(self.words, " ".join(sentences))
        self.words.setVisible(bool(sentences))
        self._fit()

    def show_nearest(self, near: Sequence[tuple[int, str, str]]) -> None:
        """List training rows: the row of X, its number, its answer with how far it is; without any say how to begin."""
        self._near = tuple(near)
        self._write_nearest()
        self._fit()

    def _write_nearest(self) -> None:
        # Each in one piece: a number at a line's end would seem to belong to what is before it.
        pieces = [(row, name, words.replace(" ", _NO_BREAK)) for row, name, words in self._near]
        links = [
            f'<a href="{row}" style="color: {self._theme.ink}">{html.escape(name)}</a>{_NO_BREAK}{html.escape(words)}'
            for row, name, words in pieces
        ]
        text = "Nearest training rows: " + ", ".join(links) if links else HOW
        if self.near.text() != text:
            self.near.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        margins = self._column.contentsMargins()
        wide = self.width() - 2 * px(16)
        words = sum(label.heightForWidth(wide) + _SPACING for label in (self.words, self.near) if not label.isHidden())
        head = max(self.title.sizeHint().height(), self.undo.sizeHint().height())
        room = self.height() - margins.top() - margins.bottom() - head - 2 * _SPACING - words - BELOW
        self.controls.set_limit(room // px(ROW_HEIGHT))
