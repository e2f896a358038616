"""ROC curves: of each class against the rest, with their areas; the mouse or the arrows read a threshold off."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.roc_view import ClassCurve, RocView
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.text_parts import elided
from nnviz.ui.theme import CAPTION, Theme, class_colour, font, with_alpha
from nnviz.ui.type_scale import px

_WIDTH = 1.6
_NEAR = 14.0  # pixels from a curve within which the mouse reads it off
_LINE = 15
_MARGIN = 0.02  # of the axes, so that curves along the edges are not cut


class RocChart(XYChart):
    """Draws a :class:`RocView`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "false positive rate (FPR)", "TPR", parent)
        self.setAccessibleName("ROC curves")
        self._view: RocView | None = None
        self._curves: list[Any] = []
        self._at = (0, 0)  # curve and point that the keys are at
        self._chance: Any = pg.PlotCurveItem([0.0, 1.0], [0.0, 1.0], antialias=True)
        self._half: Any = pg.ScatterPlotItem(size=8, antialias=True, useCache=False)
        self._mark: Any = pg.ScatterPlotItem(size=9, antialias=True, useCache=False)
        for item in (self._chance, self._half, self._mark):
            self.view.addItem(item, ignoreBounds=True)
        self._half.setZValue(2)
        self._mark.setZValue(3)
        self.legend = _Legend(self)
        self.show_range((-_MARGIN, 1.0 + _MARGIN), (-_MARGIN, 1.0 + _MARGIN))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self._chance.setPen(pg.mkPen(theme.ink_3, width=1, style=Qt.PenStyle.DashLine))
        self._half.setPen(pg.mkPen(theme.panel, width=1.4))
        self._mark.setPen(pg.mkPen(theme.panel, width=1.4))
        self._mark.setBrush(pg.mkBrush(theme.ink))
        self.legend.theme = theme
        self._colour_curves()

    def show_view(self, view: RocView | None) -> None:
        """Draw other curves, or none."""
        self._view = view
        curves = () if view is None else view.curves
        while len(self._curves) < len(curves):
            item: Any = pg.PlotCurveItem(antialias=True, skipFiniteCheck=True)
            item.setZValue(1)
            self.view.addItem(item, ignoreBounds=True)
            self._curves.append(item)
        for item in self._curves[len(curves) :]:
            item.setData([], [])
        for item, one in zip(self._curves, curves, strict=False):
            item.setData(one.x, one.y)
        if view is not None and view.at_half is not None:
            self._half.setData([view.at_half[0]], [view.at_half[1]])
        else:
            self._half.setData([], [])
        self._mark.setData([], [])
        self._at = (min(self._at[0], max(0, len(curves) - 1)), 0)
        self._colour_curves()
        self.legend.show_curves(curves)

    def _colour_curves(self) -> None:
        if self._view is None:
            return
        ratio = self.devicePixelRatioF()
        for item, one in zip(self._curves, self._view.curves, strict=False):
            item.setPen(pg.mkPen(class_colour(self.theme, one.index), width=_WIDTH * ratio))
        self._half.setBrush(pg.mkBrush(class_colour(self.theme, self._view.curves[0].index)))
        self.legend.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the legend over the chart."""
        super().resizeEvent(event)
        self.legend.resize(self.size())

    # Reading off

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return threshold and rates of the point of a curve that is nearest to the mouse, if any is near."""
        if self._view is None or not self.box.contains(place):
            return None
        x, y = self.to_axes(place)
        wide, high = self.pixel()
        best: tuple[float, int, int] | None = None
        for index, one in enumerate(self._view.curves):
            if np.isnan(one.area):
                continue
            away = np.hypot((one.curve.false_positive_rate - x) / wide, (one.curve.true_positive_rate - y) / high)
            point = int(away.argmin())
            if best is None or away[point] < best[0]:
                best = (float(away[point]), index, point)
        if best is None or best[0] > _NEAR:
            self._mark.setData([], [])
            return None
        return self._read(best[1], best[2])

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go along a curve with Left and Right, to another class with Up and Down."""
        curves = () if self._view is None else self._view.curves
        defined = [index for index, one in enumerate(curves) if not np.isnan(one.area)]
        if not defined:
            return None
        index, point = self._at
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) or index not in defined:
            place = defined.index(index) if index in defined else 0
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
            index, point = defined[(place + step) % len(defined)], 0
        else:
            corners = self._corners(curves[index])
            place = int(np.searchsorted(corners, point))
            place += 1 if key == Qt.Key.Key_Right else -1
            point = int(corners[min(max(place, 0), len(corners) - 1)])
        return self._read(index, point)

    @staticmethod
    def _corners(one: ClassCurve) -> Any:
        """Return the points of a curve at which it turns: between them nothing is to be told apart."""
        turns = (np.diff(one.curve.false_positive_rate, 2) != 0) | (np.diff(one.curve.true_positive_rate, 2) != 0)
        return np.concatenate([[0], np.flatnonzero(turns) + 1, [len(one.curve.thresholds) - 1]])

    def _read(self, index: int, point: int) -> tuple[str, QPointF] | None:
        if self._view is None:
            return None
        self._at = (index, point)
        one = self._view.curves[index]
        x, y = float(one.curve.false_positive_rate[point]), float(one.curve.true_positive_rate[point])
        self._mark.setData([x], [y])
        return one.sentence(point), self.to_pixels(x, y)


class _Legend(QWidget):
    """Names and areas of the curves, in the corner that curves leave free; lets the mouse through."""

    def __init__(self, parent: RocChart) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme = parent.theme
        self._chart = parent
        self.curves: tuple[ClassCurve, ...] = ()

    def show_curves(self, curves: tuple[ClassCurve, ...]) -> None:
        """Name other curves."""
        self.curves = curves
        self.setAccessibleDescription(", ".join(f"{one.name} AUC {one.area_text}" for one in curves))
        self.update()

    def lines(self, height: float) -> list[tuple[ClassCurve | None, str, str]]:
        """Return curve, name and area of each line; the last one counts what there is no room for."""
        most = max(1, int((height - 8) // px(_LINE)))
        shown = self.curves if len(self.curves) <= most else self.curves[: most - 1]
        lines: list[tuple[ClassCurve | None, str, str]] = [(one, one.name, one.area_text) for one in shown]
        if len(shown) < len(self.curves):
            lines.append((None, f"+ {len(self.curves) - len(shown)} more", ""))
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the lines from the bottom right corner up."""
        if not self.curves:
            return
        painter = QPainter(self)
        painter.setFont(font(CAPTION))
        metrics = QFontMetricsF(font(CAPTION))
        box = self._chart.box
        lines = self.lines(box.height())
        names = min(max(metrics.horizontalAdvance(name) for _, name, _ in lines), 110.0, box.width() * 0.4)
        areas = metrics.horizontalAdvance("AUC 0.000")
        width, height = 26.0 + names + 8.0 + areas + 6.0, len(lines) * px(_LINE) + 6.0
        ground = QRectF(box.right() - width - 6.0, box.bottom() - height - 6.0, width, height)
        painter.fillRect(ground, with_alpha(self.theme.panel, 0.8))
        y = ground.top() + 3.0
        for one, name, area in lines:
            if one is not None:
                painter.setPen(QPen(QColor(class_colour(self.theme, one.index)), 2.0))
                painter.drawLine(
                    QPointF(ground.left() + 6, y + px(_LINE) / 2), QPointF(ground.left() + 18, y + px(_LINE) / 2)
                )
            painter.setPen(QColor(self.theme.ink_2))
            place = QRectF(ground.left() + 24, y, names + 2, px(_LINE))
            text = elided(painter.fontMetrics(), name, round(names + 2))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(QColor(self.theme.ink))
            right = QRectF(ground.right() - 6 - areas, y, areas, px(_LINE))
            shown = f"AUC {area}" if one is not None else ""
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
            y += px(_LINE)
        painter.end()
