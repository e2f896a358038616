"""The trainer of a drawing: it goes on from the network that learned the points before the last stroke."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from nnviz.app.column_summary import column_summaries
from nnviz.app.drawing import Drawing
from nnviz.app.marks import NO_MARKS, Marks, carried
from nnviz.app.preparing import Prepared, prepare, whole_network, with_marks
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, transplant
from nnviz.engine.training import TrainerState, TrainingConfig
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import fitting, network_config

_UNLIKELY: Final = -4.0  # the logit of a class that the network has not seen yet


def prepare_drawing(
    drawing: Drawing,
    hidden: Sequence[LayerConfig],
    training: TrainingConfig,
    checkpoint: Checkpoint | None = None,
    before: Drawing | None = None,
    marks: Marks = NO_MARKS,
) -> Prepared:
    """Build the trainer for the present points; with a checkpoint it goes on from there, step for step.

    Parameters
    ----------
    drawing
        With a training point at least.
    hidden
        The hidden layers of a fresh network.
    training
        The settings in force.
    checkpoint
        The network as it was, on the same two inputs; None starts from fresh weights.
    before
        The points that the checkpoint's network learned.
    marks
        What of that network is frozen or silenced.

    Raises
    ------
    UserError
        If there is no training point.
    """
    dataset = drawing.dataset()
    summaries = column_summaries(dataset)
    if checkpoint is None:
        return replace(prepare(dataset, network_config(dataset, hidden), training), summaries=summaries)
    old = whole_network(checkpoint)
    if old.config.n_outputs != dataset.preprocessor.n_outputs:
        more = _with_more_outputs(old, dataset, training)
        kept, _ = carried(marks, old.config, more.trainer.mlp.config, range(len(old.config.layers)), same_outputs=False)
        return with_marks(replace(more, summaries=summaries), kept)
    prepared = prepare(dataset, old.config, training, old)
    watched = drawing.validation
    same = bool(watched) and before is not None and before.validation == watched
    prepared.trainer.restore(_carried(checkpoint.state, prepared.initial, best_holds=same))
    prepared = replace(prepared, evaluation=prepared.trainer.evaluate(), summaries=summaries)
    return with_marks(prepared, marks)


def prepare_kept(drawing: Drawing, network: MLP, training: TrainingConfig) -> Prepared:
    """Build the trainer of a drawing that was put aside, with the weights that it had."""
    dataset = drawing.dataset()
    return replace(prepare(dataset, network.config, training, network), summaries=column_summaries(dataset))


def _carried(old: TrainerState, fresh: TrainerState, *, best_holds: bool) -> TrainerState:
    # Other rows need another order, and the epoch begins anew; what was best on other rows is no measure any more.
    return replace(old, order=fresh.order, position=0, best=old.best if best_holds else fresh.best)


def _with_more_outputs(old: MLP, dataset: Dataset, training: TrainingConfig) -> Prepared:
    config = network_config(dataset, old.config.hidden)
    training, _ = fitting(training, config, dataset.task)
    return prepare(dataset, config, training, more_outputs(old, config))


def more_outputs(old: MLP, config: MLPConfig) -> MLP:
    """Return a network with an output for each of more classes that answers for the known ones as before.

    One sigmoid output is the softmax of its pre-activation and 0, so it becomes two units. A new class begins as an
    unlikely one: its weights are 0 and its bias is negative.

    Parameters
    ----------
    old
        With one output (two classes) or several.
    config
        The same hidden layers, a softmax output of more units than classes before.
    """
    sources = (*range(len(config.layers) - 1), None)
    # Every weight of the output layer is set below, so that nothing is left to chance.
    new = transplant(old, config, sources, np.random.default_rng(0))
    weights, biases = new.weights[-1], new.biases[-1]
    weights[...] = 0.0
    biases[...] = _UNLIKELY
    known = old.config.n_outputs
    first = int(known == 1)  # the negative class of a binary network has the pre-activation 0
    biases[:first] = 0.0
    weights[:, first : first + known] = old.weights[-1]
    biases[first : first + known] = old.biases[-1]
    return new
