"""Names are made unique as a person compares them, and every change is said."""

import pytest

from nnviz.data.column_names import unique_names


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["caf\u00e9", "cafe\u0301"], ["caf\u00e9", "cafe\u0301_2"]),
        (["caf\u00e9", "CAFE\u0301", "cafe\u0301_2"], ["caf\u00e9", "CAFE\u0301_3", "cafe\u0301_2"]),
        (["fix", "\uff46\uff49\uff58"], ["fix", "\uff46\uff49\uff58_2"]),
        (["Straße", "STRASSE"], ["Straße", "STRASSE_2"]),
    ],
)
def test_names_that_look_the_same_are_repeats(written: list[str], names: list[str]) -> None:
    found, warnings = unique_names(written)
    assert found == names
    assert "repeat" in warnings[0]


def test_different_names_stay_as_they_are_written() -> None:
    written = ["caf\u00e9", "cafe", " padded ", "x²"]
    assert unique_names(written) == (["caf\u00e9", "cafe", "padded", "x²"], [])
