"""The switch for what the edges show, and the moment that changes are counted from."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from nnviz.app.edge_values import CHANGE, MODES, REFERENCE_LABELS, WEIGHT
from nnviz.run.looks import MARK, START
from nnviz.ui.panels.decision_parts import segment

MODE_KEYS: Mapping[str, str] = MappingProxyType({mode: str(number) for number, mode in enumerate(MODES, start=1)})
_SHORT: Mapping[str, str] = MappingProxyType({"start": "start", "best": "best", "go": "last start", "mark": "mark"})


class ModeSwitch(QWidget):
    """Weight, Gradient, Change, Row flow; beside Change, since when.

    Signals
    -------
    mode_changed(str)
        The person wants to see something else, a key of `MODES`.
    reference_changed(str)
        Changes are to be counted from another moment, one of ``nnviz.run.looks.REFERENCES``.
    marked
        That moment is now.
    """

    mode_changed = Signal(str)
    reference_changed = Signal(str)
    marked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.setAccessibleName("What the edges show")
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, mode in MODES.items():
            button = segment(mode.label, f"{mode.about} ({MODE_KEYS[key]})")
            button.setAccessibleName(f"Edges: {mode.label}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, key=key: self.mode_changed.emit(key))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)
            if key == CHANGE:
                self.since = self._make_since()
                row.addWidget(self.since)
        self._reference = START
        self.set_mode(WEIGHT)
        self.set_reference(START)

    def _make_since(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("segment", "true")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(button)
        self._menu.setAccessibleName("Count changes from")
        self._menu.setToolTipsVisible(True)
        group = QActionGroup(button)
        self.moments: dict[str, QAction] = {}
        for kind, text in REFERENCE_LABELS.items():
            if kind == MARK:
                self._menu.addSeparator()
            action = self._menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, kind=kind: self._on_moment(kind))
            self.moments[kind] = action
        self.moments[MARK].setToolTip("Keep the weights of this moment, and count from here")
        button.setMenu(self._menu)
        return button

    def _on_moment(self, kind: str) -> None:
        if kind == MARK:
            self.marked.emit()
        self.reference_changed.emit(kind)

    def set_mode(self, mode: str) -> None:
        """Show which one is in force, without a signal."""
        self.buttons[mode].setChecked(True)
        self.since.setVisible(mode == CHANGE)

    def set_reference(self, kind: str) -> None:
        """Show since when changes are counted, without a signal."""
        self.moments[kind].setChecked(True)
        self.since.setText(f"since {_SHORT[kind]} \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        words = REFERENCE_LABELS[kind] if kind != MARK else "The moment that was marked"
        self.since.setAccessibleName(f"Changes are counted from: {words}")
        self.since.setToolTip(f"Changes are counted from: {words}. Press to choose another moment")

    def set_enabled(self, *, enabled: bool) -> None:
        """Enable the switch, or hide it while there is no network."""
        self.setEnabled(enabled)
        self.setVisible(enabled)
