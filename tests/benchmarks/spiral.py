"""How many seeds of the noise-free two-arm spiral the app's default settings learn, without anyone touching a knob.

Run by hand: ``python tests/benchmarks/spiral.py [--seeds 20] [--first 0] [--epochs 2000] [--processes 2] [--json]``.
The data are the app's own toy spiral (1.75 turns, 250 training and 250 validation rows, two raw inputs); architecture,
initialisation and training settings are read from ``nnviz.run.recipe``, so this judges whatever the app ships. A seed
draws the split, the weights and the shuffling. It has learnt the spiral when its validation accuracy first reaches
0.97; how it stands at the last epoch, and how often an epoch lost 0.1 of accuracy, tell how steady that is to watch.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.recipe import DEFAULT_HIDDEN, DEFAULT_TRAINING, network_config, new_trainer

ENOUGH = 0.97  # validation accuracy
ROWS = 500  # half of them for validation
FALL = 0.1  # of validation accuracy, from one epoch to the next


@dataclass(frozen=True)
class Outcome:
    """How one seed fared; `reached` is the first epoch at `ENOUGH`, or None."""

    seed: int
    reached: int | None
    best: float
    final: float
    falls: int


def learn(seed: int, epochs: int) -> Outcome:
    """Train one seed with the app's defaults."""
    dataset = toy_dataset("spiral", seed, noise=0.0, n=ROWS)
    trainer = new_trainer(dataset, network_config(dataset, DEFAULT_HIDDEN), replace(DEFAULT_TRAINING, seed=seed))
    accuracies: list[float] = []
    for evaluation in trainer.steps():
        if evaluation is not None:
            accuracies.append(evaluation.validation_metric)
            if len(accuracies) == epochs:
                break
    reached = next((epoch for epoch, accuracy in enumerate(accuracies, 1) if accuracy >= ENOUGH), None)
    falls = sum(after < before - FALL for before, after in pairwise(accuracies))
    return Outcome(seed, reached, max(accuracies), accuracies[-1], falls)


def learn_all(seeds: Sequence[int], epochs: int, processes: int) -> list[Outcome]:
    """Train every seed, in the order given; the outcome of a seed does not depend on `processes`."""
    if processes == 1:
        return [learn(seed, epochs) for seed in seeds]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(learn, epochs=epochs), seeds))


def report(outcomes: Sequence[Outcome], epochs: int, seconds: float) -> dict[str, object]:
    """Return everything that was measured, and the settings it was measured with."""
    reached = sorted(outcome.reached for outcome in outcomes if outcome.reached is not None)
    return {
        "seeds": len(outcomes),
        "epochs": epochs,
        "reached": len(reached),
        "reached_at": reached,
        "median_epoch": statistics.median(reached) if reached else None,
        "at_the_end": sum(outcome.final >= ENOUGH for outcome in outcomes),
        "mean_final_accuracy": statistics.fmean(outcome.final for outcome in outcomes),
        "falls_per_seed": statistics.fmean(outcome.falls for outcome in outcomes),
        "seconds": round(seconds, 1),
        "hidden": [asdict(layer) for layer in DEFAULT_HIDDEN],
        "training": asdict(DEFAULT_TRAINING),
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line a seed and the count; status 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="(default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args(arguments)
    if min(chosen.seeds, chosen.epochs, chosen.processes) < 1 or chosen.first < 0:
        parser.error("seeds, epochs and processes are at least 1, the first seed at least 0")
    start = time.perf_counter()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    outcomes = learn_all(seeds, chosen.epochs, chosen.processes)
    found = report(outcomes, chosen.epochs, time.perf_counter() - start)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    for outcome in outcomes:
        when = f"epoch {outcome.reached:,}" if outcome.reached else "never"
        print(f"seed {outcome.seed:3}  {when:>12}  best {outcome.best:.3f}  final {outcome.final:.3f}")
    print(
        f"\n{found['reached']} of {len(outcomes)} seeds reached {ENOUGH} within {chosen.epochs:,} epochs"
        f" (median epoch {found['median_epoch']}); {found['at_the_end']} are there at the last epoch,"
        f" mean accuracy then {found['mean_final_accuracy']:.3f}; {found['falls_per_seed']:.1f} falls of {FALL} a seed"
    )
    print(f"hidden {found['hidden']}\ntraining {found['training']}\n{found['seconds']} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
