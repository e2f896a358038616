"""What the card on the map says: values of a row or an empty place in original units, and the network's answer."""

from nnviz.app.map_answer import answer_line, output_at
from nnviz.app.row_view import row_part
from nnviz.app.slices import Held
from nnviz.run.snapshot import Snapshot
from nnviz.ui.axis_values import value_text
from nnviz.ui.plots.decision_view import SurfaceView

_LONGEST_NAME = 28


def row_lines(view: SurfaceView, row: int, snapshot: Snapshot | None = None) -> str:
    """Return a row's part, its values on the axes, its target and what is predicted, one a line, in original units."""
    dataset = view.dataset
    lines = [f"row {int(dataset.table_rows[row]) + 1:,}, {row_part(dataset, row)}"]
    target = dataset.table.column(dataset.choices.target).take(dataset.table_rows[row : row + 1])
    places = view.plane.positions[row].tolist()
    for axis, value in zip((view.x, view.y), places, strict=True):
        if axis.name and axis.name != dataset.choices.target:
            lines.append(f"{_short(axis.name)}  {_short(value_text(axis, value))}")
    codes = dataset.target_codes
    answer = dataset.classes[codes[row]] if codes is not None else str(target.labels()[0])
    lines.append(f"{_short(dataset.choices.target)}  {_short(answer)}")
    if snapshot is not None:
        lines.append(answer_line(dataset, output_at(snapshot, dataset.X[row]), snapshot.config.loss))
    return "\n".join(lines)


def place_lines(view: SurfaceView, place: tuple[float, float], held: Held, snapshot: Snapshot | None) -> str:
    """Return the values at a place of the plane, and what the network answers there, one a line."""
    lines = []
    curve = view.plane.kind == "curve"
    for axis, value in zip((view.x, view.y), place, strict=True):
        if axis.name and not (curve and axis is view.y):
            lines.append(f"{_short(axis.name)}  {_short(value_text(axis, value))}")
    if snapshot is not None:
        output = output_at(snapshot, view.plane.input_at(*place, held))
        lines.append(answer_line(view.dataset, output, snapshot.config.loss))
    return "\n".join(lines)


def _short(text: str) -> str:
    """Return one line of bounded length: a name may hold anything that a file can."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
