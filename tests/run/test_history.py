"""The record of a run: every epoch counts, memory is bounded, views never change."""

import math

import numpy as np
import pytest

from nnviz.engine.training import Evaluation
from nnviz.run.history import CAPACITY, SERIES, History, thinned
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, MOST_MARKERS, RESTORED, Change


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


def test_extremes_of_every_series_survive_the_merging() -> None:
    history = History(capacity=8)
    for epoch in range(64):
        spike = 7.0 if epoch == 21 else 1.0
        history.append(Evaluation(epoch, epoch, spike, spike, spike, spike, spike, spike))
    view = history.view()
    for name in SERIES:
        _, low, high = view.band(name)
        assert (low.min(), high.max()) == (1.0, 7.0), name


def test_epochs_without_a_number_do_not_hide_the_extremes_of_their_entry() -> None:
    history = History(capacity=4)
    for epoch in range(8):
        history.append(evaluation(epoch, validation=math.nan if epoch % 2 else float(epoch)))
    assert history.view().validation_loss_max.tolist() == [0.0, 2.0, 4.0, 6.0]


def test_seconds_never_decrease_and_survive_merging_and_going_back() -> None:
    history = History(capacity=8)
    for epoch in range(100):
        history.append(evaluation(epoch), 0.5 * epoch if epoch != 50 else 3.0)
    seconds = history.view().seconds
    assert (np.diff(seconds) >= 0).all()
    assert seconds[-1] == 0.5 * history.view().epoch[-1]
    rewound = history.rewound(40, 0, 1.0)
    rewound.mark(RESTORED, 40, 400, "back", 1.0)
    assert rewound.view().markers[0].seconds == 49.5, "the time was spent, though its epochs are gone"


def test_markers_survive_a_hundred_thousand_epochs() -> None:
    history = History(capacity=1_024)
    for epoch in range(100_000):
        history.append(evaluation(epoch), epoch * 1e-3)
        if epoch % 10_000 == 5_000:
            history.mark(CHANGE, epoch, epoch * 10, Change("learning rate", "0.1", f"{epoch}"), epoch * 1e-3)
    history.mark(EARLY_STOP, 99_999, 999_990, "no progress", 99.999)
    view = history.view()
    assert len(view) <= 1_024
    assert [marker.epoch for marker in view.markers] == [*range(5_000, 100_000, 10_000), 99_999]
    assert view.markers[0].sentence == "learning rate 0.1 → 5000"
    assert view.markers[0].seconds == 5.0


def test_a_view_keeps_its_markers_when_others_come() -> None:
    history = History()
    history.append(evaluation(0))
    view = history.view()
    history.mark(RESTORED, 0, 0, "back")
    assert view.markers == ()
    assert len(history.view().markers) == 1


def test_markers_are_bounded_and_the_oldest_change_goes_first() -> None:
    history = History()
    history.mark(DIVERGENCE, 0, 0, "overflowed")
    for number in range(MOST_MARKERS + 50):
        history.mark(CHANGE, number * 100, number, Change(f"setting {number}", "a", "b"))
    markers = history.view().markers
    assert len(markers) == MOST_MARKERS
    assert markers[0].kind == DIVERGENCE
    assert markers[-1].text == f"setting {MOST_MARKERS + 49}"


def test_going_back_keeps_the_markers_before_and_drops_the_divergence_after() -> None:
    history = History()
    for epoch in range(10):
        history.append(evaluation(epoch))
    for epoch in (3, 4, 5):
        history.mark(CHANGE, epoch, epoch * 10, Change(f"setting {epoch}", "a", "b"))
    history.mark(DIVERGENCE, 4, 43, "overflowed")
    assert [marker.epoch for marker in history.rewound(4, 0, 1.0).view().markers] == [3, 4]


def test_ten_hours_of_training_fit_into_64_megabytes_with_views_and_earlier_runs() -> None:
    """1.4e9 updates are at least a million epochs; the columns are as large after them as after the first."""
    history = History()
    for epoch in range(3 * CAPACITY):
        history.append(evaluation(epoch))
    # While it merges there are the old columns, which a view may hold, and the new ones; five runs are remembered.
    remembered = thinned(history.view(), 1_024)
    kept = sum(array.nbytes for array in (remembered.values, remembered.lows, remembered.highs)) + 1_024 * 24
    assert 2 * history.nbytes + 5 * kept < 16e6


@pytest.mark.parametrize("most", [2, 7, 64])
def test_a_thinned_history_keeps_extremes_and_the_last_entry(most: int) -> None:
    history = History()
    for epoch in range(501):
        history.append(evaluation(epoch, train=50.0 if epoch == 77 else 1.0, validation=0.5 if epoch == 402 else 1.0))
    view = history.view()
    few = thinned(view, most)
    assert len(few) <= most
    assert few.train_loss_max.max() == 50.0
    assert few.validation_loss_min.min() == 0.5
    assert (few.epoch[-1], few.step[-1]) == (500, 5_000)
    assert not np.shares_memory(few.values, view.values)
    assert not few.values.flags.writeable
