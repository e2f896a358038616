"""When a mailbox is settled: a new request would replace neither a request nor an answer."""

from nnviz.run.frame_gate import Attention
from nnviz.run.mailbox import Mailbox


def settled(mailbox: Mailbox[str, str]) -> bool:
    return mailbox.settled


def test_a_mailbox_is_settled_before_a_request_and_after_its_answer_is_taken() -> None:
    mailbox: Mailbox[str, str] = Mailbox(Attention())
    assert settled(mailbox)
    mailbox.ask("a grid")
    assert not settled(mailbox)
    assert mailbox.wanted() == "a grid"
    assert not settled(mailbox)  # being answered: a request now would bring an answer that replaces this one
    mailbox.put("the grid")
    assert not settled(mailbox)
    assert mailbox.take() == "the grid"
    assert settled(mailbox)
    assert mailbox.wanted() is None
    assert settled(mailbox)
