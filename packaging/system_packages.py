"""The shared libraries and programs that Qt and the tests need from the system, and the packages that hold them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from console import SetupError, follow, output_of, say


class Packages(NamedTuple):
    """The package that holds one library or program, by package manager."""

    apt: str
    dnf: str
    pacman: str


# Found by ldd on Qt 6's QtWidgets, QtSvg and xcb platform plugin, on a Debian 12 with nothing but python3 and git.
LIBRARIES: Mapping[str, Packages] = {
    "libGL.so.1": Packages("libgl1", "libglvnd-glx", "libglvnd"),
    "libEGL.so.1": Packages("libegl1", "libglvnd-egl", "libglvnd"),
    "libX11.so.6": Packages("libx11-6", "libX11", "libx11"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb", "libx11"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libgthread-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-render.so.0": Packages("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm.so.0": Packages("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync.so.1": Packages("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", "libxcb", "libxcb"),
    "libxcb.so.1": Packages("libxcb1", "libxcb", "libxcb"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
}
COMMANDS: Mapping[str, Packages] = {
    "xvfb-run": Packages("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    "xauth": Packages("xauth", "xorg-x11-xauth", "xorg-xauth"),
    # Debian ships Python's own venv and ensurepip modules apart, one package per version of Python.
    "python3-venv": Packages(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", "python3-libs", "python"),
}
INSTALL: Mapping[str, tuple[str, ...]] = {
    "apt-get": ("apt-get", "install", "--no-install-recommends", "-y"),
    "dnf": ("dnf", "install"),
    "pacman": ("pacman", "-S", "--needed"),
}
_LOADER = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Return those shared libraries that the dynamic loader does not find, asked in a process of their own."""
    output = output_of([sys.executable, "-c", _LOADER, *names])
    return (output or "").split()


def missing_commands(names: Iterable[str]) -> list[str]:
    """Return those programs that are not on the path."""
    return [name for name in names if shutil.which(name) is None]


def not_found(ldd_output: str) -> list[str]:
    """Return the libraries that ``ldd`` marks as not found, each once, sorted."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE)))


def package_manager() -> str:
    """Return the name of the first package manager there is that this module knows, or an empty string."""
    return next((name for name in INSTALL if shutil.which(name)), "")


def packages_for(missing: Iterable[str], manager: str) -> list[str]:
    """Return the packages that hold these libraries and programs, each once, sorted; unknown ones are left out."""
    table = {**LIBRARIES, **COMMANDS}
    index = {"apt-get": 0, "dnf": 1, "pacman": 2}[manager]
    return sorted({table[name][index] for name in missing if name in table})


def advice(missing: Sequence[str], manager: str, *, as_root: bool) -> str:
    """Return the message that names what is missing and the exact line that installs it.

    Parameters
    ----------
    missing
        Names from ``LIBRARIES`` and ``COMMANDS``, or libraries that are in neither.
    manager
        A key of ``INSTALL``, or an empty string if the system has none of them.
    as_root
        Whether the line is typed by root; otherwise it starts with sudo.
    """
    text = f"This system lacks {', '.join(missing)}."
    known = packages_for(missing, manager) if manager else []
    if known:
        line = " ".join([*([] if as_root else ["sudo"]), *INSTALL[manager], *known])
        text += f" Run this, then the same command again:\n  {line}"
    unknown = [name for name in missing if name not in LIBRARIES and name not in COMMANDS] if manager else missing
    if unknown:
        text += (
            f"\nInstall what your system calls the packages with {', '.join(unknown)}; then run the same command again."
        )
    return text


def _privileges() -> list[str] | None:
    """Return what to put before a command that needs root, or None if there is no way without a password."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if output_of(["sudo", "-n", "true"]) is not None else None


def install(missing: Sequence[str]) -> None:
    """Install what is missing where that needs no password and apt-get is there; otherwise say how.

    Raises
    ------
    SetupError
        With the exact line to type, or with what apt-get complained about.
    """
    manager = package_manager()
    privileges = _privileges()
    packages = packages_for(missing, manager) if manager else []
    if manager != "apt-get" or privileges is None or not packages:
        raise SetupError(advice(missing, manager, as_root=privileges == []))
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*privileges, "env", "DEBIAN_FRONTEND=noninteractive", *INSTALL["apt-get"]]
    command += ["-q", "-o", "DPkg::Lock::Timeout=120", *packages]
    say(f"System packages to install with apt-get: {' '.join(packages)}")
    follow([*privileges, "apt-get", "update", "-q"], variables, lambda _line: False)
    status, lines = follow(command, variables, lambda line: line.startswith(("Need to get", "After this operation")))
    if status != 0:
        complaint = next((line for line in lines if line.startswith("E: ")), f"E: status {status}")
        line = subprocess.list2cmdline([*(["sudo"] if privileges else []), *INSTALL["apt-get"], *packages])
        raise SetupError(f"apt-get failed: {complaint[3:].rstrip('.')}. Once that is mended, run this again:\n  {line}")
