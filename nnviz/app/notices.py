"""Messages for the person, and their words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nnviz.errors import UserError

# A hint passes in the status bar; the others come as bars over the network.
NoticeKind = Literal["hint", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """Something the person can do about a notice."""

    label: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class AppNotice:
    """One message; ``topic`` lets a newer message replace an older one of the same topic."""

    kind: NoticeKind
    text: str
    actions: tuple[NoticeAction, ...] = ()
    topic: str = ""


def notice_of(error: UserError, topic: str = "") -> AppNotice:
    """Return the error as a message."""
    return AppNotice("error", str(error), topic=topic)
