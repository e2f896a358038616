"""The stages of a full check: order, independence, time limits and the summary."""

import sys
import time
from pathlib import Path

import pytest
import stages
from stages import Outcome, Stage

PYTHON = Path("/env/bin/python")


def script(name: str, code: str, limit: float = 60.0) -> Stage:
    return Stage(name, (sys.executable, "-c", code), {}, limit)


def test_quick_stages_come_first_and_the_window_last() -> None:
    names = [stage.name for stage in stages.stages(PYTHON, [], "linux")]
    assert names == ["ruff check", "ruff format", "mypy", "pytest", "selftest"]


def test_arguments_go_to_pytest_alone() -> None:
    chosen = stages.stages(PYTHON, ["-k", "loss"], "linux")
    assert [stage.name for stage in chosen if "loss" in stage.command] == ["pytest"]


def test_linux_selftest_gets_a_screen_of_1440_by_900() -> None:
    last = stages.stages(PYTHON, [], "linux")[-1]
    assert last.command[0] == "xvfb-run"
    assert "-screen 0 1440x900x24" in last.command
    assert last.variables == {"QT_QPA_PLATFORM": "xcb"}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_selftest_without_xvfb(platform: str) -> None:
    last = stages.stages(PYTHON, [], platform)[-1]
    assert last.command == (str(PYTHON), "-m", "nnviz", "selftest")
    assert last.variables == {"QT_QPA_PLATFORM": "offscreen"}


def test_failing_stage_does_not_hide_the_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    witness = "import pathlib; pathlib.Path('ran').touch()"
    assert stages.run_all(tmp_path, [script("first", "raise SystemExit(3)"), script("second", witness)]) == 1
    assert (tmp_path / "ran").exists()
    out = capsys.readouterr().out
    assert "FAILED (status 3)" in out
    assert "1 of 2 stages passed" in out


def test_all_stages_passing_is_status_0(tmp_path: Path) -> None:
    assert stages.run_all(tmp_path, [script("first", ""), script("second", "")]) == 0


def test_stage_sees_its_own_variables(tmp_path: Path) -> None:
    stage = Stage(
        "variables",
        (sys.executable, "-c", "import os, sys; sys.exit(os.environ['NNVIZ_STAGE'] != 'here')"),
        {"NNVIZ_STAGE": "here"},
        60.0,
    )
    assert stages.run_stage(tmp_path, stage).status == 0


def test_stage_over_its_limit_is_ended_with_what_it_started(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; "
        "subprocess.Popen([sys.executable, '-c', "
        "'import pathlib, time; time.sleep(2.5); pathlib.Path(\"late\").touch()']); "
        "time.sleep(60)"
    )
    start = time.monotonic()
    outcome = stages.run_stage(tmp_path, script("slow", code, limit=1.0))
    assert outcome.status == 124
    assert time.monotonic() - start < 30.0
    time.sleep(max(0.0, 3.5 - (time.monotonic() - start)))
    assert not (tmp_path / "late").exists()


def test_summary_has_a_line_per_stage_and_the_total() -> None:
    lines = stages.summary([Outcome("ruff", 0, 1.25), Outcome("pytest", 1, 60.0)])
    assert lines[0].split() == ["ruff", "1.2", "s", "passed"]
    assert lines[1].endswith("FAILED (status 1)")
    assert lines[2] == "1 of 2 stages passed in 61.2 s"
