"""What the decision map shows, as tables: the network's answers over its grid, in the columns' own units."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.app.planes import ColumnPlane, Plane
from nnviz.app.rows_view import gives_probabilities
from nnviz.app.saved_numbers import Numbers
from nnviz.app.slices import Held, SliceAxis
from nnviz.data.dataset import Dataset
from nnviz.data.table import DATE_KINDS
from nnviz.engine.classification_metrics import predicted_classes
from nnviz.engine.losses import class_scores, decision_scores
from nnviz.engine.mlp import MLPConfig
from nnviz.run.grids import GridResult

FloatArray = NDArray[np.float64]


def map_numbers(
    grid: GridResult, plane: Plane, axes: tuple[SliceAxis, SliceAxis], held: Held, config: MLPConfig
) -> tuple[Numbers, ...]:
    """Return a row a point of the grid, the first column running fastest, and what the other columns are held at.

    Parameters
    ----------
    grid
        The answers.
    plane, axes
        Where the grid is: the plane, and the parts of its two axes that are shown.
    held
        At what the columns on no axis are held.
    config
        The network that answered.
    """
    across, up = axes
    resolution, dataset = grid.probe.resolution, plane.dataset
    names, answers = _answer_columns(dataset, config)
    single = plane.kind == "curve"
    header = (across.name, *(() if single or not up.name else (up.name,)), *names)

    def rows() -> Iterable[Sequence[Any]]:
        output = grid.activations[-1].astype(np.float64)
        places = [_texts(across, across.centres(resolution))]
        if single:
            output = output[:resolution]
        else:
            places[0] = places[0] * resolution
            if up.name:
                places.append([text for text in _texts(up, up.centres(resolution)) for _ in range(resolution)])
        return zip(*places, *answers(output), strict=True)

    tables = [Numbers("prediction curve" if single else "map", header, rows)]
    if isinstance(plane, ColumnPlane) and plane.held_names:
        slices, kept = plane.slices, tuple(plane.held_names)

        def held_rows() -> Iterable[Sequence[Any]]:
            for name in kept:
                yield name, _texts(slices.axis(name), np.array([slices.held_number(name, held)]))[0]

        tables.append(Numbers("held columns", ("column", "held_at"), held_rows))
    return tuple(tables)


def _answer_columns(dataset: Dataset, config: MLPConfig) -> tuple[tuple[str, ...], Any]:
    """Return the names of what the network answers, and what makes these columns of its outputs, (n, k)."""
    preprocessor = dataset.preprocessor
    if dataset.task == "regression":
        name = f"predicted {preprocessor.target_name}"
        return (name,), lambda output: [preprocessor.predictions(output).tolist()]
    kind = "p" if gives_probabilities(config) else "score"

    def of_classes(output: FloatArray) -> list[list[Any]]:
        codes = predicted_classes(decision_scores(output, config.loss), dataset.task)
        shares = preprocessor.probabilities(class_scores(output, config.loss))
        return [*shares.T.tolist(), [preprocessor.classes[code] for code in codes.tolist()]]

    names = (*(f"{kind}_{name}" for name in preprocessor.classes), f"predicted {preprocessor.target_name}")
    return names, of_classes


def _texts(axis: SliceAxis, values: FloatArray) -> list[Any]:
    """Return values of a column as its file has them: numbers, dates or categories."""
    if axis.levels:
        return [axis.levels[min(max(round(value), 0), len(axis.levels) - 1)] for value in values.tolist()]
    if axis.kind in DATE_KINDS:
        if axis.kind == "date":
            return [str(np.datetime64(round(value), "D")) for value in values.tolist()]
        return [str(np.datetime64(round(value * 86_400), "s")).replace("T", " ") for value in values.tolist()]
    return list(values.tolist())
