"""Facts about what a drop is said to do."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.ui.drop_overlay import DropOverlay, describe_drop
from nnviz.ui.theme import DARK


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "b.tsv", "c.txt", "d.csv.gz", "m.npz", "m.safetensors", "m.json"])
def test_tables_and_models_are_taken(name: str) -> None:
    verdict = describe_drop([Path("/data") / name])
    assert (verdict.accepted, verdict.title, verdict.text) == (True, name, "Release to open")
    assert verdict.path == Path("/data") / name


@pytest.mark.parametrize("name", ["photo.png", "notes.pdf", "archive.gz", "csv", "table.csv.zip"])
def test_other_files_are_refused_with_what_is_accepted(name: str) -> None:
    verdict = describe_drop([Path("/data") / name])
    assert not verdict.accepted
    assert name in verdict.title
    assert ".csv.gz" in verdict.text
    assert ".safetensors" in verdict.text


def test_folder_is_refused_by_that_word(tmp_path: Path) -> None:
    folder = tmp_path / "looks_like.csv"
    folder.mkdir()
    verdict = describe_drop([folder])
    assert not verdict.accepted
    assert "folder" in verdict.title


def test_drop_without_a_file_is_refused() -> None:
    assert not describe_drop([]).accepted


def test_second_file_is_not_ignored_in_silence() -> None:
    verdict = describe_drop([Path("first.csv"), Path("second.csv"), Path("third.csv")])
    assert verdict.accepted
    assert verdict.path == Path("first.csv")
    assert "Only the first of the 3 files" in verdict.text


def test_name_over_two_lines_is_shown_on_one() -> None:
    assert describe_drop([Path("two\nlines.csv")]).title == "two lines.csv"


def test_overlay_covers_its_parent_and_lets_the_mouse_through(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(640, 480)
    overlay = DropOverlay(window)
    assert overlay.isHidden()
    overlay.show_verdict(describe_drop([Path("a.csv")]))
    assert overlay.geometry() == window.rect()
    assert not overlay.isHidden()
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


@pytest.mark.parametrize(("name", "token"), [("a.csv", "ink"), ("a.png", "error")])
def test_frame_tells_accepted_from_refused(qtbot: QtBot, name: str, token: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(640, 480)
    overlay = DropOverlay(window)
    overlay.set_theme(DARK)
    overlay.show_verdict(describe_drop([Path(name)]))
    image = window.grab().toImage()
    assert image.pixelColor(1, 240) == QColor(getattr(DARK, token))
