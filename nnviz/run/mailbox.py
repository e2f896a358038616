"""One slot, filled only when asked: the credit that keeps a slow reader from growing a queue."""

import threading
from typing import Generic, TypeVar

from nnviz.run.frame_gate import Attention

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Mailbox(Generic[Request, Answer]):
    """A request goes in from one thread, its one answer comes out of another.

    A newer request replaces one that was not answered yet, and a newer answer one that was not taken yet.
    """

    def __init__(self, attention: Attention) -> None:
        self._attention = attention
        self._lock = threading.Lock()
        self._request: Request | None = None
        self._answer: Answer | None = None
        self._answering = False

    def ask(self, request: Request) -> None:
        """Put in a request (reader's side)."""
        with self._lock:
            self._request = request
        self._attention.call()

    def wanted(self) -> Request | None:
        """Take the request out, or None (writer's side)."""
        with self._lock:
            request, self._request = self._request, None
            self._answering = request is not None
        return request

    def put(self, answer: Answer) -> None:
        """Leave an answer (writer's side)."""
        with self._lock:
            self._answer, self._answering = answer, False

    def take(self) -> Answer | None:
        """Take the newest answer out, or None (reader's side)."""
        with self._lock:
            answer, self._answer = self._answer, None
        return answer

    @property
    def settled(self) -> bool:
        """Whether nothing is asked, being answered, or waits to be taken: a new answer would replace none."""
        with self._lock:
            return self._request is None and self._answer is None and not self._answering

    @property
    def asked(self) -> bool:
        """Whether a request waits for its answer."""
        return self._request is not None
