"""What the bootstrap says and how it runs other programs."""

import subprocess
from collections.abc import Callable, Mapping, Sequence


class SetupError(Exception):
    """Expected trouble while setting up: its text is the whole message, ready for a person."""


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the next program prints."""
    print(text, flush=True)


def output_of(command: Sequence[str]) -> str | None:
    """Return the standard output of a program, or None if it can't be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def follow(command: Sequence[str], variables: Mapping[str, str], show: Callable[[str], bool]) -> tuple[int, list[str]]:
    """Run a program, print those of its lines that ``show`` picks, and return its status and all lines.

    Parameters
    ----------
    command
        The program and its arguments.
    variables
        Its whole environment.
    show
        Given one line, tells whether a person wants to see it.
    """
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        if process.stdout is not None:
            for line in process.stdout:
                lines.append(line.rstrip())
                if show(lines[-1]):
                    say("  " + lines[-1].strip())
    return process.returncode, lines
