"""The panels of the main window: in which column they stand, which are hidden, and which float."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, QSize, Signal
from PySide6.QtWidgets import QWidget

from nnviz.ui.banner import Banner
from nnviz.ui.docks_body import DockBody, Panel
from nnviz.ui.docks_floating import FloatingPanel
from nnviz.ui.layout_state import COLUMNS, LayoutState, layout_of

_ENOUGH = 0.65  # of the height that is lent, with which a panel gets by
_FLOATING = {"left": QSize(300, 760), "centre": QSize(900, 720), "right": QSize(440, 520)}


class Docks(QObject):
    """Arranges the panels; ``changed`` says that one of them is elsewhere, or is shown or hidden."""

    changed = Signal()

    def __init__(self, panels: Sequence[Panel], banner: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.panels = {panel.key: panel for panel in panels}
        self._usual = {c: tuple(p.key for p in panels if p.home == c) for c in COLUMNS}
        self._columns = {column: list(keys) for column, keys in self._usual.items()}
        self._hidden: set[str] = set()
        self._floats: dict[str, FloatingPanel] = {}
        self._lenders: list[str] = []  # panels that make way for another one for a while
        self._places: dict[str, tuple[int, int, int, int]] = {}  # where a panel floated last
        self.body = DockBody(banner)
        self.columns = self.body.columns
        self._arrange()

    # Questions

    def is_shown(self, key: str) -> bool:
        """Whether a panel is shown, in the window or in one of its own."""
        return key not in self._hidden

    def is_floating(self, key: str) -> bool:
        """Whether a panel is in a window of its own."""
        return key in self._floats

    def column_of(self, key: str) -> str:
        """Return the column in which a panel stands, or to which it returns."""
        return next(column for column, keys in self._columns.items() if key in keys)

    def in_column(self, column: str) -> list[str]:
        """Return the panels of a column that are shown in it, from top to bottom."""
        return [key for key in self._columns[column] if self.is_shown(key) and not self.is_floating(key)]

    def place_in(self, key: str) -> tuple[int, int]:
        """Return a panel's place among those shown in its column, and how many these are."""
        keys = self.in_column(self.column_of(key))
        return (keys.index(key) if key in keys else -1), len(keys)

    def regions(self) -> list[QWidget]:
        """Return the panels in the order in which they are read: column by column, from top to bottom."""
        return [self.panels[key].widget for column in COLUMNS for key in self._columns[column]]

    # Changes

    def set_shown(self, key: str, *, shown: bool) -> None:
        """Show or hide a panel; one that floated floats again."""
        if shown == self.is_shown(key):
            return
        if shown:
            self._hidden.discard(key)
        else:
            self._hidden.add(key)
        self._arrange()

    def toggle(self, key: str) -> None:
        """Show a panel that is hidden, hide one that is shown."""
        self.set_shown(key, shown=not self.is_shown(key))

    def lend(self, key: str, height: int) -> None:
        """Give a panel that stands in the window more height for a while; 0 takes it back.

        In a low window the tallest of its neighbours makes way meanwhile.
        """
        for lender in self._lenders:
            self.panels[lender].widget.setVisible(self.is_shown(lender))
        self._lenders.clear()
        widget = self.panels[key].widget
        self.columns[self.column_of(key)].lend(widget, height)
        others = [other for other in self.in_column(self.column_of(key)) if other != key]
        if height and others and not self.is_floating(key) and widget.height() < _ENOUGH * height:
            tallest = max(others, key=lambda other: self.panels[other].widget.height())
            self._lenders.append(tallest)
            self.panels[tallest].widget.hide()
            self.columns[self.column_of(key)].share()

    def float_panel(self, key: str, place: QRect | None = None) -> None:
        """Give a panel a window of its own: at a place, where it floated last, or over the window."""
        self._hidden.discard(key)
        if not self.is_floating(key):
            panel = self.panels[key]
            floating = FloatingPanel(panel.title, panel.widget, self._window)
            floating.closed.connect(lambda: self.dock(key))
            self._floats[key] = floating
        where = QRect(*self._places[key]) if place is None and key in self._places else place
        self._floats[key].put(self._over_window(key) if where is None else where)
        self._arrange()

    def _over_window(self, key: str) -> QRect:
        place = QRect(self._window.geometry().topLeft(), _FLOATING[self.panels[key].home])
        place.moveCenter(self._window.geometry().center())
        return place

    def dock(self, key: str) -> None:
        """Take a panel that floats back to its place in the window."""
        if key in self._floats:
            self._land(key)
            self._arrange()

    def toggle_floating(self, key: str) -> None:
        """Float a panel that stands in the window, take one that floats back."""
        if self.is_floating(key):
            self.dock(key)
        else:
            self.float_panel(key)

    def move(self, key: str, column: str, index: int) -> None:
        """Put a panel into a column before the ``index``-th of the others that are shown there."""
        self._hidden.discard(key)
        if self.is_floating(key):
            self._land(key)
        others = [other for other in self.in_column(column) if other != key]
        self._columns[self.column_of(key)].remove(key)
        keys = self._columns[column]
        keys.insert(keys.index(others[index]) if 0 <= index < len(others) else len(keys), key)
        for touched in self.columns.values():
            touched.set_heights(())
        self._arrange()

    def _land(self, key: str) -> None:
        floating = self._floats.pop(key)
        self._places[key] = floating.place()
        floating.take()
        floating.hide()
        floating.deleteLater()

    def _arrange(self) -> None:
        """Put every panel where it belongs."""
        for column, keys in self._columns.items():
            holder = self.columns[column]
            docked = [key for key in keys if not self.is_floating(key)]
            for index, key in enumerate(docked):
                widget = self.panels[key].widget
                if holder.indexOf(widget) != index:
                    holder.insertWidget(index, widget)
                widget.setVisible(self.is_shown(key))
        for key, floating in self._floats.items():
            floating.setVisible(self.is_shown(key))
        self.body.fill({column: [self.panels[key] for key in self.in_column(column)] for column in COLUMNS})
        self.changed.emit()

    # Remembering

    def state(self) -> LayoutState:
        """Return where everything is."""
        places = self._places | {key: floating.place() for key, floating in self._floats.items()}
        chosen = {c: tuple(holder.sizes()) for c, holder in self.columns.items() if not holder.by_rule}
        return LayoutState(
            {column: tuple(keys) for column, keys in self._columns.items()},
            tuple(key for key in self.panels if key in self._hidden),
            {key: place for key, place in places.items() if key in self._floats},
            self.body.widths,
            {c: sizes for c, sizes in chosen.items() if len(sizes) == len(self._columns[c])},
        )

    def restore(self, text: str) -> None:
        """Put everything where a text of `state` says; see `layout_of` for what is wrong with it."""
        self.apply(layout_of(text, self._usual))

    def apply(self, state: LayoutState) -> None:
        """Put everything where a state says."""
        for key in list(self._floats):
            self._land(key)
        self._columns = {column: list(keys) for column, keys in state.columns.items()}
        self._hidden = set(state.hidden)
        self._places = dict(state.floating)
        for key in state.floating:
            self.float_panel(key)
            if key in state.hidden:
                self._hidden.add(key)
        self._arrange()
        self.body.set_widths(state.widths)
        for column, holder in self.columns.items():
            holder.set_heights(state.heights.get(column, ()))

    def reset(self) -> None:
        """Put everything where it usually is."""
        self.apply(LayoutState(self._usual))

    def close(self) -> None:
        """Close the windows of floating panels, which end with the main window."""
        for floating in self._floats.values():
            floating.hide()
