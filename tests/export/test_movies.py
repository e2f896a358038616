"""Films: what was put in is read back, with its times; and what is left when they cannot be written."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnviz.errors import Cancelled, UserError
from nnviz.export import mp4_file
from nnviz.export.gif_file import gif_movie
from nnviz.export.movie import MOVIES, movie_format
from nnviz.export.mp4_file import find_ffmpeg, mp4_movie

SIZE = (64, 48)


def frame(colour: tuple[int, int, int], square: tuple[int, int] | None = None) -> np.ndarray:
    """Return a frame of one colour (red, green, blue), with a white square of 8 pixels."""
    pixels = np.empty((SIZE[1], SIZE[0], 4), np.uint8)
    pixels[...] = (*colour[::-1], 255)
    if square is not None:
        pixels[square[1] : square[1] + 8, square[0] : square[0] + 8] = 255
    return pixels


def frames_of_gif(path: Path) -> list[tuple[np.ndarray, float]]:
    found = []
    with Image.open(path) as image:
        for index in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(index)
            found.append((np.asarray(image.convert("RGB")).astype(int), image.info["duration"] / 1000))
    return found


def frames_of_mp4(path: Path, size: tuple[int, int] = SIZE) -> np.ndarray:
    program = find_ffmpeg()
    assert program is not None
    command = [program, "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3).astype(int)


def record(suffix: str, folder: Path) -> None:
    with MOVIES[suffix].open(folder / f"film{suffix}", SIZE) as film:
        for index in range(100):
            film.add(frame((index, 2, 3)), index / 10)
        film.finish(10.0)


def test_a_gif_has_every_frame_with_its_time_and_its_pixels(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    with gif_movie(path, SIZE) as film:
        for index in range(5):
            film.add(frame((20, 22, 28), (8 * index, 16)), 0.08 * index)
        film.finish(0.5)
        assert film.size > 0
    found = frames_of_gif(path)
    assert [round(seconds, 2) for _, seconds in found] == [0.08, 0.08, 0.08, 0.08, 0.18]
    for index, (pixels, _) in enumerate(found):
        assert pixels.shape == (SIZE[1], SIZE[0], 3)
        assert np.abs(pixels[20, 8 * index + 4] - 255).max() <= 4
        assert np.abs(pixels[2, 2] - (20, 22, 28)).max() <= 4
        if index:  # where the square was is ground again
            assert np.abs(pixels[20, 8 * index - 4] - (20, 22, 28)).max() <= 4


def test_frames_that_are_the_same_again_only_last_longer(tmp_path: Path) -> None:
    path = tmp_path / "still.gif"
    with gif_movie(path, SIZE) as film:
        for index in range(10):
            film.add(frame((200, 10, 10)), 0.08 * index)
        film.add(frame((10, 10, 200)), 0.8)
        film.finish(1.0)
    assert [round(seconds, 2) for _, seconds in frames_of_gif(path)] == [0.8, 0.2]


def test_times_of_a_gif_do_not_drift(tmp_path: Path) -> None:
    path = tmp_path / "long.gif"
    with gif_movie(path, SIZE) as film:
        for index in range(40):  # a third of a tenth: no whole number of hundredths
            film.add(frame((5 * index, 0, 0)), index / 30)
        film.finish(40 / 30)
    assert sum(seconds for _, seconds in frames_of_gif(path)) == pytest.approx(40 / 30, abs=0.011)


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = np.ascontiguousarray(rng.integers(0, 255, (SIZE[1], SIZE[0], 4)).astype(np.uint8))
    other = noise.copy()
    other[4:6, 4:6] ^= 255
    sizes = []
    for second in (other, np.roll(noise, 7, axis=0)):
        with gif_movie(tmp_path / "film.gif", SIZE) as film:
            film.add(noise, 0.0)
            film.add(np.ascontiguousarray(second), 0.1)
            film.finish(0.2)
            sizes.append(film.size)
    assert sizes[0] < sizes[1] - 1_000


def test_an_mp4_shows_every_frame_for_as_long_as_it_lasted(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with mp4_movie(path, SIZE) as film:
        film.add(frame((200, 20, 20)), 0.0)
        film.add(frame((20, 20, 200)), 0.5)
        film.finish(0.8)
    found = frames_of_mp4(path)
    assert len(found) == 24
    assert (found[:15, 24, 32, 0] > 150).all()
    assert (found[15:, 24, 32, 2] > 150).all()


def test_an_mp4_of_odd_size_leaves_out_a_row_and_a_column(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    with mp4_movie(path, (65, 49)) as film:
        film.add(np.full((49, 65, 4), 128, np.uint8), 0.0)
        film.finish(0.2)
    assert len(frames_of_mp4(path, (64, 48))) == 6


@pytest.mark.parametrize("suffix", list(MOVIES))
def test_a_film_that_is_called_off_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    path.write_text("as it was")

    def called_off() -> None:
        with MOVIES[suffix].open(path, SIZE) as film:
            film.add(frame((1, 2, 3)), 0.0)
            film.add(frame((9, 2, 3)), 0.2)
            raise Cancelled

    with pytest.raises(Cancelled):
        called_off()
    assert path.read_text() == "as it was"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", list(MOVIES))
def test_a_folder_that_is_gone_is_told_in_words(tmp_path: Path, suffix: str) -> None:
    with (
        pytest.raises(UserError, match="that folder does not exist"),
        MOVIES[suffix].open(tmp_path / "gone" / f"film{suffix}", SIZE),
    ):
        pass


def test_a_full_disk_is_told_in_words_by_a_gif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UserError, match="the disk is full"):
        record(".gif", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that puts a shell script in ffmpeg's place."""
    folder = tmp_path_factory.mktemp("programs")

    def use(script: str) -> None:
        path = folder / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(mp4_file, "find_ffmpeg", lambda: str(path))

    return use


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'film.mp4: No space left on device' >&2; exit 1", "the disk is full"),
        ("echo 'Unknown encoder libx264' >&2; exit 1", "Unknown encoder libx264"),
        ("cat > /dev/null; exit 3", "it gave no reason"),
    ],
)
def test_what_ffmpeg_says_is_told(tmp_path: Path, program: Callable[[str], None], script: str, words: str) -> None:
    program(script)
    with pytest.raises(UserError, match=words):
        record(".mp4", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_ffmpeg_a_video_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mp4_file, "find_ffmpeg", lambda: None)
    with pytest.raises(UserError, match=r"pip install \"nnviz\[mp4\]\".*or record a GIF"):
        movie_format(Path("film.mp4"))
    with pytest.raises(UserError, match=r"Use \.gif or \.mp4"):
        movie_format(Path("film.webm"))
    assert movie_format(Path("FILM.GIF")).label == "GIF animation"


def test_the_systems_ffmpeg_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import imageio_ffmpeg

    def none() -> Any:
        raise RuntimeError("no ffmpeg for this system")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", none)
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    assert find_ffmpeg() == "/somewhere/ffmpeg"
