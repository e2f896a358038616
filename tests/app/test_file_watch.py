"""A watched file: each change told once, when it has come to rest."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nnviz.app.file_watch import FileWatch, Stamp, stamp_of

SOON = 0.02


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text("x\n1\n")
    return file


@pytest.fixture
def watch(path: Path) -> Iterator[FileWatch]:
    made = FileWatch(SOON)
    made.watch(path, stamp_of(path))
    yield made
    made.stop()


def heard(watch: FileWatch, seconds: float = 2.0) -> str | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (change := watch.take()) is not None:
            return change
        time.sleep(0.005)
    return None


def test_untouched_file_says_nothing(watch: FileWatch) -> None:
    assert heard(watch, 10 * SOON) is None


def test_change_is_told_once(watch: FileWatch, path: Path) -> None:
    path.write_text("x\n1\n2\n")
    assert heard(watch) == "changed"
    assert heard(watch, 10 * SOON) is None


def test_file_replaced_by_an_editor_is_a_change(watch: FileWatch, path: Path) -> None:
    new = path.with_name("a.csv.tmp")
    new.write_text("x\n7\n")
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)
    assert heard(watch) == "changed"


def test_deleted_file_is_told_and_told_when_it_is_back(watch: FileWatch, path: Path) -> None:
    kept = path.with_name("kept.csv")
    path.rename(kept)
    assert heard(watch) == "gone"
    kept.rename(path)
    assert heard(watch) == "back"


def scripted(stamps: list[Stamp | None]) -> Callable[[Path], Stamp | None]:
    left = iter(stamps)
    last = stamps[-1]
    return lambda _: next(left, last)


def test_many_writes_in_a_row_are_one_change(path: Path) -> None:
    known = Stamp(1, 1, 1)
    writing: list[Stamp | None] = [Stamp(size, size, 1) for size in range(2, 30)]
    watch = FileWatch(0.005, scripted([known, *writing]))
    watch.watch(path, known)
    assert heard(watch) == "changed"
    assert heard(watch, 0.2) is None
    watch.stop()


def test_file_that_is_away_for_one_look_was_never_gone(path: Path) -> None:
    known = Stamp(1, 1, 1)
    watch = FileWatch(0.005, scripted([known, None, known, None, known]))
    watch.watch(path, known)
    assert heard(watch, 0.2) is None
    watch.stop()


def test_another_file_silences_the_first(watch: FileWatch, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    other.write_text("y\n")
    watch.watch(other, stamp_of(other))
    path.write_text("x\n1\n2\n3\n")
    assert heard(watch, 10 * SOON) is None
    assert watch.path == other


def test_stopping_ends_the_thread(watch: FileWatch) -> None:
    watch.stop()
    assert watch.path is None
    assert not [thread for thread in threading.enumerate() if thread.name == "nnviz-watch"]


def test_looks_are_not_made_by_the_callers_thread(path: Path) -> None:
    lookers: set[str] = set()

    def look(_: Path) -> None:
        lookers.add(threading.current_thread().name)

    watch = FileWatch(0.005, look)
    watch.watch(path, stamp_of(path))
    assert heard(watch) == "gone"
    watch.stop()
    assert lookers == {"nnviz-watch"}
