"""Planes through the parameters: filter-normalised directions, principal components of a path, projections."""

import numpy as np
import pytest

from nnviz.engine.landscape_plane import Plane, path_plane, random_plane
from nnviz.engine.masks import incoming
from nnviz.engine.mlp import MLP
from nnviz.errors import UserError
from tests.engine.conftest import MakeNetwork


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# Random directions


def test_each_neurons_direction_is_as_long_as_its_weights_and_bias(make_network: MakeNetwork) -> None:
    mlp = make_network(hidden=(4, 3))
    mlp.biases[0][...] = [0.5, -1.0, 0.0, 2.0]
    plane = random_plane(mlp.config, mlp.parameters, rng())
    for layer, units in enumerate((4, 3, 1)):
        for unit in range(units):
            places = incoming(mlp.config, layer, unit)
            length = np.linalg.norm(mlp.parameters[places].astype(float))
            for direction in plane.directions:
                np.testing.assert_allclose(np.linalg.norm(direction[places]), length, rtol=1e-12)


def test_a_seed_gives_the_same_directions_and_another_seed_others(make_network: MakeNetwork) -> None:
    mlp = make_network()
    first, again, other = (random_plane(mlp.config, mlp.parameters, rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.directions, again.directions)
    assert not np.allclose(first.directions, other.directions)


def test_a_scaled_network_gets_scaled_directions(make_network: MakeNetwork) -> None:
    mlp = make_network(dtype=np.float64)
    one, ten = (random_plane(mlp.config, factor * mlp.parameters, rng()) for factor in (1, 10))
    np.testing.assert_allclose(ten.directions, 10 * one.directions)


def test_what_is_held_does_not_move_and_adds_nothing_to_its_neurons_length(make_network: MakeNetwork) -> None:
    mlp = make_network(dtype=np.float64)
    held = np.zeros(mlp.parameters.size, dtype=bool)
    places = incoming(mlp.config, 0, 1)
    held[places[0]] = True
    held[incoming(mlp.config, 1, 2)] = True
    plane = random_plane(mlp.config, mlp.parameters, rng(), held)
    assert not plane.directions[:, held].any()
    length = np.linalg.norm(mlp.parameters[places[1:]])
    np.testing.assert_allclose(np.linalg.norm(plane.directions[0][places]), length, rtol=1e-12)


def test_a_network_of_zeros_has_no_such_directions(make_network: MakeNetwork) -> None:
    mlp = make_network()
    with pytest.raises(UserError, match="what is free to move is 0"):
        random_plane(mlp.config, np.zeros_like(mlp.parameters), rng())


@pytest.mark.parametrize("make", ["random", "path"])
def test_a_plane_needs_two_parameters_that_move_and_finite_ones(make_network: MakeNetwork, make: str) -> None:
    mlp = make_network()
    held = np.ones(mlp.parameters.size, dtype=bool)
    held[0] = False

    def plane(parameters: np.ndarray, held: np.ndarray | None) -> Plane:
        if make == "random":
            return random_plane(mlp.config, parameters, rng(), held)
        return path_plane(np.stack([parameters, parameters + 1]), parameters, rng(), held)

    with pytest.raises(UserError, match="frozen or silenced"):
        plane(mlp.parameters, held)
    with pytest.raises(UserError, match="range of numbers"):
        plane(np.full_like(mlp.parameters, np.nan), None)


# The path


def test_a_straight_path_has_all_its_variance_on_the_first_axis() -> None:
    end, way = rng(1).standard_normal(30), rng(2).standard_normal(30)
    path = np.stack([end - share * way for share in (1.0, 0.7, 0.4, 0.3)])
    plane = path_plane(path, end, rng())
    assert plane.shares is not None
    np.testing.assert_allclose(plane.shares, (1.0, 0.0), atol=1e-12)
    assert plane.straight
    np.testing.assert_allclose(np.abs(plane.directions[0] @ way), np.linalg.norm(way))
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(plane.place(path).at[:, 1], 0.0, atol=1e-9)


def test_two_moments_make_a_straight_path() -> None:
    start, end = rng(1).standard_normal((2, 12))
    plane = path_plane(start[None], end, rng())
    assert plane.straight
    assert plane.shares == pytest.approx((1.0, 0.0))


def test_a_path_in_a_plane_is_drawn_as_it_is() -> None:
    basis = np.linalg.qr(rng(1).standard_normal((20, 2)))[0].T
    flat = np.array([[3.0, 0.0], [2.0, 1.0], [1.0, -1.0], [0.5, 0.2], [0.0, 0.0]])
    centre = rng(2).standard_normal(20)
    path = centre + flat @ basis
    plane = path_plane(path, centre, rng())
    placed = plane.place(path)
    assert plane.shares is not None
    assert sum(plane.shares) == pytest.approx(1.0)
    assert not plane.straight
    distances = np.linalg.norm(flat[:, None] - flat, axis=-1)
    np.testing.assert_allclose(np.linalg.norm(placed.at[:, None] - placed.at, axis=-1), distances, atol=1e-9)
    np.testing.assert_allclose(placed.shares, 1.0, atol=1e-9)


def test_shares_are_those_of_the_covariance_matrix() -> None:
    path = rng(3).standard_normal((12, 6)) * [5, 3, 1, 1, 0.5, 0.1]
    plane = path_plane(path[:-1], path[-1], rng())
    values = np.linalg.eigvalsh(np.cov(path.T))[::-1]
    assert plane.shares == pytest.approx(tuple(values[:2] / values.sum()))


def test_what_is_held_has_no_part_in_the_paths_plane() -> None:
    path = rng(3).standard_normal((9, 8))
    held = np.arange(8) < 3
    plane = path_plane(path, path[-1], rng(), held)
    assert not plane.directions[:, held].any()
    alone = path_plane(path[:, 3:], path[-1, 3:], rng())
    np.testing.assert_allclose(plane.directions[:, 3:], alone.directions, atol=1e-12)
    assert plane.shares == pytest.approx(alone.shares)


def test_weights_that_stayed_have_no_path() -> None:
    stayed = rng(1).standard_normal(10)
    for path in (np.empty((0, 10)), stayed[None], np.stack([stayed] * 4)):
        with pytest.raises(UserError, match="no path yet"):
            path_plane(path, stayed, rng())


def test_moments_that_are_no_numbers_are_left_out() -> None:
    path = rng(3).standard_normal((5, 8))
    broken = np.concatenate([path, np.full((1, 8), np.inf)])
    assert path_plane(broken, path[-1], rng()).shares == path_plane(path, path[-1], rng()).shares


# Projections


def test_a_point_of_the_plane_is_where_it_was_made_and_wholly_in_it(make_network: MakeNetwork) -> None:
    mlp: MLP = make_network()
    plane = random_plane(mlp.config, mlp.parameters, rng())
    points = np.array([[0.3, -0.7], [0.0, 0.0], [1.0, 1.0]])
    placed = plane.place(plane.centre + points @ plane.directions)
    np.testing.assert_allclose(placed.at, points, atol=1e-12)
    np.testing.assert_allclose(placed.shares, 1.0)


def test_the_share_of_a_step_is_the_cosine_of_its_angle_to_the_plane() -> None:
    plane = Plane(np.zeros(3), np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]))
    placed = plane.place(np.array([[3.0, 4.0, 5.0], [0.0, 0.0, 2.0]]))
    np.testing.assert_allclose(placed.shares, [np.sqrt(0.5), 0.0], atol=1e-12)
    np.testing.assert_allclose(placed.at @ plane.directions, [[3, 4, 0], [0, 0, 0]], atol=1e-12)
