"""Predictions of a number: against the truth with the line of no error, and their errors with how these are spread."""

from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnviz.app.errors_view import ErrorsView
from nnviz.ui.plots.xy_chart import Range, XYChart
from nnviz.ui.theme import Theme, with_alpha

_NEAR = 9.0
_MARGIN = 0.04
_SPREAD = 0.22  # of the width, for the bars of the errors' spread

What = Literal["predicted", "errors"]


class ResidualChart(XYChart):
    """Draws an :class:`ErrorsView`, one of two ways.

    Parameters
    ----------
    what
        "predicted": predicted over true. "errors": prediction minus target over predicted, their spread at the right.

    Signals
    -------
    row_chosen(int)
        The row of ``dataset.X`` whose point was clicked, or walked to.
    """

    row_chosen = Signal(int)

    def __init__(self, theme: Theme, what: What, parent: QWidget | None = None) -> None:
        names = ("true", "predicted") if what == "predicted" else ("predicted", "predicted − true")
        super().__init__(theme, *names, parent)
        self.what = what
        self.setAccessibleName("Predicted against true" if what == "predicted" else "Errors against predicted")
        self._shown: ErrorsView | None = None
        self._row: int | None = None
        self._no_error: Any = pg.PlotCurveItem(antialias=True)
        self._bars: Any = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[], pen=pg.mkPen(None))
        self._dots: Any = pg.ScatterPlotItem(size=5, antialias=True)
        self._ring: Any = pg.ScatterPlotItem(size=11, antialias=True, useCache=False)
        for item in (self._bars, self._no_error, self._dots, self._ring):
            self.view.addItem(item, ignoreBounds=True)
        self._no_error.setZValue(1)
        self._ring.setZValue(2)
        self._ring.setBrush(pg.mkBrush(None))
        self.clicked.connect(self._on_clicked)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        ratio = self.devicePixelRatioF()
        self._no_error.setPen(pg.mkPen(theme.validation, width=1.2 * ratio))
        self._bars.setOpts(brush=pg.mkBrush(with_alpha(theme.ink_3, 0.45)))
        self._dots.setPen(pg.mkPen(None))
        self._dots.setBrush(pg.mkBrush(with_alpha(theme.ink_2, 0.75)))
        self._ring.setPen(pg.mkPen(theme.ink, width=2.0))

    @property
    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where the points are on the axes, (n,) each."""
        view = self._shown
        if view is None:
            return np.empty(0), np.empty(0)
        return (view.truth, view.predicted) if self.what == "predicted" else (view.predicted, view.errors)

    def show_view(self, view: ErrorsView | None) -> None:
        """Draw other predictions, or none."""
        self._shown = view
        self._dots.setData(*self.points)
        if view is None:
            self._no_error.setData([], [])
            self._bars.setOpts(x0=[], x1=[], y0=[], y1=[])
        elif self.what == "predicted":
            both = _wider(view.value_range)
            self.set_names(f"true {view.name}", "predicted")
            self.show_range(both, both)
            self._no_error.setData(list(both), list(both))
        else:
            self._show_errors(view)
        self._show_ring()

    def _show_errors(self, view: ErrorsView) -> None:
        low, high = _wider(view.value_range)
        right = high + (high - low) * _SPREAD
        self.set_names(f"predicted {view.name}", "predicted − true")
        self.show_range((low, right), _wider(view.error_range))
        self._no_error.setData([low, right], [0.0, 0.0])
        lengths = view.counts / max(1, int(view.counts.max())) * (right - high) * 0.92
        self._bars.setOpts(x0=right - lengths, x1=np.full(len(lengths), right), y0=view.edges[:-1], y1=view.edges[1:])

    def set_row(self, row: int | None) -> None:
        """Ring a row of ``dataset.X``, if it is drawn."""
        self._row = row
        self._show_ring()

    def _show_ring(self) -> None:
        place = self._place_of(self._row)
        x, y = self.points
        self._ring.setData([] if place is None else [x[place]], [] if place is None else [y[place]])

    def _place_of(self, row: int | None) -> int | None:
        if self._shown is None or row is None:
            return None
        places = np.flatnonzero(self._shown.rows == row)
        return int(places[0]) if len(places) else None

    # Reading off

    def _nearest(self, x: float, y: float) -> int | None:
        at_x, at_y = self.points
        if not len(at_x):
            return None
        wide, high = self.pixel()
        away = np.hypot((at_x - x) / wide, (at_y - y) / high)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= _NEAR else None

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return the row whose point is nearest to the mouse, if any is near; else the bar it is on."""
        if not self.box.contains(place) or self._shown is None:
            return None
        x, y = self.to_axes(place)
        nearest = self._nearest(x, y)
        return None if nearest is None else self._read(nearest)

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Choose the next row from left to right, or the one before."""
        x, _ = self.points
        if self._shown is None or not len(x):
            return None
        order = np.argsort(x, kind="stable")
        place = self._place_of(self._row)
        step = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
        rank = -1 if place is None else int(np.flatnonzero(order == place)[0])
        chosen = int(order[min(max(rank + step, 0), len(order) - 1)])
        self._row = int(self._shown.rows[chosen])
        self._show_ring()
        self.row_chosen.emit(self._row)
        return self._read(chosen)

    def _read(self, point: int) -> tuple[str, QPointF] | None:
        if self._shown is None:
            return None
        x, y = self.points
        return self._shown.sentence(point), self.to_pixels(float(x[point]), float(y[point]))

    def _on_clicked(self, x: float, y: float) -> None:
        nearest = self._nearest(x, y)
        if nearest is not None and self._shown is not None:
            self.row_chosen.emit(int(self._shown.rows[nearest]))


def _wider(ends: Range) -> Range:
    low, high = ends
    margin = (high - low) * _MARGIN
    return low - margin, high + margin
