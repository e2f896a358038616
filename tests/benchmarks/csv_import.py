"""How long a CSV file takes to become a Dataset, beside pandas and numpy.loadtxt on the same file in one run.

Run by hand: python tests/benchmarks/csv_import.py [--json FILE] [--pandas-python PYTHON] [--repeats N] [--quick].
Every reading has a process of its own; imports are not timed, peaks of memory are of the whole process. The best of the
repeats counts, taken in turns. Exit status 1 if a limit is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

WIDTH = 10
PANDAS_TIMES, PANDAS_MEMORY, LINEAR, SECONDS, CANCEL_SECONDS = 5.0, 1.6, 5.5, 5.0, 0.2

_CHILD = """
import json, resource, sys, time
kind, path = sys.argv[1:3]
if kind == "pandas":
    import pandas
    start = time.perf_counter()
    total = float(pandas.read_csv(path).to_numpy().sum())
elif kind == "loadtxt":
    import numpy
    start = time.perf_counter()
    total = float(numpy.loadtxt(path, delimiter=",", skiprows=1).sum())
else:
    sys.path.insert(0, sys.argv[3])
    from nnviz.data.csv_reader import read_csv
    from nnviz.data.dataset import build_dataset, choices_from_guess
    from nnviz.data.infer import guess
    start = time.perf_counter()
    table = read_csv(path)
    read = time.perf_counter() - start
    found = guess(table)
    guessed = time.perf_counter() - start
    total = float(table.n_rows)
    if kind == "dataset":
        build_dataset(table, choices_from_guess(found))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
result = {"seconds": seconds, "megabytes": peak, "check": total}
if kind in ("dataset", "guess"):
    result |= {"read": read, "guess": guessed - read}
