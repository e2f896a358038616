"""Initialisations: spread, reproducibility, dtype."""

import numpy as np
import pytest

from nnviz.engine.initializers import INITIALIZERS, default_initializer

N_IN, N_OUT = 300, 200
VARIANCES = {
    "glorot_uniform": 2 / (N_IN + N_OUT),
    "glorot_normal": 2 / (N_IN + N_OUT),
    "he_uniform": 2 / N_IN,
    "he_normal": 2 / N_IN,
}


@pytest.mark.parametrize(("name", "variance"), VARIANCES.items())
def test_weights_have_the_stated_mean_and_variance(name: str, variance: float) -> None:
    weights = INITIALIZERS[name].draw(np.random.default_rng(0), N_IN, N_OUT)
    assert weights.shape == (N_IN, N_OUT)
    assert abs(weights.mean()) < 5 * (variance / weights.size) ** 0.5
    assert weights.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_weights_fill_their_interval(name: str) -> None:
    limit = (3 * VARIANCES[name]) ** 0.5  # a uniform variable on (-l, l) has variance l^2 / 3
    weights = INITIALIZERS[name].draw(np.random.default_rng(0), N_IN, N_OUT)
    assert abs(weights).max() <= limit
    assert abs(weights).max() > 0.999 * limit


@pytest.mark.parametrize("name", INITIALIZERS)
def test_one_seed_draws_the_same_weights(name: str) -> None:
    first, second = (INITIALIZERS[name].draw(np.random.default_rng(7), 5, 4) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_relu_starts_with_he_and_the_others_with_glorot() -> None:
    assert default_initializer("relu") == "he_uniform"
    assert {default_initializer(name) for name in ("tanh", "sigmoid", "identity", "softmax")} == {"glorot_uniform"}
