"""Random tables in random dialects: what was written is what is read, and planted faults are reported by line."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from nnviz.data import decoding
from nnviz.data.csv_reader import read_csv
from nnviz.data.table import Table
from tests.data.fault_planting import FAULTS, plant
from tests.data.table_writer import Cell, Written, assemble, random_style, random_table, written_line

TABLES: Final = 25
SOUND_SEEDS: Final = range(16)
FAULTY_SEEDS: Final = range(16)
# Tables that were once read wrongly: (114, 19) ends with a record over two lines and an escaped quote in the last one.
ONCE_WRONG: Final = ((114, 19),)


def _sound(rng: np.random.Generator) -> Written:
    style = random_style(rng)
    names, rows = random_table(rng, style)
    written = Written(style, names, rows)
    assemble(rng, written, [written_line(row, style) for row in rows])
    return written


def _rows(table: Table) -> list[list[Cell]]:
    columns = [column.cells(0, table.n_rows) for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _differences(table: Table, written: Written) -> list[str]:
    """Say what is read otherwise than it was written."""
    found = []
    if table.n_rows != len(written.rows):
        found.append(f"{table.n_rows} rows, not {len(written.rows)}")
    if written.style.header and [column.name for column in table.columns] != written.names:
        found.append(f"names {[column.name for column in table.columns]}, not {written.names}")
    if table.dialect.header != written.style.header:
        found.append(f"header {table.dialect.header}")
    for place, (got, wanted) in enumerate(zip(_rows(table), written.rows, strict=False)):
        if got != wanted:
            found.append(f"row {place} is {got}, not {wanted}")
    lines = {bad.line for bad in table.rejected}
    if lines != set(written.planted):
        found.append(f"rejected {[(bad.line, bad.reason) for bad in table.rejected]}, not {written.planted}")
    counts = table.reconciliation
    if counts is None or not counts.adds_up:
        found.append(f"does not add up: {counts}")
    return found


@pytest.mark.parametrize("seed", SOUND_SEEDS)
def test_what_was_written_is_what_is_read(make_file: Callable[..., Path], seed: int) -> None:
    for number in range(TABLES):
        written = _sound(np.random.default_rng([seed, number]))
        path = make_file(written.content)
        assert not _differences(read_csv(path), written), (seed, number, written.style, written.content[:2000])


@pytest.mark.parametrize("seeds", ONCE_WRONG)
def test_what_was_once_read_wrongly_is_read_right(make_file: Callable[..., Path], seeds: tuple[int, int]) -> None:
    written = _sound(np.random.default_rng(seeds))
    assert not _differences(read_csv(make_file(written.content)), written)


@pytest.mark.parametrize("piece", [5, 37])
def test_it_does_not_matter_where_the_pieces_of_a_file_part(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(decoding, "_PIECE", piece)
    for number in range(TABLES):
        rng = np.random.default_rng([2000, piece, number])
        written = plant(rng, FAULTS[number % len(FAULTS)]) if number % 2 else _sound(rng)
        path = make_file(written.content)
        assert not _differences(read_csv(path), written), (number, written.fault, written.content[:2000])


@pytest.mark.parametrize("seed", FAULTY_SEEDS)
def test_a_planted_fault_is_reported_with_its_line_and_costs_no_other(
    make_file: Callable[..., Path], seed: int
) -> None:
    for number in range(TABLES):
        rng = np.random.default_rng([1000 + seed, number])
        written = plant(rng, FAULTS[(seed * TABLES + number) % len(FAULTS)])
        path = make_file(written.content)
        found = _differences(read_csv(path), written)
        assert not found, (seed, number, written.fault, found[:3], written.style, written.content[:2000])
