"""The difference of two maps in a diverging colour map, with its legend; the mouse or the arrows read it off."""

from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.map_difference import RESOLUTION, MapDifference
from nnviz.app.plain_numbers import MINUS
from nnviz.ui.axis_values import value_text
from nnviz.ui.plots.decision_view import axis_ticks
from nnviz.ui.plots.ticks import Tick, number_text
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.text_parts import elided
from nnviz.ui.theme import CAPTION, Theme, diverging_table, font
from nnviz.ui.type_scale import hold, px

_LEGEND: Final = 34
_BAR: Final = 8
_LEAST_WORDS: Final = 40  # pixels of width in which a word that is cut still tells something
CHANGE_OF: Final = "change of "


def signed_text(value: float, *, percent: bool) -> str:
    """Return a difference with its sign: in percentage points, or in the target's units."""
    if not np.isfinite(value):
        return "not finite"
    text = f"{100 * value:+.1f} %" if percent else f"{'+' if value > 0 else ''}{number_text(value, 3)}"
    return text.replace("-", MINUS)


class DifferenceChart(XYChart):
    """Draws a :class:`MapDifference` over the axes of the map."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", "", parent)
        self.setAccessibleName("Difference of the two maps")
        self.difference: MapDifference | None = None
        self._at: tuple[int, int] | None = None
        self._picture: Any = pg.ImageItem(axisOrder="row-major")
        self.view.addItem(self._picture, ignoreBounds=True)

    def show_difference(self, difference: MapDifference | None) -> None:
        """Draw another difference, or nothing."""
        known, self.difference = self.difference, difference
        if difference is None:
            self._picture.hide()
            self.card.hide()
            return
        x, y = difference.x, difference.y
        if known is None or (known.x, known.y) != (x, y):
            self._at = None
            self.set_names(x.name, y.name)
            self.show_range((x.low, x.high), (y.low, y.high))
            self.show_all()
            self._on_range()
        self._paint()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self._paint()

    def _paint(self) -> None:
        difference = self.difference
        if difference is None:
            return
        self._picture.setLookupTable(diverging_table(self.theme))
        span = difference.span or 1.0
        self._picture.setImage(np.nan_to_num(difference.values), autoLevels=False, levels=(-span, span))
        x, y = difference.x, difference.y
        self._picture.setRect(QRectF(x.low, y.low, x.high - x.low, y.high - y.low))
        self._picture.show()

    def _across_ticks(self, left: float, right: float, most: int) -> list[Tick]:
        difference = self.difference
        if difference is None or self.zoomed:
            return super()._across_ticks(left, right, most)
        return axis_ticks(difference.x, round(self.view.size().width()))

    def _upright_ticks(self, bottom: float, top: float, most: int) -> list[Tick]:
        difference = self.difference
        if difference is None or self.zoomed:
            return super()._upright_ticks(bottom, top, most)
        return axis_ticks(difference.y, round(self.view.size().height()))

    # Reading off

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return both answers at the cell under the mouse."""
        if self.difference is None or not self.box.contains(place):
            return None
        x, y = self.to_axes(place)
        self._at = self._cell(x, y)
        return self._read(place)

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        difference = self.difference
        if difference is None:
            return 0, 0
        shares = (
            ((y - difference.y.low) / (difference.y.high - difference.y.low)),
            ((x - difference.x.low) / (difference.x.high - difference.x.low)),
        )
        row, column = (min(max(int(share * RESOLUTION), 0), RESOLUTION - 1) for share in shares)
        return row, column

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go to the next cell, from the one that changed most on."""
        difference = self.difference
        if difference is None:
            return None
        if self._at is None:
            most = int(np.nan_to_num(np.abs(difference.values)).argmax())
            self._at = divmod(most, RESOLUTION)
        else:
            across = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
            up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key, 0)
            row, column = self._at
            self._at = min(max(row + up, 0), RESOLUTION - 1), min(max(column + across, 0), RESOLUTION - 1)
        x, y = self._centre(*self._at)
        return self._read(self.to_pixels(x, y))

    def _centre(self, row: int, column: int) -> tuple[float, float]:
        difference = self.difference
        if difference is None:
            return 0.0, 0.0
        x, y = difference.x, difference.y
        return (
            x.low + (column + 0.5) / RESOLUTION * (x.high - x.low),
            y.low + (row + 0.5) / RESOLUTION * (y.high - y.low),
        )

    def _read(self, place: QPointF) -> tuple[str, QPointF] | None:
        difference, at = self.difference, self._at
        if difference is None or at is None:
            return None
        before, after = float(difference.before[at]), float(difference.after[at])
        x, y = self._centre(*at)
        lines = [
            f"{axis.name}  {value_text(axis, value)}"
            for axis, value in ((difference.x, x), (difference.y, y))
            if axis.name
        ]
        percent = difference.percent
        ends = (f"{100 * one:.1f} %" if percent else number_text(one, 4) for one in (before, after))
        lines.append(f"{difference.what}  {' → '.join(ends)}")
        lines.append(signed_text(after - before, percent=percent))
        return "\n".join(lines), place


class DifferenceLegend(QWidget):
    """The colours of differences, from the largest fall to the largest rise, and of what they are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._difference: MapDifference | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend of the map's difference")
        hold(self, height=_LEGEND)

    def show_difference(self, difference: MapDifference | None) -> None:
        """Tell of another difference."""
        self._difference = difference
        self.setAccessibleDescription(self.words())
        self.setToolTip(self.words())
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.theme = theme
        self.update()

    def texts(self) -> tuple[str, str, str, str]:
        """Return what the numbers are of, and the texts at the left end, the middle and the right end."""
        difference = self._difference
        if difference is None:
            return "", "", "", ""
        if not difference.span:
            return f"{CHANGE_OF}{difference.what}", "", "nothing changed on this map", ""
        low, high = (signed_text(sign * difference.span, percent=difference.percent) for sign in (-1, 1))
        return f"{CHANGE_OF}{difference.what}", low, "0", high

    def words(self) -> str:
        """Return it in a sentence."""
        what, low, middle, high = self.texts()
        return f"{what}: {low} to {high}" if low else f"{what}: {middle}"

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of a bar over a line."""
        return QSize(200, px(_LEGEND))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the bar, the numbers below it and what they are of."""
        if self._difference is None:
            return
        painter = QPainter(self)
        painter.setFont(font(CAPTION))
        what, low, middle, high = self.texts()
        left, right = 16.0, self.width() - 12.0
        bar = QRectF(left, 3.0, right - left, px(_BAR))
        colours = np.ascontiguousarray(diverging_table(self.theme)[:, :3])
        image = QImage(colours.tobytes(), len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
        painter.drawImage(bar, image)
        painter.setPen(QPen(QColor(self.theme.line_strong), 1))
        painter.drawRect(bar)
        line = QRectF(left, bar.bottom() + 2, right - left, self.height() - bar.bottom() - 3)
        painter.setPen(QColor(self.theme.ink_2))
        metrics, flags = painter.fontMetrics(), Qt.AlignmentFlag.AlignTop
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, high)
        room = int(line.width()) - 2 * max(metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)) - 16
        wordings = (what, what.removeprefix(CHANGE_OF)) if middle == "0" else (f"{what}: {middle}", middle)
        shown = next((text for text in wordings if metrics.horizontalAdvance(text) <= room), wordings[-1])
        if metrics.horizontalAdvance(shown) <= room or room >= px(_LEAST_WORDS):
            painter.drawText(line, flags | Qt.AlignmentFlag.AlignHCenter, elided(metrics, shown, room))
        painter.end()
