"""The tab of ROC curves and calibration."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from nnviz.app.roc_view import CalibrationView, RocView, calibration_view, roc_view
from nnviz.app.rows_view import part_answers
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.engine.calibration import EXPECTED_CALIBRATION_ERROR
from nnviz.errors import UserError
from nnviz.ui.panels.tabs_page import Caption, PartChoice, TabPage
from nnviz.ui.panels.tabs_two import TwoCharts
from nnviz.ui.plots.calibration import CalibrationChart
from nnviz.ui.plots.roc import RocChart
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_NAMES = ("ROC", "Calibration")
_TIPS = ("How well each class is told from the rest", "Whether stated probabilities come true")
_FOR_CLASSES = "ROC curves and calibration are for classes; the first tab shows how far {} is off."
Contents = tuple[RocView, CalibrationView | UserError]


class RocPage(TabPage):
    """Both charts, and what they come to in numbers."""

    title = "ROC"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(rows="sample")
        self.parts = PartChoice()
        self.parts.chosen.connect(lambda _: self.wants_again.emit())
        self.roc, self.calibration = RocChart(theme), CalibrationChart(theme)
        self.charts = TwoCharts(_NAMES, _TIPS, (self.roc, self.calibration))
        self.charts.chosen.connect(lambda _: self._summarise())
        self.summary = Caption()
        self._contents: Contents | None = None
        self.add_head(self.parts, None, self.charts.segments)
        self.column.addWidget(self.charts, 1)
        self.column.addWidget(self.summary)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self.roc.set_theme(theme)
        self.calibration.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self.parts.set_dataset(dataset)
        self._contents = None
        self.roc.show_view(None)
        self.calibration.show_view(None)
        if dataset is not None and not dataset.classes:
            self.wants = Wants(rows="none")
            self.say(_FOR_CLASSES.format(dataset.choices.target))
        else:
            self.wants = Wants(rows="sample")

    def digest(self, material: Material) -> Callable[[], Contents] | None:
        """Work the curves out in the background."""
        dataset, rows, part = material.dataset, material.rows, self.parts.part
        if rows is None or not dataset.classes:
            return None

        def work() -> Contents:
            answers = part_answers(dataset, rows, part)
            roc = roc_view(answers)
            try:
                return roc, calibration_view(answers)
            except UserError as error:
                return roc, error

        return work

    def take(self, contents: Contents) -> None:
        """Show the curves."""
        self.say("")
        self._contents = contents
        roc, calibration = contents
        self.roc.show_view(roc)
        self.calibration.show_view(calibration if isinstance(calibration, CalibrationView) else None)
        self._summarise()

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the points of the curves, and the bins."""
        from nnviz.app.saved_views import calibration_numbers, roc_numbers  # noqa: PLC0415 - not for the first paint

        if self.said or self._contents is None:
            return ()
        roc, calibration = self._contents
        bins = () if isinstance(calibration, UserError) else (calibration_numbers(calibration),)
        return roc_numbers(roc), *bins

    def _summarise(self) -> None:
        if self._contents is None:
            return
        roc, calibration = self._contents
        told = (str(calibration),) if isinstance(calibration, UserError) else calibration.summary
        if self.charts.both:
            self.summary.set_wordings(*(f"{roc.summary}    {text}" for text in told))
        else:
            self.summary.set_wordings(*(told if self.charts.index else (roc.summary,)))
        self.summary.setToolTip(tooltip("\n".join((roc.summary, told[0], EXPECTED_CALIBRATION_ERROR))))
