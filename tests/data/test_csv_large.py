"""Files larger than memory, samples of their rows, and gzip files that grow."""

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data import file_bytes, large_file, memory
from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.memory import TooLargeError
from nnviz.errors import UserError

N = 20_000


def _numbers(n_rows: int = N) -> str:
    return "i,x,label\n" + "".join(f"{i},{i % 7}.5,{'ab'[i % 2]}\n" for i in range(n_rows))


def test_a_table_larger_than_memory_is_refused_with_the_rows_that_would_fit(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(_numbers())
    monkeypatch.setattr(memory, "available_memory", lambda: 1_000_000)
    with pytest.raises(TooLargeError, match="does not fit in memory") as caught:
        read_csv(path)
    assert 1_000 < caught.value.rows < N
    assert f"--sample-rows {caught.value.rows}" in caught.value.hint
    assert f"{caught.value.rows:,} rows would fit" in caught.value.message
    table = read_csv(path, ReadOptions(sample_rows=caught.value.rows))
    assert table.n_rows == caught.value.rows
    monkeypatch.setattr(memory, "available_memory", lambda: 100_000_000)
    assert read_csv(path).n_rows == N


@pytest.mark.parametrize("quoted", [False, True])
def test_a_sample_keeps_the_order_and_the_fields_of_its_rows(make_file: Callable[..., Path], quoted: bool) -> None:
    text = _numbers().replace(",a\n", ',"a, or so"\n') if quoted else _numbers()
    table = read_csv(make_file(text), ReadOptions(sample_rows=500))
    rows = [int(value or 0) for value in table.column("i").cells(0, 500)]
    assert table.n_rows == len(rows) == 500
    assert rows == sorted(set(rows))
    assert table.column("x").cells(0, 500) == [row % 7 + 0.5 for row in rows]
    assert max(rows) > 0.95 * N > 0.05 * N > min(rows)
    assert "A random sample of 500 of 20,000 rows, in the order of the file." in table.warnings
    counts = table.reconciliation
    assert counts is not None
    assert counts.rows == N
    assert counts.adds_up


def test_a_seed_gives_one_sample_and_another_seed_another(make_file: Callable[..., Path]) -> None:
    path = make_file(_numbers())
    cells = [
        read_csv(path, ReadOptions(sample_rows=50, sample_seed=seed)).column("i").cells(0, 50) for seed in (1, 1, 2)
    ]
    assert cells[0] == cells[1] != cells[2]


def test_every_row_has_the_same_chance(make_file: Callable[..., Path]) -> None:
    path = make_file("i,y\n" + "".join(f"{i},{i % 2}\n" for i in range(40)))
    drawn: Counter[object] = Counter()
    for seed in range(300):
        drawn.update(read_csv(path, ReadOptions(sample_rows=10, sample_seed=seed)).column("i").cells(0, 10))
    # Binomial(300, 1/4): mean 75, standard deviation 7.5.
    assert set(drawn) == set(range(40))
    assert min(drawn.values()) > 75 - 5 * 7.5
    assert max(drawn.values()) < 75 + 5 * 7.5


def test_a_sample_larger_than_the_file_is_the_file(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(_numbers(30)), ReadOptions(sample_rows=1000))
    assert table.n_rows == 30
    assert not any("sample" in warning for warning in table.warnings)


def test_a_file_kept_on_the_disk_gives_the_same_table(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(_numbers())
    whole = read_csv(path)
    monkeypatch.setattr(file_bytes, "keeps_on_disk", lambda _size: True)
    table = read_csv(path)
    assert [column.values.tolist() for column in table.columns] == [column.values.tolist() for column in whole.columns]
    with pytest.raises(UserError, match="PNG"):
        read_csv(make_file(b"\x89PNG\r\n\x1a\n" + bytes(50)))
    cafe = read_csv(make_file("name,y\n" + "caf\xe9,1\n" * 10, encoding="cp1252"))
    assert cafe.dialect.encoding == "cp1252"


def test_gzip_that_unpacks_beyond_the_limit_is_refused_unless_asked_for(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(gzip.compress(_numbers().encode()), "big.csv.gz")
    monkeypatch.setattr(large_file, "MAX_UNPACKED", 50_000)
    with pytest.raises(UserError, match="unpacks to more than") as caught:
        read_csv(path)
    assert "--sample-rows" in caught.value.hint
    assert read_csv(path, ReadOptions(large=True)).n_rows == N
    assert read_csv(path, ReadOptions(sample_rows=100)).n_rows == 100


def test_a_file_that_shrinks_while_it_is_read_is_said_to_have_changed(make_file: Callable[..., Path]) -> None:
    path = make_file("x" * 1_000_000)
    file = large_file.LargeFile(path, 1_000_000)
    assert file[0:5] == b"xxxxx"
    path.write_text("x" * 10)
    with pytest.raises(UserError, match="has changed"):
        file[500_000:]
    file.close()


def test_free_memory_is_a_plausible_number() -> None:
    free = memory.available_memory()
    assert free is None or 2**20 < free < 2**50
