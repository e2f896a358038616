"""The way back into a run of another network: a trainer for it is built in the background first."""

import traceback
from typing import TYPE_CHECKING

from nnviz.app.jobs import Job, Jobs
from nnviz.app.notices import notice_of
from nnviz.engine.training import Trainer
from nnviz.errors import UserError
from nnviz.run.left_run import LeftRun
from nnviz.run.messages import ComeBack
from nnviz.run.recipe import new_trainer

if TYPE_CHECKING:
    from nnviz.app.runs import Runs


class GoingBack:
    """Waits for the trainer; the newest wish counts, and none does once another network is there."""

    def __init__(self, runs: "Runs", jobs: Jobs) -> None:
        self._runs, self._jobs = runs, jobs
        self._job: Job[Trainer] | None = None

    def to(self, left: LeftRun, command: ComeBack) -> None:
        """Go into a run that was left, which is of another network than the present one."""
        runs = self._runs
        dataset, run_id = runs.dataset, runs.run_id
        if dataset is None:
            return
        if self._job is not None:
            self._job.cancel()

        def done(trainer: Trainer) -> None:
            self._job = None
            if runs.dataset is dataset and runs.run_id == run_id:
                runs.go_back(trainer, command, left.network)

        def failed(error: BaseException) -> None:
            self._job = None
            if isinstance(error, UserError):
                runs.notice.emit(notice_of(error, "runs"))
            else:
                runs.failed.emit(error, "".join(traceback.format_exception(error)))

        # The settings at the run's end hold its seed, so that the initial weights, where Reset leads, are its own.
        self._job = self._jobs.submit(
            "Going back to the run", lambda _: new_trainer(dataset, left.config, left.training), done, failed
        )
