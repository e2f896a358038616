"""Composition root: a headless verb, the self-test, or the window."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz import __version__
from nnviz.cli import VERBS
from nnviz.errors import UserError

if TYPE_CHECKING:
    import argparse

    from PySide6.QtWidgets import QApplication

# The trainer gives the interpreter up this often (seconds); Python's own 5 ms would cost the window every third frame.
SWITCH_INTERVAL = 0.0005
_USER_ERROR = 2
# Qt aborts the process where none of these names a display or another platform.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
# NumPy's matrix products on as many threads as there are cores stall when the window keeps a core busy (24 ms were seen
# for a product of 0.1 ms), and their sums depend on the number of threads; read once, when NumPy is loaded.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def _parser() -> "argparse.ArgumentParser":
    import argparse  # noqa: PLC0415 - most starts have no argument

    parser = argparse.ArgumentParser(
        prog="nnviz",
        description="Watch a neural network learn your own data.",
        epilog=f"Without a window: nnviz {{{','.join(VERBS)}}} --help. Check this installation: nnviz selftest.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a CSV file or an exported model to open")
    parser.add_argument("--theme", choices=("system", "dark", "light", "contrast"), help="colours, for this time only")
    parser.add_argument("--version", action="version", version=f"nnviz {__version__}")
    return parser


def create_application() -> "QApplication":
    """Return the QApplication with nnviz's name, style and fonts.

    Raises
    ------
    UserError
        If a shipped file is missing, or there is no display.
    """
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _DISPLAYS):
        raise UserError(
            "There is no display to open a window on.",
            f"Start nnviz in a desktop session, or use a verb without a window: {', '.join(VERBS)}.",
        )
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - headless verbs never load Qt

    from nnviz.ui.theme import load_fonts  # noqa: PLC0415

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("nnviz")
    app.setDesktopFileName("nnviz")
    app.setApplicationVersion(__version__)
    # The native styles do not take a style sheet everywhere; Fusion looks the same on every system.
    app.setStyle("fusion")
    sys.setswitchinterval(SWITCH_INTERVAL)
    load_fonts()
    return app


def _open_window(path: Path | None, theme: str | None) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from nnviz.app.app_model import AppModel  # noqa: PLC0415
    from nnviz.app.crash import CrashHooks  # noqa: PLC0415
    from nnviz.app.settings import load_settings  # noqa: PLC0415
    from nnviz.ui.dialogs.crash import show_report  # noqa: PLC0415
    from nnviz.ui.main_window import MainWindow  # noqa: PLC0415
    from nnviz.ui.warm_up import spare_collections  # noqa: PLC0415

    app = create_application()
    model = AppModel()
    settings = load_settings()
    window = MainWindow(model, settings if theme is None else replace(settings, theme=theme))
    spare_collections(window.verbs.warm_up)

    def show(report: str) -> None:
        show_report(report, window)

    hooks = CrashHooks(show, model.save_for_crash)
    hooks.install()
    model.failed.connect(lambda _error, report: hooks.handle(report, "a background thread"))
    # Ctrl+C in the terminal closes the window as its cross does; the clock's ticks let Python see the signal.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    window.show()
    model.load_toy("spiral")
    if path is not None:
        window.open_path(path)
    try:
        return app.exec()
    finally:
        model.shutdown()
        hooks.uninstall()


def main(argv: Sequence[str] | None = None) -> int:
    """Run nnviz with these arguments (the command line's by default) and return the exit status."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in VERBS:
        from nnviz.cli.main import run as run_verb  # noqa: PLC0415 - the window does not need it

        return run_verb(arguments)
    try:
        if arguments and arguments[0] == "selftest":
            from nnviz.ui.selftest import run as run_selftest  # noqa: PLC0415

            return run_selftest(create_application())
        if not arguments:
            return _open_window(None, None)
        parsed = _parser().parse_args(arguments)
        return _open_window(parsed.file, parsed.theme)
    except UserError as error:
        sys.stderr.write(f"nnviz: {error}\n")
        return _USER_ERROR
