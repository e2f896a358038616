"""Registry of losses, each a mean over rows; which output goes with which; targets and scores of classes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import Call, FloatArray, constant
from nnviz.engine.loss import Loss

__all__ = ["LOSSES", "Loss", "class_scores", "decision_scores", "refusal", "smooth_targets"]

_TASKS: Mapping[str, str] = MappingProxyType(
    {"regression": "regression", "binary": "two classes", "multiclass": "several classes"}
)
_OUTPUTS_OF_NUMBERS = ("identity", "sigmoid", "tanh", "relu")


def _squared_error(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.square(a - y).mean(axis=1))


def _absolute_error(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.abs(a - y).mean(axis=1))


def _huber(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    error = np.abs(a - y)
    inner = np.minimum(error, 1)  # e^2 / 2 up to 1 and e - 1/2 beyond are both inner (e - inner / 2)
    return np.asarray((inner * (error - inner / 2)).mean(axis=1))


def _hinge(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(1 - (2 * y - 1) * z, 0).sum(axis=1))


def _binary_cross_entropy(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    # -y log s(z) - (1 - y) log(1 - s(z)) = max(z, 0) - y z + log(1 + exp(-|z|)): nothing here can overflow.
    entropy = np.log1p(np.exp(-np.abs(z)))
    entropy += np.maximum(z, 0)
    entropy -= y * z
    return np.asarray(entropy[:, 0] if entropy.shape[1] == 1 else entropy.sum(axis=1))


def _categorical_cross_entropy(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    # -sum y log softmax(z) = log sum exp(z - m) - sum y (z - m), m the row's largest logit; the y of a row sum to 1.
    # Its own exp, which is 1, is left to log1p: added to the others it would swallow the digits of a small loss.
    rows, largest = np.arange(len(z)), z.argmax(axis=1)
    shifted = z - z[rows, largest][:, None]
    others = np.exp(shifted)
    others[rows, largest] = 0
    return np.asarray(np.log1p(others.sum(axis=1)) - (y * shifted).sum(axis=1))


def _squared_error_calls(_z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray) -> list[Call]:
    return [(np.subtract, (a, y, delta)), (np.multiply, (delta, constant(2 / delta.size, delta), delta))]


def _absolute_error_calls(_z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray) -> list[Call]:
    # The sign of 0 is 0, one of the slopes that the kink admits: an exact output is left where it is.
    return [
        (np.subtract, (a, y, delta)),
        (np.sign, (delta, delta)),
        (np.multiply, (delta, constant(1 / delta.size, delta), delta)),
    ]


def _huber_calls(_z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray) -> list[Call]:
    return [
        (np.subtract, (a, y, delta)),
        (delta.clip, (constant(-1, delta), constant(1, delta), delta)),
        (np.multiply, (delta, constant(1 / delta.size, delta), delta)),
    ]


def _hinge_calls(z: FloatArray, _a: FloatArray, y: FloatArray, delta: FloatArray) -> list[Call]:
    # -t / rows, and 0 where t z >= 1, that is, where z times -t / rows is at most -1 / rows. At the kink, t z = 1, both
    # sides of that comparison are the same number: doubling a number and subtracting it again is exact.
    share = 1 / delta.shape[1]
    product = np.empty_like(delta)
    satisfied = np.empty(delta.shape, dtype=np.bool_)
    return [
        (np.multiply, (y, constant(-2 * share, delta), delta)),
        (np.add, (delta, constant(share, delta), delta)),
        (np.multiply, (z, delta, product)),
        (np.less_equal, (product, constant(-share, delta), satisfied)),
        (np.putmask, (delta, satisfied, constant(0, delta))),
    ]


def _cross_entropy_calls(_z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray) -> list[Call]:
    return [(np.subtract, (a, y, delta)), (np.multiply, (delta, constant(1 / delta.shape[1], delta), delta))]


def _outputs(**of_tasks: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(of_tasks)


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "mean_squared_error": Loss(
            name="mean_squared_error",
            label="mean squared error",
            formula="L = 1/(n k) sum (a - y)^2",
            source="Gauss, Theoria combinationis observationum (1821): least squares.",
            outputs=_outputs(regression=_OUTPUTS_OF_NUMBERS, binary=("sigmoid",), multiclass=("softmax",)),
            fused_with="identity",
            per_row=_squared_error,
            error_calls=_squared_error_calls,
        ),
        "mean_absolute_error": Loss(
            name="mean_absolute_error",
            label="mean absolute error",
            formula="L = 1/(n k) sum |a - y|",
            source="Bloomfield and Steiger, Least absolute deviations (1983).",
            outputs=_outputs(regression=_OUTPUTS_OF_NUMBERS),
            fused_with="identity",
            per_row=_absolute_error,
            error_calls=_absolute_error_calls,
        ),
        "huber": Loss(
            name="huber",
            label="Huber loss",
            formula="L = 1/(n k) sum h(a - y), h(e) = e^2/2 if |e| < 1, else |e| - 1/2",
            source="Huber, Robust estimation of a location parameter (1964).",
            outputs=_outputs(regression=_OUTPUTS_OF_NUMBERS),
            fused_with="identity",
            per_row=_huber,
            error_calls=_huber_calls,
        ),
        "binary_cross_entropy": Loss(
            name="binary_cross_entropy",
            label="cross-entropy",
            formula="L = -1/n sum (y log a + (1 - y) log(1 - a))",
            source="Bishop, Neural Networks for Pattern Recognition (1995), section 6.7.",
            outputs=_outputs(binary=("sigmoid",)),
            fused_with="sigmoid",
            per_row=_binary_cross_entropy,
            error_calls=_cross_entropy_calls,
            takes_smoothing=True,
        ),
        "categorical_cross_entropy": Loss(
            name="categorical_cross_entropy",
            label="cross-entropy",
            formula="L = -1/n sum_rows sum_classes y log a",
            source="Bishop, Neural Networks for Pattern Recognition (1995), section 6.9.",
            outputs=_outputs(multiclass=("softmax",)),
            fused_with="softmax",
            per_row=_categorical_cross_entropy,
            error_calls=_cross_entropy_calls,
            takes_smoothing=True,
        ),
        "hinge": Loss(
            name="hinge",
            label="hinge loss",
            formula="L = 1/n sum max(0, 1 - t z), t = 2 y - 1",
            source="Cortes and Vapnik, Support-vector networks (1995); several classes one against the rest: Rifkin and"
            " Klautau, In defense of one-vs-all classification (2004).",
            outputs=_outputs(binary=("identity",), multiclass=("identity",)),
            fused_with="identity",
            per_row=_hinge,
            error_calls=_hinge_calls,
        ),
    }
)
"""Every loss by its name."""


def refusal(loss_name: str, activation: str, task: str = "") -> str:
    """Return why a loss, an output activation and a task do not go together: one sentence, "" when they do.

    Parameters
    ----------
    loss_name
        Key of `LOSSES`.
    activation
        Key of `ACTIVATIONS`: the activation of the output layer.
    task
        "binary", "multiclass" or "regression"; "" for any that the loss goes with.

    Raises
    ------
    ValueError
        For an unknown loss or task.
    """
    if loss_name not in LOSSES or (task and task not in _TASKS):
        raise ValueError(f"No loss {loss_name!r} or no task {task!r}.")
    loss = LOSSES[loss_name]
    pairs = " or ".join(f"{_TASKS[fitting]} with {_either(names)} output" for fitting, names in loss.outputs.items())
    if task and task not in loss.outputs:
        return f"The loss {loss_name} is not for {_TASKS[task]}: it is for {pairs}."
    if activation in (loss.outputs[task] if task else loss.output_activations):
        return ""
    if task:
        pairs = f"{_TASKS[task]} with {_either(loss.outputs[task])} output"
    return f"The output activation {activation} does not go with the loss {loss_name}: it is for {pairs}."


def _either(names: tuple[str, ...]) -> str:
    article = "an" if names[0][0] in "aeiou" else "a"
    return f"{article} {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"{article} {names[0]}"


def smooth_targets(target: NDArray[Any], task: str, smoothing: float) -> FloatArray:
    """Return targets moved from certainty towards the same share for every class, for the cross-entropies.

    Parameters
    ----------
    target
        (n, 1) of 0 and 1 for the task "binary"; one-hot (n, k) for "multiclass". Unchanged.
    task
        "binary" or "multiclass"; "regression" with a share of 0 only.
    smoothing
        The share s that is spread over the classes, 0 <= s < 1: y becomes (1 - s) y + s / 2, or (1 - s) y + s / k.

    Returns
    -------
    ndarray
        A new array of the shape of `target`, of its dtype or, for whole numbers, float64.

    Raises
    ------
    ValueError
        For an unknown task, a regression to be smoothed, or a share out of range.

    Notes
    -----
    Szegedy and others, Rethinking the Inception architecture for computer vision (2016), section 7.
    """
    if task not in _TASKS or not 0 <= smoothing < 1 or (smoothing and task == "regression"):
        raise ValueError(f"Targets of the task {task!r} cannot be smoothed by {smoothing!r}.")
    wide = target if np.issubdtype(target.dtype, np.floating) else target.astype(np.float64)
    classes = 2 if task == "binary" else target.shape[1]
    return np.asarray(wide * (1 - smoothing) + smoothing / classes)


def decision_scores(output: FloatArray, loss_name: str) -> FloatArray:
    """Return the numbers that a class is decided by: above 0.5 for two classes, the largest for several.

    They are the outputs themselves (the same array), but for the hinge loss (z + 1) / 2, whose outputs have their
    boundary at 0 and their margins at -1 and 1. Not confined to 0 to 1, so that no two that differ become equal.

    Parameters
    ----------
    output
        Network outputs, (n, k) or any other shape.
    loss_name
        Key of `LOSSES`.
    """
    return np.asarray((output + 1) / 2) if loss_name == "hinge" else output


def class_scores(output: FloatArray, loss_name: str) -> FloatArray:
    """Return `decision_scores` confined to 0 to 1: what to show of a class, with the boundary at 0.5.

    For the hinge loss, whatever is beyond a margin is 0 or 1: not a probability, and where several classes are beyond
    theirs only `decision_scores` tells which is the largest. Outputs of the other losses are returned as they are.
    """
    return np.clip(decision_scores(output, loss_name), 0, 1) if loss_name == "hinge" else output
