"""The network region's header: title, layer sizes, the switch to the weight matrices, and the zoom."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnviz.ui.panels.decision_parts import segment
from nnviz.ui.panels.network_modes import ModeSwitch
from nnviz.ui.theme import BODY, DARK, REGULAR, SEMIBOLD, TITLE, Theme, font
from nnviz.ui.type_scale import hold, px

HEADER_HEIGHT = 36
INSET = 16.0
NARROW = 680  # below this, the controls say less
LEAST_SIZES = 5  # letters; fewer of a longer text say nothing
FIT_TIP = "Show the whole network (F). Wheel, pinch or Ctrl + and \N{MINUS SIGN} zoom; drag the ground to move it"
NO_FIT_TIP = "The matrices always fit"


class NetworkHeader(QWidget):
    """Title and sizes at the left, controls at the right.

    Signals
    -------
    matrix_toggled(bool)
        The person wants the weight matrices, or the diagram again.
    fit_requested
        The person wants to see the whole network.
    """

    matrix_toggled = Signal(bool)
    fit_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        hold(self, height=HEADER_HEIGHT)
        self._theme = DARK
        self._sizes = ""
        self._zoom = 1.0
        self.diagram = segment("Diagram", "Neurons and the weights between them (M switches)")
        self.matrix = segment("Matrix", "All weights as heat maps, one a layer (M switches)")
        self.diagram.setChecked(True)
        self.modes = ModeSwitch(self)
        self._views = QButtonGroup(self)
        for button in (self.diagram, self.matrix):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._views.addButton(button)
        self.matrix.toggled.connect(self._on_view)
        self.fit = QToolButton()
        self.fit.setProperty("segment", "true")
        self.fit.clicked.connect(self.fit_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, int(INSET), 0)
        row.setSpacing(0)
        row.addStretch(1)
        row.addWidget(self.modes)
        row.addSpacing(8)
        row.addWidget(self.diagram)
        row.addWidget(self.matrix)
        row.addSpacing(8)
        row.addWidget(self.fit)
        self.show_zoom(1.0)
        self.set_enabled(enabled=False)

    def set_enabled(self, *, enabled: bool) -> None:
        """Enable the controls, or disable them while there is no network."""
        for button in (self.diagram, self.matrix, self.fit):
            button.setEnabled(enabled)
            button.setVisible(enabled)
        self.modes.set_enabled(enabled=enabled)

    def show_sizes(self, sizes: Sequence[int]) -> None:
        """Show the numbers of inputs, neurons and outputs."""
        self._sizes = " → ".join(map(str, sizes))
        self.setAccessibleName(f"Network {self._sizes}".rstrip())
        self.setToolTip(self._sizes)
        self.set_enabled(enabled=bool(sizes))
        self.update()

    def show_zoom(self, zoom: float) -> None:
        """Show how large the diagram is."""
        self._zoom = zoom
        self.fit.setText("Fit" if self.width() < NARROW else f"Fit  {100 * zoom:.0f} %")
        self.fit.setAccessibleName(f"Show the whole network; it is shown at {100 * zoom:.0f} per cent")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the title its room."""
        super().resizeEvent(event)
        self.modes.set_narrow(narrow=self.width() < NARROW)
        self.show_zoom(self._zoom)

    def toggle_matrix(self) -> None:
        """Switch between the diagram and the matrices."""
        (self.diagram if self.matrix.isChecked() else self.matrix).setChecked(True)

    def _on_view(self, matrix: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.fit.setEnabled(not matrix)
        self.fit.setToolTip(NO_FIT_TIP if matrix else FIT_TIP)
        self.matrix_toggled.emit(matrix)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint title and sizes; long ones are elided in the middle."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.app))
        painter.setFont(font(TITLE, SEMIBOLD))
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(QPointF(INSET, px(25)), "Network")
        end = self.modes.x() if self.modes.isVisible() else self.width()
        x = INSET + QFontMetricsF(painter.font()).horizontalAdvance("Network") + 10
        painter.setFont(font(BODY, REGULAR))
        painter.setPen(QColor(self._theme.ink_3))
        text = QFontMetricsF(painter.font()).elidedText(self._sizes, Qt.TextElideMode.ElideMiddle, end - x - INSET)
        if len(text) >= min(len(self._sizes), LEAST_SIZES):
            painter.drawText(QPointF(x, px(25)), text)
