"""Pages of new memory brought in ahead: nothing that is written changes, nothing beyond is touched, and it ends."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data import fresh_pages, passes
from nnviz.data.csv_reader import read_csv
from nnviz.data.fresh_pages import PAGE, PIECE, FreshPages, _bring
from nnviz.errors import Cancelled

NUMBERS = PIECE // 8
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no such call elsewhere")


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "nnviz-fresh-pages"]


def _wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "nnviz-fresh-pages":
            thread.join(10)


def _resident(array: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Return how many bytes of the whole pages of an array are in memory."""
    first = -(-array.ctypes.data // PAGE) * PAGE
    last = (array.ctypes.data + array.nbytes) // PAGE
    with Path("/proc/self/pagemap").open("rb") as file:
        file.seek(first // PAGE * 8)
        entries = np.frombuffer(file.read((last - first // PAGE) * 8), dtype=np.uint64)
    return int(np.count_nonzero(entries >> np.uint64(63))) * PAGE


@pytest.fixture
def all_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh_pages, "LEAST", 0)


@on_linux
def test_what_is_written_meanwhile_stays(all_sizes: None) -> None:
    arrays = [np.empty(8 * NUMBERS) for _ in range(3)]
    with FreshPages(lambda: arrays) as pages:
        pages.start(arrays[0].nbytes)
        for place, array in enumerate(arrays):
            array[:] = place + np.arange(len(array))
    assert all((array == place + np.arange(len(array))).all() for place, array in enumerate(arrays))
    assert not _threads()


@on_linux
def test_the_pages_of_every_array_come_in(all_sizes: None) -> None:
    arrays = [np.empty(8 * NUMBERS) for _ in range(2)]
    with FreshPages(lambda: arrays) as pages:
        pages.start(arrays[0].nbytes)
        _wait()
    assert all(_resident(array) > array.nbytes - 2 * PAGE for array in arrays)


def test_zeros_stay_zeros_and_come_in_on_every_system(all_sizes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh_pages, "_MADVISE", None)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    array = np.zeros((NUMBERS, 3))
    with FreshPages(lambda: [array], zeros=True) as pages:
        pages.start(array.nbytes)
        _wait()
    if sys.platform.startswith("linux"):
        assert _resident(array.reshape(-1)) > array.nbytes - 2 * PAGE
    assert not array.any()


@on_linux
def test_no_more_comes_in_than_the_lead(all_sizes: None) -> None:
    array = np.empty(64 * NUMBERS)
    with FreshPages(lambda: [array], 2 * PIECE) as pages:
        pages.start(array.nbytes)
        pages.reach(4 * PIECE)
    assert _resident(array) <= 8 * PIECE


@on_linux
@pytest.mark.parametrize(("start", "stop"), [(0, PIECE), (PIECE, 2 * PIECE), (0, 10 * PIECE), (100, 200)])
def test_nothing_beyond_an_array_is_touched(monkeypatch: pytest.MonkeyPatch, start: int, stop: int) -> None:
    calls: list[tuple[int, int]] = []

    def note(begin: int, size: int, _advice: int) -> int:
        calls.append((begin, begin + size))
        return 0

    monkeypatch.setattr(fresh_pages, "_MADVISE", note)
    array = np.empty(3 * NUMBERS + 17)[5:]
    assert _bring(array, start, stop)
    for begin, end in calls:
        assert begin % PAGE == end % PAGE == 0
        assert array.ctypes.data <= begin < end <= array.ctypes.data + array.nbytes


def test_a_system_that_cannot_is_asked_once(all_sizes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def refuse(_begin: int, _size: int, advice: int) -> int:
        calls.append(advice)
        return -1

    monkeypatch.setattr(fresh_pages, "_MADVISE", refuse)
    with FreshPages(lambda: [np.empty(4 * NUMBERS)]) as pages:
        pages.start(4 * PIECE)
        _wait()
    assert len(calls) == 1


@pytest.mark.parametrize("n_bytes", [0, PIECE - 1, PIECE])
def test_little_memory_has_no_thread(n_bytes: int) -> None:
    with FreshPages(lambda: [np.empty(NUMBERS)]) as pages:
        pages.start(n_bytes)
        assert not _threads()


def test_a_large_table_is_read_as_without_and_a_cancelled_one_leaves_no_thread(
    make_file: Callable[..., Path], all_sizes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_pages, "PIECE", PAGE)
    monkeypatch.setattr(passes, "_LEAD", PAGE)
    numbers = np.random.default_rng(0).normal(0, 100, (40_000, 3)).round(4)
    content = "a,b,c\n" + "".join(f"{a},{b},{c}\n" for a, b, c in numbers.tolist())
    path = make_file(content.encode())
    seen: list[str] = []

    def look() -> bool:
        seen.extend(_threads())
        return False

    table = read_csv(path, cancelled=look)
    assert np.array_equal(np.stack([column.values for column in table.columns], axis=1), numbers)
    if fresh_pages._MADVISE is not None:
        assert seen
    with pytest.raises(Cancelled):
        read_csv(path, cancelled=lambda: bool(_threads()) or fresh_pages._MADVISE is None)
    assert not _threads()
