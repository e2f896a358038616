"""The picture of the curves: reduces a history to pixel columns and hands strokes, bars, markers and ticks over."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nnviz.run.history import HistoryView
from nnviz.ui.plots.best_marker import BestMarker, Line
from nnviz.ui.plots.curve_axes import LEFT_INSET, RIGHT, TOP, CurveAxes
from nnviz.ui.plots.curve_markers import MarkerItems, grouped
from nnviz.ui.plots.curve_options import HINT
from nnviz.ui.plots.curve_runs import PastRun, RunItems
from nnviz.ui.plots.curve_series import Series, XAxis, entry_of_epoch
from nnviz.ui.plots.curve_smoothing import few_entries, smoothed
from nnviz.ui.plots.curve_view import CurveView
from nnviz.ui.plots.loss_curve import LossScale, Reduced, reduced, strokes
from nnviz.ui.plots.loss_items import CurveItems
from nnviz.ui.theme import Theme, with_alpha

_TRAIN_WIDTH, _VALIDATION_WIDTH = 1.4, 1.6
# Device pixels of antialiased stroke per curve: with both about 1.5 ms; and of a faint one.
_MOST_STROKE, _MOST_FAINT = 2200.0, 700.0
_FAINT = 0.38
EMPTY_SCALE = LossScale(0.0, 1.0, log=False)


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is to be drawn.

    Attributes
    ----------
    history, runs
        Of this run, not empty; and earlier ones to draw faintly.
    series, x_axis, log
        What over what, and whether the vertical axis is to be logarithmic.
    start, stop
        Ends of the horizontal axis.
    window
        Ends of the vertical axis in its own units if the person chose them; else it fits what is seen.
    bound
        How far the horizontal axis may go.
    smoothing
        Weight of the smoothed curve; 0 for none.
    """

    history: HistoryView
    runs: tuple[PastRun, ...]
    series: Series
    x_axis: XAxis
    log: bool
    start: float
    stop: float
    window: tuple[float, float] | None
    bound: float
    smoothing: float


