"""What diagnostics found, sentence by sentence, each with the way to its place and an experiment on a branch."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.experiment import Experiment
from nnviz.app.finding_items import FindingItem
from nnviz.engine.diagnostics import FINDINGS
from nnviz.ui.dialogs.report_findings import severity_pixmap
from nnviz.ui.panels.tabs_page import INSET
from nnviz.ui.plots.network_voice import say
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme
from nnviz.ui.widgets import horizontal_rule

_BUTTON = "QPushButton { padding: 1px 8px; min-height: 0; }"


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class _Button(QPushButton):
    """Comes into sight, with the words above it, when the keys come to it."""

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll to it."""
        super().focusInEvent(event)
        self.reveal()

    def reveal(self) -> None:
        """Scroll to it."""
        inside, area = self.parentWidget(), self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            inside, area = (area if isinstance(area, FindingLine | Offer) else inside), area.parentWidget()
        if isinstance(area, QScrollArea) and inside is not None:
            area.ensureWidgetVisible(inside, 0, 6)
            area.ensureWidgetVisible(self, 0, 12)


def _button(text: str) -> _Button:
    button = _Button(text)
    button.setStyleSheet(_BUTTON)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button


class Offer(QWidget):
    """What an experiment would change, and the one click that it takes.

    Signals
    -------
    accepted, declined
        The person wants it, or not.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.text = _label("")
        self.start, self.leave = _button("Start the branch"), _button("Not now")
        self.start.setProperty("primary", "true")
        self.start.clicked.connect(self.accepted)
        self.leave.clicked.connect(self.declined)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.start)
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(buttons)

    def show_experiment(self, experiment: Experiment) -> None:
        """Say what will differ."""
        self.text.setText(experiment.sentence)
        self.start.setAccessibleName(f"Start the branch: {experiment.words}")
        self.start.setAccessibleDescription(experiment.sentence)


class FindingLine(QWidget):
    """One finding: its sign, date, sentence and numbers; a button to its place and one that offers an experiment."""

    show_wanted = Signal(object)  # FindingPlace
    branch_wanted = Signal(object)  # FindingItem

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self._theme = theme
        self.item: FindingItem | None = None
        self._severity = ""
        self.sign = QLabel()
        self.sign.setFixedSize(20, 18)
        self.title, self.sentence = _label("title"), _label("secondary")
        self.evidence, self.advice = _label("caption"), _label("secondary")
        self.link, self.attempt = _button("Show"), _button("Try it on a branch …")
        self.link.clicked.connect(self._on_link)
        self.attempt.clicked.connect(self.open_offer)
        self.offer = Offer()
        self.offer.hide()
        self.offer.accepted.connect(self._on_accepted)
        self.offer.declined.connect(self.close_offer)
        self._arrange()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 2, 0, 0)
        buttons.setSpacing(6)
        buttons.addWidget(self.link)
        buttons.addWidget(self.attempt)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(3)
        for part in (self.title, self.sentence, self.advice):
            words.addWidget(part)
        words.addLayout(buttons)
        words.addWidget(self.offer)
        words.addWidget(self.evidence)
        line = QHBoxLayout(self)
        line.setContentsMargins(INSET, 0, INSET, 0)
        line.setSpacing(6)
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    @property
    def text(self) -> str:
        """All that is said of the finding."""
        parts = (self.title, self.sentence, self.advice, self.evidence)
        return " ".join(part.text() for part in parts if part.text())

    def show_item(self, item: FindingItem) -> None:
        """Show a finding."""
        finding, kind = item.finding, FINDINGS[item.finding.kind]
        if finding.severity != self._severity:
            self._severity = finding.severity
            self.sign.setPixmap(severity_pixmap(finding.severity, self._theme, self.devicePixelRatioF()))
            self.sign.setAccessibleName(finding.severity.capitalize())
        if item == self.item:
            return
        self.item = item
        advice = finding.suggestion if isinstance(item.trial, Experiment) else f"{finding.suggestion} {item.trial}"
        texts = (item.title, finding.sentence, item.evidence, advice)
        for part, text in zip((self.title, self.sentence, self.evidence, self.advice), texts, strict=True):
            if part.text() != text:
                part.setText(text)
        self.sentence.setToolTip(tooltip(f"{kind.explanation} Judged by: {kind.measure}. {kind.source}"))
        self.link.setAccessibleName(f"Show {item.place.words}")
        self.link.setToolTip(tooltip(f"Show {item.place.words}"))
        self.attempt.setVisible(isinstance(item.trial, Experiment))
        if isinstance(item.trial, Experiment):
            self.attempt.setAccessibleName(f"Try on a branch against {kind.label}: {item.trial.words}")
            self.attempt.setToolTip(tooltip(f"{item.trial.words}. Nothing is changed before you say so."))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        if self._severity:
            self.sign.setPixmap(severity_pixmap(self._severity, theme, self.devicePixelRatioF()))

    @property
    def offers(self) -> bool:
        """Whether an experiment waits for the person's word."""
        return not self.offer.isHidden()

    def open_offer(self) -> None:
        """Say what the experiment would change; nothing is changed yet."""
        if self.item is not None and isinstance(self.item.trial, Experiment):
            self.offer.show_experiment(self.item.trial)
            self.offer.show()
            self.attempt.hide()
            self.offer.start.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self.offer.start, self.offer.start.reveal)  # once it has its place
            say(self, self.item.trial.sentence)

    def close_offer(self) -> None:
        """Take the offer back."""
        had_focus = self.offer.start.hasFocus() or self.offer.leave.hasFocus()
        self.offer.hide()
        self.attempt.setVisible(self.item is not None and isinstance(self.item.trial, Experiment))
        if had_focus and self.attempt.isVisible():
            self.attempt.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_link(self) -> None:
        if self.item is not None:
            self.show_wanted.emit(self.item.place)

    def _on_accepted(self) -> None:
        item = self.item
        self.close_offer()
        if item is not None:
            self.branch_wanted.emit(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take an open offer back with Esc."""
        if event.key() == Qt.Key.Key_Escape and self.offers:
            self.close_offer()
        else:
            super().keyPressEvent(event)


class FindingsList(QWidget):
    """How the last branch does, then one finding under the other, worst first."""

    show_wanted = Signal(object)  # FindingPlace
    branch_wanted = Signal(object)  # FindingItem

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.setAccessibleName("Why did it stop learning?")
        self._theme = theme
        self.lines: list[FindingLine] = []
        self._run: tuple[int, int] | None = None
        self.verdict, self.nothing = _label(""), _label("secondary")
        self.verdict.setContentsMargins(INSET, 0, INSET, 0)
        self.nothing.setContentsMargins(INSET, 0, INSET, 0)
        self._rule = horizontal_rule()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 6)
        self._column.setSpacing(10)
        for part in (self.verdict, self._rule, self.nothing):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.set_verdict("")

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said, in order."""
        shown = [line.text for line in self.lines if not line.isHidden()]
        return tuple(shown) or (self.nothing.text(),)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        for line in self.lines:
            line.set_theme(theme)

    def take_focus(self) -> bool:
        """Give the first finding's button the focus; return whether there is one that can be seen."""
        first = next((line.link for line in self.lines if not line.isHidden()), None)
        if first is None or not first.isVisible():
            return False
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def set_verdict(self, text: str) -> None:
        """Say how the last branch does beside the run that it left; "" for none."""
        if text != self.verdict.text() or not text:
            self.verdict.setText(text)
            self.verdict.setVisible(bool(text))
            self._rule.setVisible(bool(text))

    def show_items(self, items: Sequence[FindingItem], nothing: str, run: tuple[int, int]) -> None:
        """Show what was found in a run, or ``nothing``; while an offer waits in the same run, the list stands still."""
        if run == self._run and any(line.offers for line in self.lines):
            return
        self._run = run
        while len(self.lines) < len(items):
            line = FindingLine(self._theme)
            line.show_wanted.connect(self.show_wanted)
            line.branch_wanted.connect(self.branch_wanted)
            self.lines.append(line)
            self._column.insertWidget(self._column.count() - 1, line)
        self.nothing.setVisible(not items)
        if self.nothing.text() != nothing:
            self.nothing.setText(nothing)
        for index, line in enumerate(self.lines):
            if line.offers:
                line.close_offer()
            line.setVisible(index < len(items))
            if index < len(items):
                line.show_item(items[index])
