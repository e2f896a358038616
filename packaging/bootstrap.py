"""Set up nnviz in this checkout with the standard library alone, then open it or test it.

    python3 packaging/bootstrap.py run [FILE or any other argument of nnviz]
    python3 packaging/bootstrap.py test [arguments of pytest]

This file keeps to syntax that an old Python 3 can read, so that such a Python gets a sentence and not a SyntaxError.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this very check is what an older Python is to meet
    import shutil

    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    hint = "Run it with %s." % newer[0] if newer else "Install a newer Python and run it with that."  # noqa: UP031
    sys.exit("nnviz needs Python 3.11 or newer and this is Python %d.%d. %s" % (*sys.version_info[:2], hint))  # noqa: UP031

import os
import shlex
import subprocess
from pathlib import Path

import environment
import stages
from console import SetupError, say

PROJECT = Path(__file__).resolve().parent.parent
HEADLESS_VERBS = frozenset({"inspect", "train", "predict", "selftest"})
USAGE = """\
usage: python3 packaging/bootstrap.py run [FILE.csv | arguments of nnviz]
       python3 packaging/bootstrap.py test [arguments of pytest]

run   set up everything in .venv and open nnviz
test  set up everything in .venv and run the linters, the type checker, the tests and the self-test
Both can be run again: what is already there is not fetched twice."""


def needs_display(arguments: list[str]) -> bool:
    """Tell whether nnviz, called with these arguments, is going to open a window for a person."""
    if any(argument in {"-h", "--help", "--version"} for argument in arguments):
        return False
    return not arguments or arguments[0] not in HEADLESS_VERBS


def display_trouble(platform: str, variables: dict[str, str]) -> str:
    """Return the sentence to say when no window can be shown, or an empty string.

    Parameters
    ----------
    platform
        ``sys.platform``.
    variables
        The environment variables.
    """
    if not platform.startswith("linux"):
        return ""
    if any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return ""
    return (
        "nnviz is set up, but there is no display to open its window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
        "Run the same command in a desktop session, or with a virtual screen: "
        "xvfb-run -a python3 packaging/bootstrap.py run"
    )


def run(arguments: list[str]) -> int:
    """Set up what the app needs and hand over to it; returns only where the process can't be replaced."""
    python = environment.prepare(PROJECT, extras=(), commands=())
    trouble = display_trouble(sys.platform, dict(os.environ)) if needs_display(arguments) else ""
    if trouble:
        raise SetupError(trouble)
    command = [str(python), "-m", "nnviz", *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def test(arguments: list[str]) -> int:
    """Set up what the tests need, run every stage, and return 0 if all of them passed."""
    commands = ("xvfb-run", "xauth") if sys.platform.startswith("linux") else ()
    python = environment.prepare(PROJECT, extras=("test",), commands=commands)
    return stages.run_all(PROJECT, stages.stages(python, arguments))


def main(arguments: list[str]) -> int:
    """Carry out one command line and return the exit status; expected trouble is one sentence and status 2."""
    verbs = {"run": run, "test": test}
    if not arguments or arguments[0] not in verbs:
        say(USAGE)
        return 0 if arguments and arguments[0] in {"-h", "--help"} else 2
    try:
        return verbs[arguments[0]](arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        where = f" ({shlex.quote(str(error.filename))})" if error.filename else ""
        print(f"The set-up stopped: {error.strerror or error}{where}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; run the same command to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
