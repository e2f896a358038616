"""Files and clipboard: in which form, of which moment, and what may go wrong."""

import csv
import errno
import os
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from nnviz.app.notices import AppNotice
from nnviz.ui.main_window import MainWindow
from nnviz.ui.saving.flow import FINE, PNG, SVG
from nnviz.ui.saving.parts import part_of
from nnviz.ui.theme import DARK
from tests.ui.saving_window import same, saved, step, table, window

__all__ = ["saved", "window"]
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("form", "suffix"), [(PNG, ".png"), (FINE + " (", ".png"), (SVG, ".svg"), ("CSV", ".csv")])
def test_a_panel_is_written_in_the_background_in_the_form_that_was_chosen(
    window: MainWindow, saved: Callable[..., list[AppNotice]], tmp_path: Path, form: str, suffix: str
) -> None:
    size = part_of(window, "curves").picture().size
    said = saved(lambda: window.verbs.saving.save("curves"), tmp_path / "mine", form)
    assert [(notice.kind, notice.text) for notice in said] == [("hint", f"Saved mine{suffix}.")]
    assert [path.name for path in tmp_path.iterdir()] == [f"mine{suffix}"]
    path = tmp_path / f"mine{suffix}"
    if suffix == ".png":
        assert QImage(str(path)).size() == size * (2 if form.startswith(FINE) else 1)
    elif suffix == ".svg":
        assert ET.fromstring(path.read_bytes()).tag == f"{_SVG}svg"
    else:
        assert table(path)[0]["epoch"] == "0"


def test_a_suffix_that_is_typed_decides(
    window: MainWindow, saved: Callable[..., list[AppNotice]], tmp_path: Path
) -> None:
    saved(lambda: window.verbs.saving.save("curves"), tmp_path / "typed.CSV", PNG)
    assert table(tmp_path / "typed.CSV")


def test_what_is_written_is_of_the_moment_of_asking(
    window: MainWindow, qtbot: QtBot, saved: Callable[..., list[AppNotice]], tmp_path: Path
) -> None:
    before = window.live.snapshot
    assert before is not None
    for form, name in (("CSV", "weights.csv"), (PNG, "weights.png")):
        snapshot = window.live.snapshot
        assert snapshot is not None
        picture = window.network.grab().toImage()
        saved(lambda: window.verbs.saving.save("network"), tmp_path / name, form, lambda: step(window, qtbot))
        after = window.live.snapshot
        assert after is not None
        assert after.step > snapshot.step
        if name.endswith(".csv"):
            values = [np.float32(row["value"]) for row in table(tmp_path / name)]
            np.testing.assert_array_equal(values, snapshot.parameters)
        else:
            assert same(QImage(str(tmp_path / name)), picture)


@pytest.mark.parametrize("form", [PNG, "CSV"])
@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "no permission"), (None, "that folder does not exist")],
)
def test_what_cannot_be_written_is_told_in_words_and_leaves_nothing(
    window: MainWindow,
    saved: Callable[..., list[AppNotice]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    code: int | None,
    words: str,
) -> None:
    suffix = ".png" if form == PNG else ".csv"
    path = tmp_path / f"kept{suffix}"
    path.write_text("as it was")
    if code is None:
        target = tmp_path / "gone" / f"kept{suffix}"
    else:
        target = path

        def refuse(*_: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", refuse)
    said = saved(lambda: window.verbs.saving.save("curves"), target, form)
    assert said[0].kind == "error"
    assert words in said[0].text
    assert path.read_text() == "as it was"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_copied_numbers_are_cells_for_a_spreadsheet(window: MainWindow, qtbot: QtBot) -> None:
    window.verbs.saving.copy_numbers("curves")
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text().startswith("epoch\tstep\t"), timeout=5_000)
    lines = list(csv.DictReader(clipboard.text().splitlines(), dialect="excel-tab"))
    snapshot = window.live.snapshot
    assert snapshot is not None
    assert [int(line["epoch"]) for line in lines] == snapshot.history.epoch.tolist()


def test_the_copied_picture_is_what_is_on_the_screen(window: MainWindow, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    shown = window.decision.grab().toImage()
    window.verbs.saving.copy_picture("decision")
    qtbot.waitUntil(lambda: not clipboard.image().isNull(), timeout=5_000)
    assert same(clipboard.image(), shown)
    assert QColor(clipboard.image().pixel(2, 2)).name() == QColor(DARK.panel).name()
