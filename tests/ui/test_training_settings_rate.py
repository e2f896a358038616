"""The picture of the learning rate: the same rates as training takes, a stretch that shows the schedule."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.engine.rate_log import RateLog, RateSegment
from nnviz.engine.schedules import SCHEDULES, Schedule
from nnviz.ui.dialogs.training_optimiser import ScheduleSection
from nnviz.ui.dialogs.training_rate import RatePicture, is_over, rate_curve
from nnviz.ui.theme import DARK, LIGHT, load_fonts


def segment(schedule: Schedule, origin: float = 0.0, reductions: int = 0) -> RateSegment:
    """Return 10 updates an epoch from its start, base 0.1."""
    return RateSegment(0, 0, 0, 0.1, schedule, 10, 100, reductions, origin)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("step", [0, 7, 345, 20_000])
def test_present_rate_is_the_one_training_takes(name: str, step: int) -> None:
    schedule = Schedule(name, warmup=3)
    log = RateLog()
    log.begin(0, epoch=0, position=0, base=0.1, schedule=schedule, batch_size=10, n_rows=100)
    curve = rate_curve(log.segments[0], step)
    assert curve.rate == log.at(step)
    assert curve.now == pytest.approx(step / 10)
    assert curve.first <= curve.now <= curve.last


@pytest.mark.parametrize("name", SCHEDULES)
def test_points_of_the_curve_are_rates_of_updates_near_them(name: str) -> None:
    part = segment(Schedule(name, warmup=2))
    curve = rate_curve(part, 0)
    for epoch, rate in list(zip(curve.epochs, curve.rates, strict=True))[5::40]:
        near = [part.at(round(epoch * 10) + offset) for offset in (-1, 0, 1)]
        assert min(near) * 0.999 <= rate <= max(near) * 1.001


def test_curve_begins_where_the_schedule_began_to_count() -> None:
    curve = rate_curve(segment(Schedule("step", period=10), origin=5.0), 60)
    assert (curve.first, curve.last, curve.now) == (5.0, 45.0, 6.0)


def test_stretch_moves_on_with_training() -> None:
    curve = rate_curve(segment(Schedule("constant")), 5_000)
    assert curve.first == 475
    assert curve.last == 575


def test_reductions_of_a_plateau_lower_the_curve() -> None:
    curve = rate_curve(segment(Schedule("plateau", factor=0.5), reductions=2), 0)
    assert set(curve.rates) == {0.025}


@pytest.mark.parametrize(("step", "over"), [(0, False), (229, False), (230, True), (4_000, True)])
def test_one_cycle_is_over_after_warm_up_and_period(step: int, over: bool) -> None:
    part = segment(Schedule("one_cycle", period=20, warmup=3))
    curve = rate_curve(part, step)
    assert is_over(part, curve.now) is over
    assert curve.first == 0
    assert max(curve.rates) > 0.09  # the cycle stays in the picture


def test_end_of_one_cycle_is_noted(qtbot: QtBot) -> None:
    load_fonts()
    section = ScheduleSection()
    qtbot.addWidget(section)
    section.show()
    part = segment(Schedule("one_cycle", period=20))
    section.set_place(part, 100)
    assert not section.over.isVisible()
    section.set_place(part, 200)
    assert section.over.isVisible()
    assert "ended at epoch 20" in section.over.text()


def test_rate_that_has_decayed_to_0_is_painted(qtbot: QtBot) -> None:
    load_fonts()
    picture = RatePicture()
    qtbot.addWidget(picture)
    picture.resize(300, picture.height())
    curve = rate_curve(segment(Schedule("exponential", factor=0.001)), 100_000)
    assert set(curve.rates) == {0.0}
    picture.set_curve(curve)
    assert not picture.grab().isNull()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_picture_marks_the_present_in_ink(qtbot: QtBot, theme, is_close) -> None:  # type: ignore[no-untyped-def]
    load_fonts()
    picture = RatePicture()
    qtbot.addWidget(picture)
    picture.set_theme(theme)
    picture.resize(300, picture.height())

    def dot(step: int) -> set[int]:
        picture.set_curve(rate_curve(segment(Schedule("constant")), step))
        image: QImage = picture.grab().toImage()
        rows = range(6, 18)
        columns = range(40, image.width() - 5)
        thick = [x for x in columns if sum(is_close(image.pixelColor(x, y), theme.ink) for y in rows) >= 6]
        return set(thick)

    early, late = dot(100), dot(600)
    assert early
    assert late
    assert max(early) < min(late)
    assert "at epoch 60" in picture.accessibleDescription()
