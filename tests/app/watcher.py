"""An application model that a test drives by its own tick, and what it said."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.preparing import OpenedTable
from nnviz.app.reshaping import Edit
from nnviz.errors import UserError
from nnviz.export.verify import Verification
from nnviz.run.snapshot import Snapshot


class Watcher:
    """Keeps what a model said."""

    def __init__(self, qtbot: QtBot, model: AppModel) -> None:
        self.qtbot = qtbot
        self.model = model
        self.notices: list[AppNotice] = []
        self.tables: list[OpenedTable] = []
        self.snapshots: list[Snapshot] = []
        self.exports: list[Verification] = []
        self.refusals: list[UserError] = []
        self.failures: list[BaseException] = []
        model.notice.connect(self.notices.append)
        model.table_read.connect(self.tables.append)
        model.runs.snapshot_ready.connect(self.snapshots.append)
        model.exported.connect(self.exports.append)
        model.choices_refused.connect(self.refusals.append)
        model.failed.connect(lambda error, _: self.failures.append(error))

    def until(self, so: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.model.tick()
            return so()

        self.qtbot.waitUntil(tick, timeout=10_000)
        assert not self.failures

    def toy(self, name: str = "spiral") -> None:
        dataset = self.model.dataset
        self.model.load_toy(name)
        self.until(lambda: self.model.dataset is not dataset)
        self.look()

    def edit(self, edit: Edit) -> None:
        self.model.runs.edit(edit)
        self.until(lambda: not self.model.runs.editing)

    def look(self) -> Snapshot:
        count = len(self.snapshots)
        self.model.runs.refresh()
        self.until(lambda: len(self.snapshots) > count)
        return self.snapshots[-1]
