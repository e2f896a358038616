"""What is said of a loss landscape: on its axes, beside it, under it, and of every place of it."""

import math
from typing import Final

from nnviz.app.landscape_view import Arrow, Landscape, LossKind
from nnviz.ui.plots.landscape_surface import Surface
from nnviz.ui.plots.ticks import fixed_text, number_text

LOSS_NAMES: Final[dict[LossKind, str]] = {
    "train": "training loss",
    "validation": "validation loss",
    "objective": "objective",
}


def share_text(share: float) -> str:
    """Return a share as a percentage: 4 %, 0.3 %; never 0 or 100 for what is only near it."""
    percent = 100 * share
    if percent < 0.05:
        return "0 %" if percent == 0 else "under 0.1 %"
    if 99.5 <= percent < 100 - 1e-9:
        return "over 99 %"
    return f"{percent:.0f} %" if percent >= 9.5 else f"{percent:.1f} %"


def axis_names(landscape: Landscape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the axes are, across and up, each in several wordings from wordy to brief."""
    shares = landscape.plane.shares
    if shares is None:
        first, second = (
            (
                f"random direction {number} (1: the weights' own size)",
                f"random direction {number}",
                f"direction {number}",
            )
            for number in "12"
        )
        return first, second
    across, up = (
        (f"path's axis {number}: {text} of variance", f"axis {number}: {text}", text)
        for number, text in (("1", share_text(shares[0])), ("2", share_text(shares[1])))
    )
    if landscape.plane.straight:
        up = ("axis 2: random, as the path is straight", "axis 2: random", "random")
    return across, up


def path_line(landscape: Landscape) -> str:
    """Return how much of the path is in the plane."""
    if landscape.no_path:
        return "no path kept"
    return "no path yet" if math.isnan(landscape.path_share) else f"path: {share_text(landscape.path_share)}"


def arrow_line(arrow: Arrow, scale: float) -> str:
    """Return a step's name, how much it is magnified, and how much of it lies in the plane."""
    if arrow.problem:
        return f"{arrow.label}: none"
    times = "" if scale == 1 else f" ×{scale:,.0f}"
    return f"{arrow.label}{times}: {share_text(arrow.share)}"


def arrow_sentence(arrow: Arrow, scale: float) -> str:
    """Return all there is to say of a step."""
    whose = "with all it remembers" if arrow.own else "starting here, with nothing remembered"
    if arrow.problem:
        return f"Next step of {arrow.label}: none. {arrow.problem}"
    drawn = "" if scale == 1 else f" It is drawn {scale:,.0f} times as long."
    return (
        f"Next step of {arrow.label} ({whose}, learning rate {number_text(arrow.rate)}): length "
        f"{number_text(arrow.length)} over all weights, {share_text(arrow.share)} of it in this plane.{drawn}"
    )


def beyond_line(landscape: Landscape, surface: Surface) -> str:
    """Return what is not drawn as it is, "" when all is."""
    words = []
    if landscape.beyond > 0:
        words.append(f"beyond numbers {share_text(landscape.beyond)}")
    if surface.scale.clipped > 0:
        words.append(f"over {number_text(surface.scale.high, 2)}: {share_text(surface.scale.clipped)}")
    return ", ".join(words)


def beyond_sentence(landscape: Landscape, surface: Surface) -> str:
    """Return that in a sentence or two."""
    words = []
    if landscape.beyond > 0:
        words.append(
            f"In {share_text(landscape.beyond)} of the square, hatched, the outputs are no finite numbers: "
            "beyond the range of the arithmetic."
        )
    if surface.scale.clipped > 0:
        words.append(
            f"In {share_text(surface.scale.clipped)} of it the loss is above {number_text(surface.scale.high, 2)} "
            "and has the last colour."
        )
    return " ".join(words)


def place_text(landscape: Landscape, kind: LossKind, row: int, column: int) -> str:
    """Return the loss at a place of the grid, and what is there."""
    loss = float(landscape.losses[kind][row, column])
    name = LOSS_NAMES[kind]
    value = f"{name} {number_text(loss, 4)}" if math.isfinite(loss) else f"{name}: beyond the range of numbers"
    step = float(landscape.x[1] - landscape.x[0])
    decimals = max(0, min(8, 1 - math.floor(math.log10(step))))
    at = f"{fixed_text(float(landscape.x[column]), decimals)}, {fixed_text(float(landscape.y[row]), decimals)}"
    if (row, column) == landscape.centre:
        return f"{value}\nhere: the weights of epoch {landscape.epoch:,}"
    here = float(landscape.losses[kind][landscape.centre])
    change = loss - here
    compared = f"\n{fixed_change(change)} than here" if math.isfinite(change) else ""
    return f"{value}\nat {at}{compared}"


def fixed_change(change: float) -> str:
    """Return a difference of losses in words."""
    if change == 0:
        return "no other"
    return f"{number_text(abs(change))} {'higher' if change > 0 else 'lower'}"


def rows_text(landscape: Landscape, kind: LossKind) -> str:
    """Return the rows that a loss is a mean over."""
    seen, total = landscape.rows[kind]
    name = "validation rows" if kind == "validation" else "training rows"
    return f"{total:,} {name}" if seen == total else f"{seen:,} of {total:,} {name}, sampled"


def age_text(landscape: Landscape, epoch: int, *, same: bool) -> str:
    """Return when it was made, and how far training is now."""
    if same:
        return f"weights of epoch {landscape.epoch:,}, as now"
    if epoch == landscape.epoch:
        return f"made at epoch {landscape.epoch:,}, the weights have changed since"
    return f"made at epoch {landscape.epoch:,}, now {epoch:,}"


def described(landscape: Landscape, surface: Surface, kind: LossKind) -> str:
    """Return all of a landscape in words, a sentence a line."""
    scale = surface.scale
    here = float(landscape.losses[kind][landscape.centre])
    x_name, y_name = axis_names(landscape)
    summary = (
        f"{LOSS_NAMES[kind].capitalize()} of {rows_text(landscape, kind)} around the weights of epoch "
        f"{landscape.epoch:,}: {number_text(here, 4)} here, {number_text(scale.low)} to {number_text(scale.high)} "
        f"in the square, colours {'logarithmic' if scale.log else 'linear'}."
    )
    lines = [summary, f"Across: {x_name[0]}. Up: {y_name[0]}."]
    if landscape.plane.shares is None:
        lines.append("1 on an axis moves every neuron's weights and bias by as much as their own size.")
    if landscape.no_path:
        lines.append(landscape.no_path)
    elif not math.isnan(landscape.path_share):
        lines.append(
            f"{share_text(landscape.path_share)} of the path's squared distance from here lies in this plane; the line "
            "is its projection, and the loss on the path itself may differ from the colour under it."
        )
    lines += [
        f"{mark.kind.capitalize()}: epoch {mark.epoch:,}, {share_text(mark.share)} of its distance in the plane."
        for mark in landscape.marks
        if mark.kind != "now"
    ]
    lines += [arrow_sentence(arrow, landscape.arrow_scale) for arrow in landscape.arrows]
    if far := beyond_sentence(landscape, surface):
        lines.append(far)
    return "\n".join(lines)
