"""Facts about the sheet of a network tried on another file, and the way to it through the window."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.preparing import prepare
from nnviz.app.settings import Settings
from nnviz.app.trial import Trial, try_network
from nnviz.data.choices import ImportChoices
from nnviz.data.dataset import build_dataset
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.data.tasks import Task
from nnviz.engine.training import TrainingConfig
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import network_config
from nnviz.ui.dialogs.csv_rejects import RejectedRowsDialog
from nnviz.ui.dialogs.csv_trial import PredictionsModel, TrialDialog
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import DARK, LIGHT, load_fonts

FLOWERS = "length,width,kind\n" + "".join(f"{i % 7}.5,{i % 5}.25,{'ab'[i % 2]}\n" for i in range(40))
NAME = "<b>x</b>"


def table_of(n: int, name: str, *, answers: bool = True) -> Table:
    kinds = np.empty(n, dtype=object)
    kinds[:] = [("<img src=a>", "plain")[i % 2] for i in range(n)]
    columns = [Column(NAME, "float", np.arange(n) % 5.0), Column("cost", "float", np.arange(n) * 2.0)]
    columns += [Column("<i>k</i>", "string", kinds)] if answers else []
    return Table(name, Path("/data") / name, tuple(columns), n, NO_DIALECT)


def trial_of(n: int = 250, *, answers: bool = True, task: Task = "binary") -> Trial:
    target = "<i>k</i>" if task == "binary" else "cost"
    dataset = build_dataset(table_of(40, "a.csv"), ImportChoices(target, task, {NAME: "feature"}))
    prepared = prepare(dataset, network_config(dataset), TrainingConfig())
    checkpoint = Checkpoint(1, 1, prepared.trainer.mlp.config, prepared.trainer.state(), prepared.trainer.config)
    return try_network(Path("/data/<u>b.csv"), table_of(n, "b.csv", answers=answers), dataset, checkpoint)


@pytest.fixture
def dialog_of(qtbot: QtBot) -> Iterator[Callable[[Trial], TrialDialog]]:
    made: list[TrialDialog] = []

    def make(trial: Trial) -> TrialDialog:
        dialog = TrialDialog(trial)
        made.append(dialog)
        dialog.open()
        qtbot.waitUntil(dialog.isVisible)
        return dialog

    yield make
    for dialog in made:
        dialog.close()


def headings(dialog: TrialDialog) -> tuple[str, ...]:
    model = dialog.rows.model()
    assert isinstance(model, PredictionsModel)
    return model.headings


def test_scores_and_first_rows_are_shown(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    trial = trial_of()
    dialog = dialog_of(trial)
    assert trial.scores is not None
    assert dialog.scores.texts["accuracy"] == f"{trial.scores.values['accuracy']:.4g}"
    assert headings(dialog) == ("Prediction", "True <i>k</i>", "P(<img src=a>)", "P(plain)", NAME)
    model = dialog.rows.model()
    assert model.rowCount() == 100
    assert model.index(1, 0).data() == trial.predictions[1]
    assert model.index(1, 1).data() == "plain"
    assert trial.probabilities is not None
    assert model.index(3, 3).data() == f"{trial.probabilities[3, 1]:.3f}"
    assert model.index(3, 4).data() == "3"


def test_wrong_predictions_stand_out(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    trial = trial_of()
    model = dialog_of(trial).rows.model()
    truth = trial.table.column("<i>k</i>").values
    wrong = [row for row in range(100) if trial.predictions[row] != truth[row]]
    colours = [model.index(row, 0).data(Qt.ItemDataRole.ForegroundRole).name() for row in range(100)]
    red = [row for row, colour in enumerate(colours) if colour == DARK.error.lower()]
    assert red == wrong != []


def test_without_answers_the_sheet_says_so(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    dialog = dialog_of(trial_of(answers=False))
    assert dialog.scores.texts == {}
    assert "does not hold the answers" in dialog.scores.reason.text()
    assert "True <i>k</i>" not in headings(dialog)
    assert dialog.problems.isVisible()


def test_regression_shows_numbers_in_the_unit_of_the_target(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    trial = trial_of(30, task="regression")
    dialog = dialog_of(trial)
    assert headings(dialog) == ("Prediction", "True cost", NAME)
    assert float(str(dialog.rows.model().index(2, 0).data()).replace("\u2212", "-")) == pytest.approx(
        float(trial.predictions[2]), rel=1e-5
    )


def test_nothing_in_the_sheet_is_interpreted(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    dialog = dialog_of(trial_of())
    labels = [label for label in dialog.findChildren(QLabel) if label.textFormat() is not Qt.TextFormat.PlainText]
    assert not [label.text() for label in labels if "<" in label.text()]
    assert dialog.title.text() == "The network on <u>b.csv"
    model = dialog.rows.model()
    tips = [model.headerData(i, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for i in range(5)]
    assert not [tip for tip in tips if "<b>" in tip or "<img" in tip]


def test_predictions_are_saved_where_the_person_says(
    dialog_of: Callable[[Trial], TrialDialog], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = dialog_of(trial_of())
    offered: list[str] = []

    def choose(_parent: object, _title: str, name: str, _filter: str) -> tuple[str, str]:
        offered.append(name)
        return "/tmp/p.csv", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    with qtbot.waitSignal(dialog.save_requested) as caught:
        dialog.save.click()
    assert caught.args == [Path("/tmp/p.csv")]
    assert offered == ["/data/<u>b-predictions.csv"]


def test_theme_changes_while_the_sheet_is_open(dialog_of: Callable[[Trial], TrialDialog]) -> None:
    dialog = dialog_of(trial_of())
    dialog.set_theme(DARK)
    dark = dialog.grab().toImage()
    dialog.set_theme(LIGHT)
    assert dialog.grab().toImage() != dark


def test_rejected_rows_of_an_open_table_can_be_saved(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = table_of(4, "a.csv")
    table = Table("a.csv", tmp_path / "a.csv", whole.columns, 4, NO_DIALECT, (Rejected(3, "too short", "=1+1"),))
    dialog = RejectedRowsDialog(table)
    qtbot.addWidget(dialog)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "r.csv"), ""))
    next(b for b in dialog.findChildren(QPushButton) if b.text().startswith("Save")).click()
    assert (tmp_path / "r.csv").read_text() == "line,reason,text\n3,too short,'=1+1\n"


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr("nnviz.app.source_file.INTERVAL", 0.05)
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isVisible)
    yield window
    window.close()


@pytest.fixture
def accept(window: MainWindow, qtbot: QtBot) -> Callable[[Path], None]:
    def accepted(path: Path) -> None:
        before = window.model.dataset
        window.open_path(path)
        qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
        assert window.importing.sheet is not None
        QTest.keyClick(window.importing.sheet, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.model.dataset is not before, timeout=10_000)

    return accepted


def write(path: Path, text: str = FLOWERS) -> Path:
    path.write_text(text)
    return path


def test_file_of_the_same_columns_is_tried_from_its_sheet(
    window: MainWindow, accept: Callable[[Path], None], qtbot: QtBot, tmp_path: Path
) -> None:
    accept(write(tmp_path / "a.csv"))
    dataset = window.model.dataset
    window.open_path(write(tmp_path / "b.csv", FLOWERS + "1.5,2.25,a\n"))
    qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
    sheet = window.importing.sheet
    assert sheet is not None
    assert "network of a.csv learns from" in sheet.review.notes["trial"].label.text()
    sheet.review.notes["trial"].button.click()
    qtbot.waitUntil(lambda: window.importing.trial is not None, timeout=10_000)
    assert window.importing.sheet is None
    assert window.model.dataset is dataset
    shown = window.importing.trial
    assert shown is not None
    assert "41 rows" in shown.caption.text()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.importing.trial is None)


def test_file_of_other_columns_offers_no_trial(
    window: MainWindow, accept: Callable[[Path], None], qtbot: QtBot, tmp_path: Path
) -> None:
    accept(write(tmp_path / "a.csv"))
    window.open_path(write(tmp_path / "b.csv", FLOWERS.replace("length", "size")))
    qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
    assert window.importing.sheet is not None
    assert not window.importing.sheet.review.notes["trial"].isVisible()


def test_same_file_opens_as_last_time_and_the_guesses_are_one_press_away(
    window: MainWindow, accept: Callable[[Path], None], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv")
    window.open_path(path)
    qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
    assert window.importing.sheet is not None
    window.importing.sheet.review.columns.role_chosen.emit("width", "ignore")
    QTest.keyClick(window.importing.sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.model.dataset is not None, timeout=10_000)
    accept(path)
    assert window.model.dataset is not None
    assert window.model.dataset.feature_names == ("length",)
    window.open_path(path)
    qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
    sheet = window.importing.sheet
    assert sheet.review.notes["remembered"].isVisible()
    sheet.review.notes["remembered"].button.click()
    qtbot.waitUntil(sheet.open_button.isEnabled, timeout=10_000)
    assert sheet.choices().roles["width"] == "feature"
    assert not sheet.review.notes["remembered"].isVisible()


def test_change_on_disk_is_a_banner_with_a_button(
    window: MainWindow, accept: Callable[[Path], None], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv")
    accept(path)
    write(path, FLOWERS + "1.5,2.25,a\n2.5,2.25,b\n")
    qtbot.waitUntil(lambda: "a.csv changed on disk." in window.banner.texts, timeout=10_000)
    before = window.model.dataset
    bar = next(bar for bar in window.banner.bars if "changed on disk" in bar.label.text())
    next(b for b in bar.findChildren(QPushButton) if b.text() == "Reload").click()
    qtbot.waitUntil(lambda: window.model.dataset is not before, timeout=10_000)
    assert window.model.dataset is not None
    assert window.model.dataset.n_rows == 42
