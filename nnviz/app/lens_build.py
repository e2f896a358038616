"""One lens's view data from a moment of the run: a pure function, called on the GUI thread or in a job."""

from dataclasses import dataclass, replace
from typing import Literal

from nnviz.app.lens_chain import ChainView, chain_view
from nnviz.app.lens_forward import GradientView, NeuronView, neuron_view
from nnviz.app.lens_journey import JourneyView, journey_view
from nnviz.app.lens_rows import MeanGradient, mean_gradient, row_norm
from nnviz.app.lenses import BATCH, INPUTS, THIS_ROW, Place, names_of, network_of, position_of, target_of
from nnviz.app.weight_text import weight_text
from nnviz.app.what_if import WhatIf, row_inputs
from nnviz.data.dataset import Dataset
from nnviz.engine.explain import BIAS, trace_loss, trace_row, trace_weight
from nnviz.engine.masks import Mask
from nnviz.run.snapshot import Snapshot

Lens = Literal["journey", "neuron", "chain"]
NO_WEIGHTS = "An input has no weights of its own: choose one of the edges that leave it, or a neuron."


@dataclass(frozen=True, slots=True, eq=False)
class LensRequest:
    """What is to be shown.

    Attributes
    ----------
    lens
        Which lens.
    dataset, row
        The row of ``dataset.X``.
    snapshot
        The moment; for the chain-rule lens with the optimiser's memory where it is known.
    place
        The neuron or weight.
    mean
        The gradient over many rows, worked out before; None for this row alone.
    scope
        Which rows those are, in words.
    what_if
        Other values of the row; None for its own.
    """

    lens: Lens
    dataset: Dataset
    row: int
    snapshot: Snapshot
    place: Place
    mean: MeanGradient | None = None
    scope: str = THIS_ROW
    what_if: WhatIf | None = None


@dataclass(frozen=True, slots=True)
class NeuronLens:
    """The neuron lens: forward and backward."""

    forward: NeuronView
    backward: GradientView


LensView = JourneyView | NeuronLens | ChainView | str


def lens_view(request: LensRequest) -> LensView:
    """Return a lens's view data, or in words why there is none."""
    dataset, row, snapshot, place = request.dataset, request.row, request.snapshot, request.place
    if request.lens != "journey" and place.layer == INPUTS:
        return NO_WEIGHTS
    network = network_of(snapshot)
    inputs, changed = row_inputs(dataset, row, request.what_if), request.what_if
    if request.lens == "journey":
        forward, name = trace_row(network, inputs), snapshot.config.loss
        itself = None if changed is None else trace_row(network, dataset.X[row])
        return journey_view(dataset, row, forward, name, place, changed=changed, itself=itself)
    target = target_of(dataset, row, snapshot.training)
    loss = trace_loss(network, inputs, target)
    if request.lens == "neuron":
        return NeuronLens(*neuron_view(dataset, row, loss, place))
    memory = snapshot.optimizer
    if request.mean is not None:
        trace, norm = request.mean.trace, request.mean.norm
    else:
        source = BIAS if place.source is None else place.source
        trace = trace_weight(network, place.layer, source, place.unit, inputs[None], target[None])
        norm = row_norm(network, loss, snapshot.training)
    return chain_view(
        names_of(dataset, snapshot.config),
        trace,
        snapshot.training,
        memory,
        scope=request.scope,
        norm=norm,
        held=held_words(snapshot.mask, position_of(place, snapshot.config)),
    )


def held_words(mask: Mask | None, position: int) -> str:
    """Return why no update changes a parameter, in words, or ""."""
    if mask is None or not mask.held[position]:
        return ""
    if not mask.silenced[position]:
        return "Frozen: the next update leaves it as it is."
    kept = weight_text(float(mask.stored[position]))
    return f"Silenced: it counts as 0 and no update reaches it. {kept} is kept for when it sounds again."


def mean_view(request: LensRequest) -> LensView:
    """Return the chain-rule lens over the next batch or all training rows: looks at many rows, so for a job."""
    place, memory = request.place, request.snapshot.optimizer
    place = Place(place.layer, place.unit, BIAS if place.source is None else place.source)
    batch = memory.batch if memory is not None and request.scope == BATCH else None
    mean = mean_gradient(request.snapshot, request.dataset, place, batch)
    rows = f"{len(mean.trace.row_gradients):,} rows"
    return lens_view(replace(request, place=place, mean=mean, scope=rows))
