"""Earlier runs on the same data: remembered in bounded memory, drawn faintly, and named in a legend."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.app.run_numbers import A_RUN, RunNumbers
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.run.history import HistoryView, thinned
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.curve_series import loss_text
from nnviz.ui.plots.loss_items import CurveItems
from nnviz.ui.theme import CAPTION, Theme, font, with_alpha
from nnviz.ui.type_scale import hold, px

MOST_RUNS = 5
MOST_ENTRIES = 1_024
# Tokens of the palette that mean neither a sign nor validation: pink, sky, rust, grey, yellow.
_COLOURS = (4, 5, 6, 7, 3)
OPACITY, _WIDTH = 0.9, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PastRun:
    """A run that has ended or was reset.

    Attributes
    ----------
    number, lineage
        Counted from 1 since the data set was opened; what its moments are known by.
    text
        What was trained and how, and how well.
    history
        At most ``MOST_ENTRIES`` entries of it.
    """

    number: int
    lineage: tuple[int, int]
    text: str
    history: HistoryView

    @property
    def label(self) -> str:
        """Its name in the legend."""
        return f"run {self.number}"


class PastRuns:
    """The last few runs; older ones are let go."""

    def __init__(self) -> None:
        self._runs: deque[PastRun] = deque(maxlen=MOST_RUNS)
        self.numbers = RunNumbers()

    def __iter__(self) -> Any:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    def keep(self, snapshot: Snapshot | None) -> None:
        """Remember a run by its newest snapshot, if there is one, unless it has not made an epoch."""
        if snapshot is None or len(history := snapshot.history) < A_RUN:
            return
        self.forget(snapshot.lineage)
        self.numbers.see(snapshot)
        number = self.numbers.of(snapshot.lineage)
        sizes = "\N{EN DASH}".join(str(size) for size in snapshot.config.sizes)
        training, best = snapshot.rail.settings or snapshot.training, loss_text(history.best_validation_loss)
        parts = [
            f"Run {number}: {sizes}, {OPTIMIZERS[training.optimizer].label}",
            f"learning rate {training.learning_rate:.3g}, batch {training.batch_size}",
            f"{int(history.epoch[-1]):,} epochs, best {best} at epoch {history.best_epoch:,}",
        ]
        self._runs.append(PastRun(number, snapshot.lineage, "\n".join(parts), thinned(history, MOST_ENTRIES)))

    def forget(self, lineage: tuple[int, int]) -> None:
        """Remember a run no longer: it is the present one again, or the person wants it gone."""
        for run in [run for run in self._runs if run.lineage == lineage]:
            self._runs.remove(run)

    def clear(self) -> None:
        """Forget them all and count from 1 again."""
        self._runs.clear()
        self.numbers.clear()


def run_colour(theme: Theme, number: int) -> str:
    """Return the colour of a run; five in a row differ."""
    return theme.classes[_COLOURS[(number - 1) % MOST_RUNS]]


class RunItems:
    """A faint curve for each remembered run."""

    def __init__(self, view: Any) -> None:
        self._items = [CurveItems(view, _WIDTH) for _ in range(MOST_RUNS)]
        self._taken: dict[int, CurveItems] = {}  # by the number of the run
        self._look: tuple[Theme, float] | None = None
        for item in self._items:
            item.raise_to(-1.5)

    def set_theme(self, theme: Theme, ratio: float) -> None:
        """Take another theme's colours."""
        self._look = theme, ratio
        for number, item in self._taken.items():
            item.set_colour(with_alpha(run_colour(theme, number), OPACITY), ratio)

    def of(self, run: PastRun) -> CurveItems:
        """Return the curve in the run's colour; runs may share a colour, but no curve."""
        item = self._taken.get(run.number)
        if item is None:
            item = self._taken[run.number] = self._items[len(self._taken)]
            if self._look is not None:
                theme, ratio = self._look
                item.set_colour(with_alpha(run_colour(theme, run.number), OPACITY), ratio)
        return item

    def clear(self) -> None:
        """Draw none."""
        self._taken.clear()
        for item in self._items:
            item.clear()


class RunLegend(QWidget):
    """One line that names the curves of earlier runs; the pointer over a name is told what the run was."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: tuple[PastRun, ...] = ()
        hold(self, height=20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Earlier runs")

    @property
    def runs(self) -> tuple[PastRun, ...]:
        """The runs that are named."""
        return self._runs

    def set_runs(self, runs: tuple[PastRun, ...]) -> None:
        """Name runs."""
        self._runs = runs
        self.setAccessibleDescription("; ".join(run.text.replace("\n", ", ") for run in runs))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of a line."""
        return QSize(300, px(20))

    def _places(self) -> list[tuple[PastRun, QRectF]]:
        metrics = QFontMetricsF(font(CAPTION))
        places, x = [], 16.0
        for run in self._runs:
            width = 17.0 + metrics.horizontalAdvance(run.label)
            places.append((run, QRectF(x, 0.0, width, self.height())))
            x += width + 10.0
        return places

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint a stroke and a name for each run."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        for run, place in self._places():
            y = place.center().y()
            painter.setPen(QPen(QColor(run_colour(self._theme, run.number)), 2.0))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.left() + 12.0, y))
            painter.setPen(QColor(self._theme.ink_2))
            painter.drawText(place.adjusted(17.0, 0, 4.0, 0), Qt.AlignmentFlag.AlignVCenter, run.label)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell what the run under the pointer was."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            text = next((run.text for run, place in self._places() if place.contains(QPointF(event.pos()))), "")
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
