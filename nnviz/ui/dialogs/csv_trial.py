"""The sheet with what a network makes of a file that it never learned from: scores, problems, predictions."""

from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import plural
from nnviz.app.plain_numbers import MINUS
from nnviz.app.trial import Trial
from nnviz.data.table import NUMERIC_KINDS
from nnviz.engine.metrics import METRICS
from nnviz.ui.dialogs.csv_doubts import DoubtList
from nnviz.ui.text_parts import cell_text, number, one_line, tooltip
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.widgets import horizontal_rule

ROWS: Final = 100
_ACROSS: Final = 6
_MOST_SHARES: Final = 12  # classes whose probabilities have a column

Index = QModelIndex | QPersistentModelIndex
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class PredictionsModel(QAbstractTableModel):
    """The first `ROWS` rows: prediction, true answer, probabilities, and what the network was given."""

    def __init__(self, trial: Trial, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._trial = trial
        preprocessor, table = trial.applied.preprocessor, trial.table
        self._target = preprocessor.target_name if preprocessor.target_name in table else None
        self._features = preprocessor.feature_names
        self._shares = preprocessor.classes[:_MOST_SHARES] if trial.probabilities is not None else ()
        self.headings = (
            "Prediction",
            *((f"True {self._target}",) if self._target is not None else ()),
            *(f"P({name})" for name in self._shares),
            *self._features,
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows are shown."""
        return 0 if parent.isValid() else min(ROWS, self._trial.table.n_rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns are shown."""
        return 0 if parent.isValid() else len(self.headings)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading, or a row's number."""
        if orientation == Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._is_number(section) else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.headings[section])
        return one_line(self.headings[section], 40) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, alignment or colour."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._is_number(index.column()) else _LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            wrong = index.column() == 0 and self._is_wrong(index.row())
            return QColor(self.theme.error if wrong else self.theme.ink if index.column() < 2 else self.theme.ink_2)
        return self._text(index.row(), index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _text(self, row: int, place: int) -> str:
        trial = self._trial
        if place == 0:
            answer = trial.predictions[row]
            return number(float(answer)) if trial.probabilities is None else one_line(str(answer))
        place -= 1
        if self._target is not None:
            if place == 0:
                return cell_text(trial.table.column(self._target).cells(row, row + 1)[0]) or "missing"
            place -= 1
        if place < len(self._shares) and trial.probabilities is not None:
            return f"{trial.probabilities[row, place]:.3f}"
        column = trial.table.column(self._features[place - len(self._shares)])
        return cell_text(column.cells(row, row + 1)[0]) or "missing"

    def _is_number(self, place: int) -> bool:
        trial, first = self._trial, 1 + (self._target is not None)
        if place < first:
            return trial.probabilities is None
        if place < first + len(self._shares):
            return True
        return trial.table.column(self._features[place - first - len(self._shares)]).kind in NUMERIC_KINDS

    def _is_wrong(self, row: int) -> bool:
        trial = self._trial
        if self._target is None or trial.probabilities is None:
            return False
        truth = trial.table.column(self._target).take(np.array([row])).labels()[0]
        return truth is not None and truth != trial.predictions[row]


class TrialDialog(QDialog):
    """Shown with ``open()``; nothing that it shows has been learned from."""

    save_requested = Signal(object)  # Path

    def __init__(self, trial: Trial, parent: QWidget | None = None, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setObjectName("trial")
        self.setWindowTitle("Test on another file")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._trial = trial
        self.title, self.caption = _plain("title"), _plain("caption")
        self.title.setText(f"The network on {one_line(trial.path.name, 80)}")
        self.caption.setText(_caption(trial))
        self.scores = ScoresGrid(trial)
        self.problems = DoubtList()
        self.problems.set_warnings(trial.problems)
        self.problems.setVisible(bool(trial.problems))
        self.problems.setMaximumHeight(110)
        self.rows = _predictions(PredictionsModel(trial, theme, self))
        self.save, self.close_button = QPushButton("Save predictions…"), QPushButton("Close")
        self.save.setAutoDefault(False)
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        self._build()
        self.set_theme(theme)
        self.resize(820, 560)
        self.close_button.setFocus()

    def _build(self) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(16, 14, 16, 12)
        body.setSpacing(8)
        for widget in (self.title, self.caption, self.scores, self.problems):
            body.addWidget(widget)
        count = min(ROWS, self._trial.table.n_rows)
        heading = QLabel("All rows" if count == self._trial.table.n_rows else f"The first {count:,} rows")
        heading.setProperty("role", "secondary")
        body.addWidget(heading)
        body.addWidget(self.rows, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.save)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(body, 1)
        layout.addWidget(horizontal_rule())
        layout.addLayout(foot)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.problems.set_theme(theme)
        model = self.rows.model()
        if isinstance(model, PredictionsModel):
            model.theme = theme
        self.rows.setStyleSheet(
            "QTableView::item { padding: 0 4px; }"
            "QAbstractScrollArea::corner { background: transparent; border: none; }"
            f"QHeaderView::section:vertical {{ background: {theme.field}; color: {theme.ink_3}; font-weight: 400; }}"
        )

    def _save(self) -> None:
        path = self._trial.path
        offered = path.with_name(f"{path.name.split('.')[0]}-predictions.csv")
        name, _ = QFileDialog.getSaveFileName(self, "Save predictions", str(offered), "CSV (*.csv)")
        if name:
            self.save_requested.emit(Path(name))


class ScoresGrid(QWidget):
    """Every score that is defined, as a name over its value; or the reason why there are none."""

    def __init__(self, trial: Trial) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.texts: dict[str, str] = {}
        found = trial.scores
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(18)
        layout.setVerticalSpacing(2)
        if found is not None:
            self.texts = {
                METRICS[name].label: f"{value:.4g}".replace("-", MINUS)
                for name, value in found.values.items()
                if np.isfinite(value)
            }
        for place, (label, value) in enumerate(self.texts.items()):
            caption, figure = _plain("caption"), _plain("title")
            caption.setText(label[:1].upper() + label[1:])
            caption.setContentsMargins(0, 6 if place >= _ACROSS else 0, 0, 0)
            figure.setText(value)
            figure.setAccessibleName(f"{label}: {value}")
            figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(caption, 2 * (place // _ACROSS), place % _ACROSS, Qt.AlignmentFlag.AlignBottom)
            layout.addWidget(figure, 2 * (place // _ACROSS) + 1, place % _ACROSS)
        self.reason = _plain("secondary")
        self.reason.setText(_reason(trial))
        self.reason.setVisible(bool(self.reason.text()))
        layout.addWidget(self.reason, 2 * len(self.texts) + 2, 0, 1, _ACROSS)


def _reason(trial: Trial) -> str:
    """Say over which rows the scores are, where not over all, or why there are none."""
    found = trial.scores
    if found is None:
        return "No scores: the file does not hold the answers. The predictions below are the network's."
    if found.n_rows == trial.table.n_rows:
        return ""
    return f"Over the {plural(found.n_rows, 'row')} with a known answer."


def _caption(trial: Trial) -> str:
    rows = plural(trial.table.n_rows, "row")
    return (
        f"{rows}; nothing is learned from them: weights, scales and categories are those of "
        f"{one_line(trial.learned_from, 60)} at epoch {trial.epoch:,}."
    )


def _plain(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _predictions(model: PredictionsModel) -> QTableView:
    table = QTableView()
    table.setObjectName("predictions")
    table.setAccessibleName("Predictions of the first rows")
    table.setModel(model)
    table.setWordWrap(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setSectionsClickable(False)
    table.horizontalHeader().setDefaultSectionSize(104)
    table.verticalHeader().setDefaultSectionSize(24)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    return table
