"""From a dropped file to an accepted sheet: the dialog's way through its states."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.preparing import OpenedTable
from nnviz.app.trial import Trial, can_try
from nnviz.data.dataset import Dataset, ImportChoices
from nnviz.data.infer import Guess
from nnviz.data.read_options import ReadOptions
from nnviz.errors import UserError
from nnviz.export.formats import FORMATS
from nnviz.ui.theme import DARK, Theme

if TYPE_CHECKING:
    from nnviz.ui.dialogs.csv_import import CsvImportDialog
    from nnviz.ui.dialogs.csv_trial import TrialDialog
    from nnviz.ui.main_window import MainWindow


class ImportFlow(QObject):
    """Opens the sheet when a table is being read and closes it when the data set stands."""

    def __init__(self, model: AppModel, window: "MainWindow") -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._theme = DARK
        self._path: Path | None = None
        self._accepted = False
        self._opened: OpenedTable | None = None
        self.sheet: CsvImportDialog | None = None
        self.trial: TrialDialog | None = None
        model.reading_started.connect(self._on_reading)
        model.table_read.connect(self._on_table)
        model.reading_ended.connect(self._on_ended)
        model.choices_refused.connect(self._on_refused)
        model.guessed.connect(self._on_guess)
        model.dataset_changed.connect(self._on_dataset)
        model.source.tried.connect(self._on_tried)
        model.source.not_tried.connect(self._on_refused)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours, for the open sheet too."""
        self._theme = theme
        for dialog in (self.sheet, self.trial):
            if dialog is not None:
                dialog.set_theme(theme)

    def tick(self) -> None:
        """Show how far the reading is (once a frame)."""
        if self.sheet is not None and (progress := self._model.reading) is not None:
            self.sheet.set_progress(progress.share, progress.text or f"{progress.label} …")

    def _on_reading(self, path: Path) -> None:
        if path.suffix.lower() in FORMATS:
            return
        if path != self._path or self._accepted:
            # Another file, or the same once more: what was changed in the sheet belongs to the one before.
            self._close()
        self._path = path
        self._accepted = False
        if self.sheet is None:
            from nnviz.ui.dialogs.csv_import import CsvImportDialog  # noqa: PLC0415 - not for the first paint

            sheet = CsvImportDialog(self._window, self._theme)
            sheet.cancel_requested.connect(self._model.cancel_reading)
            sheet.reread_requested.connect(self._reread)
            sheet.target_changed.connect(self._guess)
            sheet.accepted_choices.connect(self._accept)
            sheet.guesses_requested.connect(lambda: self._reread(ReadOptions()))
            sheet.trial_requested.connect(self._try)
            sheet.finished.connect(self._on_finished)
            self.sheet = sheet
            sheet.open()
            self._window.turns.put_off(*(partial(self._while_open, sheet, part) for part in sheet.parts_to_make()))
        self.sheet.set_reading(path.name)

    def _while_open(self, sheet: "CsvImportDialog", part: Callable[[], object]) -> None:
        if self.sheet is sheet:
            part()

    def _reread(self, options: ReadOptions) -> None:
        if self._path is not None:
            self._model.open(self._path, options)

    def _accept(self, choices: ImportChoices) -> None:
        self._model.runs.frame_begins()  # the whole sheet is painted once more, greyed, before the next tick
        self._accepted = True
        draft = self.sheet.review.draft if self.sheet is not None else None
        changes = {}
        if draft is not None and choices.task != "regression" and draft.balanced != self._is_balanced:
            changes["class_weight"] = "balanced" if draft.balanced else "none"
        self._model.accept(choices, **changes)

    @property
    def _is_balanced(self) -> bool:
        return self._model.runs.training.class_weight == "balanced"

    def _guess(self, target: str) -> None:
        self._model.guess_for(target)

    def _on_guess(self, guessed: Guess) -> None:
        if self.sheet is not None:
            self.sheet.set_guess(guessed)

    def _on_table(self, opened: OpenedTable) -> None:
        self._opened = opened
        self._window.turns.put_off(partial(self._show_table, opened))  # once the sheet is ready for it

    def _show_table(self, opened: OpenedTable) -> None:
        if (sheet := self.sheet) is None or opened is not self._opened:
            return
        sheet.set_table(opened.table, opened.guess, opened.profiles, opened.remembered, balanced=self._is_balanced)
        dataset = self._model.dataset
        if dataset is not None and can_try(dataset, opened.path, opened.table):
            sheet.review.offer_trial(dataset.name)

    def _try(self) -> None:
        if self._opened is not None:
            self._model.source.try_on(self._opened)

    def _on_tried(self, trial: Trial) -> None:
        if self._opened is None or trial.path != self._opened.path or self.sheet is None:
            return  # the person has gone on to something else
        self._close()
        from nnviz.ui.dialogs.csv_trial import TrialDialog  # noqa: PLC0415 - not for the first paint

        shown = TrialDialog(trial, self._window, self._theme)
        shown.save_requested.connect(lambda path: self._model.source.save_predictions(trial, path))
        shown.finished.connect(self._on_trial_closed)
        self.trial = shown
        shown.open()

    def _on_trial_closed(self) -> None:
        self.trial = None

    def _on_ended(self, error: UserError | None) -> None:
        # A refusal of other reading options leaves the table that is already in the sheet.
        if self.sheet is not None:
            if error is not None and self.sheet.has_table:
                self.sheet.show_error(error)
            else:
                self._close()

    def _on_refused(self, error: UserError) -> None:
        self._accepted = False
        if self.sheet is not None:
            self.sheet.show_error(error)

    def _on_dataset(self, dataset: Dataset | None) -> None:  # noqa: ARG002 - whichever it is, it stands
        # Another data set, such as the toy set of the start, may arrive while the sheet is still being read.
        if self._accepted and self.sheet is not None:
            self._window.turns.put_off(partial(self._while_open, self.sheet, self._close_accepted))

    def _close_accepted(self) -> None:
        if self._accepted:  # and not opened anew meanwhile
            self._close()

    def _close(self) -> None:
        if self.sheet is not None:
            self.sheet.done(0)

    def _on_finished(self) -> None:
        if self.sheet is not None:
            sheet, self.sheet = self.sheet, None
            self._opened = None
            self._model.cancel_reading()
            sheet.deleteLater()
