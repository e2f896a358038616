"""The look at the gradient over many rows: the exact one, whatever training does besides."""

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from nnviz.engine.explain import exact_gradient
from nnviz.engine.mean_gradient import MOST_ROWS, MeanGradient, rows_looked_at
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("weight", ["none", "balanced"])
def test_it_is_the_exact_gradient_over_all_training_rows_as_they_are_weighed(
    task: str, weight: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    outputs = 3 if task == "multiclass" else 1
    data = make_data(task, 23, 7, 2, outputs)
    noisy = Regularization(l1=0.1, l2=0.1, dropout=0.5, input_noise=0.3, clip_norm=1e-3)
    weight = "none" if task == "regression" else weight
    config = TrainingConfig("adam", 0.01, batch_size=5, regularization=noisy, class_weight=weight)
    trainer = Trainer(make_network(task, 2, outputs, dtype=np.float64), data, config)
    look = MeanGradient(trainer.mlp, trainer.rows)
    assert look.n_rows == 23
    for _ in islice(trainer.steps(), 3):
        weights = None if trainer.rows.weights is None else trainer.rows.weights[:23]
        exact = exact_gradient(trainer.mlp, data.X_train, data.Y_train, weights)
        np.testing.assert_allclose(look.look(), exact, rtol=1e-10, atol=1e-14)


def test_looking_changes_nothing_and_what_was_seen_stays(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data(n_train=23)
    left, watched = (Trainer(make_network(), data, TrainingConfig("adam", 0.01, batch_size=5)) for _ in range(2))
    look = MeanGradient(watched.mlp, watched.rows)
    seen = look.look()
    kept = seen.copy()
    for _ in range(12):
        next(left.steps())
        next(watched.steps())
        look.look()
    assert watched.mlp.parameters.tobytes() == left.mlp.parameters.tobytes()
    assert watched.gradient.tobytes() == left.gradient.tobytes()
    np.testing.assert_array_equal(seen, kept)


def test_gradient_of_what_is_silenced_is_0_and_of_what_is_frozen_is_not(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(), TrainingConfig())
    size = trainer.mlp.parameters.size
    first, second = np.arange(size) == 3, np.arange(size) == 7
    trainer.surgery.set_mask(frozen=first, silenced=second)
    found = MeanGradient(trainer.mlp, trainer.rows).look(trainer.surgery.mask)
    assert found[3]
    assert not found[7]


def test_evenly_spaced_rows_stand_for_many(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data(n_train=4_001, n_validation=0)
    trainer = Trainer(make_network(dtype=np.float64), data, TrainingConfig())
    look = MeanGradient(trainer.mlp, trainer.rows)
    assert look.n_rows == MOST_ROWS
    chosen = np.linspace(0, 4_000, MOST_ROWS).astype(int)
    exact = exact_gradient(trainer.mlp, data.X_train[chosen], data.Y_train[chosen])
    np.testing.assert_allclose(look.look(), exact, rtol=1e-10, atol=1e-14)


def test_large_network_is_looked_at_on_fewer_rows() -> None:
    large = config_for_task("multiclass", 784, 10, [LayerConfig(512), LayerConfig(512)])
    assert rows_looked_at(large, 60_000) == 100
    assert rows_looked_at(large, 12) == 12
    assert rows_looked_at(config_for_task("binary", 2, 1, [LayerConfig(8)]), 60_000) == MOST_ROWS
