"""The colour bar beside the map: which colour stands for which probability or value."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from nnviz.data.dataset import Dataset
from nnviz.ui.plots.base import paint_upright_text
from nnviz.ui.plots.decision_colours import Pixels, canvas_channels, channels, class_ramp, pack, regression_table
from nnviz.ui.plots.decision_view import Layout
from nnviz.ui.plots.ticks import Tick, nice_ticks
from nnviz.ui.theme import Theme, diverging_table
from nnviz.ui.type_scale import px

_MOST_COLUMNS = 4
_STEPS = 256
_MOST_LEVELS = 6
_BESIDE = 14  # pixels that a label takes beside the ticks, more than between two of them


def bar_scale(dataset: Dataset) -> tuple[list[tuple[float, str]], str]:
    """Return the colour bar's ticks as (0 to 1 from the bottom, text), and its label.

    Binary: the probability of the second class. Several classes: a class's probability, from no more than chance to
    certain. Regression: the target in its own units, the training mean and the largest deviation on both sides of it.
    """
    if dataset.task == "binary":
        return [(0.0, "0"), (0.5, "½"), (1.0, "1")], f"P({dataset.preprocessor.output_unit_names[0]})"
    if dataset.task == "multiclass":
        return [(0.0, f"1/{len(dataset.classes)}"), (1.0, "1")], "P(most likely class)"
    deviation = dataset.target_deviation * dataset.preprocessor.target_std
    mean = dataset.preprocessor.target_mean
    low, high = mean - deviation, mean + deviation
    ticks: list[Tick] = nice_ticks(low, high, _MOST_LEVELS)
    return [((tick.value - low) / (high - low), tick.text) for tick in ticks], dataset.preprocessor.target_name


def contour_levels(dataset: Dataset) -> tuple[float, ...]:
    """Return where a regression's lines run, as shares of the largest deviation, -1 to 1: at the bar's ticks."""
    if dataset.task != "regression":
        return ()
    return tuple(2.0 * place - 1.0 for place, _ in bar_scale(dataset)[0])


def bar_room(dataset: Dataset, metrics: QFontMetricsF) -> float:
    """Return the room right of the bar that its ticks and its label need."""
    widest = max(metrics.horizontalAdvance(text) for _, text in bar_scale(dataset)[0])
    return widest + px(24 if dataset.task == "regression" else 10)


def paint_bar(painter: QPainter, dataset: Dataset, theme: Theme, layout: Layout, *, hard: bool) -> None:
    """Paint the bar, its ticks and its label: between two ticks, or beside them where it is too long for that."""
    bar = layout.bar
    colours = bar_colours(dataset, theme, hard=hard)
    data = np.ascontiguousarray(colours)
    height, width = data.shape
    painter.drawImage(bar, QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGB32))
    ticks, label = bar_scale(dataset)
    painter.setPen(QColor(theme.ink_3))
    centres = []
    for position, text in ticks:
        y = bar.y() + (1.0 - position) * bar.height()
        centres.append(min(max(y, bar.y() + px(6)), bar.bottom() - px(5)))
        painter.drawText(
            QRectF(bar.right() + 5, centres[-1] - px(8), px(80), px(16)),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            text,
        )
    painter.setPen(QColor(theme.ink_2))
    advance = painter.fontMetrics().horizontalAdvance
    if dataset.task != "regression":  # that has too many ticks for a name between two of them
        room, upper = max((lower - upper, upper) for upper, lower in pairwise(sorted(centres)))
        if advance(label) <= room - px(18) or layout.spare < px(_BESIDE):
            paint_upright_text(painter, label, QPointF(bar.right() + px(12), upper + room / 2), room - px(18))
            return
    widest = max(advance(text) for _, text in ticks)
    paint_upright_text(painter, label, QPointF(bar.right() + px(13) + widest, bar.center().y()), bar.height())


def bar_colours(dataset: Dataset, theme: Theme, *, hard: bool) -> Pixels:
    """Return the bar's pixels, (256, columns) 0xFFRRGGBB, the top first."""
    if dataset.task == "regression":
        levels = np.array(contour_levels(dataset)) if hard else None
        return np.asarray(regression_table(theme, levels)[:: -len(regression_table(theme)) // _STEPS, None])
    if dataset.task == "binary":
        table = diverging_table(theme, theme.boundary_span)[::-1, :3].copy()
        if hard:
            table[: _STEPS // 2], table[_STEPS // 2 :] = table[0], table[-1]
        return pack(table)[:, None]
    share = np.ones(_STEPS) if hard else np.linspace(1.0, 0.0, _STEPS)
    if len(dataset.classes) > _MOST_COLUMNS:  # too many for a column each: how strong, whatever the hue
        canvas, ink = canvas_channels(theme), channels(theme.ink_2)
        return pack((canvas + (ink - canvas) * share[:, None]).astype(np.uint8))[:, None]
    return np.stack([pack(class_ramp(theme, index, share)) for index in range(len(dataset.classes))], axis=1)
