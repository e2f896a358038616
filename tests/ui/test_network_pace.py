"""How often the diagram is drawn: smooth where pictures are cheap, a share of a core where they are not."""

import numpy as np
import pytest

from nnviz.app.frame_budget import LEAST_PICTURES, MOST_PICTURES, picture_rate
from nnviz.ui.plots.network_pace import SHARE, DrawingPace


def _pictures(pace: DrawingPace, cost: float, seconds: float = 10.0, frame: float = 0.016) -> list[float]:
    """Return when pictures are begun by a clock that ticks every ``frame`` seconds."""
    begun = []
    for now in np.arange(0.0, seconds, frame).tolist():
        if pace.take(now):
            begun.append(now)
            pace.note(cost)
    return begun


def test_cheap_pictures_come_at_the_fastest_rate() -> None:
    assert len(_pictures(DrawingPace(), 0.001)) / 10 == pytest.approx(MOST_PICTURES, rel=0.03)


def test_dear_pictures_get_a_share_of_a_core() -> None:
    assert len(_pictures(DrawingPace(), SHARE / 30)) / 10 == pytest.approx(30, rel=0.05)


def test_very_dear_pictures_still_come_at_the_slowest_rate() -> None:
    assert len(_pictures(DrawingPace(), 0.2)) / 10 == pytest.approx(LEAST_PICTURES, rel=0.05)


def test_rate_holds_when_the_beat_of_the_frames_does_not_divide_it() -> None:
    for frame in (0.0155, 0.0167, 0.019, 0.007):
        assert len(_pictures(DrawingPace(), 0.001, frame=frame)) / 10 == pytest.approx(MOST_PICTURES, rel=0.03)


@pytest.mark.parametrize("n_parameters", [105, 1_603, 6_794, 109_386])
def test_large_networks_get_fewer_pictures_however_cheap_they_are(n_parameters: int) -> None:
    pace = DrawingPace()
    pace.begin(n_parameters)
    assert len(_pictures(pace, 0.0001)) / 10 == pytest.approx(picture_rate(n_parameters), rel=0.03)


def test_a_pause_is_not_made_up_for_by_a_burst() -> None:
    pace = DrawingPace()
    assert pace.take(0.0)
    times = [now for now in np.arange(5.0, 5.2, 0.002).tolist() if pace.take(now)]
    assert len(times) <= 1 + 0.2 * MOST_PICTURES + 1


def test_one_slow_picture_does_not_slow_the_next_ones_down_much() -> None:
    pace = DrawingPace()
    for _ in range(50):
        pace.note(0.001)
    pace.note(0.012)
    assert pace.interval <= 1 / MOST_PICTURES


def test_another_scene_is_drawn_at_once() -> None:
    pace = DrawingPace()
    pace.note(0.5)
    assert pace.take(1.0)
    assert not pace.take(1.01)
    pace.begin(105)
    assert pace.take(1.01)
