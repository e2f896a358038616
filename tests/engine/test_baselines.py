"""Baselines: agreement with scikit-learn's linear models, what stays finite, and the sentence for a person."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression

from nnviz.engine.baselines import L2, MAX_ITERATIONS, comparison, fit_baselines
from nnviz.engine.scores import Scores, score
from nnviz.engine.training import TrainingData

SPECIES = ("setosa", "versicolor", "virginica")


def split(inputs: NDArray[Any], target: NDArray[Any], task: str, weights: NDArray[Any] | None = None) -> TrainingData:
    """Return shuffled and standardised rows, a quarter of them for validation; weights are of the training rows."""
    order = np.random.default_rng(0).permutation(len(inputs))
    inputs, target = inputs[order], target[order]
    n = len(inputs) * 3 // 4
    inputs = (inputs - inputs[:n].mean(axis=0)) / inputs[:n].std(axis=0)
    return TrainingData(inputs[:n], target[:n], inputs[n:], target[n:], task, weights)


def iris() -> TrainingData:
    inputs, species = load_iris(return_X_y=True)
    return split(inputs, np.eye(3)[species], "multiclass")


def virginica_or_not() -> TrainingData:
    inputs, species = load_iris(return_X_y=True)
    return split(inputs[50:], (species[50:] == 2).reshape(-1, 1).astype(np.float64), "binary")


def diabetes() -> TrainingData:
    inputs, target = load_diabetes(return_X_y=True)
    both = np.column_stack([target, inputs[:, 2] + 0.01 * target])
    return split(inputs, (both - both.mean(axis=0)) / both.std(axis=0), "regression")


def sklearn_logistic(data: TrainingData, weights: NDArray[Any] | None = None) -> Any:
    true = data.Y_train[:, 0] if data.task == "binary" else data.Y_train.argmax(axis=1)
    model = LogisticRegression(C=1 / (len(true) * L2), tol=1e-10, max_iter=10_000)
    return model.fit(data.X_train, true, sample_weight=weights)


def scores_of(accuracy: float) -> Scores:
    """Scores of 1000 rows of class 1 of which the share `accuracy` was found."""
    target = np.ones((1000, 1))
    return score((np.arange(1000.0).reshape(1000, 1) < 1000 * accuracy).astype(np.float64), target, "binary")


def test_multiclass_network_without_hidden_layer_is_sklearns_logistic_regression() -> None:
    data = iris()
    fitted = fit_baselines(data)
    theirs = sklearn_logistic(data)
    assert fitted.converged
    assert fitted.mlp.predict(data.inputs) == pytest.approx(theirs.predict_proba(data.inputs), abs=1e-3)
    true = data.Y_validation.argmax(axis=1)
    assert fitted.linear.validation.values["accuracy"] == theirs.score(data.X_validation, true)
    assert fitted.linear.training.values["accuracy"] == theirs.score(data.X_train, data.Y_train.argmax(axis=1))


def test_binary_network_without_hidden_layer_is_sklearns_logistic_regression() -> None:
    data = virginica_or_not()
    fitted = fit_baselines(data)
    theirs = sklearn_logistic(data)
    assert fitted.converged
    assert fitted.mlp.predict(data.inputs)[:, 0] == pytest.approx(theirs.predict_proba(data.inputs)[:, 1], abs=1e-3)
    assert fitted.linear.validation.values["accuracy"] == theirs.score(data.X_validation, data.Y_validation[:, 0])


def test_network_without_hidden_layer_is_sklearns_linear_regression() -> None:
    data = diabetes()
    fitted = fit_baselines(data)
    theirs = LinearRegression().fit(data.X_train, data.Y_train)
    assert fitted.converged
    assert fitted.mlp.predict(data.inputs) == pytest.approx(theirs.predict(data.inputs), abs=1e-4)
    assert fitted.linear.validation.values["r2"] == pytest.approx(
        theirs.score(data.X_validation, data.Y_validation), abs=1e-3
    )
    assert fitted.linear.label == "linear regression"


def test_weights_of_rows_count_in_both_baselines() -> None:
    plain = virginica_or_not()
    weights = np.random.default_rng(1).random(len(plain.X_train)) + 5 * plain.Y_train[:, 0]
    data = TrainingData(plain.X_train, plain.Y_train, plain.X_validation, plain.Y_validation, "binary", weights)
    fitted = fit_baselines(data)
    theirs = sklearn_logistic(data, weights / weights.mean())
    assert fitted.mlp.predict(data.inputs)[:, 0] == pytest.approx(theirs.predict_proba(data.inputs)[:, 1], abs=1e-3)
    assert fitted.answer == pytest.approx(np.average(data.Y_train, axis=0, weights=weights), rel=1e-12)


def test_constant_answer_is_the_share_of_each_class_among_the_training_rows() -> None:
    data = iris()
    shares = data.Y_train.mean(axis=0)
    fitted = fit_baselines(data)
    assert fitted.answer == pytest.approx(shares, rel=1e-12)
    training = fitted.constant.training.values
    assert training["accuracy"] == pytest.approx(shares.max())
    assert training["roc_auc"] == 0.5
    assert training["log_loss"] == pytest.approx(-(shares * np.log(shares)).sum())  # the entropy of the shares
    assert fitted.constant.validation.values["accuracy"] == data.Y_validation[:, shares.argmax()].mean()


def test_constant_answer_of_regression_is_the_mean_of_the_training_rows() -> None:
    data = diabetes()
    fitted = fit_baselines(data)
    assert fitted.answer == pytest.approx(data.Y_train.mean(axis=0), rel=1e-12)
    assert fitted.constant.training.values["r2"] == pytest.approx(0, abs=1e-12)
    assert fitted.constant.validation.values["r2"] < 0  # the validation rows have another mean


def test_fit_repeats_itself_bit_for_bit_and_hardly_depends_on_the_seed() -> None:
    first, again, other = (fit_baselines(iris(), seed).mlp.parameters for seed in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert first == pytest.approx(other, abs=1e-3)


def test_separable_classes_keep_weights_finite() -> None:
    rng = np.random.default_rng(2)
    inputs = rng.standard_normal((200, 2))
    data = split(inputs, (inputs[:, :1] > 0).astype(np.float64), "binary")
    fitted = fit_baselines(data)
    assert fitted.converged
    assert fitted.iterations < MAX_ITERATIONS
    assert fitted.linear.training.values["accuracy"] == 1
    assert np.abs(fitted.mlp.parameters).max() < 100


def test_a_column_given_twice_shares_its_weight() -> None:
    rng = np.random.default_rng(3)
    column = rng.standard_normal((80, 1))
    fitted = fit_baselines(split(np.hstack([column, column]), 2 * column, "regression"))
    assert fitted.converged
    assert fitted.mlp.weights[0][0, 0] == pytest.approx(fitted.mlp.weights[0][1, 0], rel=1e-6)
    assert fitted.linear.training.values["r2"] == pytest.approx(1, abs=1e-6)


def test_one_class_alone_is_always_found() -> None:
    inputs = np.random.default_rng(4).standard_normal((20, 2))
    fitted = fit_baselines(split(inputs, np.ones((20, 1)), "binary"))
    assert fitted.constant.validation.values["accuracy"] == fitted.linear.validation.values["accuracy"] == 1
    assert math.isnan(fitted.linear.validation.values["roc_auc"])


def test_numbers_too_large_to_compute_with_leave_finite_baselines() -> None:
    inputs = 1e200 * np.random.default_rng(5).standard_normal((20, 2))
    target = np.random.default_rng(6).standard_normal((20, 1))
    fitted = fit_baselines(TrainingData(inputs, target, inputs[:0], target[:0], "regression"))
    assert np.isfinite(fitted.mlp.parameters).all()
    assert fitted.constant.training.values["r2"] == pytest.approx(0, abs=1e-12)


def test_sentence_names_the_class_that_is_always_answered() -> None:
    data = virginica_or_not()
    fitted = fit_baselines(data)
    linear, constant = (b.validation.values["accuracy"] for b in (fitted.linear, fitted.constant))
    always = SPECIES[1:][int(data.Y_train.mean() > 0.5)]
    assert comparison(scores_of(0.974), fitted, classes=SPECIES[1:]) == (
        f"Accuracy on validation rows: 0.974 against {linear:.3f} for logistic regression"
        f" and {constant:.3f} for always answering '{always}'."
    )


def test_sentence_without_class_names_says_the_commonest_class() -> None:
    data = iris()
    fitted = fit_baselines(data)
    sentence = comparison(score(data.Y_train, data.Y_train, "multiclass"), fitted, "training", metric="f1_macro")
    assert sentence.startswith("F1, macro mean on training rows: 1.000 against 0.9")
    assert sentence.endswith(" for always answering the commonest class.")
    assert comparison(scores_of(1), fitted, classes=SPECIES).endswith(
        f" for always answering '{SPECIES[int(data.Y_train.sum(axis=0).argmax())]}'."
    )


def test_sentence_of_regression_names_the_mean() -> None:
    data = diabetes()
    fitted = fit_baselines(data)
    perfect = score(data.Y_train, data.Y_train, "regression")
    linear = fitted.linear.training.values
    assert comparison(perfect, fitted, "training") == (
        f"R² on training rows: 1.000 against {linear['r2']:.3f} for linear regression"
        " and 0.000 for always answering the mean."
    )
    assert comparison(perfect, fitted, "training", metric="rmse") == (
        f"Root mean squared error on training rows: 0 against {linear['rmse']:.4g} for linear regression"
        f" and {fitted.constant.training.values['rmse']:.4g} for always answering the mean."
    )


def test_sentence_has_no_negative_zero() -> None:
    target = np.array([[0.0], [2.0]])
    almost_mean = score(np.full((2, 1), 1.01), target, "regression")
    assert -5e-4 < almost_mean.values["r2"] < 0
    assert ": 0.000 against" in comparison(almost_mean, fit_baselines(diabetes()))


def test_without_validation_rows_their_scores_have_no_value() -> None:
    full = iris()
    data = TrainingData(full.X_train, full.Y_train, full.X_validation[:0], full.Y_validation[:0], "multiclass")
    fitted = fit_baselines(data)
    assert fitted.linear.validation.n_rows == 0
    nothing = score(data.Y_validation, data.Y_validation, "multiclass")
    assert comparison(nothing, fitted).startswith(
        "Accuracy on validation rows: no value against no value for logistic regression and no value"
    )


def test_sentence_about_other_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="rows must be one of"):
        comparison(scores_of(1), fit_baselines(virginica_or_not()), "test")
