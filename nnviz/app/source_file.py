"""The file behind the open data set: watched, read again when it changes, and other files tried on its network."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnviz.app.file_watch import INTERVAL, Change, FileWatch
from nnviz.app.jobs import JobContext, Jobs
from nnviz.app.notices import AppNotice, NoticeAction, notice_of
from nnviz.app.preparing import OpenedTable, Prepared, whole_network
from nnviz.app.reloading import Reloaded, reload_table
from nnviz.app.runs import Runs
from nnviz.app.trial import Trial, try_network
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.export.csv_file import write_predictions
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import DEFAULT_HIDDEN

PrepareBy = Callable[[str, Callable[[JobContext], Prepared], Callable[[BaseException], None]], None]


@dataclass(frozen=True, slots=True)
class ModelVerbs:
    """What the application model does for the file: prepare in the background, tell, open, report a failure."""

    prepare: PrepareBy
    notify: Callable[[AppNotice], None]
    open: Callable[[Path], None]
    fail: Callable[[BaseException], None]


class SourceFile(QObject):
    """Knows which file is open and what has become of it; everything that reads runs in a job."""

    tried = Signal(object)  # Trial
    not_tried = Signal(object)  # UserError

    def __init__(self, jobs: Jobs, runs: Runs, verbs: ModelVerbs) -> None:
        super().__init__()
        self._jobs = jobs
        self._runs = runs
        self._verbs = verbs
        self._watch = FileWatch(INTERVAL)
        self._wanted: OpenedTable | None = None
        self._opened: OpenedTable | None = None
        self._dataset: Dataset | None = None
        self._reloads: list[Reloaded] = []

    @property
    def watched(self) -> Path | None:
        """The file that is watched, if any."""
        return self._watch.path

    def expect(self, opened: OpenedTable) -> None:
        """Take this reading for the one that the next data set of its path comes of."""
        self._wanted = opened

    def follow(self, dataset: Dataset) -> None:
        """Watch the file of a data set that stands now, if it has one."""
        self._dataset = dataset
        path = dataset.table.path
        for reloaded in self._reloads:
            if reloaded.prepared.dataset is dataset:
                self._wanted = reloaded.opened
        if self._wanted is not None and self._wanted.path == path:
            self._opened, self._wanted = self._wanted, None
            if self._opened.stamp is not None:
                self._watch.watch(self._opened.path, self._opened.stamp)
        elif self._opened is None or self._opened.path != path:
            self._opened = None
            self._watch.stop()

    def tick(self) -> None:
        """Tell what has become of the file."""
        while (change := self._watch.take()) is not None:
            self._tell(change)

    def stop(self) -> None:
        """Watch nothing any more."""
        self._watch.stop()

    def _tell(self, change: Change) -> None:
        if self._opened is None:
            return
        name = self._opened.path.name
        if change == "gone":
            text = f"{name} is no longer there: it was deleted, moved or renamed. The open table stays as it is."
            self._verbs.notify(AppNotice("warning", text, topic="file"))
        elif change == "back":
            self._verbs.notify(AppNotice("info", f"{name} is back, as it was.", topic="file"))
        else:
            # Not an "info", which would go by itself before it has been seen.
            actions = (NoticeAction("Reload", self.reload),)
            self._verbs.notify(AppNotice("warning", f"{name} changed on disk.", actions, topic="file"))

    # Reading again

    def reload(self) -> None:
        """Read the open file again, keeping what was decided about it and the network where its inputs still fit."""
        opened, dataset = self._opened, self._dataset
        if opened is not None and dataset is not None:
            self._with_weights(lambda checkpoint: self._reload(opened, dataset, checkpoint))

    def _reload(self, opened: OpenedTable, dataset: Dataset, checkpoint: Checkpoint | None) -> None:
        if dataset is not self._dataset:
            return  # another one was opened meanwhile
        network = None
        if checkpoint is not None:
            network = whole_network(checkpoint)
        hidden = network.config.hidden if network is not None else DEFAULT_HIDDEN
        training, marks = self._runs.training, self._runs.hand.marks
        made: list[Reloaded] = []
        self._reloads = made

        def job(context: JobContext) -> Prepared:
            made.append(reload_table(opened, dataset, network, hidden, training, context, marks))
            return made[0].prepared

        def failed(error: BaseException) -> None:
            if not isinstance(error, UserError):
                self._verbs.fail(error)
                return
            actions = (NoticeAction("Open it anew", lambda: self._verbs.open(opened.path)),)
            text = f"{opened.path.name} was not reloaded. {error}"
            self._verbs.notify(AppNotice("error", text, actions, topic="file"))

        self._verbs.prepare(f"Reading {opened.path.name} again", job, failed)

    def _with_weights(self, done: Callable[[Checkpoint | None], None]) -> None:
        if self._runs.state is None:
            done(None)
        else:
            self._runs.checkpoint(done)

    # Another file on the same network

    def try_on(self, opened: OpenedTable) -> None:
        """Try the network as it stands on another file; ``tried`` or ``not_tried`` says what came of it."""
        dataset = self._dataset
        if dataset is None or self._runs.state is None:
            self.not_tried.emit(UserError("There is no network to test yet."))
            return

        def with_weights(checkpoint: Checkpoint) -> None:
            self._jobs.submit(
                f"Testing on {opened.path.name}",
                lambda _: try_network(opened.path, opened.table, dataset, checkpoint),
                self.tried.emit,
                self._not_tried,
            )

        self._runs.checkpoint(with_weights)

    def _not_tried(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            self._verbs.fail(error)
            error = UserError("The network could not be tested on it.", "The report says why.")
        self.not_tried.emit(error)

    def save_predictions(self, trial: Trial, path: Path) -> None:
        """Write a trial's predictions, one row for every row of the file."""

        def write(_: JobContext) -> int:
            classes = trial.applied.preprocessor.classes
            write_predictions(path, trial.predictions, trial.probabilities, classes)
            return len(trial.predictions)

        def done(rows: int) -> None:
            self._verbs.notify(AppNotice("info", f"Saved {rows:,} predictions to {path.name}.", topic="export"))

        def failed(error: BaseException) -> None:
            if isinstance(error, UserError):
                self._verbs.notify(notice_of(error, "export"))
            else:
                self._verbs.fail(error)

        self._jobs.submit(f"Saving {path.name}", write, done, failed)
