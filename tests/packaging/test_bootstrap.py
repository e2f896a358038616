"""The bootstrap's front: what it says before and instead of setting anything up."""

import ast
import re
from pathlib import Path

import bootstrap
import pytest
from console import SetupError

SOURCE = Path(bootstrap.__file__).read_text(encoding="utf-8")


def test_front_parses_on_python_3_6_so_that_it_can_say_what_it_needs() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    check = next(node for node in tree.body if isinstance(node, ast.If))
    assert "version_info" in ast.unparse(check.test)
    own = ("console", "environment", "stages")
    later = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno > check.lineno]
    assert {name for name in own if any(name in ast.unparse(node) for node in later)} == set(own)


def test_required_python_is_the_one_pyproject_names() -> None:
    pyproject = (bootstrap.PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r'requires-python = ">=(\d+)\.(\d+)"', pyproject)
    assert match is not None
    assert f"sys.version_info < ({match[1]}, {match[2]})" in SOURCE


@pytest.mark.parametrize("arguments", [[], ["walk"], ["RUN"]])
def test_unknown_verb_prints_the_usage_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(arguments) == 2
    assert "bootstrap.py run" in capsys.readouterr().out


def test_help_prints_the_usage_with_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["--help"]) == 0
    assert "bootstrap.py test" in capsys.readouterr().out


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_linux_with_a_display_is_no_trouble(variable: str) -> None:
    assert bootstrap.display_trouble("linux", {variable: ":0"}) == ""


def test_linux_without_a_display_is_told_about_the_variables_and_xvfb() -> None:
    sentence = bootstrap.display_trouble("linux", {"HOME": "/home/ann", "DISPLAY": ""})
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in sentence
    assert "xvfb-run -a python3 packaging/bootstrap.py run" in sentence


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_need_no_display_variable(platform: str) -> None:
    assert bootstrap.display_trouble(platform, {}) == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["iris.csv"], True),
        (["train", "iris.csv", "--target", "species"], False),
        (["inspect", "iris.csv"], False),
        (["selftest"], False),
        (["--version"], False),
    ],
)
def test_only_the_window_needs_a_display(arguments: list[str], expected: bool) -> None:
    assert bootstrap.needs_display(arguments) is expected


def test_expected_trouble_is_one_sentence_with_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(*_arguments: object, **_options: object) -> Path:
        raise SetupError("This system lacks libGL.so.1.")

    monkeypatch.setattr("environment.prepare", prepare)
    assert bootstrap.main(["run"]) == 2
    assert capsys.readouterr().err == "This system lacks libGL.so.1.\n"


def test_a_file_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(*_arguments: object, **_options: object) -> Path:
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr("environment.prepare", prepare)
    assert bootstrap.main(["test"]) == 2
    assert capsys.readouterr().err == "The set-up stopped: Permission denied (.venv).\n"
