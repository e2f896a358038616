"""What the cursor finds, and the words for it."""

import numpy as np
import pytest

from nnviz.app.edge_values import signed
from nnviz.ui.plots.network_hover import Hit, describe, edge_heights, hit_at, unit_name
from nnviz.ui.plots.network_layout import REST, network_layout

LAYOUT = network_layout((2, 8, 30, 1), 840.0, 592.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.914, "+2.91"), (-0.44, "−0.44"), (0.0, "+0.00"), (-1234.5, "−1.23e3"), (float("nan"), "+nan")],
)
def test_numbers_carry_their_sign_and_a_true_minus(value: float, text: str) -> None:
    assert signed(value) == text


def test_units_are_named_by_column_layer_or_class() -> None:
    names = [unit_name(layer, 0, 3, ["petal"], ["setosa"]) for layer in range(3)]
    assert names == ["petal", "h1.1", "setosa"]
    assert unit_name(0, 3, 3, ["petal"], ["setosa"]) == "input 4"


def test_bias_ring_lies_over_its_tile_and_tile_over_edges() -> None:
    tile = LAYOUT.columns[1].tiles[2]
    assert hit_at(LAYOUT, tile.x + 20, tile.middle) == Hit("tile", 1, 2)
    assert hit_at(LAYOUT, *tile.bias_centre) == Hit("bias", 1, 2)


def test_inputs_have_no_bias() -> None:
    tile = LAYOUT.columns[0].tiles[0]
    assert hit_at(LAYOUT, *tile.bias_centre) == Hit("tile", 0, 0)


def test_every_edge_is_found_near_its_target() -> None:
    gap = LAYOUT.gaps[0]
    x = gap.right - 12
    heights, _ = edge_heights(gap, x)
    for edge, height in enumerate(heights):
        assert hit_at(LAYOUT, x, float(height)) == Hit("edge", 1, int(gap.targets[edge]), int(gap.sources[edge]))


def test_steep_edge_is_reached_by_its_distance_across() -> None:
    gap = LAYOUT.gaps[2]
    middle = (gap.left + gap.right) / 2
    heights, cosines = edge_heights(gap, middle)
    edge = int(cosines.argmin())
    assert cosines[edge] < 0.5
    off = hit_at(LAYOUT, middle, float(heights[edge]) - 3 / float(cosines[edge]))
    assert off is not None
    assert off.kind == "edge"


def test_empty_canvas_holds_nothing() -> None:
    assert hit_at(LAYOUT, 2.0, 2.0) is None
    gap = LAYOUT.gaps[0]
    assert hit_at(LAYOUT, (gap.left + gap.right) / 2, 585.0) is None


def test_words_without_a_snapshot_name_things() -> None:
    inputs, outputs = ["x", "y"], ["arm = B"]
    assert describe(Hit("edge", 3, 0, 4), LAYOUT, None, inputs, outputs) == "h2.5 → arm = B"
    assert describe(Hit("tile", 0, 1), LAYOUT, None, inputs, outputs) == "y"
    band = LAYOUT.columns[2].band
    assert band is not None
    words = describe(Hit("band", 2, REST), LAYOUT, None, inputs, outputs)
    assert words.startswith(f"The {band.hidden} weakest of 30")
    assert words.endswith("Click to show all 30")
    assert describe(Hit("edge", 2, REST, 1), LAYOUT, None, inputs, outputs) == f"h1.2 → {band.hidden} others"


def test_heights_at_the_ends_are_the_ports() -> None:
    gap = LAYOUT.gaps[0]
    assert np.allclose(edge_heights(gap, gap.left)[0], gap.y_from)
    assert np.allclose(edge_heights(gap, gap.right)[0], gap.y_to)
