"""A rehearsed update's batch laid out in float64: each row's loss and slopes, their mean, and the loss afterwards."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_batch import WideNetwork
from nnviz.engine.explain_forward import frozen
from nnviz.engine.explain_gradient import LossTrace, trace_loss
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.engine.rehearsal import BatchRows, Rehearsal


@dataclass(frozen=True, slots=True, eq=False)
class BatchTrace:
    """What one update does with its batch; float64, read-only.

    The loss is the mean over the rows of weight times loss, penalties left out. Everything is with the same dropout and
    noise, afterwards too, so that what changes is the weights' doing.

    Attributes
    ----------
    weights
        What each row counts, (n,).
    losses, new_losses
        Each row's own loss before and after the update, (n,).
    loss, new_loss
        Their weighted means.
    reads
        What each layer reads, (n, n_in), dropout included.
    deltas
        dL/dz of each layer, (n, units), each row's own loss being L.
    gradient
        The slope of the mean loss by every parameter, (n_parameters,); 0 for what is silenced or frozen.
    promised
        What the loss would change by if it were as straight as its gradient says: gradient times change, summed.
    """

    weights: FloatArray
    losses: FloatArray
    new_losses: FloatArray
    loss: float
    new_loss: float
    reads: tuple[FloatArray, ...]
    deltas: tuple[FloatArray, ...]
    gradient: FloatArray
    promised: float


def trace_batch(rehearsal: Rehearsal) -> BatchTrace:
    """Return a rehearsed update's batch laid out row by row.

    Raises
    ------
    ValueError
        When its rows were too many to be taken down.
    """
    rows = _rows(rehearsal)
    x, y = np.asarray(rows.inputs, dtype=np.float64), np.asarray(rows.targets, dtype=np.float64)
    kept = [np.asarray(layer, dtype=np.float64) for layer in rows.kept]
    weights = np.ones(len(x)) if rows.weights is None else np.asarray(rows.weights, dtype=np.float64)
    network = WideNetwork(MLP(rehearsal.config, rehearsal.before, rehearsal.before.dtype))
    gradient = np.zeros_like(network.parameters)
    with np.errstate(all="ignore"):
        z, a = network.forward(x, 0, kept)
        deltas = network.deltas(z, a, y, 0, kept)
        reads = [x, *a[:-1]]
        for block, read, delta in zip(layer_blocks(rehearsal.config, gradient), reads, deltas, strict=True):
            weighted = delta * weights[:, None]
            block[:-1] = read.T @ weighted
            block[-1] = weighted.sum(axis=0)
        gradient /= len(x)
        if rehearsal.mask is not None:
            gradient[rehearsal.mask.held] = 0
        losses = network.row_losses(z[-1], a[-1], y)
        change = np.asarray(rehearsal.after, dtype=np.float64) - network.parameters
        network.parameters[...] = rehearsal.after
        z, a = network.forward(x, 0, kept)
        new_losses = network.row_losses(z[-1], a[-1], y)
        return BatchTrace(
            weights=frozen(weights),
            losses=frozen(losses),
            new_losses=frozen(new_losses),
            loss=float((weights * losses).mean()),
            new_loss=float((weights * new_losses).mean()),
            reads=tuple(frozen(read) for read in reads),
            deltas=tuple(frozen(delta) for delta in deltas),
            gradient=frozen(gradient),
            promised=float(gradient.dot(change)),
        )


def trace_batch_row(rehearsal: Rehearsal, row: int) -> LossTrace:
    """Return one row of a rehearsed update's batch, its index in the batch, with every product and sum kept."""
    rows = _rows(rehearsal)
    network = MLP(rehearsal.config, rehearsal.before, rehearsal.before.dtype)
    return trace_loss(network, rows.inputs[row], rows.targets[row], [layer[row] for layer in rows.kept])


def _rows(rehearsal: Rehearsal) -> BatchRows:
    if rehearsal.rows is None:
        raise ValueError(f"The {len(rehearsal.batch):,} rows of this update were not taken down.")
    return rehearsal.rows
