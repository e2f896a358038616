"""The loss landscape of a moment: a slice of the loss, the path of the training and the next steps on it; pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.engine.landscape import RESOLUTION, LossSlice, axis_through_centre, rows_affordable
from nnviz.engine.landscape_plane import Plane, path_plane, random_plane
from nnviz.engine.mlp import MLP
from nnviz.engine.next_steps import NextStep, next_steps
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import Trainer
from nnviz.errors import UserError
from nnviz.run.messages import Checkpoint
from nnviz.run.parameter_path import PathView
from nnviz.run.recipe import training_data

Kind = Literal["random", "path"]
LossKind = Literal["train", "validation", "objective"]
MarkKind = Literal["start", "best", "now"]
Floats = NDArray[np.float64]

_SLICE_SHARE: Final = 0.97  # of the time: the rest is the path's and the steps'
_MARGIN: Final = 0.2  # of the path's extent that is seen beyond its ends
_FLATTEST: Final = 0.15  # height of the path's frame over its width, at least
_ARROW: Final = 0.22  # of the frame: how long the longest arrow may be
_ROUND: Final = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class LandscapeChoice:
    """What is to be made.

    Attributes
    ----------
    kind
        Two random directions, or those along which the path of the training varies most.
    span
        Half the width in units of the weights' own size; of the path, a factor on the frame that holds it.
    seed
        Of the random directions.
    """

    kind: Kind = "random"
    span: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the plane: its place, its epoch, and how much of its distance from now lies in the plane."""

    kind: MarkKind
    epoch: int
    at: tuple[float, float]
    share: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A next step: where it leads from the centre.

    Attributes
    ----------
    optimizer, label, own
        Key and name; whether it is the run's own, with all that it remembers.
    at
        Its projection on the plane, (x, y); nan where there is no step.
    share
        How much of its length lies in the plane, 0 to 1.
    length, rate
        Of the whole step; the learning rate.
    problem
        Why there is none, else "".
    """

    optimizer: str
    label: str
    own: bool
    at: tuple[float, float]
    share: float
    length: float
    rate: float
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """A slice of the loss around the weights of a moment.

    Attributes
    ----------
    run_id, epoch, step
        The moment.
    choice
        As it was asked for.
    plane
        Where it lies among all parameters.
    x, y
        The places, (n,) each, 0 among them.
    losses
        By kind (n, n): the loss at (x[j], y[i]) is [i, j]. nan where a network's outputs are no finite numbers. Without
        validation rows there is no "validation", without penalties no "objective".
    path, path_epochs
        The moments' places, (m, 2), the present one last, and their epochs.
    path_share
        How much of the path lies in the plane: of the squared distances of its moments from now. nan without a path.
    no_path
        Why there is no path, else "".
    marks, arrows
        Moments, the present one last; next steps, the run's own first.
    arrow_scale
        How many times their length arrows are drawn.
    rows
        By kind, how many rows were looked at, of how many.
    """

    run_id: int
    epoch: int
    step: int
    choice: LandscapeChoice
    plane: Plane
    x: Floats
    y: Floats
    losses: MappingProxyType[LossKind, Floats]
    path: Floats
    path_epochs: tuple[int, ...]
    path_share: float
    no_path: str
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    arrow_scale: float
    rows: MappingProxyType[LossKind, tuple[int, int]]

    @property
    def centre(self) -> tuple[int, int]:
        """Row and column of the present weights."""
        return int(np.abs(self.y).argmin()), int(np.abs(self.x).argmin())

    @property
    def beyond(self) -> float:
        """Share of the square in which the outputs are no finite numbers."""
        return float(np.isnan(self.losses["train"]).mean())


def make_landscape(
    dataset: Dataset,
    checkpoint: Checkpoint,
    choice: LandscapeChoice,
    report: Callable[[float, str], Any] = lambda _share, _text: None,
    cancelled: Callable[[], bool] = lambda: False,
    resolution: int = RESOLUTION,
) -> Landscape:
    """Work out a landscape: some tenths of a second for the networks people watch, a few seconds for large ones.

    Raises
    ------
    UserError
        When there is no such plane: nothing can move, the path has not begun, the weights are no finite numbers.
    Cancelled
        When ``cancelled`` says so.
    """
    checkpoint = replace(checkpoint, path=checkpoint.path.until(checkpoint.state.epoch))
    state, config, path = checkpoint.state, checkpoint.config, checkpoint.path
    if config.n_inputs != dataset.X.shape[1]:
        raise UserError("The network has just been changed.", "Try it again.")
    vectors = _vectors(path, state.parameters)
    report(0.0, "")
    plane = _plane(choice, checkpoint, vectors)
    placed = plane.place(vectors)
    x, y = _frame(choice, placed.at, resolution)
    report(0.0, "")
    trainer = Trainer(MLP(config, state.parameters, state.parameters.dtype), training_data(dataset), state.config)
    rows = trainer.rows
    most = rows_affordable(config, resolution**2, len(rows.packed))
    penalties = state.config.regularization
    part = LossSlice(plane, config, rows, penalties, most)

    def go_on(share: float) -> bool:
        report(_SLICE_SHARE * share, f"{_SLICE_SHARE * share:.0%}")
        return not cancelled()

    found = part.at(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2), go_on)
    losses: dict[LossKind, Floats] = {"train": found.train}
    n_validation = len(rows.packed) - rows.n_train
    if n_validation:
        losses["validation"] = found.validation
    if penalties.l1 or penalties.l2:
        losses["objective"] = found.train + found.penalty
    looked_at = (part.n_train, rows.n_train)
    seen: dict[LossKind, tuple[int, int]] = {
        kind: (part.n_validation, n_validation) if kind == "validation" else looked_at for kind in losses
    }
    for array in (x, y, *losses.values()):
        array.setflags(write=False)
    report(_SLICE_SHARE, f"{_SLICE_SHARE:.0%}")
    arrows = tuple(_arrow(step, plane) for step in next_steps(trainer, state))
    return Landscape(
        run_id=checkpoint.run_id,
        epoch=state.epoch,
        step=state.step,
        choice=choice,
        plane=plane,
        x=x,
        y=y,
        losses=MappingProxyType({kind: values.reshape(resolution, resolution) for kind, values in losses.items()}),
        path=placed.at,
        path_epochs=(*path.epochs, state.epoch),
        path_share=_share_of_path(plane, vectors, placed.at),
        no_path="The network is too large for its path to be kept." if path.too_large else "",
        marks=_marks(checkpoint, plane),
        arrows=arrows,
        arrow_scale=_arrow_scale(arrows, float(np.ptp(x)), float(np.ptp(y))),
        rows=MappingProxyType(seen),
    )


def _vectors(path: PathView, now: NDArray[Any]) -> Floats:
    """Return the path's moments and the present one, (m, n_parameters)."""
    return np.stack([*path.parameters, now]).astype(np.float64)