class CurveChart:
    """The plot widget and everything that lies in it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        self.view = CurveView()
        self.canvas: Any = pg.PlotWidget(parent, background=theme.panel, viewBox=self.view)
        for part in (self.canvas, self.canvas.viewport()):  # the plot around it has the focus and the name
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot: Any = self.canvas.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False, None)
        plot.layout.setContentsMargins(LEFT_INSET, TOP, RIGHT, 0)
        self.axes = CurveAxes(plot, self.view, HINT)
        self.view.disableAutoRange()
        self.scale = EMPTY_SCALE
        self.ratio = 1.0
        widths = (_TRAIN_WIDTH, _VALIDATION_WIDTH)
        self._past = RunItems(self.view)
        self._past_key: tuple[object, ...] = ()
        self._past_reduced: list[Reduced] = []
        self._past_drawn: tuple[object, ...] | None = None
        self._raw = [CurveItems(self.view, width) for width in widths]
        self._smooth = [CurveItems(self.view, width) for width in widths]
        for item in self._smooth:
            item.raise_to(1.0)
        self.markers = MarkerItems(self.view)
        self._best = BestMarker(self.view)
        self.moment: Any = pg.InfiniteLine(angle=90)
        self.moment.setZValue(2)
        self.view.addItem(self.moment, ignoreBounds=True)
        self.moment.hide()
        self._lines: list[Line] = []  # of this run, as they are drawn

    def set_theme(self, theme: Theme, ratio: float, *, faint: bool) -> None:
        """Take a theme's colours and pens for a device pixel ratio; ``faint`` when a smoothed curve lies over."""
        self.ratio = ratio
        self.canvas.setBackground(theme.panel)
        self.axes.set_theme(theme)
        self.view.set_theme(theme)
        for raw, smooth, colour in zip(self._raw, self._smooth, (theme.ink_2, theme.validation), strict=True):
            raw.set_colour(with_alpha(colour, _FAINT if faint else 1.0), ratio * theme.line_width)
            smooth.set_colour(colour, ratio * theme.line_width)
        self._past.set_theme(theme, ratio)
        self.markers.set_theme(theme)
        self._best.set_theme(theme)
        self.moment.setPen(pg.mkPen(theme.ink, width=2))

    def box(self) -> Any:
        """Return the place of the curves in the widget's logical pixels."""
        return self.view.sceneBoundingRect()

    def pixel(self) -> tuple[float, float]:
        """Return width and height of a logical pixel in the axes' units."""
        (left, right), (bottom, top) = self.view.viewRange()
        box = self.box()
        return (right - left) / max(8, box.width()), (top - bottom) / max(8, box.height())

    def clear(self, bound: float) -> None:
        """Show empty axes."""
        self.scale = EMPTY_SCALE
        self._set_ranges(0.0, bound, bound, bound)
        self.axes.clear()
        for item in (*self._raw, *self._smooth):
            item.clear()
        self._past.clear()
        self._past_drawn = None
        self.markers.clear()
        self._best.hide()
        self.moment.hide()
        self.view.setMouseEnabled(x=False, y=False)

    def show(self, wanted: Wanted) -> None:
        """Draw; the cost is bounded by the picture's width, not by the run's length."""
        box = self.box().toRect()
        edges = np.linspace(wanted.start, wanted.stop, max(8, box.width()) + 1)
        curves = [_reduced(wanted.history, name, wanted.x_axis, edges) for name in wanted.series.names]
        past = self._past_curves(wanted, edges)
        self.scale = _cut(wanted.series.scale([*curves, *past], log=wanted.log), wanted.window)
        self._set_ranges(wanted.start, wanted.stop, wanted.bound, wanted.x_axis.shortest[1])
        self.axes.set_ticks(wanted.start, wanted.stop, self.scale, wanted.x_axis)
        self.view.setMouseEnabled(x=True, y=wanted.window is not None)
        self._lines = [(curve.epochs, self.scale.places(curve.losses)) for curve in curves]
        for item in (*self._raw[len(curves) :], *self._smooth[len(curves) :]):
            item.clear()
        for item, curve in zip(self._raw, curves, strict=False):
            self._stroke(item, curve, _MOST_FAINT if wanted.smoothing else _MOST_STROKE)
        self._show_smooth(wanted, edges)
        self._show_past(wanted, past)
        markers = grouped(wanted.history.markers, wanted.x_axis, wanted.start, wanted.stop, box.width())
        self.markers.show(markers)

    def _past_curves(self, wanted: Wanted, edges: Any) -> list[Reduced]:
        """Return a curve for each earlier run; they do not change, so they are reduced anew only for another view."""
        key = (wanted.runs, wanted.series.key, wanted.x_axis.key, wanted.start, wanted.stop, len(edges))
        if key != self._past_key:
            # One curve is enough: the one that counts.
            self._past_reduced = [
                _reduced(run.history, _judge(run, wanted.series), wanted.x_axis, edges) for run in wanted.runs
            ]
            self._past_key = key
        return self._past_reduced

    def _show_past(self, wanted: Wanted, curves: list[Reduced]) -> None:
        drawn = (self._past_key, self.scale, self.box().height(), self.ratio)
        if drawn == self._past_drawn:
            return
        self._past_drawn = drawn
        self._past.clear()
        for run, curve in zip(wanted.runs, curves, strict=True):
            self._stroke(self._past.of(run), curve, _MOST_FAINT)

    def _show_smooth(self, wanted: Wanted, edges: Any) -> None:
        if not wanted.smoothing:
            for item in self._smooth:
                item.clear()
            return
        places = wanted.x_axis.values(wanted.history)
        for item, name in zip(self._smooth, wanted.series.names, strict=False):
            few, values = few_entries(places, wanted.history.band(name)[0])
            smooth = smoothed(values, wanted.smoothing)
            self._stroke(item, reduced(few, smooth, smooth, smooth, edges), _MOST_STROKE)

    def _stroke(self, item: CurveItems, curve: Reduced, most: float) -> None:
        item.show(strokes(curve.epochs, self.scale.places(curve.losses), self.pixel(), most / self.ratio))

    def _set_ranges(self, start: float, stop: float, bound: float, shortest: float) -> None:
        """Set both axes; pyqtgraph would repaint them for the same range too, so only changes are handed on."""
        self.view.setLimits(xMin=0.0, xMax=bound, minXRange=shortest)
        bottom, top = self.scale.ends
        if self.view.viewRange() != [[start, stop], [bottom, top]]:
            self.view.setRange(xRange=(start, stop), yRange=(bottom, top), padding=0.0)

    def show_moment(self, wanted: Wanted, step: int | None) -> None:
        """Draw a line at the earlier moment that is shown, given by its updates; None for the newest."""
        self.moment.setVisible(step is not None)
        if step is not None:
            history = wanted.history
            self.moment.setPos(float(np.interp(step, history.step, wanted.x_axis.values(history))))

    def show_best(self, wanted: Wanted, texts: tuple[str, str]) -> None:
        """Mark the best epoch with a line; its loss with a diamond too. Texts are empty when there is no best."""
        history = wanted.history
        if not texts[0]:
            self._best.hide()
            return
        if wanted.x_axis.key == "epoch":
            x = float(history.best_epoch)
        else:
            x = float(wanted.x_axis.values(history)[entry_of_epoch(history, history.best_epoch)])
        place = None
        if wanted.series.key == "loss":
            place = float(self.scale.places(np.array([history.best_validation_loss]))[0])
        self._best.show(x, place, texts, self._lines, falls=wanted.series.key == "loss")


def _reduced(history: HistoryView, name: str, x_axis: XAxis, edges: Any) -> Reduced:
    return reduced(x_axis.values(history), *history.band(name), edges)


def _judge(run: PastRun, series: Series) -> str:
    validated = np.isfinite(run.history.validation_loss).any()
    return series.names[-1] if validated else series.names[0]


def _cut(scale: LossScale, window: tuple[float, float] | None) -> LossScale:
    """Return the axis between two ends in its own units; the whole of it for None."""
    if window is None:
        return scale
    low, high = (10.0 ** np.clip(window, -290, 290)).tolist() if scale.log else window
    return LossScale(low, high, log=scale.log, cut=True)
