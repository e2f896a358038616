"""Files dropped anywhere on the window, chosen in a dialog, or named on the command line."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.export.formats import FORMATS
from nnviz.ui.drop_overlay import MODEL_SUFFIXES, TABLE_SUFFIXES, DropOverlay, describe_drop
from nnviz.ui.theme import Theme

_PATTERNS = " ".join(f"*{suffix}" for suffix in (*TABLE_SUFFIXES, ".gz", *MODEL_SUFFIXES))
DATA_FILTER = f"Tables and models ({_PATTERNS});;All files (*)"


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files of a drag, in order; what is not on this machine is left out."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class FileDrops(QObject):
    """Watches the window for drags and shows what a drop would do."""

    def __init__(self, window: QWidget, open_path: Callable[[Path], None], refuse: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._open = open_path
        self._refuse = refuse
        self.overlay = DropOverlay(window)
        self.overlay.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.overlay.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Answer drags over the window; everything else goes on."""
        if isinstance(event, QDragEnterEvent | QDragMoveEvent) and event.mimeData().hasUrls():
            verdict = describe_drop(dropped_paths(event.mimeData()))
            self.overlay.show_verdict(verdict)
            # A drop that would be refused is taken too, so that the refusal can be read after the release.
            event.acceptProposedAction()
            return True
        if event.type() is QEvent.Type.DragLeave:
            self.overlay.hide()
            return True
        if isinstance(event, QDropEvent):
            self._drop(event)
            return True
        return super().eventFilter(watched, event)

    def _drop(self, event: QDropEvent) -> None:
        self.overlay.hide()
        paths = dropped_paths(event.mimeData())
        verdict = describe_drop(paths)
        event.acceptProposedAction()
        if verdict.accepted:
            self._open(paths[0])
        else:
            self._refuse(f"{verdict.title} {verdict.text}".strip())


def ask_for_file(window: QWidget, folder: Path) -> Path | None:
    """Let the person choose a file to open."""
    name, _ = QFileDialog.getOpenFileName(window, "Open a table or a model", str(folder), DATA_FILTER)
    return Path(name) if name else None


def ask_for_export(window: QWidget, folder: Path, stem: str) -> Path | None:
    """Let the person choose where the network goes; the file type decides the format."""
    filters = {f"{form.label} (*{suffix})": suffix for suffix, form in FORMATS.items()}
    suffix = next(iter(FORMATS))
    offered = folder / f"{stem}{suffix}"
    while True:
        name, chosen = QFileDialog.getSaveFileName(
            window, "Export the trained network", str(offered), ";;".join(filters)
        )
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower() in FORMATS:
            return path
        offered = path.with_name(path.name + filters.get(chosen, suffix))
        # The dialog asked about the name without its suffix; for a file that is there it must ask again.
        if not os.path.exists(offered):  # noqa: PTH110 - Path.exists raises for a folder that must not be entered
            return offered
