"""Records a panel or the window: asks where to, takes frames on the clock's beat, says how it went."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.recorder import Recording, RecordingState
from nnviz.errors import UserError
from nnviz.export.movie import MOVIES, movie_format
from nnviz.ui.plots.base import TEXTS_PER_SECOND, Throttle
from nnviz.ui.recording.frames import frame_of
from nnviz.ui.recording.mark import RecordingMark
from nnviz.ui.saving.parts import WINDOW, Part, part_of
from nnviz.ui.theme import Theme

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

TOPIC: Final = "recording"
_LAST_WAIT: Final = 60.0  # seconds that a window which is closed gives the encoder
_MORE: Final = "\N{HORIZONTAL ELLIPSIS}"


class RecordFlow(QObject):
    """Makes one film at a time."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._face: QWidget | None = None
        self._title = ""
        self._texts = Throttle(TEXTS_PER_SECOND)
        self.recording: Recording | None = None
        self.mark: RecordingMark | None = None
        window.clock.painted.connect(self._on_painted)
        window.theming.changed.connect(self._on_theme)
        window.installEventFilter(self)

    def _on_theme(self, theme: Theme) -> None:
        if self.mark is not None:
            self.mark.set_theme(theme)

    @property
    def active(self) -> bool:
        """Whether a film is being made."""
        return self.recording is not None

    def add_to(self, menu: QMenu, key: str, shortcut: str) -> None:
        """Add to a panel's menu, or for the window, what can be done now."""
        what = "the window " if key == WINDOW else ""
        lines: list[tuple[str, Callable[[], None]]] = [(f"Record {what}as GIF or MP4{_MORE}", lambda: self.start(key))]
        if self.active:
            lines = [("Stop recording", self.stop), ("Discard the recording", self.cancel)]
        for index, (text, run) in enumerate(lines):
            action = menu.addAction(text if index else f"{text}\t{shortcut}")
            action.triggered.connect(lambda _checked=False, run=run: run())

    def toggle(self, key: str) -> None:
        """Record a panel, or end what is recorded."""
        if self.active:
            self.stop()
        else:
            self.start(key)

    def start(self, key: str) -> None:
        """Ask where a film of a panel or the window goes, and begin it."""
        part = part_of(self._window, key)
        path = self._ask(part.title)
        if path is None or self.active:
            return
        try:
            form = movie_format(path)
            frame = _first_frame(part)
        except UserError as error:
            self._window.model.notice.emit(notice_of(error, TOPIC))
            return
        size = part.face.size() if path.suffix.lower() == ".gif" else frame.size()
        self._face, self._title = part.face, part.title
        self.recording = Recording(path, form, (size.width(), size.height()))
        mark = self.mark = RecordingMark(part.title, self._window.theming.theme)
        mark.stopped.connect(self.stop)
        mark.cancelled.connect(self.cancel)
        self._window.status.insertWidget(0, mark)
        mark.show()

    def _ask(self, title: str) -> Path | None:
        filters = {f"{form.label} (*{suffix})": suffix for suffix, form in MOVIES.items()}
        verbs, dataset = self._window.verbs, self._window.model.dataset
        words = "nnviz" if dataset is None else Path(dataset.name).stem
        start = str(verbs.folder() / ("-".join(f"{words} {title}".lower().split()) + ".gif"))
        name, chosen = QFileDialog.getSaveFileName(self._window, f"Record the {title}", start, ";;".join(filters))
        if not name:
            return None
        path = Path(name)
        verbs.remember_folder(path)
        return path if path.suffix.lower() in MOVIES else path.with_name(path.name + filters.get(chosen, ".gif"))

    def stop(self) -> None:
        """End the film here; it is written in the background."""
        if self.recording is not None and self.mark is not None:
            self.recording.stop()
            self.mark.finishing()

    def cancel(self) -> None:
        """End the film and keep no file."""
        if self.recording is not None:
            self.recording.cancel()

    # On the clock's beat, once everything is painted

    def _on_painted(self) -> None:
        recording, face = self.recording, self._face
        if recording is None or face is None:
            return
        if recording.is_due():
            began = time.perf_counter()
            frame = frame_of(face)
            if frame is not None:
                recording.offer(frame, time.perf_counter() - began)
        state = recording.state
        if state not in (RecordingState.RECORDING, RecordingState.FINISHING):
            self._end(recording, state)
        elif self.mark is not None and self._texts.take():
            self.mark.say(progress_text(recording))

    def _end(self, recording: Recording, state: RecordingState) -> None:
        self.recording = self._face = None
        if self.mark is not None:
            self._window.status.removeWidget(self.mark)
            self.mark.deleteLater()
            self.mark = None
        notice = self._window.model.notice
        if state is RecordingState.DONE:
            notice.emit(AppNotice("hint", f"Saved {recording.path.name}: {summary_text(recording)}.", topic=TOPIC))
        elif state is RecordingState.CANCELLED:
            notice.emit(AppNotice("hint", "The recording was discarded.", topic=TOPIC))
        else:
            error = recording.error
            if not isinstance(error, UserError):
                error = UserError(f"{recording.path.name} could not be recorded: {error}.", "Choose another place.")
            notice.emit(notice_of(error, TOPIC))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Finish the film before the window goes."""
        if event.type() is QEvent.Type.Close and self.recording is not None:
            recording = self.recording
            recording.stop()
            if not recording.join(_LAST_WAIT):
                recording.cancel()
                recording.join()
            self._end(recording, recording.state)
        return super().eventFilter(watched, event)


def _first_frame(part: Part) -> QImage:
    frame = frame_of(part.face)
    if frame is None:
        raise UserError(f"The {part.title} is not shown.", "Show it, then record it.")
    return frame


def progress_text(recording: Recording) -> str:
    """Return how far a film is: its length, its size, and how many frames were dropped."""
    if recording.state is RecordingState.FINISHING:
        return f"Finishing {100 * recording.share:.0f} %"
    seconds = int(recording.seconds)
    parts = [f"{seconds // 60}:{seconds % 60:02}", size_text(recording.bytes_written)]
    if recording.missed:
        parts.append(f"{recording.missed:,} dropped")
    return " · ".join(parts)


def summary_text(recording: Recording) -> str:
    """Return what became of a film."""
    dropped = f", {recording.missed:,} dropped" if recording.missed else ""
    frames = f"{recording.encoded:,} frame{'' if recording.encoded == 1 else 's'}{dropped}"
    return f"{recording.seconds:.1f} s, {frames}, {size_text(recording.bytes_written)}"


def size_text(count: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"
