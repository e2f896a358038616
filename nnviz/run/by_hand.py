"""What a person does to the network of a run by hand: applied between two updates, told to the run's history."""

import math
from collections.abc import Callable
from typing import Final

from nnviz.engine.training import Evaluation, Trainer
from nnviz.engine.written import rough
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.looks import GO, MARK, Looks
from nnviz.run.markers import HAND_EDIT, Change
from nnviz.run.state import RunState

DIVERGED_WORDS: Final = "Training diverged: go back or reset first, then weights can be set."
NO_LOSS_WORDS: Final = (
    "With these weights the loss is not a finite number: undo the edit, or set the weight nearer to 0."
)


def number(value: float) -> str:
    """Return a weight for the history: four significant digits, a true minus."""
    return rough(value, 4)


class ByHand:
    """Applies edits by hand to a trainer; belongs to the run's thread.

    Parameters
    ----------
    trainer
        Of the run.
    looks
        Keeps the moment before an edit.
    run_id
        Marks the answers.
    put, mark
        ``put(event)`` tells the GUI, ``mark(kind, what)`` the history.

    Attributes
    ----------
    unjudged
        Whether the network was changed and nobody has looked at its loss since.
    """

    def __init__(
        self,
        trainer: Trainer,
        looks: Looks,
        run_id: int,
        put: Callable[[messages.Event], None],
        mark: Callable[[str, str | Change], None],
    ) -> None:
        self.unjudged = False
        self._trainer = trainer
        self._looks = looks
        self._run_id = run_id
        self._put = put
        self._mark = mark
        self._gesture = 0

    def apply(self, command: messages.HandCommand, state: RunState) -> None:
        """Do what was asked for, or say why it can't be done."""
        match command:
            case messages.SetParameters():
                self._set(command, state)
            case messages.SetMask(frozen=frozen, silenced=silenced, words=words):
                self._say(self._trainer.surgery.set_mask(frozen, silenced))
                self._mark(HAND_EDIT, words)
                self._looks.edits += 1
                self.unjudged = True
            case messages.KeepReference():
                self._looks.keep(MARK)

    def judge(self) -> Evaluation:
        """Return the losses of the network as it stands."""
        self.unjudged = False
        evaluation = self._trainer.evaluate()
        if not math.isfinite(evaluation.train_loss):
            self._say(NO_LOSS_WORDS)
        return evaluation

    def _set(self, command: messages.SetParameters, state: RunState) -> None:
        if state is RunState.DIVERGED:
            self._say(DIVERGED_WORDS)
            return
        if not command.gesture or command.gesture != self._gesture:
            self._looks.keep(GO)
        self._gesture = command.gesture
        try:
            edit = self._trainer.surgery.set_parameters(command.indices, command.values)
        except UserError as error:
            self._say(str(error))
            return
        self._say(edit.note)
        what: str | Change = command.words
        if len(edit.before) == 1:
            what = Change(command.words, number(float(edit.before[0])), number(float(command.values[0])))
        self._mark(HAND_EDIT, what)
        self._put(
            messages.HandEdited(self._run_id, command.indices, edit.before, command.values, gesture=command.gesture)
        )
        self._looks.edits += 1
        self.unjudged = True

    def _say(self, text: str) -> None:
        if text:
            self._put(messages.Notice(self._run_id, text))
