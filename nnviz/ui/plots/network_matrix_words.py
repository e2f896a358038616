"""What lies under the cursor in the weight matrices, in words, and the way from cell to cell by keys."""

from collections.abc import Sequence

import numpy as np

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode
from nnviz.app.lenses import INPUTS, Place
from nnviz.app.marks import held_words
from nnviz.engine.explain_forward import BIAS
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_hover import unit_name
from nnviz.ui.plots.network_matrix_layout import Spot
from nnviz.ui.plots.network_static import Labels


def place_in(spot: Spot, snapshot: Snapshot | None) -> Place:
    """Return the weight or bias of a spot: of several that share a pixel the largest, which is the one shown."""
    source, target = spot.sources[0], spot.targets[0]
    if snapshot is not None and spot.count > 1:
        if source == BIAS:
            part = snapshot.biases[spot.layer][None, slice(*spot.targets)]
        else:
            part = snapshot.weights[spot.layer][slice(*spot.sources), slice(*spot.targets)]
        row, column = np.unravel_index(int(np.abs(np.nan_to_num(part)).argmax()), part.shape)
        source, target = source + (0 if source == BIAS else int(row)), target + int(column)
    return Place(spot.layer, target, source)


def describe_place(
    place: Place, snapshot: Snapshot | None, sizes: Sequence[int], labels: Labels, mode: EdgeMode = MODES[WEIGHT]
) -> str:
    """Return the words for a weight, a bias or a neuron, with its value; ``mode`` says what that is."""
    words = _describe(place, snapshot, sizes, labels, mode)
    held = "" if snapshot is None else held_words(snapshot.mask, snapshot.config, place)
    return "  ".join(filter(None, (words, held)))


def _describe(place: Place, snapshot: Snapshot | None, sizes: Sequence[int], labels: Labels, mode: EdgeMode) -> str:

    def name(layer: int, neuron: int) -> str:
        return unit_name(layer, neuron, len(sizes), labels.inputs, labels.outputs)

    target = name(place.layer + 1, place.unit)
    if place.source is None or place.layer == INPUTS:
        return target
    if place.source == BIAS:
        value = None if snapshot is None else float(snapshot.biases[place.layer][place.unit])
        return target if value is None else f"{mode.words(value, is_bias=True)}  {target}"
    words = f"{name(place.layer, place.source)} → {target}"
    value = None if snapshot is None else float(snapshot.weights[place.layer][place.source, place.unit])
    return words if value is None else f"{mode.words(value)}  {words}"


def describe_spot(
    spot: Spot, snapshot: Snapshot | None, sizes: Sequence[int], labels: Labels, mode: EdgeMode = MODES[WEIGHT]
) -> str:
    """Return the words for what lies under the cursor."""
    words = describe_place(place_in(spot, snapshot), snapshot, sizes, labels, mode)
    return words if spot.count == 1 else f"{words}  (largest of {spot.count} in this pixel)"


def next_cell(place: Place, sizes: Sequence[int], across: int, down: int) -> Place:
    """Return the cell beside one; from the last column on to the next matrix, and back from the first."""
    layer, unit = max(place.layer, 0), place.unit
    if place.layer == INPUTS:
        return Place(0, 0, place.unit)
    if place.source is None:
        return Place(layer, unit, 0)
    n_in = sizes[layer]
    row = n_in if place.source == BIAS else place.source
    row = min(max(row + down, 0), n_in)
    unit += across
    if unit >= sizes[layer + 1]:
        layer, unit = (layer + 1, 0) if layer + 2 < len(sizes) else (layer, unit - 1)
    elif unit < 0:
        layer, unit = (layer - 1, sizes[layer] - 1) if layer > 0 else (0, 0)
    bias = row == n_in
    return Place(layer, unit, BIAS if bias else min(row, sizes[layer] - 1))
