"""What happened to a run that its curves should show: settings and weights changed, divergence, early stop, ..."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import TrainingConfig
from nnviz.engine.written import rough

CHANGE, DIVERGENCE, EARLY_STOP, RESTORED, HAND_EDIT = "change", "divergence", "early stop", "restored", "hand edit"
_BY_THE_PERSON = (CHANGE, HAND_EDIT)
MOST_MARKERS = 1_000
# Two changes of one setting within this share of the run lie under one pixel of any curve.
_ONE_GESTURE = 64

_NAMES = MappingProxyType(
    {
        "optimizer": "optimiser",
        "class_weight": "class weights",
        "schedule.name": "schedule",
        "schedule.min_change": "schedule's least change",
        "schedule.patience": "schedule's patience",
        "stopping.patience": "early stopping's patience",
        "stopping.min_change": "early stopping's least change",
        "stopping.monitor": "early stopping's measure",
        "regularization.l1": "L1 penalty",
        "regularization.l2": "L2 penalty",
    }
)


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that happened to a run.

    Attributes
    ----------
    kind
        ``CHANGE``, ``DIVERGENCE``, ``EARLY_STOP``, ``RESTORED`` or ``HAND_EDIT``.
    epoch, step
        Epochs and updates completed by then.
    text
        For a person; of a change only the name of the setting, or of the weight that was set by hand.
    seconds
        Training time by then.
    before, after
        Of a change the values, as text.
    count
        How many changes of the same setting, made in one gesture, this one stands for.
    """

    kind: str
    epoch: int
    step: int
    text: str
    seconds: float = 0.0
    before: str = ""
    after: str = ""
    count: int = 1

    @property
    def sentence(self) -> str:
        """What happened, in one line."""
        if not (self.before or self.after):
            return self.text
        times = f" in {self.count} steps" if self.count > 1 else ""
        return f"{self.text} {self.before} \N{RIGHTWARDS ARROW} {self.after}{times}"


@dataclass(frozen=True, slots=True)
class Change:
    """A setting's name and its values before and after, as text."""

    name: str
    before: str
    after: str


def changes(before: TrainingConfig, after: TrainingConfig) -> tuple[Change, ...]:
    """Return every setting in which two configurations differ, in the order of their fields.

    Of another schedule or optimiser only the new one's name counts among its own settings, which come with it.
    """
    found = tuple(_differences("", before, after))
    names = {change.name for change in found}
    if "schedule" in names:
        found = tuple(change for change in found if not change.name.startswith("schedule's "))
    return found


def _differences(path: str, before: Any, after: Any) -> Iterator[Change]:
    for field in fields(before):
        first, second = getattr(before, field.name), getattr(after, field.name)
        if first == second:
            continue
        key = f"{path}{field.name}"
        if is_dataclass(first):
            yield from _differences(f"{key}.", first, second)
        else:
            yield Change(_name(key), _value(key, first), _value(key, second))


def _name(key: str) -> str:
    if key in _NAMES:
        return _NAMES[key]
    owner, _, name = key.rpartition(".")
    name = name.replace("_", " ")
    return f"schedule's {name}" if owner == "schedule" else name


def _value(key: str, value: object) -> str:
    if value is None:
        return "default"
    if key == "optimizer":
        return OPTIMIZERS[str(value)].label
    return rough(value, 4) if isinstance(value, float) else str(value).replace("_", " ")


def marked(markers: tuple[Marker, ...], marker: Marker) -> tuple[Marker, ...]:
    """Return the markers and one more, at most ``MOST_MARKERS``.

    Changes of one setting or weight that follow each other closely, as of a slider that is dragged, become one. When
    there are too many, the oldest change goes, so that what befell the run stays.
    """
    last = markers[-1] if markers else None
    same = last is not None and (last.kind, last.text) == (marker.kind, marker.text)
    if last is not None and same and marker.before and marker.kind in _BY_THE_PERSON:
        if marker.step == last.step and marker.after == last.before:
            return markers[:-1]  # back before any update was made with it
        if marker.epoch - last.epoch <= last.epoch // _ONE_GESTURE:
            return (*markers[:-1], replace(last, after=marker.after, count=last.count + marker.count))
    markers = (*markers, marker)
    if len(markers) > MOST_MARKERS:
        oldest = next((index for index, one in enumerate(markers) if one.kind in _BY_THE_PERSON), 0)
        markers = markers[:oldest] + markers[oldest + 1 :]
    return markers


class Stopwatch:
    """Seconds for which a run has been running; for the eye only, nothing is decided by it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._since: float | None = None
        self._before = 0.0

    def reset(self, seconds: float = 0.0) -> None:
        """Begin again at 0, or at a time that was taken before, going on if it goes."""
        self._before = seconds
        self._since = None if self._since is None else self._clock()

    def go(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it goes
        """Let it go or stand."""
        self._before = self.seconds
        self._since = self._clock() if on else None

    @property
    def seconds(self) -> float:
        """How long it has gone in all."""
        return self._before + (0.0 if self._since is None else self._clock() - self._since)
