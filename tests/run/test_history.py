"""The record of a run: every epoch counts, memory is bounded, views never change."""

import math

import numpy as np

from nnviz.engine.training import Evaluation
from nnviz.run.history import History


def evaluation(epoch: int, train: float = 1.0, validation: float = 1.0) -> Evaluation:
    return Evaluation(epoch, epoch * 10, train, validation, 0.5, 0.5)


def test_every_epoch_has_its_entry_until_the_capacity() -> None:
    history = History(capacity=8)
    for epoch in range(8):
        history.append(evaluation(epoch, train=float(epoch)))
    view = history.view()
    assert view.stride == 1
    np.testing.assert_array_equal(view.epoch, np.arange(8))
    np.testing.assert_array_equal(view.train_loss, np.arange(8.0))


def test_merged_entries_keep_each_spike() -> None:
    history = History(capacity=8)
    for epoch in range(64):
        history.append(evaluation(epoch, train=99.0 if epoch == 21 else 1.0, validation=0.25 if epoch == 33 else 1.0))
    view = history.view()
    assert view.stride == 8
    assert len(view) == 8
    assert view.train_loss_max.max() == 99.0
    assert view.validation_loss_min.min() == 0.25
    np.testing.assert_array_equal(view.epoch, np.arange(7, 64, 8))


def test_memory_does_not_grow_with_epochs() -> None:
    history = History(capacity=16)
    for epoch in range(10_000):
        history.append(evaluation(epoch))
    assert len(history.view()) <= 16


def test_a_view_never_changes_once_handed_out() -> None:
    history = History(capacity=4)
    for epoch in range(4):
        history.append(evaluation(epoch, train=float(epoch)))
    view = history.view()
    before = view.train_loss.copy()
    for epoch in range(4, 40):
        history.append(evaluation(epoch, train=-1.0))
    np.testing.assert_array_equal(view.train_loss, before)
    assert not view.train_loss.flags.writeable


def test_best_is_exact_over_all_epochs() -> None:
    history = History(capacity=4)
    for epoch in range(30):
        history.append(evaluation(epoch, validation=0.125 if epoch == 17 else 1.0))
    view = history.view()
    assert (view.best_epoch, view.best_validation_loss) == (17, 0.125)


def test_without_validation_rows_the_training_loss_decides_the_best() -> None:
    history = History()
    history.append(evaluation(0, train=2.0, validation=math.nan))
    history.append(evaluation(1, train=0.5, validation=math.nan))
    history.append(evaluation(2, train=1.0, validation=math.nan))
    assert history.view().best_epoch == 1


def test_rewound_history_ends_at_the_given_epoch() -> None:
    history = History()
    for epoch in range(10):
        history.append(evaluation(epoch, validation=1.0 / (epoch + 1)))
    rewound = history.rewound(4, 4, 0.2)
    rewound.append(evaluation(5, validation=3.0))
    view = rewound.view()
    np.testing.assert_array_equal(view.epoch, np.arange(6))
    assert (view.best_epoch, view.best_validation_loss) == (4, 0.2)
