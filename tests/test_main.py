"""The command line of the window: what is refused in words before Qt is asked."""

import os
import subprocess
import sys
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
