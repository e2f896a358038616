"""The command strip: run, step, reset, the hyper-parameters, and the numbers that matter most."""

import math
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QFontMetricsF, QIcon, QKeySequence, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from nnviz.app import enablement
from nnviz.engine.training import Evaluation, TrainingConfig
from nnviz.resources import resource_path
from nnviz.run.state import RunState
from nnviz.ui.icons import set_icon
from nnviz.ui.panels.hyperparameters import HyperparameterBar
from nnviz.ui.theme import CAPTION, COUNTER, DARK, REGULAR, Theme, font
from nnviz.ui.type_scale import hold, px
from nnviz.ui.widgets import Numeral, count_text, loss_text, metric_text, vertical_rule

HEIGHT = 56
_RUN_SIZE = QSize(112, 34)
_RUN_KEY = "Space"


class RunButton(QToolButton):
    """A button that names its key at its right end, where that has room."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the button, then the key in the button's own ink, fainter."""
        super().paintEvent(event)
        key = font(CAPTION, REGULAR)
        wide = QFontMetricsF(key).horizontalAdvance(_RUN_KEY)
        inset = px(9)
        taken = inset + self.iconSize().width() + QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 4
        alone = self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        if alone or taken + wide + inset > self.width():
            return
        painter = QPainter(self)
        painter.setFont(key)
        ink = self.palette().color(QPalette.ColorRole.ButtonText)
        ink.setAlphaF(0.7)
        painter.setPen(ink)
        room = QRectF(self.rect()).adjusted(0, 0, -inset, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _RUN_KEY)
        painter.end()


