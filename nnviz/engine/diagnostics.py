"""Diagnostics: why a network stopped learning, with numbers as evidence. One door to all of it."""

import math
from collections.abc import Sequence

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics_curves import Counts, examine_curves
from nnviz.engine.diagnostics_layers import LayerStatistics, layer_statistics
from nnviz.engine.diagnostics_network import examine_network, examine_rows
from nnviz.engine.diagnostics_rows import ROW_LIMIT, choose_rows, constant_answer_loss, gradients, mean_gradient, norm
from nnviz.engine.findings import FINDINGS, SEVERITIES, Finding, FindingKind, by_severity
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP

__all__ = [
    "FINDINGS",
    "SEVERITIES",
    "Finding",
    "FindingKind",
    "LayerStatistics",
    "by_severity",
    "constant_answer_loss",
    "examine",
    "examine_curves",
    "examine_network",
    "layer_statistics",
    "mean_gradient",
    "relative_gradient",
]


def examine(
    mlp: MLP,
    inputs: FloatArray,
    target: FloatArray,
    epochs: Sequence[float] | FloatArray | Counts = (),
    train_loss: Sequence[float] | FloatArray = (),
    validation_loss: Sequence[float] | FloatArray | None = None,
    *,
    gradient: FloatArray | None = None,
    previous_parameters: FloatArray | None = None,
    baseline_loss: float | None = None,
    window: int | None = None,
    row_limit: int = ROW_LIMIT,
    seed: int = 0,
) -> list[Finding]:
    """Return what is wrong with a network and with its loss curves, worst first.

    Parameters
    ----------
    mlp
        The network; unchanged. It must not be trained meanwhile: give a copy.
    inputs, target
        The training rows, (n, d) and (n, k), n at least 1.
    epochs, train_loss, validation_loss
        See `examine_curves`; may be empty.
    gradient, previous_parameters, row_limit, seed
        See `examine_network`.
    baseline_loss
        Training loss of a constant answer, in the unit of the loss; None: `constant_answer_loss` of all target rows.
    window
        See `examine_curves`.

    Raises
    ------
    ValueError
        For arrays whose shapes do not go together, or inputs and targets that are not finite.
    """
    rows = choose_rows(mlp, inputs, target, row_limit, seed)
    flow = gradients(mlp, rows.inputs, rows.target)
    network = examine_rows(mlp, rows, flow, gradient=gradient, previous_parameters=previous_parameters, seed=seed)
    curves = examine_curves(
        epochs,
        train_loss,
        validation_loss,
        baseline_loss=constant_answer_loss(mlp.config, target) if baseline_loss is None else baseline_loss,
        relative_gradient=relative_gradient(mlp, rows.inputs, rows.target, flow.mean if gradient is None else gradient),
        window=window,
    )
    return by_severity(network + curves)


def relative_gradient(mlp: MLP, inputs: FloatArray, target: FloatArray, gradient: FloatArray) -> float:
    """Return |gradient| |parameters| / loss, a pure number.

    It is the share of itself by which the loss falls, to first order, when the parameters move down the gradient by
    their own size: the elasticity of the loss, as economists call it.

    Parameters
    ----------
    mlp
        The network; unchanged.
    inputs, target
        (n, d) and (n, k).
    gradient
        (n_parameters,).

    Returns
    -------
    float
        nan where the loss is 0 or not finite.
    """
    before = mlp.activations(inputs)[-2]
    with np.errstate(all="ignore"):
        logits = before @ mlp.weights[-1] + mlp.biases[-1]
        loss = LOSSES[mlp.config.loss].value(logits, target, mlp.config.layers[-1].activation)
    return norm(gradient) * norm(mlp.parameters) / loss if 0 < loss < math.inf else math.nan
