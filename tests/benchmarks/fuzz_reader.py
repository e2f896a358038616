"""Fuzz the reader, guided by coverage: no crash, no hang over 10 s, no exception other than UserError.

Run by hand, with Atheris installed (pip install atheris): python tests/benchmarks/fuzz_reader.py --minutes 10.
Exit status 1 and a file in --findings for the first input that breaks the rule; --replay FILE runs one input again.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SLOW_SECONDS = 10
# Names say how a file is opened; small pieces put seams between blocks everywhere.
NAMES = ("fuzz.csv", "fuzz.csv", "fuzz.tsv", "fuzz.txt", "fuzz.xlsx")
PIECES = (1024**2, 1024**2, 37, 5)
TOKENS = (
    "\\x22", "\\x22\\x22", ",", ";", "\\x09", "|", "||", "\\x0d\\x0a", "\\x0a", "\\x0d", "\\xef\\xbb\\xbf",
    "\\xff\\xfe", "\\xfe\\xff", "\\x00", "\\x1a", "#", "sep=;", "---", "1,5", "1.5", "1e5", "-0", "007", "NA", "nan",
    "inf", "1e999", "2024-01-31", "31/01/2024", "12%", "$1,234.50", "true", "no", "\\x5c\\x22", "\\x5c,", "'", "=\\x22",
    "\\xc3\\xa9", "\\xe9",
)  # fmt: skip


def _setup() -> Any:
    """Import what is fuzzed; the caller decides whether with instruments."""
    from nnviz.cli.inspect import inspect_table
    from nnviz.data import decoding
    from nnviz.data.csv_reader import read_csv
    from nnviz.data.infer import guess
    from nnviz.data.read_options import ReadOptions
    from nnviz.errors import UserError

    folder = Path(tempfile.mkdtemp(prefix="fuzz-reader-"))
    sample = ReadOptions(sample_rows=2)

    def one(data: bytes) -> None:
        """Read one input: its first byte chooses the name, the size of the pieces and whether rows are sampled."""
        choice = data[0] if data else 0
        path = folder / NAMES[choice % len(NAMES)]
        path.write_bytes(data[1:])
        decoding._PIECE = PIECES[choice // 8 % len(PIECES)]  # type: ignore[misc]
        try:
            table = read_csv(path, sample) if choice >= 224 else read_csv(path)
        except UserError:
            return
        counts = table.reconciliation
        if counts is None or not counts.adds_up:
            raise AssertionError(f"lines do not add up: {counts}")
        json.dumps(inspect_table(table, guess(table), (0, 50)), allow_nan=False).encode("utf-8", "surrogatepass")

    return one


def _seeds(folder: Path) -> None:
    for number, path in enumerate(sorted((ROOT / "tests" / "data" / "nasty").iterdir())):
        if path.stat().st_size <= 4096 and path.name != "expected.json":
            (folder / f"{number}-a").write_bytes(b"\0" + path.read_bytes())
            (folder / f"{number}-b").write_bytes(b"\x10" + path.read_bytes())


def main() -> int:
    """Fuzz, or replay one input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if options.replay:
        _setup()(options.replay.read_bytes())
        print("no exception")
        return 0
    try:
        import atheris  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        print("Atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["nnviz.data"]):
        one = _setup()
    options.findings.mkdir(parents=True, exist_ok=True)
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    _seeds(corpus)
    words = corpus.parent / f"{corpus.name}.dict"
    words.write_text("".join(f'"{token}"\n' for token in TOKENS), encoding="ascii")
    arguments = [
        sys.argv[0],
        f"-max_total_time={round(60 * options.minutes)}",
        f"-timeout={SLOW_SECONDS}",
        "-max_len=4096",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
        f"-dict={words}",
        f"-artifact_prefix={options.findings}/",
        str(corpus),
    ]
    atheris.Setup(arguments, one)
    atheris.Fuzz()  # does not return
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
