"""A new file is encoded by what was fitted on another one; what does not suit it is said with numbers."""

from collections.abc import Sequence

import numpy as np
import pytest

from nnviz.data.applying import AppliedRows, apply_to
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, build_dataset, choices_from_guess
from nnviz.data.features import Encoding
from nnviz.data.infer import guess
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.shipped_datasets import SHIPPED, shipped_path
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.engine.metrics import accuracy
from nnviz.errors import UserError

N = 60
RNG = np.random.default_rng(0)


def texts(values: Sequence[str | None]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def table(n: int = N, name: str = "new.csv", **changed: Column | None) -> Table:
    rng = np.random.default_rng(n)
    days = (18_000 + rng.integers(0, 10, n)) * 86_400
    columns: dict[str, Column | None] = {
        "size": Column("size", "float", rng.normal(10.0, 3.0, n)),
        "colour": Column("colour", "string", texts([["red", "blue"][i % 2] for i in range(n)])),
        "day": Column("day", "date", days.astype("datetime64[s]")),
        "price": Column("price", "float", rng.normal(size=n)),
        "kind": Column("kind", "string", texts([["a", "b", "c"][i % 3] for i in range(n)])),
        **changed,
    }
    kept = tuple(column for column in columns.values() if column is not None)
    return Table(name, None, kept, n, NO_DIALECT)


def fitted(target: str = "kind", task: Task = "multiclass", made: Table | None = None) -> Preprocessor:
    names = ["size", "colour", "day"]
    return Preprocessor.fit(made or table(), np.arange(N), names, target, task)


def apply(made: Table, preprocessor: Preprocessor | None = None) -> AppliedRows:
    return apply_to(made, preprocessor or fitted())


def test_suitable_file_has_no_problems_and_targets_for_every_row() -> None:
    made = table(30)
    rows = apply(made)
    assert rows.problems == ()
    np.testing.assert_array_equal(rows.X, fitted().transform(made))
    np.testing.assert_array_equal(rows.Y, np.eye(3)[np.arange(30) % 3])
    assert rows.X_scored is rows.X


def test_nothing_is_fitted() -> None:
    one = apply(table(30, size=Column("size", "float", np.full(30, 1e6)))).X
    assert one[:, 0].min() > 1e5  # by the training rows' mean and deviation, not by its own


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_of_a_data_set_become_the_same_inputs_again(name: str) -> None:
    read = read_csv(shipped_path(name))
    data: Dataset = build_dataset(read, choices_from_guess(guess(read)))
    rows = apply_to(read, data.preprocessor)
    np.testing.assert_array_equal(rows.X_scored, data.X)
    np.testing.assert_array_equal(rows.Y, data.Y)


def test_targets_are_ready_for_a_metric() -> None:
    rows = apply(table(30, kind=Column("kind", "string", texts(["a", None, "c"] * 10))))
    answers = np.zeros((20, 3))
    answers[:, 0] = 1.0  # a network that always says "a" is right on every row of class a
    assert accuracy(answers, rows.Y, "multiclass") == 0.5
    assert rows.X_scored.shape[0] == len(rows.Y) == 20
    assert rows.problems == ("10 of 30 rows have no kind: they are predicted but not scored.",)


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(UserError, match=r"new\.csv has none of the columns 'size', 'day', which this model needs"):
        apply(table(30, size=None, day=None))


def test_column_under_a_similar_name_is_suggested() -> None:
    renamed = Column("Size ", "float", np.ones(30))
    with pytest.raises(UserError, match="no column 'size'") as caught:
        apply(table(30, size=None, other=renamed))
    assert caught.value.hint == "Is it the column 'Size '? Rename it."


def test_unseen_categories_are_counted() -> None:
    colours = texts(["red"] * 15 + ["green"] * 10 + ["teal"] * 4 + [None])
    rows = apply(table(30, colour=Column("colour", "string", colours)))
    assert rows.problems == (
        (
            "colour: 14 of 30 rows have a category that training never saw, 'green' (10), 'teal' (4); they are none of "
            "the known ones."
        ),
        "colour: 1 of 30 values are missing, and none was in training.",
    )


def test_unseen_categories_share_the_input_of_the_others_where_there_is_one() -> None:
    many = table(colour=Column("colour", "string", texts([f"c{i % 20}" for i in range(N)])))
    preprocessor = Preprocessor.fit(many, np.arange(N), ["colour"], "price", "regression", {"colour": Encoding(top=5)})
    rows = apply_to(table(30), preprocessor)
    assert rows.problems == (
        (
            "colour: 30 of 30 rows have a category that was rare in training or never seen, 'blue' (15), 'red' (15); "
            "they count as '(other)'."
        ),
    )
    assert rows.X[:, -1].sum() == 30


def test_gaps_that_training_never_had_are_counted() -> None:
    sizes = np.full(30, 5.0)
    sizes[:4] = np.nan
    rows = apply(table(30, size=Column("size", "float", sizes)))
    assert rows.problems == (
        "size: 4 of 30 values are missing, and none was in training: the training median stands in for them.",
    )
    assert np.isfinite(rows.X).all()


def test_numbers_in_a_text_column_are_read_and_the_rest_is_counted() -> None:
    mixed = texts(["7.5"] * 28 + ["big", "none"])
    rows = apply(table(30, size=Column("size", "string", mixed)))
    assert rows.problems[0] == "size: 2 values such as 'big' are not a number and count as missing."
    feature = fitted().features[0]
    assert rows.X[0, 0] == pytest.approx((7.5 - feature.mean) / feature.std)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("column", "word"),
    [
        (
            Column("size", "string", texts(["big", "small"] * 15)),
            "size holds text, but this model learned it as numbers",
        ),
        (Column("day", "string", texts(["some", "day"] * 15)), "day holds text, but this model learned it as dates"),
        (Column("day", "float", np.ones(30)), "day holds numbers, but this model learned it as dates"),
        (Column("size", "date", table(30).column("day").values), "size holds dates, but this model learned it as num"),
    ],
)
def test_column_of_another_kind_is_refused(column: Column, word: str) -> None:
    with pytest.raises(UserError, match=word):
        apply(table(30, **{column.name: column}))  # type: ignore[arg-type]


