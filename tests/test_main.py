"""The command line of the window: what is refused in words before Qt is asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def nnviz(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    return subprocess.run(
        [sys.executable, "-m", "nnviz", *arguments],
        cwd=CHECKOUT,
        env={**bare, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_a_display_a_sentence_says_so() -> None:
    result = nnviz()
    assert result.returncode == 2
    assert "no display" in result.stderr
    assert "Traceback" not in result.stderr


def test_version_is_printed() -> None:
    result = nnviz("--version")
    assert result.returncode == 0
    assert result.stdout.startswith("nnviz ")


def test_unknown_option_is_refused() -> None:
    result = nnviz("--no-such-thing")
    assert result.returncode == 2
    assert "--no-such-thing" in result.stderr


def test_ctrl_c_closes_the_window_and_leaves_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "nnviz"],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            # Before the window is there Python's own handler would end the start with a traceback.
            time.sleep(8.0)
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in errors
