"""The networks that the benchmark of the window trains, their data, and what is hoped of each."""

import csv
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnviz.data.choices import choices_from_guess
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import shipped_path
from nnviz.data.toy_datasets import toy_dataset


@dataclass(frozen=True)
class Case:
    """A network on its data.

    Attributes
    ----------
    frames, frame_ms
        Window frames a second, at least; 95 % of the intervals between them in milliseconds, at most.
    diagram
        Redraws of the diagram from newer weights a second, at least.
    steps, share
        Updates a second with the window, at least; or the share of those without it.
    """

    sizes: tuple[int, ...]
    batch: int
    data: Callable[[], Dataset]
    frames: float
    frame_ms: float
    diagram: float
    steps: float | None = None
    share: float | None = None

    @property
    def name(self) -> str:
        return "-".join(map(str, self.sizes))


def _from_csv(path: Path) -> Dataset:
    """Read and prepare a file as the window does when every guess is accepted."""
    table = read_csv(path)
    return build_dataset(table, choices_from_guess(guess(table)))


def wine() -> Dataset:
    """178 wines, 13 measurements, 3 cultivars."""
    return _from_csv(shipped_path("wine"))


def blobs(n_columns: int, n_classes: int, n_rows: int) -> Dataset:
    """Overlapping clouds of classes, written to a CSV file and read back."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, n_classes, n_rows)
    centres = rng.normal(0.0, 2.0 / np.sqrt(n_columns) + 0.25, (n_classes, n_columns))
    values = np.round(centres[labels] + rng.standard_normal((n_rows, n_columns)), 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"blobs{n_columns}.csv"
        with path.open("w", encoding="ascii", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*(f"x{column + 1}" for column in range(n_columns)), "class"])
            for row, label in zip(values.tolist(), labels.tolist(), strict=True):
                writer.writerow([*row, f"c{label}"])
        return _from_csv(path)


def spiral() -> Dataset:
    """The toy set of two arms, 500 points."""
    return toy_dataset("spiral")


CASES = {
    case.name: case
    for case in (
        Case((2, 8, 8, 1), 10, spiral, 57, 24, 40, steps=38_000),
        Case((2, 8, 8, 8, 8, 8, 8, 1), 10, spiral, 57, 24, 40, steps=20_000),
        Case((13, 32, 32, 3), 32, wine, 55, 26, 25, share=0.45),
        Case((30, 64, 64, 10), 64, lambda: blobs(30, 10, 4_000), 50, 30, 15, share=0.50),
        Case((784, 128, 64, 10), 128, lambda: blobs(784, 10, 3_000), 45, 35, 10, share=0.60),
    )
}
