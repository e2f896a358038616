"""What a snapshot looks up: activations over a grid and of one row, outputs of rows, the optimiser's memory."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import class_scores
from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import Divergence, Trainer
from nnviz.run.history import HistoryView
from nnviz.run.looks import Looks
from nnviz.run.rewind import NO_RAIL, RailView
from nnviz.run.snapshot import (
    GridResult,
    InputGrid,
    OptimizerProbe,
    OptimizerResult,
    PointsProbe,
    PointsResult,
    Snapshot,
    SnapshotRequest,
)
from nnviz.run.state import RunState
from nnviz.run.watch import NOTHING_SEEN, Seen

FloatArray = NDArray[np.floating[Any]]


def _frozen(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array


def grid_activations(mlp: MLP, probe: InputGrid) -> GridResult:
    """Return the activations of every layer over a grid, each (resolution**2, units) in the network's dtype."""
    began = time.perf_counter()
    layers = mlp.config.layers
    z = probe.pre_activations(mlp.weights[0], mlp.biases[0])
    activations = [_frozen(ACTIVATIONS[layers[0].activation].value(z))]
    for layer, weights, biases in zip(layers[1:], mlp.weights[1:], mlp.biases[1:], strict=True):
        z = activations[-1] @ weights
        z += biases
        activations.append(_frozen(ACTIVATIONS[layer.activation].value(z)))
    # What a map shows of a class is a score from 0 to 1: for all losses but the hinge, the output itself.
    activations[-1] = _frozen(class_scores(activations[-1], mlp.config.loss))
    return GridResult(probe, tuple(activations), time.perf_counter() - began)


def rows_outputs(mlp: MLP, probe: PointsProbe) -> PointsResult:
    """Return the network's outputs for some rows, (m, k)."""
    began = time.perf_counter()
    outputs = _frozen(mlp.predict(probe.inputs))
    return PointsResult(probe, outputs, time.perf_counter() - began)


def row_activations(mlp: MLP, row: FloatArray) -> tuple[FloatArray, ...]:
    """Return the activations of every layer, each (units,), for one input row (d,)."""
    activations = mlp.activations(row[None, :].astype(mlp.parameters.dtype))
    return tuple(_frozen(layer[0]) for layer in activations[1:])


def optimizer_memory(trainer: Trainer, probe: OptimizerProbe) -> OptimizerResult | None:
    """Return what the next update of one parameter will be made with; None when there is no such parameter.

    Takes a copy of the trainer's whole state, so it is asked for when a text changes and not at every frame.
    """
    if not 0 <= probe.parameter < trainer.mlp.config.n_parameters:
        return None
    state = trainer.state()
    n_rows = len(state.order)
    full = OPTIMIZERS[state.config.optimizer].full_batch
    size = n_rows if full else min(state.config.batch_size, n_rows)
    batch = state.order[state.position : state.position + size].copy()
    batch.setflags(write=False)
    return OptimizerResult(
        parameter=probe.parameter,
        moments=tuple(float(moment) for moment in state.moments[:, probe.parameter]),
        updates=state.updates,
        rate=trainer.learning_rate,
        batch=batch,
    )


def take_snapshot(
    trainer: Trainer,
    request: SnapshotRequest,
    run_id: int,
    state: RunState,
    history: HistoryView,
    divergence: Divergence | None,
    seen: Seen = NOTHING_SEEN,
    looks: Looks | None = None,
    rail: RailView = NO_RAIL,
) -> Snapshot:
    """Return the trainer's present moment with what ``request`` asks for; nothing in it shares memory with training.

    What is watched takes more than one look, so whoever drives the run hands in what has been ``seen``. Without
    ``looks`` there is neither a gradient nor a reference.
    """
    mlp = trainer.mlp
    with np.errstate(all="ignore"):  # weights on the way to overflow are the trainer's to report
        grid = None if request.grid is None else grid_activations(mlp, request.grid)
        row = None if request.row is None else row_activations(mlp, request.row)
        rows = None if request.rows is None else rows_outputs(mlp, request.rows)
    memory = None if request.optimizer is None else optimizer_memory(trainer, request.optimizer)
    return Snapshot(
        run_id=run_id,
        step=trainer.step,
        epoch=trainer.epoch,
        state=state,
        config=mlp.config,
        training=trainer.config,
        parameters=_frozen(mlp.parameters.copy()),
        history=history,
        grid=grid,
        row=row,
        optimizer=memory,
        rows=rows,
        seen=seen,
        divergence=divergence,
        edits=looks.edits if looks is not None else 0,
        mask=trainer.surgery.mask,
        gradient=looks.gradient() if looks is not None and request.gradient else None,
        reference=looks.reference(request.reference) if looks is not None and request.reference else None,
        rail=rail,
    )
