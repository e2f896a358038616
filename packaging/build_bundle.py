"""Build the one-folder bundle with PyInstaller and let the bundle test itself.

python packaging/build_bundle.py [--output FOLDER] [--no-selftest]

Run it with a Python that has the checkout installed with the extra "bundle": pip install -e ".[bundle]".
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stages import SCREEN

PROJECT = Path(__file__).resolve().parent.parent
SELFTEST_LIMIT = 300.0


def build(output: Path, work: Path) -> Path:
    """Build the bundle in ``output`` with intermediate files in ``work``, and return the program's path."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(output), "--workpath", str(work), str(PROJECT / "packaging" / "nnviz.spec")]
    subprocess.run(command, check=True, cwd=work)
    return output / "nnviz" / ("nnviz.exe" if os.name == "nt" else "nnviz")


def selftest_command(program: Path, platform: str = sys.platform, display: str = "") -> list[str]:
    """Return how to run the bundle's self-test: on Linux without a display, on a virtual screen."""
    command = [str(program), "selftest"]
    if platform.startswith("linux") and not display:
        return ["xvfb-run", "-a", "-s", SCREEN, *command]
    return command


def size_of(folder: Path) -> int:
    """Return the bytes of all files under a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def selftest(program: Path) -> int:
    """Run the bundle's self-test where no checkout and no Python path can help it out."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = selftest_command(program, display=os.environ.get("DISPLAY", ""))
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is needed to test the bundle here and is not installed.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="nnviz-selftest-") as elsewhere:
        return subprocess.run(command, cwd=elsewhere, env=variables, check=False, timeout=SELFTEST_LIMIT).returncode


def main(arguments: list[str]) -> int:
    """Build and test; return 0 if the bundle's own self-test passed."""
    parser = argparse.ArgumentParser(description="Build nnviz's one-folder bundle and let it test itself.")
    parser.add_argument("--output", type=Path, default=PROJECT / "dist", help="where the folder nnviz/ goes")
    parser.add_argument("--no-selftest", action="store_true", help="only build")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("PyInstaller") is None:
        print('PyInstaller is not installed here: pip install -e ".[bundle]"', file=sys.stderr)
        return 2
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nnviz-bundle-") as work:
        try:
            program = build(options.output.resolve(), Path(work))
        except subprocess.CalledProcessError as error:
            print(f"PyInstaller ended with status {error.returncode}; its reason is above.", file=sys.stderr)
            return 1
    megabytes = size_of(program.parent) / 1e6
    print(f"{program} built in {time.monotonic() - start:.0f} s; its folder holds {megabytes:.0f} MB.", flush=True)
    return 0 if options.no_selftest else selftest(program)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
