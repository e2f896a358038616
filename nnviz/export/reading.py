"""Opening a file that nobody vouches for: a plain file, of a bounded size, or a sentence."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nnviz.errors import UserError


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open the plain file ``path`` for reading bytes.

    Raises
    ------
    UserError
        If it is missing, a folder, a device or pipe (which could block for ever), or closed to us.
    """
    name = path.name or str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UserError(f"{name} is a folder.", "Choose a file.")
        if not stat.S_ISREG(mode):
            raise UserError(f"{name} is a device, not a file.", "Choose a plain file.")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist.", "Check the name.") from error
    except PermissionError as error:
        raise UserError(f"{name} may not be read: there is no permission.", "Change its permissions.") from error
    except OSError as error:
        raise UserError(f"{name} could not be read: {error.strerror or error}.") from error
    except ValueError as error:  # a NUL in the name
        raise UserError(f"{str(path)!r} is not a usable file name.") from error


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the whole file; raises UserError if it is larger than ``limit`` bytes or cannot be read."""
    with opened(path) as file:
        # read(n) makes room for n bytes at once: never ask for more than is there.
        payload = file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)
    if len(payload) > limit:
        raise UserError(f"{path.name} is larger than {limit // 2**20} MB; a model that nnviz wrote is smaller.")
    return payload
