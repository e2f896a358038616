"""Registry of learning-rate schedules: what the base learning rate is multiplied by at each update."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from numbers import Real
from types import MappingProxyType
from typing import Any

from nnviz.engine.config import whole_number
from nnviz.errors import UserError

MAX_EPOCHS = 1e6  # longest period and warm-up
MAX_GROWTH = 1000

# An update this part of a step before a boundary is on it: epochs passed are sums of fractions, rounded.
_SLACK = 1e-3

_ONE_CYCLE_PEAK = 0.3  # of the period; this and the rates at the ends are the defaults of PyTorch's OneCycleLR
_ONE_CYCLE_START = 1 / 25
_ONE_CYCLE_END = _ONE_CYCLE_START / 1e4

# Smallest and largest value of each number, and what a person is told of any other.
_RANGES = (
    ("factor", math.ulp(0.0), 1.0, "factor of the learning-rate schedule must be above 0 and at most 1"),
    ("period", 0.01, MAX_EPOCHS, "period of the learning-rate schedule must be from 0.01 to 1,000,000 epochs"),
    ("floor", 0.0, math.nextafter(1.0, 0.0), "floor of the learning-rate schedule must be from 0 to below 1"),
    ("min_change", 0.0, 1e300, "smallest improvement that a plateau ends with must be a number of at least 0"),
    ("warmup", 0.0, MAX_EPOCHS, "warm-up of the learning rate must be from 0 to 1,000,000 epochs"),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the learning rate changes during training; for another kind, make a new one rather than replace the name.

    Attributes
    ----------
    name
        Key of `SCHEDULES`.
    factor
        What the rate is multiplied by at each reduction (step, plateau) or in each epoch (exponential): above 0, at
        most 1. Left out, it becomes the kind's usual one.
    period
        Epochs between two reductions (step), of the first cycle (cosine), in total (one_cycle); at least 0.01. Left
        out, it becomes the kind's usual one.
    growth
        How many times longer each cosine cycle is than the one before, a whole number from 1.
    floor
        Share of the base rate below which step, exponential, cosine and plateau never go; from 0 to below 1.
    patience
        Epochs without improvement that plateau tolerates; the one after them reduces the rate.
    min_change
        How far the watched value must fall below its best so far to be an improvement; at least 0.
    warmup
        Epochs of linear warm-up in front of any schedule, which starts counting when they are over; 0 for none.

    Raises
    ------
    UserError
        For a value outside these ranges.
    """

    name: str = "constant"
    factor: float = None  # type: ignore[assignment]
    period: float = None  # type: ignore[assignment]
    growth: int = 2
    floor: float = 0.0
    patience: int = 10
    min_change: float = 1e-4
    warmup: float = 0.0

    def __post_init__(self) -> None:
        if self.name not in tuple(SCHEDULES):  # a tuple can be asked about what has no hash
            raise UserError(
                f"There is no learning-rate schedule called {self.name!r}.", f"Choose one of {', '.join(SCHEDULES)}."
            )
        for field, least, most, rule in _RANGES:
            value: Any = getattr(self, field)
            if value is None and field in {"factor", "period"}:
                value = getattr(SCHEDULES[self.name], f"usual_{field}")
            is_number = isinstance(value, Real) and not isinstance(value, bool)
            if not is_number or not least <= value <= most:
                raise UserError(f"The {rule}, not {value!r}.")
            object.__setattr__(self, field, float(value))
        for field, least, what in (
            ("growth", 1, "growth of the learning-rate cycles"),
            ("patience", 0, "plateau's patience"),
        ):
            object.__setattr__(self, field, whole_number(getattr(self, field), least, f"The {what}"))
        if self.growth > MAX_GROWTH:
            raise UserError(f"The growth of the learning-rate cycles must be at most {MAX_GROWTH}, not {self.growth}.")

    def multiplier(self, t: float, step_length: float, reductions: int = 0) -> float:
        """Return what the base learning rate is multiplied by at one update.

        Parameters
        ----------
        t
            Epochs passed at the start of the update since the schedule began to count, fractions too; at least 0.
        step_length
            1 / updates per epoch.
        reductions
            How often `Plateau` has reduced the rate.

        Notes
        -----
        With a warm-up of W updates, update k of them (from 0) has (k + 1) / (W + 1) of the schedule's first rate: the
        gradual warm-up of Goyal et al., Accurate, large minibatch SGD: training ImageNet in 1 hour (2017), section 2.2.
        """
        function = SCHEDULES[self.name].function
        if t < self.warmup:
            return (t + step_length) / (self.warmup + step_length) * function(self, 0.0, step_length, reductions)
        return function(self, t - self.warmup, step_length, reductions)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description; `from_dict` reads it back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> "Schedule":
        """Return the schedule that `to_dict` described; entries it lacks take their defaults.

        Raises
        ------
        UserError
            For anything malformed: an unknown entry, a wrong type, a senseless value.
        """
        if not isinstance(mapping, Mapping):
            raise UserError("The description of the learning-rate schedule is not a table of names and values.")
        for name in sorted(map(str, set(mapping) - {field.name for field in fields(cls)})):
            raise UserError(f"The description of the learning-rate schedule has an unknown entry {name!r}.")
        return cls(**mapping)


