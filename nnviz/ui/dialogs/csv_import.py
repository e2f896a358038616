"""The sheet between a file and a data set: reading with progress, then review, then Open."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import ColumnProfile, plural
from nnviz.app.remembered_choices import Remembered
from nnviz.data.dataset import ImportChoices
from nnviz.data.infer import Guess
from nnviz.data.table import Table
from nnviz.errors import UserError
from nnviz.ui.dialogs.csv_reading import accounts, plain_label, reading_page
from nnviz.ui.dialogs.csv_review import ReviewPage
from nnviz.ui.icons import icon_pixmap
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import horizontal_rule

_SIZE: Final = QSize(1120, 660)  # fits the smallest window
_LARGEST: Final = QSize(1320, 860)
_MARGIN: Final = 60
_READING, _REVIEW = 0, 1


class CsvImportDialog(QDialog):
    """Reading, then review; shown with ``open()``.

    The caller reads the file in a job and tells the sheet: `set_reading`, `set_progress`, then `set_table` or
    `show_error`. After ``accepted_choices`` the sheet stays, busy, until the caller closes it with ``done()`` or says
    with `show_error` why the choices don't do. ``cancel_requested`` comes when the person closes the sheet.
    """

    cancel_requested = Signal()
    reread_requested = Signal(object)  # ReadOptions
    target_changed = Signal(str)  # only on a large table: `set_guess` may improve on what is shown
    accepted_choices = Signal(object)  # ImportChoices
    guesses_requested = Signal()  # the file is to be read as if for the first time
    trial_requested = Signal()  # the network is to be tried on the file instead

    def __init__(self, parent: QWidget | None = None, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setObjectName("csv_import")
        self.setWindowTitle("Open a table")
        self._theme = theme
        self._name = ""
        self._failed = False
        self._waiting = True
        self.title, self.caption = plain_label("title"), plain_label("caption")
        self.caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(3)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the page below must not jump
        self.progress.setSizePolicy(policy)
        self.sign, self.message, self.hint = QLabel(), plain_label(), plain_label("secondary")
        self._review: ReviewPage | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(reading_page(self.sign, self.message, self.hint))
        self.cancel, self.open_button = QPushButton("Cancel"), QPushButton("Open")
        self.cancel.setAutoDefault(False)
        self.open_button.setDefault(True)
        self.open_button.setProperty("primary", "true")  # for how it looks while it is off
        hold(self.open_button, least_width=88)
        self.footnote = plain_label("caption")
        self._build()
        self.cancel.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._open)
        self.set_theme(theme)
        self.set_reading("")
        room = parent.window().size() - QSize(_MARGIN, _MARGIN) if parent is not None else _SIZE
        self.resize(room.boundedTo(_LARGEST).expandedTo(_SIZE))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.addWidget(self.title, 3)
        head.addWidget(self.caption, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.footnote, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.progress)
        layout.addWidget(self.pages, 1)
        layout.addWidget(horizontal_rule())
        layout.addLayout(foot)

    @property
    def review(self) -> ReviewPage:
        """The page of the review; made when it is first wanted, see `parts_to_make`."""
        page = self._make_review()
        self._place_review()
        return page

    def parts_to_make(self) -> tuple[Callable[[], object], ...]:
        """Return what makes the page of the review, to be called one after another while the file is still being read.

        All at once, together with the sheet, it would hold the window up for longer than a person can overlook.
        """
        return self._make_review, self._place_review, self._polish_review

    def _make_review(self) -> ReviewPage:
        if self._review is not None:
            return self._review
        page = self._review = ReviewPage()
        page.set_theme(self._theme)
        page.setEnabled(not self._waiting)
        page.reread_requested.connect(self._reread)
        page.target_changed.connect(self.target_changed)
        page.changed.connect(self._settle)
        page.guesses_requested.connect(self._back_to_guesses)
        page.trial_requested.connect(self._try)
        return page

    def _place_review(self) -> None:
        if self.pages.count() == _REVIEW:
            self.pages.addWidget(self._make_review())

    def _polish_review(self) -> None:
        for part in self.review.findChildren(QWidget):
            part.ensurePolished()

    @property
    def has_table(self) -> bool:
        """Whether there is a table to review."""
        return self._review is not None and self._review.draft is not None

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        if self._review is not None:
            self._review.set_theme(theme)
        name, colour = ("warning", theme.error) if self._failed else ("file", theme.ink_3)
        self.sign.setPixmap(icon_pixmap(name, colour, 40, self.devicePixelRatioF()))

    def set_reading(self, name: str) -> None:
        """Say that a file is being read; the table of an earlier reading of it stays in sight."""
        shown = one_line(name)
        if shown != self._name or not self.has_table:
            self._name = shown
            self._failed = False
            if self._review is not None:
                self._review.forget()
            self.title.setText(f"Open {shown}" if shown else "Open a table")
            self.caption.setText("")
            self.hint.setText("")
            self.pages.setCurrentIndex(_READING)
            self.open_button.show()
            self.cancel.setText("Cancel")
            self.set_theme(self._theme)
        self._wait("Reading …")

    def set_progress(self, fraction: float, text: str) -> None:
        """Show how far the work has come, 0 to 1, and what is being done; ignored when the sheet waits for nothing."""
        if not self._waiting:
            return
        self.progress.setValue(round(1000 * min(1.0, max(0.0, fraction))))
        if text:
            (self.footnote if self.has_table else self.message).setText(text)

    def set_table(
        self,
        table: Table,
        guess: Guess,
        profiles: Mapping[str, ColumnProfile] | None = None,
        remembered: Remembered | None = None,
        *,
        balanced: bool = False,
    ) -> None:
        """Show a table for review, as `ReviewPage.set_table` does."""
        self.review.set_table(table, guess, profiles, remembered, balanced=balanced)
        self.caption.setText(f"{plural(table.n_rows, 'row')} × {plural(table.n_columns, 'column')}")
        self.caption.setToolTip(tooltip(accounts(table)))
        self.pages.setCurrentIndex(_REVIEW)
        self._settle()
        self.open_button.setFocus()

    def set_guess(self, guess: Guess) -> None:
        """Take a guess for the target of ``target_changed``."""
        self.review.set_guess(guess)

    def show_error(self, error: UserError) -> None:
        """Say what is wrong: above the table if there is one (it then stays as it was), else instead of it."""
        if self.has_table:
            self.review.show_trouble(error)
            self.review.dialect.revert()
            self._settle()
            return
        self._failed = True
        self._waiting = False
        self.message.setText(error.message)
        self.hint.setText(error.hint)
        self.progress.hide()
        self.open_button.hide()
        self.footnote.setText("")
        self.cancel.setText("Close")
        self.set_theme(self._theme)

    def choices(self) -> ImportChoices:
        """Return what the sheet says now.

        Raises
        ------
        UserError
            If there is no table yet, or something is missing.
        """
        draft = self.review.draft
        if draft is None:
            raise UserError(f"{self._name} has not been read yet.")
        return draft.choices(self.review.pane.split.fraction)

    def reject(self) -> None:
        """Close the sheet and tell the caller to stop what it does for it."""
        if self.isVisible():
            self.cancel_requested.emit()
        super().reject()

    def _reread(self, options: object) -> None:
        self.review.trouble.hide()
        self._wait("Reading again …")
        self.reread_requested.emit(options)

    def _back_to_guesses(self) -> None:
        self.review.forget()
        self._wait("Reading again …")
        self.guesses_requested.emit()

    def _try(self) -> None:
        self.review.trouble.hide()
        self._wait("Testing the network …")
        self.trial_requested.emit()

    def _open(self) -> None:
        choices = None if self._waiting else self.review.choices()
        if choices is not None:
            self.review.trouble.hide()
            # Painted once more, greyed, the page would hold the window up for longer than anything else on this way.
            self.review.setUpdatesEnabled(False)
            self._wait("Preparing …")
            self.accepted_choices.emit(choices)

    def _wait(self, text: str) -> None:
        self._waiting = True
        self.progress.setValue(0)
        self.progress.show()
        self.open_button.setEnabled(False)
        if self._review is not None:
            self._review.setEnabled(False)
        (self.footnote if self.has_table else self.message).setText(text)

    def _settle(self) -> None:
        """Be ready for the person: no progress, Open unless something is missing."""
        draft = self.review.draft
        obstacle = draft.obstacle() if draft is not None else ""
        self._waiting = False
        self.progress.hide()
        self.review.setEnabled(True)
        self.review.setUpdatesEnabled(True)
        self.footnote.setText(obstacle)
        self.open_button.setEnabled(draft is not None and not obstacle)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the page at its new size even while it waits."""
        super().resizeEvent(event)
        if self._review is not None:
            self._review.setUpdatesEnabled(True)
