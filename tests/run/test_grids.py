"""Grids of inputs: what they stand for, row by row, and that the cheap way gives the same network answers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.engine.config import LayerConfig, MLPConfig
from nnviz.engine.mlp import MLP
from nnviz.run.grids import GridProbe, InputGrid, PlaneProbe, PointsProbe
from nnviz.run.probes import grid_activations, rows_outputs

RNG = np.random.default_rng(5)
WIDE = 30


def _network(n_inputs: int = WIDE) -> MLP:
    config = MLPConfig(n_inputs, (LayerConfig(7), LayerConfig(3, "softmax")), loss="categorical_cross_entropy")
    return MLP.initialised(config, np.random.default_rng(0), np.float64)


def _plane(resolution: int = 6, n_inputs: int = WIDE) -> PlaneProbe:
    return PlaneProbe(
        resolution,
        RNG.normal(size=n_inputs),
        RNG.normal(size=(2, n_inputs)),
        np.linspace(-2.0, 3.0, resolution),
        np.linspace(-1.0, 1.0, resolution),
    )


def _columns(resolution: int = 6, n_inputs: int = WIDE) -> GridProbe:
    values = RNG.normal(size=(resolution**2, 3))
    return GridProbe(resolution, RNG.normal(size=n_inputs), np.array([4, 2, 29]), values)


def _all_inputs(probe: InputGrid) -> NDArray[np.float64]:
    """Write every row of the grid out, straight from the definition."""
    n = probe.resolution
    rows = []
    for up in range(n):
        for across in range(n):
            if isinstance(probe, PlaneProbe):
                u, v = probe.directions
                rows.append(probe.base + probe.across[across] * u + probe.up[up] * v)
            else:
                row = np.array(probe.base, np.float64)
                row[probe.varying] = probe.values[up * n + across]
                rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("probe", [_plane(), _columns()], ids=["plane", "columns"])
def test_activations_over_a_grid_equal_those_of_its_rows_written_out(probe: InputGrid) -> None:
    mlp = _network()
    result = grid_activations(mlp, probe)
    for found, expected in zip(result.activations, mlp.activations(_all_inputs(probe))[1:], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
        assert not found.flags.writeable


@pytest.mark.parametrize("probe", [_plane(), _columns()], ids=["plane", "columns"])
def test_some_inputs_over_a_grid_are_those_columns_of_its_rows(probe: InputGrid) -> None:
    columns = np.array([29, 0, 4, 1])
    np.testing.assert_allclose(probe.inputs(columns), _all_inputs(probe)[:, columns], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("probe", [_plane(), _columns()], ids=["plane", "columns"])
def test_mean_of_some_inputs_over_a_grid_is_that_of_its_rows(probe: InputGrid) -> None:
    columns = np.array([29, 0, 4, 1])
    expected = _all_inputs(probe)[:, columns].mean(axis=1)
    np.testing.assert_allclose(probe.mean_input(columns), expected, rtol=1e-5, atol=1e-6)


def test_plane_of_many_inputs_never_holds_them_for_the_whole_grid() -> None:
    """A grid of 64 x 64 over 784 inputs written out would be 26 MB of float64; the plane needs its layers only."""
    import tracemalloc

    probe, mlp = _plane(64, 784), _network(784)
    tracemalloc.start()
    grid_activations(mlp, probe)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_outputs_of_rows_are_those_of_the_network() -> None:
    mlp = _network()
    inputs = RNG.normal(size=(9, WIDE))
    result = rows_outputs(mlp, PointsProbe(inputs))
    np.testing.assert_array_equal(result.outputs, mlp.predict(inputs))
    assert not result.outputs.flags.writeable
    assert result.seconds > 0
