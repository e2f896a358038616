"""What the application has to tell the person: in a banner, or as a hint in the status bar, for as long as it holds."""

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.data.dataset import Dataset
from nnviz.run.state import RunState
from nnviz.ui.banner import Banner
from nnviz.ui.status import StatusBar


class NoticeFlow(QObject):
    """Shows what the model tells, and takes back what another data set or another state of the run has settled."""

    def __init__(self, model: AppModel, banner: Banner, status: StatusBar) -> None:
        super().__init__(banner)
        self._banner, self._status = banner, status
        self._dataset: Dataset | None = None
        model.notice.connect(self._on_notice)
        model.runs.state_changed.connect(self._on_state)
        model.dataset_changed.connect(self._on_dataset)

    def _on_state(self, state: RunState) -> None:
        if state is not RunState.DIVERGED:
            self._banner.dismiss("divergence")

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:  # a refusal tells of the set that stands, too
            self._dataset = dataset
            self._banner.dismiss("dataset")

    def _on_notice(self, notice: AppNotice) -> None:
        if notice.kind == "hint":
            self._status.show_hint(notice.text, RunState.RUNNING if notice.topic == "start" else None)
            return
        actions = [(action.label, action.run) for action in notice.actions]
        self._banner.show_message(notice.kind, notice.text, actions, topic=notice.topic)
