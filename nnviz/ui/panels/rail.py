"""The time rail: what it is and how much it keeps, the track, and the buttons for the moment that is shown."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.rail import CAPS, MEGABYTE, differences, memory, memory_sentence, newest_of, sentence, too_small
from nnviz.app.run_list import Lane
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.rail_lanes import MOST, most_lanes, plain_room
from nnviz.ui.panels.rail_track import RailTrack
from nnviz.ui.text_parts import tooltip
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

HEIGHT: Final = 68
LOW_HEIGHT: Final = 46
_LOW_WINDOW: Final = 800  # pixels: in a window lower than that the panels need the room more
_LEFT: Final = 116


class TimeRail(QWidget):
    """Knows no model: it shows snapshots and says what is wanted.

    Signals
    -------
    cap_chosen(int)
        The moments may take so many megabytes.
    go_on_wanted
        Train on from the moment that is shown.
    runs_wanted
        The list of runs is to be shown, or put away.
    room_changed
        There is room for another number of lanes.
    """

    cap_chosen = Signal(int)
    go_on_wanted = Signal()
    runs_wanted = Signal()
    room_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._low = False
        self.most_lanes = MOST[-1][1]
        self.track = RailTrack()
        self.track.more_wanted.connect(self.runs_wanted)
        hold(self, height=HEIGHT)
        self.title = QLabel("Time")
        self.title.setProperty("role", "title")
        self.memory = QPushButton()
        self._menu = QMenu(self)
        for size in CAPS:
            action = self._menu.addAction(f"At most {size:,} MB")
            action.setCheckable(True)
            action.triggered.connect(partial(self._choose, size))
        self.memory.setMenu(self._menu)
        self.step_back = QPushButton("Step back")
        self.step_back.setToolTip(
            tooltip("Take back the last update: the weights are again exactly what they were before it (Shift S)")
        )
        self.step_back.clicked.connect(lambda: self.track.updates_wanted.emit(-1))
        self.runs = QPushButton("Runs")
        self.runs.setToolTip("The runs of this session: go back into one, or forget it (G)")
        self.runs.clicked.connect(self.runs_wanted)
        self.runs.hide()
        self.compare = QPushButton("Compare")
        self.compare.setToolTip("What differs between this moment and a kept one (on the rail: C keeps this one)")
        self.go_on = QPushButton("Continue from here")
        self.go_on.setProperty("primary", "true")
        self.go_on.clicked.connect(self.go_on_wanted)
        self.back = QPushButton("Back to newest")
        self.back.setToolTip("Show the newest moment again (on the rail: End)")
        self.back.clicked.connect(self.track.newest_wanted)
        self._arrange()
        self.draw(None)

    def _arrange(self) -> None:
        self._words = words = QVBoxLayout()
        words.setContentsMargins(0, 7, 0, 6)
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.memory, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        left = QWidget()
        left.setProperty("surface", "none")
        left.setLayout(words)
        hold(left, width=_LEFT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(left)
        row.addWidget(self.track, 1)
        for button in (self.runs, self.compare, self.step_back, self.go_on, self.back):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(button)

    def fit(self, window_height: int) -> None:
        """Take less room in a window that is low: how many moments are kept is then the tool tip's to say."""
        low = window_height < px(_LOW_WINDOW)
        if low != self._low:
            self._low = low
            self._hold_height()
            self._words.setContentsMargins(0, 3 if low else 7, 0, 2 if low else 6)
            self.draw(self.track.snapshot)
        if (most := most_lanes(window_height)) != self.most_lanes:
            self.most_lanes = most
            self.room_changed.emit()

    def lanes_for(self, count: int) -> int:
        """Return how many lanes there is room for if so many runs were left; a line tells of the others."""
        return count if count <= self.most_lanes else self.most_lanes - 1

    def set_lanes(self, lanes: tuple[Lane, ...], count: int) -> None:
        """Show the lanes of some of ``count`` runs that were left; the rail grows with them."""
        self.track.set_lanes(lanes, count - len(lanes))
        self._hold_height()
        self.runs.setVisible(count > 0)
        self.runs.setText(f"{count + 1:,} runs")

    def _hold_height(self) -> None:
        hold(self, height=(LOW_HEIGHT if self._low else HEIGHT) + plain_room(self.track.lanes.rows))

    def draw(self, snapshot: Snapshot | None) -> None:
        """Show where a run stands, or that there is none."""
        self.track.draw(snapshot)
        looks_back = snapshot is not None and snapshot.rail.newest is not None
        self.compare.setEnabled(snapshot is not None)
        self.step_back.setEnabled(snapshot is not None and snapshot.step > 0)
        for button in (self.go_on, self.back):
            if button.isHidden() == looks_back:
                button.setVisible(looks_back)
        if snapshot is None:
            self._write("Time", "no moments", "The moments of a run are kept here, so that you can go back to them.")
            return
        rail = snapshot.rail
        changed = differences(rail)
        if looks_back:
            self.back.setText(f"Back to {newest_of(snapshot)[1]:,}")
            self.go_on.setText("Branch here" if rail.differs else "Continue from here")
            later = "What came later stays as a run of its own, as a lane and a faint curve: G leads back into it."
            self.go_on.setToolTip(tooltip(f"Train on from this moment with {changed}. {later}" if changed else later))
        self._write(
            "Earlier moment" if looks_back else "Time",
            memory(rail),
            memory_sentence(rail),
            too_small(rail) or (f"Differs from the newest: {changed}" if changed else ""),
        )

    def _write(self, title: str, kept: str, meaning: str, more: str = "") -> None:
        if self.title.text() != title:
            self.title.setText(title)
        shown = kept.splitlines()[-1] if self._low else kept
        if self.memory.text() != shown:
            self.memory.setText(shown)
            self.memory.setAccessibleName(f"Memory of the time rail: {kept.replace(chr(10), ', ')}")
        self.memory.setToolTip(tooltip(f"{meaning} {more}".strip()))
        self.title.setToolTip(tooltip(more) if more else "")

    def _choose(self, size: int) -> None:
        self.cap_chosen.emit(size)

    def describe(self, snapshot: Snapshot) -> None:
        """Say for assistive technology which moment is shown."""
        self.setAccessibleDescription(sentence(snapshot))

    def set_cap(self, size: int) -> None:
        """Show which cap, in bytes, is in force."""
        for action, megabytes in zip(self._menu.actions(), CAPS, strict=True):
            action.setChecked(megabytes * MEGABYTE == size)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.track.set_theme(theme)
        self.memory.setStyleSheet(
            f"QPushButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0; "
            f"min-height: 0; text-align: left; color: {theme.ink_2}; }}"
            f"QPushButton:hover {{ background: {theme.raised}; }} QPushButton:focus {{ border-color: {theme.ink}; }}"
            "QPushButton::menu-indicator { image: none; width: 0; }"
        )
