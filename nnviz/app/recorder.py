"""One recording: frames are offered on the GUI thread at a steady rate and encoded on a thread of its own.

The queue between the two is short. When the encoder is behind, frames are left out and counted: memory stays bounded,
and what was recorded keeps its times.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from nnviz.errors import Cancelled, UserError
from nnviz.export.movie import MovieFormat, MovieWriter

WAITING_BYTES: Final = 48_000_000  # of frames between the two threads
_FEWEST, _MOST = 2, 12  # frames that may wait
_LOOK: Final = 0.05  # seconds between two looks at whether it has ended, while no frame comes
_MOST_COST: Final = 0.1  # share of the GUI thread's time that taking frames may cost


class RecordingState(Enum):
    """Where a recording is: it records, then finishes; then it is done, or gone without a file."""

    RECORDING = "recording"
    FINISHING = "finishing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    image: QImage
    at: float


class Recording:
    """Writes one film.

    Everything but the encoding belongs to one thread, the GUI's.

    Parameters
    ----------
    path, form
        Where it goes, and of what kind it is.
    size
        Columns and rows of the film in pixels; frames of another size are fitted into it.
    clock
        Seconds, for tests.

    Attributes
    ----------
    error
        Why it failed.
    missed
        Frames that were due but could not be taken or kept.
    encoded
        Frames that are in the file.
    """

    def __init__(
        self, path: Path, form: MovieFormat, size: tuple[int, int], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.path, self.form, self.size = path, form, size
        self.error: BaseException | None = None
        self.missed = self.taken = self.encoded = 0
        self.bytes_written = 0
        self._clock = clock
        self._started = clock()
        self._interval = 1.0 / form.rate
        self._due = 0.0
        self._ended: float | None = None
        self._called_off = False
        most = max(_FEWEST, min(_MOST, WAITING_BYTES // max(1, 4 * size[0] * size[1])))
        self._frames: queue.Queue[_Frame] = queue.Queue(most)
        self._thread = threading.Thread(target=self._run, name="nnviz-recorder", daemon=True)
        self._thread.start()

    # On the GUI thread

    @property
    def state(self) -> RecordingState:
        """Where it is."""
        if self._thread.is_alive():
            return RecordingState.RECORDING if self._ended is None else RecordingState.FINISHING
        if self.error is not None:
            return RecordingState.FAILED
        return RecordingState.CANCELLED if self._called_off else RecordingState.DONE

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self._clock() if self._ended is None else self._ended) - self._started

    @property
    def share(self) -> float:
        """How much of what was taken is in the file, 0 to 1."""
        return self.encoded / self.taken if self.taken else 0.0

    def is_due(self) -> bool:
        """Whether a frame is wanted now; frames that should have been taken before are counted as missed."""
        if self.state is not RecordingState.RECORDING:
            return False
        late = self.seconds - self._due
        if late < 0:
            return False
        beats = int(late / self._interval)
        self.missed += beats
        self._due += (beats + 1) * self._interval
        if self._frames.full():
            self.missed += 1
            return False
        return True

    def offer(self, image: QImage, cost: float = 0.0) -> None:
        """Take a frame that was due; taking it took ``cost`` seconds, which decides how soon the next one may be."""
        try:
            self._frames.put_nowait(_Frame(image, self.seconds))
        except queue.Full:
            self.missed += 1
            return
        self.taken += 1
        if cost > _MOST_COST * self._interval:
            self._due = max(self._due, self.seconds + cost / _MOST_COST)

    def stop(self) -> None:
        """End the film here; what waits is still encoded."""
        if self._ended is None:
            self._ended = self._clock()

    def cancel(self) -> None:
        """Call it off: no file is left."""
        self._called_off = True
        self.stop()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing more happens; return whether that was in time."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # On the recorder's thread

    def _run(self) -> None:
        try:
            with self.form.open(self.path, self.size) as writer:
                self._write(writer)
        except Cancelled:
            pass
        except UserError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - told on the GUI thread
            self.error = error

    def _write(self, writer: MovieWriter) -> None:
        while (frame := self._next()) is not None:
            writer.add(pixels_of(fitted(frame.image, self.size)), frame.at)
            self.encoded += 1
            self.bytes_written = writer.size
        if not self.encoded:
            raise UserError("There was nothing to record: it was not shown.", "Show it, then record it.")
        writer.finish(self.seconds)
        self.bytes_written = writer.size

    def _next(self) -> _Frame | None:
        """Return the next frame; None after the last one."""
        while not self._called_off:
            ended = self._ended is not None  # asked before: nothing is offered afterwards
            try:
                return self._frames.get(timeout=_LOOK)
            except queue.Empty:
                if ended:
                    return None
        raise Cancelled


def fitted(image: QImage, size: tuple[int, int]) -> QImage:
    """Return an image of a size in pixels; one of another shape keeps its own, in the middle of black."""
    wide, high = size
    if (image.width(), image.height()) == size:
        return image
    image.setDevicePixelRatio(1.0)
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    whole = QImage(wide, high, QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.black)
    painter = QPainter(whole)
    painter.drawImage((wide - scaled.width()) // 2, (high - scaled.height()) // 2, scaled)
    painter.end()
    return whole


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Return an image's pixels as a copy, (rows, columns, 4) blue, green, red and 255."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows, columns = plain.height(), plain.width()
    found = np.frombuffer(plain.constBits(), np.uint8).reshape(rows, plain.bytesPerLine())
    return found[:, : 4 * columns].reshape(rows, columns, 4).copy()
