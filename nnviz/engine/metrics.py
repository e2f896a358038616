"""Figures of merit: accuracy for classes; R2, mean absolute and root mean squared error for numbers."""

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray


def hits(output: FloatArray, target: FloatArray, task: str) -> NDArray[np.bool_]:
    """Return for each row whether its class was found.

    Parameters
    ----------
    output
        Network outputs, (n, k).
    target
        (n, 1) of 0 and 1 for the task "binary"; one-hot (n, k) for "multiclass".
    task
        "binary": the second class is predicted above 0.5. "multiclass": the largest output, the first of equals.

    Returns
    -------
    ndarray of bool, (n,)
    """
    if task == "binary":
        found: NDArray[np.bool_] = (output[:, 0] > 0.5) == (target[:, 0] > 0.5)
        return found
    return np.asarray(output.argmax(axis=1) == target.argmax(axis=1))


def accuracy(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the share of rows whose class was found: sum [predicted = true] / n; nan without rows.

    Parameters and tasks as in `hits`.
    """
    return float(hits(output, target, task).mean()) if len(output) else float("nan")


def r2_from_sums(residual: FloatArray, total: FloatArray) -> float:
    """Return R2 = mean over outputs of 1 - residual / total, both sums of squares, (k,); nan if any total is 0."""
    return float((1 - residual / total).mean()) if (total > 0).all() else float("nan")


def total_sum_of_squares(target: FloatArray) -> NDArray[np.float64]:
    """Return sum (y - mean y)^2 of each output, (k,), in 64-bit numbers; 0 without rows."""
    wide = np.asarray(target, dtype=np.float64)
    return np.asarray(np.square(wide - wide.mean(axis=0)).sum(axis=0)) if len(wide) else np.zeros(wide.shape[1])


def r2(output: FloatArray, target: FloatArray) -> float:
    """Return the coefficient of determination, R2 = 1 - sum (a - y)^2 / sum (y - mean y)^2, the mean over outputs.

    Arrays are (n, k). nan when there are no rows or an output's target is constant, as its variance is then 0.
    """
    residual = np.square(np.asarray(output, dtype=np.float64) - target).sum(axis=0)
    return r2_from_sums(residual, total_sum_of_squares(target))


def mae(output: FloatArray, target: FloatArray) -> float:
    """Return the mean absolute error, sum |a - y| / (n k), in the unit of the target; nan without rows."""
    return float(np.abs(np.asarray(output, dtype=np.float64) - target).mean()) if len(output) else float("nan")


def rmse(output: FloatArray, target: FloatArray) -> float:
    """Return the root mean squared error, sqrt(sum (a - y)^2 / (n k)), in the unit of the target; nan without rows."""
    error = np.asarray(output, dtype=np.float64) - target
    return float(np.sqrt(np.square(error).mean())) if len(output) else float("nan")
