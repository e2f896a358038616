"""The network region's header: title, layer sizes, the switch to the weight matrices, and the zoom."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSpacerItem, QToolButton, QWidget

from nnviz.ui.panels.decision_parts import segment
from nnviz.ui.panels.network_modes import ModeSwitch
from nnviz.ui.segments import give_way
from nnviz.ui.theme import BODY, DARK, REGULAR, SEMIBOLD, TITLE, Theme, font
from nnviz.ui.type_scale import hold

HEADER_HEIGHT = 36
_ABOVE = 8  # so that its middle is at the height of those of the panels beside it
INSET = 16.0
TITLE_TEXT = "Network"
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
        self._short = False
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
        row.setContentsMargins(0, _ABOVE, int(INSET), 0)
        row.setSpacing(0)
        row.addStretch(1)
        row.addWidget(self.modes)
        self._spacers = QSpacerItem(8, 0), QSpacerItem(8, 0)
        row.addSpacerItem(self._spacers[0])
        row.addWidget(self.diagram)
        row.addWidget(self.matrix)
        row.addSpacerItem(self._spacers[1])
        row.addWidget(self.fit)
        self.show_zoom(1.0)
        self.set_enabled(enabled=False)

    def set_enabled(self, *, enabled: bool) -> None:
        """Enable the controls, or disable them while there is no network."""
        for button in (self.diagram, self.matrix, self.fit):
            button.setEnabled(enabled)
            button.setVisible(enabled)
        self.modes.set_enabled(enabled=enabled)
        self._give_way()

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
        letters = len(self.fit.text())
        self._say_zoom()
        if len(self.fit.text()) != letters:
            self._give_way()

    def _say_zoom(self) -> None:
        self.fit.setText("Fit" if self._short else f"Fit  {100 * self._zoom:.0f} %")
        self.fit.setAccessibleName(f"Show the whole network; it is shown at {100 * self._zoom:.0f} per cent")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the title its room."""
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Say less, then fold the choices into menus, until nothing covers the title."""
        give_way(self.width(), self._needed, (self._say_less, self.modes.set_folded, self._fold_all))
        self.update()

    def _needed(self) -> int:
        layout = self.layout()
        title = QFontMetricsF(font(TITLE, SEMIBOLD)).horizontalAdvance(TITLE_TEXT)
        if not self._short:  # saying less leaves the sizes their room; folding for them alone would be too much
            title += 10 + QFontMetricsF(font(BODY, REGULAR)).horizontalAdvance(self._sizes)
        return math.ceil(INSET + title + INSET) + (0 if layout is None else layout.minimumSize().width())

    def _say_less(self, short: bool) -> None:  # noqa: FBT001 - a step of `give_way`
        self._short = short
        self.modes.set_narrow(short)
        self._say_zoom()

    def _fold_all(self, folded: bool) -> None:  # noqa: FBT001 - a step of `give_way`
        """Let the one menu offer the pictures and the whole network too."""
        rest: tuple[QToolButton, ...] = (self.diagram, self.matrix, self.fit)
        for button in rest:
            button.setVisible(bool(self._sizes) and not folded)
        modes = tuple(self.modes.buttons.values())
        self.modes.folded.stand_for(modes, *(((self.diagram, self.matrix), (self.fit,)) if folded else ()))
        for spacer in self._spacers:
            spacer.changeSize(0 if folded else 8, 0)

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
        self._give_way()  # the size of text may be another

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint title and sizes; long ones are elided in the middle."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.app))
        painter.setFont(font(TITLE, SEMIBOLD))
        painter.setPen(QColor(self._theme.ink))
        line = QRectF(INSET, _ABOVE, self.width() - 2 * INSET, self.height() - _ABOVE)
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, middle, TITLE_TEXT)
        end = self.modes.x() if self.modes.isVisible() else self.width()
        line.setLeft(INSET + QFontMetricsF(painter.font()).horizontalAdvance(TITLE_TEXT) + 10)
        painter.setFont(font(BODY, REGULAR))
        painter.setPen(QColor(self._theme.ink_3))
        room = end - line.left() - INSET
        text = QFontMetricsF(painter.font()).elidedText(self._sizes, Qt.TextElideMode.ElideMiddle, room)
        if len(text) >= min(len(self._sizes), LEAST_SIZES):
            painter.drawText(line, middle, text)
