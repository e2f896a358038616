"""Which neurons of a wide layer are shown: the strongest, and a choice that does not flicker."""

import itertools
import time

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.ui.plots import network_collapse
from nnviz.ui.plots.network_collapse import (
    ALWAYS_SHOWN,
    MAX_EXPANDED,
    MOST_EDGES,
    Choice,
    Ranking,
    shown_counts,
    strengths,
)
from nnviz.ui.plots.network_placing import Placing
from nnviz.ui.plots.network_static import Labels

CONFIG = config_for_task("binary", 3, 1, [LayerConfig(5)])


def test_strength_is_the_length_of_all_weights_in_and_out() -> None:
    mlp = MLP.initialised(CONFIG, np.random.default_rng(0))
    first, second = mlp.weights
    inputs, hidden, outputs = strengths(CONFIG, mlp.parameters)
    assert inputs == pytest.approx(np.linalg.norm(first, axis=1))
    assert hidden == pytest.approx(np.hypot(np.linalg.norm(first, axis=0), np.linalg.norm(second, axis=1)))
    assert outputs == pytest.approx(np.linalg.norm(second, axis=0))


def test_biases_add_nothing_to_strength() -> None:
    parameters = np.zeros(CONFIG.n_parameters)
    parameters[15:20] = 3.0
    assert all(not strength.any() for strength in strengths(CONFIG, parameters))


def test_weights_that_are_not_finite_do_not_stop_the_choice() -> None:
    parameters = np.ones(CONFIG.n_parameters)
    parameters[0] = np.nan
    assert all(np.isfinite(strength).all() for strength in strengths(CONFIG, parameters))


def test_ranking_goes_from_the_strongest_down() -> None:
    ranking = Ranking((4,))
    assert ranking.order[0].tolist() == [0, 1, 2, 3]
    assert ranking.update([np.array([1.0, 4.0, 2.0, 3.0])])
    assert ranking.order[0].tolist() == [1, 3, 2, 0]


def test_small_changes_swap_nobody_and_large_ones_do() -> None:
    ranking = Ranking((3,))
    ranking.update([np.array([3.0, 2.0, 1.95])])
    assert not ranking.update([np.array([3.0, 2.0, 2.05])])
    assert ranking.order[0].tolist() == [0, 1, 2]
    assert ranking.update([np.array([3.0, 2.0, 2.3])])
    assert ranking.order[0].tolist() == [0, 2, 1]


def test_drift_by_small_steps_is_noticed_in_the_end() -> None:
    ranking = Ranking((2,))
    ranking.update([np.array([2.0, 1.0])])
    for strength in np.linspace(1.0, 3.0, 60):
        ranking.update([np.array([2.0, strength])])
    assert ranking.order[0].tolist() == [1, 0]


def test_choice_is_made_anew_every_two_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    choice, parameters = Choice(), np.ones(CONFIG.n_parameters)
    choice.reset(CONFIG.sizes)
    parameters[[2, 7, 12]] = 5.0  # into the third hidden neuron
    assert choice.update(CONFIG, parameters, held=False)
    assert choice.order[1][0] == 2
    parameters[[4, 9, 14]] = 9.0
    now[0] += 1.9
    assert not choice.update(CONFIG, parameters, held=False)
    now[0] += 0.2
    assert choice.update(CONFIG, parameters, held=False)
    assert choice.order[1][0] == 4


def test_choice_waits_while_it_is_held_except_for_the_first_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    choice, parameters = Choice(), np.ones(CONFIG.n_parameters)
    choice.reset(CONFIG.sizes)
    parameters[[2, 7, 12]] = 5.0
    assert choice.update(CONFIG, parameters, held=True)
    parameters[[4, 9, 14]] = 9.0
    now[0] += 10
    assert not choice.update(CONFIG, parameters, held=True)
    assert choice.order[1][0] == 2


def test_one_layer_is_expanded_at_a_time() -> None:
    choice = Choice()
    choice.toggle(1)
    choice.toggle(2)
    assert choice.expanded == 2
    choice.toggle(2)
    assert choice.expanded is None


@pytest.mark.parametrize("rows", [3, 5, 16, 22, 42, 90])
@pytest.mark.parametrize("sizes", [(2, 8, 1), (784, 128, 64, 10), (30, 64, 64, 10), (512,) * 5, (24,) * 13])
def test_counts_stay_within_rows_and_edges(sizes: tuple[int, ...], rows: int) -> None:
    counts = shown_counts(sizes, rows, rows - 1, ())
    assert all(1 <= count <= units for count, units in zip(counts, sizes, strict=True))
    assert all(count <= max(rows, 3) for count in counts)
    edges = sum(a * b for a, b in itertools.pairwise(counts))
    assert edges <= MOST_EDGES or max(counts) <= ALWAYS_SHOWN


def test_expanded_layer_shows_256_at_most_and_leaves_the_others_collapsed() -> None:
    assert shown_counts((784, 128, 10), 20, 17, {0}) == [MAX_EXPANDED, 16, 10]
    assert shown_counts((784, 128, 10), 20, 17, {1}) == [16, 128, 10]


@pytest.mark.parametrize("expanded", [None, 1])
def test_layout_is_outdated_by_other_tiles_and_not_by_the_order_below_them(
    monkeypatch: pytest.MonkeyPatch, expanded: int | None
) -> None:
    monkeypatch.setattr(network_collapse, "CHOICE_INTERVAL", 0.0)
    config, placing = config_for_task("binary", 2, 1, [LayerConfig(400)]), Placing()
    placing.reset(config)
    if expanded is not None:
        placing.toggle(expanded)
    weights = np.geomspace(1e4, 1e-4, 400)  # from the first neuron down
    parameters = np.concatenate([np.tile(weights, 2), np.zeros(400), weights, [0.0]])

    def changes(first: int, second: int) -> bool:
        """Let two neurons change places among the strongest; return whether the tiles are others now."""
        for row in (0, 400, 1_200):
            places = [row + first, row + second]
            parameters[places] = parameters[places[::-1]]
        assert placing.choice.update(config, parameters, held=False)
        return placing.is_outdated

    placing.choice.update(config, parameters, held=False)
    placing.lay_out(config, Labels(), 840, 592, ())
    assert placing.whole is not None
    shown = len(placing.whole.columns[1].tiles)
    assert 2 < shown < 350
    assert not placing.is_outdated
    assert not changes(300, 399)  # both below the band
    assert changes(0, shown - 1) is (expanded is None)  # an expanded layer is in the order of its numbers
    assert changes(1, 350)
