"""Run by hand: PyTorch loads an exported .safetensors file as it is and gives the same outputs.

``python tests/benchmarks/torch_loads_safetensors.py`` (needs the extra ``bench``). Trains iris with the headless verb,
builds the torch.nn.Sequential that the file's own metadata describes, and compares the outputs on all rows.
Exit status 0 if the largest difference is at most 1e-6.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import safetensors
import safetensors.torch
import torch

from nnviz.cli.main import run
from nnviz.data.csv_reader import read_csv
from nnviz.export import load
from nnviz.resources import resource_path

TOLERANCE = 1e-6
MODULES = {
    "identity": torch.nn.Identity,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
    "softmax": lambda: torch.nn.Softmax(dim=1),
}


def sequential(path: Path) -> torch.nn.Sequential:
    """Return the network that the metadata of ``path`` describes, with its weights loaded strictly."""
    with safetensors.safe_open(path, framework="pt") as file:
        architecture = json.loads(file.metadata()["architecture"])
    modules: list[torch.nn.Module] = []
    width = architecture["n_inputs"]
    for layer in architecture["layers"]:
        modules += [torch.nn.Linear(width, layer["units"]), MODULES[layer["activation"]]()]
        width = layer["units"]
    network = torch.nn.Sequential(*modules)
    network.load_state_dict(safetensors.torch.load_file(path), strict=True)
    return network.eval()


def largest_difference(path: Path, data: Path) -> float:
    """Return the largest absolute difference of any output on any row of ``data``."""
    bundle = load(path)
    X = bundle.preprocessor.transform(read_csv(data)).astype(np.float32)
    with torch.no_grad():
        theirs = sequential(path)(torch.from_numpy(X)).numpy()
    ours = bundle.outputs(X)
    print(f"torch {torch.__version__}: {len(X)} rows, {theirs.shape[1]} outputs, {sequential(path)}")
    return float(np.abs(ours - theirs).max())


def main() -> int:
    """Train every hidden activation once, compare, and return the number of failures."""
    data = resource_path("datasets/iris.csv")
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for activation in ("tanh", "relu", "sigmoid", "identity"):
            path = Path(folder) / f"iris-{activation}.safetensors"
            options = ["--activation", activation, "--hidden", "8,6", "--export", str(path), "--quiet"]
            if run(["train", str(data), "--target", "species", *options]) != 0:
                failures += 1
                continue
            difference = largest_difference(path, data)
            print(f"{activation}: largest difference {difference:.3g} (at most {TOLERANCE:g})")
            failures += not difference <= TOLERANCE
    return failures


if __name__ == "__main__":
    sys.exit(main())
