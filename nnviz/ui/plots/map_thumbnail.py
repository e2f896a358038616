"""Small pictures of the map at other moments than the one that is shown, worked out beside the GUI thread."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.app.slices import Held
from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.run.grids import InputGrid
from nnviz.run.probes import grid_activations
from nnviz.run.track import Still
from nnviz.ui.plots.decision_colours import Pixels
from nnviz.ui.plots.decision_field import FieldShader
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme

_CELLS: Final = (26, 18, 12)  # along a side
_MOST_WORK: Final = 2e8  # multiplications for one picture: some 20 ms


def affordable_cells(n_parameters: int) -> int:
    """Return the cells along a side that a picture of a network is worth; 0: none, training would feel it."""
    return next((cells for cells in _CELLS if cells * cells * n_parameters <= _MOST_WORK), 0)


@dataclass(frozen=True, slots=True, eq=False)
class ThumbnailLook:
    """What pictures show, and how large.

    Attributes
    ----------
    config
        The network's shape.
    view, held, probe
        The part of a plane, what is held beside it, and the grid of inputs over it.
    theme
        Its colours.
    side
        Device pixels along a side.
    """

    config: MLPConfig
    view: SurfaceView
    held: Held
    probe: InputGrid
    theme: Theme
    side: int


class Thumbnail(NamedTuple):
    """A picture of a moment: pixels, (side, side) 0xFFRRGGBB; or of a curve its heights, (cells,) in raw units.

    Neither where the answers are not finite numbers.
    """

    still: Still
    pixels: Pixels | None = None
    curve: NDArray[np.float64] | None = None


def thumbnails(
    look: ThumbnailLook, stills: Sequence[Still], seconds: float, cancelled: Callable[[], bool]
) -> tuple[Thumbnail, ...]:
    """Return pictures of the first of these moments: of one at least, and of as many as ``seconds`` suffice for."""
    until = time.perf_counter() + seconds
    view, dataset = look.view, look.view.dataset
    # In the range of the diagram's tiles: no points lie over these pictures.
    theme = replace(look.theme, boundary_span=look.theme.tile_span)
    shader = FieldShader(dataset.task, dataset.preprocessor.n_outputs, dataset.target_deviation, theme)
    made: list[Thumbnail] = []
    for still in stills:
        if made and (time.perf_counter() >= until or cancelled()):
            break
        network = MLP(look.config, dtype=still.parameters.dtype)
        network.parameters[...] = still.parameters  # which may be no finite numbers any more
        with np.errstate(all="ignore"):
            output = grid_activations(network, look.probe).activations[-1]
        if not np.isfinite(output).all():
            made.append(Thumbnail(still))
        elif view.plane.kind == "curve":
            line = dataset.preprocessor.predictions(output[: look.probe.resolution])
            made.append(Thumbnail(still, curve=line.astype(np.float64)))
        else:
            pixels = shader.shade(output, view.grid(look.probe.resolution), look.side, 0.0)
            made.append(Thumbnail(still, pixels=pixels.copy()))
    return tuple(made)
