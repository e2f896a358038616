"""The virtual environment in the checkout: made once, filled once, and kept while pyproject.toml stays the same."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import system_packages
from console import SetupError, follow, output_of, say

STAMP = "nnviz-bootstrap.json"
LOG = "nnviz-bootstrap.log"
# Downloads seen on Linux x86-64 with Python 3.11, in MB; the largest are named.
DOWNLOADS = {
    (): "about 112 MB from the Python package index (Qt 80, numpy 17)",
    ("test",): "about 260 MB from the Python package index (Qt 80, ffmpeg 68, scipy and scikit-learn 45, mypy 26)",
}
_ABOUT = "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3], bool(u.find_spec('pip')))"


class Interpreter(NamedTuple):
    """What is known of the Python inside an environment."""

    version: tuple[int, ...]
    has_pip: bool


class Stamp(NamedTuple):
    """What the bootstrap did to an environment: the key of its inputs, the extras it installed, whether it made it."""

    key: str = ""
    extras: tuple[str, ...] = ()
    made: bool = False


def python_in(folder: Path) -> Path:
    """Return where the Python of an environment is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def interpreter(folder: Path) -> Interpreter | None:
    """Return what the Python in an environment says of itself, or None if there is none that runs."""
    words = (output_of([str(python_in(folder)), "-c", _ABOUT]) or "").split()
    if len(words) != 2:
        return None
    return Interpreter(tuple(int(part) for part in words[0].split(".")), words[1] == "True")


def usable(found: Interpreter | None) -> bool:
    """Tell whether an environment can take the installation as it is."""
    return found is not None and found.version >= (3, 11) and found.has_pip


def choose_folder(project: Path) -> Path:
    """Return the environment's folder: ``.venv``, unless somebody else's that can't be used is in the way.

    An environment that the bootstrap did not make is never removed; one with pip and Python 3.11 is used.
    """
    folder = project / ".venv"
    if not folder.exists() or read_stamp(folder).made or usable(interpreter(folder)):
        return folder
    return project / ".venv-nnviz"


def stamp_key(project: Path, version: tuple[int, ...]) -> str:
    """Return the key of everything that decides what gets installed: pyproject.toml, the place, the Python."""
    text = (project / "pyproject.toml").read_bytes()
    return hashlib.sha256(text + str(project).encode() + repr(version).encode()).hexdigest()


