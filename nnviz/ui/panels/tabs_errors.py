"""The tab of a regression's errors: predicted against true, and the errors themselves."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from nnviz.app.errors_view import ErrorsView, errors_view, metric_tips
from nnviz.app.rows_view import part_answers
from nnviz.app.tab_feed import Material, Wants
from nnviz.data.dataset import Dataset
from nnviz.ui.panels.tabs_page import Caption, PartChoice, TabPage
from nnviz.ui.panels.tabs_two import TwoCharts
from nnviz.ui.plots.residuals import ResidualChart
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_NAMES = ("Predicted", "Errors")
_TIPS = ("Predicted against true; on the line there is no error", "Prediction minus target, and its spread")


class ErrorsPage(TabPage):
    """Both charts; a point's row is chosen everywhere."""

    title = "Errors"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(rows="sample")
        self._shown: ErrorsView | None = None
        self.parts = PartChoice()
        self.parts.chosen.connect(lambda _: self.wants_again.emit())
        self.predicted, self.errors = ResidualChart(theme, "predicted"), ResidualChart(theme, "errors")
        for chart in (self.predicted, self.errors):
            chart.row_chosen.connect(self.row_chosen)
        self.charts = TwoCharts(_NAMES, _TIPS, (self.predicted, self.errors))
        self.summary = Caption()
        self.add_head(self.parts, None, self.charts.segments)
        self.column.addWidget(self.charts, 1)
        self.column.addWidget(self.summary)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        for chart in (self.predicted, self.errors):
            chart.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Begin with another data set."""
        super().set_dataset(dataset)
        self.parts.set_dataset(dataset)
        self._shown = None
        for chart in (self.predicted, self.errors):
            chart.show_view(None)
            chart.show_all()

    def set_row(self, row: int | None) -> None:
        """Ring the chosen row."""
        super().set_row(row)
        for chart in (self.predicted, self.errors):
            chart.set_row(row)

    def digest(self, material: Material) -> Callable[[], ErrorsView] | None:
        """Work the errors out in the background."""
        dataset, rows, part = material.dataset, material.rows, self.parts.part
        if rows is None or dataset.classes:
            return None
        return lambda: errors_view(part_answers(dataset, rows, part))

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the points, and how the errors are spread."""
        from nnviz.app.saved_views import error_numbers  # noqa: PLC0415 - not for the first paint

        return () if self.said or self._shown is None else error_numbers(self._shown)

    def take(self, contents: ErrorsView) -> None:
        """Show the errors."""
        self.say("")
        self._shown = contents
        for chart in (self.predicted, self.errors):
            chart.show_view(contents)
        self.summary.set_wordings(contents.summary)
        self.summary.setToolTip(tooltip(f"{contents.summary}\n{metric_tips()}"))