def test_file_without_the_target_is_predicted_only() -> None:
    rows = apply(table(30, kind=None))
    assert not rows.has_target
    assert (rows.X.shape[0], rows.Y.shape) == (30, (0, 3))
    assert rows.problems == ("There is no column 'kind': predictions only, nothing to compare with.",)


def test_classes_that_training_never_saw_are_not_scored() -> None:
    kinds = texts(["a"] * 20 + ["z"] * 7 + [None] * 3)
    rows = apply(table(30, kind=Column("kind", "string", kinds)))
    assert rows.scored_rows.tolist() == list(range(20))
    assert rows.problems == (
        "3 of 30 rows have no kind: they are predicted but not scored.",
        "kind: 7 of 30 rows have a class that training never saw, 'z' (7); they are not scored.",
    )


def test_number_to_predict_is_scaled_as_in_training() -> None:
    preprocessor = fitted("price", "regression")
    made = table(30)
    rows = apply(made, preprocessor)
    back = rows.Y[:, 0] * preprocessor.target_std + preprocessor.target_mean
    np.testing.assert_allclose(back, made.column("price").values)
    words = apply(table(30, price=Column("price", "string", texts(["dear", "cheap"] * 15))), preprocessor)
    assert not words.has_target
    assert words.problems == (
        "price holds text, but this model predicts a number: predictions only, nothing to compare with.",
    )


def test_category_learned_as_text_is_recognised_among_numbers() -> None:
    zipped = table(colour=Column("colour", "string", texts(["10", "20"] * 30)))
    preprocessor = fitted(made=zipped)
    rows = apply(table(30, colour=Column("colour", "integer", np.array([10.0, 20.0] * 15))), preprocessor)
    assert rows.problems == ()
    assert rows.X[:, preprocessor.columns_of("colour")].tolist() == [[1, 0], [0, 1]] * 15
