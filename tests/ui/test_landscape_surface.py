"""What is drawn of a slice of the loss: scale, contours, picture, and the words beside it."""

import numpy as np
import pytest

from nnviz.app.landscape_view import Arrow
from nnviz.ui.plots.landscape_surface import LossScale, contour_pieces, scale_of, surface
from nnviz.ui.plots.landscape_words import (
    age_text,
    arrow_line,
    arrow_sentence,
    axis_names,
    beyond_line,
    described,
    path_line,
    place_text,
    share_text,
)
from tests.app.landscape_cases import made_up, trained

AXIS = np.linspace(-1, 1, 41)
X, Y = np.meshgrid(AXIS, AXIS)
NAN = float("nan")


# The scale


def test_a_scale_is_linear_within_a_decade_and_logarithmic_over_several() -> None:
    assert scale_of(np.array([0.2, 1.0, 2.0])) == LossScale(0.2, 2.0, log=False, clipped=0.0)
    assert scale_of(np.array([0.01, 1.0, 20.0])) == LossScale(0.01, 20.0, log=True, clipped=0.0)


def test_more_than_six_decades_are_clipped_and_the_share_is_known() -> None:
    scale = scale_of(np.array([[1.0, 2.0], [1e5, 1e9]]))
    assert scale == LossScale(1.0, 1e6, log=True, clipped=0.25)
    np.testing.assert_allclose(scale.places(np.array([1.0, 1e3, 1e6, 1e12])), [0, 0.5, 1, 1])


def test_losses_of_nought_stand_at_the_foot_of_a_logarithmic_scale() -> None:
    scale = scale_of(np.array([0.0, 0.001, 1.0, 10.0]))
    assert (scale.low, scale.high, scale.log) == (0.001, 10.0, True)
    np.testing.assert_array_equal(scale.places(np.array([0.0, 10.0])), [0, 1])


@pytest.mark.parametrize("losses", [np.full(4, 3.0), np.zeros(4), np.full(4, NAN)])
def test_a_flat_loss_and_none_at_all_have_one_colour_and_no_contour(losses: np.ndarray) -> None:
    scale = scale_of(losses)
    assert scale.levels(9) == []
    np.testing.assert_array_equal(scale.places(losses), np.where(np.isnan(losses), NAN, 0.0))
    assert surface(np.array([0.0, 1.0]), np.array([0.0, 1.0]), losses.reshape(2, 2)).contours == ()


def test_levels_are_round_numbers_inside_the_scale() -> None:
    assert [tick.text for tick in LossScale(0.03, 1.7, log=True, clipped=0).levels(9)] == [
        *("0.05", "0.1", "0.2", "0.5", "1")
    ]
    assert [tick.text for tick in LossScale(0.6, 0.9, log=False, clipped=0).levels(4)] == ["0.7", "0.8"]


# Contours


def test_a_contour_of_a_bowl_is_its_ellipse() -> None:
    xs, ys = contour_pieces(AXIS, AXIS, X**2 + 4 * Y**2, 0.49)
    assert len(xs) > 100
    np.testing.assert_allclose(xs**2 + 4 * ys**2, 0.49, atol=0.01)
    angles = np.sort(np.arctan2(2 * ys, xs))
    assert np.diff(angles).max() < 0.2  # all the way round


def test_a_contour_of_a_plane_is_a_straight_line_across_the_frame() -> None:
    xs, ys = contour_pieces(AXIS, AXIS, X + 2 * Y, 0.3)
    np.testing.assert_allclose(xs + 2 * ys, 0.3, atol=1e-12)
    ends = np.stack([xs, ys], axis=1).reshape(-1, 2, 2)
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    np.testing.assert_allclose(length, 2 * np.sqrt(1.25), rtol=1e-9)  # from x = -1 to 1, y falls by 1


def test_a_saddle_at_the_very_level_of_a_corner_has_whole_lines() -> None:
    axis = np.array([0.0, 1.0, 2.0])
    field = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    for level in (0.5, 1.0 - 1e-12):
        xs, ys = contour_pieces(axis, axis, field, level)
        assert len(xs) % 2 == 0
        assert np.isfinite(xs).all()
        assert np.isfinite(ys).all()
        assert len(xs) > 0


def test_no_contour_runs_where_there_are_no_numbers() -> None:
    field = X**2 + Y**2
    field[:, 25:] = NAN
    xs, _ = contour_pieces(AXIS, AXIS, field, 0.25)
    assert len(xs)
    assert xs.max() <= AXIS[24] + 1e-12


