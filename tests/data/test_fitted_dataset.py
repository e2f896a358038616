"""A table made ready by a preprocessing that was fitted on another one: nothing is learned from the new rows."""

import numpy as np
import pytest

from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import Role
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.errors import UserError

ROLES: dict[str, Role] = {"size": "feature", "colour": "feature", "answer": "target"}


def texts(*values: str | None) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(values, dtype=object)


def table(size: list[float], colour: list[str | None], answer: list[str | None], name: str = "made.csv") -> Table:
    columns = (
        Column("size", "float", np.array(size)),
        Column("colour", "string", texts(*colour)),
        Column("answer", "string", texts(*answer)),
    )
    return Table(name, None, columns, len(size), NO_DIALECT)


def learned(task: Task = "binary", *, gaps: bool = True) -> Dataset:
    """Sizes around 15 and, with gaps, a missing size and a missing colour among the training rows."""
    size = [10.0, 20.0] * 10
    colour: list[str | None] = ["blue", "red"] * 10
    if gaps:
        size[:2], colour[2:4] = [np.nan] * 2, [None] * 2
    names = {"binary": ["no", "yes"], "multiclass": ["a", "b", "c"]}[task]
    answers: list[str | None] = [names[i % len(names)] for i in range(20)]
    return build_dataset(table(size, colour, answers), ImportChoices("answer", task, ROLES, {}, 0.0))


def put_on(other: Table, fitted: Preprocessor, **choices: object) -> Dataset:
    made = ImportChoices("answer", fitted.task, ROLES, **choices)  # type: ignore[arg-type]
    return build_dataset(other, made, fitted)


def test_other_rows_are_scaled_as_the_training_rows_were() -> None:
    fitted = learned(gaps=False).preprocessor
    data = put_on(table([1_000.0, 15.0, 20.0], ["red"] * 3, ["no", "yes", "no"]), fitted)
    assert data.preprocessor is fitted
    np.testing.assert_allclose(data.X[:, 0], [197.0, 0.0, 1.0])  # mean 15, standard deviation 5


def test_inputs_are_those_of_the_model_whatever_the_new_rows_hold() -> None:
    first = learned()
    assert first.input_names == ("size", "size is missing", "colour = blue", "colour = red", "colour = (missing)")
    data = put_on(table([15.0, np.nan], ["red", None], ["no", "yes"]), first.preprocessor)
    assert data.input_names == first.input_names
    assert data.X[:, 1].tolist() == [0, 1]
    assert data.X[:, 2:].tolist() == [[0, 1, 0], [0, 0, 1]]


def test_complete_rows_keep_the_flag_that_the_model_learned() -> None:
    data = put_on(table([15.0, 15.0], ["red", "blue"], ["no", "yes"]), learned().preprocessor)
    assert data.X[:, 1].tolist() == [0, 0]


def test_gaps_that_the_model_never_saw_take_its_median_and_no_category() -> None:
    data = put_on(table([np.nan, 15.0], ["red", None], ["no", "yes"]), learned(gaps=False).preprocessor)
    assert data.input_names == ("size", "colour = blue", "colour = red")
    np.testing.assert_allclose(data.X, [[0, 0, 1], [0, 0, 0]])


def test_category_that_the_model_never_saw_is_none_of_its_own() -> None:
    data = put_on(table([15.0, 15.0], ["green", "red"], ["no", "yes"]), learned(gaps=False).preprocessor)
    assert data.X[:, 1:].tolist() == [[0, 0], [0, 1]]
    assert data.raw("colour").tolist() == [-1, 1]


def test_classes_keep_the_order_of_the_model_though_one_is_absent() -> None:
    fitted = learned("multiclass").preprocessor
    data = put_on(table([15.0, 15.0, 15.0], ["red"] * 3, ["c", "a", "c"]), fitted)
    assert data.classes == ("a", "b", "c")
    assert data.Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    assert data.target_codes is not None
    assert data.target_codes.tolist() == [2, 0, 2]


def test_rows_of_one_class_suffice_as_nothing_is_learned_from_them() -> None:
    data = put_on(table([15.0, 15.0], ["red", "red"], ["yes", "yes"]), learned().preprocessor)
    assert data.Y.tolist() == [[1], [1]]


def test_class_unknown_to_the_model_is_refused_by_its_name() -> None:
    other = table([15.0, 15.0, 15.0], ["red"] * 3, ["no", "perhaps", "yes"])
    with pytest.raises(UserError, match="answer has the class perhaps, which was not there in training"):
        put_on(other, learned().preprocessor)


def test_row_without_an_answer_is_left_out_of_the_other_table_too() -> None:
    data = put_on(table([1.0, 15.0, 20.0], ["red"] * 3, [None, "no", "yes"]), learned().preprocessor)
    assert (data.dropped, data.table_rows.tolist()) == (1, [1, 2])
    assert data.Y.tolist() == [[0], [1]]
    assert data.raw("size").tolist() == [15, 20]


def test_split_of_the_other_table_is_stratified_by_the_models_classes() -> None:
    answers: list[str | None] = ["yes", "no", "no", "no"] * 10
    data = put_on(table([15.0] * 40, ["red"] * 40, answers), learned().preprocessor, validation_fraction=0.2, seed=4)
    assert data.Y_validation.sum(axis=0).tolist() == [2]
    assert len(data.validation_rows) == 8


def test_number_is_predicted_in_the_scale_of_the_training_targets() -> None:
    def numbers(answer: list[float]) -> Table:
        columns = (
            Column("size", "float", np.arange(len(answer), dtype=np.float64)),
            Column("answer", "float", np.array(answer)),
        )
        return Table("numbers.csv", None, columns, len(answer), NO_DIALECT)

    choices = ImportChoices("answer", "regression", {"size": "feature"}, {}, 0.0)
    fitted = build_dataset(numbers([10.0, 30.0]), choices).preprocessor
    data = build_dataset(numbers([20.0, 20.0, 40.0]), choices, fitted)  # constant targets alone would be refused
    np.testing.assert_allclose(data.Y, [[0.0], [0.0], [2.0]])
    assert build_dataset(numbers([20.0, 20.0]), choices, fitted).Y.tolist() == [[0.0], [0.0]]


def test_words_where_the_model_learned_numbers_are_refused() -> None:
    fitted = learned().preprocessor
    columns = (
        Column("size", "string", texts("big", "small")),
        Column("colour", "string", texts("red", "blue")),
        Column("answer", "string", texts("no", "yes")),
    )
    with pytest.raises(UserError, match="size holds text, but this model learned it as numbers"):
        put_on(Table("words.csv", None, columns, 2, NO_DIALECT), fitted)


def test_column_that_the_model_needs_is_named_when_it_is_not_there() -> None:
    whole = table([15.0, 15.0], ["red", "blue"], ["no", "yes"], name="narrow.csv")
    narrow = Table(whole.name, None, (whole.column("size"), whole.column("answer")), 2, NO_DIALECT)
    with pytest.raises(UserError, match=r"narrow\.csv has no column named colour, which this model needs"):
        put_on(narrow, learned().preprocessor)
