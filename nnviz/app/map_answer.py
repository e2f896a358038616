"""What the network answers at one place of the map, from the weights of a snapshot; pure functions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import plain_number
from nnviz.data.dataset import Dataset
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import class_scores, decision_scores
from nnviz.run.snapshot import Snapshot

FloatArray = NDArray[np.floating[Any]]


def output_at(snapshot: Snapshot, inputs: FloatArray) -> FloatArray:
    """Return the network's output, (k,), for one encoded input (d,): exactly, not read off a picture."""
    layer = np.asarray(inputs, snapshot.parameters.dtype)[None, :]
    with np.errstate(all="ignore"):
        for config, weights, biases in zip(snapshot.config.layers, snapshot.weights, snapshot.biases, strict=True):
            layer = ACTIVATIONS[config.activation].value(layer @ weights + biases)
    return np.asarray(layer[0])


def answer_line(dataset: Dataset, output: FloatArray, loss: str) -> str:
    """Write an output (k,) in a line: the most likely class and its score, or the prediction in original units."""
    if not np.isfinite(output).all():
        return "the answer is not finite"
    preprocessor = dataset.preprocessor
    if dataset.task == "regression":
        return f"predicted  {plain_number(float(preprocessor.predictions(output[None, :])[0]))}"
    deciding = preprocessor.probabilities(decision_scores(output[None, :], loss))[0]
    best = int(deciding[1] >= 0.5) if dataset.task == "binary" else int(deciding.argmax())
    share = float(preprocessor.probabilities(class_scores(output[None, :], loss))[0][best])
    name = " ".join(dataset.classes[best].split())
    return f"P({name if len(name) <= 20 else name[:19] + '…'})  {share:.2f}"
