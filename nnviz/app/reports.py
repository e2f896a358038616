"""Reports and cross-validation in the background; what comes of them leaves as a signal on the GUI thread."""

import traceback

from PySide6.QtCore import QObject, Signal

from nnviz.app.app_model import AppModel
from nnviz.app.jobs import Job, JobContext, Progress
from nnviz.app.report import Report, make_report
from nnviz.app.report_tables import ReportTables, ValidationTables, report_tables, validation_tables
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.run.cross_validation import CrossValidation, cross_validate
from nnviz.run.messages import Checkpoint
from nnviz.run.state import RunState


class Reports(QObject):
    """Asks the run for its weights and has them judged; everything comes back as a signal on the GUI thread."""

    changed = Signal(object, object)  # Report, ReportTables
    validated = Signal(object, object)  # CrossValidation, ValidationTables
    refused = Signal(object)  # UserError: why there is no cross-validation
    forgotten = Signal()  # the data set is another one

    def __init__(self, model: AppModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._dataset = model.dataset
        self._asked = 0
        self._judging: Job[tuple[Report, ReportTables]] | None = None
        self._validating: Job[tuple[CrossValidation, ValidationTables]] | None = None
        self.report: Report | None = None
        self.validation: CrossValidation | None = None
        model.dataset_changed.connect(self._on_dataset)

    @property
    def progress(self) -> Progress | None:
        """How far the cross-validation is, or None."""
        return None if self._validating is None else self._validating.context.progress

    def refresh(self) -> None:
        """Judge the network as it is now; ``changed`` follows. The newest wish counts."""
        dataset, runs = self._model.dataset, self._model.runs
        if dataset is None or runs.state in (None, RunState.STOPPED):
            return
        self._asked += 1
        asked = self._asked

        def judge(checkpoint: Checkpoint) -> None:
            if asked != self._asked or dataset is not self._model.dataset:
                return
            snapshot = runs.last_snapshot
            same = snapshot is not None and snapshot.run_id == checkpoint.run_id
            history = snapshot.history if snapshot is not None and same else None
            known = self.report.baselines if self.report is not None and self.report.dataset is dataset else None
            if self._judging is not None:
                self._judging.cancel()

            def job(_: JobContext) -> tuple[Report, ReportTables]:
                report = make_report(dataset, checkpoint, history, known)
                return report, report_tables(report)

            self._judging = self._model.jobs.submit("Judging the network", job, self._on_report, self._on_failure)

        runs.checkpoint(judge)

    def _on_report(self, made: tuple[Report, ReportTables]) -> None:
        report, tables = made
        self._judging = None
        if report.dataset is self._model.dataset:
            self.report = report
            self.changed.emit(report, tables)

    def validate(self, folds: int, seeds: int, epochs: int) -> None:
        """Cross-validate the network's shape and settings; ``validated`` or ``refused`` follows, unless cancelled."""
        dataset, config, training = self._model.dataset, self._model.runs.config, self._model.runs.training
        if dataset is None or config is None:
            return
        self.cancel()

        def job(context: JobContext) -> tuple[CrossValidation, ValidationTables]:
            found = cross_validate(
                dataset,
                config,
                training,
                folds=folds,
                seeds=range(training.seed, training.seed + seeds),
                epochs=epochs,
                progress=context.report,
                cancelled=context.cancelled,
            )
            return found, validation_tables(found)

        self._validating = self._model.jobs.submit("Cross-validating", job, self._on_validated, self._on_refused)

    def cancel(self) -> None:
        """Call the cross-validation off."""
        if self._validating is not None:
            self._validating.cancel()
            self._validating = None

    def _on_validated(self, made: tuple[CrossValidation, ValidationTables]) -> None:
        self._validating = None
        self.validation = made[0]
        self.validated.emit(*made)

    def _on_refused(self, error: BaseException) -> None:
        self._validating = None
        if isinstance(error, UserError):
            self.refused.emit(error)
        else:
            self.refused.emit(UserError("Cross-validation failed.", "The report says why."))
            self._on_failure(error)

    def _on_failure(self, error: BaseException) -> None:
        self._judging = None
        self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:  # a change that was refused comes with the same one
            self._dataset = dataset
            self.cancel()
            self.report = self.validation = None
            self.forgotten.emit()
