"""What a lens looks at: a place in the network, its names, and the reasons why there may be nothing to see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.app.row_view import input_texts
from nnviz.data.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_forward import BIAS, ForwardTrace
from nnviz.engine.losses import smooth_targets
from nnviz.engine.masks import incoming
from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.engine.training import TrainingConfig
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState

INPUTS = -1  # as a place's layer: not a neuron but an input
# The rows whose gradient is looked at.
THIS_ROW, BATCH, ALL_ROWS = "This row", "Batch", "All rows"
SCOPES = (THIS_ROW, BATCH, ALL_ROWS)

NO_NETWORK = "There is no network yet: open a CSV file or pick a toy set."
NO_PLACE = "Nothing is chosen: click a neuron, a weight or a bias in the diagram."
NO_ROW = "No row is chosen: click a point of the map, or the arrows beside Row, and its numbers appear here."
NOT_FINITE = "The weights have left the range of the numbers: reset the run, or go back to a sound epoch."


@dataclass(frozen=True, slots=True)
class Place:
    """A neuron, one of its weights, or its bias.

    Attributes
    ----------
    layer
        0 is the first layer after the inputs; `INPUTS` for an input, which has no weights of its own.
    unit
        Index in the layer.
    source
        None for the neuron; the unit of the layer before that a weight comes from; `BIAS` for the bias.
    """

    layer: int
    unit: int
    source: int | None = None

    @property
    def neuron(self) -> "Place":
        """The place without its weight."""
        return Place(self.layer, self.unit)


def fits(place: Place, config: MLPConfig) -> bool:
    """Return whether the network has such a place."""
    sizes = config.sizes
    if not (INPUTS <= place.layer < len(sizes) - 1 and 0 <= place.unit < sizes[place.layer + 1]):
        return False
    if place.source is None:
        return True
    return place.layer > INPUTS and BIAS <= place.source < sizes[place.layer]


def position_of(place: Place, config: MLPConfig) -> int:
    """Return where a weight stands in the flat parameter vector; of a neuron, its bias."""
    source = BIAS if place.source is None else place.source
    return int(incoming(config, place.layer, place.unit)[source])  # the bias is the last, BIAS is -1


@dataclass(frozen=True, slots=True)
class Names:
    """What inputs, neurons and outputs are called."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    n_layers: int  # without the inputs

    def unit(self, layer: int, unit: int) -> str:
        """Return the short name: a column's, an output's, or "h1.2" for the second neuron of the first hidden layer."""
        if layer == INPUTS:
            return " ".join(self.inputs[unit].split())
        if layer == self.n_layers - 1:
            return " ".join(self.outputs[unit].split())
        return f"h{layer + 1}.{unit + 1}"

    def source(self, layer: int, source: int) -> str:
        """Return the name of what a weight of ``layer`` comes from."""
        return "bias" if source == BIAS else self.unit(layer - 1, source)

    def title(self, place: Place) -> str:
        """Return a place's name as a heading."""
        if place.layer == INPUTS:
            return f"Input · {self.unit(INPUTS, place.unit)}"
        if place.layer == self.n_layers - 1:
            return f"Output · {self.unit(place.layer, place.unit)}"
        return f"Hidden {place.layer + 1} · neuron {place.unit + 1}"

    def place(self, place: Place) -> str:
        """Return a neuron's short name, or the name of a weight or bias."""
        return self.unit(place.layer, place.unit) if place.source is None else self.weight(place)

    def weight(self, place: Place) -> str:
        """Return "h1.2 → h2.6", or "bias of h2.6"."""
        unit = self.unit(place.layer, place.unit)
        if place.source is None or place.source == BIAS:
            return f"bias of {unit}"
        return f"{self.source(place.layer, place.source)} → {unit}"


def names_of(dataset: Dataset, config: MLPConfig) -> Names:
    """Return the names of a data set's columns, in a network of its widths."""
    return Names(tuple(dataset.input_names), tuple(dataset.preprocessor.output_unit_names), len(config.layers))


