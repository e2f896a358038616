"""The thread that shades the map: the newest answer wins, what was dropped stays away, and it ends when told to."""

import threading

import numpy as np
import pytest

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots import decision_render
from nnviz.ui.plots.decision_field import FieldShader
from nnviz.ui.plots.decision_render import Look, MapRenderer, ShadeJob
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import DARK
from tests.ui.map_cases import answer, shipped, trained

LOOK = Look("binary", 1, 1.0, DARK)


def _job(value: float, *, live: bool = False, side: int = 64) -> ShadeJob:
    view = SurfaceView.whole(ColumnPlane(Slices(toy_dataset("spiral")), "x", "y"))
    output = np.full((16 * 16, 1), value, np.float32)
    return ShadeJob(LOOK, output, view.grid(16), view, side, side, live, np.zeros((32, 32), np.float32))


def test_picture_is_the_shaders(qapp: object) -> None:
    renderer = MapRenderer()
    renderer.submit(_job(0.9))
    assert renderer.flush(10.0)
    shaded = renderer.take()
    renderer.stop()
    assert shaded is not None
    job = _job(0.9)
    expected = FieldShader("binary", 1, 1.0, DARK).shade(job.output, job.grid, 64, 1.2)
    np.testing.assert_array_equal(shaded.pixels, expected)
    assert renderer.take() is None


def test_newest_of_many_jobs_is_shaded(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = threading.Event(), threading.Event()
    shade = FieldShader.shade

    def slowly(self: FieldShader, *args: object) -> object:
        entered.set()
        assert gate.wait(10.0)
        return shade(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(FieldShader, "shade", slowly)
    renderer, jobs = MapRenderer(), [_job(value) for value in (0.1, 0.2, 0.3, 0.9)]
    renderer.submit(jobs[0])
    assert entered.wait(10.0)
    for job in jobs[1:]:
        renderer.submit(job)
    gate.set()
    assert renderer.flush(10.0)
    shaded = renderer.take()
    renderer.stop()
    assert shaded is not None
    assert shaded.job is jobs[-1]


def test_dropped_picture_does_not_come_back(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = threading.Event(), threading.Event()
    shade = FieldShader.shade

    def slowly(self: FieldShader, *args: object) -> object:
        entered.set()
        assert gate.wait(10.0)
        return shade(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(FieldShader, "shade", slowly)
    renderer = MapRenderer()
    renderer.submit(_job(0.5))
    assert entered.wait(10.0)
    renderer.drop()
    gate.set()
    assert renderer.flush(10.0)
    assert renderer.take() is None
    renderer.submit(_job(0.7))
    assert renderer.flush(10.0)
    assert renderer.take() is not None
    renderer.stop()


def test_stopped_thread_begins_again_with_the_next_job(qapp: object) -> None:
    renderer = MapRenderer()
    for _ in range(3):
        renderer.submit(_job(0.5))
        assert renderer.flush(10.0)
        renderer.stop()
        assert not any(thread.name == "nnviz-map-pictures" for thread in threading.enumerate())


def test_live_picture_gets_coarser_when_it_costs_too_much(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(10_000))
    monkeypatch.setattr(decision_render, "_clock", lambda: float(next(now)))  # a second for every picture
    renderer = MapRenderer()
    sides = []
    for _ in range(30):
        renderer.submit(_job(0.5, live=True, side=200))
        assert renderer.flush(10.0)
        shaded = renderer.take()
        assert shaded is not None
        sides.append(len(shaded.pixels))
    renderer.stop()
    assert sides[0] == 200
    assert sides[-1] == 70
    assert sides == sorted(sides, reverse=True)


def test_hidden_map_has_no_thread_and_catches_up_when_shown(decision_panel: DecisionPanel) -> None:
    dataset = shipped("iris")
    decision_panel.set_dataset(dataset)
    trainer = trained(dataset, 1)
    answer(decision_panel, trainer)
    decision_panel.hide()
    assert not any(thread.name == "nnviz-map-pictures" for thread in threading.enumerate())
    decision_panel.show()
    assert decision_panel.surface.flush(10.0)
    assert not decision_panel.surface.picture.is_empty


def test_drawing_costs_the_gui_thread_no_shading(decision_panel: DecisionPanel) -> None:
    """However slow the shading, taking a snapshot returns at once."""
    dataset = shipped("iris")
    decision_panel.set_dataset(dataset)
    names: list[str] = []
    shade = FieldShader.shade

    def noted(self: FieldShader, *args: object) -> object:
        names.append(threading.current_thread().name)
        return shade(self, *args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FieldShader, "shade", noted)
        answer(decision_panel, trained(dataset, 1))
    assert set(names) == {"nnviz-map-pictures"}
