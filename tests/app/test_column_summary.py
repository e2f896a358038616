"""Facts about the notes, bars and shares of the column list."""

import numpy as np
import pytest

from nnviz.app.column_summary import BINS, column_summaries, plural, role_of, summarise
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.errors import Cancelled


def text(values: list[str | None]) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def small_dataset() -> Dataset:
    columns = (
        Column("height", "float", np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])),
        Column("legs", "integer", np.array([2.0, 4.0, 4.0, 4.0, 2.0, 4.0])),
        Column("flat", "float", np.full(6, 7.0)),
        Column("colour", "string", text(["red", "red", "blue", None, "red", "blue"])),
        Column("kind", "string", text(["a", "a", "a", "b", "a", "b"])),
        Column("nothing", "empty", text([None] * 6)),
        Column("day", "date", np.array(["2024-01-01"] * 3 + ["2024-01-15"] * 3, dtype="datetime64[s]")),
    )
    table = Table("small.csv", None, columns, 6, NO_DIALECT)
    roles = {"height": "feature", "legs": "feature", "kind": "target", "colour": "target"}
    return build_dataset(table, ImportChoices("kind", "binary", roles, validation_fraction=0.0))  # type: ignore[arg-type]


def test_summaries_follow_the_order_of_the_table() -> None:
    names = [summary.name for summary in column_summaries(small_dataset())]
    assert names == ["height", "legs", "flat", "colour", "kind", "nothing", "day"]


def test_missing_values_are_counted_in_the_note_and_ask_for_attention() -> None:
    found = summarise(small_dataset(), "height")
    assert (found.note, found.doubtful) == ("1 missing", True)


def test_complete_column_is_not_doubtful() -> None:
    found = summarise(small_dataset(), "legs")
    assert (found.note, found.doubtful) == ("complete", False)


@pytest.mark.parametrize(("name", "note"), [("flat", "constant"), ("nothing", "empty")])
def test_column_without_information_says_so(name: str, note: str) -> None:
    found = summarise(small_dataset(), name)
    assert (found.note, found.doubtful) == (note, True)


def test_target_has_the_share_of_each_class_in_class_order() -> None:
    found = summarise(small_dataset(), "kind")
    assert found.note == "2 classes"
    assert found.shares == pytest.approx((4 / 6, 2 / 6))


def test_column_that_is_not_the_target_has_no_shares() -> None:
    assert summarise(small_dataset(), "colour").shares == ()


def test_only_one_column_is_the_target_whatever_the_roles_say() -> None:
    dataset = small_dataset()
    assert role_of(dataset, "kind") == "target"
    assert role_of(dataset, "colour") == "ignore"
    assert role_of(dataset, "day") == "ignore"


def test_few_whole_numbers_get_one_bar_each() -> None:
    assert summarise(small_dataset(), "legs").bars == pytest.approx((0.5, 0.0, 1.0))


def test_text_bars_are_the_counts_of_the_most_frequent_values() -> None:
    assert summarise(small_dataset(), "colour").bars == pytest.approx((1.0, 2 / 3))


def test_dates_have_a_histogram() -> None:
    bars = summarise(small_dataset(), "day").bars
    assert len(bars) == BINS
    assert bars[0] == bars[-1] == 1.0
    assert sum(bars) == 2.0


def test_histogram_agrees_with_numpy() -> None:
    dataset = toy_dataset("spiral")
    counts, _ = np.histogram(dataset.table.column("x").numbers(), BINS)
    assert summarise(dataset, "x").bars == pytest.approx(tuple(counts / counts.max()), abs=1.5 / counts.max())


def test_range_beyond_float64_still_has_bars() -> None:
    values = np.array([-1.7e308, 1.7e308, 0.0, 1.0])
    columns = (Column("wide", "float", values), Column("y", "float", np.arange(4.0) + 0.5))
    table = Table("wide.csv", None, columns, 4, NO_DIALECT)
    choices = ImportChoices("y", "regression", {"wide": "ignore", "y": "target", "x": "feature"})
    dataset = toy_dataset("plane")
    wide = Dataset(
        "wide.csv", table, choices, dataset.preprocessor, dataset.X, dataset.Y, dataset.train_rows,
        dataset.validation_rows, dataset.table_rows,
    )  # fmt: skip
    bars = summarise(wide, "wide").bars
    assert len(bars) == BINS
    assert bars[0] == bars[-1] == 0.5


def test_cancelled_job_stops_between_columns() -> None:
    with pytest.raises(Cancelled):
        column_summaries(toy_dataset("xor"), cancelled=lambda: True)


def test_plural_writes_thousands() -> None:
    assert [plural(1, "row"), plural(0, "row"), plural(1200, "class")] == ["1 row", "0 rows", "1,200 classes"]
