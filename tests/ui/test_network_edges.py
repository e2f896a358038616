"""The numbers behind edges: weights, and sums for what a band stands for."""

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.ui.plots.network_edges import EdgeValues, largest_sum
from nnviz.ui.plots.network_layout import REST, NetworkLayout, network_layout
from nnviz.ui.plots.network_view import clipped, placed

CONFIG = config_for_task("multiclass", 60, 3, [LayerConfig(40), LayerConfig(5)])
MLP_SHOWN = MLP.initialised(CONFIG, np.random.default_rng(3))


def _order() -> list[np.ndarray]:
    return [np.random.default_rng(units).permutation(units) for units in CONFIG.sizes]


def test_every_edge_shows_its_weight_or_the_sum_of_those_it_stands_for() -> None:
    layout = network_layout(CONFIG.sizes, 840, 592, order=_order())
    book = EdgeValues(layout)
    values, first = book.of(MLP_SHOWN.parameters), 0
    for index, gap in enumerate(layout.gaps):
        weights, rest = MLP_SHOWN.weights[index], (layout.columns[index].rest, layout.columns[index + 1].rest)
        for edge, (source, target) in enumerate(zip(gap.sources, gap.targets, strict=True)):
            rows = rest[0] if source == REST else [source]
            part = weights[rows][:, rest[1] if target == REST else [target]]
            assert values[first + edge] == pytest.approx(part.sum(), abs=1e-5)
            assert book.sums[first + edge] == (REST in (source, target))
        first += len(gap.sources)
    assert first == len(values)


def test_sums_are_the_same_when_only_a_part_is_seen() -> None:
    layout = network_layout(CONFIG.sizes, 840, 592, order=_order())
    whole = dict(zip(_keys(layout), EdgeValues(layout).of(MLP_SHOWN.parameters).tolist(), strict=True))
    part = clipped(placed(layout, 3.0, -900.0, -1100.0), 840, 592)
    found = EdgeValues(part).of(MLP_SHOWN.parameters)
    assert 0 < len(found) < len(whole)
    for key, value in zip(_keys(part), found.tolist(), strict=True):
        assert value == pytest.approx(whole[key], abs=1e-6)


def _keys(layout: NetworkLayout) -> list[tuple[int, int, int]]:
    return [
        (index, source, target)
        for index, gap in enumerate(layout.gaps)
        for source, target in zip(gap.sources.tolist(), gap.targets.tolist(), strict=True)
    ]


def test_largest_weight_is_of_the_whole_network_and_not_of_what_is_shown() -> None:
    layout = network_layout(CONFIG.sizes, 840, 592, order=_order())
    parameters = MLP_SHOWN.parameters.copy()
    hidden = int(layout.columns[0].rest[0])
    parameters[hidden * 40] = -7.5
    assert EdgeValues(layout).largest(parameters) == 7.5


def test_biases_and_numbers_that_are_not_finite_do_not_set_the_scale() -> None:
    layout = network_layout(CONFIG.sizes, 840, 592)
    parameters = np.full(CONFIG.n_parameters, 0.25)
    parameters[layout.bias_parameters[0]] = 9.0
    parameters[[0, 1]] = np.nan, np.inf
    assert EdgeValues(layout).largest(parameters) == 0.25


def test_largest_sum_is_0_without_a_band() -> None:
    assert largest_sum(np.array([3.0, -4.0]), np.array([False, False])) == 0.0
    assert largest_sum(np.array([3.0, -4.0]), np.array([False, True])) == 4.0
