"""The rows that the network gets wrong: asked about four times a second at most, and ringed on the map."""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap

from nnviz.app.judgement import Judgement, judge
from nnviz.run.grids import PointsProbe
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.decision_legend import LegendItem
from nnviz.ui.plots.decision_points import COMPONENT_FADE_NOTE, FADE_NOTE, PointsLayer
from nnviz.ui.theme import Theme

INTERVAL: Final = 0.25
_SHARE: Final = 25  # an answer may take a 25th of the trainer's time


class ErrorLayer:
    """Asks for the answers of the rows that are shown, and rings those that are wrong."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._probe: PointsProbe | None = None
        self._points: PointsLayer | None = None
        self._due = float("-inf")
        self._interval = INTERVAL
        self._rings: QPixmap | None = None
        self.judgement: Judgement | None = None

    def forget(self) -> None:
        """Another plane or other rows are shown."""
        self._probe, self._points, self._rings, self.judgement = None, None, None, None
        self._due = float("-inf")

    def repaint(self) -> None:
        """Paint the rings anew: the points lie elsewhere, or look otherwise."""
        self._rings = None

    def wanted(self, points: PointsLayer, *, live: bool) -> PointsProbe | None:
        """Return what to ask now: while training only as often as the answers are cheap; None for not yet."""
        now = self._clock()
        if (live and now < self._due) or not len(points.rows):
            return None
        self._due = now + self._interval
        if self._probe is None or self._points is not points:
            inputs: NDArray[np.float32] = points.dataset.X[points.rows].astype(np.float32)
            inputs.setflags(write=False)
            self._probe, self._points = PointsProbe(inputs), points
        return self._probe

    def judge(self, snapshot: Snapshot) -> bool:
        """Take the answers of a snapshot; return whether they are to this layer's question."""
        answers, points = snapshot.rows, self._points
        if answers is None or points is None or answers.probe is not self._probe:
            return False
        self._interval = max(INTERVAL, _SHARE * answers.seconds)
        self.judgement = judge(points.dataset, points.rows, answers.outputs, snapshot.config.loss)
        self._rings = None
        return True

    def legend_item(self, points: PointsLayer) -> LegendItem:
        """Return what the legend says of the rings."""
        if points.dataset.task == "regression":
            return LegendItem("error", "worst 5 %")
        count = len(points.rows)
        wrong = "–" if self.judgement is None else f"{self.judgement.n_wrong:,}"
        return LegendItem("error", f"{wrong} of {count:,} wrong", widest=f"{count:,} of {count:,} wrong")

    def paint(self, painter: QPainter, points: PointsLayer, theme: Theme, square: QRect, ratio: float) -> None:
        """Copy the rings onto the square."""
        found = self.judgement
        if found is None or self._points is not points or not found.n_wrong:
            return
        if current() is not None:
            points.paint_rings_on(painter, theme, square, found.wrong)
            return
        if self._rings is None:
            self._rings = points.paint_rings(theme, square, ratio, found.wrong)
        painter.drawPixmap(QPoint(square.x(), square.y()), self._rings)


def point_items(points: PointsLayer, errors: ErrorLayer) -> list[LegendItem]:
    """Return what the legend says below the classes: rings, hatching, faint points, curve and band, a sample."""
    view, items = points.view, []
    if points.plane.kind == "curve":
        items.append(LegendItem("line", "prediction"))
        band = errors.judgement.band_part if errors.judgement is not None else ""
        widest = "5–95 % of validation residuals"
        items.append(LegendItem("band", f"5–95 % of {band or 'the'} residuals", widest=widest))
    items.append(errors.legend_item(points))
    if view.x.trained is not None or view.y.trained is not None:
        items.append(LegendItem("beyond", "beyond training"))
    if points.fades:
        items.append(LegendItem("faint", COMPONENT_FADE_NOTE if points.plane.kind == "components" else FADE_NOTE))
    if note := points.note():
        items.append(LegendItem("note", note))
    return items
