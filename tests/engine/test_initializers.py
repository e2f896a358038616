"""Initialisations: spread, range, orthogonality, biases, reproducibility, defaults."""

import numpy as np
import pytest

from nnviz.engine.initializers import INITIALIZERS, default_initializer

N_IN, N_OUT = 300, 200
VARIANCES = {
    "glorot_uniform": 2 / (N_IN + N_OUT),
    "glorot_normal": 2 / (N_IN + N_OUT),
    "glorot_biased": 2 / (N_IN + N_OUT),
    "he_uniform": 2 / N_IN,
    "he_normal": 2 / N_IN,
    "lecun_uniform": 1 / N_IN,
    "lecun_normal": 1 / N_IN,
    "orthogonal": 1 / N_IN,  # n_out columns of length 1, spread over n_in rows
}
RANDOM = [name for name in INITIALIZERS if name not in {"zeros", "constant"}]


def draw(name: str, n_in: int = N_IN, n_out: int = N_OUT, seed: int = 0) -> np.ndarray:
    return INITIALIZERS[name].draw(np.random.default_rng(seed), n_in, n_out)


@pytest.mark.parametrize(("name", "variance"), VARIANCES.items())
def test_weights_have_the_stated_mean_and_variance(name: str, variance: float) -> None:
    weights = draw(name)
    assert abs(weights.mean()) < 5 * (variance / weights.size) ** 0.5
    assert weights.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 1), (1, 7), (7, 1)])
def test_weights_are_float64_with_one_row_per_input(name: str, shape: tuple[int, int]) -> None:
    weights = draw(name, *shape)
    assert weights.shape == shape
    assert weights.dtype == np.float64
    assert weights.flags.c_contiguous
    assert weights.flags.writeable


@pytest.mark.parametrize("name", ["glorot_uniform", "glorot_biased", "he_uniform", "lecun_uniform"])
def test_uniform_weights_fill_their_interval(name: str) -> None:
    limit = (3 * VARIANCES[name]) ** 0.5  # a uniform variable on (-l, l) has variance l^2 / 3
    weights = draw(name)
    assert abs(weights).max() <= limit
    assert abs(weights).max() > 0.999 * limit


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal"])
def test_normal_weights_have_the_tails_of_a_normal_distribution(name: str) -> None:
    weights = draw(name) / VARIANCES[name] ** 0.5
    assert (abs(weights) > 2).mean() == pytest.approx(0.0455, rel=0.05)
    assert (weights**4).mean() == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_one_seed_draws_the_same_weights(name: str) -> None:
    np.testing.assert_array_equal(draw(name, 5, 4, seed=7), draw(name, 5, 4, seed=7))


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_draws_other_weights(name: str) -> None:
    assert (draw(name, 5, 4, seed=7) != draw(name, 5, 4, seed=8)).all()


def test_glorot_and_he_draw_what_their_formulas_say_to_the_last_bit() -> None:
    """Seeds of earlier versions give the same networks: the arithmetic may not be rearranged."""
    rng = np.random.default_rng(3)
    expected = {
        "glorot_uniform": rng.uniform(-((6 / 11) ** 0.5), (6 / 11) ** 0.5, (7, 4)),
        "glorot_normal": rng.normal(0, (2 / 11) ** 0.5, (7, 4)),
        "he_uniform": rng.uniform(-((6 / 7) ** 0.5), (6 / 7) ** 0.5, (7, 4)),
        "he_normal": rng.normal(0, (2 / 7) ** 0.5, (7, 4)),
    }
    rng = np.random.default_rng(3)
    for name, weights in expected.items():
        np.testing.assert_array_equal(INITIALIZERS[name].draw(rng, 7, 4), weights)


@pytest.mark.parametrize(("n_in", "n_out"), [(6, 6), (9, 4), (1, 5), (64, 10)])
def test_orthogonal_weights_have_orthonormal_columns_or_rows(n_in: int, n_out: int) -> None:
    weights = draw("orthogonal", n_in, n_out)
    other = draw("orthogonal", n_out, n_in)
    short = weights if n_in >= n_out else weights.T
    np.testing.assert_allclose(short.T @ short, np.eye(min(n_in, n_out)), atol=1e-12)
    short = other.T if n_in >= n_out else other
    np.testing.assert_allclose(short.T @ short, np.eye(min(n_in, n_out)), atol=1e-12)


