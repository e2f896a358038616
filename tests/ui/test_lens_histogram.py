"""Which rows a neuron's histogram counts is told in as many words as stand clear of the ends of its axis."""

import numpy as np
import pytest

from nnviz.app.lens_rows import ActivationHistogram
from nnviz.ui.plots.lens_histogram import rows_words


@pytest.mark.parametrize(
    ("whole", "room", "words"),
    [
        (True, 20, "all 1,569 rows"),
        (True, 12, "1,569 rows"),
        (True, 6, "1,569"),
        (True, 4, ""),
        (False, 20, "1,569 of the rows"),
        (False, 12, "1,569 rows"),
    ],
)
def test_words_give_way_to_the_numbers_beside_them(whole: bool, room: int, words: str) -> None:
    shown = ActivationHistogram(np.ones((2, 8), np.intp), -1.0, 1.0, 1_569, whole)
    assert rows_words(shown, len, room) == words
