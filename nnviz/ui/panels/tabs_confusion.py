"""The tab of the confusion matrix, with the figures of each class."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.app.confusion_view import MEASURES, ConfusionView, Measure, confusion_view
from nnviz.app.rows_view import part_answers
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.ui.panels.tabs_page import Caption, PartChoice, TabPage, named_segments
from nnviz.ui.plots.confusion import ConfusionMatrix
from nnviz.ui.theme import Theme

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_MEASURES: dict[str, Measure] = dict(zip(("Count", "Row %", "Col %"), MEASURES, strict=True))
_TIPS = ("Numbers of rows", "Shares of the rows of the true class", "Shares of the rows predicted to be of the class")


class ConfusionPage(TabPage):
    """How the classes were taken for one another; ``cell_chosen`` carries true class, predicted class and part."""

    cell_chosen = Signal(int, int, str)
    title = "Confusion"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(rows="sample")
        self.parts = PartChoice()
        self.parts.chosen.connect(lambda _: self.wants_again.emit())
        self.measures = named_segments(tuple(_MEASURES), _TIPS, "What stands in the cells")
        self.measures.chosen.connect(self._on_measure)
        self.matrix = ConfusionMatrix(theme)
        self.matrix.cell_chosen.connect(lambda true, guessed: self.cell_chosen.emit(true, guessed, self.parts.part))
        self.summary = Caption()
        self.add_head(self.parts, None, self.measures)
        self.column.addWidget(self.matrix, 1)
        self.column.addWidget(self.summary)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self.matrix.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self.parts.set_dataset(dataset)
        self.matrix.show_view(None)

    def digest(self, material: Material) -> Callable[[], ConfusionView] | None:
        """Count the cells in the background."""
        if material.rows is None:
            return None
        dataset, rows, part = material.dataset, material.rows, self.parts.part
        return lambda: confusion_view(part_answers(dataset, rows, part))

    def take(self, contents: ConfusionView) -> None:
        """Show a matrix."""
        self.say("")
        self.matrix.show_view(contents)
        self.summary.set_wordings(contents.summary)
        self.summary.setToolTip(f"{contents.summary}; after epoch {contents.epoch:,}, step {contents.step:,}")

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the matrix with the figures of its classes."""
        from nnviz.app.saved_views import confusion_numbers  # noqa: PLC0415 - not for the first paint

        view = self.matrix.view
        return () if self.said or view is None else (confusion_numbers(view),)

    def _on_measure(self, name: str) -> None:
        self.measures.press(name)
        self.matrix.set_measure(_MEASURES[name])
