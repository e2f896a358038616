"""Animated GIF files, written frame by frame: only what changed, in the best 256 colours of that part.

Pillow quantises and compresses; its own writer of animations is not used, as it keeps every frame until the end.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.export.atomic import atomic_write

if TYPE_CHECKING:
    from PIL.Image import Image

GIF_RATE: Final = 12.5  # frames a second: 8 hundredths, of which the format counts whole ones
_LONGEST: Final = 65_535  # hundredths
_LOOP: Final = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_END: Final = b"\x3b"


class GifWriter:
    """Writes one film into an open file; see `nnviz.export.movie.MovieWriter`."""

    def __init__(self, file: BinaryIO, size: tuple[int, int]) -> None:
        self._file = file
        self._shown: NDArray[np.uint32] | None = None  # what the frames so far add up to
        self._waiting: tuple[Image, int, int] | None = None  # a part and its place: how long it lasts comes later
        self._due = 0  # hundredths at which the waiting one began
        # No palette for all frames; the background and the shape of pixels mean nothing to anybody.
        file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0x70, 0, 0) + _LOOP)

    def add(self, pixels: NDArray[np.uint8], at: float) -> None:
        """Show (rows, columns, 4) blue, green, red and anything, from ``at`` seconds on."""
        whole = np.ascontiguousarray(pixels).view(np.uint32)[..., 0] & np.uint32(0x00FFFFFF)
        box = _changed(self._shown, whole)
        if box is None:
            return  # the same again: what is shown lasts longer
        self._write_waiting(at)
        self._shown = whole
        top, bottom, left, right = box
        self._waiting = _quantised(pixels[top:bottom, left:right]), left, top
        self._due = round(100 * at)

    def finish(self, at: float) -> None:
        """Let the last frame last until ``at`` seconds, and end the file."""
        self._write_waiting(at)
        self._file.write(_END)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._file.tell()

    def _write_waiting(self, until: float) -> None:
        from PIL import ImageFile  # noqa: PLC0415 - only when a film is made

        if self._waiting is None:
            return
        image, left, top = self._waiting
        # Counted from the beginning, so that rounding never adds up.
        delay = min(max(round(100 * until) - self._due, 2), _LONGEST)
        palette = bytes(image.getpalette() or ()).ljust(768, b"\0")[:768]
        file = self._file
        file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0x04, delay, 0, 0))  # left in place for the next part
        file.write(struct.pack("<BHHHHB", 0x2C, left, top, *image.size, 0x87))
        file.write(palette + b"\x08")
        # The way for writers of formats: into a real file it compresses without holding the interpreter up.
        ImageFile._save(image, file, [ImageFile._Tile("gif", (0, 0, *image.size), 0, "P")])  # noqa: SLF001
        file.write(b"\0")
        self._waiting = None


def _changed(before: NDArray[np.uint32] | None, now: NDArray[np.uint32]) -> tuple[int, int, int, int] | None:
    """Return the smallest box (top, bottom, left, right) that holds all that is different; None when nothing is."""
    if before is None:
        return 0, now.shape[0], 0, now.shape[1]
    different = before != now
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _quantised(pixels: NDArray[np.uint8]) -> Any:
    from PIL import Image  # noqa: PLC0415 - only when a film is made

    part = np.ascontiguousarray(pixels)
    size = part.shape[1], part.shape[0]
    image = Image.frombuffer("RGBX", size, part, "raw", "BGRX", 0, 1).convert("RGB")
    # An octree takes a ninth of the time of a median cut, and pictures like ours look the same. Without dithering a
    # ground of one colour stays one, which compresses well and does not flicker.
    return image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


@contextmanager
def gif_movie(path: Path, size: tuple[int, int]) -> Iterator[GifWriter]:
    """Write a film of a size, (columns, rows): the file is there when the block ends without an exception.

    Raises
    ------
    UserError
        If it can't be written.
    """
    with atomic_write(path) as file:
        yield GifWriter(file, size)
