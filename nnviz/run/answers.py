"""What a run answers: its whole state or its next update, which change nothing; and whether a change could be made."""

from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.observer import Observer
from nnviz.run.state import RunState


def answer_to(
    question: messages.TakeCheckpoint | messages.Rehearse,
    present: tuple[int, int],
    state: RunState,
    trainer: Trainer,
    observer: Observer,
) -> messages.Checkpoint | messages.Rehearsed:
    """Return the answer, with copies only: nothing in it shares memory with training.

    ``present`` is the id of the runs of this trainer, and the serial of the present one's history.
    """
    run_id, serial = present
    if isinstance(question, messages.Rehearse):
        return messages.Rehearsed(run_id, question.ticket, None if state is RunState.RUNNING else trainer.rehearse())
    config, training = trainer.mlp.config, trainer.config
    return messages.Checkpoint(run_id, question.ticket, config, trainer.state(), training, observer.path(), serial)


def stopped_early(run_id: int, trainer: Trainer) -> messages.StoppedEarly:
    """Return that early stopping ends a run, with the epoch of its best weights."""
    return messages.StoppedEarly(run_id, trainer.stop_reason, trainer.best.epoch if trainer.best else None)


def sought(run_id: int, trainer: Trainer, *, goes_on: bool = False) -> messages.Sought:
    """Return what is in force at the moment that a run was taken to; ``goes_on`` tells that it trains from there."""
    return messages.Sought(run_id, trainer.config, goes_on, trainer.surgery.mask)


def configured(trainer: Trainer, training: TrainingConfig) -> str:
    """Apply other settings and return what the person should know of it, or "".

    What can't be, such as class weights for a regression, leaves the settings before in force.
    """
    try:
        return trainer.configure(training)
    except UserError as error:
        return str(error)


def restored_best(trainer: Trainer) -> tuple[bool, str]:
    """Take the best weights back; return whether there were any, and what the person should know."""
    try:
        return True, trainer.restore_best()
    except UserError as error:
        return False, str(error)
