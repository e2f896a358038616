"""What the system lacks, and the exact line that installs it."""

import sys

import pytest
import system_packages

LDD = """\
\tlinux-vdso.so.1 (0x00007ffc1a5f2000)
\tlibGL.so.1 => not found
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1c8a000000)
\tlibEGL.so.1 => not found
\tlibGL.so.1 => not found
"""


def test_libraries_that_ldd_misses_are_named_once() -> None:
    assert system_packages.not_found(LDD) == ["libEGL.so.1", "libGL.so.1"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the names are those of Linux")
def test_loader_finds_the_c_library_and_misses_an_invented_one() -> None:
    assert system_packages.missing_libraries(["libc.so.6", "libnnviz-invented.so.9"]) == ["libnnviz-invented.so.9"]


def test_absent_program_is_missing_and_python_is_not() -> None:
    assert system_packages.missing_commands([sys.executable, "nnviz-invented-program"]) == ["nnviz-invented-program"]


def test_two_libraries_of_one_package_name_it_once() -> None:
    names = ["libgthread-2.0.so.0", "libglib-2.0.so.0"]
    assert system_packages.packages_for(names, "apt-get") == ["libglib2.0-0"]
    assert system_packages.packages_for(names, "dnf") == ["glib2"]


@pytest.mark.parametrize(
    ("manager", "as_root", "line"),
    [
        ("apt-get", False, "sudo apt-get install --no-install-recommends -y libegl1 libxcb-cursor0 xvfb"),
        ("apt-get", True, "apt-get install --no-install-recommends -y libegl1 libxcb-cursor0 xvfb"),
        ("dnf", False, "sudo dnf install libglvnd-egl xcb-util-cursor xorg-x11-server-Xvfb"),
        ("pacman", True, "pacman -S --needed libglvnd xcb-util-cursor xorg-server-xvfb"),
    ],
)
def test_advice_ends_with_the_exact_line_to_type(manager: str, as_root: bool, line: str) -> None:
    missing = ["libEGL.so.1", "libxcb-cursor.so.0", "xvfb-run"]
    text = system_packages.advice(missing, manager, as_root=as_root)
    assert text.startswith("This system lacks libEGL.so.1, libxcb-cursor.so.0, xvfb-run.")
    assert text.splitlines()[-1].strip() == line


def test_unknown_library_is_still_named() -> None:
    text = system_packages.advice(["libEGL.so.1", "libnew.so.2"], "apt-get", as_root=False)
    assert "sudo apt-get install --no-install-recommends -y libegl1" in text
    assert "packages with libnew.so.2" in text


def test_system_without_a_known_package_manager_gets_the_names() -> None:
    text = system_packages.advice(["libEGL.so.1", "xauth"], "", as_root=False)
    assert "packages with libEGL.so.1, xauth" in text
    assert "sudo" not in text


def test_every_library_has_a_package_for_every_manager() -> None:
    for names in (*system_packages.LIBRARIES.values(), *system_packages.COMMANDS.values()):
        assert all(name and " " not in name for name in names)
