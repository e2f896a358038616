"""How a column is encoded is chosen per column, kept with the model, said in words and turned back."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, RobustScaler

from nnviz.data.date_parts import DatePart, part_values, suggest_parts
from nnviz.data.features import MISSING, CategoricalFeature, DateFeature, Encoding, NumericFeature, Scaling
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.errors import UserError

N = 400
RNG = np.random.default_rng(0)
SIZE = RNG.lognormal(3.0, 2.0, N)
DAYS = np.sort(RNG.integers(10_000, 12_000, N)).astype(np.float64) + RNG.integers(0, 24, N) / 24.0
CITIES = np.array([f"c{i}" for i in range(12)] + [None], dtype=object)[RNG.integers(0, 13, N)]


def table(**extra: Column) -> Table:
    moments = np.round(DAYS * 86_400).astype(np.int64).astype("datetime64[s]")
    columns = {
        "size": Column("size", "float", SIZE),
        "when": Column("when", "datetime", moments),
        "city": Column("city", "string", CITIES),
        "y": Column("y", "float", np.arange(float(N))),
        **extra,
    }
    return Table("t", None, tuple(columns.values()), N, NO_DIALECT)


def fitted(*names: str, rows: int = 300, made: Table | None = None, **encodings: Encoding) -> Preprocessor:
    return fitted_with(names, encodings, rows, made)


def fitted_with(
    names: Sequence[str], encodings: Mapping[str, Encoding], rows: int = 300, made: Table | None = None
) -> Preprocessor:
    return Preprocessor.fit(made or table(), np.arange(rows), names, "y", "regression", encodings)


@pytest.mark.parametrize(("scaling", "scaler"), [("min-max", MinMaxScaler()), ("robust", RobustScaler())])
def test_scaling_is_that_of_sklearn_fitted_on_the_training_rows(scaling: Scaling, scaler: MinMaxScaler) -> None:
    X = fitted("size", size=Encoding(scaling)).transform(table())
    expected = scaler.fit(SIZE[:300, None]).transform(SIZE[:, None])
    np.testing.assert_allclose(X, expected, rtol=1e-12, atol=1e-12)


def test_each_column_has_its_own_scaling() -> None:
    both = fitted("size", "when", size=Encoding("robust"), when=Encoding("min-max", date_parts=("elapsed",)))
    first, second = both.features
    assert isinstance(first, NumericFeature)
    assert isinstance(second, NumericFeature)
    assert (first.scale.scaling, second.scale.scaling) == ("robust", "min-max")
    X = both.transform(table())[:300]
    assert (X[:, 1].min(), X[:, 1].max()) == (0.0, 1.0)
    assert np.median(X[:, 0]) == pytest.approx(0.0)


def test_robust_scale_hardly_minds_a_row_that_lies_a_million_times_too_far() -> None:
    spoilt = SIZE.copy()
    spoilt[0] = 1e12
    made = table(size=Column("size", "float", spoilt))
    scales = [fitted("size", made=t, size=Encoding("robust")).features[0].scale for t in (table(), made)]  # type: ignore[union-attr]
    assert scales[1].divisor == pytest.approx(scales[0].divisor, rel=0.05)
    assert fitted("size", made=made).features[0].std > 1e9  # type: ignore[union-attr]


@pytest.mark.parametrize("scaling", ["standardise", "min-max", "robust"])
def test_column_without_spread_becomes_zeros(scaling: Scaling) -> None:
    made = table(size=Column("size", "float", np.full(N, 0.1)))
    assert not fitted("size", made=made, size=Encoding(scaling)).transform(made).any()


def test_robust_scale_without_a_middle_half_is_the_standard_deviation() -> None:
    values = np.zeros(N)
    values[:20] = 50.0
    made = table(size=Column("size", "float", values))
    feature = fitted("size", made=made, size=Encoding("robust")).features[0]
    assert isinstance(feature, NumericFeature)
    assert feature.scale.scaling == "standardise"
    assert feature.std == pytest.approx(values[:300].std())


def test_flag_comes_with_gaps_among_the_training_rows_only() -> None:
    values = SIZE.copy()
    values[350] = np.nan
    made = table(size=Column("size", "float", values))
    assert fitted("size", made=made).output_names == ("size",)
    assert fitted("size", made=made, rows=360).output_names == ("size", "size is missing")


@pytest.mark.parametrize(("top", "width"), [(3, 5), (11, 13), (12, 13), (50, 13)])
def test_as_many_categories_as_chosen_get_an_input(top: int, width: int) -> None:
    feature = fitted("city", city=Encoding(top=top)).features[0]
    assert isinstance(feature, CategoricalFeature)
    assert feature.width == width
    assert feature.has_other == (top < 12)
    assert feature.has_missing


@pytest.mark.parametrize("part", ["year", "month", "day of year", "weekday", "hour"])
def test_parts_are_those_of_the_calendar(part: DatePart) -> None:
    days = np.array([-0.5, 0.0, 59.99, 10_956.25, 11_016.0, 19_782.999_99, 2_932_896.0, np.nan])
    moments = [datetime(1970, 1, 1) + timedelta(seconds=round(day * 86_400)) for day in days[:-1]]  # noqa: DTZ001
    calendar: dict[str, list[float]] = {
        "year": [m.year for m in moments],
        "month": [m.month - 1 for m in moments],
        "day of year": [m.timetuple().tm_yday - 1 for m in moments],
        "weekday": [m.weekday() for m in moments],
        "hour": [m.hour + m.minute / 60 + m.second / 3600 for m in moments],
    }
    found = part_values(days, part)
    np.testing.assert_allclose(found[:-1], calendar[part])
    assert np.isnan(found[-1])


def test_seconds_survive_the_rounding_of_days() -> None:
    seconds = np.arange(1.7e9, 1.7e9 + 90_000.0)
    np.testing.assert_allclose(part_values(seconds / 86_400.0, "hour"), seconds % 86_400 / 3600, rtol=1e-12)


def test_cycle_ends_beside_its_beginning() -> None:
    encoding = Encoding(date_parts=("day of year", "weekday"))
    moments = np.array(["2023-12-31", "2024-01-01", "2023-07-01"] * 4, dtype="datetime64[s]")
    made = Table("t", None, (Column("d", "date", moments), Column("y", "float", np.arange(12.0))), 12, NO_DIALECT)
    fit = Preprocessor.fit(made, np.arange(12), ["d"], "y", "regression", {"d": encoding})
    X = fit.transform(made)
    assert fit.output_names == ("d day of year sin", "d day of year cos", "d weekday sin", "d weekday cos")
    assert np.hypot(*(X[0, :2] - X[1, :2])) < 0.04
    assert np.hypot(*(X[0, :2] - X[2, :2])) > 1.9
    np.testing.assert_allclose(X[:, 0] ** 2 + X[:, 1] ** 2, 1.0)


@pytest.mark.parametrize(
    ("days", "parts"),
    [
        (np.arange(10.0), ("elapsed",)),
        (np.arange(30.0), ("elapsed", "weekday")),
        (np.arange(0.0, 70.0, 7.0), ("elapsed",)),
        (np.arange(0.0, 5.0, 0.25), ("elapsed", "hour")),
        (np.arange(800.0), ("elapsed", "day of year", "weekday")),
        (np.array([np.nan, np.nan]), ("elapsed",)),
        (np.array([5.0, np.nan]), ("elapsed",)),
    ],
)
def test_cycles_that_were_seen_twice_are_learned_by_default(days: np.ndarray, parts: tuple[str, ...]) -> None:
    assert suggest_parts(days) == parts


def test_date_of_many_parts_has_one_flag_and_one_median() -> None:
    moments = table().column("when").values.copy()
    moments[5] = np.datetime64("NaT")
    made = table(when=Column("when", "datetime", moments))
    fit = fitted("when", made=made, when=Encoding(date_parts=("elapsed", "year", "month", "hour")))
    assert fit.output_names == (
        "when", "when year", "when month sin", "when month cos", "when hour sin", "when hour cos", "when is missing",
    )  # fmt: skip
    X = fit.transform(made)
    assert X[:, -1].sum() == 1.0
    np.testing.assert_allclose(X[:300, :2].mean(axis=0), 0.0, atol=1e-10)
    np.testing.assert_allclose(X[:300, :2].std(axis=0), 1.0)
    again = fit.transform_columns({"when": np.array([np.nan, fit.features[0].median])})  # type: ignore[union-attr]
    np.testing.assert_array_equal(again[0, :-1], again[1, :-1])


ALL = {
    "size": Encoding("robust"),
    "when": Encoding("min-max", date_parts=("weekday", "elapsed", "hour")),
    "city": Encoding(top=4),
}


def test_every_encoding_survives_json_exactly() -> None:
    first = fitted_with(["size", "when", "city"], ALL)
    again = Preprocessor.from_dict(json.loads(json.dumps(first.to_dict())))
    assert again == first
    np.testing.assert_array_equal(again.transform(table()), first.transform(table()))


def test_file_of_the_first_version_is_still_read() -> None:
    old = {
        "task": "regression", "target": "y", "classes": [], "target_mean": 2.0, "target_std": 3.0,
        "features": [
            {"type": "numeric", "name": "size", "kind": "float", "median": 1.5, "mean": 4.0, "std": 2.0,
             "missing_flag": True},
            {"type": "categorical", "name": "city", "categories": ["c1", "c2"], "has_other": True,
             "has_missing": False},
        ],
    }  # fmt: skip
    fit = Preprocessor.from_dict(old)
    X = fit.transform_columns({"size": np.array([8.0, np.nan]), "city": np.array(["c2", "new"], dtype=object)})
    np.testing.assert_array_equal(X, [[2.0, 0.0, 0.0, 1.0, 0.0], [-1.25, 1.0, 0.0, 0.0, 1.0]])
    entry = fit.to_dict()["features"][0]
    assert {**entry, "scaling": "standardise"} == {**old["features"][0], "scaling": "standardise"}  # type: ignore[index]


@pytest.mark.parametrize(
    "change", [{"scaling": "guess"}, {"scaling": 3}, {"iqr": 0.0}, {"iqr": None}, {"center": float("inf")}]
)
def test_damaged_scale_is_refused(change: dict[str, object]) -> None:
    data = fitted("size", size=Encoding("robust")).to_dict()
    data["features"][0].update(change)
    with pytest.raises(UserError):
        Preprocessor.from_dict(data)


@pytest.mark.parametrize(
    "parts",
    [None, [], [{"part": "century"}], [{"part": "hour"}, {"part": "hour"}], [{"part": "year"}], ["hour"], [3], [{}]],
)
def test_damaged_date_is_refused(parts: object) -> None:
    data = fitted_with(["when"], ALL).to_dict()
    data["features"][0]["parts"] = parts
    with pytest.raises(UserError):
        Preprocessor.from_dict(data)


def test_raw_values_come_back_from_the_inputs() -> None:
    values = SIZE.copy()
    values[:5] = np.nan
    made = table(size=Column("size", "float", values))
    fit = fitted("size", "when", "city", made=made, when=ALL["when"], size=ALL["size"])
    raw = fit.raw_columns(fit.transform(made))
    np.testing.assert_allclose(raw["size"], values, rtol=1e-12)
    np.testing.assert_allclose(raw["when"], made.column("when").numbers(), rtol=1e-12)
    assert raw["city"].tolist() == CITIES.tolist()


def test_cycles_alone_do_not_say_which_day_it_was() -> None:
    fit = fitted("when", when=Encoding(date_parts=("hour",)))
    assert isinstance(fit.features[0], DateFeature)
    assert np.isnan(fit.raw_columns(fit.transform(table()))["when"]).all()


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=4, max_size=60),
    scaling=st.sampled_from(["standardise", "min-max", "robust"]),
)
def test_scaled_numbers_always_turn_back(values: list[float | None], scaling: Scaling) -> None:
    numbers = np.array([np.nan if value is None else value for value in values])
    n = len(numbers)
    made = Table("t", None, (Column("x", "float", numbers), Column("y", "float", np.arange(float(n)))), n, NO_DIALECT)
    fit = Preprocessor.fit(made, np.arange(n), ["x"], "y", "regression", {"x": Encoding(scaling)})
    X = fit.transform(made)
    assert np.isfinite(X).all()
    back = fit.raw_columns(X)["x"]
    largest = np.nanmax(np.abs(numbers), initial=1.0)
    np.testing.assert_allclose(back, numbers, rtol=1e-9, atol=1e-9 * largest)


def test_robust_scale_does_not_divide_by_next_to_nothing() -> None:
    tiny = np.array([-2.5e-308, 0.0, 0.0, 1e-310, 1e-310, 1e9])
    made = Table("t", None, (Column("x", "float", tiny), Column("y", "float", np.arange(6.0))), 6, NO_DIALECT)
    fit = Preprocessor.fit(made, np.arange(6), ["x"], "y", "regression", {"x": Encoding("robust")})
    assert np.abs(fit.transform(made)).max() < 3
    assert "standard deviation" in " ".join(fit.describe()["x"])


def test_steps_are_said_in_words() -> None:
    values = SIZE.copy()
    values[0] = np.nan
    made = table(size=Column("size", "float", values))
    words = fitted_with(["size", "when", "city"], ALL, made=made).describe()
    assert list(words) == ["size", "when", "city", "y"]
    assert words["size"][0].startswith("A missing value becomes the median ")
    assert words["size"][0].endswith(", and a second input says that it was missing.")
    assert "minus the median" in words["size"][1]
    assert "divided by the interquartile range" in words["size"][1]
    assert words["when"][1] == "Then the day of the week: the sine and cosine of its angle, two inputs."
    assert words["when"][2].startswith("Then the days since 1970-01-01: minus the lowest value 1997-05-")
    assert re.search(r"divided by the range \d+ days\.$", words["when"][2])
    assert words["city"][0].startswith("One input of 0 or 1 for each of 4 categories: ")
    assert "(other)" in words["city"][0]
    assert MISSING in words["city"][1]
    assert words["y"] == (
        "The target: minus the mean 149.5, divided by the standard deviation 86.6; predictions are turned back.",
    )


def test_median_date_is_said_as_a_date() -> None:
    moments = np.array(["2024-01-31", "2024-02-01", "2024-02-05", "NaT"], dtype="datetime64[s]")
    made = Table("t", None, (Column("d", "date", moments), Column("y", "float", np.arange(4.0))), 4, NO_DIALECT)
    words = Preprocessor.fit(made, np.arange(4), ["d"], "y", "regression").describe()
    assert words["d"][0].startswith("A missing value becomes the median 2024-02-01,")


def test_classes_are_said_in_words() -> None:
    labels = np.array([["no", "yes"][i % 2] for i in range(N)], dtype=object)
    words = Preprocessor.fit(table(k=Column("k", "string", labels)), np.arange(N), ["size"], "k", "binary").describe()
    assert words["k"] == ("The target: 0 for no, 1 for yes.",)


@pytest.mark.parametrize(
    "wrong",
    [{"scaling": "log"}, {"top": 0}, {"date_parts": ()}, {"date_parts": ("hour", "hour")}, {"date_parts": ("age",)}],
)
def test_senseless_encoding_is_a_programming_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"scaling|category|parts"):
        Encoding(**wrong)  # type: ignore[arg-type]
