"""The files that travel with a release agree with one another."""

import configparser
import struct
import tomllib
from pathlib import Path
from typing import Any

import bootstrap
import pytest

PROJECT = bootstrap.PROJECT
ICON_SIZES = (16, 32, 48, 64, 128, 256, 512)


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def desktop() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keys of a desktop entry have capitals
    parser.read(PROJECT / "packaging" / "nnviz.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_desktop_entry_opens_csv_and_tsv_files_with_the_installed_script(
    desktop: configparser.SectionProxy, pyproject: dict[str, Any]
) -> None:
    script = desktop["Exec"].split()
    assert script[0] in pyproject["project"]["scripts"]
    assert script[1:] == ["%f"]
    assert set(desktop["MimeType"].rstrip(";").split(";")) == {"text/csv", "text/tab-separated-values"}


def test_desktop_entry_and_its_icon_are_in_the_wheel_under_their_names(
    desktop: configparser.SectionProxy, pyproject: dict[str, Any]
) -> None:
    shared = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert all((PROJECT / source).is_file() for source in shared)
    icons = {Path(target).stem for target in shared.values() if "/icons/" in target}
    assert icons == {desktop["Icon"]}
    assert "share/applications/nnviz.desktop" in shared.values()


def test_wheel_takes_every_folder_of_resources_but_the_screenshots(pyproject: dict[str, Any]) -> None:
    included = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    folders = {path.name for path in (PROJECT / "resources").iterdir() if path.is_dir()} - {"screenshots"}
    assert included == {f"resources/{name}": f"nnviz/_resources/{name}" for name in folders}


@pytest.mark.parametrize("size", ICON_SIZES)
def test_png_icon_has_the_size_in_its_name(size: int) -> None:
    header = (PROJECT / f"resources/icons/nnviz-{size}.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (size, size)


def test_every_licence_file_exists_and_fonts_carry_theirs(pyproject: dict[str, Any]) -> None:
    assert all((PROJECT / name).is_file() for name in pyproject["project"]["license-files"])
    text = (PROJECT / "resources/fonts/OFL.txt").read_text(encoding="utf-8")
    assert "The Inter Project Authors" in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = "python3 packaging/bootstrap.py test"
    assert command in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert command in (PROJECT / ".ci/run").read_text(encoding="utf-8")


def test_extras_that_the_bootstrap_installs_exist(pyproject: dict[str, Any]) -> None:
    assert {"test", "bench", "bundle"} <= set(pyproject["project"]["optional-dependencies"])
