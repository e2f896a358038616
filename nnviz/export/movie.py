"""What writers of films have in common: frames with their times go in, a file comes out whole or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import UserError
from nnviz.export.gif_file import GIF_RATE, gif_movie
from nnviz.export.mp4_file import MP4_RATE, mp4_movie, why_no_mp4

Pixels = NDArray[np.uint8]
Size = tuple[int, int]


class MovieWriter(Protocol):
    """Takes the frames of one film, in the order of their times."""

    def add(self, pixels: Pixels, at: float) -> None:
        """Show (rows, columns, 4) blue, green, red and anything, from ``at`` seconds on, until the next frame."""

    def finish(self, at: float) -> None:
        """Let the last frame be shown until ``at`` seconds."""

    @property
    def size(self) -> int:
        """Bytes written so far."""


@dataclass(frozen=True, slots=True)
class MovieFormat:
    """A kind of film.

    Attributes
    ----------
    label
        For the person.
    rate
        The most frames a second.
    open
        Begins a film of a size in pixels, (columns, rows): a context in which it is written. An exception that leaves
        the context leaves no file. Raises UserError if it cannot be written.
    why_not
        Why it can't be written here; "" when it can.
    """

    label: str
    rate: float
    open: Callable[[Path, Size], AbstractContextManager[Any]]
    why_not: Callable[[], str]


MOVIES: Final = {
    ".gif": MovieFormat("GIF animation", GIF_RATE, gif_movie, lambda: ""),
    ".mp4": MovieFormat("MP4 video", MP4_RATE, mp4_movie, why_no_mp4),
}


def movie_format(path: Path) -> MovieFormat:
    """Return the kind of film that a file's suffix asks for.

    Raises
    ------
    UserError
        For another suffix, or a kind that can't be written here.
    """
    found = MOVIES.get(path.suffix.lower())
    if found is None:
        raise UserError(f"A film cannot be saved as {path.suffix or 'a file without a suffix'}.", "Use .gif or .mp4.")
    if reason := found.why_not():
        raise UserError(reason)
    return found
