"""HandEdits: weights set, frozen and silenced by hand, and taken back again."""

import itertools
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnviz.app.enablement import why_not_set
from nnviz.app.lenses import INPUTS, Names, Place, fits, gone, names_of, position_of
from nnviz.app.marks import NO_MARKS, Kind, Marks, mask_of
from nnviz.app.notices import AppNotice
from nnviz.app.weight_text import RANGE, weight_text
from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.explain_forward import BIAS
from nnviz.engine.masks import Mask
from nnviz.engine.surgery import MAX_PARAMETER
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot

if TYPE_CHECKING:
    from nnviz.app.runs import Runs

MOST_UNDONE: Final = 200
TOPIC: Final = "by hand"
NOTHING_TO_UNDO: Final = "No weight was set, frozen or silenced by hand that could be taken back."
NOTHING_TO_REDO: Final = "Nothing was taken back that could be done again."
NO_WEIGHTS: Final = "An input has no weights of its own: freeze the edges that leave it, or silence it."


@dataclass(frozen=True, slots=True, eq=False)
class _ValueEdit:
    """Parameters that were set: what was there first, and last, (k,) each."""

    words: str
    gesture: int
    indices: IndexArray
    before: FloatArray
    after: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _MarkEdit:
    """Marks before and after, and what each way is called."""

    before: Marks
    after: Marks
    done: str
    undone: str


