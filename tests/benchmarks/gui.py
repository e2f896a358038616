"""How the whole window keeps up while a network trains at full speed, beside the same run without it.

    python tests/benchmarks/gui.py [--json] [--only 2-8-8-1] [--optimizer adam] [--seconds 8] [--presses 30]
    python tests/benchmarks/gui.py --minutes 30      # memory and frames at the beginning and the end of a long run
    python tests/benchmarks/gui.py --history         # ten hours of epochs: memory, drawing time, extremes, markers
    python tests/benchmarks/gui.py --profile 13-32-32-3    # who takes the cores and the interpreter's lock (py-spy)
    python tests/benchmarks/gui.py --stalls          # what stops the event loop: files, sheets, themes, sizes

Linux, with Xvfb: each network has a virtual screen of 1440 x 900 and a process of its own, on two cores where there are
more. Frames are ticks of the window's clock whose paint events have been delivered; redraws count only from newer
weights and when painted; the reaction to a key goes from the press, by another process through the X server, to the end
of the frame that shows it. Run it on an idle machine: the load at the start is printed. The exit status is the number
of missed targets.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.gui_cases import CASES, Case

KEY_MS = 60.0
CORES = 2
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Verdict:
    """A figure beside what is hoped of it."""

    what: str
    value: float
    target: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether it is good enough; a figure that is no number is not."""
        return self.value <= self.target if self.at_most else self.value >= self.target

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        digits = 2 if self.target < 1 else 1 if self.target < 1_000 else 0
        limit = f"{self.target:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{self.target:,.0f}"
        return f"{'met  ' if self.met else 'SHORT'}  {self.what}: {self.value:,.{digits}f} ({sign} {limit})"


def verdicts(case: Case, figures: dict[str, Any]) -> list[Verdict]:
    """Return the targets of a network beside what was measured."""
    without = sum(figures["steps_without"]) / len(figures["steps_without"])
    found = [
        Verdict("window frames/s", figures["frames"], case.frames),
        Verdict("95 % of the frame intervals (ms)", figures["frame_95_ms"], case.frame_ms, at_most=True),
        Verdict("diagram redraws/s from newer weights", figures["diagram"], case.diagram),
        Verdict("95 % of key presses to reaction (ms)", figures["key_95_ms"], KEY_MS, at_most=True),
    ]
    if case.steps is not None:
        found.append(Verdict("steps/s with the window", figures["steps"], case.steps))
    if case.share is not None:
        found.append(Verdict("share of the steps/s without it", figures["steps"] / without, case.share))
    return found


