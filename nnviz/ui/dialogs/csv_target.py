"""What is to be predicted and how, with the reasons; the split; and the warnings."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QSizePolicy, QVBoxLayout, QWidget

from nnviz.ui.dialogs.csv_draft import TASK_LABELS, ImportDraft
from nnviz.ui.dialogs.csv_rejects import WarningList
from nnviz.ui.panels.data_split import SplitSection
from nnviz.ui.panels.data_text import one_line


class _NoWheel(QObject):
    """A turn of the wheel over a closed combo box must not change the target."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _reason() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def _caption(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    label.setBuddy(buddy)
    buddy.setAccessibleName(text)
    return label


class TargetPane(QWidget):
    """The right side of the import sheet."""

    target_chosen = Signal(str)
    task_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.target, self.task = QComboBox(), QComboBox()
        self.target.setObjectName("target")
        self.task.setObjectName("task")
        still = _NoWheel(self)
        for combo in (self.target, self.task):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(12)
            combo.setMaxVisibleItems(16)
            combo.installEventFilter(still)
            view = combo.view()
            if isinstance(view, QListView):
                view.setUniformItemSizes(True)
        self.target_reason, self.task_reason = _reason(), _reason()
        self.split = SplitSection()
        self.heading = QLabel("Warnings")
        self.heading.setProperty("role", "secondary")
        self.warnings = WarningList()
        self.target.activated.connect(self._target_chosen)
        self.task.activated.connect(lambda place: self.task_chosen.emit(self.task.itemData(place)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(_caption("Predict", self.target))
        layout.addWidget(self.target)
        layout.addWidget(self.target_reason)
        layout.addSpacing(6)
        layout.addWidget(_caption("As", self.task))
        layout.addWidget(self.task)
        layout.addWidget(self.task_reason)
        layout.addSpacing(6)
        layout.addWidget(self.split)
        layout.addSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.warnings, 1)
        self._names: tuple[str, ...] = ()

    def set_draft(self, draft: ImportDraft) -> None:
        """Show another table."""
        self._names = tuple(column.name for column in draft.table.columns)
        self.target.clear()
        self.target.addItems([one_line(name, 60) for name in self._names])
        self.refresh(draft)

    def refresh(self, draft: ImportDraft) -> None:
        """Show the present target, task, reasons and warnings."""
        self.target.setCurrentIndex(self._names.index(draft.target) if draft.target in self._names else -1)
        self.target.setPlaceholderText("Choose a column")
        self.task.clear()
        tasks = draft.tasks()
        for task in tasks:
            self.task.addItem(TASK_LABELS[task], task)
        self.task.setCurrentIndex(tasks.index(draft.task) if draft.task in tasks else -1)
        self.task.setEnabled(bool(tasks))
        self.target_reason.setText(_sentence(draft.reason(draft.target) if draft.target else draft.guess.target_reason))
        own = draft.task is not None and draft.task != draft.guess.task
        self.task_reason.setText("Your choice." if own else _sentence(draft.guess.task_reason))
        rows = draft.table.n_rows
        if draft.target is not None:
            rows -= draft.column(draft.target).n_missing
        self.split.set_rows(rows)
        warnings = draft.warnings()
        self.heading.setText(f"Warnings  {len(warnings)}" if warnings else "No warnings")
        self.warnings.set_warnings(warnings)

    def _target_chosen(self, place: int) -> None:
        self.target_chosen.emit(self._names[place])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""
