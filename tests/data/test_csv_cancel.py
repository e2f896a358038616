"""Cancelling answers soon at any point: no step between two questions takes long."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.errors import Cancelled

# The promise is 0.2 s; a busy machine is given four times as long.
LONGEST = 0.8


def _texts() -> str:
    return "text,y\n" + "".join(f"row number {i} of very many,{i % 3}\n" for i in range(400_000))


def _prices() -> str:
    return "price;y\n" + "".join(f"{i}.5 kg;1\n" if i % 5 == 0 else f"$ {i}.25;0\n" for i in range(200_000))


def _wide() -> str:
    return "\n".join([",".join(f"c{i}" for i in range(5_000)), *[",".join(["1.25"] * 5_000)] * 30]) + "\n"


def _unclosed() -> str:
    return 'a,b,c\n1,"x,2\n' + "".join(f"{i},t{i},{i % 3}\n" for i in range(300_000))


def _dates() -> str:
    return "day,y\n" + "".join(
        f"{i % 28 + 1}/{i % 12 + 1}/{1900 + i % 199} {i % 24}:{i % 60:02},1\n" for i in range(99_999)
    )


@pytest.mark.parametrize("make", [_texts, _prices, _wide, _unclosed, _dates])
def test_no_step_between_two_questions_takes_long(make_file: Callable[..., Path], make: Callable[[], str]) -> None:
    path = make_file(make())
    asked = [time.perf_counter()]

    def cancelled() -> bool:
        asked.append(time.perf_counter())
        return False

    read_csv(path, cancelled=cancelled)
    asked.append(time.perf_counter())
    assert max(after - before for before, after in pairwise(asked)) < LONGEST
    assert len(asked) > 20


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.95])
def test_every_question_can_be_answered_with_stop(make_file: Callable[..., Path], share: float) -> None:
    path = make_file(_prices())
    questions = 0

    def count() -> bool:
        nonlocal questions
        questions += 1
        return False

    read_csv(path, cancelled=count)
    left = int(share * questions)

    def stop() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    with pytest.raises(Cancelled):
        read_csv(path, ReadOptions(), cancelled=stop)
    assert left == -1
