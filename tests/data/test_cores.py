"""What is shared among threads comes back in order, whoever worked on it; sums by pieces are NumPy's, bit for bit."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from nnviz.data.cores import shared
from nnviz.data.sums import pairwise_sums


@pytest.mark.parametrize("n_items", range(1, 14))
@pytest.mark.parametrize("n_cores", [1, 2, 3, 8])
def test_results_come_in_the_order_of_the_items(n_items: int, n_cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: n_cores)
    assert shared(lambda share: [7 * item for item in share], range(n_items), 10**9) == [
        7 * item for item in range(n_items)
    ]


def test_many_cells_are_worked_on_in_several_threads_and_few_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    both = threading.Barrier(2, timeout=10)

    def meet(share: Sequence[int]) -> list[str]:
        both.wait()
        return [threading.current_thread().name for _ in share]

    assert len(set(shared(meet, range(6), 10**9))) == 2
    alone = shared(lambda share: [threading.current_thread().name for _ in share], range(6), 1000)
    assert set(alone) == {threading.current_thread().name}


def test_nothing_to_do_is_not_asked_for() -> None:
    assert shared(lambda share: [1 / len(share)], [], 0) == []


def test_a_fault_in_any_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    for bad in (0, 3):
        with pytest.raises(ZeroDivisionError):
            shared(lambda share, bad=bad: [1 / (item - bad) for item in share], range(4), 10**9)  # type: ignore[misc]


@pytest.mark.parametrize("length", [1, 7, 129, 8193, 32_769, 65_543, 100_003, 1_000_000])
@pytest.mark.parametrize("rows", [1, 3])
def test_sums_of_pieces_are_those_of_the_whole(length: int, rows: int) -> None:
    rng = np.random.default_rng(length)
    values = rng.normal(size=(rows, length)) * 10.0 ** rng.uniform(-5, 5, (rows, 1))
    pieces: list[int] = []

    def cubes(part: np.ndarray) -> np.ndarray:
        pieces.append(part.size)
        return np.asarray((part**3).sum(axis=1))

    assert (pairwise_sums(values, cubes) == (values**3).sum(axis=1)).all()
    assert sum(pieces) == values.size
    assert max(pieces) <= max(32_768, rows * 8192)
