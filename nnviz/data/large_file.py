"""Files that stay on the disk: read piece by piece, packed with gzip or not."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from nnviz.errors import Cancelled, UserError

MAX_UNPACKED: Final = 1024**3
_PIECE: Final = 1024**2
# Beyond this a file is read twice from the disk rather than held: the second time it comes from the system's cache,
# which costs less than pages of new memory for all of it.
_LEAST: Final = 16 * 1024**2


class TooFullError(Exception):
    """Raised where a gzip file unpacks to more than ``MAX_UNPACKED``."""


class LargeFile:
    """The bytes of a file as slices of it, for readers that go forward and begin again at times.

    Parameters
    ----------
    path
        The file.
    size
        How many bytes it has, unpacked.
    packed
        Whether it is gzip.
    """

    def __init__(self, path: Path, size: int, *, packed: bool = False) -> None:
        self._path = path
        self._size = size
        self._packed = packed
        self._file: BinaryIO | gzip.GzipFile | None = None

    @classmethod
    def unpacked(cls, path: Path, progress: Callable[[float, str], None], cancelled: Callable[[], bool]) -> "LargeFile":
        """Return a gzip file, measured by unpacking it once.

        Raises
        ------
        UserError
            If it is damaged.
        Cancelled
            If ``cancelled`` says so.
        """
        size = 0
        try:
            with gzip.open(path, "rb") as packed:
                while piece := packed.read(_PIECE):
                    if cancelled():
                        raise Cancelled
                    size += len(piece)
                    progress(0.1, "unpacking")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _damaged(path.name) from error
        return cls(path, size, packed=True)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        """Read a slice.

        Raises
        ------
        UserError
            If the file has gone or changed.
        """
        start, stop, _ = part.indices(self._size)
        try:
            if self._file is None:
                self._file = self._open()
            self._file.seek(start)
            read = self._file.read(max(0, stop - start))
        except (OSError, EOFError, zlib.error) as error:
            raise UserError(f"{self._path.name} cannot be read any more: {error}.") from error
        if len(read) != max(0, stop - start):
            raise UserError(f"{self._path.name} has changed while it was read.", "Open it again.")
        return read

    def _open(self) -> BinaryIO | gzip.GzipFile:
        return gzip.GzipFile(self._path) if self._packed else self._path.open("rb")

    def close(self) -> None:
        """Close the file; a later slice opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None


Data = bytes | LargeFile


def keeps_on_disk(size: int) -> bool:
    """Tell whether a file of that many bytes is better read piece by piece."""
    return size > _LEAST


def unpack(
    file: BinaryIO, name: str, progress: Callable[[float, str], None], cancelled: Callable[[], bool]
) -> tuple[bytes, str]:
    """Unpack gzip; return the bytes, and a sentence where something follows that is no gzip, as gzip itself ignores it.

    Raises
    ------
    TooFullError
        If it is more than ``MAX_UNPACKED`` bytes.
    UserError
        If it is damaged.
    Cancelled
        If ``cancelled`` says so.
    """
    pieces = []
    done = 0
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            # What comes before a fault must not be lost with it: so no more than is at hand is read at once.
            while piece := packed.read1(_PIECE):
                if cancelled():
                    raise Cancelled
                pieces.append(piece)
                done += len(piece)
                if done > MAX_UNPACKED:
                    raise TooFullError
                progress(0.1, "unpacking")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        if not (done and str(error).startswith("Not a gzipped file")):
            raise _damaged(name) from error
        return b"".join(pieces), "The packed file ends with bytes that are no gzip: they are left out."
    return b"".join(pieces), ""


def _damaged(name: str) -> UserError:
    return UserError(f"{name} is a damaged or truncated gzip file.", "Download or copy it again.")
