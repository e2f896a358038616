"""The bar of the microscope: the stages of an update on a slider, walked by hand, by keys, or slowly by themselves.

Zoomed out, the same slider walks the updates of the epoch, or the epochs of the run.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QToolButton, QWidget

from nnviz.app.microscope_zoom import Stretch
from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.plots.network_voice import say, spoken
from nnviz.ui.type_scale import hold

PACE: Final = 2_500  # milliseconds that a stage stands while it plays
_SLIDER_WIDTH, _NAME_WIDTH = 90, 186
UPDATE, EPOCH, RUN = range(3)
_WALKS: Final = ("Stage of the update", "Update of the epoch", "Epoch of the run")
_BEFORE: Final = ("Stage before", "Update before", "Epoch before")
_NEXT: Final = ("Next stage", "Next update", "Next epoch")
_NOWHERE: Final = Stretch(0, 0, 0, "")
_APPLY: Final = "Make this update, and look at the next one (Enter)"


class _StageSlider(QSlider):
    """Walks the stages, or what it is zoomed out to; Up and Down are left to whoever holds it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setPageStep(1)
        hold(self, least_width=_SLIDER_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave Up and Down alone: they choose the row."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)


class MicroscopeBar(QWidget):
    """Name of the stage, slider, zoom, play, apply.

    Signals
    -------
    moved
        Another stage is wanted: ``stage``.
    sought(int, int, bool)
        Zoomed out to a level, another place of its stretch is wanted; exactly, or quickly as in a drag.
    applied
        The update is to be made.
    """

    moved = Signal()
    sought = Signal(int, int, bool)
    applied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self._timer = QTimer(self, interval=PACE)
        self._timer.timeout.connect(self._play_on)
        self.level = UPDATE
        self._stretches = [_NOWHERE] * 3
        self.slider, self.name = _StageSlider(), value_label(strong=True)
        hold(self.name, least_width=_NAME_WIDTH)
        self.slider.valueChanged.connect(self._on_value)
        self.slider.sliderPressed.connect(self.stop)
        self.slider.sliderReleased.connect(lambda: self._on_value(self.slider.value()))
        self.back = flat("‹", "", lambda: self.step(-1))
        self.on = flat("›", "", lambda: self.step(1))
        self.out = flat("\N{MINUS SIGN}", "Zoom out: updates of the epoch, epochs of the run (-)", self.zoom_out)
        self.closer = flat("+", "Zoom in: the stages of one update (+)", self.zoom_in)
        self.out.setAccessibleName("Zoom out")
        self.closer.setAccessibleName("Zoom in")
        self.play = flat("Play", "Play slowly, or stop (P)", self.toggle_play)
        self.apply = QPushButton("Apply update")
        self.apply.clicked.connect(self.applied)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 8, 4)
        row.setSpacing(6)
        zoom = QLabel("Zoom")
        zoom.setProperty("role", "caption")
        for widget in (self.name, self.back, self.slider, self.on, zoom, self.out, self.closer, self.play, self.apply):
            row.addWidget(widget, 1 if widget is self.slider else 0)

        self._fit()

    @property
    def stage(self) -> int:
        """The stage that is shown, whatever the slider walks."""
        return self._stretches[UPDATE].at

    @property
    def places(self) -> Stretch:
        """What the slider walks."""
        return self._stretches[self.level]

    def show_stages(self, count: int, index: int, refusal: str) -> None:
        """Offer so many stages and stand at one, without a signal; ``refusal`` is why the update is not made, or ""."""
        self._stretches[UPDATE] = Stretch(0, count - 1, index, "")
        self.apply.setEnabled(not refusal)
        self.apply.setToolTip(refusal or _APPLY)
        self._fit()

    def show_moment(self, epoch: Stretch, run: Stretch) -> None:
        """Say where in its epoch and in the run the update is."""
        self._stretches[EPOCH:] = [epoch, run]
        self._fit()

    def _fit(self) -> None:
        """Let the slider walk what it is zoomed to, from where that is."""
        stretch = self.places
        if self.level == UPDATE or not self.slider.isSliderDown():  # a drag is ahead of what it asked for
            with QSignalBlocker(self.slider):
                self.slider.setRange(stretch.first, stretch.last)
                self.slider.setValue(stretch.at)
        self.slider.setAccessibleName(_WALKS[self.level])
        self.slider.setToolTip(f"{_WALKS[self.level]}: Left, Right, Home, End. P plays; - zooms out, + zooms in")
        for button, names, key in ((self.back, _BEFORE, "Left"), (self.on, _NEXT, "Right")):
            button.setAccessibleName(names[self.level])
            button.setToolTip(f"{names[self.level]} ({key})")
        self.out.setEnabled(self.level < RUN)
        self.closer.setEnabled(self.level > UPDATE)
        self._settle_ends()
        if stretch.words:
            set_text(self.name, stretch.words)

    def _settle_ends(self) -> None:
        self.back.setEnabled(self.slider.value() > self.slider.minimum())
        self.on.setEnabled(self.slider.value() < self.slider.maximum())

    def zoom_out(self) -> None:
        """Walk longer steps: from stages to updates to epochs."""
        self._zoom(min(RUN, self.level + 1))

    def zoom_in(self) -> None:
        """Walk shorter steps."""
        self._zoom(max(UPDATE, self.level - 1))

    def _zoom(self, level: int) -> None:
        if level != self.level:
            self.stop()
            self.level = level
            self._fit()
            say(self.slider, spoken(f"{_WALKS[level]}. {self.places.words}"))
            if level == UPDATE:
                self.moved.emit()

    def _on_value(self, value: int) -> None:
        if self.level != UPDATE:
            self._settle_ends()
            self.sought.emit(self.level, value, not self.slider.isSliderDown())
        elif value != self.stage:
            self._stretches[UPDATE] = replace(self._stretches[UPDATE], at=value)
            self.moved.emit()

    def describe(self, name: str, sentence: str) -> None:
        """Say which stage it is."""
        if self.level == UPDATE:
            stages = self._stretches[UPDATE]
            set_text(self.name, f"{stages.at + 1} of {stages.last + 1} · {name}")
            self._settle_ends()
        say(self.slider, spoken(f"{self.places.words} {name}. {sentence}".strip()))

    def step(self, by: int) -> None:
        """Go some stages, updates or epochs on or back, by hand."""
        self.stop()
        self.slider.setValue(self.slider.value() + by)

    @property
    def plays(self) -> bool:
        """Whether the stages play by themselves."""
        return self._timer.isActive()

    def toggle_play(self) -> None:
        """Play from here, from the beginning at the end; or stop."""
        if self.plays:
            self.stop()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(self.slider.minimum())
        self._timer.start()
        self.play.setText("Stop")

    def stop(self) -> None:
        """Let the stage stand."""
        self._timer.stop()
        self.play.setText("Play")

    def _play_on(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == self.slider.maximum():
            self.stop()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Play to nobody."""
        self.stop()
        super().hideEvent(event)


def flat(text: str, tip: str, clicked: Callable[[], None]) -> QToolButton:
    """Return a button without a frame."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setProperty("flat", "true")
    button.clicked.connect(lambda _=False: clicked())
    return button
