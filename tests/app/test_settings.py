"""Settings survive a restart, and a damaged or foreign file falls back to the defaults."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from nnviz.app.settings import Settings, load_settings, save_settings


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))


def test_saved_settings_come_back() -> None:
    saved = Settings(theme="contrast", motion="reduced", folder="/somewhere", log_loss=False, geometry="AAEC")
    save_settings(saved)
    assert load_settings() == saved


def test_nothing_saved_gives_the_defaults() -> None:
    assert load_settings() == Settings()


def test_unknown_theme_and_motion_fall_back() -> None:
    save_settings(Settings(theme="neon", motion="wild"))
    assert load_settings() == Settings()


def test_other_version_falls_back(tmp_path: Path) -> None:
    save_settings(Settings(theme="light"))
    store = next(tmp_path.rglob("nnviz.ini"))
    store.write_text(store.read_text().replace("version=1", "version=999"))
    assert load_settings() == Settings()


def test_vanished_folder_becomes_home() -> None:
    assert Settings(folder="/nowhere/at/all").folder_path() == Path.home()
