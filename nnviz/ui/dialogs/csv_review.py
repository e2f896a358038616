"""The page of the import sheet on which a table is looked at and its guesses are changed."""

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnviz.data.dataset import ImportChoices
from nnviz.data.infer import Guess, Role
from nnviz.data.table import Kind, Table
from nnviz.data.tasks import Task
from nnviz.errors import UserError
from nnviz.ui.dialogs.csv_columns import ColumnsTable
from nnviz.ui.dialogs.csv_dialect import DialectLine
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.dialogs.csv_preview import PreviewTable
from nnviz.ui.dialogs.csv_rejects import RejectedTable
from nnviz.ui.dialogs.csv_target import TargetPane
from nnviz.ui.theme import Theme


class ReviewPage(QWidget):
    """How the file was read, its first rows and columns, and to their right what is to be predicted."""

    reread_requested = Signal(object)  # ReadOptions
    target_changed = Signal(str)  # on a large table: a guess for this target is wanted
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft: ImportDraft | None = None
        self.dialect, self.trouble = DialectLine(), QLabel()
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setProperty("role", "error")
        self.trouble.setWordWrap(True)
        self.trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble.hide()
        self.preview, self.columns, self.rejected = PreviewTable(), ColumnsTable(), RejectedTable()
        self.pane = TargetPane()
        self.pane.setFixedWidth(264)
        self.tabs = QStackedWidget()
        self.heading = QLabel()
        self.heading.setProperty("role", "secondary")
        self.show_columns, self.show_rejected = QToolButton(), QToolButton()
        self._build()
        self.dialect.reread_requested.connect(self.reread_requested)
        self.columns.role_chosen.connect(self._set_role)
        self.columns.kind_chosen.connect(self._set_kind)
        self.pane.target_chosen.connect(lambda name: self._set_role(name, "target"))
        self.pane.task_chosen.connect(self._set_task)

    def _build(self) -> None:
        self.tabs.addWidget(self.columns)
        self.tabs.addWidget(self.rejected)
        segments = QButtonGroup(self)
        heads = QHBoxLayout()
        heads.setSpacing(4)
        heads.addWidget(self.heading)
        for place, button in enumerate((self.show_columns, self.show_rejected)):
            button.setProperty("segment", "true")
            button.setCheckable(True)
            segments.addButton(button, place)
            heads.addWidget(button)
        segments.idClicked.connect(self.tabs.setCurrentIndex)
        heads.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.preview, 5)
        left.addLayout(heads)
        left.addWidget(self.tabs, 6)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 1)
        body.addWidget(self.pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.dialect)
        layout.addWidget(self.trouble)
        layout.addLayout(body, 1)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.preview.set_theme(theme)
        self.columns.set_theme(theme)
        self.rejected.set_theme(theme)
        self.pane.warnings.set_theme(theme)

    def forget(self) -> None:
        """Begin with another file."""
        self.draft = None
        self.dialect.forget()

    def set_table(self, table: Table, guess: Guess) -> None:
        """Show a table; what was changed before it was read again is kept where it still applies."""
        draft = ImportDraft(table, guess)
        if self.draft is not None:
            draft.carry_over(self.draft)
        self.draft = draft
        self.trouble.hide()
        self.dialect.set_dialect(table.dialect)
        self.preview.set_draft(draft)
        self.columns.set_draft(draft)
        self.rejected.set_rejected(table.rejected)
        self.pane.set_draft(draft)
        self.show_columns.setText(f"Columns  {table.n_columns:,}")
        self.show_rejected.setText(f"Rejected rows  {len(table.rejected):,}")
        self.heading.setText(self.show_columns.text())
        self.heading.setVisible(not table.rejected)
        self.show_columns.setVisible(bool(table.rejected))
        self.show_rejected.setVisible(bool(table.rejected))
        self.show_columns.setChecked(True)
        self.tabs.setCurrentIndex(0)

    def set_guess(self, guess: Guess) -> None:
        """Take the guess that ``target_changed`` asked for."""
        if self.draft is not None:
            self.draft.set_guess(guess)
            self._refresh()

    def show_trouble(self, error: UserError) -> None:
        """Say what is wrong above the table; an empty one says nothing."""
        self.trouble.setText(str(error))
        self.trouble.setVisible(bool(str(error)))

    def choices(self) -> ImportChoices | None:
        """Return what the page says now; None where something is missing."""
        if self.draft is None or self.draft.obstacle():
            return None
        return self.draft.choices(self.pane.split.fraction)

    def _refresh(self) -> None:
        if self.draft is not None:
            self.preview.refresh()
            self.columns.refresh()
            self.pane.refresh(self.draft)
        self.changed.emit()

    def _set_role(self, name: str, role: str) -> None:
        if self.draft is None:
            return
        self.trouble.hide()
        self.draft.set_role(name, cast("Role", role))
        self._refresh()
        if self.draft.stale and role == "target":
            self.target_changed.emit(name)

    def _set_kind(self, name: str, kind: str) -> None:
        if self.draft is None:
            return
        self.trouble.hide()
        try:
            self.draft.set_kind(name, cast("Kind", kind))
        except UserError as error:
            self.show_trouble(error)
        self._refresh()

    def _set_task(self, task: str) -> None:
        if self.draft is not None:
            self.draft.set_task(cast("Task", task))
            self._refresh()
