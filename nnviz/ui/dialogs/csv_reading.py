"""The page of the import sheet that is shown while a file is read, and what became of its lines, in words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.data.table import Table


def plain_label(role: str = "") -> QLabel:
    """Return a label of plain text in lines as wide as there is room."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def reading_page(*labels: QLabel) -> QWidget:
    """Return a page with labels one below the other in its middle."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(120, 24, 120, 48)
    layout.setSpacing(8)
    layout.addStretch(1)
    for label in labels:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(label)
    layout.addStretch(1)
    return page


def accounts(table: Table) -> str:
    """Say what became of every line of the file."""
    found = table.reconciliation
    if found is None:
        return ""
    parts = {
        "rows": found.rows, "rejected": found.rejected, "blank": found.blank, "comments": found.comments,
        "rulers": found.rulers, "header lines": found.header, "lines above it": found.skipped,
    }  # fmt: skip
    said = ", ".join(f"{count:,} {what}" for what, count in parts.items() if count)
    checked = "every line is accounted for" if found.adds_up else "the lines do not add up"
    return f"{found.lines:,} lines in the file: {said}; {checked}."
