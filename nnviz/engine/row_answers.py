"""What a network says of single rows, and what each of them costs it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP


class RowAnswers(NamedTuple):
    """Of n rows: the network's outputs, (n, k) in its dtype, and each row's loss, (n,) float64, unweighted."""

    output: FloatArray
    losses: NDArray[np.float64]


def answer_rows(mlp: MLP, inputs: FloatArray, target: FloatArray) -> RowAnswers:
    """Return outputs and losses of rows, in one forward pass without dropout or noise.

    Parameters
    ----------
    mlp
        The network; unchanged.
    inputs, target
        (n, d) and (n, k).

    Notes
    -----
    The losses are computed from logits in 64-bit numbers, as in training: they are finite as long as the network's own
    numbers are.
    """
    activations = mlp.activations(inputs)
    output, before = activations[-1], activations[-2]
    with np.errstate(all="ignore"):
        logits = before.astype(np.float64) @ mlp.weights[-1].astype(np.float64) + mlp.biases[-1]
        losses = LOSSES[mlp.config.loss].per_row(logits, output.astype(np.float64), np.asarray(target, np.float64))
    return RowAnswers(output, np.asarray(losses, dtype=np.float64))
