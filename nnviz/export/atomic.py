"""Files are written whole or not at all: a temporary file in the same folder, fsync, then a rename."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nnviz.errors import UserError

_CAUSES = {
    errno.EACCES: ("there is no permission to write there.", "Choose another folder."),
    errno.EPERM: ("there is no permission to write there.", "Choose another folder."),
    errno.EROFS: ("that drive is read-only.", "Choose another folder."),
    errno.ENOENT: ("that folder does not exist.", "Make the folder first, or choose another."),
    errno.ENOTDIR: ("part of that path is a file, not a folder.", "Choose another folder."),
    errno.EISDIR: ("that is a folder.", "Add a file name."),
    errno.ENOSPC: ("the disk is full.", "Free some space, or choose another drive."),
    errno.EDQUOT: ("your quota on that drive is used up.", "Free some space, or choose another drive."),
    errno.ENAMETOOLONG: ("the file name is too long.", "Choose a shorter one."),
}


def write_error(path: Path, error: OSError) -> UserError:
    """Return the sentence for an operating system's refusal to write ``path``."""
    cause, hint = _CAUSES.get(error.errno or 0, (f"{error.strerror or error}.", "Choose another place."))
    return UserError(f"{path} could not be written: {cause}", hint)


def check_writable(path: Path) -> None:
    """Raise now what writing ``path`` would raise later, as far as that can be known without writing.

    Raises
    ------
    UserError
        If the folder is missing or closed to us, or if ``path`` is there and is not a plain file that we may change.
    """
    try:
        _resolve(path)
    except OSError as error:
        raise write_error(path, error) from error


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``path`` that takes its place when the block ends without an exception.

    The new file has the permissions of the one it replaces. When anything fails, ``path`` is as it was and the
    temporary file is gone.

    Raises
    ------
    UserError
        If the operating system refuses: no permission, no such folder, disk full.
    """
    with atomic_path(path) as temporary:
        # Not tempfile: its files are closed to everyone else, whatever the person's umask says.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give the name of a file beside ``path`` to be written, which takes its place when the block ends.

    For programs that want a name; what must be on the disk is synchronised by whoever writes. Otherwise as
    `atomic_write`.

    Raises
    ------
    UserError
        If the operating system refuses.
    """
    temporary: Path | None = None
    try:
        target = _resolve(path)
        temporary = target.with_name(f".nnviz-{secrets.token_hex(8)}.part")
        yield temporary
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)  # noqa: PTH105 - named in the contract of atomicity, and replaced in its tests
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _resolve(path: Path) -> Path:
    """Return the real place of ``path``, following links so that a link is not replaced by a file."""
    try:
        target = path.resolve()
        mode = target.stat().st_mode if target.exists() else None
        # A link that leads to itself: before Python 3.13 resolve raises, since then it gives such a link back.
        endless = target.is_symlink()
    except (ValueError, RuntimeError) as error:  # a NUL in the name; an endless link
        raise _unusable(path) from error
    if endless:
        raise _unusable(path)
    if mode is None:
        if not target.parent.exists():
            raise FileNotFoundError(errno.ENOENT, "no such folder")
        if not target.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "no permission")
    elif stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    elif not stat.S_ISREG(mode):
        # Renaming over a device would replace the device.
        raise UserError(f"{path} is a device, not a file.", "Choose a plain file.")
    elif not os.access(target, os.W_OK):
        # A rename needs no permission on the file it replaces; a person who closed the file meant it.
        raise PermissionError(errno.EACCES, "no permission")
    return target


def _unusable(path: Path) -> UserError:
    return UserError(f"{str(path)!r} is not a usable file name.", "Choose another name.")


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut, where the system lets a folder be synchronised."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
