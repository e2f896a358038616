"""Loss landscapes in the background; what comes of them leaves as a signal on the GUI thread."""

import time
import traceback
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from nnviz.app.app_model import AppModel
from nnviz.app.jobs import Job, JobContext, Progress
from nnviz.app.landscape_view import Landscape, LandscapeChoice, make_landscape
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.run.messages import Checkpoint
from nnviz.run.state import RunState

_BREATH: Final = 0.0005  # seconds left to the window and the training after every chunk of some hundred microseconds


def breathe() -> None:
    """Let the window and the training have the interpreter."""
    time.sleep(_BREATH)


class Landscapes(QObject):
    """Asks the run for its weights and their path, and has the loss around them worked out; one at a time.

    Parameters
    ----------
    model
        The application.
    finish
        Makes more of a landscape in the background, such as its contours; comes with it.

    Signals
    -------
    made(Landscape, object)
        A landscape, and what was made of it.
    refused(UserError)
        Why there is none.
    """

    made = Signal(object, object)
    refused = Signal(object)

    def __init__(
        self, model: AppModel, finish: Callable[[Landscape], Any] = lambda _: None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._finish = model, finish
        self._dataset = model.dataset
        self._job: Job[tuple[Landscape, Any]] | None = None
        self._asked = 0
        self._waiting = False  # for the run's weights
        model.dataset_changed.connect(self._on_dataset)
        model.runs.config_changed.connect(lambda _: self.cancel())
        model.runs.state_changed.connect(self._on_state)

    @property
    def progress(self) -> Progress | None:
        """How far the work is, or None when there is none."""
        if self._job is not None:
            return self._job.context.progress
        return Progress("Loss landscape") if self._waiting else None

    def make(self, choice: LandscapeChoice) -> bool:
        """Work a landscape out; ``made`` or ``refused`` follows, unless it is called off. The newest wish counts.

        Returns whether there is a network to look at.
        """
        dataset, runs = self._model.dataset, self._model.runs
        if dataset is None or runs.state in (None, RunState.STOPPED):
            return False
        self.cancel()
        self._waiting = True
        asked = self._asked

        def begin(checkpoint: Checkpoint) -> None:
            if asked != self._asked:
                return
            self._waiting = False

            def job(context: JobContext) -> tuple[Landscape, Any]:
                def report(share: float, text: str) -> None:
                    context.report(share, text)
                    breathe()

                landscape = make_landscape(dataset, checkpoint, choice, report, context.cancelled)
                return landscape, self._finish(landscape)

            self._job = self._model.jobs.submit("Loss landscape", job, self._on_made, self._on_failed, quiet=True)

        runs.checkpoint(begin)
        return True

    def cancel(self) -> None:
        """Call off what is being worked out."""
        self._asked += 1
        self._waiting = False
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_made(self, found: tuple[Landscape, Any]) -> None:
        self._job = None
        self.made.emit(*found)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, UserError):
            self.refused.emit(error)
        else:
            self.refused.emit(UserError("The landscape could not be worked out.", "The report says why."))
            self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    def _on_state(self, state: RunState) -> None:
        if state is RunState.STOPPED:  # nobody will answer
            self.cancel()

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:  # a change that was refused comes with the same one
            self._dataset = dataset
            self.cancel()
