"""A saved model that was opened: put on the open table, or kept until a table that it fits is opened."""

from collections.abc import Callable

from nnviz.app.jobs import JobContext
from nnviz.app.notices import AppNotice
from nnviz.app.preparing import OpenedModel, Prepared, fits, prepare_model
from nnviz.app.runs import Runs
from nnviz.data.dataset import Dataset
from nnviz.data.table import Table


class ModelsIn:
    """Holds the model that waits for its table.

    Parameters
    ----------
    runs
        Has the settings that training goes on with.
    prepare
        Prepares in the background.
    notify
        Tells the person.
    """

    def __init__(
        self,
        runs: Runs,
        prepare: Callable[[str, Callable[[JobContext], Prepared]], None],
        notify: Callable[[AppNotice], None],
    ) -> None:
        self._runs = runs
        self._prepare = prepare
        self._notify = notify
        self.waiting: OpenedModel | None = None

    def use(self, opened: OpenedModel, dataset: Dataset | None) -> None:
        """Put a model on the open table if it fits, else ask for its table."""
        if dataset is not None and fits(opened.bundle, dataset.table):
            self._put_on(opened, dataset.table)
            return
        self.waiting = opened
        preprocessor = opened.bundle.preprocessor
        names = ", ".join((*preprocessor.feature_names, preprocessor.target_name))
        text = f"{opened.path.name} is open. Now drop a CSV file with its columns: {names}."
        self._notify(AppNotice("info", text, topic="open"))

    def claim(self, table: Table) -> bool:
        """Put the model that waits on a table that was read, if there is one and it fits."""
        if self.waiting is None or not fits(self.waiting.bundle, table):
            return False
        self._put_on(self.waiting, table)
        return True

    def _put_on(self, opened: OpenedModel, table: Table) -> None:
        training, name = self._runs.training, opened.path.name
        self._prepare(f"Opening {name}", lambda _: prepare_model(table, opened.bundle, training, name))
