"""The application model: the data set, the run, and the way files come in and go out."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnviz.app.column_summary import ColumnSummary
from nnviz.app.crash import LOG, report_folder
from nnviz.app.jobs import Job, JobContext, Jobs, Progress
from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.preparing import (
    OpenedModel,
    OpenedTable,
    Prepared,
    fits,
    open_file,
    prepare_dataset,
    prepare_model,
    role_changes,
    write_checkpoint,
)
from nnviz.app.runs import Runs
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset, with_choices
from nnviz.data.infer import Role, guess
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Table
from nnviz.data.toy_datasets import TOY_DATASETS, toy_dataset
from nnviz.errors import UserError
from nnviz.export.bundle import ModelBundle
from nnviz.export.formats import format_for, save
from nnviz.export.verify import Verification
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import DEFAULT_HIDDEN


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
        self._model: OpenedModel | None = None
        self._reading: Job[Any] | None = None
        self._table: OpenedTable | None = None
        self._preparing: Job[Prepared] | None = None
        self._accepting = False
        self._changes: dict[str, Any] = {}  # of the present choices, on their way
        self.runs.notice.connect(self.notice)
        self.runs.failed.connect(self.failed)

    # Files in

    def open(self, path: Path, options: ReadOptions | None = None) -> None:
        """Read a table or a model in the background."""
        self.cancel_reading()
        self.reading_started.emit(path)
        self._reading = self.jobs.submit(
            f"Reading {path.name}",
            lambda context: open_file(path, options or ReadOptions(), context),
            self._on_opened,
            self._on_not_opened,
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
            self._call_off_preparing()

    def _on_opened(self, opened: OpenedTable | OpenedModel) -> None:
        self._reading = None
        if isinstance(opened, OpenedModel):
            self.reading_ended.emit(None)
            self._use_model(opened)
        elif (model := self._model) is not None and fits(model.bundle, opened.table):
            self.reading_ended.emit(None)
            self._put_on(model, opened.table)
        else:
            self._table = opened
            self.table_read.emit(opened)

    def _on_not_opened(self, error: BaseException) -> None:
        self._reading = None
        if isinstance(error, UserError):
            self.reading_ended.emit(error)
            self.notice.emit(notice_of(error, "open"))
        else:
            self.reading_ended.emit(None)
            self._on_failure(error)

    def accept(self, choices: ImportChoices) -> None:
        """Make the table that was read last the data set, with a new network for it."""
        if (opened := self._table) is None:
            return

        def refused(error: BaseException) -> None:
            if not isinstance(error, UserError):
                self._on_failure(error)
                error = UserError(f"{opened.table.name} could not be prepared.", "The report says why.")
            self.choices_refused.emit(error)

        self._prepare(f"Preparing {opened.table.name}", lambda: build_dataset(opened.table, choices), refused)
        self._accepting = True

    def load_toy(self, name: str) -> None:
        """Make one of the toy sets the data set."""
        self.cancel_reading()
        self._prepare(f"Drawing {TOY_DATASETS[name].label}", lambda: toy_dataset(name))

    def rebuild(self, **changes: Any) -> None:
        """Prepare the present table again with other choices, for example another split."""
        if (dataset := self.dataset) is not None:
            # What was changed just before may still be on its way, and must not be lost.
            changes = {**self._changes, **changes}
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

    def _prepare(
        self, label: str, build: Callable[[], Dataset], refused: Callable[[BaseException], None] | None = None
    ) -> None:
        def job(context: JobContext) -> Prepared:
            dataset = build()
            # Looked at only now: the network may have been edited while the data set was built.
            config, training = self.runs.config, self.runs.training
            hidden = config.hidden if config is not None else DEFAULT_HIDDEN
            return prepare_dataset(lambda: dataset, hidden, training, context.cancelled)

        self._prepare_by(label, job, refused or self._on_refused)

    def _prepare_by(
        self, label: str, job: Callable[[JobContext], Prepared], refused: Callable[[BaseException], None]
    ) -> None:
        """Prepare in the background; the newest wish counts, however long an older one takes."""

        def failed(error: BaseException) -> None:
            self._call_off_preparing()
            refused(error)

        self._call_off_preparing()
        self._preparing = self.jobs.submit(label, job, self.adopt, failed)

    def _call_off_preparing(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
        self._preparing, self._accepting, self._changes = None, False, {}

    def _on_refused(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.notice.emit(notice_of(error, "dataset"))
            self.dataset_changed.emit(self.dataset)  # controls go back to what holds
        else:
            self._on_failure(error)

    def adopt(self, prepared: Prepared) -> None:
        """Begin a run on a prepared data set."""
        self._call_off_preparing()
        self.dataset = prepared.dataset
        self.summaries = prepared.summaries
        self._model = None
        self.dataset_changed.emit(prepared.dataset)
        self.runs.begin(prepared)
        for text in prepared.dataset.warnings:
            self.notice.emit(AppNotice("warning", text, topic="dataset"))
        self.notice.emit(AppNotice("hint", "Ready: Space starts training.", topic="start"))
        if prepared.note:
            self.notice.emit(AppNotice("info", prepared.note, topic="open"))

    # Models in

    def _use_model(self, opened: OpenedModel) -> None:
        if self.dataset is not None and fits(opened.bundle, self.dataset.table):
            self._put_on(opened, self.dataset.table)
            return
        self._model = opened
        names = ", ".join((*opened.bundle.preprocessor.feature_names, opened.bundle.preprocessor.target_name))
        self.notice.emit(
            AppNotice(
                "info", f"{opened.path.name} is open. Now drop a CSV file with its columns: {names}.", topic="open"
            )
        )

    def _put_on(self, opened: OpenedModel, table: Table) -> None:
        training, name = self.runs.training, opened.path.name
        self._prepare_by(
            f"Opening {name}", lambda _: prepare_model(table, opened.bundle, training, name), self._on_refused
        )

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
        snapshot, dataset = self.runs.last_snapshot, self.dataset
        if snapshot is None or dataset is None or not np.isfinite(snapshot.parameters).all():
            return None
        path = report_folder() / f"recovered-{datetime.now().astimezone():%Y%m%d-%H%M%S}.npz"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            facts: dict[str, str | int | float] = {
                "dataset": dataset.name,
                "epoch": snapshot.epoch,
                "step": snapshot.step,
            }
            save(ModelBundle(snapshot.config, snapshot.parameters, dataset.preprocessor, facts), path)
        except (OSError, UserError) as error:
            LOG.warning("the network was not saved: %s", error)
            return None
        return path

    # Clock

    def tick(self) -> None:
        """Deliver what background jobs and the run have for the GUI thread."""
        self.jobs.poll()
        self.runs.tick()

    def shutdown(self) -> None:
        """Stop the run and the jobs; afterwards no thread of this model is alive."""
        self.runs.end()
        self.jobs.shutdown()

    def _on_failure(self, error: BaseException) -> None:
        self.failed.emit(error, "".join(traceback.format_exception(error)))
