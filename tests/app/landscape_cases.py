"""Landscapes for the tests of their chart and their tab: of a short training, and made up."""

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from nnviz.app.landscape_view import Arrow, Kind, Landscape, LandscapeChoice, LossKind, Mark, make_landscape
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.landscape_plane import Plane
from nnviz.engine.training import TrainingConfig
from nnviz.run.messages import Checkpoint
from nnviz.run.parameter_path import ParameterPath
from nnviz.run.recipe import network_config, new_trainer


def checkpoint(
    dataset: Dataset, epochs: int = 12, training: TrainingConfig | None = None, *, keep_path: bool = True
) -> Checkpoint:
    """Return a run's weights and path after some epochs."""
    trainer = new_trainer(dataset, network_config(dataset), training or TrainingConfig(optimizer="adam"))
    trainer.begin()
    path = ParameterPath(trainer.mlp.parameters.size, most_bytes=2**20 if keep_path else 0)
    path.offer(0, trainer.mlp.parameters)
    steps = trainer.steps()
    while trainer.epoch < epochs:
        if next(steps) is not None:
            path.offer(trainer.epoch, trainer.mlp.parameters)
    return Checkpoint(1, 1, trainer.mlp.config, trainer.state(), trainer.config, path.view())


@lru_cache
def trained(kind: Kind = "path", resolution: int = 21) -> Landscape:
    """Return the landscape of a short training on the moons."""
    dataset = toy_dataset("moons", n=60)
    return make_landscape(dataset, checkpoint(dataset), LandscapeChoice(kind), resolution=resolution)


def made_up(losses: np.ndarray | None = None, **changes: object) -> Landscape:
    """Return a bowl of losses x^2 + 4 y^2 + 0.1, or other losses, with a path, a best moment and two next steps."""
    axis = np.linspace(-1, 1, 21)
    x, y = np.meshgrid(axis, axis)
    bowl = x**2 + 4 * y**2 + 0.1 if losses is None else losses
    plane = Plane(np.zeros(6), np.eye(6)[:2], (0.8, 0.15))
    kinds: dict[LossKind, np.ndarray] = {"train": bowl, "validation": bowl + 0.5}
    made = Landscape(
        run_id=1,
        epoch=40,
        step=400,
        choice=LandscapeChoice("path"),
        plane=plane,
        x=axis,
        y=axis.copy(),
        losses=MappingProxyType(kinds),
        path=np.array([[0.8, 0.6], [0.6, 0.1], [0.3, -0.1], [0.0, 0.0]]),
        path_epochs=(0, 10, 20, 40),
        path_share=0.91,
        no_path="",
        marks=(
            Mark("start", 0, (0.8, 0.6), 0.97),
            Mark("best", 20, (0.3, -0.1), 0.6),
            Mark("now", 40, (0.0, 0.0), 1.0),
        ),
        arrows=(
            Arrow("adam", "Adam", True, (-0.02, -0.01), 0.25, 0.1, 0.01),
            Arrow("sgd", "SGD", False, (-0.01, 0.015), 0.5, 0.04, 0.01),
        ),
        arrow_scale=20.0,
        rows=MappingProxyType({"train": (100, 100), "validation": (50, 50)}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of it
