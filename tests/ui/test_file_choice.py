"""Which file a drag or a dialog names."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from nnviz.export.formats import FORMATS
from nnviz.ui.file_drops import ask_for_export, ask_for_file, dropped_paths


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_drag_names_the_files_of_this_machine_in_their_order() -> None:
    data = QMimeData()
    data.setUrls([QUrl("file:///b/two.csv"), QUrl("https://example.org/three.csv"), QUrl("file:///a/one%20x.csv")])
    assert dropped_paths(data) == [Path("/b/two.csv"), Path("/a/one x.csv")]


def test_drag_of_text_names_no_file() -> None:
    data = QMimeData()
    data.setText("/b/two.csv")
    assert dropped_paths(data) == []


@pytest.mark.parametrize(("name", "path"), [("", None), ("/x/a.csv", Path("/x/a.csv"))])
def test_dialog_offers_tables_and_models_and_names_no_file_when_closed(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, name: str, path: Path | None
) -> None:
    asked: list[str] = []

    def choose(_window: QWidget, _title: str, folder: str, filters: str) -> tuple[str, str]:
        asked[:] = [folder, filters]
        return name, ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    assert ask_for_file(window, Path("/data")) == path
    assert asked[0] == "/data"
    assert all(f"*{suffix}" in asked[1] for suffix in (".csv", *FORMATS))


def test_a_file_that_the_suffix_leads_to_is_asked_about_again(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "net.npz").touch()
    answers = iter([str(tmp_path / "net"), str(tmp_path / "net.npz")])
    asked: list[str] = []

    def choose(_window: QWidget, _title: str, place: str, filters: str) -> tuple[str, str]:
        asked.append(place)
        return next(answers), next(entry for entry in filters.split(";;") if "*.npz" in entry)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    assert ask_for_export(window, tmp_path, "iris") == tmp_path / "net.npz"
    assert asked[1] == str(tmp_path / "net.npz")


@pytest.mark.parametrize(
    ("name", "suffix", "path"),
    [
        ("", ".npz", None),
        ("/x/net", ".npz", "/x/net.npz"),
        ("/x/net", ".safetensors", "/x/net.safetensors"),
        ("/x/net.v2", ".json", "/x/net.v2.json"),
        ("/x/net.JSON", ".npz", "/x/net.JSON"),
        ("/x/net.json", ".npz", "/x/net.json"),
    ],
)
def test_file_type_is_that_of_the_name_or_else_the_one_chosen(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, name: str, suffix: str, path: str | None
) -> None:
    asked: list[str] = []

    def choose(_window: QWidget, _title: str, place: str, filters: str) -> tuple[str, str]:
        asked.append(place)
        return name, next(entry for entry in filters.split(";;") if f"*{suffix}" in entry)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    assert ask_for_export(window, Path("/data"), "iris") == (Path(path) if path else None)
    assert asked == [f"/data/iris{next(iter(FORMATS))}"]
