"""The legend below the map: classes with their markers, what filled, hollow, ringed and faint points are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnviz.data.dataset import Dataset
from nnviz.ui.plots.decision_markers import class_shape, paint_error_ring, paint_marker
from nnviz.ui.plots.decision_view import ROW_HEIGHT
from nnviz.ui.theme import CAPTION, Theme, font, point_colour, with_alpha
from nnviz.ui.type_scale import px

_TEXT_GAP, _ITEM_GAP = 9.0, 13.0
_CLASS_WIDTHS: Final = (84.0, 64.0, 48.0, 34.0)  # names of classes are cut to the first that makes all fit
_MOST_CLASSES: Final = 24
MOST_ROWS: Final = 5
ROW_GAP: Final = 25.0


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry.

    Attributes
    ----------
    kind
        The marker before it: "class", "train", "validation", "error", "faint", "beyond", "line", "band"; "more" and
        "note" have none.
    text
        What it says now.
    index
        Of a class.
    widest
        The widest text that it will ever say, so that nothing moves when it changes.
    """

    kind: str
    text: str
    index: int = 0
    widest: str = ""


def legend_items(dataset: Dataset, further: Sequence[LegendItem] = ()) -> list[LegendItem]:
    """Return the entries for a data set: its classes, what filled and hollow points are, then what is handed over."""
    items = [LegendItem("class", name, index) for index, name in enumerate(dataset.classes)]
    items.append(LegendItem("train", "train"))
    if len(dataset.validation_rows) or len(dataset.test_rows):
        items.append(LegendItem("validation", "held out" if len(dataset.test_rows) else "validation"))
    return [*items, *further]


@dataclass(frozen=True, slots=True)
class Legend:
    """Entries broken into rows; ``longest`` is what names of classes are cut to, in pixels."""

    rows: tuple[tuple[LegendItem, ...], ...] = ((),)
    longest: float = _CLASS_WIDTHS[0]

    @property
    def left_out(self) -> bool:
        """Whether not every class is named in full."""
        metrics = QFontMetricsF(font(CAPTION))
        classes = [item for row in self.rows for item in row if item.kind in ("class", "more")]
        return any(item.kind == "more" or metrics.horizontalAdvance(item.text) > self.longest for item in classes)


def fitted_legend(items: Sequence[LegendItem], width: float, *, taken: float = 0.0, most: int = MOST_ROWS) -> Legend:
    """Break the entries into rows of ``width`` pixels, of which ``taken`` are not free at the end of the first.

    Names of classes are shortened as far as it takes to name all in ``most`` rows; when even that is not enough, the
    last entry of the classes counts those that are left out.
    """
    classes, others = [i for i in items if i.kind == "class"], [i for i in items if i.kind != "class"]
    if len(classes) <= _MOST_CLASSES:
        for longest in map(px, _CLASS_WIDTHS):
            rows = _broken((*classes, *others), width, taken, longest)
            if len(rows) <= most:
                return Legend(rows, longest)
    for kept in range(min(len(classes), _MOST_CLASSES), -1, -1):
        left_out = len(classes) - kept
        more = [LegendItem("more", f"+ {left_out} more")] if left_out else []
        rows = _broken((*classes[:kept], *more, *others), width, taken, px(_CLASS_WIDTHS[-1]))
        if len(rows) <= most:
            break
    return Legend(rows, px(_CLASS_WIDTHS[-1]))


def _broken(
    items: Sequence[LegendItem], width: float, taken: float, longest: float
) -> tuple[tuple[LegendItem, ...], ...]:
    metrics = QFontMetricsF(font(CAPTION))
    rows: list[list[LegendItem]] = [[]]
    used = taken
    for item in items:
        wide = metrics.horizontalAdvance(item.widest or item.text)
        length = _TEXT_GAP + (min(wide, longest) if item.kind == "class" else wide) + _ITEM_GAP
        if rows[-1] and used + length - _ITEM_GAP > width:
            rows.append([])
            used = 0.0
        rows[-1].append(item)
        used += length
    return tuple(tuple(row) for row in rows)


def paint_legend(painter: QPainter, legend: Legend, theme: Theme, n_classes: int, left: float, top: float) -> float:
    """Paint the rows from the middle line ``top`` down; return where the first one ends."""
    metrics = QFontMetricsF(painter.font())
    y, first_ends = top, 0.0
    for row in legend.rows:
        x = left + 4.0
        for item in row:
            _paint_mark(painter, item, theme, n_classes, QPointF(x, y))
            painter.setPen(QColor(theme.ink_2))
            wide = metrics.horizontalAdvance(item.widest or item.text)
            text = item.text
            if item.kind == "class":
                wide = min(wide, legend.longest)
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide + 0.5)
            painter.drawText(QRectF(x + _TEXT_GAP, y - px(8), wide + 4, px(16)), Qt.AlignmentFlag.AlignVCenter, text)
            x += _TEXT_GAP + wide + _ITEM_GAP
        first_ends = first_ends or x - _ITEM_GAP
        y += px(ROW_HEIGHT)
    return first_ends


def _paint_mark(painter: QPainter, item: LegendItem, theme: Theme, n_classes: int, at: QPointF) -> None:
    outline = QColor(theme.panel)
    if item.kind == "class":
        colour = QColor(point_colour(theme, item.index))
        paint_marker(painter, at, class_shape(item.index, n_classes), colour, outline, hollow=False)
    elif item.kind in ("train", "validation"):
        paint_marker(painter, at, "disc", QColor(theme.ink_2), outline, hollow=item.kind == "validation")
    elif item.kind == "error":
        paint_error_ring(painter, at, theme, 0.8)
    elif item.kind == "faint":
        paint_marker(painter, at, "disc", with_alpha(theme.ink_2, 0.35), with_alpha(theme.panel, 0.0), hollow=False)
    elif item.kind in ("beyond", "line", "band"):
        _paint_swatch(painter, item.kind, theme, at)


def _paint_swatch(painter: QPainter, kind: str, theme: Theme, at: QPointF) -> None:
    box = QRectF(at.x() - 5.0, at.y() - 4.0, 10.0, 8.0)
    if kind == "line":
        painter.setPen(QPen(QColor(theme.ink), 1.6))
        painter.drawLine(QPointF(box.left(), at.y()), QPointF(box.right(), at.y()))
        return
    if kind == "band":
        painter.fillRect(box, with_alpha(theme.ink, 0.2))
        return
    painter.save()
    painter.setClipRect(box)
    painter.setPen(QPen(QColor(theme.ink_3), 1.0))
    painter.drawLines([QLineF(box.left() + i, box.top(), box.left() + i - 8, box.bottom()) for i in (3.0, 8.0, 13.0)])
    painter.restore()
