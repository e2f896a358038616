"""The picture itself: every pixel is what the engine answers at that place, in the stated colours."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from nnviz.app.components import principal_components
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.training import Trainer
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_bar import bar_scale, contour_levels
from nnviz.ui.plots.decision_colours import canvas_channels, class_channels
from nnviz.ui.plots.decision_layers import MapLayers
from nnviz.ui.theme import DARK, LIGHT, Theme, diverging_table
from tests.ui.map_cases import answer, numbers, picture, pixels, shipped, trained

Rgb = NDArray[np.floating[Any]]


def two_classes(_: Dataset, theme: Theme, output: Rgb) -> Rgb:
    """Colour by the diverging map of 2p - 1."""
    return _of_signed(theme, 2 * output[:, 0] - 1)


def several_classes(_: Dataset, theme: Theme, output: Rgb) -> Rgb:
    """Mix every class's colour by how far its probability is above chance."""
    k = output.shape[1]
    shares = np.maximum((k * output - 1) / (k - 1), 0)
    canvas = canvas_channels(theme)
    return np.asarray(canvas + shares @ (class_channels(theme, k) - canvas))


def certain_classes(_: Dataset, theme: Theme, output: Rgb) -> Rgb:
    """Take the full colour of the winner."""
    return np.asarray(class_channels(theme, output.shape[1])[output.argmax(axis=1)])


def a_number(dataset: Dataset, theme: Theme, output: Rgb) -> Rgb:
    """Colour by the deviation from the mean."""
    return _of_signed(theme, np.clip(output[:, 0] / dataset.target_deviation, -1, 1))


def _of_signed(theme: Theme, signed: Rgb) -> Rgb:
    table = diverging_table(theme, theme.boundary_span).astype(float)
    stops = np.linspace(-1, 1, len(table))
    return np.stack([np.interp(signed, stops, table[:, channel]) for channel in range(3)], axis=1)


def expected_and_seen(
    panel: DecisionPanel, trainer: Trainer, colour: Callable[[Dataset, Theme, Rgb], Rgb], theme: Theme
) -> tuple[Rgb, Rgb]:
    """Return colours at some hundred places: worked out from the network's answers there, and on the screen."""
    view, square = panel.surface.view, panel.surface.square
    assert view is not None
    seen_everywhere = pixels(picture(panel))
    rng = np.random.default_rng(0)
    at = np.stack([rng.integers(square.left(), square.right(), 400), rng.integers(square.top(), square.bottom(), 400)])
    places = [view.place(QPointF(x + 0.5, y + 0.5), square) for x, y in at.T.tolist()]
    inputs = np.array([view.plane.input_at(*place, panel.held.held) for place in places])
    return colour(view.dataset, theme, trainer.mlp.predict(inputs)), seen_everywhere[at[1], at[0]].astype(float)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what lies over the picture."""
    monkeypatch.setattr(MapLayers, "paint", lambda *_: None)
    monkeypatch.setattr("nnviz.ui.plots.decision_picture.paint_names", lambda *_: None)


def check(expected: Rgb, seen: Rgb, share: float = 0.9) -> None:
    """Contours and the cells' own width are allowed for; everything else must be within a few shades."""
    difference = np.abs(expected - seen).max(axis=1)
    assert (difference <= 8).mean() >= share, np.sort(difference)[::-40]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_two_classes_are_coloured_by_their_probability(decision_panel: DecisionPanel, theme: Theme) -> None:
    dataset = toy_dataset("spiral")
    trainer = trained(dataset, 60)
    decision_panel.set_theme(theme)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    check(*expected_and_seen(decision_panel, trainer, two_classes, theme), share=0.8)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_several_classes_are_blended_by_their_probabilities(decision_panel: DecisionPanel, theme: Theme) -> None:
    dataset = shipped("iris")
    trainer = trained(dataset, 8)
    decision_panel.set_theme(theme)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    check(*expected_and_seen(decision_panel, trainer, several_classes, theme))


@pytest.mark.usefixtures("bare")
def test_hard_classes_are_the_winners_colours(decision_panel: DecisionPanel) -> None:
    dataset = shipped("iris")
    trainer = trained(dataset, 8)
    decision_panel.set_dataset(dataset)
    decision_panel.toggle_hard()
    answer(decision_panel, trainer)
    check(*expected_and_seen(decision_panel, trainer, certain_classes, DARK))


@pytest.mark.usefixtures("bare")
def test_numbers_are_coloured_by_their_deviation(decision_panel: DecisionPanel) -> None:
    dataset = numbers(200, 3)
    trainer = trained(dataset, 40)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    check(*expected_and_seen(decision_panel, trainer, a_number, DARK), share=0.85)


@pytest.mark.usefixtures("bare")
def test_plane_of_the_components_is_coloured_by_the_answers_of_its_inputs(decision_panel: DecisionPanel) -> None:
    dataset = shipped("digits")
    trainer = trained(dataset, 6)
    decision_panel.set_dataset(dataset)
    decision_panel.set_components(principal_components(dataset))
    answer(decision_panel, trainer)
    check(*expected_and_seen(decision_panel, trainer, several_classes, DARK))


@pytest.mark.usefixtures("bare")
def test_bands_of_a_regression_have_one_colour_between_two_lines(decision_panel: DecisionPanel) -> None:
    dataset = numbers(200, 3)
    trainer = trained(dataset, 40)
    decision_panel.set_dataset(dataset)
    decision_panel.toggle_hard()
    answer(decision_panel, trainer)
    levels = np.array(contour_levels(dataset))
    ends = np.concatenate([[-1.0], levels, [1.0]])

    def banded(dataset: Dataset, theme: Theme, output: Rgb) -> Rgb:
        band = np.searchsorted(levels, np.clip(output[:, 0] / dataset.target_deviation, -1, 1))
        return _of_signed(theme, (ends[band] + ends[band + 1]) / 2)

    check(*expected_and_seen(decision_panel, trainer, banded, DARK), share=0.85)


def test_lines_of_a_regression_run_at_the_ticks_of_the_bar() -> None:
    dataset = numbers(200, 2)
    ticks = [place for place, _ in bar_scale(dataset)[0]]
    assert contour_levels(dataset) == pytest.approx([2 * place - 1 for place in ticks])
    assert len(ticks) >= 3
    np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0])


def test_answers_that_are_not_finite_are_said_to_be_so(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    trainer = trained(dataset, 1)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    before = pixels(picture(decision_panel))
    trainer.mlp.parameters[:] = np.nan
    answer(decision_panel, trainer, run_id=2)
    after = pixels(picture(decision_panel))
    centre = decision_panel.surface.square.center()
    line = after[centre.y() - 8 : centre.y() + 8, centre.x() - 60 : centre.x() + 60]
    ink = np.array([0xEC, 0xEE, 0xF1])
    assert (np.abs(line - ink).max(axis=2) < 40).sum() > 100
    assert not np.array_equal(before, after)
    assert not decision_panel.surface.picture.is_finite
