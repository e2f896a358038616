"""How far a network's answers moved over the map, from one moment to another."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.planes import Plane
from nnviz.app.rows_view import gives_probabilities
from nnviz.app.sides import Side
from nnviz.app.slices import Held, SliceAxis
from nnviz.data.dataset import Dataset
from nnviz.engine.classification_metrics import predicted_classes
from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.run.probes import grid_activations

RESOLUTION: Final = 72  # cells along each side


Shown = tuple[Plane, SliceAxis, SliceAxis, Held]
"""What a map shows: its plane, the parts of both axes, and what the other columns are held at."""


@dataclass(frozen=True, slots=True, eq=False)
class MapDifference:
    """How far the network's answers moved over a map.

    Attributes
    ----------
    x, y
        The axes of the map.
    what
        What the numbers are of: "P(blue)", or a regression's target.
    percent
        Whether they are shares.
    before, after
        The answers, (RESOLUTION, RESOLUTION), the lowest y first.
    span
        The largest difference, 0 where nothing moved; colours go from its negative to it.
    moved
        Share of the map that is given to another class; nan for numbers.
    """

    x: SliceAxis
    y: SliceAxis
    what: str
    percent: bool
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    span: float
    moved: float

    @property
    def values(self) -> NDArray[np.float64]:
        """After minus before."""
        return self.after - self.before


def answers_of(dataset: Dataset, config: MLPConfig) -> tuple[str, ...]:
    """Return what the map's difference can be about: each class's probability or score, or the one number."""
    if dataset.task == "regression":
        return (dataset.preprocessor.target_name,)
    kind = "P" if gives_probabilities(config) else "score"
    return tuple(f"{kind}({name})" for name in dataset.preprocessor.classes)


def map_difference(first: Side, second: Side, shown: Shown, answer: int) -> MapDifference:
    """Return how far the answers of the second moment's network are from those of the first, over a map.

    Raises
    ------
    UserError
        When the weights of one are no finite numbers.
    """
    dataset = second.dataset
    plane, x, y, held = shown
    probe = plane.probe(x, y, RESOLUTION, held)
    answers = answers_of(dataset, second.config)
    answer = min(answer, len(answers) - 1)
    if dataset.task != "regression" and len(answers) == 2:
        answer = 1  # the other one's is what is left
    found, classes = [], []
    for side in (first, second):
        with np.errstate(all="ignore"):  # weights on the way to overflow are the trainer's to report
            outputs = grid_activations(MLP(side.config, side.parameters, side.parameters.dtype), probe)
            output = outputs.activations[-1].astype(np.float64)
            if dataset.task == "regression":
                found.append(dataset.preprocessor.predictions(output))
            else:
                found.append(dataset.preprocessor.probabilities(output)[:, answer])
                classes.append(predicted_classes(output, dataset.task))
    before, after = (np.asarray(one, np.float64).reshape(RESOLUTION, RESOLUTION) for one in found)
    change = np.abs(after - before)
    known = change[np.isfinite(change)]
    moved = float(np.mean(classes[0] != classes[1])) if classes else math.nan
    span = float(known.max()) if known.size else 0.0
    return MapDifference(x, y, answers[answer], dataset.task != "regression", before, after, span, moved)
