"""The page of the import sheet on which a table is looked at and its guesses are changed."""

from collections.abc import Mapping
from typing import Final, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnviz.app.column_summary import ColumnProfile
from nnviz.app.remembered_choices import Remembered
from nnviz.data.choices import ImportChoices, choices_from_guess
from nnviz.data.features import Encoding
from nnviz.data.infer import CHOSEN, Guess, Role
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Kind, Table
from nnviz.data.tasks import Task
from nnviz.errors import UserError
from nnviz.ui.dialogs.csv_columns import ColumnsTable
from nnviz.ui.dialogs.csv_dialect import DialectLine
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.dialogs.csv_note import NoteStrip
from nnviz.ui.dialogs.csv_preview import PreviewTable
from nnviz.ui.dialogs.csv_rejects import RejectedTable, save_rejected
from nnviz.ui.dialogs.csv_target import TargetPane
from nnviz.ui.text_parts import one_line
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

_ANY_HEIGHT: Final = 16_777_215  # Qt's own largest


class ReviewPage(QWidget):
    """How the file was read, its first rows and columns, and to their right what is to be predicted."""

    reread_requested = Signal(object)  # ReadOptions
    target_changed = Signal(str)  # on a large table: a guess for this target is wanted
    changed = Signal()
    guesses_requested = Signal()  # instead of what was decided last time
    trial_requested = Signal()

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
        hold(self.pane, width=276)
        self.tabs = QStackedWidget()
        self.heading = QLabel()
        self.heading.setProperty("role", "secondary")
        self.show_columns, self.show_rejected = QToolButton(), QToolButton()
        self.save_rejected = QToolButton()
        self.save_rejected.setText("Save as CSV…")
        self.notes = {name: NoteStrip() for name in ("remembered", "trial")}
        self._build()
        self.dialect.reread_requested.connect(self.reread_requested)
        self.columns.role_chosen.connect(self._set_role)
        self.columns.kind_chosen.connect(self._set_kind)
        self.columns.encoding_chosen.connect(self._set_encoding)
        self.pane.target_chosen.connect(lambda name: self._set_role(name, "target"))
        self.pane.task_chosen.connect(self._set_task)
        self.pane.changed.connect(self._refresh)
        self.pane.reread_offered.connect(self.dialect.answer)
        self.save_rejected.clicked.connect(self._save_rejected)
        self.notes["remembered"].pressed.connect(self.guesses_requested)
        self.notes["trial"].pressed.connect(self.trial_requested)

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
        segments.idClicked.connect(self._show_tab)
        heads.addStretch(1)
        heads.addWidget(self.save_rejected)
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
        for note in self.notes.values():
            layout.addWidget(note)
        layout.addWidget(self.dialect)
        layout.addWidget(self.trouble)
        layout.addLayout(body, 1)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.preview.set_theme(theme)
        self.columns.set_theme(theme)
        self.rejected.set_theme(theme)
        self.pane.warnings.set_theme(theme)
        for note in self.notes.values():
            note.set_theme(theme)

    def forget(self) -> None:
        """Begin with another file."""
        self.draft = None
        self.dialect.forget()
        for note in self.notes.values():
            note.hide()

    def set_table(
        self,
        table: Table,
        guess: Guess,
        profiles: Mapping[str, ColumnProfile] | None = None,
        remembered: Remembered | None = None,
        *,
        balanced: bool = False,
    ) -> None:
        """Show a table; what was changed before it was read again is kept where it still applies.

        Parameters
        ----------
        table, guess
            What was read, and what it is taken for.
        profiles
            What its columns look like, where that was worked out already.
        remembered
            What was decided about the same content before; it is taken over, and said.
        balanced
            Whether training weights the classes at present.
        """
        draft = ImportDraft(table, guess, profiles)
        draft.balanced = balanced
        if self.draft is not None:
            draft.carry_over(self.draft)
        elif remembered is not None:
            draft.take(remembered.choices)
            self.dialect.begin_with(remembered.options)
            self.pane.split.set_split(0, 0, remembered.choices.validation_fraction)
            if _differs(remembered, guess):
                text = f"Set up as last time, {remembered.when}: the content of the file is the same."
                self.notes["remembered"].show_text(text, "Back to the guesses")
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
        self._show_tab(0)

    def offer_trial(self, learned_from: str) -> None:
        """Offer to try the network of another data set on this file."""
        text = f"It has every column that the network of {one_line(learned_from, 60)} learns from."
        self.notes["trial"].show_text(text, "Test the network on it")

    def _show_tab(self, place: int) -> None:
        self.tabs.setCurrentIndex(place)
        self.tabs.setMaximumHeight(max(px(140), self.columns.wanted_height) if place == 0 else _ANY_HEIGHT)
        self.save_rejected.setVisible(place == 1)

    def _save_rejected(self) -> None:
        if self.draft is not None:
            save_rejected(self, self.draft.table)

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

    def _set_encoding(self, name: str, encoding: Encoding) -> None:
        if self.draft is not None:
            self.draft.set_encoding(name, encoding)
            self._refresh()

    def _set_task(self, task: str) -> None:
        if self.draft is not None:
            self.draft.set_task(cast("Task", task))
            self._refresh()


def _differs(remembered: Remembered, guess: Guess) -> bool:
    """Tell whether anything was decided otherwise than it would be guessed again."""
    try:
        as_guessed = guess.target_reason != CHOSEN and remembered.choices == choices_from_guess(guess)
        return remembered.options != ReadOptions() or not as_guessed
    except UserError:
        return True
