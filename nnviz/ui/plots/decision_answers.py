"""Which of the answers that come in are pictures of what the map shows, and whether they were painted yet."""

from dataclasses import dataclass

from nnviz.app.slices import Held
from nnviz.run.snapshot import GridResult, InputGrid, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.plots.decision_view import SurfaceView


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A grid that was asked for, the view that its answer is a picture of, and what was held."""

    probe: InputGrid
    view: SurfaceView
    held: Held


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An answer to shade; ``live`` says that more follow at once."""

    grid: GridResult
    view: SurfaceView
    live: bool


class Answers:
    """Keeps the newest answer to the questions about one plane."""

    def __init__(self) -> None:
        self._questions: tuple[Question, ...] = ()
        self._newest: Snapshot | None = None
        self._shown: tuple[object, ...] | None = None

    def expect(self, questions: tuple[Question, ...]) -> None:
        """Take answers to any of these from now on."""
        self._questions = questions

    def forget(self) -> None:
        """Another plane is shown: what was answered about the old one is none of it."""
        self._newest = self._shown = None

    def repaint(self) -> None:
        """Give the newest answer out again: its picture is to look otherwise."""
        self._shown = None

    def is_another(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot answers another question than the newest answer."""
        if snapshot.grid is None or self._newest is None or self._newest.grid is None:
            return snapshot.grid is not None
        return snapshot.grid.probe is not self._newest.grid.probe

    def next(self, snapshot: Snapshot | None, side: int) -> Answer | None:
        """Return the newest answer if it has not been given out for a picture of ``side`` pixels yet."""
        if snapshot is not None and snapshot.grid is not None and self._view_of(snapshot.grid.probe) is not None:
            self._newest = snapshot
        newest = self._newest
        if newest is None or newest.grid is None:
            return None
        live = newest.state is RunState.RUNNING
        key = (newest.moment, newest.grid.probe, live, side)
        view = self._view_of(newest.grid.probe)
        if key == self._shown or view is None:
            return None
        self._shown = key
        fits = newest.grid.activations[-1].shape[1] == view.dataset.preprocessor.n_outputs
        return Answer(newest.grid, view, live) if fits else None

    @property
    def shown(self) -> tuple[Snapshot, Question] | None:
        """The newest answer and its question; None before any."""
        newest = self._newest
        if newest is None or newest.grid is None:
            return None
        probe = newest.grid.probe
        question = next((question for question in self._questions if question.probe is probe), None)
        return None if question is None else (newest, question)

    def _view_of(self, probe: InputGrid) -> SurfaceView | None:
        return next((question.view for question in self._questions if question.probe is probe), None)
