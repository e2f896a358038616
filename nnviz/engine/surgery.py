"""Surgery: changes a network by hand between two updates: sets parameters, freezes them, silences them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz.engine.arrays import BoolArray, FloatArray, IndexArray
from nnviz.engine.masks import Mask, frozen_copy
from nnviz.engine.mlp import MLP
from nnviz.engine.stepping import Stepper
from nnviz.errors import UserError

MAX_PARAMETER = 1e6  # that may be set by hand, in magnitude


class HandEdit(NamedTuple):
    """What setting parameters by hand did.

    Attributes
    ----------
    before
        The numbers that were there, (k,), in the network's dtype.
    note
        A sentence about what was dropped, or "".
    """

    before: FloatArray
    note: str


class Surgery:
    """Changes the network of a trainer; all of it takes effect from the next update on.

    Parameters
    ----------
    mlp
        The network.
    stepper
        What updates it.

    Attributes
    ----------
    mask
        What is frozen or silenced; None when nothing is.
    """

    def __init__(self, mlp: MLP, stepper: Stepper) -> None:
        self._mlp = mlp
        self._stepper = stepper
        self.mask: Mask | None = None

    def set_parameters(self, indices: ArrayLike, values: ArrayLike) -> HandEdit:
        """Give parameters other values; frozen ones too, and of silenced ones the number that they come back with.

        Parameters
        ----------
        indices
            Places in the flat vector, (k,), each once.
        values
            The numbers, (k,).

        Raises
        ------
        UserError
            When a value is not a finite number of at most a million in magnitude; nothing is changed then.
        ValueError
            For a place that the network does not have, or as many values as there are no places.
        """
        places, wanted = self._checked(indices, values)
        parameters, mask = self._mlp.parameters, self.mask
        before = parameters[places]
        if mask is None or not mask.silenced[places].any():
            parameters[places] = wanted
        else:
            silenced = mask.silenced[places]
            before[silenced] = mask.stored[places[silenced]]
            stored = mask.stored.copy()
            stored[places[silenced]] = wanted[silenced]
            parameters[places[~silenced]] = wanted[~silenced]
            self.mask = Mask(mask.frozen, mask.silenced, frozen_copy(stored))
        return HandEdit(before, self._noticed())

    def set_mask(self, frozen: ArrayLike, silenced: ArrayLike) -> str:
        """Freeze and silence these parameters and no others, (n_parameters,) truth values each.

        What is silenced no more has the number again that it had. Returns a sentence about what was dropped, or "".
        """
        shape = self._mlp.parameters.shape
        frozen_now: BoolArray = frozen_copy(frozen, np.bool_)
        silenced_now: BoolArray = frozen_copy(silenced, np.bool_)
        if frozen_now.shape != shape or silenced_now.shape != shape:
            raise ValueError(f"a mask of {shape} is needed, not {frozen_now.shape} and {silenced_now.shape}")
        parameters, old = self._mlp.parameters, self.mask
        frozen_before, silenced_before = (False, False) if old is None else (old.frozen, old.silenced)
        if not ((frozen_now != frozen_before).any() or (silenced_now != silenced_before).any()):
            return ""
        stored = np.zeros_like(parameters)
        if old is not None:
            np.copyto(parameters, old.stored, where=old.silenced)
        np.copyto(stored, parameters, where=silenced_now)
        parameters[silenced_now] = 0
        self._adopt(Mask(frozen_now, silenced_now, frozen_copy(stored)))
        return self._noticed()

    def follow(self, mask: Mask | None) -> None:
        """Freeze and silence what another mask does, with the numbers of now; None: nothing."""
        nothing = np.zeros(self._mlp.parameters.shape, dtype=np.bool_)
        self.set_mask(*((nothing, nothing) if mask is None else (mask.frozen, mask.silenced)))

    def load(self, parameters: FloatArray) -> str:
        """Take over a whole vector that the network had earlier, and return in words what could not come back.

        What is silenced stays so, and comes back as it was then, unless it was silenced then, too.
        """
        mask = self.mask
        np.copyto(self._mlp.parameters, parameters)
        if mask is None or not mask.n_silenced:
            return ""
        back = mask.silenced & (parameters != 0)
        stored = np.where(back, parameters, mask.stored)
        self._mlp.parameters[mask.silenced] = 0
        self.mask = Mask(mask.frozen, mask.silenced, frozen_copy(stored))
        return "what is silenced stays silenced" if back.any() else ""

    def restore(self, mask: Mask | None) -> None:
        """Go back to a mask of the network as it stands, its silenced parameters 0 already."""
        self._adopt(mask)

    def _adopt(self, mask: Mask | None) -> None:
        held = None if mask is None else mask.held
        self.mask = mask if held is not None and held.any() else None
        self._stepper.hold(held if self.mask is not None else None)

    def _checked(self, indices: ArrayLike, values: ArrayLike) -> tuple[IndexArray, FloatArray]:
        places = np.atleast_1d(np.asarray(indices, dtype=np.intp))
        given = np.atleast_1d(np.asarray(values, dtype=np.float64))
        if places.ndim != 1 or places.shape != given.shape:
            raise ValueError(f"{places.shape} places cannot take {given.shape} values")
        size = self._mlp.parameters.size
        if places.size and not (places.min() >= 0 and places.max() < size):
            raise ValueError(f"the network has {size} parameters, numbered from 0")
        bad = ~(np.abs(given) <= MAX_PARAMETER)  # True for nan
        if bad.any():
            raise UserError(
                f"A weight or bias cannot be {given[bad][0]:g}.",
                f"Give a number from \N{MINUS SIGN}{MAX_PARAMETER:,.0f} to {MAX_PARAMETER:,.0f}.",
            )
        return places, given.astype(self._mlp.dtype) + 0.0  # -0.0 would show a sign that means nothing

    def _noticed(self) -> str:
        """Let the stepper look at the numbers anew; return what it had to forget."""
        optimizer = self._stepper.optimizer
        dropped = ""
        if optimizer.needs_objective:
            # What it remembers is how the gradient changed along steps that are not the way to here.
            dropped = (
                f"{optimizer.label} starts afresh: {optimizer.remembers} was dropped." if optimizer.updates else ""
            )
            optimizer.forget()
        self._stepper.be_careful()
        return dropped
