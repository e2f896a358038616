"""Which places of a network are frozen or silenced, and what that means for its parameters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nnviz.app.lenses import INPUTS, Names, Place, fits, position_of
from nnviz.app.weight_text import weight_text
from nnviz.engine.arrays import BoolArray, IndexArray
from nnviz.engine.explain_forward import BIAS
from nnviz.engine.masks import Mask, incoming, outgoing, silencing
from nnviz.engine.mlp import MLPConfig

Kind = Literal["frozen", "silenced"]
KINDS: tuple[Kind, ...] = ("frozen", "silenced")


@dataclass(frozen=True, slots=True)
class Marks:
    """The places that a person froze or silenced.

    Attributes
    ----------
    frozen
        Neurons (all their weights and the bias), weights and biases that training leaves as they are.
    silenced
        Neurons and inputs that pass nothing on, weights and biases that count as 0.
    """

    frozen: frozenset[Place] = frozenset()
    silenced: frozenset[Place] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.frozen or self.silenced)

    def of(self, kind: Kind) -> frozenset[Place]:
        """Return the places of one kind."""
        return self.frozen if kind == "frozen" else self.silenced

    def with_(self, kind: Kind, place: Place, *, on: bool) -> "Marks":
        """Return the marks with one more or one less."""
        places = self.of(kind) | {place} if on else self.of(kind) - {place}
        return replace(self, frozen=places) if kind == "frozen" else replace(self, silenced=places)

    @property
    def words(self) -> str:
        """Return "2 frozen, 1 silenced", or "" without marks."""
        counts = ((len(self.frozen), "frozen"), (len(self.silenced), "silenced"))
        return ", ".join(f"{count} {kind}" for count, kind in counts if count)


NO_MARKS = Marks()


def listed(marks: Marks, names: Names) -> str:
    """Return which places are marked: "Frozen: h1.2, h1.3 → h2.4. Silenced: x_mm." or "" without marks."""
    kinds = (("Frozen", marks.frozen), ("Silenced", marks.silenced))
    lists = ((kind, ", ".join(names.place(place) for place in in_order(places))) for kind, places in kinds)
    return " ".join(f"{kind}: {found}." for kind, found in lists if found)


def held_words(mask: Mask | None, config: MLPConfig, place: Place) -> str:
    """Return "frozen", "silenced, keeps +2.91" or "" for a place of a masked network."""
    if mask is None:
        return ""
    if place.source is not None:
        position = position_of(place, config)
        if mask.silenced[position]:
            return f"silenced, keeps {weight_text(float(mask.stored[position]), sign=True)}"
        return "frozen" if mask.frozen[position] else ""
    silent, _ = silencing(config, place.layer, place.unit)
    if len(silent) and mask.silenced[silent].all():
        return "silenced"
    return "frozen" if mask.frozen[_its_own(place, config)].all() else ""


def in_order(places: Iterable[Place]) -> list[Place]:
    """Return places from the inputs to the outputs; a neuron before its bias and its weights."""
    return sorted(places, key=lambda place: (place.layer, place.unit, -2 if place.source is None else place.source))


def mask_of(marks: Marks, config: MLPConfig) -> tuple[BoolArray, BoolArray]:
    """Return which parameters are frozen and which silenced, (n_parameters,) each.

    A silenced hidden neuron learns nothing either: no gradient reaches it, and a penalty alone shall not wear it away.
    """
    frozen, silenced = (np.zeros(config.n_parameters, dtype=np.bool_) for _ in range(2))
    for place in marks.frozen:
        frozen[_its_own(place, config)] = True
    for place in marks.silenced:
        if place.source is None:
            silent, still = silencing(config, place.layer, place.unit)
            silenced[silent], frozen[still] = True, True
        else:
            silenced[position_of(place, config)] = True
    return frozen, silenced


def _its_own(place: Place, config: MLPConfig) -> IndexArray:
    if place.source is not None:
        return np.array([position_of(place, config)])
    return outgoing(config, INPUTS, place.unit) if place.layer == INPUTS else incoming(config, place.layer, place.unit)


def carried(
    marks: Marks, old: MLPConfig, new: MLPConfig, sources: Sequence[int | None], *, same_outputs: bool = True
) -> tuple[Marks, int]:
    """Return the marks for a network of another shape, and how many had to go.

    Parameters
    ----------
    marks
        Of the network as it was.
    old, new
        The two shapes; the inputs are the same.
    sources
        For each new layer the index of the old layer that it was, or None for a new one.
    same_outputs
        False: the outputs mean something else now.
    """

    def moved(place: Place, kind: Kind) -> Place | None:
        if place.layer == INPUTS:
            return place
        if not same_outputs and place.layer == len(old.layers) - 1:
            return None
        if place.layer not in sources:
            return None
        layer = sources.index(place.layer)
        before = INPUTS if layer == 0 else sources[layer - 1]
        drawn_anew = before != place.layer - 1  # the weights into it are others
        # A neuron that passes nothing on may have any weights; one that is frozen was frozen with those it had.
        if drawn_anew and place.source != BIAS and (place.source is not None or kind == "frozen"):
            return None
        there = Place(layer, place.unit, place.source)
        return there if fits(there, new) else None

    frozen, silenced = (
        frozenset(there for place in marks.of(kind) if (there := moved(place, kind)) is not None) for kind in KINDS
    )
    lost = len(marks.frozen) + len(marks.silenced) - len(frozen) - len(silenced)
    return Marks(frozen, silenced), lost
