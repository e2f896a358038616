"""The heat map's pixels: colours at known probabilities, orientation, contour, and categories with sharp edges."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.ui.plots.decision_colours import class_ramp
from nnviz.ui.plots.decision_field import FieldShader, Grid, Interpolation
from nnviz.ui.theme import DARK, LIGHT, Theme, diverging_table

WIDTH = 1.2


def _rgb(pixel: np.uint32) -> tuple[int, int, int]:
    value = int(pixel)
    return (value >> 16) & 255, (value >> 8) & 255, value & 255


def _near(pixel: np.uint32, colour: NDArray[np.uint8], tolerance: int = 3) -> bool:
    return max(abs(a - int(b)) for a, b in zip(_rgb(pixel), colour[:3], strict=True)) <= tolerance


def _slope(resolution: int, steepness: float) -> NDArray[np.float32]:
    """Return P over a grid that crosses one half in the middle of the x axis."""
    x = (np.arange(resolution) + 0.5) / resolution - 0.5
    p = 1 / (1 + np.exp(-steepness * x))
    return np.tile(p, resolution)[:, None].astype(np.float32)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_certain_probabilities_take_the_ends_of_the_diverging_map(theme: Theme) -> None:
    table = diverging_table(theme, theme.boundary_span)
    output = np.repeat([0.0, 1.0], 32)[:, None].astype(np.float32)  # low y: 0, high y: 1
    pixels = FieldShader("binary", 1, 1.0, theme).shade(output, Grid(8), 80, WIDTH)
    assert _near(pixels[70, 40], table[0])
    assert _near(pixels[10, 40], table[-1])


def test_half_is_the_colour_of_the_canvas() -> None:
    output = np.full((64, 1), 0.5, np.float32)
    pixels = FieldShader("binary", 1, 1.0, DARK).shade(output, Grid(8), 40, WIDTH)
    assert _near(pixels[20, 20], diverging_table(DARK, DARK.boundary_span)[128])


def test_high_y_is_at_the_top_and_high_x_on_the_right() -> None:
    output = np.full((16, 1), 0.5, np.float32)
    output[15] = 1.0  # last x of the last y
    pixels = FieldShader("binary", 1, 1.0, DARK).shade(output, Grid(4), 40, WIDTH)
    assert _near(pixels[2, 37], diverging_table(DARK, DARK.boundary_span)[-1])


def test_contour_runs_where_the_probability_is_one_half() -> None:
    pixels = FieldShader("binary", 1, 1.0, DARK).shade(_slope(64, 20.0), Grid(64), 128, WIDTH)
    brightness = pixels[64].view(np.uint8).reshape(-1, 4)[:, :3].sum(axis=1)
    assert int(brightness.argmax()) in (63, 64)
    assert brightness[60] < brightness[64] / 2


def test_field_on_one_side_has_no_contour() -> None:
    shader = FieldShader("binary", 1, 1.0, DARK)
    pixels = shader.shade(np.full((64, 1), 0.9, np.float32), Grid(8), 64, WIDTH)
    assert len(np.unique(pixels)) == 1


def test_saturated_probabilities_make_a_straight_contour() -> None:
    """A tilted boundary between 0 and 1 without values between moves by less than a cell from row to row."""
    resolution, side = 32, 128
    x, y = np.meshgrid(np.arange(resolution), np.arange(resolution))
    p = 1 / (1 + np.exp(-3.0 * (x - 10 - 0.3 * y)))
    pixels = FieldShader("binary", 1, 1.0, DARK).shade(
        p.reshape(-1, 1).astype(np.float32), Grid(resolution), side, WIDTH
    )
    red = (pixels >> 16) & 0xFF
    blue = pixels & 0xFF
    line = np.minimum(red, blue).argmax(axis=1)[4:-4]
    expected = ((np.arange(side)[::-1] + 0.5) / side * resolution - 0.5) * 0.3 + 10
    np.testing.assert_allclose((line + 0.5) / side * resolution - 0.5, expected[4:-4], atol=0.35)


def test_interpolation_is_exact_on_a_plane() -> None:
    ramp = np.linspace(0.0, 1.0, 16, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32)
    out, spare = np.empty((160, 3), np.float32), np.empty((160, 3), np.float32)
    Interpolation(16, 160).rows(ramp, out, spare)
    middles = np.clip((np.arange(160) + 0.5) / 10 - 0.5, 0, 15) / 15
    np.testing.assert_allclose(out[:, 1], middles, atol=1e-6)


def test_band_edges_fall_on_pixels_whatever_the_grid() -> None:
    cells = np.repeat([0.0, 1.0, 2.0], [21, 22, 21])[:, None].astype(np.float32)  # 64 cells, 3 bands
    out, spare = np.empty((90, 1), np.float32), np.empty((90, 1), np.float32)
    Interpolation(64, 90, bands=3).rows(cells, out, spare)
    np.testing.assert_array_equal(out[:, 0], np.repeat([0.0, 1.0, 2.0], 30))


def test_winning_class_gives_its_colour_and_uncertainty_the_canvas() -> None:
    output = np.full((64, 3), 0.0, np.float32)
    output[:32, 2] = 1.0
    output[32:] = 1 / 3
    pixels = FieldShader("multiclass", 3, 1.0, DARK).shade(output, Grid(8), 80, WIDTH)
    assert _near(pixels[75, 40], class_ramp(DARK, 2, np.ones(1))[0])
    assert _near(pixels[5, 40], class_ramp(DARK, 0, np.zeros(1))[0])


def test_contour_between_classes_is_drawn_in_ink() -> None:
    x = (np.arange(64) + 0.5) / 64
    logits = np.stack([-20 * np.abs(x - centre) for centre in (0.2, 0.5, 0.8)], axis=1)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    output = np.tile(p, (64, 1)).astype(np.float32)
    pixels = FieldShader("multiclass", 3, 1.0, DARK).shade(output, Grid(64), 200, WIDTH)
    darkest_channel = pixels[100].view(np.uint8).reshape(-1, 4)[:, :3].min(axis=1)
    lines = np.flatnonzero(darkest_channel > 120)
    assert len(lines)
    assert all(min(abs(line - 70), abs(line - 130)) <= 2 for line in lines.tolist())


def test_regression_uses_the_largest_deviation_as_its_scale() -> None:
    table = diverging_table(LIGHT, LIGHT.boundary_span)
    output = np.repeat([-2.0, 4.0], 32)[:, None].astype(np.float32)
    pixels = FieldShader("regression", 1, 2.0, LIGHT).shade(output, Grid(8), 80, WIDTH)
    assert _near(pixels[70, 10], table[0])
    assert _near(pixels[5, 10], table[-1])  # beyond the scale: its end


def test_output_that_is_not_finite_is_painted_as_the_middle() -> None:
    output = np.full((64, 1), np.nan, np.float32)
    pixels = FieldShader("regression", 1, 1.0, DARK).shade(output, Grid(8), 16, WIDTH)
    assert _near(pixels[8, 8], diverging_table(DARK, DARK.boundary_span)[128])
