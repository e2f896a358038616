"""The curves of a run: loss, metric, learning rate or penalty over epochs, steps or seconds, zoomed and read off."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.run.history import HistoryView
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.plots.base import CURVES_PER_SECOND, TEXTS_PER_SECOND, SnapshotPlot, Throttle
from nnviz.ui.plots.curve_chart import CurveChart, Wanted
from nnviz.ui.plots.curve_pointer import CurvePointer
from nnviz.ui.plots.curve_runs import PastRuns, run_colour
from nnviz.ui.plots.curve_series import ALL_SERIES, X_AXES, loss_text
from nnviz.ui.plots.loss_curve import LossScale, axis_bound
from nnviz.ui.theme import Theme


class LossPlot(SnapshotPlot):
    """A run's curves; empty axes until there is an epoch.

    The person may zoom and pan: the vertical axis fits what is seen unless a box was framed, and a double click goes
    back to all epochs, growing with them.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.series, self.x_axis = ALL_SERIES["loss"], X_AXES["epoch"]
        self.metric_name = "Accuracy"
        self.runs = PastRuns()
        self.compares = False
        self.smoothing = 0.0
        self._loss_label = "loss"
        self._log = False
        self._bound = axis_bound(0, self.x_axis.shortest[0])
        self._follows = True
        self._window: tuple[float, float] | None = None
        self._drawn: tuple[object, ...] | None = None
        self._best_text = ("", "")
        self._texts = Throttle(TEXTS_PER_SECOND)
        self._throttle = Throttle(CURVES_PER_SECOND)
        self.crowded = False  # other pictures are painted in the same frame: the curves wait a little for another
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chart = CurveChart(theme, self)
        self.canvas, self.view = self.chart.canvas, self.chart.view
        self.pointer = CurvePointer(self, self.chart)
        self._colour(self.devicePixelRatioF())
        self.view.sigResized.connect(self._on_resized)
        self.view.sigRangeChangedManually.connect(self._on_moved)
        self.view.box_drawn.connect(self._on_box)
        self.canvas.scene().sigMouseClicked.connect(lambda event: self.show_all() if event.double() else None)
        self.refresh()

    def _colour(self, ratio: float) -> None:
        self.chart.set_theme(self.theme, ratio, faint=self.smoothing > 0)
        self._name()

    def _name(self) -> None:
        label = self._loss_label if self.series.key == "loss" else self.title
        short = "loss" if self.series.key == "loss" else ""
        self.chart.axes.name(label[0].lower() + label[1:] if label != "R²" else label, self.x_axis.label, short)
        self.setAccessibleName(f"{self.title} over {self.x_axis.label}")

    @contextmanager
    def drawn_at(self, ratio: float) -> Iterator[None]:
        """Draw with pens for another device pixel ratio meanwhile, for a picture."""
        self._colour(ratio)
        try:
            yield
        finally:
            self._colour(self.devicePixelRatioF())

    # What is shown

    @property
    def title(self) -> str:
        """What is drawn."""
        return self.metric_name if self.series.key == "metric" else self.series.title

    @property
    def is_log(self) -> bool:
        """Whether a logarithmic axis is asked for."""
        return self._log

    @property
    def scale(self) -> LossScale:
        """The vertical axis in use; linear while no value is above 0, whatever is asked for."""
        return self.chart.scale

    @property
    def epochs(self) -> float:
        """The right end of the horizontal axis when all is seen."""
        return self._bound

    @property
    def history(self) -> HistoryView | None:
        """What there is to draw; None without an epoch."""
        if self.snapshot is None or len(self.snapshot.history) == 0:
            return None
        return self.snapshot.history

    @property
    def has_validation(self) -> bool:
        """Whether there are validation rows, as far as is known."""
        history = self.history
        return history is None or not np.isnan(history.validation_loss[-1])

    def legend(self) -> list[tuple[str, str]]:
        """Return name and colour of every curve that is drawn."""
        names = [("train", self.theme.ink_2), ("validation", self.theme.validation)]
        if len(self.series.names) == 1:
            names = [(self.title.lower(), self.theme.ink_2)]
        elif not self.has_validation:
            names = names[:1]
        runs = [(run.label, run_colour(self.theme, run.number)) for run in self.runs] if self.compares else []
        return names + runs

    def set_log(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Ask for a logarithmic or a linear axis."""
        if on != self._log:
            self._log, self._window = on, None
            self.refresh_now()

    def set_loss(self, label: str) -> None:
        """Name the loss on its axis."""
        self._loss_label = label
        self._name()

    def set_metric(self, name: str) -> None:
        """Name the metric: "Accuracy", written in per cent, or "R²"."""
        self.metric_name = name
        self._name()

    def choose(self, *, series: str | None = None, x_axis: str | None = None) -> None:
        """Draw another series, or over another horizontal axis."""
        if x_axis is not None and x_axis != self.x_axis.key:
            self.x_axis, self._follows = X_AXES[x_axis], True
        self.series = self.series if series is None else ALL_SERIES[series]
        self._window = None
        self._name()
        self._again()

    def set_smoothing(self, weight: float) -> None:
        """Draw a smoothed curve over the faint raw one; 0 draws the raw one alone."""
        self.smoothing = weight
        self._colour(self.devicePixelRatioF())
        self._again()

    def set_compare(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Draw the curves of earlier runs too, or not."""
        self.compares = on
        self._again()

    def _again(self) -> None:
        self._drawn, self._best_text = None, ("", "")
        self.refresh_now()

    def draw(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot; a run that has been left for it is remembered."""
        last = self.snapshot
        if last is None or last.lineage != snapshot.lineage:
            self.runs.keep(last)
            self.runs.forget(snapshot.lineage)  # of one that was gone back into
        self.snapshot = snapshot
        self._waiting = True
        self.tick()

    def tick(self) -> None:
        """Make the picture if it is due (once a frame)."""
        if self._waiting and self.isVisible() and self._throttle.take(crowded=self.crowded):
            self.refresh_now()

    def clear(self) -> None:
        """Remember the run and go back to empty axes."""
        self.runs.keep(self.snapshot)
        self.snapshot, self._window, self._follows = None, None, True
        self._again()

    def forget(self) -> None:
        """Forget every run: they were of other data."""
        self.snapshot = None
        self.runs.clear()
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.theme = theme
        self._colour(self.devicePixelRatioF())
        self.pointer.readout.theme = theme
        self._drawn = None
        super().set_theme(theme)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, 146)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size with readable ticks."""
        return QSize(200, 96)

    def box(self) -> QRect:
        """Return the place of the curves in the widget's logical pixels."""
        rect: QRectF = self.chart.box()
        return rect.toRect()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let the plot fill the widget."""
        super().resizeEvent(event)
        self.canvas.resize(self.size())
        self.pointer.readout.resize(self.size())

    # Zooming

    def show_all(self) -> None:
        """Show all epochs again, and those to come."""
        if not self._follows or self._window is not None:
            self._follows, self._window = True, None
            self.refresh_now()

    def zoom(self, factor: float, at: float) -> None:
        """Show ``factor`` times as much of the horizontal axis, keeping a place on it where it is."""
        if self.history is not None:
            self.view.scaleBy(x=factor, center=(at, 0.0))
            self._on_moved()

    def _on_resized(self) -> None:
        self.chart.axes.on_resized()
        self.refresh_now()

    def _on_moved(self) -> None:
        (left, right), (bottom, top) = self.view.viewRange()
        self._follows = right - left >= self._bound * (1 - 1e-6)
        if self._window is not None:
            grown = top - bottom > (self._window[1] - self._window[0]) * (1 + 1e-9)
            self._window = None if self._follows and grown else (bottom, top)
        self.refresh_now()

    def _on_box(self, framed: QRectF, with_height: bool) -> None:  # noqa: FBT001 - a signal's argument
        left, right = max(0.0, framed.left()), min(self._bound, framed.right())
        if right - left < self.x_axis.shortest[1]:
            return
        self._follows = False
        self.view.setXRange(left, right, padding=0.0)
        # Of a rectangle whose y axis points up, top is the smaller number.
        self._window = (framed.top(), framed.bottom()) if with_height else None
        self._again()

    # Making the picture

    def refresh(self) -> None:
        """Draw the history anew unless it is drawn already; the cost does not grow with the epochs."""
        history = self.history
        if history is None:
            self._drawn, self._best_text = None, ("", "")
            self._bound = axis_bound(0, self.x_axis.shortest[0])
            self.chart.clear(self._bound)
            self.pointer.follow()
            return
        runs = tuple(self.runs) if self.compares else ()
        newest = max(float(self.x_axis.values(one)[-1]) for one in (history, *(run.history for run in runs)))
        self._bound = axis_bound(newest, self.x_axis.shortest[0])
        start, stop = (0.0, self._bound) if self._follows else self.view.viewRange()[0]
        ratio = self.devicePixelRatioF()
        # The state too: the best epoch's text, which is throttled while training, must be the last word of a pause.
        state = None if self.snapshot is None else self.snapshot.state
        seen = (len(history), history.last, history.markers, state, self._earlier)
        drawn = (*seen, self._log, start, stop, self._window, self.box(), ratio)
        if drawn == self._drawn:
            return
        if self.chart.ratio != ratio:
            self._colour(ratio)
        self._drawn = drawn
        across = (start, stop, self._window, self._bound)
        self._show(Wanted(history, runs, self.series, self.x_axis, self._log, *across, self.smoothing))
        self.pointer.follow()

    @property
    def _earlier(self) -> int | None:
        return None if self.snapshot is None or self.snapshot.rail.newest is None else self.snapshot.step

    def _show(self, wanted: Wanted) -> None:
        self.chart.show(wanted)
        self.chart.show_moment(wanted, self._earlier)
        self.chart.show_best(wanted, self._say_best(wanted.history))

    def _say_best(self, history: HistoryView) -> tuple[str, str]:
        best = history.best_validation_loss
        if history.best_epoch < 0 or not np.isfinite(best):
            return "", ""
        # A paused run sends no more snapshots: what it says last must stand.
        still = self.snapshot is not None and self.snapshot.state is not RunState.RUNNING
        if still or self._texts.take() or not self._best_text[0]:
            self._best_text = (f"best {history.best_epoch:,}", loss_text(best) if self.series.key == "loss" else "")
        return self._best_text
