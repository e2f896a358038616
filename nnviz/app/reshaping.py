"""Changes of the network's shape during a run: one after the other, each built in the background."""

import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from nnviz.app.jobs import Jobs
from nnviz.app.marks import NO_MARKS, Marks, carried
from nnviz.app.network_edits import NetworkEdit
from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.preparing import Prepared, prepare, whole_network, with_marks
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig, transplant
from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.left_run import Origin
from nnviz.run.state import RunState

if TYPE_CHECKING:
    from nnviz.app.runs import Runs

Edit = Callable[[MLPConfig], NetworkEdit]


def prepare_edit(
    dataset: Dataset,
    change: NetworkEdit,
    checkpoint: messages.Checkpoint | None,
    training: TrainingConfig,
    stream: int,
    marks: Marks = NO_MARKS,
) -> Prepared:
    """Build the trainer of a network whose shape was changed.

    Parameters
    ----------
    dataset, training
        As they are.
    change
        The new shape, and which old layer each new one was.
    checkpoint
        The network as it was; None starts from fresh weights, as a change that is `fresh` does.
    stream
        With the training seed, decides the new weights.
    marks
        What is frozen or silenced in the new network.
    """
    if change.seed is not None:
        training = replace(training, seed=change.seed)
    if checkpoint is None or change.fresh:
        prepared, note = prepare(dataset, change.config, training), "It starts from fresh weights."
    else:
        rng = np.random.default_rng([training.seed, stream])
        kept = transplant(whole_network(checkpoint), change.config, change.sources, rng)
        prepared, note = prepare(dataset, change.config, training, kept), "Weights that still fit were kept."
    return with_marks(replace(prepared, note=note), marks)


class Reshaping:
    """Lets the run go on until a network of the new shape stands; edits that come meanwhile wait their turn."""

    def __init__(self, runs: "Runs", jobs: Jobs) -> None:
        self._runs = runs
        self._jobs = jobs
        self._waiting: deque[Edit] = deque()
        self.active = False
        self._era = 0  # how often what was asked for was forgotten

    def forget(self) -> None:
        """Other data, or another run, are there: what was asked for the old network is no more."""
        self._waiting.clear()
        self.active = False
        self._era += 1

    @property
    def _present(self) -> tuple[int, int]:
        """What an edit is of: the network, which may be come back to, and the era."""
        return self._runs.run_id, self._era

    def edit(self, edit: Edit) -> None:
        """Change the shape of the network, keeping the weights that still fit, and go on if it was running."""
        self._waiting.append(edit)
        self._next()

    def _next(self) -> None:
        runs = self._runs
        while self._waiting and not self.active and runs.dataset is not None and runs.config is not None:
            try:
                change = self._waiting.popleft()(runs.config)
            except UserError as error:
                runs.notice.emit(notice_of(error, "network"))
                continue
            self.active = True
            # Weights on the brink of overflow would only diverge again.
            reshape = partial(self._reshape, change, runs.dataset, runs.config, self._present)
            if runs.state in (None, RunState.DIVERGED):
                reshape(None)
            else:
                runs.checkpoint(reshape)

    def _reshape(
        self,
        change: NetworkEdit,
        dataset: Dataset,
        config: MLPConfig,
        wanted_of: tuple[int, int],
        checkpoint: messages.Checkpoint | None,
    ) -> None:
        runs = self._runs
        if wanted_of != self._present:
            return  # another data set was opened meanwhile, and its own edits may be on their way
        training = runs.training
        sources = tuple(range(len(config.layers))) if change.fresh else change.sources
        marks, lost = carried(runs.hand.marks, config, change.config, sources)

        origin = None
        if checkpoint is not None and checkpoint.state.step and not change.fresh:
            origin = Origin((checkpoint.run_id, checkpoint.serial), checkpoint.state.epoch)

        def done(prepared: Prepared) -> None:
            if wanted_of != self._present:
                return
            self.active = False
            running = runs.asked_to_run or change.starts
            runs.begin(prepared, origin)
            gone = f" {lost} mark{'' if lost == 1 else 's'} went with the weights." if lost else ""
            runs.notice.emit(AppNotice("hint", f"{change.sentence} {prepared.note}{gone}", topic="network"))
            if running:
                runs.send(messages.Run())
            self._next()

        def failed(error: BaseException) -> None:
            if wanted_of != self._present:
                return
            self.active = False
            if isinstance(error, UserError):
                runs.notice.emit(notice_of(error, "network"))
            else:
                runs.failed.emit(error, "".join(traceback.format_exception(error)))
            self._next()

        self._jobs.submit(
            "Building the network",
            lambda _: prepare_edit(dataset, change, checkpoint, training, wanted_of[0], marks),
            done,
            failed,
        )
