"""Screen readers and keyboards find the whole window: every control is named, and Tab reaches it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts
from tests.ui.accessible import elements, tab_stops, unnamed, unreachable

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
FLOWERS = "length,width,height,kind\n" + "".join(f"{i % 7}.5,{i % 5}.25,{i % 3},{'abc'[i % 3]}\n" for i in range(60))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.resize(1440, 900)
    window.show()
    window.model.load_toy("spiral")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    yield window
    window.close()
    window.deleteLater()


def _row(window: MainWindow, _qtbot: QtBot) -> None:
    window.live.set_row(3)


def _inspector(lens: str) -> Callable[[MainWindow, QtBot], None]:
    def show(window: MainWindow, qtbot: QtBot) -> None:
        window.live.set_row(3)
        window.inspector.toggle()
        window.inspector.set_lens(lens)  # type: ignore[arg-type]
        panel = window.inspector.panel
        assert panel is not None
        qtbot.waitUntil(lambda: not panel.message, timeout=10_000)

    return show


def _drawing(window: MainWindow, qtbot: QtBot) -> None:
    window.drawing.toggle()
    qtbot.waitUntil(lambda: window.decision.drawing.active, timeout=10_000)


def _banner(window: MainWindow, _qtbot: QtBot) -> None:
    window.verbs.refuse("This can't be.")


def _microscope(window: MainWindow, qtbot: QtBot) -> None:
    window.verbs.looks.magnify()
    qtbot.waitUntil(lambda: window.verbs.looks.microscope.panel.view is not None, timeout=10_000)
    window.verbs.looks.microscope.panel.bar.step(3)


def _many_columns(window: MainWindow, qtbot: QtBot) -> None:
    window.toys.open_sample("iris")
    model = window.model
    qtbot.waitUntil(lambda: model.dataset is not None and len(model.dataset.feature_names) == 4, timeout=10_000)
    window.live.set_row(1)


STATES: dict[str, Callable[[MainWindow, QtBot], None]] = {
    "row": _row,
    "journey": _inspector("journey"),
    "neuron": _inspector("neuron"),
    "chain": _inspector("chain"),
    "microscope": _microscope,
    "drawing": _drawing,
    "banner": _banner,
    "many columns": _many_columns,
}


@pytest.mark.parametrize("state", STATES)
def test_everything_in_the_window_is_named_and_reached_by_tab(window: MainWindow, qtbot: QtBot, state: str) -> None:
    STATES[state](window, qtbot)
    assert unnamed(window) == []
    assert unreachable(window) == []


def _popup(window: MainWindow, _qtbot: QtBot) -> QWidget:
    QTest.mouseClick(window.loss.more, Qt.MouseButton.LeftButton)
    return window.loss.options


def _settings(window: MainWindow, _qtbot: QtBot) -> QWidget:
    window.verbs.show_settings()
    return _sheet(window)


def _report(window: MainWindow, _qtbot: QtBot) -> QWidget:
    window.verbs.show_report()
    return _sheet(window)


def _keys(window: MainWindow, _qtbot: QtBot) -> QWidget:
    window.verbs.show_keys()
    return _sheet(window)


def _sheet(window: MainWindow) -> QWidget:
    found = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
    assert len(found) == 1
    return found[0]


def _samples(window: MainWindow, _qtbot: QtBot) -> QWidget:
    window.toys.show_samples()
    return _sheet(window)


def _toy_options(window: MainWindow, _qtbot: QtBot) -> QWidget:
    button = next(b for b in window.data.toy_bar.findChildren(QToolButton) if b.accessibleName().startswith("Options"))
    button.click()
    return _sheet(window)


@pytest.mark.parametrize("open_sheet", [_popup, _settings, _report, _keys, _samples, _toy_options])
def test_every_sheet_is_named_and_reached_by_tab(
    window: MainWindow, qtbot: QtBot, open_sheet: Callable[[MainWindow, QtBot], QWidget]
) -> None:
    sheet = open_sheet(window, qtbot)
    qtbot.waitUntil(sheet.isVisible)
    assert unnamed(sheet) == []
    assert unreachable(sheet) == []


def test_the_import_sheet_is_named_and_reached_by_tab(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    window.open_path(path)
    qtbot.waitUntil(lambda: window.importing.sheet is not None and window.importing.sheet.has_table, timeout=10_000)
    sheet = window.importing.sheet
    assert sheet is not None
    assert unnamed(sheet) == []
    assert unreachable(sheet) == []


def test_tab_stops_in_the_order_of_the_regions(window: MainWindow) -> None:
    stops = tab_stops(window)
    regions = (window.strip, window.data, window.network, window.decision, window.loss)
    places = [i for stop in stops for i, region in enumerate(regions) if region.isAncestorOf(stop)]
    assert places == sorted(places)
    assert set(places) == set(range(len(regions)))


def test_shift_tab_walks_the_same_stops_backwards(window: MainWindow) -> None:
    stops = tab_stops(window)
    stops[0].setFocus()
    back = []
    for _ in stops:
        QTest.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        back.append(QApplication.focusWidget())
    assert back == stops[::-1]


# The walk itself must be able to fail


def test_a_button_without_a_name_is_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    layout = QHBoxLayout(box)
    layout.addWidget(QToolButton())
    layout.addWidget(QPushButton("Named"))
    box.show()
    assert len(unnamed(box)) == 1
    assert len(elements(box)) == 3


def test_a_button_that_tab_passes_over_is_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    layout = QHBoxLayout(box)
    passed, stop = QPushButton("Passed"), QPushButton("Stop")
    passed.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    layout.addWidget(passed)
    layout.addWidget(stop)
    box.show()
    assert [text.split()[1] for text in unreachable(box)] == ["'Passed'"]
