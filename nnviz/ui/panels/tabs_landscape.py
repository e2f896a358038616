"""The tab of the loss landscape: what to slice, progress, the chart with its legend, when it was made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nnviz.app.jobs import Progress
from nnviz.app.landscape_view import Landscape, LossKind
from nnviz.app.tab_feed import Material
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.errors import UserError
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.landscape_controls import LandscapeControls
from nnviz.ui.panels.tabs_page import INSET, Caption, TabPage
from nnviz.ui.plots.base import Throttle
from nnviz.ui.plots.landscape import LandscapeChart
from nnviz.ui.plots.landscape_legend import WIDTH, LandscapeLegend
from nnviz.ui.plots.landscape_surface import Surfaces
from nnviz.ui.plots.landscape_words import LOSS_NAMES, age_text, rows_text
from nnviz.ui.plots.ticks import number_text
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_MOST_LIVE: Final = 200_000  # parameters up to which the present weights are followed on the plane
_RETRIES_PER_SECOND: Final = 0.5
_BESIDE: Final = 320  # pixels of width from which on the legend stands beside the chart
_TALL: Final = 1.15  # height over width of the page from which on the legend stands below
_WORKING: Final = "Working out the landscape …"


class LandscapePage(TabPage):
    """Says by ``controls.choice`` and ``wanted`` what is to be made; its owner hands it to :meth:`show_made`.

    Signals
    -------
    cancel_wanted
        The person called the work off, or the page is seen no more.

    Attributes
    ----------
    wanted
        Whether another landscape is to be made.
    """

    cancel_wanted = Signal()
    title = "Loss landscape"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wanted = False
        self._busy = False
        self._landscape: Landscape | None = None
        self._surfaces: Surfaces = {}
        self._refused_at: tuple[int, ...] | None = None  # the moment of it, () before any is known
        self._retries = Throttle(_RETRIES_PER_SECOND)
        self._now: Snapshot | None = None
        self.controls = LandscapeControls()
        self.controls.choice_changed.connect(self._on_choice)
        self.controls.loss_changed.connect(self._show)
        self.button = QPushButton("Again")
        self.button.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
        hold(self.button, most_height=22)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._on_button)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(3)
        self.progress.setAccessibleName("Progress of the loss landscape")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.chart, self.legend = LandscapeChart(theme), LandscapeLegend(theme)
        self.reason = QLabel()
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setProperty("role", "secondary")
        self.reason.setWordWrap(True)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reason.setContentsMargins(INSET, 0, INSET, 0)
        self.summary = Caption()
        self._build()
        self._arrange(QSize(360, 160))

    def _build(self) -> None:
        self.add_head(self.controls, None, self.button)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setContentsMargins(0, 0, 8, 0)
        self._box.setSpacing(2)
        self._box.addWidget(self.chart, 1)
        self._box.addWidget(self.legend)
        self._body = QWidget()
        self._body.setProperty("surface", "none")
        self._body.setLayout(self._box)
        inside = QVBoxLayout()
        inside.setContentsMargins(INSET, 0, INSET, 0)
        inside.addWidget(self.progress)
        self.column.addLayout(inside)
        self.column.addWidget(self._body, 1)
        self.column.addWidget(self.reason, 1)
        self.column.addWidget(self.summary)
        self._set_busy(busy=False)
        self._show_reason("")

    # What is shown

    @property
    def landscape(self) -> Landscape | None:
        """What is shown, or None."""
        return self._landscape

    @property
    def kind_of_loss(self) -> LossKind:
        """Which loss is shown: the chosen one where there is such a one, else that of the training rows."""
        chosen = self.controls.loss_kind
        return chosen if self._landscape is None or chosen in self._landscape.losses else "train"

    def show_made(self, landscape: Landscape, surfaces: Surfaces) -> None:
        """Show a landscape."""
        self._landscape, self._surfaces, self._refused_at = landscape, surfaces, None
        self._set_busy(busy=False)
        self.controls.offer(tuple(landscape.losses))
        self._show()

    def show_refusal(self, error: UserError) -> None:
        """Say why there is none; tried again once the weights are others."""
        self._landscape, self._surfaces = None, {}
        self._refused_at = () if self._now is None else self._now.moment
        self._set_busy(busy=False)
        self._show()
        self._show_reason(str(error))

    def set_progress(self, progress: Progress | None) -> None:
        """Show how far the work is; None: nothing is being done."""
        if (progress is not None) != self._busy:
            self._set_busy(busy=progress is not None)
        if progress is not None:
            self.progress.setValue(round(1000 * progress.share))

    def set_now(self, snapshot: Snapshot | None) -> None:
        """Take note of where training is: a slice is told to be older, and one that was refused is tried again."""
        self._now = snapshot
        if snapshot is None:
            return
        refused = self._refused_at
        if refused is not None and snapshot.moment != refused and not self._busy and self._retries.take():
            self._refused_at, self.wanted = None, True
        landscape = self._landscape
        if landscape is None or snapshot.run_id != landscape.run_id:
            return
        same = snapshot.step == landscape.step and np.array_equal(snapshot.parameters, landscape.plane.centre)
        live = None
        if not same and snapshot.parameters.size <= _MOST_LIVE and np.isfinite(snapshot.parameters).all():
            x, y = landscape.plane.place(snapshot.parameters[None]).at[0].tolist()
            live = (x, y)
        self.chart.set_live(live)
        self.legend.set_live(None if same else snapshot.epoch)
        self._summarise(snapshot.epoch, same=same)

    def _show(self) -> None:
        landscape, kind = self._landscape, self.kind_of_loss
        surface = self._surfaces.get(kind)
        self.chart.show_landscape(landscape, surface, kind)
        self.legend.show_landscape(landscape, surface, kind)
        self._show_reason("" if landscape is not None else _WORKING)
        if landscape is None:
            self.summary.set_wordings("")
        else:
            self._summarise(landscape.epoch, same=True)
            self.set_now(self._now)

    def _show_reason(self, text: str) -> None:
        self.reason.setText(text)
        self.reason.setVisible(bool(text))
        self._body.setVisible(not text)

    def _summarise(self, epoch: int, *, same: bool) -> None:
        landscape = self._landscape
        if landscape is None:
            return
        kind = self.kind_of_loss
        here = float(landscape.losses[kind][landscape.centre])
        age, value = age_text(landscape, epoch, same=same), f"{number_text(here, 4)} here"
        self.summary.set_wordings(
            f"{LOSS_NAMES[kind].capitalize()} {value} · {age} · {rows_text(landscape, kind)}",
            f"{LOSS_NAMES[kind].capitalize()} {value} · {age}",
            f"{value} · {age}",
            age,
        )
        self.summary.setToolTip(self.summary.wording)
        self.button.setToolTip(f"Work it out around the present weights ({age})")

    # What the person chooses

    def _on_choice(self) -> None:
        self.wanted = True

    def _on_button(self) -> None:
        if self._busy:
            self._call_off()
            if self._landscape is None:
                self._show_reason("Called off. Again works it out.")
        else:
            self.wanted = True

    def _call_off(self) -> None:
        self.wanted = False
        self._set_busy(busy=False)
        self.cancel_wanted.emit()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.button.setText("Cancel" if busy else "Again")
        self.button.setAccessibleName("Call the landscape off" if busy else "Work the landscape out again")
        self.progress.setVisible(busy)
        if busy:
            self.progress.setValue(0)

    # As a tab

    def digest(self, material: Material) -> Callable[[], Any] | None:
        """Return None: a landscape takes too long to be made at every epoch, it is made when it is asked for."""
        del material
        return None

    def take(self, contents: Any) -> None:
        """Show nothing that comes this way, as nothing does."""

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the losses, and what is drawn over them."""
        from nnviz.app.saved_views import landscape_numbers  # noqa: PLC0415 - not for the first paint

        return () if self.said or self._landscape is None else landscape_numbers(self._landscape)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self.chart.set_theme(theme)
        self.legend.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self._forget()

    def set_network(self, config: MLPConfig) -> None:
        """Begin with a network of another shape."""
        super().set_network(config)
        self._forget()
        self.say("")

    def _forget(self) -> None:
        self._landscape, self._surfaces, self._now, self._refused_at = None, {}, None, None
        self._set_busy(busy=False)
        self.wanted = self.dataset is not None
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Work nothing out that nobody sees; go on when it is seen again."""
        super().hideEvent(event)
        if self._busy and not event.spontaneous():
            self._call_off()
            self.wanted = True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the legend beside the chart or below it, wherever the chart stays larger."""
        super().resizeEvent(event)
        self._arrange(event.size())

    def _arrange(self, size: QSize) -> None:
        tall = size.height() > _TALL * (size.width() - px(WIDTH))
        beside = size.width() >= px(_BESIDE) and not tall
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != direction:
            self._box.setDirection(direction)
        self._box.setContentsMargins(0 if beside else INSET - 8, 0, 8, 0)
        self.legend.set_beside(beside)
        self.legend.setVisible(beside or tall)
