"""The microscope's drawer: one update in stages, walked by a slider, by keys, or slowly by itself."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.lens_sums import Formula
from nnviz.app.microscope import Microscope
from nnviz.app.microscope_stage import Stage
from nnviz.ui.panels.formula_lines import FormulaLabel
from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.panels.microscope_bar import MicroscopeBar, flat
from nnviz.ui.panels.microscope_page import StagePage
from nnviz.ui.plots.network_voice import say
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import horizontal_rule

HEIGHT, LEAST, MOST = 320, 200, 420
_ROWS_WIDTH = 170
_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class MicroscopePanel(QWidget):
    """Header with the row, a bar with the stages, and the stage's page.

    Signals
    -------
    stage_shown(object)
        Another `Stage`, or None.
    row_chosen(int)
        A row of ``dataset.X`` that the person wants to follow.
    applied, pause_wanted, closed
        What the person asks for.
    """

    stage_shown = Signal(object)
    row_chosen = Signal(int)
    applied = Signal()
    pause_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("microscope")
        self.setAccessibleName("Microscope")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(LEAST)
        self.setMaximumHeight(MOST)
        self.view: Microscope | None = None
        self._announced = ""
        self.title, self.subject = value_label("title"), value_label("caption")
        self.title.setText("Microscope")
        self.subject.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note = value_label("caption", wrap=True)
        self.note.setContentsMargins(16, 0, 16, 4)
        self.note.hide()
        self.rows = QComboBox()
        self.rows.setAccessibleName("Row of the batch that is followed")
        self.rows.setToolTip("The row that is followed (Up, Down); the largest loss first")
        self.rows.setProperty("compact", "true")
        hold(self.rows, width=_ROWS_WIDTH)
        self.rows.activated.connect(self._choose_row)
        self.bar = MicroscopeBar()
        self.bar.moved.connect(self._show_stage)
        self.bar.applied.connect(self.applied)
        self.page = StagePage()
        self._area = QScrollArea()
        self._area.setWidget(self.page)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setProperty("surface", "none")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._make_message())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header())
        column.addWidget(self.bar)
        column.addWidget(self.note)
        column.addWidget(horizontal_rule())
        column.addWidget(self._pages, 1)
        self.setFocusProxy(self.bar.slider)
        self.say("")

    def _header(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addSpacing(6)
        head.addWidget(self.subject, 1)
        follow = QLabel("Follow")
        follow.setProperty("role", "caption")
        follow.setBuddy(self.rows)
        head.addWidget(follow)
        head.addWidget(self.rows)
        head.addSpacing(8)
        self.copy_text = flat("Copy", "Copy all stages' formulas as text", self._copy_text)
        self.copy_latex = flat("LaTeX", "Copy all stages' formulas as LaTeX", self._copy_latex)
        self.close_button = flat("✕", "Close (Esc, U)", self.closed.emit)
        self.close_button.setAccessibleName("Close the microscope")
        for button in (self.copy_text, self.copy_latex, self.close_button):
            head.addWidget(button)
        return head

    def _make_message(self) -> QWidget:
        box = QWidget()
        box.setProperty("surface", "none")
        self._message = value_label("secondary", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pause_button = QPushButton("Pause")
        self.pause_button.setToolTip("Pause training, and look at the update that comes next (Space)")
        self.pause_button.clicked.connect(self.pause_wanted)
        column = QVBoxLayout(box)
        column.addStretch(1)
        column.addWidget(self._message)
        column.addWidget(self.pause_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return box

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self.page.set_theme(theme)

    # What is shown

    @property
    def message(self) -> str:
        """The words that are shown instead of the stages, or ""."""
        return "" if self._pages.currentWidget() is self._area else self._message.text()

    def say(self, words: str, *, can_pause: bool = False) -> None:
        """Show words instead of stages, and whether a pause would help."""
        self.bar.stop()
        self.view = None
        set_text(self._message, words)
        self.pause_button.setVisible(can_pause)
        self._pages.setCurrentIndex(1)
        self._enable(there=False)
        set_text(self.subject, "")
        self.note.hide()
        self.stage_shown.emit(None)
        if words and words != self._announced:
            self._announced = words
            say(self, words)

    def show_view(self, view: Microscope, index: int, refusal: str) -> None:
        """Show an update at one of its stages; ``refusal`` is why it cannot be applied, or ""."""
        self.view = view
        self._announced = ""
        self.bar.show_stages(len(view.stages), index, refusal)
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for row, words in view.rows:
                self.rows.addItem(words, row)
            self.rows.setCurrentIndex(next(i for i, (row, _) in enumerate(view.rows) if row == view.row))
        self._pages.setCurrentIndex(0)
        self._enable(there=True)
        set_text(self.note, view.note)
        self.note.setVisible(bool(view.note))
        metrics = self.subject.fontMetrics()
        room = max(40, self.subject.width())
        set_text(self.subject, metrics.elidedText(view.title, Qt.TextElideMode.ElideRight, room))
        self.subject.setToolTip(view.title)
        self._show_stage()

    def _enable(self, *, there: bool) -> None:
        for widget in (self.bar, self.rows, self.copy_text, self.copy_latex):
            widget.setEnabled(there)

    @property
    def stage(self) -> Stage | None:
        """The stage that is shown."""
        return None if self.view is None else self.view.stages[self.bar.stage]

    def _show_stage(self) -> None:
        if (stage := self.stage) is not None:
            self.bar.describe(stage.name, stage.sentence)
            self.page.show_stage(stage)
            self._area.verticalScrollBar().setValue(0)
            self.stage_shown.emit(stage)

    # What the person does

    def _choose_row(self, index: int) -> None:
        self.row_chosen.emit(int(self.rows.itemData(index)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Play with P, zoom with - and +, apply with Enter, choose the row with Up and Down."""
        key = event.key()
        if key == Qt.Key.Key_Plus and self.view is not None and not event.modifiers() & _OTHERS:  # Shift writes it
            self.bar.zoom_in()
        elif self.view is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_P:
            self.bar.toggle_play()
        elif key == Qt.Key.Key_Minus:
            self.bar.zoom_out()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.bar.apply.isEnabled():
                self.applied.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            to = self.rows.currentIndex() + (1 if key == Qt.Key.Key_Down else -1)
            if 0 <= to < self.rows.count():
                self._choose_row(to)
        else:
            super().keyPressEvent(event)

    # Copying

    def texts(self) -> list[str]:
        """Return every text that is shown of the stage, formulas in one line each."""
        labels = [label for label in self.page.findChildren(QLabel) if label.isVisibleTo(self.page) and label.text()]
        return [label.formula if isinstance(label, FormulaLabel) else label.text() for label in labels]

    def _formulas(self) -> list[Formula]:
        return [] if self.view is None else self.view.formulas()

    def _copy_text(self) -> None:
        QApplication.clipboard().setText("\n".join(line.text for line in self._formulas()))

    def _copy_latex(self) -> None:
        lines = " \\\\\n".join(f"& {line.latex}" for line in self._formulas())
        QApplication.clipboard().setText(f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}")
