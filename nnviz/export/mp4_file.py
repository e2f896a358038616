"""MP4 files by the program ffmpeg, fed with plain frames over a pipe: the encoder has its own process and memory.

A program of its own, because the encoder of H.264 that every player understands is under the GPL, and nnviz is not.
"""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import UserError
from nnviz.export.atomic import atomic_path

MP4_RATE: Final = 30.0
_KINDER: Final = 5  # steps of priority below nnviz: training and window come first
_WAIT: Final = 120.0  # seconds for the encoder to finish what it was given
_NONE: Final = (
    "MP4 videos need the program ffmpeg, which was not found. "
    'Install it (pip install "nnviz[mp4]", a download of 30 to 70 MB), or record a GIF.'
)


def find_ffmpeg() -> str | None:
    """Return the program: that of the package imageio-ffmpeg, else the system's; None without any."""
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - optional, and only when a film is made
    except ImportError:
        return shutil.which("ffmpeg")
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:  # there is none for this system in it
        return shutil.which("ffmpeg")


def why_no_mp4() -> str:
    """Return why no MP4 can be written; "" when one can."""
    return "" if find_ffmpeg() else _NONE


class Mp4Writer:
    """Feeds one film to the program; see `nnviz.export.movie.MovieWriter`."""

    def __init__(self, program: str, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self._frames = 0  # written so far
        self._waiting: NDArray[np.uint8] | None = None
        wide, high = size
        self._shape = high - high % 2, wide - wide % 2  # H.264 has pixels in pairs
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._process = subprocess.Popen(  # noqa: S603 - a program we found, arguments that are ours
            [program, *_arguments(self._shape), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _KINDER)

    def add(self, pixels: NDArray[np.uint8], at: float) -> None:
        """Show (rows, columns, 4) blue, green, red and anything, from ``at`` seconds on."""
        self._write_waiting(at)
        rows, columns = self._shape
        self._waiting = np.ascontiguousarray(pixels[:rows, :columns])

    def finish(self, at: float) -> None:
        """Let the last frame last until ``at`` seconds, and wait until the program has written the file."""
        self._write_waiting(max(at, (self._frames + 1) / MP4_RATE))
        with self._told_why():
            self._pipe.close()
        code = self._process.wait(_WAIT)
        if code:
            raise self._failure()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    @property
    def _pipe(self) -> IO[bytes]:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - asked for
        return pipe

    def _write_waiting(self, until: float) -> None:
        """Write the waiting frame as often as it takes to be shown until then."""
        if self._waiting is None:
            return
        count = round(until * MP4_RATE) - self._frames
        with self._told_why():
            for _ in range(count):
                self._pipe.write(self._waiting.data)
        self._frames += max(0, count)
        self._waiting = None

    @contextmanager
    def _told_why(self) -> Iterator[None]:
        """Turn a pipe that broke into the reason that the program gave."""
        try:
            yield
        except OSError as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_WAIT)
            raise self._failure() from error

    def _failure(self) -> Exception:
        self.errors.seek(0)
        words = self.errors.read().decode("utf-8", "replace").strip()
        for code in (errno.ENOSPC, errno.EDQUOT, errno.EACCES):
            if os.strerror(code).lower() in words.lower():
                return OSError(code, os.strerror(code))
        last = words.splitlines()[-1] if words else "it gave no reason"
        return UserError(f"ffmpeg could not write the video: {last}.", "Record a GIF, or install another ffmpeg.")

    def close(self) -> None:
        """End the program if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError):  # what it was not given any more
            self._pipe.close()
        self.errors.close()


def _arguments(shape: tuple[int, int]) -> list[Any]:
    rows, columns = shape
    source = ["-f", "rawvideo", "-pix_fmt", "bgra", "-s", f"{columns}x{rows}", "-r", f"{MP4_RATE:g}", "-i", "-"]
    # Quick, and near the original; in colours that every player knows; with its index in front, to play at once.
    target = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    return ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", *source, "-an", *target, "-f", "mp4"]


@contextmanager
def mp4_movie(path: Path, size: tuple[int, int]) -> Iterator[Mp4Writer]:
    """Write a film of a size, (columns, rows): the file is there when the block ends without an exception.

    Raises
    ------
    UserError
        If it can't be written, or there is no ffmpeg.
    """
    program = find_ffmpeg()
    if program is None:
        raise UserError(_NONE)
    with atomic_path(path) as temporary:
        try:
            writer = Mp4Writer(program, temporary, size)
        except OSError as error:
            raise UserError(f"ffmpeg could not be started: {error.strerror}.", "Record a GIF.") from error
        try:
            yield writer
        finally:
            writer.close()
