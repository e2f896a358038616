"""The bar of the microscope: the stages of an update on a slider, walked by hand, by keys, or slowly by themselves."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QToolButton, QWidget

from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.plots.network_voice import say, spoken
from nnviz.ui.type_scale import hold

PACE: Final = 2_500  # milliseconds that a stage stands while it plays
_SLIDER_WIDTH, _NAME_WIDTH = 90, 186
_APPLY: Final = "Make this update, and look at the next one (Enter)"


class _StageSlider(QSlider):
    """Walks the stages; Up and Down are left to whoever holds it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setAccessibleName("Stage of the update")
        self.setToolTip("Stage: Left, Right, Home, End. P plays")
        self.setPageStep(1)
        hold(self, least_width=_SLIDER_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave Up and Down alone: they choose the row."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)


class MicroscopeBar(QWidget):
    """Name of the stage, slider, play, apply.

    Signals
    -------
    moved
        Another stage is wanted: the slider's.
    applied
        The update is to be made.
    """

    moved = Signal()
    applied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self._timer = QTimer(self, interval=PACE)
        self._timer.timeout.connect(self._play_on)
        self.slider, self.name = _StageSlider(), value_label(strong=True)
        hold(self.name, least_width=_NAME_WIDTH)
        self.slider.valueChanged.connect(self.moved)
        self.slider.sliderPressed.connect(self.stop)
        self.back = flat("‹", "Stage before (Left)", lambda: self.step(-1))
        self.on = flat("›", "Next stage (Right)", lambda: self.step(1))
        self.back.setAccessibleName("Stage before")
        self.on.setAccessibleName("Next stage")
        self.play = flat("Play", "Play the stages slowly, or stop (P)", self.toggle_play)
        self.apply = QPushButton("Apply update")
        self.apply.clicked.connect(self.applied)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 8, 4)
        row.setSpacing(6)
        for widget in (self.name, self.back, self.slider, self.on, self.play, self.apply):
            row.addWidget(widget, 1 if widget is self.slider else 0)

    def show_stages(self, count: int, index: int, refusal: str) -> None:
        """Offer so many stages and stand at one, without a signal; ``refusal`` is why the update is not made, or ""."""
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, count - 1)
            self.slider.setValue(index)
        self.apply.setEnabled(not refusal)
        self.apply.setToolTip(refusal or _APPLY)

    def describe(self, name: str, sentence: str) -> None:
        """Say which stage it is."""
        at, last = self.slider.value(), self.slider.maximum()
        set_text(self.name, f"{at + 1} of {last + 1} · {name}")
        self.back.setEnabled(at > 0)
        self.on.setEnabled(at < last)
        say(self.slider, spoken(f"{name}. {sentence}"))

    def step(self, by: int) -> None:
        """Go some stages on or back, by hand."""
        self.stop()
        self.slider.setValue(self.slider.value() + by)

    @property
    def plays(self) -> bool:
        """Whether the stages play by themselves."""
        return self._timer.isActive()

    def toggle_play(self) -> None:
        """Play from here, from the first stage at the end; or stop."""
        if self.plays:
            self.stop()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
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
