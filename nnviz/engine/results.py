"""Evaluation: how good a network is after a step."""

from typing import NamedTuple


class Evaluation(NamedTuple):
    """How good the network is after a step; nan for an empty set of rows.

    Attributes
    ----------
    epoch, step
        Epochs completed, updates done.
    train_loss, validation_loss
        Mean losses, weighted as the rows are, without penalties.
    train_metric, validation_metric
        The accuracy for classes and R2 for regression (see `nnviz.engine.metrics`), all rows counting the same.
    penalty
        What L1 and L2 add to the training loss; the sum is what training makes small.
    learning_rate
        Of the last update; nan before the first.
    """

    epoch: int
    step: int
    train_loss: float
    validation_loss: float
    train_metric: float
    validation_metric: float
    penalty: float = 0.0
    learning_rate: float = float("nan")
