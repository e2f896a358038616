"""Counts and quantiles from one sorting: those that NumPy gives."""

import numpy as np
import pytest
from numpy.typing import DTypeLike

from nnviz.engine.distributions import QUANTILES, spread


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_counts_and_quantiles_are_numpys(dtype: DTypeLike) -> None:
    values = np.random.default_rng(0).normal(size=(40, 25)).astype(dtype)
    edges = np.linspace(-4, 4, 33)
    counts, quantiles = spread(values, edges)
    expected, _ = np.histogram(values, edges.astype(dtype))
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(quantiles, np.quantile(values, QUANTILES, method="lower"), rtol=1e-6)


def test_what_lies_outside_is_counted_at_the_ends() -> None:
    counts, quantiles = spread(np.array([-9.0, 0.5, 9.0, 9.0]), np.array([0.0, 1.0, 2.0]))
    assert counts.tolist() == [2, 2]
    assert (quantiles[0], quantiles[-1]) == (-9.0, 9.0)


def test_no_numbers_are_nowhere() -> None:
    counts, quantiles = spread(np.empty((0, 3)), np.array([0.0, 1.0]))
    assert counts.tolist() == [0]
    assert np.isnan(quantiles).all()
