"""The chosen row: its values as in the file and as the network sees them, its true answer and the prediction."""

from typing import Final

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import plural
from nnviz.app.plain_numbers import shorter_numbers
from nnviz.app.row_view import row_part
from nnviz.data.dataset import Dataset
from nnviz.data.features import DateFeature, NumericFeature
from nnviz.ui.icons import set_icon
from nnviz.ui.panels.data_answer import AnswerLines
from nnviz.ui.text_parts import (
    INSET,
    LIST_KEYS,
    KeepKeys,
    cell_text,
    elided,
    one_line,
    right_inset,
    signed,
    tooltip,
)
from nnviz.ui.theme import BODY, DARK, TITLE, Theme, font
from nnviz.ui.type_scale import hold, px

_LINE: Final = 20
_FEWEST, _MOST = 2, 6  # lines of values before the list scrolls
_SIGMA_WIDTH: Final = 62
_DIGITS: Final = 6
_SCALED: Final = {"standardise": "standardised ", "min-max": "scaled to the range ", "robust": "scaled robustly "}
_PARTS: Final = {
    "train": "In the training set",
    "validation": "Held out for validation",
    "test": "Held back for testing",
}

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowModel(QAbstractListModel):
    """One line per feature: name, value in the file's units, standardised value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._row = 0

    def show_row(self, dataset: Dataset | None, row: int) -> None:
        """Show a row of ``dataset.X``."""
        if dataset is self._dataset and dataset is not None:
            self._row = row
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
            return
        self.beginResetModel()
        self._dataset, self._row = dataset, row
        self.endResetModel()

    def texts(self, line: int) -> tuple[str, str, str]:
        """Return the column's name, its raw value ("" where missing) and what the network is given."""
        dataset = self._dataset
        if dataset is None:
            return "", "", ""
        feature = dataset.preprocessor.features[line]
        at = int(dataset.table_rows[self._row])
        raw = cell_text(dataset.table.column(feature.name).cells(at, at + 1)[0], digits=_DIGITS)
        part = dataset.X[self._row, dataset.preprocessor.columns_of(feature.name)]
        if isinstance(feature, NumericFeature):
            unit = " σ" if feature.scale.scaling == "standardise" else ""
            return feature.name, raw, f"{signed(float(part[0]))}{unit}"
        if isinstance(feature, DateFeature):
            return feature.name, raw, plural(len(part), "input")
        hot = np.flatnonzero(part)
        return feature.name, raw, f"{int(hot[0]) + 1} of {len(part)}" if len(hot) else f"0 of {len(part)}"

    def shorter(self, line: int) -> tuple[str, ...]:
        """Return ways to write the raw value, the longest first; one where it is no number."""
        dataset = self._dataset
        if dataset is None:
            return ("",)
        at = int(dataset.table_rows[self._row])
        cell = dataset.table.column(dataset.preprocessor.features[line].name).cells(at, at + 1)[0]
        return shorter_numbers(cell, _DIGITS) if isinstance(cell, float) else (cell_text(cell),)

    def _what(self, line: int) -> str:
        """Return what the third text of a line is."""
        if self._dataset is None:
            return ""
        feature = self._dataset.preprocessor.features[line]
        if isinstance(feature, NumericFeature):
            return _SCALED[feature.scale.scaling]
        return "" if isinstance(feature, DateFeature) else "category "

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many features there are."""
        return 0 if parent.isValid() or self._dataset is None else len(self._dataset.preprocessor.features)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the line as one text."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        name, raw, scaled = self.texts(index.row())
        text = f"{one_line(name)}: {raw or 'missing'}, {self._what(index.row())}{scaled}"
        return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else text


class RowDelegate(QStyledItemDelegate):
    """Paints a line of the chosen row."""

    def __init__(self, parent: QWidget, model: RowModel) -> None:
        super().__init__(parent)
        self.theme = DARK
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of every line."""
        del option, index
        return QSize(px(120), px(_LINE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint name, value and standardised value."""
        theme, box = self.theme, option.rect
        name, raw, scaled = self._model.texts(index.row())
        painter.save()
        wide = px(_SIGMA_WIDTH)
        sigma = QRect(box.right() - right_inset(option.widget) - wide + 1, box.y(), wide, box.height())
        painter.setFont(font(BODY))
        painter.setPen(QColor(theme.ink_3))
        painter.drawText(sigma, _RIGHT, scaled)
        metrics = painter.fontMetrics()
        room = sigma.left() - INSET - box.left()
        wide = round(room * 0.55)
        # A number that is cut short would be another one.
        texts = self._model.shorter(index.row()) if metrics.horizontalAdvance(raw) > wide else (raw or "missing",)
        shown = next((text for text in texts if metrics.horizontalAdvance(text) <= wide), "")
        shown = shown or elided(metrics, texts[-1], wide)
        painter.setPen(QColor(theme.ink if raw else theme.warning))
        value = QRect(box.left() + INSET, box.y(), room - 4, box.height())
        painter.drawText(value, _RIGHT, shown)
        painter.setPen(QColor(theme.ink_2))
        left = elided(metrics, name, value.width() - metrics.horizontalAdvance(shown) - 8)
        painter.drawText(value, _LEFT, left)
        painter.restore()


class RowSection(QWidget):
    """The chosen row's heading ("Row 447 of 480") and values; previous and next ask for another row."""

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._row: int | None = None
        self._lines = _MOST
        self.title, self.of = QLabel("Row"), QLabel()
        self.title.setProperty("role", "title")
        self.of.setProperty("role", "secondary")
        self.of.setTextFormat(Qt.TextFormat.PlainText)
        self.of.setFont(font(TITLE))
        self.previous, self.next = QToolButton(), QToolButton()
        for button, name in ((self.previous, "Previous row"), (self.next, "Next row")):
            button.setAccessibleName(name)
            button.setAutoRepeat(True)
            hold(button, width=24, height=24)
            button.setStyleSheet("QToolButton { padding: 0; min-height: 0; }")
        self.previous.setToolTip("Previous row (Up)")
        self.next.setToolTip("Next row (Down)")
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        head = QHBoxLayout()
        head.setContentsMargins(INSET, 0, INSET, 0)
        head.setSpacing(4)
        for widget in (self.title, self.of):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        self._model = RowModel(self)
        self._list = QListView()
        self._delegate = RowDelegate(self._list, self._model)
        self._list.setObjectName("row_values")
        self._list.setAccessibleName("Values of the row")
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setFrameShape(QListView.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setStyleSheet("QListView { background: transparent; border: none; }")
        KeepKeys(self._list, LIST_KEYS)
        self.answer = AnswerLines()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._list)
        layout.addWidget(self.answer)
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._delegate.theme = theme
        self.of.setFont(font(TITLE))
        self._list.scheduleDelayedItemsLayout()
        self._list.viewport().update()
        self.answer.set_theme(theme)
        set_icon(self.previous, "left", theme.ink_2, 14, theme.line_strong)
        set_icon(self.next, "right", theme.ink_2, 14, theme.line_strong)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Show another data set, no row chosen."""
        self._dataset = dataset
        self.set_row(None)

    def set_room(self, height: int) -> None:
        """Show as many values as a panel of this height leaves room for."""
        self._lines = min(_MOST, max(_FEWEST, (height - px(560)) // px(_LINE)))
        if self._model.rowCount():
            hold(self._list, height=_LINE * min(self._lines, self._model.rowCount()))

    def set_row(self, index: int | None) -> None:
        """Show a row of ``dataset.X``; None, or one that is not there, shows none."""
        dataset = self._dataset
        self._row = index if dataset is not None and index is not None and 0 <= index < dataset.n_rows else None
        shown = dataset is not None and self._row is not None
        self._list.setVisible(shown)
        self.answer.setVisible(shown)
        self.answer.set_prediction("", None, (), None)
        self.previous.setEnabled(shown and self._row != 0)
        self.next.setEnabled(dataset is not None and (self._row is None or self._row < dataset.n_rows - 1))
        if dataset is None or self._row is None:
            self.of.setText("none chosen" if dataset is not None else "")
            self._model.show_row(None, 0)
            return
        at = int(dataset.table_rows[self._row])
        self.of.setText(f"{at + 1:,} of {dataset.table.n_rows:,}")
        self._model.show_row(dataset, self._row)
        hold(self._list, height=_LINE * min(self._lines, self._model.rowCount()))
        target = dataset.table.column(dataset.choices.target)
        truth = cell_text(target.cells(at, at + 1)[0], digits=6)
        self.answer.set_truth(target.name, truth, _PARTS[row_part(dataset, self._row)])

    def _step(self, by: int) -> None:
        if self._dataset is None:
            return
        row = 0 if self._row is None else self._row + by
        if 0 <= row < self._dataset.n_rows:
            self.row_chosen.emit(row)
