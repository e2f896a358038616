"""The map in the window: what it asks the run and the background, and what becomes of the answers."""

import traceback

from nnviz.app.app_model import AppModel
from nnviz.app.components import Components, principal_components
from nnviz.app.jobs import Job
from nnviz.app.notices import AppNotice
from nnviz.data.dataset import Dataset
from nnviz.ui.panels.decision import DecisionPanel


class MapFlow:
    """Wires the decision panel, which knows no model, to the run and to the jobs."""

    def __init__(self, model: AppModel, decision: DecisionPanel) -> None:
        self._model = model
        self._decision = decision
        self._job: Job[Components] | None = None
        runs = model.runs
        runs.rows_source = decision.rows_probe
        decision.probe_changed.connect(runs.refresh)
        decision.components_wanted.connect(self._find_components)

    def _find_components(self, dataset: Dataset) -> None:
        """Work the principal components out beside everything else; the newest wish counts."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._model.jobs.submit(
            "Finding the principal components",
            lambda _: principal_components(dataset),
            self._decision.set_components,
            self._on_failed,
        )

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, MemoryError):
            text = "The memory does not suffice for the principal components. Choose columns for the axes instead."
            self._model.notice.emit(AppNotice("warning", text, topic="map"))
        else:
            self._model.failed.emit(error, "".join(traceback.format_exception(error)))
