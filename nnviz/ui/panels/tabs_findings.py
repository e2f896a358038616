"""What diagnostics found, sentence by sentence, each with the way to the layer it is about."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnviz.engine.diagnostics import FINDINGS, Finding
from nnviz.ui.dialogs.report_findings import severity_pixmap
from nnviz.ui.panels.tabs_page import INSET
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme

_WORDS = {"note": "Note", "warning": "Warning", "serious": "Serious"}
NOTHING = "Nothing was found: gradients, updates, neurons and the loss curves look sound."


class FindingLine(QWidget):
    """One finding: its sign, its sentence, and a button that leads to its layer."""

    layer_chosen = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self._theme = theme
        self._finding: Finding | None = None
        self.sign, self.sentence = QLabel(), QLabel()
        self.sign.setFixedSize(20, 18)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "secondary")
        self.link = QToolButton()
        self.link.setProperty("flat", "true")
        self.link.setStyleSheet("QToolButton { padding: 0 4px; min-height: 0; }")
        self.link.clicked.connect(self._on_link)
        line = QHBoxLayout(self)
        line.setContentsMargins(INSET, 0, INSET - 4, 0)
        line.setSpacing(6)
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.sentence, 1)
        line.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)

    def show_finding(self, finding: Finding, name: str) -> None:
        """Show a finding; ``name`` is that of its layer, "" where it has none."""
        kind = FINDINGS[finding.kind]
        if self._finding is None or finding.severity != self._finding.severity:
            self.sign.setPixmap(severity_pixmap(finding.severity, self._theme, self.devicePixelRatioF()))
            self.sign.setAccessibleName(_WORDS[finding.severity])
        self._finding = finding
        text = f"{kind.label[:1].upper()}{kind.label[1:]}. {finding.sentence} {finding.suggestion}"
        if self.sentence.text() != text:
            self.sentence.setText(text)
            self.sentence.setToolTip(tooltip(f"{kind.explanation} Judged by: {kind.measure}. {kind.source}"))
        self.link.setVisible(bool(name))
        if self.link.text() != f"{name} ›":
            self.link.setText(f"{name} ›")
            self.link.setAccessibleName(f"Show {name}")
            self.link.setToolTip(f"Show {name} in the inspector")

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        if self._finding is not None:
            self.sign.setPixmap(severity_pixmap(self._finding.severity, theme, self.devicePixelRatioF()))

    def _on_link(self) -> None:
        if self._finding is not None and self._finding.layer is not None:
            self.layer_chosen.emit(self._finding.layer, self._finding.units[0] if self._finding.units else 0)


class FindingsList(QWidget):
    """One line under the other, worst first; ``layer_chosen`` carries layer and neuron."""

    layer_chosen = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.setAccessibleName("Diagnosis")
        self._theme = theme
        self.lines: list[FindingLine] = []
        self._nothing = QLabel(NOTHING)
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "secondary")
        self._nothing.setContentsMargins(INSET, 0, INSET, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 6)
        self._column.setSpacing(8)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said, in order."""
        shown = [line.sentence.text() for line in self.lines if not line.isHidden()]
        return tuple(shown) or (self._nothing.text(),)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        for line in self.lines:
            line.set_theme(theme)

    def show_findings(self, findings: Sequence[Finding], names: Sequence[str]) -> None:
        """Show what was found; ``names`` are those of the layers."""
        while len(self.lines) < len(findings):
            line = FindingLine(self._theme)
            line.layer_chosen.connect(self.layer_chosen)
            self.lines.append(line)
            self._column.insertWidget(len(self.lines) - 1, line)
        self._nothing.setVisible(not findings)
        for index, line in enumerate(self.lines):
            line.setVisible(index < len(findings))
            if index < len(findings):
                layer = findings[index].layer
                line.show_finding(findings[index], "" if layer is None else names[layer])
