"""Long loops that can be stopped: a function is called every so many items, and may raise."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

Item = TypeVar("Item")
Watch = Callable[[], None]

# A few milliseconds of the slowest loops.
_EVERY: Final = 10_000


def no_watch() -> None:
    """Watch nothing."""


def watched(items: Iterable[Item], watch: Watch) -> Iterator[Item]:
    """Yield the items, calling ``watch`` every so often."""
    iterator = iter(items)
    while piece := list(islice(iterator, _EVERY)):
        watch()
        yield from piece


def counted(texts: Sequence[str], watch: Watch) -> Counter[str]:
    """Return how often each text occurs."""
    counts: Counter[str] = Counter()
    for start in range(0, len(texts), _EVERY):
        watch()
        counts.update(texts[start : start + _EVERY])
    return counts
