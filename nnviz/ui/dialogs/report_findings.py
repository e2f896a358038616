"""The page of what diagnostics found: each finding a sentence, its numbers, and what to try."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.app.report_tables import evidence_text
from nnviz.engine.diagnostics import FINDINGS, Finding
from nnviz.ui.dialogs.report_pages import INSET, text_label
from nnviz.ui.icons import icon_pixmap
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.widgets import horizontal_rule

_SIGN = 18
_WORDS = {"note": "Note", "warning": "Warning", "serious": "Serious"}
_TOKENS = {"note": "ink_2", "warning": "warning", "serious": "error"}
_OCTAGON = ((5.4, 1.8), (10.6, 1.8), (14.2, 5.4), (14.2, 10.6), (10.6, 14.2), (5.4, 14.2), (1.8, 10.6), (1.8, 5.4))


def severity_pixmap(severity: str, theme: Theme, ratio: float) -> QPixmap:
    """Return the sign of a severity: a ring with an i, a triangle, or a filled octagon."""
    colour = getattr(theme, _TOKENS[severity])
    if severity != "serious":
        return icon_pixmap("info" if severity == "note" else "warning", colour, _SIGN, ratio)
    pixmap = QPixmap(round(_SIGN * ratio), round(_SIGN * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_SIGN / 16, _SIGN / 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in _OCTAGON]))
    painter.setPen(QPen(QColor(theme.panel), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(8, 4.6), QPointF(8, 8.8))
    painter.drawPoint(QPointF(8, 11.4))
    painter.end()
    return pixmap


class FindingsPage(QScrollArea):
    """One finding under the other, worst first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Diagnosis")
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._theme = DARK
        self._findings: tuple[Finding, ...] = ()
        self._known = False
        self._fill()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every sentence shown, in order."""
        return tuple(label.text() for label in self.findChildren(QLabel) if label.text())

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self._fill()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what was found, which may be nothing."""
        self._known, self._findings = True, tuple(findings)
        self._fill()

    def clear(self) -> None:
        """Show nothing."""
        self._known, self._findings = False, ()
        self._fill()

    def _fill(self) -> None:
        place = self.verticalScrollBar().value()
        body = QWidget()
        body.setProperty("surface", "panel")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(INSET, 12, INSET, 12)
        layout.setSpacing(12)
        if self._known and not self._findings:
            layout.addWidget(text_label("Nothing was found.", "title"))
            layout.addWidget(
                text_label(
                    f"{len(FINDINGS)} kinds of trouble were looked for: in the weights, the activations and gradients "
                    "of the training rows, and the loss curves.",
                    "secondary",
                )
            )
        for finding in self._findings:
            if finding is not self._findings[0]:
                layout.addWidget(horizontal_rule())
            layout.addLayout(self._card(finding))
        layout.addStretch(1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(place)

    def _card(self, finding: Finding) -> QGridLayout:
        kind, word = FINDINGS[finding.kind], _WORDS[finding.severity]
        sign = QLabel()
        sign.setPixmap(severity_pixmap(finding.severity, self._theme, self.devicePixelRatioF()))
        sign.setAccessibleName(word)
        title = text_label(f"{word}: {kind.label}", "title")
        title.setStyleSheet(f"color: {getattr(self._theme, _TOKENS[finding.severity])};")
        title.setToolTip(tooltip(f"{kind.explanation} Judged by: {kind.measure}. {kind.source}"))
        card = QGridLayout()
        card.setHorizontalSpacing(10)
        card.setVerticalSpacing(6)
        card.setColumnStretch(1, 1)
        card.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        lines = [title, text_label(finding.sentence), text_label(finding.suggestion, "secondary")]
        if finding.evidence:
            lines.append(text_label(evidence_text(tuple(finding.evidence.items())), "caption"))
        for row, line in enumerate(lines):
            card.addWidget(line, row, 1)
        return card
