"""Files are written whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from nnviz.errors import UserError
from nnviz.export.atomic import atomic_write, check_writable


def write(path: Path, payload: bytes = b"new") -> None:
    with atomic_write(path) as file:
        file.write(payload)


def write_and_raise(path: Path, error: Exception) -> None:
    with atomic_write(path) as file:
        file.write(b"half")
        raise error


def failing(code: int) -> object:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("call", ["replace", "fsync", "open"])
@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "no permission"), (errno.EROFS, "read-only"), (errno.EIO, "error")],
)
def test_a_failing_system_call_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, words: str
) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(code))
        with pytest.raises(UserError, match=words) as caught:
            write(path)
    assert "model.npz could not be written" in caught.value.message
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_exception_of_the_writer_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        write_and_raise(path, ZeroDivisionError())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with pytest.raises(UserError, match="disk is full"):
        write_and_raise(path, OSError(errno.ENOSPC, "No space left on device"))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_follow_the_umask_or_the_file_replaced(tmp_path: Path) -> None:
    old_mask = os.umask(0o027)
    try:
        write(tmp_path / "new.npz")
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE((tmp_path / "new.npz").stat().st_mode) == 0o640
    (tmp_path / "new.npz").chmod(0o600)
    write(tmp_path / "new.npz", b"newer")
    assert stat.S_IMODE((tmp_path / "new.npz").stat().st_mode) == 0o600
    assert (tmp_path / "new.npz").read_bytes() == b"newer"


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "model.npz"
    real.write_bytes(b"old")
    link = tmp_path / "model.npz"
    link.symlink_to(real)
    write(link)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, words in {
        tmp_path / "absent" / "m.npz": "folder does not exist",
        tmp_path: "that is a folder",
        tmp_path / "file" / "m.npz": "not a folder",
        tmp_path / ("x" * 300): "name is too long",
        Path("/dev/null"): "is a device",
        Path("a\0b"): "not a usable file name",
        tmp_path / "loop": "not a usable file name",
    }.items():
        with pytest.raises(UserError, match=words):
            write(path)
        with pytest.raises(UserError, match=words):
            check_writable(path)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_closed_files_and_folders_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(b"old")
    # The superuser may write anything: what access(2) would tell anyone else is put in its place.
    monkeypatch.setattr(os, "access", lambda *_args: False)
    for place in (path, tmp_path / "new.npz"):
        with pytest.raises(UserError, match="no permission"):
            check_writable(place)
        with pytest.raises(UserError, match="no permission"):
            write(place)
    assert path.read_bytes() == b"old"
