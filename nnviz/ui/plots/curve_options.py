"""What the curves panel can be told beside its header: axis, smoothing, comparison, events, saving."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.run.markers import Marker
from nnviz.ui.plots.curve_series import X_AXES
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold

_WIDTH, _LIST_HEIGHT = 296, 92
_MOST_SMOOTHING = 99
HINT = (
    "Wheel zooms, a drag frames, Shift and drag moves, a double click shows all. "
    "Keys: arrows, + and \N{MINUS SIGN}, Home."
)


class CurveOptions(QFrame):
    """A sheet that drops from the header's button; every control can be reached with Tab."""

    x_axis_chosen = Signal(str)
    smoothing_changed = Signal(float)
    compare_toggled = Signal(bool)
    marker_chosen = Signal(object)  # Marker
    all_requested = Signal()
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("curveOptions")
        self.setAccessibleName("Curves: options")
        hold(self, width=_WIDTH)
        self._axes = QButtonGroup(self)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self._weight = QLabel("0.00")
        self.compare = QToolButton()
        self.compare.setCheckable(True)
        self.compare.setProperty("segment", "true")
        self.compare.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.compare.setToolTip("Draw the curves of the last runs on these data too")
        self.compare.toggled.connect(self.compare_toggled)
        self.events = QListWidget()
        self._none = _caption("None in this run yet: no setting changed, no weight edited.")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(7)
        column.addLayout(_row("Over", self._axis_buttons()))
        column.addLayout(_row("Smoothing", self._smoothing_row()))
        beside = QHBoxLayout()
        beside.addWidget(self.compare)
        beside.addStretch(1)
        column.addLayout(_row("Earlier runs", beside))
        column.addWidget(_caption("Events"))
        column.addWidget(self._none)
        column.addWidget(self._event_list())
        column.addLayout(self._action_buttons())
        column.addWidget(_caption(HINT))
        self.set_markers(())
        self.set_runs(0)

    def _axis_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for axis in X_AXES.values():
            button = QToolButton()
            button.setText(axis.choice)
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.setAccessibleName(f"Draw over {axis.label}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, key=axis.key: self.x_axis_chosen.emit(key))
            self._axes.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self._axes.buttons()[0].setChecked(True)
        return row

    def _smoothing_row(self) -> QHBoxLayout:
        self.smoothing.setRange(0, _MOST_SMOOTHING)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Share of its past that each entry of the smoothed curve keeps; 0 smooths nothing")
        self.smoothing.valueChanged.connect(self._on_smoothing)
        hold(self._weight, width=28)
        self._weight.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.smoothing, 1)
        row.addWidget(self._weight)
        return row

    def _event_list(self) -> QListWidget:
        self.events.setAccessibleName("Events of this run")
        hold(self.events, height=_LIST_HEIGHT)
        self.events.setWordWrap(True)
        self.events.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.events.itemActivated.connect(self._on_event)
        self.events.itemClicked.connect(self._on_event)
        return self.events

    def _action_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for text, tip, signal in (
            ("Show all", "Leave the zoom (Home)", self.all_requested),
            ("Copy", "Copy the picture", self.copy_requested),
            ("Save\N{HORIZONTAL ELLIPSIS}", "Save as PNG or SVG picture, or as CSV table", self.save_requested),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setAutoDefault(False)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            row.addWidget(button, 1)
        return row

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours for the sheet itself."""
        self.setStyleSheet(f"#curveOptions {{ background: {theme.panel}; border: 1px solid {theme.line_strong}; }}")

    def set_markers(self, markers: tuple[Marker, ...]) -> None:
        """List what happened, the newest first."""
        self.events.clear()
        for marker in reversed(markers):
            item = QListWidgetItem(f"epoch {marker.epoch:,}: {marker.sentence}")
            item.setData(Qt.ItemDataRole.UserRole, marker)
            item.setToolTip(marker.sentence)
            self.events.addItem(item)
        self.events.setVisible(bool(markers))
        self._none.setVisible(not markers)

    def set_runs(self, count: int) -> None:
        """Say how many earlier runs there are to compare with."""
        self.compare.setText(f"Compare with {count}" if count else "None to compare with yet")
        self.compare.setAccessibleName(f"Compare with earlier runs ({count})")

    def drop_from(self, button: QWidget) -> None:
        """Show the sheet below a button, flush with its right edge, on its screen."""
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        room = button.screen().availableGeometry()
        corner.setY(max(room.top(), min(corner.y(), room.bottom() - self.height())))
        corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
        self.move(corner)
        self.show()
        next(button for button in self._axes.buttons() if button.isChecked()).setFocus()

    def _on_smoothing(self, value: int) -> None:
        self._weight.setText(f"{value / 100:.2f}")
        self.smoothing_changed.emit(value / 100)

    def _on_event(self, item: QListWidgetItem) -> None:
        self.hide()
        self.marker_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label


def _row(text: str, content: QHBoxLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    label = QLabel(text)
    hold(label, width=72)
    row.addWidget(label)
    row.addLayout(content, 1)
    return row
