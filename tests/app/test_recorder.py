"""A recording: a steady rate, frames dropped rather than memory filled, and every way in which it may end."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from nnviz.app.recorder import WAITING_BYTES, Recording, RecordingState, fitted, pixels_of
from nnviz.errors import UserError
from nnviz.export.movie import MOVIES, MovieFormat

# The first thread that Qt sees becomes its main one: not the recorder's.
pytestmark = pytest.mark.usefixtures("qapp")
SIZE = (40, 30)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Film:
    """A writer that waits until it may go on."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.ended: float | None = None
        self.go = threading.Event()
        self.left: BaseException | None = None
        self.fails: BaseException | None = None
        self.size = 0

    def add(self, pixels: np.ndarray, at: float) -> None:
        self.go.wait(5.0)
        if self.fails is not None:
            raise self.fails
        assert pixels.shape == (SIZE[1], SIZE[0], 4)
        self.times.append(at)
        self.size += 10

    def finish(self, at: float) -> None:
        self.ended = at

    @contextmanager
    def open(self, _path: Path, _size: tuple[int, int]) -> Iterator["Film"]:
        try:
            yield self
        except BaseException as error:
            self.left = error
            raise

    def form(self) -> MovieFormat:
        return MovieFormat("test", 10.0, self.open, lambda: "")


def image(colour: str = "red", size: tuple[int, int] = SIZE) -> QImage:
    found = QImage(*size, QImage.Format.Format_RGB32)
    found.fill(QColor(colour))
    return found


@pytest.fixture
def film() -> Iterator[Film]:
    film = Film()
    yield film
    film.go.set()


def test_frames_are_due_at_the_rate_of_the_film_and_keep_their_times(film: Film) -> None:
    clock = Clock()
    recording = Recording(Path("x"), film.form(), SIZE, clock)
    film.go.set()
    for _ in range(64):  # a tick every hundredth: a film of ten frames a second takes every tenth
        if recording.is_due():
            recording.offer(image())
        clock.now += 0.01
    recording.stop()
    assert recording.join(5.0)
    np.testing.assert_allclose(film.times, np.arange(7) / 10, atol=0.011)
    assert film.ended == pytest.approx(0.64)
    assert (recording.state, recording.missed, recording.encoded) == (RecordingState.DONE, 0, 7)


def test_frames_that_nobody_could_take_are_counted(film: Film) -> None:
    clock = Clock()
    recording = Recording(Path("x"), film.form(), SIZE, clock)
    film.go.set()
    assert recording.is_due()
    recording.offer(image())
    clock.now += 0.55  # the window stood still: those due at 0.1 to 0.4 are lost, the one of 0.5 is taken
    assert recording.is_due()
    assert recording.missed == 4
    assert not recording.is_due()
    recording.cancel()
    assert recording.join(5.0)


def test_a_slow_encoder_costs_frames_and_not_memory(film: Film) -> None:
    clock = Clock()
    large = (2000, 2000)
    recording = Recording(Path("x"), film.form(), large, clock)
    held = recording._frames.maxsize
    assert held * 4 * large[0] * large[1] <= WAITING_BYTES
    for _ in range(30):
        if recording.is_due():
            recording.offer(image(size=(4, 4)))
        clock.now += 0.1001
    assert recording.taken + recording.missed == 30
    assert recording.taken <= held + 1  # one with the encoder
    assert recording._frames.qsize() <= held
    recording.cancel()
    film.go.set()
    assert recording.join(5.0)


def test_frames_that_cost_much_are_taken_less_often(film: Film) -> None:
    clock = Clock()
    recording = Recording(Path("x"), film.form(), SIZE, clock)
    film.go.set()
    taken = 0
    for _ in range(300):
        if recording.is_due():
            recording.offer(image(), cost=0.05)
            taken += 1
        clock.now += 0.01
    recording.cancel()
    assert recording.join(5.0)
    assert taken * 0.05 <= 0.1 * 3.0 + 0.05


def test_what_waits_is_still_written_after_stopping_and_says_how_far_it_is(film: Film) -> None:
    clock = Clock()
    recording = Recording(Path("x"), film.form(), SIZE, clock)
    for _ in range(4):
        assert recording.is_due()
        recording.offer(image())
        clock.now += 0.1001
    recording.stop()
    assert recording.state is RecordingState.FINISHING
    assert recording.share == 0.0
    assert not recording.is_due()
    film.go.set()
    assert recording.join(5.0)
    assert recording.share == 1.0
    assert len(film.times) == 4


def test_an_error_while_writing_ends_it(film: Film) -> None:
    recording = Recording(Path("x"), film.form(), SIZE)
    film.fails = UserError("the disk is full.")
    film.go.set()
    assert recording.is_due()
    recording.offer(image())
    assert recording.join(5.0)
    assert recording.state is RecordingState.FAILED
    assert recording.error is film.fails
    assert not recording.is_due()


def test_nothing_shown_is_nothing_recorded(film: Film) -> None:
    recording = Recording(Path("x"), film.form(), SIZE)
    recording.stop()
    assert recording.join(5.0)
    assert recording.state is RecordingState.FAILED
    assert "nothing to record" in str(recording.error)


def test_a_cancelled_one_leaves_no_file(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "film.gif", MOVIES[".gif"], SIZE)
    assert recording.is_due()
    recording.offer(image())
    deadline = time.monotonic() + 5.0
    while not recording.encoded and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(list(tmp_path.iterdir())) == 1  # the part that is written beside its place
    recording.cancel()
    assert recording.join(5.0)
    assert recording.state is RecordingState.CANCELLED
    assert list(tmp_path.iterdir()) == []


def test_frames_of_another_size_are_fitted_into_the_film(tmp_path: Path) -> None:
    clock = Clock()
    recording = Recording(tmp_path / "film.gif", MOVIES[".gif"], SIZE, clock)
    for colour, size in (("red", SIZE), ("#00ff00", (80, 20))):
        assert recording.is_due()
        recording.offer(image(colour, size))
        clock.now += 0.2
    recording.stop()
    assert recording.join(5.0)
    with Image.open(tmp_path / "film.gif") as found:
        assert found.size == SIZE
        found.seek(1)
        pixels = np.asarray(found.convert("RGB"))
    assert pixels[15, 20].tolist() == [0, 255, 0]
    assert pixels[2, 20].tolist() == [0, 0, 0]
    assert pixels[28, 20].tolist() == [0, 0, 0]


def test_pixels_come_in_the_order_that_films_take() -> None:
    found = pixels_of(fitted(image("#102030"), (7, 5)))  # rows of an odd length are padded in an image
    assert found.shape == (5, 7, 4)
    assert found[2, 3].tolist() == [0x30, 0x20, 0x10, 255]
