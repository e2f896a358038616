"""A picture painted apart from the screen, for a file: sharper than the screen, or as vectors.

On the screen much is copied from pictures that were made once; those would be blurred, or no vectors, in a file. So
whoever keeps such pictures asks :func:`current` while it paints: where there is an answer it paints the things
themselves. What would take long (all edges of a network) is left out and handed over, to be put in on a worker thread.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter


class Later(Protocol):
    """What is put into a picture on a worker thread; it holds nothing that changes."""

    def svg(self) -> str:
        """Return it as SVG elements, in the units of the painter at which it was left out."""

    def paint(self, painter: QPainter) -> None:
        """Paint it; the painter's units are those at which it was left out."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that is put in later, and where its origin is in device pixels; ``ratio`` of them to a logical pixel."""

    part: Later
    x: float
    y: float
    ratio: float


@dataclass(slots=True)
class Apart:
    """The picture that is being painted.

    Attributes
    ----------
    vector
        Whether it is to be vectors; else it is pixels that may be left transparent.
    ratio
        Device pixels per logical pixel; 1 for vectors.
    left_out
        What is to be put in, in the order in which it came.
    """

    vector: bool
    ratio: float = 1.0
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, painter: QPainter, part: Later, boxes: list[QRectF]) -> None:
        """Leave room for a part that covers ``boxes`` whole: a mark among vectors, transparency among pixels."""
        at = painter.deviceTransform()
        self.left_out.append(LeftOut(part, at.dx(), at.dy(), self.ratio))
        if self.vector:
            painter.drawText(QPointF(0.0, 0.0), mark(len(self.left_out) - 1))
            return
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        for box in boxes:
            painter.fillRect(box, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def mark(index: int) -> str:
    """Return the text that stands among vectors for what was left out."""
    return f"@@left-out-{index}@@"


_current: Apart | None = None


def current() -> Apart | None:
    """Return the picture that is being painted on the GUI thread; None for the screen, or as sharp as the screen."""
    return _current


@contextmanager
def painting(apart: Apart | None) -> Iterator[None]:
    """Let everything that is painted meanwhile, on the GUI thread, be painted for a picture."""
    global _current  # noqa: PLW0603 - Qt's paint events take no argument of ours
    before, _current = _current, apart
    try:
        yield
    finally:
        _current = before
