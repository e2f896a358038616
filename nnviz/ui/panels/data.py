"""The data dock: toy sets, drop target, the columns with their roles, the split and the chosen row."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import ColumnSummary, plural
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import TOY_DATASETS
from nnviz.ui.panels.data_columns import ROW_HEIGHT, ColumnList
from nnviz.ui.panels.data_file import DropTarget, FileName
from nnviz.ui.panels.data_row import RowSection
from nnviz.ui.panels.data_split import SplitSection
from nnviz.ui.panels.data_toy_options import ToyBar
from nnviz.ui.panels.data_toys import ToyGrid
from nnviz.ui.text_parts import one_line
from nnviz.ui.theme import CAPTION, DARK, Theme
from nnviz.ui.type_scale import hold, px

_INSET: Final = 12
_ROOMY: Final = 680  # of height; a lower panel shows the toy sets small
_SAVED: Final = 30  # pixels of that which the chosen row may have


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", "h")
    return rule


def _padded(*widgets: QWidget, top: int = 8, bottom: int = 8) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(_INSET, top, _INSET, bottom)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


class DataPanel(QWidget):
    """The left dock; it shows what it is given and tells what was asked for."""

    toy_chosen = Signal(str)
    open_requested = Signal()
    role_chosen = Signal(str, str)
    validation_fraction_changed = Signal(float)
    rejected_requested = Signal()
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_panel")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(220)
        self._dataset: Dataset | None = None
        self.toys = ToyGrid()
        self.toy_bar = ToyBar()
        self.drop_target = DropTarget()
        self.file_name = FileName()
        self.columns = ColumnList()
        self.doubts = QPushButton()
        self.doubts.setObjectName("doubts")
        self.doubts.setCursor(Qt.CursorShape.PointingHandCursor)
        self.doubts.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dropped = QLabel()
        self.dropped.setProperty("role", "warning")
        self.dropped.setTextFormat(Qt.TextFormat.PlainText)
        self.dropped.setWordWrap(True)
        self.split = SplitSection()
        self.row = RowSection()
        self._sections = QWidget()
        self._build()
        self.toys.toy_chosen.connect(self.toy_chosen)
        self.drop_target.clicked.connect(self.open_requested)
        self.columns.role_chosen.connect(self.role_chosen)
        self.split.fraction_changed.connect(self.validation_fraction_changed)
        self.doubts.clicked.connect(self.rejected_requested)
        self.row.row_chosen.connect(self.row_chosen)
        self.set_theme(DARK)
        self.set_dataset(None)

    def _build(self) -> None:
        title = QLabel("Data")
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.setContentsMargins(_INSET, 9, _INSET, 8)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.toy_bar)
        hold(self.columns, least_height=2 * ROW_HEIGHT)
        sections = QVBoxLayout(self._sections)
        sections.setContentsMargins(0, 0, 0, 0)
        sections.setSpacing(0)
        sections.addWidget(_rule())
        sections.addLayout(_padded(self.file_name, top=8, bottom=4))
        sections.addWidget(self.columns, 1000)
        sections.addLayout(_padded(self.doubts, self.dropped, top=0, bottom=4))
        sections.addWidget(_rule())
        sections.addLayout(_padded(self.split, top=8, bottom=4))
        sections.addWidget(_rule())
        sections.addWidget(self.row)
        sections.addStretch(1)
        content = QWidget()
        content.setProperty("surface", "none")
        content.setMinimumWidth(1)  # never wider than the dock, whatever its parts would like
        area = QScrollArea()  # scrolls where a low window or large text leaves no room for all of it
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setProperty("surface", "none")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        grid = QHBoxLayout()
        grid.setContentsMargins(_INSET - 4, 0, _INSET - 4, 0)
        grid.addWidget(self.toys)
        layout.addLayout(grid)
        layout.addLayout(_padded(self.drop_target, top=4, bottom=12))
        layout.addWidget(self._sections, 1)
        self._rest = QWidget()
        layout.addWidget(self._rest, 1)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width in the mock-up."""
        return QSize(240, 752)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        for part in (self.toys, self.toy_bar, self.drop_target, self.file_name, self.columns, self.row):
            part.set_theme(theme)
        self.doubts.setStyleSheet(
            "QPushButton { background: transparent; border: none; padding: 0; text-align: left;"
            f" min-height: {px(18)}px; font-size: {px(CAPTION)}px; color: {theme.warning}; }}"
            "QPushButton:hover, QPushButton:focus { text-decoration: underline; }"
        )

    def set_dataset(self, dataset: Dataset | None, summaries: Sequence[ColumnSummary] = ()) -> None:
        """Show a data set, or the empty state.

        Parameters
        ----------
        dataset
            What to show; the chosen row is forgotten.
        summaries
            What `nnviz.app.column_summary.column_summaries` made of it in a job; columns that are not in it are
            summarised when they come into sight.
        """
        self._dataset = dataset
        self._sections.setVisible(dataset is not None)
        self._rest.setVisible(dataset is None)
        self.columns.set_dataset(dataset, summaries)
        self.row.set_dataset(dataset)
        self._give_room()
        if dataset is None:
            self.toys.set_chosen("")
            return
        table, split = dataset.table, dataset.choices.split
        size = f"{table.n_rows:,} × {table.n_columns:,}"
        self.file_name.set_texts(dataset.name, size, str(table.path) if table.path else dataset.name)
        toys = [toy.name for toy in TOY_DATASETS.values() if table.path is None and toy.label == table.name]
        self.toys.set_chosen(toys[0] if toys else "")
        doubts = [plural(len(table.rejected), "row") + " rejected"] if table.rejected else []
        doubts += [plural(len(table.warnings), "warning")] if table.warnings else []
        self.doubts.setText(f"{', '.join(doubts)} – show")
        self.doubts.setVisible(bool(doubts))
        lacking = "without a target" if split is None else f"without a target or a mark in {split.column}"
        self.dropped.setText(one_line(f"{plural(dataset.dropped, 'row')} {lacking} left out"))
        self.dropped.setVisible(dataset.dropped > 0)
        fraction = dataset.choices.validation_fraction
        self.split.set_split(
            len(dataset.train_rows),
            len(dataset.validation_rows),
            fraction,
            n_test=len(dataset.test_rows),
            column=None if split is None else split.column,
        )

    def set_row(self, index: int | None) -> None:
        """Show a row of ``dataset.X`` (0-based), or none."""
        self.row.set_row(index)

    def set_prediction(
        self,
        text: str,
        class_index: int | None = None,
        shares: Sequence[float] = (),
        loss: float | None = None,
    ) -> None:
        """Show what the network says of the chosen row; at most four times a second, please.

        Parameters
        ----------
        text
            Such as "P(B) 0.44" or "12.3"; empty for none.
        class_index
            The class whose colour the text takes.
        shares
            The probability of each class, for the bar; empty for regression.
        loss
            The loss of this row.
        """
        self.row.answer.set_prediction(text, class_index, shares, loss)

    def set_enabled_editing(self, enabled: bool) -> None:  # noqa: FBT001 - a setter
        """Allow or forbid what would change the data set in use: roles and split."""
        self.columns.set_enabled_editing(enabled)
        self.split.slider.setEnabled(enabled)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the row's list fewer lines when the window is low, so that two columns stay in sight."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """In a low window the toy sets need less, so that the columns in use are seen."""
        self.toys.set_compact(compact=self._dataset is not None and self.height() < px(_ROOMY))
        self.row.set_room(self.height() + (_SAVED if self.toys.compact else 0))
