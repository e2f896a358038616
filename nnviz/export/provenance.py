"""Where a network came from, as plain facts that travel in its file."""

from nnviz.engine.masks import Mask
from nnviz.engine.training import Evaluation, TrainingConfig


def mask_facts(mask: Mask | None) -> dict[str, str | int | float]:
    """Return how many of the weights and biases in a file were held by hand.

    The file holds what the network computes: a silenced one is written as 0.
    """
    if mask is None:
        return {}
    return {"parameters_silenced_to_0": mask.n_silenced, "parameters_frozen": mask.n_frozen}


def training_facts(training: TrainingConfig, evaluation: Evaluation) -> dict[str, str | int | float]:
    """Return the settings and the state of a training run; the losses are those of the exported weights."""
    return {
        "optimizer": training.optimizer,
        "learning_rate": training.learning_rate,
        "momentum": training.momentum,
        "batch_size": training.batch_size,
        "seed": training.seed,
        "schedule": training.schedule.name,
        "l1": training.regularization.l1,
        "l2": training.regularization.l2,
        "weight_decay": training.weight_decay,
        "dropout": training.regularization.dropout,
        "input_noise": training.regularization.input_noise,
        "label_smoothing": training.regularization.label_smoothing,
        "class_weight": training.class_weight,
        "epoch": evaluation.epoch,
        "step": evaluation.step,
        "train_loss": evaluation.train_loss,
        "validation_loss": evaluation.validation_loss,
        "train_metric": evaluation.train_metric,
        "validation_metric": evaluation.validation_metric,
    }
