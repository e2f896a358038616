"""Nothing dies unseen: hooks for exceptions on any thread, for Qt's own messages, and for hard crashes."""

import faulthandler
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

import numpy as np
import PySide6
from PySide6.QtCore import QMessageLogContext, QStandardPaths, QtMsgType, qInstallMessageHandler

from nnviz import __version__
from nnviz.errors import Cancelled

LOG = logging.getLogger("nnviz")
# More reports than this in one session are only counted: a fault that repeats every frame must not fill the disk.
MAX_REPORTS = 5
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def report_folder() -> Path:
    """Return the folder for crash reports; it may not exist yet."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(base) / "nnviz" / "reports"


def report_text(trace: str, where: str) -> str:
    """Return a report: what happened and on what, and no data of the person."""
    return (
        f"nnviz {__version__}, {datetime.now().astimezone().isoformat(timespec='seconds')}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, NumPy {np.__version__}, "
        f"{platform.platform()}\nin {where}\n\n{trace}"
    )


class CrashHooks:
    """Installs the hooks, and takes them out again.

    Parameters
    ----------
    show
        Shows a report to the person; called on the thread where the exception was, at most once at a time.
    save
        Saves what the person has; returns where, or None.
    """

    def __init__(self, show: Callable[[str], None], save: Callable[[], Path | None]) -> None:
        self._show = show
        self._save = save
        self._count = 0
        self._busy = threading.Lock()
        self._hard: TextIO | None = None

    def install(self) -> None:
        """Put the hooks in."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(self._on_qt_message)
        folder = report_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._hard = (folder / "hard-crash.txt").open("w", encoding="utf-8")
            faulthandler.enable(self._hard)
        except OSError as error:
            LOG.warning("no file for hard crashes: %s", error)

    def uninstall(self) -> None:
        """Take the hooks out."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        if self._hard is not None:
            faulthandler.disable()
            self._hard.close()
            self._hard = None

    def handle(self, trace: str, where: str) -> None:
        """Save, write a report and show it; a fault while doing so goes to standard error only."""
        if not self._busy.acquire(blocking=False):
            sys.stderr.write(trace)
            return
        try:
            self._count += 1
            if self._count > MAX_REPORTS:
                return
            saved = self._save()
            text = report_text(trace, where)
            if saved is not None:
                text += f"\nYour network was saved as {saved}.\n"
            self._write(text)
            self._show(text)
        finally:
            self._busy.release()

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        try:
            folder = report_folder()
            folder.mkdir(parents=True, exist_ok=True)
            name = f"report-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{self._count}.txt"
            (folder / name).write_text(text, "utf-8")
        except OSError as error:
            LOG.warning("no report was written: %s", error)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | Cancelled):
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        # Python keeps the last traceback, and with its frames the painter of a paintEvent that raised: as long as that
        # one is alive, Qt paints nothing more on the widget, and destroying it late may crash.
        traceback.clear_frames(trace)
        self.handle(text, "the window")

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is None or issubclass(arguments.exc_type, SystemExit):
            return
        name = arguments.thread.name if arguments.thread else "a thread"
        text = "".join(traceback.format_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback))
        sys.stderr.write(report_text(text, name))

    @staticmethod
    def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        LOG.log(_LEVELS.get(kind, logging.WARNING), "Qt %s: %s", context.category, message)
