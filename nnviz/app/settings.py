"""What nnviz remembers between starts."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

VERSION = 1
THEMES = ("system", "dark", "light", "contrast")
MOTIONS = ("system", "full", "reduced")


@dataclass(frozen=True, slots=True)
class Settings:
    """Remembered choices.

    Attributes
    ----------
    theme
        "system", "dark", "light" or "contrast".
    motion
        "system", "full" or "reduced".
    text_percent
        How large text is beside the system's, 80 to 200.
    folder
        Where the last file was opened or exported.
    log_loss
        Whether the loss axis is logarithmic.
    geometry
        The window's place as Qt saved it, base64 text; "" for none.
    layout
        Where the panels are, as text of the user interface's own; "" for the usual places.
    tab
        Which of the tabs was shown last; "" for the first.
    moments_mb
        Megabytes that the earlier moments of a run may take.
    """

    theme: str = "system"
    motion: str = "system"
    text_percent: int = 100
    folder: str = ""
    log_loss: bool = True
    geometry: str = ""
    layout: str = ""
    tab: str = ""
    moments_mb: int = 256

    def folder_path(self) -> Path:
        """Return the remembered folder, or the home folder if it is gone."""
        path = Path(self.folder)
        # Path.is_dir raises for a folder that must not be entered.
        return path if self.folder and os.path.isdir(path) else Path.home()  # noqa: PTH112

    def geometry_bytes(self) -> QByteArray:
        """Return what Qt's ``restoreGeometry`` takes; empty for none."""
        return QByteArray.fromBase64(QByteArray(self.geometry.encode("ascii", "ignore")))


def _store() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz")


def load_settings() -> Settings:
    """Return the remembered settings; those of another version or of a damaged file fall back to the defaults."""
    store = _store()
    if str(store.value("version", "")) != str(VERSION):
        return Settings()
    defaults = Settings()
    theme, motion = (str(store.value(name, "system")) for name in ("theme", "motion"))
    return Settings(
        theme=theme if theme in THEMES else defaults.theme,
        motion=motion if motion in MOTIONS else defaults.motion,
        text_percent=_percent(store.value("text_percent", 100)),
        folder=str(store.value("folder", defaults.folder)),
        log_loss=str(store.value("log_loss", defaults.log_loss)).lower() == "true",
        geometry=str(store.value("geometry", defaults.geometry)),
        layout=str(store.value("layout", defaults.layout)),
        tab=str(store.value("tab", defaults.tab)),
        moments_mb=_megabytes(store.value("moments_mb", defaults.moments_mb)),
    )


def _percent(value: object) -> int:
    """Return a size of text within its bounds; the usual one for what is no number."""
    try:
        return min(200, max(80, int(str(value))))
    except ValueError:
        return Settings().text_percent


def _megabytes(value: object) -> int:
    """Return a size of memory that is no less than nothing; the usual one for what is no number."""
    try:
        return min(1 << 20, max(0, int(str(value))))
    except ValueError:
        return Settings().moments_mb


def save_settings(settings: Settings) -> None:
    """Write the settings for the next start."""
    store = _store()
    store.setValue("version", VERSION)
    for name, value in asdict(settings).items():
        store.setValue(name, value)
    store.sync()
