"""What the network says of one row, as texts and numbers for the panels; pure functions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import brief_number, plain_number
from nnviz.app.what_if import WhatIf, row_inputs
from nnviz.data.column_split import Part
from nnviz.data.dataset import Dataset
from nnviz.data.features import NumericFeature
from nnviz.engine.losses import LOSSES, class_scores, decision_scores
from nnviz.run.snapshot import Snapshot

# Beyond this many inputs nobody can see their texts, and making them would cost a frame.
_SHOWN = 64
_ROOM = 7  # characters beside a tile


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """The network's answer for a row.

    Attributes
    ----------
    units
        One text for each output unit.
    unit_classes
        The class whose colour each unit's text takes; empty for regression.
    summary
        The prediction in a few characters.
    class_index
        The predicted class, or None for regression.
    shares
        The probability of each class; empty for regression.
    loss
        This row's share of the loss.
    """

    units: tuple[str, ...]
    unit_classes: tuple[int, ...]
    summary: str
    class_index: int | None
    shares: tuple[float, ...]
    loss: float


def row_part(dataset: Dataset, row: int) -> Part:
    """Return what a row of X is for: learning, validation or testing."""
    if row in dataset.validation_rows:
        return "validation"
    return "test" if row in dataset.test_rows else "train"


def input_texts(dataset: Dataset, row: int | None, changed: WhatIf | None = None) -> tuple[str, ...]:
    """Return for the first inputs the value that stands there: the row's, or a what-if's of it; "" without a row."""
    if row is None:
        return ("",) * min(dataset.preprocessor.n_inputs, _SHOWN)
    texts: list[str] = []
    inputs = row_inputs(dataset, row, changed)
    others = changed.changes if changed is not None else {}
    for feature in dataset.preprocessor.features:
        if len(texts) >= _SHOWN:
            break
        if not isinstance(feature, NumericFeature):
            place = dataset.preprocessor.columns_of(feature.name)
            texts += [brief_number(float(value), _ROOM) for value in inputs[place]]
            continue
        value = others.get(feature.name)
        if value is None:
            column = dataset.table.column(feature.name).take(dataset.table_rows[row : row + 1])
            value = float(column.numbers()[0])
        texts.append(brief_number(value, _ROOM))
        if feature.missing_flag:
            texts.append("yes" if np.isnan(value) else "no")
    return tuple(texts[:_SHOWN])


def row_answer(dataset: Dataset, row: int, snapshot: Snapshot, changed: WhatIf | None = None) -> RowAnswer | None:
    """Return what ``snapshot`` says of row ``row`` of X, or of a what-if of it; None if it was not asked for it."""
    if snapshot.row is None:
        return None
    before: NDArray[np.floating] = snapshot.row[-2] if len(snapshot.row) > 1 else row_inputs(dataset, row, changed)
    logits = before.astype(np.float64) @ snapshot.weights[-1].astype(np.float64) + snapshot.biases[-1]
    output = np.asarray(snapshot.row[-1], np.float64)
    loss = LOSSES[snapshot.config.loss].value(
        logits[None, :], dataset.Y[row : row + 1], snapshot.config.layers[-1].activation
    )
    preprocessor = dataset.preprocessor
    if dataset.task == "regression":
        text = plain_number(float(preprocessor.predictions(output[None, :])[0]))
        return RowAnswer((text,), (), text, None, (), loss)
    shares = tuple(preprocessor.probabilities(class_scores(output[None, :], snapshot.config.loss))[0].tolist())
    deciding = preprocessor.probabilities(decision_scores(output[None, :], snapshot.config.loss))[0]
    best = int(np.argmax(deciding))
    shown = 1 if dataset.task == "binary" else best
    summary = f"P({preprocessor.classes[shown]}) {shares[shown]:.2f}"
    units = (f"P {shares[1]:.2f}",) if dataset.task == "binary" else tuple(f"P {share:.2f}" for share in shares)
    unit_classes = (best,) if dataset.task == "binary" else tuple(range(len(shares)))
    return RowAnswer(units, unit_classes, summary, best, shares, loss)
