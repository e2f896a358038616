"""The decision panel: the surface, which two features it runs over, and what the others are held at."""

import html

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.drawing import Drawing, why_not_drawable
from nnviz.app.slices import Slices
from nnviz.data.dataset import Dataset
from nnviz.run.snapshot import GridProbe, Snapshot
from nnviz.ui.panels.decision_draw import MapDrawing
from nnviz.ui.panels.decision_parts import NameCombo, label, segment
from nnviz.ui.plots.decision_surface import DecisionSurface
from nnviz.ui.plots.decision_view import SurfaceView, value_text
from nnviz.ui.theme import Theme

LIVE_RESOLUTION = 64
FINE_RESOLUTION = 160
_MOST_LISTED = 12


class DecisionPanel(QWidget):
    """Title, axes, picture and held columns; never sees the application's model.

    ``probe_changed`` says that another grid is wanted from the run: ask :meth:`grid_probe`. ``row_chosen`` carries the
    index, in ``dataset.X``, of the row whose point was clicked.
    """

    probe_changed = Signal()
    row_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slices: Slices | None = None
        self._row: int | None = None
        self._probes: dict[int, GridProbe] = {}
        self._shown_indices = (-1, -1)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.surface = DecisionSurface(theme, self)
        self.surface.row_chosen.connect(self.row_chosen)
        self.drawing = MapDrawing(self.surface)
        self._title = label("Decision boundary", "title")
        self._names = QStringListModel(self)
        self._x, self._x_label = self._axis_combo("X"), label("X", "caption")
        self._y, self._y_label = self._axis_combo("Y"), label("Y", "caption")
        self._held_name = label("", "secondary")
        self._held_value = label("", "caption")
        self._at_median = segment("Median", "Hold the other columns at the medians of the training rows")
        self._at_row = segment("Row", "Hold the other columns at the values of the chosen row")
        self._segments = QButtonGroup(self)
        for button in (self._at_median, self._at_row):
            self._segments.addButton(button)
        self._at_median.setChecked(True)
        self._segments.buttonToggled.connect(self._on_segment)
        self._arrange()
        self.drawing.set_theme(theme)
        self.set_dataset(None)

    def _axis_combo(self, name: str) -> QComboBox:
        combo = NameCombo(self)
        combo.setModel(self._names)
        # Thousands of columns must not be measured to size the box.
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(1)
        combo.setProperty("compact", "true")
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        combo.setMaximumWidth(132)
        combo.setMaxVisibleItems(16)
        combo.setAccessibleName(f"Feature on the {name.lower()} axis")
        combo.currentIndexChanged.connect(self._on_axis)
        return combo

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.setSpacing(7)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.drawing.bar, 100)
        for name, combo in ((self._x_label, self._x), (self._y_label, self._y)):
            head.addWidget(name)
            head.addWidget(combo, 2)
        head.addWidget(self.drawing.toggle)
        held = QHBoxLayout()
        held.setContentsMargins(16, 0, 16, 0)
        held.setSpacing(0)
        held.addWidget(self.drawing.help)
        held.addWidget(self._held_name)
        held.addSpacing(8)
        held.addStretch(1)
        held.addWidget(self._held_value)
        for button in (self._at_median, self._at_row):
            held.addWidget(button)
        held.addWidget(self.drawing.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(0)
        head_box, held_box = QWidget(self), QWidget(self)
        for box, layout, height in ((head_box, head, 34), (held_box, held, 28)):
            box.setProperty("surface", "none")
            box.setLayout(layout)
            box.setFixedHeight(height)
        column.addWidget(head_box)
        column.addWidget(self.surface, 1)
        column.addWidget(held_box)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # What is shown

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Show another data set, its first two features on the axes; None empties the panel."""
        self._slices = None if dataset is None else Slices(dataset, self.drawing.axes)
        self._row = None
        names = [] if dataset is None else list(dataset.feature_names)
        for combo in (self._x, self._y):
            combo.blockSignals(True)
        self._names.setStringList(names)
        self._x.setCurrentIndex(min(0, len(names) - 1))
        self._y.setCurrentIndex(1 if len(names) > 1 else -1)
        for combo in (self._x, self._y):
            combo.blockSignals(False)
            combo.setEnabled(bool(names))
        self._say_title()
        self._at_median.setChecked(True)
        self._renew_view()

    def _say_title(self) -> None:
        dataset, active = None if self._slices is None else self._slices.dataset, self.drawing.active
        whole = "Prediction map" if dataset is not None and dataset.task == "regression" else "Decision boundary"
        self._title.setText("Draw" if active else whole)
        alone = self._names.rowCount() == 1
        for widget, shown in ((self._x, True), (self._x_label, True), (self._y, not alone), (self._y_label, not alone)):
            widget.setVisible(shown and not active)
        drawable = not why_not_drawable(dataset)
        self.drawing.toggle.setVisible(active or drawable)
        for combo in (self._x, self._y):
            combo.setMinimumWidth(58 if drawable else 76)  # beside the toggle there is less room

    def set_drawing(
        self, drawing: Drawing | None, *, active: bool = False, index: int = 0, plain: bool = False
    ) -> None:
        """Show a drawing that is drawn on in class ``index``; ``plain`` while the run still learns something else."""
        if active:
            self._x.setCurrentIndex(0)  # the plane as it is drawn on
        classes = () if self._slices is None else self._slices.dataset.classes
        begins = plain and (not self.drawing.is_plain or (drawing is not None and drawing.classes != classes))
        self.drawing.show(drawing, active=active, class_index=index, plain=plain)
        if begins and drawing is not None:
            self.set_dataset(drawing.dataset())
        self._say_title()
        self._say_held()

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest snapshot; its grid is used if it answers one of this panel's probes."""
        self.surface.draw(snapshot)

    def set_row(self, index: int | None) -> None:
        """Ring a row of ``dataset.X``, and hold the other columns at it if that is what is asked for."""
        if self._slices is None or index == self._row or self.drawing.is_plain:
            return
        was_held = self._at_row.isChecked()
        self._row = index
        self.surface.set_row(index)
        if index is None:
            self._at_median.setChecked(True)
        elif was_held:
            self._renew_held()
        self._say_held()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.surface.set_theme(theme)
        self.drawing.set_theme(theme)

    def axes(self) -> tuple[str, str | None] | None:
        """Return the features on the axes, None without a data set; the second is None if there is only one."""
        if self._slices is None:
            return None
        names = self._slices.dataset.feature_names
        return names[self._x.currentIndex()], names[self._y.currentIndex()] if len(names) > 1 else None

    def grid_probe(self, live: bool) -> GridProbe | None:  # noqa: FBT001 - the one question is whether it is live
        """Return the grid that the panel wants: coarse while training, fine otherwise; None without a data set."""
        return self._probe(LIVE_RESOLUTION if live else FINE_RESOLUTION)

    def _probe(self, resolution: int) -> GridProbe | None:
        axes = self.axes()
        if self._slices is None or axes is None or self.drawing.is_plain:
            return None
        if resolution not in self._probes:
            self._probes[resolution] = self._slices.probe(*axes, resolution, self._held_row())
            self.surface.set_probes(tuple(self._probes.values()))
        return self._probes[resolution]

    def _held_row(self) -> int | None:
        return self._row if self._at_row.isChecked() else None

    # What the person changes

    def _on_axis(self, _index: int) -> None:
        if self._slices is None:
            return
        n_names = self._names.rowCount()
        if n_names > 1 and self._x.currentIndex() == self._y.currentIndex():
            # The same feature twice is no plane: the other axis takes the feature that was given up.
            changed = self.sender()
            other = self._y if changed is self._x else self._x
            free = next(i for i in self._shown_indices if i != self._x.currentIndex())
            other.blockSignals(True)
            other.setCurrentIndex(free)
            other.blockSignals(False)
        self._renew_view()

    def _on_segment(self, _button: QToolButton, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked and self._slices is not None:
            self._renew_held()
            self._say_held()

    def _renew_view(self) -> None:
        self._probes = {}
        axes = self.axes()
        self._shown_indices = (self._x.currentIndex(), self._y.currentIndex())
        if self._slices is None or axes is None:
            self.surface.set_view(None)
        else:
            x, y = axes
            view = SurfaceView(self._slices, self._slices.axis(x), self._slices.axis(y))
            self.surface.set_view(view, probes_follow=not self.drawing.is_plain)
            self.surface.set_row(self._row)
            self.drawing.put_points()
        self._say_held()
        self.probe_changed.emit()

    def _renew_held(self) -> None:
        self._probes = {}
        self.probe_changed.emit()

    def _say_held(self) -> None:
        axes = self.axes()
        names = [] if self._slices is None or axes is None else self._slices.dataset.feature_names
        others = [name for name in names if axes is not None and name not in axes]
        for button in (self._at_median, self._at_row):
            button.setVisible(bool(others))
        self._held_value.setVisible(not others and not self.drawing.active)
        self._held_name.setVisible(not self.drawing.active)
        self._held_name.setToolTip("")
        if not others or self._slices is None:
            self._held_name.setText("Held columns" if names else "")
            both = "the only feature is on the axis" if len(names) == 1 else "both features are on the axes"
            self._held_value.setText(f"none, {both}" if names else "")
            return
        row = self._held_row()
        self._at_row.setEnabled(self._row is not None)
        number = "" if self._row is None else f" {int(self._slices.dataset.table_rows[self._row]) + 1:,}"
        self._at_row.setText(f"Row{number}")
        lines = [f"{name}: {self._held_text(name, row)}" for name in others[:_MOST_LISTED]]
        if len(others) > _MOST_LISTED:
            lines.append(f"and {len(others) - _MOST_LISTED:,} more")
        first = others[0] if len(others[0]) <= 18 else others[0][:17] + "…"
        one = f"{first} held at {self._held_text(others[0], row)}"
        self._held_name.setText(one if len(others) == 1 else f"{len(others):,} others held at")
        # Escaped, because Qt would read a name with angle brackets as rich text.
        self._held_name.setToolTip("<p style='white-space:pre'>" + html.escape("\n".join(lines)) + "</p>")

    def _held_text(self, name: str, row: int | None) -> str:
        if self._slices is None:
            return ""
        value = self._slices.held_value(name, row)
        return value_text(self._slices.axis(name), value) if isinstance(value, float) else value or "none of the known"