def test_orthogonal_weights_are_uniform_over_rotations_and_reflections() -> None:
    """Under the Haar measure of O(3) every entry is uniform on (-1, 1), and the determinant is 1 or -1 alike."""
    rng = np.random.default_rng(0)
    draws = np.stack([INITIALIZERS["orthogonal"].draw(rng, 3, 3) for _ in range(4000)])
    # LAPACK's bare QR gives the diagonal of Q signs of its own: there the mean of entry (0, 0) is -0.5, not 0.
    assert abs(draws.mean(axis=0)).max() < 5 * (1 / 3 / 4000) ** 0.5
    np.testing.assert_allclose((draws**2).mean(axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose((abs(draws) < 0.5).mean(axis=0), 0.5, atol=0.04)
    assert (np.linalg.det(draws) > 0).mean() == pytest.approx(0.5, abs=0.04)


def test_zeros_are_0_whatever_the_value() -> None:
    assert not INITIALIZERS["zeros"].draw(np.random.default_rng(0), 4, 3, 0.7).any()


@pytest.mark.parametrize("value", [-0.25, 0.0, 3])
def test_constant_weights_are_the_value(value: float) -> None:
    assert (INITIALIZERS["constant"].draw(np.random.default_rng(0), 4, 3, value) == value).all()


@pytest.mark.parametrize("value", [2.5, -2.5])
def test_uniform_fills_the_range_that_the_value_sets_on_both_sides_of_0(value: float) -> None:
    weights = INITIALIZERS["uniform"].draw(np.random.default_rng(0), N_IN, N_OUT, value)
    assert 2.499 < weights.max() <= 2.5
    assert -2.5 <= weights.min() < -2.499
    assert weights.var() == pytest.approx(2.5**2 / 3, rel=0.02)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_value_matters_exactly_where_the_registry_says_so(name: str) -> None:
    first, second = (INITIALIZERS[name].draw(np.random.default_rng(1), 4, 3, value) for value in (0.2, 0.9))
    assert (first != second).any() == INITIALIZERS[name].takes_value


@pytest.mark.parametrize("name", sorted(set(INITIALIZERS) - {"glorot_biased"}))
def test_biases_of_0_draw_nothing(name: str) -> None:
    """Otherwise the same seed would give the next layer other weights than before biases could be drawn."""
    rng = np.random.default_rng(4)
    biases = INITIALIZERS[name].draw_biases(rng, 5, 3)
    assert biases.shape == (3,)
    assert biases.dtype == np.float64
    assert not biases.any()
    assert rng.random() == np.random.default_rng(4).random()


@pytest.mark.parametrize("n_in", [1, 2, 16])
def test_drawn_biases_fill_a_range_that_narrows_with_the_square_root_of_the_inputs(n_in: int) -> None:
    biases = INITIALIZERS["glorot_biased"].draw_biases(np.random.default_rng(0), n_in, 20_000)
    limit = 1 / n_in**0.5
    assert biases.shape == (20_000,)
    assert 0.999 * limit < biases.max() <= limit
    assert -limit <= biases.min() < -0.999 * limit
    assert biases.var() == pytest.approx(limit**2 / 3, rel=0.03)


def test_drawn_biases_move_the_hyperplanes_off_the_origin_of_two_standardised_inputs() -> None:
    """With biases of 0 every unit's line runs through the origin; these lie anywhere within the data."""
    rng = np.random.default_rng(0)
    start = INITIALIZERS["glorot_biased"]
    layers = [(start.draw(rng, 2, 8), start.draw_biases(rng, 2, 8)) for _ in range(1000)]
    distances = np.concatenate([abs(biases) / np.linalg.norm(weights, axis=0) for weights, biases in layers])
    assert 0.3 < np.median(distances) < 1
    assert (distances < 2).mean() > 0.9  # two standard deviations


def test_drawn_biases_come_with_the_weights_of_glorot_uniform() -> None:
    np.testing.assert_array_equal(draw("glorot_biased", 6, 5, seed=9), draw("glorot_uniform", 6, 5, seed=9))


def test_every_key_is_the_name_of_its_initialisation() -> None:
    assert all(key == initializer.name for key, initializer in INITIALIZERS.items())
    labels = [initializer.label for initializer in INITIALIZERS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [
        *((name, "he_uniform") for name in ("relu", "leaky_relu", "elu", "gelu", "silu", "sine")),
        ("selu", "lecun_normal"),
        ("tanh", "glorot_biased"),
        *((name, "glorot_uniform") for name in ("identity", "sigmoid", "hard_sigmoid", "softplus", "softsign")),
        *((name, "glorot_uniform") for name in ("gaussian", "softmax")),
    ],
)
def test_the_default_is_he_for_what_halves_the_signal_lecun_for_selu_and_glorot_otherwise(
    activation: str, initializer: str
) -> None:
    assert default_initializer(activation) == initializer
    assert default_initializer(activation) in INITIALIZERS


def test_he_weights_keep_a_sine_network_alive_through_ten_layers() -> None:
    rng = np.random.default_rng(0)
    signal = rng.standard_normal((200, 100))
    for _ in range(10):
        signal = np.sin(signal @ INITIALIZERS[default_initializer("sine")].draw(rng, 100, 100))
    assert signal.std() > 0.5
