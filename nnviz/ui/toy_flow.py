"""Toy sets with their options and shipped samples: from what was chosen to the data set."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice, NoticeAction
from nnviz.app.samples import sample_dataset
from nnviz.data.dataset import Dataset
from nnviz.data.shipped_datasets import SHIPPED
from nnviz.data.toy_datasets import TOY_DATASETS
from nnviz.run import messages
from nnviz.ui.panels.data_toy_options import ToyBar
from nnviz.ui.theme import DARK, Theme


class ToyFlow(QObject):
    """Draws toy sets by the options of the session; a slider that moves is followed as fast as sets can be made."""

    def __init__(self, model: AppModel, bar: ToyBar, window: QWidget) -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._bar = bar
        self._theme = DARK
        self._toy = ""  # in use
        self._sample = ""  # on its way
        self._changed = False
        self._goes_on = False
        bar.card.changed.connect(self._on_options)
        bar.samples_wanted.connect(self.show_samples)
        model.dataset_changed.connect(self._on_dataset)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours, for the sheet."""
        self._theme = theme

    def choose(self, name: str) -> None:
        """Draw a toy set by the present options."""
        self._changed = self._goes_on = False
        self._model.load_toy(name, self._bar.card.options)

    def tick(self) -> None:
        """Draw the toy anew if an option has changed; a set that is still being made is waited for."""
        if self._model.preparing is not None:
            return
        if self._changed and self._toy:
            goes_on = self._goes_on or self._model.runs.asked_to_run
            self.choose(self._toy)
            self._goes_on = goes_on
        elif self._goes_on:
            self._goes_on = False
            self._model.runs.send(messages.Run())

    def _on_options(self) -> None:
        self._changed = bool(self._toy)

    def _on_dataset(self, dataset: Dataset | None) -> None:
        toys = [toy.name for toy in TOY_DATASETS.values() if dataset is not None and toy.label == dataset.table.name]
        self._toy = toys[0] if toys and dataset is not None and dataset.table.path is None else ""
        self._bar.card.set_toy(self._toy)
        if not self._toy:
            self._changed = self._goes_on = False
        if dataset is not None:
            self._offer_review(dataset)

    # Samples

    def show_samples(self) -> None:
        """Show the shipped data sets."""
        from nnviz.ui.dialogs.samples import SamplesDialog  # noqa: PLC0415 - not for the first paint

        dialog = SamplesDialog(self._window, self._theme)
        dialog.chosen.connect(self.open_sample)
        dialog.open()

    def open_sample(self, name: str) -> None:
        """Open a shipped data set without the sheet; its columns can be reviewed afterwards."""
        self._sample = name
        self._model.load(f"Opening {SHIPPED[name].label}", lambda: sample_dataset(name))

    def _offer_review(self, dataset: Dataset) -> None:
        shipped = SHIPPED.get(self._sample)
        self._sample = ""
        if shipped is None or dataset.table.path != shipped.path:
            return
        review = NoticeAction("Review columns", lambda: self._model.open(shipped.path))
        text = f"{shipped.label}: {shipped.target} is to be learned from the other columns."
        self._model.notice.emit(AppNotice("info", text, (review,), topic="sample"))
