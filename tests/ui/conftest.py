"""What several tests need: the window, a panel on the screen, made-up data, and loss histories painted."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Evaluation
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import DEFAULT_TRAINING, network_config, new_trainer
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.dialogs.csv_import import CsvImportDialog
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.theme import DARK, load_fonts

PanelT = TypeVar("PanelT", bound=QWidget)
MakeDataset = Callable[..., Dataset]
LossesSnapshot = Callable[..., Snapshot]
DrawLosses = Callable[..., QImage]
IsClose = Callable[[QColor, str], bool]
RowsOf = Callable[[QImage, int, str], list[int]]
Until = Callable[[Callable[[], bool]], None]
OpenWindow = Callable[..., MainWindow]


class ShowPanel(Protocol):
    """Put a panel on the screen at this size in pixels."""

    def __call__(self, make: Callable[[QWidget], PanelT], width: int, height: int) -> PanelT: ...


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Return a function that waits until something is so."""

    def wait(so: Callable[[], bool]) -> None:
        qtbot.waitUntil(so, timeout=15_000)

    return wait


@pytest.fixture
def open_window(qtbot: QtBot, until: Until) -> Iterator[OpenWindow]:
    """Return a function that opens the dark window on a toy set, active, with its first picture."""
    load_fonts()
    windows: list[MainWindow] = []

    def opened(toy: str = "spiral", size: tuple[int, int] | None = None) -> MainWindow:
        window = MainWindow(AppModel(), Settings(theme="dark"))
        windows.append(window)
        if size is not None:
            window.resize(*size)
        window.show()
        window.model.load_toy(toy)
        until(lambda: window.live.snapshot is not None)
        window.activateWindow()
        until(window.isActiveWindow)
        window.setFocus()
        return window

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def show_panel(qtbot: QtBot) -> ShowPanel:
    """Return a function that shows a panel in a window without a layout: its size is not the panel's affair."""
    load_fonts()
    windows: list[QWidget] = []  # kept: qtbot holds them weakly

    def show(make: Callable[[QWidget], PanelT], width: int, height: int) -> PanelT:
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(width, height)
        panel = make(window)
        panel.resize(width, height)
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        return panel

    return show


@pytest.fixture
def decision_panel(show_panel: ShowPanel) -> DecisionPanel:
    """Return an empty decision panel as wide as the right column."""
    return show_panel(lambda window: DecisionPanel(DARK, window), 360, 520)


@pytest.fixture
def axis_combos(decision_panel: DecisionPanel) -> tuple[QComboBox, QComboBox]:
    """Return the lists in which the decision panel's x and y are chosen."""
    return decision_panel.axis_lists.lists


@pytest.fixture
def loss_panel(show_panel: ShowPanel) -> LossPanel:
    """Return an empty loss panel as wide as the right column."""
    return show_panel(lambda window: LossPanel(DARK, window), 360, 190)


@pytest.fixture
def data_panel(show_panel: ShowPanel) -> DataPanel:
    """Return an empty data panel as wide as the left column."""
    return show_panel(DataPanel, 240, 752)


@pytest.fixture
def sheet(qtbot: QtBot) -> CsvImportDialog:
    """Return the import sheet, open, with flowers.csv being read."""
    made = CsvImportDialog()
    qtbot.addWidget(made)
    made.set_reading("flowers.csv")
    made.open()
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def make_dataset() -> MakeDataset:
    """Return a maker of data sets: columns c0, c1, ... whose spreads grow tenfold, and the target ``answer``."""

    def make(n_features: int = 4, task: Task = "binary", n: int = 40) -> Dataset:
        rng = np.random.default_rng(1)
        columns = [Column(f"c{i}", "float", rng.normal(size=n) * 10**i) for i in range(n_features)]
        words = np.array(["no", "yes"], dtype=object)[np.arange(n) % 2]
        binary = task == "binary"
        target = Column("answer", "string", words) if binary else Column("answer", "float", rng.normal(size=n))
        table = Table("made.csv", None, (*columns, target), n, NO_DIALECT)
        return build_dataset(table, ImportChoices("answer", task, {column.name: "feature" for column in columns}))

    return make


@pytest.fixture(scope="session")
def losses_snapshot() -> LossesSnapshot:
    """Return a maker of a run's snapshot from its losses, one an epoch (no validation rows unless they have losses)."""
    data = toy_dataset("spiral", n=20)
    trainer = new_trainer(data, network_config(data, [LayerConfig(2)]), DEFAULT_TRAINING)  # it never trains

    def make(train: list[float], validation: list[float] | None = None) -> Snapshot:
        history = History()
        for epoch, loss in enumerate(train):
            other = float("nan") if validation is None else validation[epoch]
            history.append(Evaluation(epoch, epoch * 10, loss, other, 0.5, 0.5))
        return take_snapshot(trainer, SnapshotRequest(), 1, RunState.RUNNING, history.view(), None)

    return make


@pytest.fixture
def draw_losses(loss_panel: LossPanel, losses_snapshot: LossesSnapshot) -> DrawLosses:
    """Return a function that paints a run's losses at once, whatever the clock says."""

    def draw(train: list[float], validation: list[float] | None = None) -> QImage:
        loss_panel.draw(losses_snapshot(train, validation))
        loss_panel.plot.refresh_now()
        return loss_panel.plot.grab().toImage()

    return draw


@pytest.fixture(scope="session")
def is_close() -> IsClose:
    """Return whether a painted colour is a colour of the theme, give or take the antialiasing."""

    def close(colour: QColor, expected: str) -> bool:
        wanted = QColor(expected)
        distances = (colour.red() - wanted.red(), colour.green() - wanted.green(), colour.blue() - wanted.blue())
        return max(abs(distance) for distance in distances) <= 70

    return close


@pytest.fixture(scope="session")
def rows_of(is_close: IsClose) -> RowsOf:
    """Return a function that finds where, in one column of pixels, a colour is painted."""

    def rows(picture: QImage, x: int, colour: str) -> list[int]:
        return [y for y in range(picture.height()) if is_close(picture.pixelColor(x, y), colour)]

    return rows
