"""Small parts of the decision panel: a list that shortens its name, a label, a segment."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
)


class NameCombo(QComboBox):
    """A combo box that ends a long name in an ellipsis; under a style sheet Qt would only cut it off."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the box and as much of the name as fits."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        full = self.currentText().replace("\n", " ")
        option.currentText = self.fontMetrics().elidedText(full, Qt.TextElideMode.ElideRight, room.width() - 2)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


def label(text: str, role: str) -> QLabel:
    """Return a label of plain text in a role of the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    return made


def segment(text: str, tip: str) -> QToolButton:
    """Return a button that is one of a row of choices."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("segment", "true")
    return button
