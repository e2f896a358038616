"""The reliability diagram: what came true over what was stated, with the numbers of rows."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.roc_view import CalibrationView
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.theme import MICRO, Theme, font, with_alpha

_NEAR = 16.0
_MARGIN = 0.03


class CalibrationChart(XYChart):
    """Draws a :class:`CalibrationView`: a dot for each bin, its interval, and the line of perfect trust."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "probability", "share", parent)
        self.setAccessibleName("Calibration")
        self._view: CalibrationView | None = None
        self._at = -1
        self._perfect: Any = pg.PlotCurveItem([0.0, 1.0], [0.0, 1.0], antialias=True)
        self._intervals: Any = pg.PlotCurveItem(antialias=True, connect="pairs", skipFiniteCheck=True)
        self._line: Any = pg.PlotCurveItem(antialias=True, skipFiniteCheck=True)
        self._dots: Any = pg.ScatterPlotItem(size=7, antialias=True, useCache=False)
        for item in (self._perfect, self._intervals, self._line, self._dots):
            self.view.addItem(item, ignoreBounds=True)
        self.counts = _Counts(self)
        self.show_range((-_MARGIN, 1.0 + _MARGIN), (-_MARGIN, 1.0 + _MARGIN))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        ratio = self.devicePixelRatioF()
        self._perfect.setPen(pg.mkPen(theme.ink_3, width=1, style=Qt.PenStyle.DashLine))
        self._intervals.setPen(pg.mkPen(with_alpha(theme.ink_2, 0.55), width=2.0 * ratio))
        self._line.setPen(pg.mkPen(theme.ink, width=1.4 * ratio))
        self._dots.setPen(pg.mkPen(theme.panel, width=1.2))
        self._dots.setBrush(pg.mkBrush(theme.ink))
        self.counts.theme = theme

    def show_view(self, view: CalibrationView | None) -> None:
        """Draw another diagram, or none."""
        self._view, self._at = view, -1
        if view is None:
            for item in (self._intervals, self._line, self._dots):
                item.setData([], [])
        else:
            x, y = view.bins.predicted, view.bins.observed
            self.set_names(view.x_name, view.y_name)
            self._intervals.setData(np.repeat(x, 2), np.stack([view.low, view.high], axis=1).ravel())
            self._line.setData(x, y)
            self._dots.setData(x, y)
        self.counts.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the numbers over the chart."""
        super().resizeEvent(event)
        self.counts.resize(self.size())

    @property
    def shown(self) -> CalibrationView | None:
        """What is drawn."""
        return self._view

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return the bin that is nearest to the mouse, if any is near."""
        view = self._view
        if view is None or not len(view.bins.counts) or not self.box.contains(place):
            return None
        x, y = self.to_axes(place)
        wide, high = self.pixel()
        away = np.hypot((view.bins.predicted - x) / wide, (view.bins.observed - y) / high)
        nearest = int(away.argmin())
        return self._read(nearest) if away[nearest] <= _NEAR else None

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go to the next bin or the one before."""
        view = self._view
        if view is None or not len(view.bins.counts):
            return None
        step = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
        self._at = min(max(self._at + step, 0), len(view.bins.counts) - 1)
        return self._read(self._at)

    def _read(self, index: int) -> tuple[str, QPointF] | None:
        view = self._view
        if view is None:
            return None
        self._at = index
        return view.sentence(index), self.to_pixels(float(view.bins.predicted[index]), float(view.bins.observed[index]))


class _Counts(QWidget):
    """How many rows each bin has, above or below its dot where there is room; lets the mouse through."""

    def __init__(self, parent: CalibrationChart) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme = parent.theme
        self._chart = parent

    def places(self) -> list[tuple[QRectF, str]]:
        """Return box and text of every count that can be written without touching another one."""
        view, chart = self._chart.shown, self._chart
        if view is None:
            return []
        metrics = QFontMetricsF(font(MICRO))
        dots = [
            chart.to_pixels(x, y)
            for x, y in zip(view.bins.predicted.tolist(), view.bins.observed.tolist(), strict=True)
        ]
        taken = [QRectF(dot.x() - 4.0, dot.y() - 4.0, 8.0, 8.0) for dot in dots]
        found: list[tuple[QRectF, str]] = []
        for dot, count in zip(dots, view.bins.counts.tolist(), strict=True):
            text = f"{count:,}"
            width = metrics.horizontalAdvance(text) + 4.0
            sides = ((6.0, -7.0), (-6.0 - width, -7.0), (6.0, 3.0), (-6.0 - width, 3.0))
            for dx, dy in sides:
                box = QRectF(dot.x() + dx, dot.y() + dy - 3.0, width, 12.0)
                if chart.box.contains(box) and not any(box.intersects(other) for other in taken):
                    taken.append(box)
                    found.append((box, text))
                    break
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the numbers."""
        painter = QPainter(self)
        painter.setFont(font(MICRO))
        painter.setPen(QColor(self.theme.ink_3))
        for box, text in self.places():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
