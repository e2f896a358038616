"""What is to be predicted and how, with the reasons; the split; and the warnings."""

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.column_summary import plural
from nnviz.data.column_split import ColumnSplit
from nnviz.data.doubt import Doubt
from nnviz.ui.dialogs.csv_dialect import NoWheel
from nnviz.ui.dialogs.csv_doubts import DoubtLine, DoubtList
from nnviz.ui.dialogs.csv_draft import TASK_LABELS, ImportDraft
from nnviz.ui.dialogs.csv_suggestions import follow_suggestion, rereads, suggestion_of
from nnviz.ui.panels.data_split import SplitSection
from nnviz.ui.text_parts import one_line


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
    changed = Signal()  # the draft was changed here
    reread_offered = Signal(str)  # the suggestion of a doubt whose answer is to read the file again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.target, self.task = QComboBox(), QComboBox()
        self.target.setObjectName("target")
        self.task.setObjectName("task")
        still = NoWheel(self)
        self.splitter = QComboBox()
        self.splitter.setObjectName("split_by")
        for combo in (self.target, self.task, self.splitter):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(12)
            combo.setMaxVisibleItems(16)
            combo.installEventFilter(still)
            view = combo.view()
            if isinstance(view, QListView):
                view.setUniformItemSizes(True)
        self.target_reason, self.task_reason, self.split_reason = _reason(), _reason(), _reason()
        self.split = SplitSection()
        self.heading = QLabel("Warnings")
        self.heading.setProperty("role", "secondary")
        self.warnings = DoubtList()
        self.split_caption = _caption("Split", self.splitter)
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
        layout.addWidget(self.split_caption)
        layout.addWidget(self.splitter)
        layout.addWidget(self.split_reason)
        layout.addWidget(self.split)
        layout.addSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.warnings, 1)
        self._names: tuple[str, ...] = ()
        self._draft: ImportDraft | None = None
        self.splitter.activated.connect(self._split_chosen)
        self.warnings.acted.connect(self._act)

    def set_draft(self, draft: ImportDraft) -> None:
        """Show another table."""
        self._draft = draft
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
        self._show_split(draft)
        lines = [DoubtLine(text) for text in draft.table.warnings]
        for doubt in self._doubts(draft):
            offered = suggestion_of(draft, doubt)
            lines.append(DoubtLine(doubt.text, offered.label if offered is not None else ""))
        self.heading.setText(f"Warnings  {len(lines)}" if lines else "No warnings")
        self.warnings.set_lines(lines)

    def _show_split(self, draft: ImportDraft) -> None:
        rows = draft.table.n_rows
        if draft.target is not None:
            rows -= draft.profile(draft.target).n_missing
        self.split.set_rows(rows)
        offered = [draft.split] if draft.split is not None else []
        if draft.offer is not None:
            offered.append(draft.offer.split)
        self.splitter.clear()
        self.splitter.addItem("By chance", None)
        for split in offered[:1]:
            self.splitter.addItem(f"By the column {one_line(split.column, 40)}", split)
        self.splitter.setCurrentIndex(1 if draft.split is not None else 0)
        for widget in (self.split_caption, self.splitter):
            widget.setVisible(bool(offered))
        self.split.setVisible(draft.split is None)
        self.split_reason.setVisible(draft.split is not None)
        self.split_reason.setText("" if draft.split is None else one_line(split_text(draft, draft.split), 300))

    @staticmethod
    def _doubts(draft: ImportDraft) -> tuple[Doubt, ...]:
        return () if draft.stale else draft.guess.doubts

    def _split_chosen(self, place: int) -> None:
        if self._draft is not None:
            self._draft.set_split(self.splitter.itemData(place))
            self.changed.emit()

    def _act(self, place: int) -> None:
        draft = self._draft
        if draft is None:
            return
        doubts = self._doubts(draft)
        at = place - len(draft.table.warnings)
        if 0 <= at < len(doubts):
            if rereads(doubts[at]):
                self.reread_offered.emit(doubts[at].suggestion)
                return
            follow_suggestion(draft, doubts[at])
            self.changed.emit()

    def _target_chosen(self, place: int) -> None:
        self.target_chosen.emit(self._names[place])


def split_text(draft: ImportDraft, split: ColumnSplit) -> str:
    """Return which values of a column stand for which part, and how many rows they have where counting is quick."""
    counts = Counter(draft.column(split.column).labels().tolist()) if draft.small else None
    marks = [
        f"'{one_line(label, 30)}' {part}" + ("" if counts is None else f" ({plural(counts[label], 'row')})")
        for label, part in split.parts.items()
    ]
    return f"{split.column} makes the split: {', '.join(marks)}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""