print(json.dumps(result))
"""


def write_numbers(path: Path, n_rows: int) -> None:
    """Write 3 columns of whole numbers and 7 of decimals."""
    rng = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(f"x{place}" for place in range(WIDTH)) + "\n")
        for start in range(0, n_rows, 100_000):
            count = min(100_000, n_rows - start)
            whole = rng.integers(-5000, 5000, (count, 3)).tolist()
            decimals = rng.normal(0, 100, (count, WIDTH - 3)).tolist()
            for first, rest in zip(whole, decimals, strict=True):
                file.write(",".join([*map(str, first), *(f"{value:.6g}" for value in rest)]) + "\n")


def measure(kind: str, path: Path, python: str) -> dict[str, Any]:
    """Read a file in a process of its own."""
    command = [python, "-c", _CHILD, kind, str(path), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{kind}: {done.stderr.strip().splitlines()[-1]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def best(kinds: dict[str, str], path: Path, repeats: int) -> dict[str, dict[str, Any]]:
    """Return the fastest of each kind, measured in turns so that a busy machine is busy for all of them.

    The order changes from turn to turn: a process is faster behind one that has just given back much memory, because
    pages that a virtual machine has in hand cost a fifth of those that it must ask its host for.
    """
    found: dict[str, dict[str, Any]] = {}
    names = list(kinds)
    for turn in range(repeats):
        for place in range(len(names)):
            kind = names[(place + turn) % len(names)]
            result = measure(kind, path, kinds[kind])
            if kind not in found or result["seconds"] < found[kind]["seconds"]:
                found[kind] = result
    return found


def longest_wait(path: Path, moments: int) -> float:
    """Cancel a reading at many moments and return the longest time until it stopped, in seconds."""
    from nnviz.data.csv_reader import read_csv
    from nnviz.errors import Cancelled

    start = time.perf_counter()
    read_csv(path)
    whole = time.perf_counter() - start
    longest = 0.0
    for moment in np.linspace(0.02, 0.98, moments):
        wanted = threading.Event()
        stopped: list[float] = []

        def read(wanted: threading.Event = wanted, stopped: list[float] = stopped) -> None:
            try:
                read_csv(path, cancelled=wanted.is_set)
            except Cancelled:
                stopped.append(time.perf_counter())

        thread = threading.Thread(target=read)
        thread.start()
        time.sleep(whole * float(moment))
        asked = time.perf_counter()
        wanted.set()
        thread.join()
        if stopped:
            longest = max(longest, stopped[0] - asked)
    return longest


def _wide(path: Path) -> None:
    rng = np.random.default_rng(1)
    lines = [",".join(f"c{place}" for place in range(10_000))]
    lines += [",".join(f"{value:.4g}" for value in row) for row in rng.normal(0, 1, (30, 10_000)).tolist()]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _long_field(path: Path) -> None:
    text = "one, two three " * 700_000
    path.write_text(f'id,text,y\n1,"{text}",a\n2,short,b\n3,"x, y",a\n' + "4,z,b\n" * 50, encoding="ascii")


def _long_lines(path: Path) -> None:
    text = "one, two\nthree " * 700_000
    path.write_text(f'id,text,y\n1,"{text}",a\n2,short,b\n' + "4,z,b\n" * 50, encoding="ascii")


def _texts(path: Path) -> None:
    lines = (f"text number {number} of a column of many different texts,{number % 3}" for number in range(2_000_000))
    path.write_text("text,y\n" + "\n".join(lines) + "\n", encoding="ascii")


def _almost_numbers(path: Path) -> None:
    lines = (f"{number}.5 kg" if number % 5 == 0 else f"$ {number}.25" for number in range(1_000_000))
    path.write_text("price;y\n" + "".join(f"{line};{place % 2}\n" for place, line in enumerate(lines)), "ascii")


def main() -> int:
    """Measure, print the table and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--pandas-python", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--repeats", type=int, default=6)
    parser.add_argument("--quick", action="store_true", help="leave out the 5,000,000 rows")
    options = parser.parse_args()
    kinds = {"dataset": sys.executable, "pandas": options.pandas_python, "loadtxt": sys.executable}
    results: dict[str, Any] = {}
    limits: list[tuple[str, float, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        write_numbers(path, 1_000_000)
        small = results["1M x 10"] = best(kinds, path, options.repeats)
        ours, pandas = small["dataset"], small["pandas"]
        limits.append(("1M x 10, times pandas' time", ours["seconds"] / pandas["seconds"], PANDAS_TIMES, "x"))
        limits.append(("1M x 10, times pandas' peak", ours["megabytes"] / pandas["megabytes"], PANDAS_MEMORY, "x"))
        limits.append(("cancel, numbers", longest_wait(path, 12), CANCEL_SECONDS, "s"))
        if not options.quick:
            write_numbers(path, 5_000_000)
            large = results["5M x 10"] = best(kinds, path, options.repeats)
            limits.append(("5M x 10, times 1M", large["dataset"]["seconds"] / ours["seconds"], LINEAR, "x"))
        single: dict[str, Callable[[Path], None]] = {"10,000 x 30 (columns x rows)": _wide, "10 MB field": _long_field}
        lines = {"10 MB field of lines": _long_lines}
        for name, write in single.items():
            write(path)
            results[name] = best({"guess": sys.executable}, path, options.repeats)
            limits.append((name, results[name]["guess"]["seconds"], SECONDS, "s"))
        for name, write in {
            "cancel, 2M texts": _texts,
            "cancel, 1M almost numbers": _almost_numbers,
            **single,
            **lines,
        }.items():
            write(path)
            limits.append((name.replace("cancel, ", "") + " cancel", longest_wait(path, 12), CANCEL_SECONDS, "s"))
    for name, measured in results.items():
        print(name)
        for kind, result in measured.items():
            parts = f" (read {result['read']:.2f}, guess {result['guess']:.2f})" if "read" in result else ""
            print(f"  {kind:8} {result['seconds']:7.2f} s {result['megabytes']:7.0f} MB{parts}")
    print()
    for name, value, limit, unit in limits:
        print(f"  {'ok  ' if value <= limit else 'MISS'} {name:36} {value:6.2f} {unit}, at most {limit:g} {unit}")
    if options.json:
        rows = [{"name": name, "value": value, "limit": limit} for name, value, limit, _ in limits]
        options.json.write_text(json.dumps({"results": results, "limits": rows}, indent=2) + "\n", encoding="utf-8")
    return int(any(value > limit for _, value, limit, _ in limits))


if __name__ == "__main__":
    raise SystemExit(main())