class HandEdits(QObject):
    """Sends the present run what a person does to its weights, and remembers how to take it back.

    Everything may be done while the run trains, stands or is finished. What is frozen or silenced stays so through
    Reset; values that were set do not, and can't be taken back after it. Earlier moments and other runs have their own.

    Signals
    -------
    changed
        The marks, or what can be undone.
    """

    changed = Signal()

    def __init__(self, runs: "Runs") -> None:
        super().__init__(runs)
        self._runs = runs
        self._gestures = itertools.count(1)
        self._words: dict[int, str] = {}  # of edits on their way
        self._done: deque[_ValueEdit | _MarkEdit] = deque(maxlen=MOST_UNDONE)
        self._undone: list[_ValueEdit | _MarkEdit] = []
        self.marks = NO_MARKS
        self._known_of: dict[int, list[Marks]] = {}  # by network
        runs.hand_edited.connect(self._on_edited)

    # What there is

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._undone)

    def value_of(self, place: Place, snapshot: Snapshot | None = None) -> float | None:
        """Return a weight or bias at a moment, or now; of a silenced one the number that it comes back with.

        None when there is no such place.
        """
        snapshot = snapshot or self._runs.last_snapshot
        if snapshot is None or place.layer == INPUTS or not fits(place, snapshot.config):
            return None
        position, mask = position_of(place, snapshot.config), snapshot.mask
        stored = mask is not None and bool(mask.silenced[position])
        return float(mask.stored[position] if mask is not None and stored else snapshot.parameters[position])

    def why_not(self, place: Place) -> str:
        """Return why a weight can't be set, in words, or ""."""
        config = self._runs.config
        if config is None or not fits(place, config):
            return gone(place)
        return NO_WEIGHTS if place.layer == INPUTS else why_not_set(self._runs.state)

    # What can be done

    def new_gesture(self) -> int:
        """Return a number for edits that belong together, as of a value that is dragged."""
        return next(self._gestures)

    def set_parameter(self, place: Place, value: float, gesture: int | None = None) -> bool:
        """Give a weight another value, or a neuron another bias; return whether that can be."""
        reason = self.why_not(place)
        if not reason and not abs(value) <= MAX_PARAMETER:
            reason = f"A weight or bias is a number from {RANGE}."
        config = self._runs.config
        if reason or config is None:
            self._say("warning", reason)
            return False
        gesture = self.new_gesture() if gesture is None else gesture
        words = self.names.weight(place)
        self._words[gesture] = words
        indices, values = np.array([position_of(place, config)]), np.array([value], dtype=np.float64)
        self._runs.send(messages.SetParameters(indices, values, words, gesture))
        return True

    def mark(self, kind: Kind, place: Place, *, on: bool) -> None:
        """Freeze or silence a place, or let it go; what can't be frozen is said in words."""
        config = self._runs.config
        if config is None or not fits(place, config):
            self._say("warning", gone(place))
        elif kind == "frozen" and place.layer == INPUTS:
            self._say("warning", NO_WEIGHTS)
        elif (place in self.marks.of(kind)) != on:
            name = self._name(place)
            free = "learns again" if kind == "frozen" else "sounds again"
            done, undone = (f"{name} was {kind}", f"{name} {free}")[:: 1 if on else -1]
            self._change(_MarkEdit(self.marks, self.marks.with_(kind, place, on=on), done, undone))
            self._say("hint", _mark_words(kind, place, name, len(config.layers), on=on))

    def toggle(self, kind: Kind, place: Place) -> None:
        """Freeze or silence a place, or let it go if it is."""
        self.mark(kind, place, on=place not in self.marks.of(kind))

    def clear_marks(self) -> None:
        """Let everything learn and sound again."""
        if self.marks:
            words = self.marks.words
            self._change(_MarkEdit(self.marks, NO_MARKS, "all marks were cleared", f"{words} again"))
            self._say("hint", f"Cleared: {words}. Ctrl+Z brings the marks back.")

    def undo(self) -> None:
        """Take the last edit back."""
        if not self._done:
            self._say("hint", NOTHING_TO_UNDO)
            return
        edit = self._done.pop()
        self._undone.append(edit)
        self._apply(edit, back=True)

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        if not self._undone:
            self._say("hint", NOTHING_TO_REDO)
            return
        edit = self._undone.pop()
        self._done.append(edit)
        self._apply(edit, back=False)

    # What happens to the run

    def begin(self, marks: Marks | None) -> None:
        """Follow a new run, whose network has these marks already; None: a run before, which tells of its own."""
        self._done.clear()
        self._undone.clear()
        self._words.clear()
        self.marks = marks or NO_MARKS
        if marks is not None:
            self._known_of[self._runs.run_id] = [NO_MARKS, marks]
        self.changed.emit()

    @property
    def _known(self) -> list[Marks]:
        """The marks that the run's network ever had."""
        return self._known_of.setdefault(self._runs.run_id, [NO_MARKS])

    def follow(self, mask: Mask | None) -> None:
        """Take the marks that another moment, or another run, of the same network has."""
        config = self._runs.config
        if config is None or (mask is None and not self.marks):
            return
        none = np.zeros(config.n_parameters, np.bool_)
        held = (none, none) if mask is None else (mask.frozen, mask.silenced)
        for marks in (self.marks, *reversed(self._known)):
            if all(map(np.array_equal, mask_of(marks, config), held)):
                if marks != self.marks:
                    self.marks = marks
                    self.changed.emit()
                return

    def forget_values(self) -> None:
        """All weights became others: a value from before means nothing among them."""
        self._words.clear()
        self._done = deque((edit for edit in self._done if isinstance(edit, _MarkEdit)), MOST_UNDONE)
        self._undone = [edit for edit in self._undone if isinstance(edit, _MarkEdit)]
        self.changed.emit()

    def _on_edited(self, event: messages.HandEdited) -> None:
        words = self._words.get(event.gesture)
        if words is None:
            return  # an undo or a redo, which is counted already; or of before a reset
        last = self._done[-1] if self._done else None
        if isinstance(last, _ValueEdit) and last.gesture == event.gesture:
            if np.array_equal(event.values.astype(last.before.dtype), last.before):
                self._done.pop()  # dragged, and back where it was
            else:
                self._done[-1] = replace(last, after=event.values)
        else:
            self._words = {number: name for number, name in self._words.items() if number >= event.gesture}
            self._done.append(_ValueEdit(words, event.gesture, event.indices, event.before, event.values))
        self._undone.clear()
        self.changed.emit()

    def _change(self, edit: _MarkEdit) -> None:
        self._done.append(edit)
        self._undone.clear()
        self._set_marks(edit.after, edit.done)

    def _apply(self, edit: _ValueEdit | _MarkEdit, *, back: bool) -> None:
        if isinstance(edit, _MarkEdit):
            words = edit.undone if back else edit.done
            self._set_marks(edit.before if back else edit.after, words)
            self._say("hint", f"{words[0].upper()}{words[1:]}.")
            return
        values = edit.before if back else edit.after
        self._runs.send(messages.SetParameters(edit.indices, values, edit.words))
        self._say("hint", f"{edit.words} is {weight_text(float(values[0]))} again.")
        self.changed.emit()

    def _set_marks(self, marks: Marks, words: str) -> None:
        if (config := self._runs.config) is not None:
            self.marks = marks
            if marks not in self._known:
                self._known.append(marks)
            self._runs.send(messages.SetMask(*mask_of(marks, config), words))
            self.changed.emit()

    @property
    def names(self) -> Names:
        """What the network's places are called."""
        dataset, config = self._runs.dataset, self._runs.config
        if dataset is None or config is None:
            return Names((), (), 0)
        return names_of(dataset, config)

    def _name(self, place: Place) -> str:
        return self.names.place(place)

    def _say(self, kind: str, text: str) -> None:
        if text:
            self._runs.notice.emit(AppNotice("hint" if kind == "hint" else "warning", text, topic=TOPIC))


def _mark_words(kind: Kind, place: Place, name: str, n_layers: int, *, on: bool) -> str:
    """Return what a mark does, for the person."""
    neuron = place.source is None
    if kind == "frozen":
        what = "its weights and bias" if neuron else "it"
        return (
            f"{name} is frozen: training leaves {what} as {'they are' if neuron else 'it is'}."
            if on
            else (f"{name} learns again.")
        )
    if not on:
        return f"{name} sounds again, with the number{'s' if neuron else ''} that it had."
    if not neuron:
        part = "bias" if place.source == BIAS else "weight"
        return f"{name} is silenced: the {part} counts as 0, and its number is kept."
    if place.layer == n_layers - 1:
        return f"{name} is silenced: its weights and bias count as 0, and their numbers are kept."
    return f"{name} is silenced: it passes nothing on, and its numbers are kept."
