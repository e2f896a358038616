"""The sheet of all training settings: five sections in one column, or in two when it is wide; changes count at once."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.engine.mlp import MLPConfig
from nnviz.engine.rate_log import RateSegment
from nnviz.engine.training import TrainingConfig
from nnviz.ui.dialogs.training_fields import Section, note
from nnviz.ui.dialogs.training_network import NetworkSection
from nnviz.ui.dialogs.training_optimiser import OptimizerSection, ScheduleSection
from nnviz.ui.dialogs.training_regularisation import RegularizationSection, StoppingSection
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold, px
from nnviz.ui.widgets import horizontal_rule

WIDTH = 404
TWO_COLUMNS = 760  # width from which the sections stand in two columns
_MINIMUM = QSize(WIDTH, 320)
_INSET, _SPACE = 16, 14


class TrainingSheet(QDialog):
    """Not modal: training goes on behind it. The sheet shows what it is told and says what the person wants.

    Signals
    -------
    changed(dict), refused(str)
        As `Section` has them.
    best_wanted()
        The best weights so far are to be taken back.
    loss_chosen(str, str), start_chosen(int, str, object), seed_chosen(int)
        As `NetworkSection` has them.
    """

    changed = Signal(dict)
    refused = Signal(str)
    best_wanted = Signal()
    loss_chosen = Signal(str, str)
    start_chosen = Signal(int, str, object)
    seed_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setObjectName("training_settings")
        self.setWindowTitle("Training settings")
        self.setModal(False)
        self.setProperty("sheet", "true")
        hold(self, least_width=_MINIMUM.width(), least_height=_MINIMUM.height())
        self.optimizer, self.schedule = OptimizerSection(), ScheduleSection()
        self.regularization, self.stopping = RegularizationSection(), StoppingSection()
        self.network = NetworkSection()
        self.sections: tuple[Section, ...] = (
            self.optimizer,
            self.schedule,
            self.regularization,
            self.stopping,
            self.network,
        )
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._wide: bool | None = None
        self._rules: list[QFrame] = []
        self._build()
        self._arrange(wide=False)
        self.network.loss_chosen.connect(self.loss_chosen)
        self.network.start_chosen.connect(self.start_chosen)
        self.network.seed_chosen.connect(self.seed_chosen)
        self.stopping.best_wanted.connect(self.best_wanted)
        for section in self.sections:
            section.changed.connect(self.changed)
            section.refused.connect(self.refused)
        # The key that opens the sheet closes it too, although it is a window of its own.
        QShortcut(QKeySequence("Ctrl+T"), self).activated.connect(self.close)
        self.set_theme(theme)
        self.optimizer.rule.setFocus()

    def _build(self) -> None:
        self._body = QWidget()
        self._body.setProperty("surface", "panel")
        sides = QHBoxLayout(self._body)
        sides.setContentsMargins(_INSET, _INSET - 4, _INSET, _INSET)
        sides.setSpacing(2 * _INSET)
        for column in self._columns:
            column.setSpacing(_SPACE)
            sides.addLayout(column, 1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setProperty("surface", "panel")
        self.scroll_area.setWidget(self._body)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words = note()
        words.setText("Changes count from the next update on.")
        self.close_button = QPushButton("Close")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(_INSET, 9, _INSET, 10)
        foot.addWidget(words, 1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.scroll_area, 1)
        layout.addWidget(horizontal_rule())
        layout.addLayout(foot)

    def _arrange(self, *, wide: bool) -> None:
        """Put the sections under each other, with rules between, in the order of the tab key either way."""
        if wide == self._wide:
            return
        self._wide = wide
        for column in self._columns:
            while column.count():
                column.takeAt(0)
        for rule in self._rules:
            rule.deleteLater()
        self._rules = []
        parts = (self.sections[:2], self.sections[2:]) if wide else (self.sections, ())
        for column, sections in zip(self._columns, parts, strict=True):
            for place, section in enumerate(sections):
                if place:
                    rule = horizontal_rule()
                    self._rules.append(rule)
                    column.addWidget(rule)
                column.addWidget(section)
            column.addStretch(1)
        layout = self._body.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, int(wide))
            layout.setSpacing(2 * _INSET if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Stand in two columns when there is room."""
        super().resizeEvent(event)
        self._arrange(wide=event.size().width() >= px(TWO_COLUMNS))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return one column's width and the height of all sections, which the caller may cut."""
        return QSize(px(WIDTH), self._body.sizeHint().height() + px(56))

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        for section in self.sections:
            section.set_training(training)

    def set_network(self, config: MLPConfig | None, task: str) -> None:
        """Show the network in force; None before there is one."""
        self.regularization.set_network(config, task)
        self.network.set_network(config, task)

    def set_place(self, segment: RateSegment, step: int, *, running: bool) -> None:
        """Show where the schedule is.

        Parameters
        ----------
        segment
            The settings of the learning rate in force.
        step
            The number of the next update.
        running
            Whether there is a network whose rows are counted.
        """
        self.optimizer.set_place(segment if running else None)
        self.schedule.set_place(segment, step)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.schedule.set_theme(theme)
        self.optimizer.set_theme(theme)
