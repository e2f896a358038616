"""Commands that go into a run, and events that come out of it; all frozen, so they may cross threads."""

from dataclasses import dataclass

from nnviz.engine.arrays import BoolArray, FloatArray, IndexArray
from nnviz.engine.masks import Mask
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.rehearsal import Rehearsal
from nnviz.engine.training import Divergence, TrainerState, TrainingConfig
from nnviz.run.left_run import LeftRun
from nnviz.run.parameter_path import NO_PATH, PathView
from nnviz.run.state import RunState


@dataclass(frozen=True, slots=True)
class Run:
    """Train until told otherwise."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop between two updates and keep answering."""


@dataclass(frozen=True, slots=True)
class StepBatch:
    """Make one update, then pause."""


@dataclass(frozen=True, slots=True)
class StepEpoch:
    """Train to the end of the epoch, then pause."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Go back to the same initial weights and begin another history; the run is left, see `ComeBack`."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Show the moment after ``step`` updates of this run, which pauses; the newest for any later one.

    Without ``exact`` it is the nearest moment that is kept when making the updates again would take too long for a
    drag. Whatever trains, steps or sets weights then goes on from there, and what came later is left.
    """

    step: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Train on from the moment after ``step`` updates of this run, or from the newest, with these settings.

    It is what a `Seek`, a `Configure` and a `Run` do together, but all or nothing: refused, it leaves the run as it is
    and says why. What the run was before stays as a curve, even when the branch begins at its newest moment.
    """

    step: int
    training: TrainingConfig


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Go back into a run that was left, by the serial of its history: to its newest moment, and pause.

    With ``step`` the moment after so many updates is shown then. The present run is left for it, and can be gone back
    into as well. A run of another network can't be gone into by this trainer: `Elsewhere` is the answer.
    """

    serial: int
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Keep a run that was left no longer, by the serial of its history."""

    serial: int


@dataclass(frozen=True, slots=True)
class KeepMoments:
    """Keep earlier moments, and the runs that were left, in ``cap`` bytes at most."""

    cap: int


@dataclass(frozen=True, slots=True)
class RestoreBest:
    """Take the best weights so far back, and pause."""


@dataclass(frozen=True, slots=True)
class Configure:
    """Change hyper-parameters from the next batch on."""

    training: TrainingConfig


@dataclass(frozen=True, slots=True, eq=False)
class SetParameters:
    """Give parameters other values by hand; a diverged run refuses.

    Attributes
    ----------
    indices, values
        Places in the flat vector, (k,), and the numbers, (k,).
    words
        What is set, for the run's history.
    gesture
        Edits of one gesture, as of a number that is dragged, share it; it returns with the answer.
    """

    indices: IndexArray
    values: FloatArray
    words: str
    gesture: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class SetMask:
    """Freeze and silence these parameters and no others, (P,) truth values each; Reset keeps them so.

    ``words`` says what was done, for the run's history.
    """

    frozen: BoolArray
    silenced: BoolArray
    words: str


@dataclass(frozen=True, slots=True)
class KeepReference:
    """Let changes be counted from the present moment as well."""


@dataclass(frozen=True, slots=True)
class TakeCheckpoint:
    """Ask for an exact copy of the parameters and where they come from; ``ticket`` returns with the answer."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Ask for the next update in full, without making it; ``ticket`` returns with the answer."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run."""


RunCommand = (
    Run
    | Pause
    | StepBatch
    | StepEpoch
    | KeepMoments
    | ComeBack
    | Forget
    | Reset
    | RestoreBest
    | Configure
    | TakeCheckpoint
    | Rehearse
    | Stop
)
HandCommand = SetParameters | SetMask | KeepReference
Command = RunCommand | HandCommand | Seek | Branch


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The run moved to ``state`` after ``step`` updates."""

    run_id: int
    state: RunState
    step: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The answer to :class:`TakeCheckpoint`; ``path`` is where the parameters have been since the run's start.

    ``serial`` is that of the run's history.
    """

    run_id: int
    ticket: int
    config: MLPConfig
    state: TrainerState
    training: TrainingConfig
    path: PathView = NO_PATH
    serial: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsed:
    """The answer to :class:`Rehearse`: the next update of this moment; None while the run trains."""

    run_id: int
    ticket: int
    rehearsal: Rehearsal | None


@dataclass(frozen=True, slots=True, eq=False)
class HandEdited:
    """The answer to :class:`SetParameters`: what was there before, (k,)."""

    run_id: int
    indices: IndexArray
    before: FloatArray
    values: FloatArray
    gesture: int


@dataclass(frozen=True, slots=True)
class Sought:
    """The answer to :class:`Seek` and :class:`ComeBack`: the settings in force at the moment that is shown.

    With ``goes_on`` it answers :class:`Branch`: the run trains from there. ``mask`` is what is frozen or silenced.
    """

    run_id: int
    training: TrainingConfig
    goes_on: bool = False
    mask: Mask | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """The answer to :class:`ComeBack` for a run of another network: it needs a trainer of its own. This one paused."""

    run_id: int
    left: LeftRun
    command: ComeBack


@dataclass(frozen=True, slots=True)
class DivergedAt:
    """Training left the range of floating-point numbers; it was sound until then, where a `Branch` can begin."""

    run_id: int
    divergence: Divergence
    sound_step: int
    sound_epoch: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know, such as optimiser state that a change dropped."""

    run_id: int
    text: str


@dataclass(frozen=True, slots=True)
class StoppedEarly:
    """Early stopping paused the run; ``best_epoch`` is where :class:`RestoreBest` leads, None if nowhere."""

    run_id: int
    reason: str
    best_epoch: int | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The run ended by an exception."""

    run_id: int
    error: BaseException
    report: str


Event = (
    StateChanged
    | Checkpoint
    | Rehearsed
    | HandEdited
    | Sought
    | Elsewhere
    | DivergedAt
    | Notice
    | StoppedEarly
    | Failed
)