def facts(case: Case, figures: dict[str, Any]) -> str:
    """Return the other figures of a network in words."""
    before, after = figures["steps_without"]
    return (
        f"       frame intervals {figures['frame_median_ms']:.1f} / {figures['frame_95_ms']:.1f} / "
        f"{figures['frame_99_ms']:.1f} ms (median / 95 / 99 %), longest {figures['stall_ms']:.0f} ms; "
        f"{figures['screen_updates']:.0f} screen updates/s\n"
        f"       map redraws/s from newer weights {figures['map']:.1f}; steps/s {figures['steps']:,.0f}, without the "
        f"window {before:,.0f} before and {after:,.0f} after ({2 * figures['steps'] / (before + after):.0%})\n"
        f"       {figures['presses']} key presses, median {figures['key_median_ms']:.0f} ms; "
        f"memory {figures['memory_mb']:.0f} MB; {figures['rows']:,} rows, batch {case.batch}\n"
        f"       share of a core: {', '.join(f'{name} {share:.0%}' for name, share in figures['busy'].items())}"
    )


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Start a virtual screen and yield the environment for a program on it."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise SystemExit("Xvfb could not be started")
        environment = {
            name: value for name, value in os.environ.items() if name not in ("XAUTHORITY", "WAYLAND_DISPLAY")
        }
        environment |= {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
        environment |= dict.fromkeys(_ONE_THREAD, "1")
        yield environment
    finally:
        server.terminate()
        server.wait(10)


def in_child(arguments: list[str]) -> dict[str, Any]:
    """Run this program with ``--child`` on a screen of its own; return what it found."""
    with screen() as environment:
        command = [sys.executable, str(Path(__file__).resolve()), "--child", *arguments]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def child(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure in this process."""
    if arguments.stalls:
        from tests.benchmarks.gui_stalls import measure_stalls

        return measure_stalls(arguments.rows)
    if arguments.history:
        from tests.benchmarks.gui_long import measure_history

        return measure_history()
    from tests.benchmarks.gui_window import Options, measure

    case = CASES[arguments.profile or arguments.only]
    options = Options(arguments.seconds, arguments.presses, arguments.optimizer)
    if arguments.profile:
        from tests.benchmarks.gui_profile import measure_profile

        return measure_profile(case, options)
    if arguments.minutes:
        from tests.benchmarks.gui_long import measure_long_run

        return measure_long_run(case, options, arguments.minutes)
    return dict(measure(case, options))


def machine() -> dict[str, Any]:
    """Say on what was measured, and how busy it was."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    return {
        "cores": os.cpu_count(),
        "used_cores": len(os.sched_getaffinity(0)),
        "load_at_start": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "machine": platform.platform(),
    }


def parts(arguments: argparse.Namespace) -> Iterator[tuple[str, list[Verdict], str, dict[str, Any]]]:
    """Measure what was asked for, one part after the other: title, verdicts, other words, all figures."""
    passed = ["--seconds", str(arguments.seconds), "--presses", str(arguments.presses)]
    passed += ["--optimizer", arguments.optimizer]
    if arguments.stalls or arguments.history:
        kind = "--stalls" if arguments.stalls else "--history"
        found = in_child([kind, "--rows", str(arguments.rows)])
        yield found["title"], [Verdict(*one) for one in found["verdicts"]], found["words"], found["figures"]
        return
    if arguments.profile:
        found = in_child(["--profile", arguments.profile, *passed])
        yield found["title"], [], found["words"], found["figures"]
        return
    if arguments.minutes:
        name = arguments.only or next(iter(CASES))
        found = in_child(["--only", name, "--minutes", str(arguments.minutes), *passed])
        yield found["title"], [Verdict(*one) for one in found["verdicts"]], found["words"], found["figures"]
        return
    for name in [arguments.only] if arguments.only else CASES:
        case = CASES[name]
        figures = in_child(["--only", name, *passed])
        yield (
            f"{name}, batch {case.batch}, {arguments.optimizer}",
            verdicts(case, figures),
            facts(case, figures),
            figures,
        )


def main() -> int:
    """Measure and judge; return how many targets were missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print one JSON document; the table goes to standard error")
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--optimizer", choices=("sgd", "adam"), default="sgd")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--presses", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--history", action="store_true")
    parser.add_argument("--profile", choices=CASES, help="instead: what the threads of this network's window do")
    parser.add_argument("--stalls", action="store_true")
    parser.add_argument("--rows", type=int, default=400_000, help="of the file that --stalls reads")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(child(arguments)))
        return 0
    table = sys.stderr if arguments.json else sys.stdout
    about = machine()
    print(
        f"{about['cores']} cores, {about['used_cores']} used; load average {about['load_at_start']}; "
        f"Python {about['python']}, {about['machine']}",
        file=table,
    )
    missed, document = 0, []
    for title, judged, words, figures in parts(arguments):
        print("\n".join([title, *map(str, judged), words]), file=table, flush=True)
        missed += sum(not verdict.met for verdict in judged)
        targets = [{"what": v.what, "value": v.value, "target": v.target, "met": v.met} for v in judged]
        document.append({"part": title, "targets": targets, "figures": figures})
    if any(part["targets"] for part in document):
        print(f"{missed} missed" if missed else "all met", file=table)
    if arguments.json:
        print(json.dumps({"machine": about, "missed": missed, "parts": document}, indent=1))
    return missed


if __name__ == "__main__":
    sys.exit(main())
