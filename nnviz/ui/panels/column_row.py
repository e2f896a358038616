"""One column's value: a slider in original units with marks at the training rows' range, or a list of categories."""

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QStringListModel, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QStackedLayout,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from nnviz.app.slices import SliceAxis
from nnviz.ui.axis_values import STEPS, means_missing, read_value, refusal, rounded, value_text
from nnviz.ui.panels.decision_parts import NameCombo
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.theme import CAPTION, DARK, Theme
from nnviz.ui.type_scale import hold, px

ROW_HEIGHT: Final = 26
_NAME_WIDTH, _VALUE_WIDTH = 104, 74
_MOST_WHOLE: Final = 1_000  # of an integer column with fewer values every one has its place
_NOTCH: Final = 120


class ColumnSlider(QSlider):
    """A slider over an axis; marks below it stand at the lowest, middle and highest value of the training rows."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme = DARK
        self._axis = SliceAxis("", "empty", 0.0, 1.0)
        self._marks: tuple[float, ...] = ()
        self._whole = False  # whether every place is an integer of the column
        self._quiet = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value)

    def set_axis(self, axis: SliceAxis, marks: tuple[float, ...]) -> None:
        """Run over an axis, with marks at these values."""
        self._axis, self._marks = axis, marks
        span = axis.high - axis.low
        self._whole = axis.kind == "integer" and span <= _MOST_WHOLE
        self._quiet = True
        if self._whole:
            self.setRange(int(np.ceil(axis.low)), int(np.floor(axis.high)))
        else:
            self.setRange(0, STEPS)
        self.setPageStep(max(1, (self.maximum() - self.minimum()) // 10))
        self._quiet = False
        self.update()

    def set_number(self, value: float) -> None:
        """Put the handle at a value without a signal; beyond the axis at its end."""
        self._quiet = True
        if np.isfinite(value):
            share = (value - self._axis.low) / (self._axis.high - self._axis.low)
            self.setValue(round(value) if self._whole else round(min(max(share, 0.0), 1.0) * STEPS))
        self._quiet = False

    def _on_value(self, place: int) -> None:
        if self._quiet:
            return
        if self._whole:
            self.moved.emit(float(place))
            return
        low, high = self._axis.low, self._axis.high
        value = low + place / STEPS * (high - low)
        # The nearest mark within a step: the median is easily met.
        near = min(self._marks, key=lambda mark: abs(mark - value), default=value)
        step = (high - low) / STEPS
        self.moved.emit(near if abs(near - value) <= step / 2 else rounded(self._axis, value))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the marks below the groove, then the slider."""
        painter = QPainter(self)
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style, slider = self.style(), QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(slider, option, QStyle.SubControl.SC_SliderHandle, self)
        room = self.width() - handle.width()
        painter.setPen(QPen(QColor(self.theme.ink_3), 1.0))
        for mark in self._marks:
            share = (mark - self._axis.low) / (self._axis.high - self._axis.low)
            if 0.0 <= share <= 1.0:
                x = round(handle.width() / 2 + share * room) + 0.5
                tall = 4.0 if mark == self._marks[len(self._marks) // 2] else 2.5
                painter.drawLine(QPointF(x, self.height() - 0.5 - tall), QPointF(x, self.height() - 0.5))
        painter.end()
        super().paintEvent(event)


class ColumnRow(QWidget):
    """Name, control and value of one column; the same row serves one column after another.

    Parameters
    ----------
    purpose
        What the control is for, with "{}" for the column's name.
    takes_missing
        Whether an empty field, or a word for a missing value, is taken as one.

    Signals
    -------
    changed(str, float)
        The column and its value: raw units, the code of a category, or nan where it is missing.
    refused(str)
        Why what was typed is not taken.
    step_wanted(int)
        To the next or the previous column.
    """

    changed = Signal(str, float)
    refused = Signal(str)
    step_wanted = Signal(int)

    def __init__(self, purpose: str, parent: QWidget | None = None, *, takes_missing: bool = False) -> None:
        super().__init__(parent)
        self._purpose, self._takes_missing = purpose, takes_missing
        self._axis = SliceAxis("", "empty", 0.0, 1.0)
        self._theme = DARK
        self._value = 0.0
        self.setProperty("surface", "none")
        hold(self, height=ROW_HEIGHT)
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setProperty("role", "secondary")
        hold(self.name, width=_NAME_WIDTH)
        self.slider = ColumnSlider()
        self.slider.moved.connect(self._on_moved)
        self.levels = NameCombo(self)
        self._level_names = QStringListModel(self)
        self.levels.setModel(self._level_names)
        self.levels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.levels.setMinimumContentsLength(1)
        self.levels.setProperty("compact", "true")
        self.levels.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.levels.currentIndexChanged.connect(self._on_level)
        self.value = QLineEdit()
        hold(self.value, width=_VALUE_WIDTH)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.value.editingFinished.connect(self._on_typed)
        self._arrange()
        for part in (self.slider, self.levels):
            part.installEventFilter(self)

    def _arrange(self) -> None:
        sliding = QWidget(self)  # a stack without a parent shows its first widget as a window of its own
        sliding.setProperty("surface", "none")
        line = QHBoxLayout(sliding)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.slider, 1)
        line.addWidget(self.value)
        choosing = QWidget(self)
        choosing.setProperty("surface", "none")
        other = QHBoxLayout(choosing)
        other.setContentsMargins(0, 0, 0, 0)
        other.addWidget(self.levels)
        self._stack = QStackedLayout()
        self._stack.addWidget(sliding)
        self._stack.addWidget(choosing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addLayout(self._stack, 1)

    def show_column(self, axis: SliceAxis, median: float, value: float) -> None:
        """Stand for a column with a value: raw units or the code of a category, nan for none."""
        if axis is not self._axis:
            self._axis = axis
            name = one_line(axis.name)
            self.name.setText(self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, px(_NAME_WIDTH)))
            self._stack.setCurrentIndex(1 if axis.levels else 0)
            control = self.levels if axis.levels else self.slider
            self.name.setBuddy(control)
            purpose = self._purpose.format(name)
            for part in (self.name, self.slider, self.levels):
                part.setAccessibleName(purpose)
            self.value.setAccessibleName(f"{purpose}: the exact value")
            if axis.levels:
                self.levels.blockSignals(True)
                self._level_names.setStringList(list(axis.levels))
                self.levels.blockSignals(False)
            else:
                marks = (median,) if axis.trained is None else (axis.trained[0], median, axis.trained[1])
                self.slider.set_axis(axis, marks)
            self._say_tips(purpose, median)
            self._show_value(value)
        elif value != self._value and not (np.isnan(value) and np.isnan(self._value)):
            self._show_value(value)

    def _say_tips(self, purpose: str, median: float) -> None:
        tip = f"{purpose} this value"
        if self._axis.trained is not None and not self._axis.levels:
            low, high = (value_text(self._axis, end) for end in self._axis.trained)
            tip += f"; training rows: {low} to {high}, median {value_text(self._axis, median)}"
        tip += ". Ctrl Up and Ctrl Down go to other columns."
        for part in (self.name, self.slider, self.levels):
            part.setToolTip(tooltip(tip))

    def _show_value(self, value: float) -> None:
        self._value = value
        axis = self._axis
        if axis.levels:
            self.levels.blockSignals(True)
            self.levels.setCurrentIndex(-1 if np.isnan(value) else round(value))
            self.levels.blockSignals(False)
            return
        self.slider.set_number(value)
        self.value.setText(value_text(axis, value))
        self.value.setCursorPosition(0)
        beyond = axis.trained is not None and not axis.trained[0] <= value <= axis.trained[1] and np.isfinite(value)
        colour = self._theme.warning if beyond else self._theme.ink
        size = f"min-height: {px(18)}px; font-size: {px(CAPTION)}px"
        style = f"QLineEdit {{ padding: 0 4px; {size}; color: {colour}; }}"
        if self.value.styleSheet() != style:
            self.value.setStyleSheet(style)
        words = "Beyond the training rows" if beyond else "Type a value"
        self.value.setToolTip(tooltip(f"{words}: Enter takes it"))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = self.slider.theme = theme
        if not self._axis.levels:
            self._show_value(self._value)
        self.slider.update()

    def _on_moved(self, value: float) -> None:
        self._show_value(value)
        self.changed.emit(self._axis.name, value)

    def _on_level(self, index: int) -> None:
        if index >= 0:
            self._value = float(index)
            self.changed.emit(self._axis.name, float(index))

    def _on_typed(self) -> None:
        if not self.value.isModified():
            return
        self.value.setModified(False)
        text = self.value.text().strip()
        if self._takes_missing and means_missing(text):
            self._on_moved(math.nan)
            return
        value = read_value(self._axis, text)
        if value is None:
            self._show_value(self._value)  # what can't be read is not taken: the value that holds comes back
            self.value.selectAll()
            self.refused.emit(refusal(self._axis, text, self._value))
            return
        self._on_moved(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to the list, and go to other columns with Ctrl Up and Ctrl Down."""
        del watched
        if isinstance(event, QWheelEvent):
            if notches := round(event.angleDelta().y() / _NOTCH):
                self.step_wanted.emit(-notches)
            return True
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = -1 if event.key() == Qt.Key.Key_Up else 1
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if event.type() == QEvent.Type.KeyPress:
                    self.step_wanted.emit(by)
                event.accept()
                return event.type() == QEvent.Type.KeyPress
        return False