@dataclass(frozen=True, slots=True)
class ScheduleKind:
    """A kind of schedule.

    Attributes
    ----------
    name, label, formula, source
        Key in `SCHEDULES`; the name a person reads; the multiplier m in plain text, t in epochs; where it comes from.
    fields
        The fields of `Schedule` that it reads, besides `warmup`, which goes with every kind.
    function
        ``function(schedule, t, step_length, reductions) -> m`` as `Schedule.multiplier`, without the warm-up.
    usual_factor, usual_period
        What `Schedule` takes for a factor or period left out.
    """

    name: str
    label: str
    formula: str
    source: str
    fields: tuple[str, ...]
    function: Callable[[Schedule, float, float, int], float]
    usual_factor: float = 0.5
    usual_period: float = 10.0


def _step(schedule: Schedule, t: float, step_length: float, _reductions: int) -> float:
    return max(schedule.floor, math.pow(schedule.factor, math.floor((t + _SLACK * step_length) / schedule.period)))


def _exponential(schedule: Schedule, t: float, _step_length: float, _reductions: int) -> float:
    return max(schedule.floor, math.pow(schedule.factor, t))


def _cosine(schedule: Schedule, t: float, step_length: float, _reductions: int) -> float:
    reached = t + _SLACK * step_length
    length = schedule.period
    growth = schedule.growth
    if growth == 1:
        start = math.floor(reached / length) * length
    else:
        start = 0.0
        while reached >= start + length:  # at most 27 times: lengths at least double
            start += length
            length *= growth
    return schedule.floor + (1 - schedule.floor) / 2 * (1 + math.cos(math.pi * ((t - start) / length)))


def _one_cycle(schedule: Schedule, t: float, step_length: float, _reductions: int) -> float:
    steps = schedule.period / step_length
    step = t / step_length
    peak = _ONE_CYCLE_PEAK * steps - 1
    if step < peak:
        return 1 + (_ONE_CYCLE_START - 1) / 2 * (1 + math.cos(math.pi * (step / peak)))
    if step >= steps - 1:
        return _ONE_CYCLE_END
    share = (step - peak) / (steps - 1 - peak)
    return _ONE_CYCLE_END + (1 - _ONE_CYCLE_END) / 2 * (1 + math.cos(math.pi * share))


def _plateau(schedule: Schedule, _t: float, _step_length: float, reductions: int) -> float:
    return max(schedule.floor, math.pow(schedule.factor, reductions))


_KINDS = (
    ScheduleKind(
        "constant",
        "Constant",
        "m = 1",
        "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).",
        (),
        lambda _schedule, _t, _step_length, _reductions: 1.0,
    ),
    ScheduleKind(
        "step",
        "Step decay",
        "m = max(floor, factor^floor(t / period))",
        "Szegedy et al., Going deeper with convolutions (2015), section 6.",
        ("factor", "period", "floor"),
        _step,
        usual_period=30.0,
    ),
    ScheduleKind(
        "exponential",
        "Exponential decay",
        "m = max(floor, factor^t)",
        "Senior et al., An empirical study of learning rates in deep neural networks for speech recognition (2013).",
        ("factor", "floor"),
        _exponential,
        usual_factor=0.98,
    ),
    ScheduleKind(
        "cosine",
        "Cosine with restarts",
        "m = floor + (1 - floor) (1 + cos(pi u / U)) / 2;  u: epochs since a restart;  U = period growth^restarts",
        "Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts (2017), equation 5.",
        ("period", "growth", "floor"),
        _cosine,
    ),
    ScheduleKind(
        "one_cycle",
        "One cycle",
        "m from 1/25 to 1 in 30 % of the period, then to 1/250,000, each as half a cosine",
        "Smith and Topin, Super-convergence: very fast training of neural networks using large learning rates (2018).",
        ("period",),
        _one_cycle,
        usual_period=100.0,
    ),
    ScheduleKind(
        "plateau",
        "Reduce on plateau",
        "m = max(floor, factor^reductions)",
        "Krizhevsky et al., ImageNet classification with deep convolutional neural networks (2012), section 5.",
        ("factor", "patience", "min_change", "floor"),
        _plateau,
    ),
)
SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType({kind.name: kind for kind in _KINDS})


@dataclass(slots=True)
class Plateau:
    """Watches a value after each epoch for a plateau schedule; with a schedule of another kind it counts nothing.

    Attributes
    ----------
    schedule
        May be replaced between two epochs.
    best, bad_epochs, reductions
        The best value so far; epochs without improvement since it or a reduction; how often the rate was reduced.

    Notes
    -----
    The rates are those of PyTorch's ReduceLROnPlateau with an absolute threshold, no cooldown and eps=0. A reduction
    that would change nothing (at the floor, or by a factor of 1) starts the patience anew but is not counted.
    """

    schedule: Schedule
    best: float = math.inf
    bad_epochs: int = 0
    reductions: int = 0

    def after_epoch(self, value: float) -> bool:
        """Take the epoch's value, lower being better; return whether the rate was just reduced."""
        schedule = self.schedule
        if schedule.name != "plateau":
            return False
        improved = value < self.best - schedule.min_change
        if improved:
            self.best = value
        self.bad_epochs = 0 if improved else self.bad_epochs + 1
        if self.bad_epochs <= schedule.patience:
            return False
        self.bad_epochs = 0
        reduced = _plateau(schedule, 0, 1, self.reductions + 1) < _plateau(schedule, 0, 1, self.reductions)
        self.reductions += reduced
        return reduced

    def state(self) -> tuple[float, int, int]:
        """Return all it remembers: best, bad_epochs, reductions."""
        return self.best, self.bad_epochs, self.reductions

    def restore(self, state: tuple[float, int, int]) -> None:
        """Go on from what `state` returned."""
        self.best, self.bad_epochs, self.reductions = state