class TrainingStrip(QWidget):
    """The strip along the top of the window; says what the person wants and never does it itself."""

    toggled = Signal()
    step_batch = Signal()
    step_epoch = Signal()
    reset = Signal()
    export_requested = Signal()
    view_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        hold(self, height=HEIGHT)
        self._theme = DARK
        self._state: RunState | None = None
        self._logo = QLabel()
        self._run = self._button("Run", "Run or pause training (Space)", self.toggled, RunButton())
        hold(self._run, width=_RUN_SIZE.width(), height=_RUN_SIZE.height())
        self._run.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._batch = self._button("Step batch", "Train one batch (S)", self.step_batch)
        self._epoch = self._button("Step epoch", "Train to the end of the epoch (E)", self.step_epoch)
        self._reset = self._button("Reset", "Back to the same initial weights (R)", self.reset)
        self._export = self._button("Export", "Write the trained network to a file (Ctrl+E)", self.export_requested)
        self._export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        hold(self._export, height=34)
        self.view_button = self._button("View", "View: panels, theme, text size (F10)", self.view_requested)
        for button in (self._batch, self._epoch, self._reset):
            hold(button, width=34, height=34)
        hold(self.view_button, width=28, height=34)
        self.view_button.setProperty("flat", "true")
        self.hyperparameters = HyperparameterBar()
        self._count_epoch = Numeral("Epoch", "999,999", COUNTER)
        self._count_step = Numeral("Step", "999,999", COUNTER)
        self._train = Numeral("Train loss", "0.00e\N{MINUS SIGN}00")
        self._train.set_caption("Train loss", "ink_2")
        self._validation = Numeral("Validation loss", "0.00e\N{MINUS SIGN}00")
        self._validation.set_caption("Validation loss", "validation")
        self._metric = Numeral("Accuracy", "100.0 %")
        self._speed = Numeral("Steps/s", "000,000")
        self._lay_out()
        self.set_state(None)

    def _button(self, text: str, tip: str, signal: SignalInstance, button: QToolButton | None = None) -> QToolButton:
        button = QToolButton() if button is None else button
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(signal)
        return button

    def _lay_out(self) -> None:
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(self._logo)
        layout.addWidget(self._run)
        for button in (self._batch, self._epoch, self._reset):
            layout.addWidget(button)
        layout.addSpacing(2)
        layout.addWidget(vertical_rule())
        layout.addWidget(self._count_epoch)
        layout.addWidget(self._count_step)
        self._counter_rule = vertical_rule()
        layout.addWidget(self._counter_rule)
        layout.addWidget(self.hyperparameters)
        layout.addStretch(1)
        layout.addWidget(vertical_rule())
        for numeral in (self._train, self._validation, self._metric, self._speed):
            layout.addWidget(numeral)
        layout.addWidget(self._export)
        layout.addWidget(self.view_button)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        self._logo.setPixmap(QIcon(str(resource_path("icons/nnviz.svg"))).pixmap(QSize(px(26), px(26))))
        set_icon(self._batch, "step_batch", theme.ink, 16)
        set_icon(self._epoch, "step_epoch", theme.ink, 16)
        set_icon(self._reset, "reset", theme.ink, 16)
        set_icon(self._export, "export", theme.ink, 16)
        set_icon(self.view_button, "view", theme.ink_2, 16)
        numerals = (self._count_epoch, self._count_step, self._train, self._validation, self._metric, self._speed)
        for numeral in numerals:
            numeral.set_theme(theme)
        self.set_state(self._state)
        self._fold()

    def set_state(self, state: RunState | None) -> None:
        """Enable what makes sense now."""
        self._state = state
        running = enablement.can_pause(state)
        runnable = running or enablement.can_run(state)
        self._run.setText(" Pause" if running else " Run")
        self._run.setAccessibleName("Pause" if running else "Run")
        self._run.setEnabled(runnable)
        self._run.setToolTip(enablement.why_not_run(state) or "Run or pause training (Space)")
        primary = runnable and not running
        self._run.setProperty("primary", "true" if primary else "false")
        colour = self._theme.on_ink if primary else self._theme.ink if runnable else self._theme.ink_3
        set_icon(self._run, "pause" if running else "run", colour, 16)
        self._run.style().unpolish(self._run)
        self._run.style().polish(self._run)
        for button in (self._batch, self._epoch):
            button.setEnabled(enablement.can_step(state))
        self._reset.setEnabled(enablement.can_reset(state))
        self._export.setEnabled(enablement.can_export(state))
        if not running:
            self._speed.set_text("0", "ink_3")

    def set_training(self, training: TrainingConfig) -> None:
        """Show the hyper-parameters in force."""
        self.hyperparameters.set_training(training)

    def set_metric_name(self, name: str) -> None:
        """Name the metric that the numeral shows: "Accuracy" or "R²"."""
        self._metric.set_caption(name)

    def set_numbers(self, step: int, epoch: int, last: Evaluation | None, steps_per_second: float) -> None:
        """Show where training stands; called at most four times a second."""
        self._count_epoch.set_text(count_text(epoch))
        self._count_step.set_text(count_text(step))
        diverged = "error" if self._state is RunState.DIVERGED else None
        if last is None:  # of an earlier moment they come after the picture
            for numeral in (self._train, self._validation, self._metric):
                numeral.set_text("\N{HORIZONTAL ELLIPSIS}")
        else:
            self._train.set_text(loss_text(last.train_loss), diverged)
            self._validation.set_text(loss_text(last.validation_loss), diverged)
            metric = last.train_metric if math.isnan(last.validation_metric) else last.validation_metric
            percent = self._metric.accessibleName() == "Accuracy"
            self._metric.set_text(metric_text(metric, percent=percent), diverged)
        if self._state is RunState.RUNNING:
            self._speed.set_text(f"{steps_per_second:,.0f}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold what matters least when the window is narrow."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Hide what matters least, one after the other, until the rest has room."""
        bar = self.hyperparameters
        numerals = (self._count_step, self._speed, self._metric, self._count_epoch)
        step, speed, metric, epoch = (numeral.hide for numeral in numerals)
        bar.fold(0)
        for numeral in (*numerals, self._validation):
            numeral.show()
        folds = (partial(bar.fold, 1), step, speed, partial(bar.fold, 2), partial(bar.fold, 3), metric, epoch)
        self._show_words(shown=True)
        for fold in (*folds, partial(bar.fold, 4), partial(self._show_words, shown=False), self._validation.hide):
            if self._layout.minimumSize().width() <= self.width():
                return
            fold()

    def _show_words(self, *, shown: bool) -> None:
        """Let the icons of running and exporting stand alone, as those between them do."""
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if shown else Qt.ToolButtonStyle.ToolButtonIconOnly
        if style is not self._run.toolButtonStyle():
            for button in (self._run, self._export):
                button.setToolButtonStyle(style)
            hold(self._run, width=_RUN_SIZE.width() if shown else _RUN_SIZE.height())


SHORTCUTS = {
    "toggled": QKeySequence(Qt.Key.Key_Space),
    "step_batch": QKeySequence(Qt.Key.Key_S),
    "step_epoch": QKeySequence(Qt.Key.Key_E),
    "reset": QKeySequence(Qt.Key.Key_R),
}
