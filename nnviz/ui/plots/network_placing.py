"""Where the diagram stands on its canvas: the layout of the network, the choice of its tiles, the zoom."""

from collections.abc import Sequence

import numpy as np

from nnviz.engine.mlp import MLPConfig
from nnviz.ui.plots.network_collapse import Choice
from nnviz.ui.plots.network_layout import NetworkLayout, network_layout
from nnviz.ui.plots.network_static import Labels, name_width
from nnviz.ui.plots.network_view import NetworkView, clipped, placed

Wanted = Sequence[tuple[int, int]]


class Placing:
    """Keeps the layout at zoom 1 and the one on the canvas.

    Attributes
    ----------
    whole
        The layout at zoom 1, or None without a network.
    placed
        The same as the view has it, with what is beyond the canvas.
    room
        Width of the names of inputs and of outputs.
    """

    def __init__(self) -> None:
        self.view = NetworkView()
        self.choice = Choice()
        self.whole: NetworkLayout | None = None
        self.placed: NetworkLayout | None = None
        self.room = (0.0, 0.0)
        self._canvas = (1.0, 1.0)

    @property
    def collapsed(self) -> bool:
        """Whether some neurons have no tile of their own."""
        return self.whole is not None and any(column.band for column in self.whole.columns)

    @property
    def is_outdated(self) -> bool:
        """Whether other neurons are the strongest now than those that have a tile, or in another order.

        The order of those that share a band is seen nowhere, and a new layout costs 60 ms of drawing.
        """
        if self.whole is None:
            return False
        for column, order in zip(self.whole.columns, self.choice.order, strict=True):
            if column.band is not None:
                first = order[: len(column.tiles)]
                if not np.array_equal(np.sort(first) if column.band.expanded else first, column.shown):
                    return True
        return False

    def reset(self, config: MLPConfig) -> None:
        """Begin with a network of another shape: nothing expanded, all in view."""
        self.choice.reset(config.sizes)
        self.view.mode = "usual"

    def clear(self) -> None:
        """Forget the network."""
        self.whole = self.placed = None

    def toggle(self, layer: int) -> None:
        """Show all neurons of a column, or its strongest only."""
        self.choice.toggle(layer)
        self.view.mode = "usual"

    def hides(self, wanted: Wanted) -> bool:
        """Return whether any of some neurons, as (column, neuron), has no tile."""
        return self.whole is not None and bool(_hidden(self.whole, wanted))

    def lay_out(self, config: MLPConfig, labels: Labels, width: int, height: int, wanted: Wanted) -> NetworkLayout:
        """Lay the network out anew for a canvas; ``wanted`` neurons, as (column, neuron), have a tile in any case."""
        self._canvas = float(width), float(height)
        left, right = self.room = name_width(labels.inputs, width), name_width(labels.outputs, width)
        expanded = () if self.choice.expanded is None else (self.choice.expanded,)
        order = list(self.choice.order)

        def laid_out() -> NetworkLayout:
            return network_layout(config.sizes, width, height, left=left, right=right, order=order, expanded=expanded)

        whole = laid_out()
        hidden = _hidden(whole, wanted)
        for column, neuron in hidden:  # in the place of the weakest that has one
            others = order[column][order[column] != neuron]
            order[column] = np.insert(others, len(whole.columns[column].tiles) - 1, neuron)
        whole = self.whole = laid_out() if hidden else whole
        self.view.resize(self._canvas, (whole.width, whole.height), whole.fit)
        return whole

    def place(self) -> NetworkLayout | None:
        """Bring the layout to where the view has it; return the part of it that may be seen."""
        if self.whole is None:
            return None
        layout = self.placed = placed(self.whole, self.view.zoom, self.view.x, self.view.y)
        return clipped(layout, *self._canvas) if self.view.overflows else layout


def _hidden(layout: NetworkLayout, wanted: Wanted) -> list[tuple[int, int]]:
    """Return which neurons have no tile; those of a network that is gone are not asked for."""
    columns = layout.columns
    return [(at, neuron) for at, neuron in wanted if at < len(columns) and neuron in columns[at].rest]
