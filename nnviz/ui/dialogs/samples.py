"""The sheet of shipped data sets: what each holds, who measured it and on which terms it is passed on."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnviz.data.shipped_datasets import SHIPPED, ShippedDataset
from nnviz.ui.theme import BODY, CAPTION, DARK, MEDIUM, Theme, font
from nnviz.ui.type_scale import hold, px

_TASKS: Final = {"binary": "two classes", "multiclass": "several classes", "regression": "a number"}
_ROW_HEIGHT: Final = 46
_LIST_WIDTH: Final = 190


def size_text(shipped: ShippedDataset) -> str:
    """Return rows by columns."""
    return f"{shipped.rows:,} × {shipped.columns:,}"


class _Delegate(QStyledItemDelegate):
    """A name over the size of its table."""

    theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:  # noqa: N802 - Qt's name
        del option, index
        return QSize(px(_LIST_WIDTH), px(_ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        theme, box = self.theme, option.rect.adjusted(2, 2, -2, -2)
        shipped = SHIPPED[index.data(Qt.ItemDataRole.UserRole)]  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5.0, 5.0)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillPath(path, QColor(theme.raised))
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.strokePath(path, QPen(QColor(theme.ink_2 if focused else theme.line_strong), 1.0))
        painter.setFont(font(BODY, MEDIUM))
        painter.setPen(QColor(theme.ink))
        painter.drawText(box.adjusted(10, px(5), -8, -px(20)), Qt.AlignmentFlag.AlignVCenter, shipped.label)
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_3))
        under = f"{size_text(shipped)}, {_TASKS[shipped.task]}"
        painter.drawText(box.adjusted(10, px(21), -8, -px(4)), Qt.AlignmentFlag.AlignVCenter, under)
        painter.restore()


class SamplesDialog(QDialog):
    """Emits the key of the data set that was chosen, and closes."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.setWindowTitle("Sample data sets")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Sample data sets")
        hold(self.list, width=_LIST_WIDTH + 4, height=_ROW_HEIGHT * len(SHIPPED) + 4)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self._delegate = _Delegate(self.list)
        self.list.setItemDelegate(self._delegate)
        for name, shipped in SHIPPED.items():
            item = QListWidgetItem(shipped.label, self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
            words = f"{shipped.label}, {shipped.rows} rows, {shipped.columns} columns. {shipped.about}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        self.about = _words("")
        self.learned = _words("secondary")
        self.source = _words("caption")
        self.licence = _words("caption")
        self._build()
        self.list.currentItemChanged.connect(self._show)
        self.list.itemActivated.connect(self.accept)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self.set_theme(theme)

    def _build(self) -> None:
        title = QLabel("Sample data sets")
        title.setProperty("role", "title")
        words = QVBoxLayout()
        words.setSpacing(10)
        for part in (self.about, self.learned, self.source, self.licence):
            words.addWidget(part)
        words.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(self.list, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(words, 1)
        cancel, self.open_button = QPushButton("Cancel"), QPushButton("Open")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addLayout(middle, 1)
        layout.addLayout(buttons)
        hold(self, width=620)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._delegate.theme = theme
        self.setStyleSheet(f"#samples {{ border: 1px solid {theme.line_strong}; }}")
        self.list.setStyleSheet("QListWidget { background: transparent; border: none; outline: none; }")
        self.list.viewport().update()

    @property
    def name(self) -> str:
        """The key of the data set in sight."""
        return str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    def _show(self) -> None:
        shipped = SHIPPED[self.name]
        self.about.setText(shipped.about)
        what = f"{shipped.rows:,} rows × {shipped.columns:,} columns; learns {shipped.target}, {_TASKS[shipped.task]}."
        self.learned.setText(what)
        self.source.setText(f"Source: {shipped.source}")
        self.licence.setText(f"Licence: {shipped.licence}")

    def accept(self) -> None:
        """Take the data set in sight."""
        self.chosen.emit(self.name)
        super().accept()


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
