"""The switch for what the edges show, and the moment that changes are counted from."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from nnviz.app.edge_values import CHANGE, FLOW, MODES, REFERENCE_LABELS, WEIGHT
from nnviz.run.looks import MARK, START
from nnviz.ui.panels.decision_parts import segment
from nnviz.ui.segments import DOWN, FoldedButton

MODE_KEYS: Mapping[str, str] = MappingProxyType({mode: str(number) for number, mode in enumerate(MODES, start=1)})


class ModeSwitch(QWidget):
    """Weight, Gradient, Change, Row flow; Change pressed again offers the moments it may be counted from.

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
        self.mode = WEIGHT
        self.folded = FoldedButton("Edges", self)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, mode in MODES.items():
            button = segment(mode.label, f"{mode.about} ({MODE_KEYS[key]})")
            button.setAccessibleName(f"Edges: {mode.label}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, key=key: self.choose(key))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)
        row.addWidget(self.folded)
        self.folded.stand_for(tuple(self.buttons.values()))
        self._make_menu()
        self.set_mode(WEIGHT)
        self.set_reference(START)

    def _make_menu(self) -> None:
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Count changes from")
        self.menu.setToolTipsVisible(True)
        self.menu.addAction("Count changes from").setEnabled(False)
        group = QActionGroup(self)
        self.moments: dict[str, QAction] = {}
        for kind, text in REFERENCE_LABELS.items():
            if kind == MARK:
                self.menu.addSeparator()
            action = self.menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, kind=kind: self._on_moment(kind))
            self.moments[kind] = action
        self.moments[MARK].setToolTip("Keep the weights of this moment, and count from here")

    def _on_moment(self, kind: str) -> None:
        if kind == MARK:
            self.marked.emit()
        self.reference_changed.emit(kind)

    def choose(self, mode: str) -> None:
        """Ask for a mode, as a press of its button does; for Change once more, offer its moments."""
        if mode == CHANGE == self.mode:
            button = self.folded if self.buttons[CHANGE].isHidden() else self.buttons[CHANGE]
            self.menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
        self.mode_changed.emit(mode)

    def set_mode(self, mode: str) -> None:
        """Show which one is in force, without a signal."""
        self.mode = mode
        self.buttons[mode].setChecked(True)
        self.folded.say()

    def set_narrow(self, narrow: bool) -> None:  # noqa: FBT001 - a setter
        """Say the same in fewer letters where there is no room."""
        self.buttons[FLOW].setText("Flow" if narrow else MODES[FLOW].label)
        self._renew()

    def set_folded(self, folded: bool) -> None:  # noqa: FBT001 - a setter
        """Put one button with a menu in the place of four."""
        for button in self.buttons.values():
            button.setHidden(folded)
        self.folded.setVisible(folded)
        self._renew()

    def _renew(self) -> None:
        """Tell the header at once how wide this has become; Qt would when the event loop comes round."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
        self.updateGeometry()

    def set_reference(self, kind: str) -> None:
        """Show since when changes are counted, without a signal."""
        self.moments[kind].setChecked(True)
        words = REFERENCE_LABELS[kind] if kind != MARK else "The moment that was marked"
        button, mode = self.buttons[CHANGE], MODES[CHANGE]
        button.setText(f"{mode.label} {DOWN}")
        button.setToolTip(f"{mode.about} ({MODE_KEYS[CHANGE]}). Press again to choose the moment; now: {words}")
        button.setAccessibleDescription(f"Counted from: {words}. Press again to choose another moment")

    def set_enabled(self, *, enabled: bool) -> None:
        """Enable the switch, or hide it while there is no network."""
        self.setEnabled(enabled)
        self.setVisible(enabled)