def gone(place: Place) -> str:
    """Return the sentence for a place that the network has no more."""
    part = "" if place.source is None else "bias of " if place.source == BIAS else "weight into "
    where = "input" if place.layer == INPUTS else f"{part}neuron {place.unit + 1} of layer {place.layer + 1}"
    return f"The {where} is no longer in the network. Click another neuron or weight in the diagram."


def obstacle(dataset: Dataset | None, snapshot: Snapshot | None, row: int | None) -> str:
    """Return why no lens can show numbers now, in words; "" when they all can."""
    if dataset is None or snapshot is None or dataset.X.shape[1] != snapshot.config.n_inputs:
        return NO_NETWORK
    if not np.isfinite(snapshot.parameters).all():
        return NOT_FINITE
    if row is None or not 0 <= row < dataset.n_rows:
        return NO_ROW
    return ""


def remark(snapshot: Snapshot) -> str:
    """Return in few words what to know about the moment that is shown; "" in the ordinary case."""
    if snapshot.state is RunState.DIVERGED:
        return "before the update that failed"
    return ""


def row_words(dataset: Dataset, row: int | None, snapshot: Snapshot | None, changes: Sequence[str] = ()) -> str:
    """Return which row is looked at, with its first values or what is changed in it, and what to know of the moment."""
    if row is None:
        return ""
    values = [f"{name} {text}" for name, text in zip(dataset.input_names, input_texts(dataset, row), strict=False)]
    note = remark(snapshot) if snapshot is not None else ""
    name = f"row {int(dataset.table_rows[row]) + 1:,}"
    parts = (f"what if {name} had {changes[0]}", *changes[1:]) if changes else (name, *values[:4])
    return ", ".join(part for part in (note, *parts) if part)


def network_of(snapshot: Snapshot) -> MLP:
    """Return the network of a snapshot, in its own dtype."""
    return MLP(snapshot.config, snapshot.parameters, snapshot.parameters.dtype)


def target_of(dataset: Dataset, row: int | slice, training: TrainingConfig) -> FloatArray:
    """Return what the trainer compares these rows' outputs with, label smoothing included, (k,) or (n, k)."""
    smoothing = training.regularization.label_smoothing
    if not smoothing:
        return dataset.Y[row]
    wanted = dataset.Y[row : row + 1] if isinstance(row, int) else dataset.Y[row]
    found = smooth_targets(wanted, dataset.task, smoothing)
    return found[0] if isinstance(row, int) else found


def strongest_path(trace: ForwardTrace, place: Place | None, best_output: int) -> tuple[int, ...]:
    """Return one unit per layer, the input first: through a place along the largest products, (layers + 1,).

    Parameters
    ----------
    trace
        The row's forward pass.
    place
        Where the path must lead through; None: only to the output.
    best_output
        The output unit at which it ends, unless the place says otherwise.
    """
    last = len(trace.layers) - 1
    units: dict[int, int] = {last: best_output}
    if place is not None:
        units[place.layer] = place.unit
        if place.source is not None and place.source != BIAS:
            units[place.layer - 1] = place.source
        for layer in range(place.layer + 1, last + 1):
            products = np.abs(trace.layers[layer].products[units[layer - 1]])
            units[layer] = best_output if layer == last else int(products.argmax())
    for layer in range(last, INPUTS, -1):
        if layer - 1 not in units:
            units[layer - 1] = int(np.abs(trace.layers[layer].products[:, units[layer]]).argmax())
    return tuple(units[layer] for layer in range(INPUTS, last + 1))


def largest(values: Sequence[float] | FloatArray, most: int, keep: int = -1) -> tuple[list[int], list[int]]:
    """Return the places of the ``most`` largest values by size, in their own order, and of all others.

    With room for all of them none is left out; else one of the ``most`` lines is left for the others' sum. ``keep``
    is shown in any case.
    """
    if len(values) <= most:
        return list(range(len(values))), []
    order = np.argsort(-np.abs(np.asarray(values)), kind="stable")[: most - 1].tolist()
    if keep >= 0 and keep not in order:
        order[-1] = keep
    shown = sorted(order)
    return shown, sorted(set(range(len(values))) - set(shown))
