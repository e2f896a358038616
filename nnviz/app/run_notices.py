"""What the person is told of a run that stopped by itself, and what can be done about it."""

from collections.abc import Callable
from functools import partial

from nnviz.app.notices import AppNotice, NoticeAction
from nnviz.app.plain_numbers import plain_number
from nnviz.run import messages

DIVERGED = "Training diverged and was stopped: its numbers grew too large."


def notice_about(
    event: messages.DivergedAt | messages.StoppedEarly | messages.Notice,
    send: Callable[[messages.Command], None],
    branch: Callable[[int, float], None],
) -> AppNotice:
    """Return what is told of an event; ``branch`` takes the step and the learning rate to train on with."""
    match event:
        case messages.DivergedAt():
            return divergence_notice(event, branch, partial(send, messages.Reset()))
        case messages.StoppedEarly():
            return early_stop_notice(event, partial(send, messages.RestoreBest()))
        case messages.Notice(text=text):
            return AppNotice("hint", text, topic="hyper-parameters")


def divergence_notice(
    event: messages.DivergedAt, branch: Callable[[int, float], None], reset: Callable[[], None]
) -> AppNotice:
    """Return why training diverged, with the ways on; ``branch`` takes the step and learning rate to go on with."""
    rate = float(f"{event.learning_rate / 10:.2g}")  # as the finding's offer rounds it
    where = f"epoch {event.sound_epoch:,}" if event.sound_epoch else "the initial weights"
    actions = (
        NoticeAction(
            f"Train on from {where}, learning rate {plain_number(rate, 3)}", lambda: branch(event.sound_step, rate)
        ),
        NoticeAction("Reset", reset),
    )
    return AppNotice("error", f"{DIVERGED} {event.divergence.reason}", actions, topic="divergence")


def early_stop_notice(event: messages.StoppedEarly, restore_best: Callable[[], None]) -> AppNotice:
    """Return why training stopped, with the way back to the best weights."""
    actions: tuple[NoticeAction, ...] = ()
    if event.best_epoch is not None:
        actions = (NoticeAction(f"Take the weights of epoch {event.best_epoch:,}", restore_best),)
    return AppNotice("info", event.reason, actions, topic="stopped")
