"""The curves panel: what is drawn, legend, axis, options, and the plot."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnviz.run.snapshot import Snapshot
from nnviz.ui.icons import set_icon
from nnviz.ui.plots.curve_options import CurveOptions
from nnviz.ui.plots.curve_runs import RunLegend
from nnviz.ui.plots.curve_series import ALL_SERIES
from nnviz.ui.plots.loss import LossPlot
from nnviz.ui.segments import give_way
from nnviz.ui.theme import TITLE, Theme
from nnviz.ui.type_scale import hold, px

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_HEAD_LEFT, _HEAD_RIGHT, _HEAD_GAPS = 10, 16, (4, 8, 6, 4)
_SMALL = "QToolButton { padding: 0; min-height: 0; border-radius: 4px; }"


class LossPanel(QWidget):
    """Curves of the present run and of earlier ones; takes all the height it is given."""

    report_requested = Signal()
    save_requested = Signal()
    copy_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plot = LossPlot(theme, self)
        self._train = _LegendEntry("train", theme.ink_2)
        self._validation = _LegendEntry("validation", theme.validation)
        self._validation.setAccessibleName("validation")
        self.title, self._menu = QToolButton(), QMenu(self)
        self._actions = self._set_up_menu()
        self._log = QToolButton()
        self._log.setText("Log")
        self._log.setToolTip("Logarithmic or linear axis (L)")
        self._log.setAccessibleName("Logarithmic axis")
        self._log.setCheckable(True)
        self._log.setProperty("segment", "true")
        hold(self._log, width=38, height=22)
        self._log.toggled.connect(self._on_log)
        self.report = _small_button("Report", "Report: scores beside baselines, diagnosis, cross-validation (Ctrl M)")
        self.report.clicked.connect(self.report_requested)
        self.more = _small_button("Curve options", "Axis, smoothing, earlier runs, events, saving")
        self.more.setText("\N{MIDLINE HORIZONTAL ELLIPSIS}")
        self.more.clicked.connect(self._show_options)
        self.options = CurveOptions(self)
        self._wire_options()
        self.legend = RunLegend(theme, self)
        self.legend.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_theme(theme)

    def _set_up_menu(self) -> dict[str, QAction]:
        group = QActionGroup(self)
        actions = {}
        for series in ALL_SERIES.values():
            action = self._menu.addAction(series.title)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, key=series.key: self.choose(key))
            group.addAction(action)
            actions[series.key] = action
        actions["loss"].setChecked(True)
        title = self.title
        title.setText("Loss")
        title.setProperty("flat", "true")
        title.setMenu(self._menu)
        title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        title.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow follows the name
        title.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        title.setToolTip("Choose what is drawn")
        title.setAccessibleName("Curve: Loss")
        hold(title, height=24)
        return actions

    def _head(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(_HEAD_LEFT, 0, _HEAD_RIGHT, 0)
        head.setSpacing(0)
        head.addWidget(self.title)
        head.addSpacing(_HEAD_GAPS[0])
        head.addWidget(self._train)
        head.addSpacing(_HEAD_GAPS[1])
        head.addWidget(self._validation)
        head.addStretch(1)
        head.addWidget(self._log)
        head.addSpacing(_HEAD_GAPS[2])
        head.addWidget(self.report)
        head.addSpacing(_HEAD_GAPS[3])
        head.addWidget(self.more)
        box = QWidget(self)
        box.setProperty("surface", "none")
        box.setLayout(head)
        hold(box, height=38)
        return box

    def _wire_options(self) -> None:
        options, plot = self.options, self.plot
        options.x_axis_chosen.connect(lambda key: plot.choose(x_axis=key))
        options.smoothing_changed.connect(plot.set_smoothing)
        options.compare_toggled.connect(self._on_compare)
        options.marker_chosen.connect(plot.pointer.show_marker)
        options.all_requested.connect(plot.show_all)
        options.copy_requested.connect(self.copy_requested)
        options.save_requested.connect(self.save_requested)

    @property
    def is_log(self) -> bool:
        """Whether the logarithmic axis is chosen."""
        return self._log.isChecked()

    def set_log(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Choose the logarithmic or the linear axis."""
        self._log.setChecked(on)

    def set_loss(self, label: str) -> None:
        """Name the loss, as ``LOSSES[config.loss].label`` does."""
        self.plot.set_loss(label)

    def set_metric_name(self, name: str) -> None:
        """Name the metric: "Accuracy" or "R²"."""
        self._actions["metric"].setText(name)
        self.plot.set_metric(name)
        self._show_title()

    def choose(self, key: str) -> None:
        """Draw another series, a key of ``ALL_SERIES``."""
        self._actions[key].setChecked(True)
        self.plot.choose(series=key)
        self._show_title()

    def _show_title(self) -> None:
        series = self.plot.series
        self.title.setText(self.plot.title)
        self.title.setAccessibleName(f"Curve: {self.plot.title}")
        self._log.setEnabled(series.positive)
        self._log.setToolTip(
            "Logarithmic or linear axis (L)" if series.positive else f"{self.plot.title} is drawn on a linear axis"
        )
        self._show_legend()
        self._give_way()  # to another title

    def _show_legend(self) -> None:
        both = len(self.plot.series.names) > 1
        for entry, shown in ((self._train, both), (self._validation, both and self.plot.has_validation)):
            if entry.isHidden() == shown:
                entry.setVisible(shown)

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest snapshot's history."""
        self.plot.draw(snapshot)
        self._show_legend()
        self._show_runs()

    def tick(self) -> None:
        """Make the picture if it is due (once a frame)."""
        self.plot.tick()

    def clear(self) -> None:
        """Remember the run and go back to empty axes."""
        self.plot.clear()
        self._show_legend()
        self._show_runs()

    def forget_runs(self) -> None:
        """Forget every run: the data are others."""
        self.plot.forget()
        self._show_legend()
        self._show_runs()

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the whole history of the run."""
        from nnviz.app.saved_numbers import curve_numbers  # noqa: PLC0415 - not for the first paint

        history = self.plot.history
        return () if history is None else (curve_numbers(history),)

    def _on_log(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.plot.set_log(on)

    def forget_run(self, lineage: tuple[int, int]) -> None:
        """Forget an earlier run."""
        self.plot.runs.forget(lineage)
        self._on_compare(self.plot.compares)

    def _on_compare(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.plot.set_compare(on)
        self._show_runs()

    def _show_runs(self) -> None:
        runs = tuple(self.plot.runs)
        if runs != self.legend.runs:
            self.legend.set_runs(runs)
            self.options.set_runs(len(runs))
        shown = self.plot.compares and bool(runs)
        if self.legend.isHidden() == shown:
            self.legend.setVisible(shown)

    def _show_options(self) -> None:
        history = self.plot.history
        self.options.set_markers(() if history is None else history.markers)
        self.options.drop_from(self.more)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the title and the options their room."""
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Leave the report to its key where the legend needs the room, and shorten that."""

        def shorten(short: bool) -> None:  # noqa: FBT001 - a step of `give_way`
            self._validation.setText("valid." if short else "validation")

        give_way(self.width(), self._needed, (self.report.setHidden, shorten))

    def _needed(self) -> int:
        """Return the width of the header; the legend's whether it is shown now or not, so that nothing jumps."""
        parts = (self.title, self._train, self._validation, self._log, self.more)
        wide = sum(part.minimumWidth() or part.sizeHint().width() for part in parts)
        wide += 0 if self.report.isHidden() else self.report.minimumWidth()
        return wide + sum(_HEAD_GAPS) + _HEAD_LEFT + _HEAD_RIGHT

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.plot.set_theme(theme)
        self.legend.set_theme(theme)
        self.options.set_theme(theme)
        self.title.setStyleSheet(
            f"QToolButton {{ font-size: {px(TITLE)}px; font-weight: 600; padding: 0 5px; min-height: 0; }}"
        )
        set_icon(self.title, "down", theme.ink_2, 10)
        # A disabled segment that is chosen would look as if it could be let go.
        off = f"QToolButton:disabled {{ color: {theme.ink_3}; background: {theme.panel}; border-color: {theme.line}; }}"
        self._log.setStyleSheet(f"QToolButton {{ padding: 0; min-height: 0; }} {off}")
        set_icon(self.report, "file", theme.ink_2, 14)
        self._train.set_colour(theme.ink_2)
        self._validation.set_colour(theme.validation)
        self._give_way()  # the size of text may be another


class _LegendEntry(QLabel):
    """A short stroke in a curve's colour and the curve's name."""

    def __init__(self, text: str, colour: str) -> None:
        super().__init__(text)
        self.setProperty("role", "secondary")
        self._colour = QColor(colour)

    def set_colour(self, colour: str) -> None:
        """Take the curve's colour in another theme."""
        self._colour = QColor(colour)
        self.setContentsMargins(px(18), 0, 0, 0)  # the size of text may be another
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the name, then the stroke before it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        y = self.height() / 2
        painter.drawLine(QPointF(1.0, y), QPointF(px(13), y))
        painter.end()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the full size: half a name is none."""
        return self.sizeHint()


def _small_button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(tip)
    hold(button, width=26, height=22)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setStyleSheet(_SMALL)
    return button
