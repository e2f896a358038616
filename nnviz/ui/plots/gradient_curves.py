"""The size of each layer's gradient over the epochs, on a logarithmic axis, told apart by shade and dashes."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.gradient_view import GradientCurves, power_text
from nnviz.ui.plots.ticks import log_range, nice_bound
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.theme import CAPTION, Theme, font, mix, with_alpha
from nnviz.ui.type_scale import px

_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_LINE = 15
_NEAR = 40.0


class GradientChart(XYChart):
    """Draws :class:`GradientCurves`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "epoch", "gradient", parent)
        self.setAccessibleName("Gradient per parameter over the epochs")
        self.log_y = True
        self._shown: GradientCurves | None = None
        self._items: list[Any] = []
        self._entry = -1
        self.legend = _Legend(self)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self._dress()

    def pen_of(self, index: int) -> QPen:
        """Return the pen of a layer's curve: the nearer to the output, the stronger; dashes tell neighbours apart."""
        count = max(1, len(self._items) - 1)
        colour = mix(self.theme.ink_3, self.theme.ink, index / count)
        style = _DASHES[(len(self._items) - 1 - index) % len(_DASHES)]
        pen: QPen = pg.mkPen(colour, width=1.5 * self.devicePixelRatioF(), style=style)
        return pen

    def _dress(self) -> None:
        for index, item in enumerate(self._items):
            item.setPen(self.pen_of(index))
        self.legend.update()

    @property
    def shown(self) -> GradientCurves | None:
        """What is drawn."""
        return self._shown

    def show_curves(self, curves: GradientCurves | None) -> None:
        """Draw other curves, or none."""
        self._shown = curves
        names = () if curves is None else curves.names
        if len(names) != len(self._items):
            for item in self._items:
                self.view.removeItem(item)
            self._items = [pg.PlotCurveItem(antialias=True) for _ in names]
            for item in self._items:
                self.view.addItem(item, ignoreBounds=True)
            self._dress()
        if curves is None or not len(curves.epochs):
            for item in self._items:
                item.setData([], [])
            return
        positive = curves.sizes[curves.sizes > 0]
        if len(positive):
            low, high = log_range(float(positive.min()), float(positive.max()))
            last = nice_bound(max(1.0, float(curves.epochs[-1])))
            self.show_range((0.0, last), (float(np.log10(low)), float(np.log10(high))))
            with np.errstate(divide="ignore"):
                logs = np.maximum(np.log10(curves.sizes), np.log10(low))
            for item, column in zip(self._items, logs.T, strict=True):
                item.setData(curves.epochs.astype(np.float64), column)
        self.legend.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the legend over the chart."""
        super().resizeEvent(event)
        self.legend.resize(self.size())

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return every layer's size at the epoch that is nearest to the mouse."""
        curves = self._shown
        if curves is None or not len(curves.epochs) or not self.box.contains(place):
            return None
        x, _ = self.to_axes(place)
        entry = int(np.abs(curves.epochs - x).argmin())
        found = self._read(entry)
        return found if found is not None and abs(found[1].x() - place.x()) <= _NEAR else None

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go to the epoch before or after that was taken down."""
        curves = self._shown
        if curves is None or not len(curves.epochs):
            return None
        last = len(curves.epochs) - 1
        at = last if self._entry < 0 else self._entry + (1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1)
        return self._read(min(max(at, 0), last))

    def _read(self, entry: int) -> tuple[str, QPointF] | None:
        curves = self._shown
        if curves is None:
            return None
        self._entry = entry
        lines = [f"epoch {curves.epochs[entry]:,}"]
        lines += [
            f"{name} {power_text(size)}" for name, size in zip(curves.names, curves.sizes[entry].tolist(), strict=True)
        ]
        middle = self.box.center().y()
        return "\n".join(lines), QPointF(self.to_pixels(float(curves.epochs[entry]), 0.0).x(), middle)


class _Legend(QWidget):
    """Names of the layers beside a piece of their line, at the top right; lets the mouse through."""

    def __init__(self, parent: GradientChart) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._chart = parent

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint as many names as there is room for, the output first: it is where the gradient comes from."""
        curves, chart = self._chart.shown, self._chart
        if curves is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        metrics, box, theme = QFontMetricsF(font(CAPTION)), chart.box, chart.theme
        order = list(range(len(curves.names)))[::-1][: max(1, int(box.height() // px(_LINE)))]
        width = max(metrics.horizontalAdvance(curves.names[index]) for index in order) + 34.0
        ground = QRectF(box.right() - width, box.top(), width, len(order) * px(_LINE) + 2.0)
        painter.fillRect(ground, with_alpha(theme.panel, 0.75))
        for line, index in enumerate(order):
            y = ground.top() + (line + 0.5) * px(_LINE)
            painter.setPen(chart.pen_of(index))
            painter.drawLine(QPointF(ground.left() + 4, y), QPointF(ground.left() + 26, y))
            painter.setPen(QColor(theme.ink_2))
            place = QRectF(ground.left() + 31, y - px(_LINE) / 2, width, px(_LINE))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, curves.names[index])
        painter.end()
