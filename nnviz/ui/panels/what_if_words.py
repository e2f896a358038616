"""What a what-if says in words: what is other, what is missing, and what training was never shown."""

import math

from nnviz.app.plain_numbers import plain_number
from nnviz.app.slices import Slices
from nnviz.app.what_if import WhatIf
from nnviz.data.dataset import Dataset
from nnviz.ui.axis_values import value_text
from nnviz.ui.text_parts import one_line

_NAMED = 2  # columns that are outside and named one by one
_LONGEST = 20  # characters of a class


def change_texts(slices: Slices, changed: WhatIf) -> list[str]:
    """Return each changed value beside the row's own: "petal_length 5.1 instead of 1.4"."""
    texts = []
    for name, value in changed.changes.items():
        axis, own = slices.axis(name), slices.raw_value(name, changed.row)
        texts.append(f"{one_line(name)} {value_text(axis, value)} instead of {value_text(axis, own)}")
    return texts


def missing_sentences(slices: Slices, changed: WhatIf) -> list[str]:
    """Return what the network reads for the values that were taken away."""
    found = []
    for name, value in changed.changes.items():
        if math.isnan(value):
            median = value_text(slices.axis(name), slices.typical_number(name))
            found.append(f"{one_line(name)} is missing: the network reads the median, {median}.")
    return found


def outside_sentences(slices: Slices, changed: WhatIf, outside: tuple[str, ...]) -> list[str]:
    """Return which values are outside the range of the training rows."""
    texts = []
    for name in outside[:_NAMED]:
        axis = slices.axis(name)
        text = f"{one_line(name)} {value_text(axis, slices.held_number(name, changed.held))}"
        if axis.trained is not None:
            low, high = (value_text(axis, end) for end in axis.trained)
            text += f" (training rows: {low} to {high})"
        texts.append(text)
    if not texts:
        return []
    if len(outside) > _NAMED:
        texts.append(f"{len(outside) - _NAMED:,} more")
    return [f"Outside the training range: {', '.join(texts)}. The network was never shown the like."]


def answer_text(dataset: Dataset, row: int) -> str:
    """Return a row's true answer: its class, in one short line, or its value in a few digits."""
    codes = dataset.target_codes
    if codes is None:
        return plain_number(float(dataset.target_values[row]))
    return one_line(dataset.classes[int(codes[row])], _LONGEST)