def test_labels_stand_on_their_contours_apart_from_one_another() -> None:
    made = surface(AXIS, AXIS, X**2 + 4 * Y**2 + 0.1)
    places = [(one.level.value, one.label) for one in made.contours if one.label is not None]
    assert len(places) >= 3
    for level, (x, y) in places:
        assert x**2 + 4 * y**2 + 0.1 == pytest.approx(level, rel=0.03)
    spots = np.array([label for _, label in places]) / 2
    apart = np.linalg.norm(spots[:, None] - spots, axis=-1)[np.triu_indices(len(spots), 1)]
    assert apart.min() >= 0.16 - 1e-9


def test_the_picture_goes_through_the_grid_and_is_linear_between() -> None:
    losses = 3 + X + 0.5 * Y
    made = surface(AXIS, AXIS, losses)
    assert made.picture.shape == (321, 321)
    expected = (losses - losses.min()) / np.ptp(losses)
    np.testing.assert_allclose(made.picture[::8, ::8], expected, atol=1e-6)
    np.testing.assert_allclose(np.diff(made.picture[5]), np.ptp(AXIS) / 320 / np.ptp(losses), atol=1e-6)


def test_the_picture_has_a_hole_where_a_corner_is_no_number_and_nowhere_else() -> None:
    losses = X + 3.0
    losses[10, 10] = NAN
    picture = surface(AXIS, AXIS, losses).picture
    hole = np.isnan(picture)
    assert hole[73:88, 73:88].all()
    assert hole.sum() == 15 * 15


# The words


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0002, "under 0.1 %"),
        (0.012, "1.2 %"),
        (0.0949, "9.5 %"),
        (0.45, "45 %"),
        (0.997, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_shares_are_never_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert share_text(share) == text


def test_axes_of_a_path_have_their_shares_of_variance_written_on_them() -> None:
    across, up = axis_names(made_up())
    assert across[0] == "path's axis 1: 80 % of variance"
    assert up == ("path's axis 2: 15 % of variance", "axis 2: 15 %", "15 %")
    assert "random direction 1" in axis_names(trained("random"))[0][0]


def test_a_step_is_said_with_its_share_of_the_plane_and_how_often_it_is_magnified() -> None:
    adam = made_up().arrows[0]
    assert arrow_line(adam, 20.0) == "Adam ×20: 25 %"
    assert arrow_line(adam, 1.0) == "Adam: 25 %"
    sentence = arrow_sentence(adam, 20.0)
    assert "25 % of it in this plane" in sentence
    assert "20 times as long" in sentence
    assert "all it remembers" in sentence
    none = Arrow("sgd", "SGD", False, (NAN, NAN), NAN, NAN, 0.1, "The weights would overflow.")
    assert arrow_line(none, 20.0) == "SGD: none"
    assert "would overflow" in arrow_sentence(none, 20.0)


def test_a_place_says_its_loss_and_how_it_compares() -> None:
    bowl = made_up()
    assert place_text(bowl, "train", 10, 10) == "training loss 0.1\nhere: the weights of epoch 40"
    assert place_text(bowl, "train", 10, 20) == "training loss 1.1\nat 1.00, 0.00\n1 higher than here"
    losses = np.full((21, 21), 0.3)
    losses[0, 0] = NAN
    assert "beyond the range of numbers" in place_text(made_up(losses), "train", 0, 0)


def test_what_is_beyond_and_what_is_clipped_is_said() -> None:
    losses = 10.0 ** (4 * (X[::2, ::2] + 1))
    losses[:, 0] = NAN
    made = made_up(losses)
    drawn = surface(made.x, made.y, losses)
    line = beyond_line(made, drawn)
    assert line.startswith("beyond numbers 4.8 %, over ")
    words = described(made, drawn, "train")
    assert "hatched, the outputs are no finite numbers" in words
    assert "has the last colour" in words
    whole = made_up()
    assert beyond_line(whole, surface(whole.x, whole.y, whole.losses["train"])) == ""


def test_when_it_was_made_is_said() -> None:
    made = made_up()
    assert age_text(made, 40, same=True) == "weights of epoch 40, as now"
    assert age_text(made, 52, same=False) == "made at epoch 40, now 52"
    assert "have changed since" in age_text(made, 40, same=False)


def test_sampled_rows_and_a_path_that_was_not_kept_are_said() -> None:
    made = made_up(no_path="The network is too large for its path to be kept.")
    assert path_line(made) == "no path kept"
    assert path_line(made_up(path_share=NAN)) == "no path yet"
    words = described(made, surface(made.x, made.y, made.losses["train"]), "train")
    assert "too large for its path" in words
    assert "Best: epoch 20, 60 % of its distance in the plane." in words
