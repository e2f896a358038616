"""The window as a screen reader finds it: every visible element of the accessibility tree, and the stops of Tab."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

Role = QAccessible.Role
# What a person works with. A row of a list is reached by the arrow keys of its list.
CONTROLS = {
    Role.Button,
    Role.ButtonMenu,
    Role.ButtonDropDown,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.List,
    Role.Table,
    Role.Tree,
    Role.PageTabList,
}
_MOST_PARTS = 200  # of one control, between which Tab walks


@dataclass(frozen=True)
class Element:
    """One visible element; ``path`` names the classes from the window down to it."""

    role: Role
    name: str
    path: str
    focusable: bool
    clickable: bool
    widget: QWidget | None

    def __str__(self) -> str:
        return f"{self.role.name} {self.name!r} at {self.path}"


def elements(window: QWidget) -> list[Element]:
    """Return what is visible in a window, from the outside in."""
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    return [_element(interface, path) for interface, path in _walk(root, type(window).__name__)]


def _walk(interface: QAccessibleInterface, path: str) -> Iterator[tuple[QAccessibleInterface, str]]:
    yield interface, path
    for index in range(interface.childCount()):
        child = interface.child(index)
        if not child.isValid() or child.state().invisible:
            continue
        owner = _owner(child)
        if isinstance(owner, QWidget) and owner.isWindow():
            continue  # a window of its own: walked by itself
        yield from _walk(child, f"{path} > {type(owner).__name__ if owner else child.role().name}")


def _element(interface: QAccessibleInterface, path: str) -> Element:
    state, actions, owner = interface.state(), _actions(interface), _owner(interface)
    name = interface.text(QAccessible.Text.Name)
    if isinstance(owner, QComboBox):
        # Linux screen readers read a list's value where others read its name; its label they ask for the name.
        labels = interface.relations(QAccessible.RelationFlag.Label)
        name = owner.accessibleName() and " ".join(label.text(QAccessible.Text.Name) for label, _ in labels)
    return Element(
        interface.role(),
        name,
        path,
        bool(state.focusable) and not _is_plain_text(owner),
        "Press" in actions,
        owner if isinstance(owner, QWidget) else None,
    )


# What Qt's stubs promise and Qt does not keep: None where there is nothing.


def _owner(interface: QAccessibleInterface) -> QObject | None:
    return interface.object()


def _actions(interface: QAccessibleInterface) -> list[str]:
    actions: QAccessibleActionInterface | None = interface.actionInterface()
    return [] if actions is None else list(actions.actionNames())


def _focused(window: QWidget) -> QWidget | None:
    return window.focusWidget()


def _is_plain_text(owner: QObject | None) -> bool:
    """Return whether this is text that can be selected with the mouse, which Qt calls focusable too."""
    return isinstance(owner, QLabel) and not owner.focusPolicy() & Qt.FocusPolicy.TabFocus


def unnamed(window: QWidget) -> list[str]:
    """Return what can be focused or clicked, and has no name."""
    return [
        str(element)
        for element in elements(window)
        if (element.focusable or element.clickable or element.role in CONTROLS) and not element.name.strip()
    ]


def tab_stops(window: QWidget) -> list[QWidget]:
    """Press Tab until it comes round, and return where it stopped."""
    window.activateWindow()
    deadline = time.monotonic() + 5.0
    while window is not (QApplication.activePopupWidget() or QApplication.activeWindow()):
        assert time.monotonic() < deadline, f"{window} does not become active"
        QTest.qWait(10)
    (_focused(window) or window).setFocus()
    stops: list[QWidget] = []
    stayed = 0
    while stayed < _MOST_PARTS:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        stop = QApplication.focusWidget()
        if len(stops) > 1 and stop is stops[-1]:
            continue  # it has parts of its own to walk: the diagram its neurons and weights
        if stop is None or stop in stops:
            return [stop for stop in stops if stop is not window]
        stops.append(stop)
    raise AssertionError(f"Tab does not come round in {window}")


def unreachable(window: QWidget) -> list[str]:
    """Return the enabled controls at which Tab does not stop, and the arrow keys of their group neither."""
    stops = tab_stops(window)
    lost = []
    for element in elements(window):
        widget = element.widget
        if widget is None or not widget.isEnabled() or not (element.clickable or element.role in CONTROLS):
            continue
        if not any(one in stops for one in (widget, widget.focusProxy(), *_siblings(widget))):
            lost.append(str(element))
    return lost


def _siblings(widget: QWidget) -> list[QAbstractButton]:
    """Return the members of an exclusive group: Tab stops at one of them, from there the arrows lead on."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return list(group.buttons()) if group is not None and group.exclusive() else []