def read_stamp(folder: Path) -> Stamp:
    """Return the stamp of an environment; an empty one if there is none that can be read."""
    try:
        entry = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return Stamp(str(entry["key"]), tuple(str(extra) for extra in entry["extras"]), entry["made"] is True)
    except (OSError, ValueError, TypeError, KeyError):
        return Stamp()


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Write the stamp into the environment."""
    folder.mkdir(exist_ok=True)
    (folder / STAMP).write_text(json.dumps(stamp._asdict()) + "\n", encoding="utf-8")


def up_to_date(stamp: Stamp, key: str, extras: Iterable[str]) -> bool:
    """Tell whether an environment already holds these extras for this key."""
    return stamp.key == key and set(extras) <= set(stamp.extras)


def pip_failure(lines: Sequence[str]) -> str:
    """Return one sentence on why pip failed, from what it printed."""
    text = "\n".join(lines)
    if "No space left on device" in text:
        return "The disk is full."
    network = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError")
    if any(word in text for word in (*network, "Temporary failure in name resolution", "Network is unreachable")):
        return "The Python package index can't be reached; check the network connection or the proxy."
    errors = [line.strip().removeprefix("ERROR: ") for line in lines if line.strip().startswith("ERROR: ")]
    return errors[-1].rstrip(".") + "." if errors else "It gave no reason."


def create(folder: Path) -> None:
    """Make the environment, with pip in it.

    Raises
    ------
    SetupError
        If Python's venv module fails, with what it said.
    """
    say(f"Making the environment {folder.name} with Python {sys.version_info[0]}.{sys.version_info[1]}.")
    # The stamp comes first: if the next command is cut short, what it leaves behind is known to be ours.
    write_stamp(folder, Stamp(made=True))
    bare = importlib.util.find_spec("ensurepip") is None
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if bare else []), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0 and bare:
        borrowed = [sys.executable, "-m", "pip", "--python", str(python_in(folder)), "install", "-q", "pip"]
        done = subprocess.run(borrowed, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = " ".join((done.stderr or done.stdout).split())
        raise SetupError(f"The environment {folder.name} could not be made: {words[-300:] or 'no reason given'}")


def fill(project: Path, folder: Path, extras: tuple[str, ...]) -> None:
    """Install the checkout, editable, and its extras into the environment.

    Raises
    ------
    SetupError
        If pip fails: why, in a sentence, and where its whole output is.
    """
    say(f"Installing nnviz and what it needs in {folder.name}: {DOWNLOADS.get(extras, DOWNLOADS[()])}.")
    target = f"{project}[{','.join(extras)}]" if extras else str(project)
    command = [str(python_in(folder)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    shown = ("Downloading", "Installing collected", "Successfully installed")
    # A PIP_USER set for the whole account would make pip refuse to install into an environment.
    variables = {**os.environ, "PIP_USER": "0"}
    status, lines = follow([*command, "-e", target], variables, lambda line: line.strip().startswith(shown))
    (folder / LOG).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if status != 0:
        raise SetupError(f"pip could not install nnviz. {pip_failure(lines)} All it said is in {folder / LOG}.")


def _needs_venv_package(folder: Path) -> bool:
    """Tell whether the environment has to be made by a Python that can't put pip into it."""
    if usable(interpreter(folder)) or importlib.util.find_spec("ensurepip"):
        return False
    # A pip beside the system's Python can install another pip into an environment made without one.
    return importlib.util.find_spec("pip") is None


def _check_qt(folder: Path) -> None:
    """Ask ldd what Qt as installed still lacks; the table of libraries may be older than the Qt."""
    for package in folder.glob("lib/python*/site-packages/PySide6"):
        modules = [package / f"{name}.abi3.so" for name in ("QtGui", "QtWidgets", "QtSvg")]
        files = [str(path) for path in (package / "Qt/plugins/platforms/libqxcb.so", *modules) if path.exists()]
        missing = system_packages.not_found(output_of(["ldd", *files]) or "")
        if missing:
            system_packages.install(missing)


def prepare(project: Path, extras: tuple[str, ...], commands: Sequence[str]) -> Path:
    """Make this checkout ready to run and return the Python to run it with.

    Parameters
    ----------
    project
        The checkout's root.
    extras
        Names from ``[project.optional-dependencies]``.
    commands
        System programs needed besides Qt's libraries: keys of ``system_packages.COMMANDS``.

    Raises
    ------
    SetupError
        If something is missing that can't be installed from here.
    """
    folder = choose_folder(project)
    if sys.platform.startswith("linux"):
        missing = system_packages.missing_libraries(system_packages.LIBRARIES)
        missing += system_packages.missing_commands(commands)
        missing += ["python3-venv"] if _needs_venv_package(folder) else []
        if missing:
            system_packages.install(missing)
            importlib.invalidate_caches()
    if not usable(found := interpreter(folder)):
        if folder.exists():
            shutil.rmtree(folder)
        create(folder)
        found = interpreter(folder)
    if found is None or not usable(found):
        raise SetupError(f"The Python in {folder} does not run; remove that folder and run the same command again.")
    key = stamp_key(project, found.version)
    stamp = read_stamp(folder)
    if not up_to_date(stamp, key, extras):
        fill(project, folder, extras)
        kept = stamp.extras if stamp.key == key else ()
        write_stamp(folder, Stamp(key, tuple(sorted({*kept, *extras})), stamp.made))
    if sys.platform.startswith("linux"):
        _check_qt(folder)
    return python_in(folder)
