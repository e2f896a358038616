"""The page of cross-validation: folds, seeds and epochs; then means and spreads, and the rows that flip."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSpinBox, QWidget

from nnviz.app.jobs import Progress
from nnviz.app.report_tables import TextTable, ValidationTables
from nnviz.errors import UserError
from nnviz.run.cross_validation import DEFAULT_EPOCHS, DEFAULT_FOLDS, DEFAULT_SEEDS, CrossValidation
from nnviz.ui.dialogs.report_pages import page_layout, text_label
from nnviz.ui.dialogs.report_table import TextTableView
from nnviz.ui.segments import Segments
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import captioned

_METRICS = "Metrics"
_INVITATION = (
    "Trains this network from scratch for every fold and seed and judges it by the rows held out: how much of a score "
    "is the network's, and how much is luck of the split or of the first weights."
)


class ValidationPage(QWidget):
    """Asks for a cross-validation and shows what came of it."""

    run_requested = Signal(int, int, int)  # folds, seeds, epochs
    cancel_requested = Signal()
    row_chosen = Signal(int)
    table_changed = Signal()  # another table is in sight, or it has other contents

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy = self._on_rows = self._has_result = False
        self.folds = _spin(2, 1_000, DEFAULT_FOLDS, "Parts of the rows, each held out once")
        self.seeds = _spin(1, 100, len(DEFAULT_SEEDS), "Networks for each fold, each from other first weights")
        self.epochs = _spin(1, 1_000_000, DEFAULT_EPOCHS, "How long each network trains, at most")
        self.button = QPushButton("Run")
        self.button.setProperty("primary", "true")
        self.button.setAutoDefault(False)
        hold(self.button, least_width=88)
        self.button.clicked.connect(self._press)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(3)
        self.progress.setAccessibleName("Progress of the cross-validation")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.state = text_label(role="caption")
        self.sentence = text_label(role="title")
        self.notes = text_label(role="warning")
        self.metrics = TextTableView("Means and spreads")
        self.segments = Segments()
        self.segments.chosen.connect(self._show)
        self.rows = TextTableView("Rows that flip")
        self.rows.row_chosen.connect(self.row_chosen)
        self._build()
        self.clear()

    def _build(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for caption, spin in (("Folds", self.folds), ("Seeds", self.seeds), ("Epochs", self.epochs)):
            controls.addWidget(captioned(caption, spin))
        controls.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        controls.addSpacing(8)
        controls.addWidget(self.state, 1, Qt.AlignmentFlag.AlignBottom)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.segments, 0, Qt.AlignmentFlag.AlignBottom)
        layout = page_layout(self)
        layout.addLayout(controls)
        layout.addWidget(self.progress)
        layout.addLayout(head)
        layout.addWidget(self.notes)
        layout.addWidget(self.metrics, 1)
        layout.addWidget(self.rows, 1)
        self._rest = QWidget()
        layout.addWidget(self._rest, 1)

    @property
    def table(self) -> TextTableView:
        """The table in sight."""
        return self.rows if self._on_rows else self.metrics

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.metrics.set_theme(theme)
        self.rows.set_theme(theme)

    def suggest_epochs(self, epochs: int) -> None:
        """Offer to train as long as the network on the screen has; what the person typed stays."""
        if epochs >= 10 and self.epochs.value() == DEFAULT_EPOCHS:
            self.epochs.setValue(epochs)

    def set_progress(self, progress: Progress | None) -> None:
        """Show how far the work is; None: nothing is being done."""
        if (progress is not None) != self._busy:
            self._set_busy(busy=progress is not None)
        if progress is not None:
            self.progress.setValue(round(1000 * progress.share))
            if progress.text:
                self.state.setText(progress.text)

    def show_result(self, found: CrossValidation, tables: ValidationTables) -> None:
        """Show what was found."""
        self._set_busy(busy=False)
        sentence = found.sentence
        self.sentence.setText(f"{sentence[:1].upper()}{sentence[1:]}.")
        self.notes.setText(" ".join(found.notes))
        self.notes.setVisible(bool(found.notes))
        epochs = sorted({run.epochs for run in found.runs})
        span = f"{epochs[0]:,}" if len(epochs) == 1 else f"{epochs[0]:,} to {epochs[-1]:,}"
        self.state.setText(f"{len(found.runs)} networks of {span} epochs each: mean ± standard deviation.")
        self.metrics.set_table(tables.metrics)
        self.rows.set_table(tables.rows)
        if found.task == "regression":
            name = "Rows the seeds disagree about"
        else:
            name = f"Rows that flip ({len(found.flips):,})"
        self.rows.setAccessibleName(name)
        self.segments.set_names((_METRICS, name) if tables.rows.rows else ())
        self._has_result = True
        self._show(name if self._on_rows and tables.rows.rows else _METRICS)

    def show_refusal(self, error: UserError) -> None:
        """Say why there is no result; an older one stays."""
        self._set_busy(busy=False)
        self.state.setText(str(error))

    def clear(self) -> None:
        """Show nothing but what it is for."""
        self._set_busy(busy=False)
        self.state.setText("")
        self.sentence.setText(_INVITATION)
        self.notes.hide()
        self.epochs.setValue(DEFAULT_EPOCHS)
        for table in (self.metrics, self.rows):
            table.set_table(TextTable(("",), ()))
        self.segments.set_names(())
        self._has_result = False
        self._show(_METRICS)

    def _show(self, name: str) -> None:
        self._on_rows = name != _METRICS
        self.segments.press(name)
        self.metrics.setVisible(self._has_result and not self._on_rows)
        self.rows.setVisible(self._has_result and self._on_rows)
        self._rest.setVisible(not self._has_result)
        role = "title" if self._has_result else "secondary"
        if self.sentence.property("role") != role:
            self.sentence.setProperty("role", role)
            self.sentence.style().polish(self.sentence)
        self.table_changed.emit()

    def _press(self) -> None:
        if self._busy:
            self._set_busy(busy=False)
            self.state.setText("Called off.")
            self.cancel_requested.emit()
        else:
            self._set_busy(busy=True)
            self.state.setText("Starting …")
            self.run_requested.emit(self.folds.value(), self.seeds.value(), self.epochs.value())

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.button.setText("Cancel" if busy else "Run")
        self.progress.setVisible(busy)
        if busy:
            self.progress.setValue(0)
        for spin in (self.folds, self.seeds, self.epochs):
            spin.setEnabled(not busy)


def _spin(lowest: int, highest: int, value: int, tip: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(lowest, highest)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    spin.setToolTip(tip)
    hold(spin, width=84)
    spin.lineEdit().setTextMargins(5, 0, 5, 0)
    return spin
