"""The environment's folder, its stamp, and what is said when pip fails."""

import os
import subprocess
import sys
from pathlib import Path

import environment
import pytest
from console import SetupError
from environment import Interpreter, Stamp

OFFLINE = [
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/numpy/",
    "ERROR: Could not find a version that satisfies the requirement numpy>=2.0 (from versions: none)",
    "ERROR: No matching distribution found for numpy>=2.0",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'p'\n", encoding="utf-8")
    return tmp_path


def make_foreign_environment(folder: Path, *, with_pip: bool) -> None:
    """An environment that somebody else made: a real Python, with or without something named pip to import."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    if with_pip:
        packages = folder / "Lib/site-packages" if os.name == "nt" else next(folder.glob("lib/python*/site-packages"))
        (packages / "pip.py").write_text("", encoding="utf-8")


def test_fresh_checkout_gets_the_usual_folder(project: Path) -> None:
    assert environment.choose_folder(project) == project / ".venv"


def test_developers_environment_with_pip_is_used(project: Path) -> None:
    make_foreign_environment(project / ".venv", with_pip=True)
    assert environment.choose_folder(project) == project / ".venv"


def test_developers_environment_without_pip_is_left_alone(project: Path) -> None:
    make_foreign_environment(project / ".venv", with_pip=False)
    assert environment.choose_folder(project) == project / ".venv-nnviz"


def test_folder_without_a_python_that_is_not_ours_is_left_alone(project: Path) -> None:
    (project / ".venv").mkdir()
    assert environment.choose_folder(project) == project / ".venv-nnviz"


def test_own_half_made_environment_is_made_again(project: Path) -> None:
    environment.write_stamp(project / ".venv", Stamp(made=True))
    assert environment.choose_folder(project) == project / ".venv"


def test_developers_environment_that_broke_after_use_is_left_alone(project: Path) -> None:
    environment.write_stamp(project / ".venv", Stamp("key", ("test",), made=False))
    assert environment.choose_folder(project) == project / ".venv-nnviz"


def test_interpreter_reports_version_and_missing_pip(project: Path) -> None:
    make_foreign_environment(project / ".venv", with_pip=False)
    assert environment.interpreter(project / ".venv") == Interpreter(sys.version_info[:3], has_pip=False)
    assert environment.interpreter(project / "absent") is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, False),
        (Interpreter((3, 10, 9), has_pip=True), False),
        (Interpreter((3, 11, 0), has_pip=True), True),
        (Interpreter((3, 14, 1), has_pip=False), False),
    ],
)
def test_usable_environment_has_python_3_11_and_pip(found: Interpreter | None, expected: bool) -> None:
    assert environment.usable(found) is expected


def test_stamp_comes_back_as_written(project: Path) -> None:
    stamp = Stamp("abc", ("bench", "test"), made=True)
    environment.write_stamp(project / ".venv", stamp)
    assert environment.read_stamp(project / ".venv") == stamp


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "a"}', '{"key": "a", "extras": 3, "made": true}'])
def test_damaged_stamp_counts_as_none(project: Path, text: str) -> None:
    (project / environment.STAMP).write_text(text, encoding="utf-8")
    assert environment.read_stamp(project) == Stamp()


def test_key_changes_with_pyproject_and_with_the_python(project: Path) -> None:
    before = environment.stamp_key(project, (3, 11, 2))
    assert environment.stamp_key(project, (3, 11, 2)) == before
    assert environment.stamp_key(project, (3, 12, 0)) != before
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("version = '2'\n")
    assert environment.stamp_key(project, (3, 11, 2)) != before


def test_environment_with_the_test_extra_also_serves_a_plain_run() -> None:
    stamp = Stamp("k", ("test",))
    assert environment.up_to_date(stamp, "k", ())
    assert environment.up_to_date(stamp, "k", ("test",))
    assert not environment.up_to_date(stamp, "k", ("bench",))
    assert not environment.up_to_date(stamp, "other", ())


def test_unreachable_index_is_named_before_the_missing_distribution() -> None:
    assert "index can't be reached" in environment.pip_failure(OFFLINE)


def test_missing_distribution_is_named_when_the_network_is_there() -> None:
    assert environment.pip_failure(OFFLINE[1:]) == "No matching distribution found for numpy>=2.0."


def test_full_disk_is_named() -> None:
    lines = ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"]
    assert environment.pip_failure(lines) == "The disk is full."


def test_silent_failure_says_so() -> None:
    assert environment.pip_failure([]) == "It gave no reason."


def test_failed_installation_keeps_the_log_and_leaves_the_stamp_old(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_foreign_environment(project / ".venv", with_pip=True)
    packages = next((project / ".venv").rglob("pip.py"))
    packages.write_text("print('ERROR: the index is closed on Sundays'); raise SystemExit(1)", encoding="utf-8")
    with pytest.raises(SetupError, match="the index is closed on Sundays") as caught:
        environment.fill(project, project / ".venv", ("test",))
    log = project / ".venv" / environment.LOG
    assert str(log) in str(caught.value)
    assert "Sundays" in log.read_text(encoding="utf-8")
    assert environment.read_stamp(project / ".venv") == Stamp()
    assert environment.DOWNLOADS[("test",)] in capsys.readouterr().out
