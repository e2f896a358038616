"""The application model under watch."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from tests.app.watcher import Watcher


@pytest.fixture
def watcher(qtbot: QtBot) -> Iterator[Watcher]:
    model = AppModel()
    yield Watcher(qtbot, model)
    model.shutdown()
