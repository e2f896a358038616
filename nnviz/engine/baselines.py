"""Baselines, so that a score means something: a constant answer, and the network without a hidden layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.metrics import METRICS
from nnviz.engine.mlp import MLP, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.scores import Scores, score
from nnviz.engine.training import Diverged, Trainer, TrainingConfig, TrainingData

# Classes that a plane separates would drive the weights of logistic regression to infinity; on standardised inputs this
# is too little to be seen anywhere else. On n rows it is scikit-learn's C = 1 / (n L2), 100 for 100 rows. Least squares
# needs none: among equal fits, steps from weights of 0 lead to the one of the smallest weights.
L2 = 1e-4
MAX_ITERATIONS = 300
SMALLEST_GRADIENT = 1e-6  # largest magnitude in the objective's gradient at which the fit is done

_ROWS = ("training", "validation")


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A simple model's scores.

    Attributes
    ----------
    label
        What it does, as a person says it after "for".
    training, validation
        Scores of either set of rows; nan for a set without rows. Errors of regression are in the unit of the data given
        to `fit_baselines`, which is usually the standardised one.
    """

    label: str
    training: Scores
    validation: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """Two models to compare a network with.

    Attributes
    ----------
    constant
        Gives `answer` to every row.
    answer
        Outputs of the constant predictor, (k,), float64, read-only: the share of the second class for "binary", of
        each class for "multiclass", the mean for "regression"; of the training rows, by their weights if they have any.
    linear
        Logistic regression for classes, linear regression for numbers.
    mlp
        Its network: no hidden layer, 64-bit numbers.
    iterations
        Steps of L-BFGS it took to fit.
    converged
        Whether the fit ended because its gradient was small, or no step improved the objective any more.
    """

    constant: Baseline
    answer: NDArray[np.float64]
    linear: Baseline
    mlp: MLP
    iterations: int
    converged: bool


def fit_baselines(data: TrainingData, seed: int = 0) -> Baselines:
    """Fit both baselines to the training rows and score them on the training and the validation rows.

    Parameters
    ----------
    data
        The rows, as a network takes them; weights of rows count here too.
    seed
        Of the trainer; the result hardly depends on it, as every step takes all rows and starts from weights of 0.

    Raises
    ------
    UserError
        When a number in `data` is not finite.

    Notes
    -----
    The linear network is trained by the engine's own L-BFGS (Liu and Nocedal, On the limited memory BFGS method for
    large scale optimization, 1989); for classes with an L2 penalty of `L2` / 2 sum w^2 on the weights, not on the
    biases. The objective is convex: there is nothing that an unlucky start could spoil. Logistic regression: Cox, The
    regression analysis of binary sequences (1958). Majority class as a baseline: Holte, Very simple classification
    rules perform well on most commonly used datasets (1993).
    """
    answer = np.average(np.asarray(data.Y_train, dtype=np.float64), axis=0, weights=data.sample_weights)
    answer.flags.writeable = False
    mlp, iterations, converged = _fit_linear(data, seed)
    regression = data.task == "regression"
    constant = _judge(
        f"always answering the {'mean' if regression else 'commonest class'}",
        data,
        np.broadcast_to(answer, data.Y_train.shape),
        np.broadcast_to(answer, data.Y_validation.shape),
    )
    linear = _judge(
        f"{'linear' if regression else 'logistic'} regression",
        data,
        mlp.predict(data.X_train),
        mlp.predict(data.X_validation),
    )
    return Baselines(constant, answer, linear, mlp, iterations, converged)


def comparison(
    scores: Scores, baselines: Baselines, rows: str = "validation", classes: Sequence[str] = (), metric: str = ""
) -> str:
    """Return a sentence that sets a network's score beside those of the baselines.

    Parameters
    ----------
    scores
        The network's, on the rows that `rows` says.
    baselines
        Fitted to the same data.
    rows
        "training" or "validation".
    classes
        Names of the classes in the order of the outputs, the first class first for "binary" too; or none.
    metric
        Key of `METRICS`; "" is accuracy for classes and R2 for regression.

    Returns
    -------
    str
        Such as "Accuracy on validation rows: 0.974 against 0.947 for logistic regression and 0.333 for always answering
        'setosa'."
    """
    if rows not in _ROWS:
        raise ValueError(f"rows must be one of {_ROWS}, not {rows!r}")
    name = metric or ("r2" if scores.task == "regression" else "accuracy")
    constant, linear = (
        (baseline.training if rows == "training" else baseline.validation)
        for baseline in (baselines.constant, baselines.linear)
    )
    always = baselines.constant.label
    if classes and scores.task != "regression":
        answer = baselines.answer
        index = int(answer[0] > 0.5) if scores.task == "binary" else int(answer.argmax())
        always = f"always answering '{classes[index]}'"
    label = METRICS[name].label
    own, simple, least = (_in_words(name, judged.values[name]) for judged in (scores, linear, constant))
    return (
        f"{label[0].upper()}{label[1:]} on {rows} rows: {own} against {simple} for {baselines.linear.label}"
        f" and {least} for {always}."
    )


def _in_words(metric: str, value: float) -> str:
    if np.isnan(value):
        return "no value"
    if "regression" in METRICS[metric].tasks and not METRICS[metric].greater_is_better:
        return f"{value:.4g}"  # in a unit of its own, so that any number of decimals may be the wrong one
    return f"{round(value, 3) + 0.0:.3f}"  # + 0.0 makes 0 of -0


def _judge(label: str, data: TrainingData, training: FloatArray, validation: FloatArray) -> Baseline:
    return Baseline(label, score(training, data.Y_train, data.task), score(validation, data.Y_validation, data.task))


def _fit_linear(data: TrainingData, seed: int) -> tuple[MLP, int, bool]:
    """Return the fitted network without a hidden layer, the number of steps, and whether they led to the optimum."""
    mlp = MLP(config_for_task(data.task, data.X_train.shape[1], data.Y_train.shape[1], ()), dtype=np.float64)
    config = TrainingConfig(
        optimizer="lbfgs",
        learning_rate=1.0,  # the length that suits a quasi-Newton step
        batch_size=len(data.X_train),
        seed=seed,
        regularization=Regularization(l2=0.0 if data.task == "regression" else L2),
    )
    trainer = Trainer(mlp, data, config)
    steps = trainer.steps()
    for iteration in range(1, MAX_ITERATIONS + 1):
        before = mlp.parameters.copy()
        try:
            next(steps)
        except Diverged:  # numbers of absurd size: what was reached before them stands
            return mlp, iteration - 1, False
        # The gradient is that of the step's start, so the step made after it was small comes for free.
        if np.abs(trainer.gradient).max() <= SMALLEST_GRADIENT or np.array_equal(before, mlp.parameters):
            return mlp, iteration, True
    return mlp, MAX_ITERATIONS, False
