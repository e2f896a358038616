"""The application model: the data set, the run, and the way files come in and go out."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnviz.app.column_summary import ColumnSummary
from nnviz.app.crash_copy import save_crash_copy
from nnviz.app.jobs import Job, JobContext, Jobs, Progress
from nnviz.app.models_in import ModelsIn
from nnviz.app.notices import AppNotice, NoticeAction, notice_of
from nnviz.app.planes import FirstLook
from nnviz.app.preparing import (
    OpenedModel,
    OpenedTable,
    Prepared,
    open_file,
    prepare_dataset,
    role_changes,
    write_checkpoint,
)
from nnviz.app.remembered_choices import Remembered, RememberedStore
from nnviz.app.runs import Runs
from nnviz.app.source_file import ModelVerbs, SourceFile
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset, with_choices
from nnviz.data.infer import Role, guess
from nnviz.data.memory import TooLargeError
from nnviz.data.read_options import ReadOptions
from nnviz.data.toy_datasets import TOY_DATASETS, ToyOptions, toy_from_options
from nnviz.errors import UserError
from nnviz.export.formats import format_for
from nnviz.export.verify import Verification
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import DEFAULT_HIDDEN

PrepareJob = Callable[[JobContext], Prepared]
Refused = Callable[[BaseException], None]
Adopt = Callable[[Prepared], None]


class AppModel(QObject):
    """What the window shows and steers; knows nothing of widgets.

    A file that can't be read, or choices that can't be trained on, leave the data set and the network as they were.
    """

    dataset_changed = Signal(object)  # Dataset | None
    reading_started = Signal(object)  # Path of a file that may become a table
    table_read = Signal(object)  # OpenedTable, to be accepted or not
    reading_ended = Signal(object)  # UserError | None: nothing more will come of what was being read
    guessed = Signal(object)  # Guess for another target of the table in the sheet
    choices_refused = Signal(object)  # UserError: the sheet stays open
    exported = Signal(object)  # Verification
    notice = Signal(object)  # AppNotice
    failed = Signal(object, str)  # an unexpected exception, and its report

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs()
        self.runs = Runs(self.jobs, self)
        self.dataset: Dataset | None = None
        self.summaries: tuple[ColumnSummary, ...] = ()
        self.look: FirstLook | None = None
        self.remembered = RememberedStore()
        self._models = ModelsIn(
            self.runs, lambda label, job: self.prepare_by(label, job, self._on_refused), self.notice.emit
        )
        self.source = SourceFile(
            self.jobs, self.runs, ModelVerbs(self.prepare_by, self.notice.emit, self.open, self._on_failure)
        )
        self._reading: Job[Any] | None = None
        self._table: OpenedTable | None = None
        self.preparing: Job[Prepared] | None = None
        self._accepting = False
        self._changes: dict[str, Any] = {}  # of the present choices, on their way
        self._settings: dict[str, Any] = {}  # of the training, on their way with a table
        self.runs.notice.connect(self.notice)
        self.runs.failed.connect(self.failed)

    # Files in

    def open(self, path: Path, options: ReadOptions | None = None) -> None:
        """Read a table or a model in the background; a table without ``options`` as it was read last time."""
        self.cancel_reading()
        self.reading_started.emit(path)
        self._reading = self.jobs.submit(
            f"Reading {path.name}",
            lambda context: open_file(path, options, context, self.remembered),
            self._on_opened,
            lambda error: self._on_not_opened(error, path, options or ReadOptions()),
        )

    @property
    def reading(self) -> Progress | None:
        """How far the reading of a file is, or None."""
        return None if self._reading is None else self._reading.context.progress

    def guess_for(self, target: str) -> None:
        """Guess task and roles anew around another target of the table that was read last."""
        if (opened := self._table) is not None:
            self.jobs.submit(
                f"Looking at {target}", lambda _: guess(opened.table, target), self.guessed.emit, self._on_refused
            )

    def cancel_reading(self) -> None:
        """Call off what is being read, or made of what was read, if anything."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self._accepting:
            self.call_off_preparing()

    def _on_opened(self, opened: OpenedTable | OpenedModel) -> None:
        self._reading = None
        if isinstance(opened, OpenedModel):
            self.reading_ended.emit(None)
            self._models.use(opened, self.dataset)
        elif self._models.claim(opened.table):
            self.source.expect(opened)
            self.reading_ended.emit(None)
        else:
            self._table = opened
            self.table_read.emit(opened)

    def _on_not_opened(self, error: BaseException, path: Path, options: ReadOptions) -> None:
        self._reading = None
        if isinstance(error, TooLargeError):
            self.reading_ended.emit(error)
            sample = replace(options, sample_rows=error.rows)
            action = NoticeAction(f"Load a random sample of {error.rows:,} rows", lambda: self.open(path, sample))
            self.notice.emit(AppNotice("error", error.message, (action,), topic="open"))
        elif isinstance(error, UserError):
            self.reading_ended.emit(error)
            self.notice.emit(notice_of(error, "open"))
        else:
            self.reading_ended.emit(None)
            self._on_failure(error)

    def accept(self, choices: ImportChoices, **training: Any) -> None:
        """Make the table that was read last the data set, with a new network for it and these training settings."""
        if (opened := self._table) is None:
            return

        def build() -> Dataset:
            dataset = build_dataset(opened.table, choices)
            self.remembered.put(opened.key, Remembered.today(opened.options, choices))
            return dataset

        def refused(error: BaseException) -> None:
            if not isinstance(error, UserError):
                self._on_failure(error)
                error = UserError(f"{opened.table.name} could not be prepared.", "The report says why.")
            self.choices_refused.emit(error)

        self._prepare(f"Preparing {opened.table.name}", build, refused)
        self._accepting, self._settings = True, training
        self.source.expect(opened)

    def load_toy(self, name: str, options: ToyOptions | None = None) -> None:
        """Make one of the toy sets the data set."""
        self.load(f"Drawing {TOY_DATASETS[name].label}", lambda: toy_from_options(name, options or ToyOptions()))

    def load(self, label: str, build: Callable[[], Dataset]) -> None:
        """Make what ``build`` returns in the background the data set."""
        self.cancel_reading()
        self._prepare(label, build)

    def rebuild(self, **changes: Any) -> None:
        """Prepare the present table again with other choices, for example another split."""
        if (dataset := self.dataset) is not None:
            # What was changed just before may still be on its way, and must not be lost.
            changes = {**self._changes, **changes}
            if "validation_fraction" in changes:
                changes.setdefault("split", None)  # a share is of a split by chance
            self._prepare(f"Preparing {dataset.name}", lambda: with_choices(dataset, **changes))
            self._changes = changes

    def change_role(self, column: str, role: Role) -> None:
        """Use a column of the present table for something else; a new target brings its own task."""
        if (dataset := self.dataset) is not None:
            try:
                changes = role_changes(dataset.table, replace(dataset.choices, **self._changes), column, role)
            except UserError as error:
                self._on_refused(error)
            else:
                self.rebuild(**changes)

    def _prepare(self, label: str, build: Callable[[], Dataset], refused: Refused | None = None) -> None:
        def job(context: JobContext) -> Prepared:
            dataset = build()
            # Looked at only now: the network may have been edited while the data set was built.
            config, training = self.runs.config, self.runs.training
            hidden = config.hidden if config is not None else DEFAULT_HIDDEN
            return prepare_dataset(lambda: dataset, hidden, training, context.cancelled)

        self.prepare_by(label, job, refused or self._on_refused)

    def prepare_by(self, label: str, job: PrepareJob, refused: Refused, done: Adopt | None = None) -> None:
        """Prepare in the background; the newest wish counts, however long an older one takes."""

        def failed(error: BaseException) -> None:
            self.call_off_preparing()
            refused(error)

        self.call_off_preparing()
        self.preparing = self.jobs.submit(label, job, done or self.adopt, failed)

    def call_off_preparing(self) -> None:
        """Let what is being prepared go."""
        if self.preparing is not None:
            self.preparing.cancel()
        self.preparing, self._accepting, self._changes, self._settings = None, False, {}, {}

    def _on_refused(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.notice.emit(notice_of(error, "dataset"))
            self.dataset_changed.emit(self.dataset)  # controls go back to what holds
        else:
            self._on_failure(error)

    def adopt(self, prepared: Prepared) -> None:
        """Begin a run on a prepared data set."""
        settings = self._settings
        self.call_off_preparing()
        self.dataset = prepared.dataset
        self.summaries, self.look = prepared.summaries, prepared.look
        self._models.waiting = None
        self.source.follow(prepared.dataset)
        self.dataset_changed.emit(prepared.dataset)
        self.runs.begin(prepared)
        if settings:
            self.runs.configure(**settings)
        if prepared.dataset.warnings:  # in one: of several of a topic only the last would stay
            self.notice.emit(AppNotice("warning", " ".join(prepared.dataset.warnings), topic="dataset"))
        self.notice.emit(AppNotice("hint", "Ready: Space starts training.", topic="start"))
        if prepared.note:
            self.notice.emit(AppNotice("info", prepared.note, topic="open"))

    # Models out

    def export(self, path: Path) -> None:
        """Write the network as it stands, read the file back and compare, all in the background."""
        if (dataset := self.dataset) is None:
            return
        try:
            format_for(path)
        except UserError as error:
            self.notice.emit(notice_of(error, "export"))
            return

        def write(checkpoint: Checkpoint) -> None:
            self.jobs.submit(
                f"Exporting {path.name}",
                lambda _: write_checkpoint(path, checkpoint, dataset),
                self._on_exported,
                self._on_refused_export,
            )

        self.runs.checkpoint(write)

    def _on_exported(self, verification: Verification) -> None:
        self.exported.emit(verification)
        text = f"Exported {verification.path.name}. Read back and compared: {verification.sentence}."
        self.notice.emit(AppNotice("info", text, topic="export"))

    def _on_refused_export(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.notice.emit(notice_of(error, "export"))
        else:
            self._on_failure(error)

    def save_for_crash(self) -> Path | None:
        """Write the newest weights beside the crash reports; return where, or None if there are none to save."""
        return save_crash_copy(self.runs.last_snapshot, self.dataset)

    # Clock

    def tick(self) -> None:
        """Deliver what background jobs and the run have for the GUI thread."""
        self.jobs.poll()
        self.runs.tick()
        self.source.tick()

    def shutdown(self) -> None:
        """Stop the run and the jobs; afterwards no thread of this model is alive."""
        self.runs.end()
        self.jobs.shutdown()
        self.source.stop()

    def _on_failure(self, error: BaseException) -> None:
        self.failed.emit(error, "".join(traceback.format_exception(error)))
