"""The loss panel: title, legend, the switch between a linear and a logarithmic axis, and the plot."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.loss import LossPlot
from nnviz.ui.theme import Theme


class LossPanel(QWidget):
    """Loss of training and validation rows over epochs; takes all the height it is given."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plot = LossPlot(theme, self)
        self._train = _LegendEntry("train", theme.ink_2)
        self._validation = _LegendEntry("validation", theme.validation)
        self._linear = _segment("Linear", "Draw the loss on a linear axis")
        self._log = _segment("Log", "Draw the loss on a logarithmic axis")
        self._segments = QButtonGroup(self)
        self._segments.addButton(self._linear)
        self._segments.addButton(self._log)
        self._linear.setChecked(True)
        self._log.toggled.connect(self.plot.set_log)
        title = QLabel("Loss")
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.setSpacing(0)
        head.addWidget(title)
        head.addSpacing(14)
        head.addWidget(self._train)
        head.addSpacing(14)
        head.addWidget(self._validation)
        head.addStretch(1)
        head.addWidget(self._linear)
        head.addWidget(self._log)
        head_box = QWidget(self)
        head_box.setProperty("surface", "none")
        head_box.setLayout(head)
        head_box.setFixedHeight(38)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(0)
        column.addWidget(head_box)
        column.addWidget(self.plot, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def is_log(self) -> bool:
        """Whether the logarithmic axis is chosen."""
        return self._log.isChecked()

    def set_log(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Choose the logarithmic or the linear axis."""
        (self._log if on else self._linear).setChecked(True)

    def set_loss(self, label: str) -> None:
        """Name the loss, as ``LOSSES[config.loss].label`` does."""
        self.plot.set_loss(label)

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest snapshot's history."""
        last = snapshot.history.last
        has_validation = last is None or last.validation_loss == last.validation_loss
        if self._validation.isHidden() == has_validation:
            self._validation.setVisible(has_validation)
        self.plot.draw(snapshot)

    def clear(self) -> None:
        """Go back to empty axes."""
        self._validation.setVisible(True)
        self.plot.clear()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.plot.set_theme(theme)
        self._train.set_colour(theme.ink_2)
        self._validation.set_colour(theme.validation)


class _LegendEntry(QLabel):
    """A short stroke in a curve's colour and the curve's name."""

    def __init__(self, text: str, colour: str) -> None:
        super().__init__(text)
        self.setProperty("role", "secondary")
        self.setContentsMargins(20, 0, 0, 0)
        self._colour = QColor(colour)

    def set_colour(self, colour: str) -> None:
        """Take the curve's colour in another theme."""
        self._colour = QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the name, then the stroke before it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        y = self.height() / 2
        painter.drawLine(QPointF(1.0, y), QPointF(13.0, y))
        painter.end()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the full size: half a name is none."""
        return self.sizeHint()


def _segment(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("segment", "true")
    return button
