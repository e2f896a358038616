"""The headless front: exit statuses, streams and encodings, in a process of its own where that matters."""

import contextlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnviz.cli import VERBS, output
from nnviz.cli.main import _VERBS, run
from nnviz.cli.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
Call = Callable[..., Any]


def test_verbs_are_inspect_train_validate_predict_parts() -> None:
    assert VERBS == tuple(_VERBS) == ("inspect", "train", "validate", "predict", "parts")


@pytest.mark.parametrize(
    "arguments", [(), ("frobnicate",), ("train",), ("predict", "m.npz"), ("inspect", "--preview", "3:1")]
)
def test_senseless_command_lines_are_one_sentence(nnviz: Call, arguments: tuple[str, ...]) -> None:
    nnviz(*arguments).refuses("--help")


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_printed_with_status_0(nnviz: Call, verb: str) -> None:
    result = nnviz(verb, "--help")
    assert result.code == 0
    assert f"nnviz {verb}" in result.out
    assert result.err == ""


def test_train_and_predict_as_processes(nnviz_process: Call, flowers: Path, tmp_path: Path) -> None:
    trained = nnviz_process("train", flowers, "--target", "art", "--epochs", 20, "--export", "m.npz", "--json")
    assert (trained.code, trained.err) == (0, "")
    assert trained.document["exports"][0]["max_abs_difference"] == 0
    predicted = nnviz_process("predict", "m.npz", flowers, "--output", "out.csv")
    assert (predicted.code, predicted.err) == (0, "")
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 91


def test_errors_of_a_process_are_one_sentence_or_one_document(nnviz_process: Call) -> None:
    nnviz_process("train", "absent.csv").refuses("absent.csv")
    nnviz_process("predict").refuses("required")
    result = nnviz_process("train", "absent.csv", "--json")
    assert (result.code, result.out) == (2, "")
    assert set(json.loads(result.err)) == {"error", "hint"}


def test_headless_verbs_never_load_qt(flowers: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from nnviz.cli.main import run\n"
        f"assert 'numpy' not in sys.modules\n"
        f"assert run(['train', {str(flowers)!r}, '--target', 'art', '--epochs', '1', '--export', 'm.npz']) == 0\n"
        f"assert run(['predict', 'm.npz', {str(flowers)!r}, '--output', 'o.csv']) == 0\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'pyqtgraph')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_is_met_with_silence(flowers: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "nnviz", "train", str(flowers), "--target", "art", "--epochs", "1", "--json"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_a_narrow_encoding_gets_escapes_instead_of_a_traceback(nnviz_process: Call, flowers: Path) -> None:
    result = nnviz_process("train", flowers, "--target", "art", "--epochs", 1, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.code == 0
    assert "\\u03b1" in result.out


def test_not_finite_numbers_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    output.write_document({"a": float("nan"), "b": [float("inf"), 1.5], "c": {"d": -float("inf")}, "e": (1, "x")})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5], "c": {"d": None}, "e": [1, "x"]}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_ten_times_a_second_and_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("nnviz.cli.progress.time.monotonic", lambda: now[0])
    with Progress() as progress:
        for step in range(100):
            progress.update(step / 100, f"step {step}")
            now[0] += 0.01
    text = terminal.getvalue()
    assert text.count("step") == 10
    assert "[##########..........] step 50" in text
    assert text.endswith("\r")
    assert text.rsplit("\r", 2)[1].strip() == ""


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_progress_is_silent_off_a_terminal_and_when_quiet(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, quiet: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(quiet=quiet) as progress:
        progress.update(0.5, "half")
        assert not progress.due
    assert stream.getvalue() == ""


def test_a_bug_is_not_dressed_up_as_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_arguments: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("nnviz.cli.main._RUNNERS", {"predict": broken})
    with pytest.raises(ZeroDivisionError):
        run(["predict", "m.npz", "d.csv", "--output", "o.csv"])


def test_operating_system_trouble_is_one_sentence(nnviz: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnviz.cli.main._RUNNERS", {"predict": full})
    nnviz("predict", "m.npz", "d.csv", "--output", "o.csv").refuses("No space left on device")


def test_an_encoding_that_lacks_a_character_is_one_sentence(nnviz: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(_arguments: object) -> int:
        "α".encode("ascii")
        return 0

    monkeypatch.setattr("nnviz.cli.main._RUNNERS", {"predict": narrow})
    nnviz("predict", "m.npz", "d.csv", "--output", "o.csv").refuses("ascii", "PYTHONIOENCODING")


def test_ctrl_c_on_a_terminal_clears_the_progress_line_and_exits_130(flowers: Path, tmp_path: Path) -> None:
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal here: {error}")
    command = ["train", str(flowers), "--target", "art", "--epochs", "100000000", "--export", "m.npz"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nnviz", *command],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    text = b""
    try:
        while b"epoch" not in text:
            text += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
        with contextlib.suppress(OSError):  # the terminal's other end is closed: all has been read
            while chunk := os.read(ours, 4096):
                text += chunk
    finally:
        process.kill()
        os.close(ours)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in text
    assert text.endswith(b"\r")
    assert not (tmp_path / "m.npz").exists()