def _plane(choice: LandscapeChoice, checkpoint: Checkpoint, vectors: Floats) -> Plane:
    state, rng = checkpoint.state, np.random.default_rng(choice.seed)
    held = None if state.mask is None else state.mask.held
    if choice.kind == "random":
        return random_plane(checkpoint.config, state.parameters, rng, held)
    if checkpoint.path.too_large:
        raise UserError("The network is too large for its path to be kept.", "Choose random directions.")
    return path_plane(vectors[:-1], state.parameters, rng, held)


def _frame(choice: LandscapeChoice, path: Floats, resolution: int) -> tuple[Floats, Floats]:
    """Return the places along both axes."""
    if choice.kind == "random":
        axis = axis_through_centre(-choice.span, choice.span, resolution)
        return axis, axis.copy()
    low, high = path.min(axis=0), path.max(axis=0)
    half = (high - low) / 2
    half = np.maximum(half, _FLATTEST * half.max()) * (1 + _MARGIN) * choice.span
    # The present weights stay in sight, however narrow the frame.
    middle = np.clip((low + high) / 2, -half / (1 + _MARGIN), half / (1 + _MARGIN))
    x, y = (
        axis_through_centre(float(at - wide), float(at + wide), resolution)
        for at, wide in zip(middle, half, strict=True)
    )
    return x, y


def _share_of_path(plane: Plane, vectors: Floats, at: Floats) -> float:
    whole = float(np.square(vectors - plane.centre).sum())
    return float(np.square(at @ plane.directions).sum()) / whole if whole > 0 else float("nan")


def _marks(checkpoint: Checkpoint, plane: Plane) -> tuple[Mark, ...]:
    state, path = checkpoint.state, checkpoint.path
    known: list[tuple[MarkKind, int, NDArray[Any]]] = []
    if len(path) and (path.epochs[0] != state.epoch or not np.array_equal(path.parameters[0], state.parameters)):
        known.append(("start", path.epochs[0], path.parameters[0]))
    if (best := state.best.best) is not None:
        known.append(("best", best.epoch, best.parameters))
    known.append(("now", state.epoch, state.parameters))
    placed = plane.place(np.stack([vector for _, _, vector in known]))
    return tuple(
        Mark(kind, epoch, (float(at[0]), float(at[1])), float(share))
        for (kind, epoch, _), at, share in zip(known, placed.at, placed.shares, strict=True)
    )


def _arrow(step: NextStep, plane: Plane) -> Arrow:
    label = OPTIMIZERS[step.optimizer].label
    if step.change is None:
        nowhere = (float("nan"), float("nan"))
        return Arrow(step.optimizer, label, step.own, nowhere, float("nan"), float("nan"), step.rate, step.problem)
    placed = plane.place((plane.centre + step.change)[None])
    (x, y), length = placed.at[0], float(np.linalg.norm(step.change))
    return Arrow(step.optimizer, label, step.own, (float(x), float(y)), float(placed.shares[0]), length, step.rate)


def _arrow_scale(arrows: tuple[Arrow, ...], width: float, height: float) -> float:
    """Return 1, or the roundest number that makes short steps long enough to be seen."""
    longest = max(
        (np.hypot(arrow.at[0] / width, arrow.at[1] / height) for arrow in arrows if not arrow.problem), default=0
    )
    if not 0 < longest < _ARROW:
        return 1.0
    scale = _ARROW / float(longest)
    power = 10.0 ** np.floor(np.log10(scale))
    return float(max(step * power for step in _ROUND if step * power <= scale))
