"""The row journey: one row's numbers from the file through the network to the loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.app.lens_forward import NeuronBook, NeuronView
from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_outcome import Outcome, OutcomeBook
from nnviz.app.lens_preparing import InputBook
from nnviz.app.lens_sums import Formula
from nnviz.app.lenses import Names, Place, strongest_path
from nnviz.app.what_if import WhatIf
from nnviz.data.dataset import Dataset
from nnviz.engine.explain import ForwardTrace

JOURNEY_LINES = 5


@dataclass(frozen=True, slots=True)
class JourneyView:
    """A row's way through the network.

    Attributes
    ----------
    inputs
        One line per input: from the file's units to what the network reads.
    steps
        The neurons of the path that is shown, the output last.
    outcome
        Probabilities or the prediction, and the loss.
    path
        One unit per layer, the input first.
    """

    inputs: tuple[Formula, ...]
    steps: tuple[NeuronView, ...]
    outcome: Outcome
    path: tuple[int, ...]


def journey_view(
    dataset: Dataset,
    row: int,
    trace: ForwardTrace,
    loss_name: str,
    place: Place | None,
    *,
    changed: WhatIf | None = None,
    itself: ForwardTrace | None = None,
) -> JourneyView:
    """Return a row's way through the network, along the strongest path through ``place``.

    Parameters
    ----------
    dataset, row
        The row of ``dataset.X``.
    trace
        Its forward pass.
    loss_name
        Key of `LOSSES`.
    place
        Where the path must lead through, or None.
    changed, itself
        Of a what-if: the row's other values, of which ``trace`` is, and the forward pass of the row as it is.
    """
    names = Names(tuple(dataset.input_names), tuple(dataset.preprocessor.output_unit_names), len(trace.layers))
    ledger = Ledger()
    best = int(np.argmax(dataset.Y[row])) if dataset.task == "multiclass" else 0
    path = strongest_path(trace, place, best)
    inputs = InputBook(ledger, dataset, row, _wanted_inputs(trace, path), changed)
    known = inputs.keys
    books: list[NeuronBook] = []
    for layer, unit in enumerate(path[1:]):
        neuron = trace.neuron(layer, unit)
        books.append(NeuronBook(ledger, neuron, names, most=JOURNEY_LINES, keep=path[layer], known=known))
        known = {unit: books[-1].a}
    end = OutcomeBook(ledger, dataset, row, trace, loss_name, books[-1].z, books[-1].a, path[-1])
    ledger.settle()
    outcome = end.view(itself)
    return JourneyView(inputs.lines(), tuple(book.view() for book in books), outcome, path)


def _wanted_inputs(trace: ForwardTrace, path: Sequence[int]) -> list[int]:
    """Return the inputs with the largest products in the path's first neuron, the path's own among them."""
    products = np.abs(trace.layers[0].products[:, path[1]])
    order = [int(index) for index in np.argsort(-products, kind="stable")[:JOURNEY_LINES]]
    if path[0] not in order:
        order[-1] = path[0]
    return sorted(order)
