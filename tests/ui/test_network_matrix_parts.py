"""The weight matrices without a widget: where cells are, what a pixel shows, and the words for it."""

import itertools

import numpy as np
import pytest

from nnviz.app.lenses import INPUTS, Place
from nnviz.engine.explain import BIAS
from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui.plots.network_matrix_ground import gutters, note, numbered
from nnviz.ui.plots.network_matrix_layout import Matrix, Spot, block_edges, matrix_layout, spot_at
from nnviz.ui.plots.network_matrix_picture import MatrixPicture, block_starts, largest_in_blocks
from nnviz.ui.plots.network_matrix_words import describe_spot, next_cell, place_in
from nnviz.ui.plots.network_static import Labels
from tests.ui.network_showing import snapshot_of

TABLE = np.arange(256, dtype=np.uint32)
ERROR = 0xFFFF0000
CONFIG = config_for_task("binary", 3, 1, [LayerConfig(4), LayerConfig(2)])
LABELS = Labels(("a", "b", "c"), ("z",))


def _layout(*sizes: int, width: float = 840, height: float = 592) -> tuple[Matrix, ...]:
    return matrix_layout(sizes, width, height, gutters(sizes, 50.0, height))


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (784, 128, 64, 10), (13, 32, 32, 3), (2, *[8] * 12, 1), (64, 10)])
@pytest.mark.parametrize(("width", "height"), [(560, 220), (840, 592), (1600, 1100)])
def test_matrices_stay_on_the_canvas_and_apart(sizes: tuple[int, ...], width: int, height: int) -> None:
    matrices = _layout(*sizes, width=width, height=height)
    assert [(matrix.n_in, matrix.n_out) for matrix in matrices] == list(itertools.pairwise(sizes))
    for matrix in matrices:
        assert matrix.left >= 0
        assert matrix.x + matrix.width <= width
        assert matrix.y >= 0
        assert matrix.bias_y + matrix.bias_height <= height
        assert matrix.bias_y >= matrix.y + matrix.height
    for one, other in itertools.combinations(matrices, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        below = one.bias_y + one.bias_height <= other.y or other.bias_y + other.bias_height <= one.y
        assert beside or below


def test_every_cell_is_found_under_its_middle() -> None:
    matrices = _layout(3, 4, 2)
    for matrix in matrices:
        wide, high = matrix.cell
        for source, target in itertools.product(range(matrix.n_in), range(matrix.n_out)):
            at = matrix.x + (target + 0.5) * wide, matrix.row_y(source) + high / 2
            assert spot_at(matrices, *at) == Spot(matrix.layer, (source, source + 1), (target, target + 1))
        at = matrix.x + 0.5 * wide, matrix.bias_y + matrix.bias_height / 2
        assert spot_at(matrices, *at) == Spot(matrix.layer, (BIAS, BIAS + 1), (0, 1))
    assert spot_at(matrices, 1.0, 1.0) is None


def test_pixel_of_a_large_matrix_is_found_with_all_the_weights_it_stands_for() -> None:
    matrices = _layout(784, 128, 10)
    matrix = matrices[0]
    rows = [spot_at(matrices, matrix.x + 1, matrix.y + row + 0.5) for row in range(int(matrix.height))]
    spans = [spot.sources for spot in rows if spot is not None]
    assert spans[0][0] == 0
    assert spans[-1][1] == 784
    assert all(after[0] in (before[0], before[1]) for before, after in itertools.pairwise(spans))


def test_blocks_share_items_about_evenly_and_leave_none_out() -> None:
    edges = block_edges(784, 516)
    assert (edges[0], edges[-1], len(edges)) == (0, 784, 517)
    assert {after - before for before, after in itertools.pairwise(edges)} == {1, 2}


def test_strong_weight_among_weak_ones_is_seen_with_its_sign() -> None:
    values = np.full((784, 128), 0.01, np.float32)
    values[401, 77] = -3.0
    shown = largest_in_blocks(values, 500, 100)
    assert shown.shape == (500, 100)
    assert shown.min() == -3.0
    assert np.count_nonzero(shown < 0) == 1


def test_largest_of_every_block_is_shown() -> None:
    values = np.random.default_rng(0).normal(size=(50, 31))
    shown = largest_in_blocks(values, 7, 4)
    rows, columns = block_edges(50, 7), block_edges(31, 4)
    for i, j in itertools.product(range(7), range(4)):
        block = values[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
        assert shown[i, j] == block.flat[np.abs(block).argmax()]


def _picture(matrix: Matrix) -> MatrixPicture:
    return MatrixPicture(matrix, 0, TABLE, ERROR)


def test_colours_run_from_minus_to_plus_the_scale_and_larger_biases_take_the_last() -> None:
    matrix = _layout(2, 3)[0]
    parameters = np.array([-2.0, 0.0, 2.0, 1.0, -1.0, 0.5, 9.0, -9.0, 0.0], np.float32)
    weights, biases = _picture(matrix).draw(parameters, 2.0)
    assert weights.tolist() == [[0, 128, 255], [191, 64, 159]]
    assert biases.tolist() == [[255, 0, 128]]
    assert _picture(matrix).largest(parameters) == (2.0, 9.0)


def test_number_that_is_not_finite_has_the_colour_of_an_error() -> None:
    matrix = _layout(2, 3)[0]
    parameters = np.zeros(9, np.float32)
    parameters[[1, 6]] = np.nan
    weights, biases = _picture(matrix).draw(parameters, 1.0)
    assert weights.tolist() == [[128, ERROR, 128], [128, 128, 128]]
    assert biases[0, 0] == ERROR


def test_note_says_what_is_seen_of_weights_that_share_a_pixel() -> None:
    assert note(_picture(_layout(8, 8)[0])) == "8 × 8"
    assert note(_picture(_layout(784, 128, 10)[0])) == "784 × 128, largest of 2 shown"


def test_each_layer_begins_after_the_biases_of_the_one_before() -> None:
    assert block_starts((3, 4, 2, 1)) == [0, 16, 26]


@pytest.mark.parametrize(
    ("count", "cell", "shown"),
    [(8, 30.0, list(range(8))), (10, 8.0, [1, 3, 5, 7, 9]), (30, 4.0, [4, 9, 14, 19, 24, 29]), (40, 0.7, [19, 39])],
)
def test_numbers_of_rows_are_round_and_do_not_run_into_each_other(count: int, cell: float, shown: list[int]) -> None:
    assert list(numbered(count, cell, 13.0)) == shown


def test_names_begin_with_the_first() -> None:
    assert list(numbered(10, 11.0, 14.0, first=True)) == [0, 2, 4, 6, 8]
    assert list(numbered(3, 40.0, 14.0, first=True)) == [0, 1, 2]


def test_words_give_the_weight_and_both_its_ends() -> None:
    snapshot = snapshot_of(CONFIG)
    value = f"{snapshot.weights[1][3, 1]:+.2f}".replace("-", "−")
    assert describe_spot(Spot(1, (3, 4), (1, 2)), snapshot, CONFIG.sizes, LABELS) == f"w {value}  h1.4 → h2.2"
    bias = f"{snapshot.biases[2][0]:+.2f}".replace("-", "−")
    assert describe_spot(Spot(2, (BIAS, BIAS + 1), (0, 1)), snapshot, CONFIG.sizes, LABELS) == f"bias {bias}  z"
    assert describe_spot(Spot(0, (2, 3), (0, 1)), None, CONFIG.sizes, LABELS) == "c → h1.1"


def test_of_several_weights_in_a_pixel_the_largest_is_meant() -> None:
    snapshot = snapshot_of(CONFIG)
    weights = snapshot.weights[0]
    largest = np.unravel_index(int(np.abs(weights[1:3, 0:2]).argmax()), (2, 2))
    spot = Spot(0, (1, 3), (0, 2))
    assert place_in(spot, snapshot) == Place(0, int(largest[1]), int(largest[0]) + 1)
    assert describe_spot(spot, snapshot, CONFIG.sizes, LABELS).endswith("(largest of 4 in this pixel)")


@pytest.mark.parametrize(
    ("place", "step", "to"),
    [
        (Place(0, 0, 0), (0, 1), Place(0, 0, 1)),
        (Place(0, 0, 2), (0, 1), Place(0, 0, BIAS)),
        (Place(0, 0, BIAS), (0, 1), Place(0, 0, BIAS)),
        (Place(0, 0, BIAS), (0, -1), Place(0, 0, 2)),
        (Place(0, 3, 2), (1, 0), Place(1, 0, 2)),
        (Place(0, 3, BIAS), (1, 0), Place(1, 0, BIAS)),
        (Place(1, 0, 3), (-1, 0), Place(0, 3, 2)),
        (Place(2, 0, 1), (1, 0), Place(2, 0, 1)),
        (Place(0, 0, 0), (-1, 0), Place(0, 0, 0)),
        (Place(1, 1), (0, 1), Place(1, 1, 0)),
        (Place(INPUTS, 2), (1, 0), Place(0, 0, 2)),
    ],
)
def test_arrows_walk_cells_and_from_one_matrix_to_the_next(place: Place, step: tuple[int, int], to: Place) -> None:
    assert next_cell(place, CONFIG.sizes, *step) == to
