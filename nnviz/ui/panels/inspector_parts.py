"""What the lenses' pages are made of: selectable numbers, tables of terms with bars, panes that find their place."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSpacerItem, QToolButton, QVBoxLayout, QWidget

from nnviz.app.lens_sums import Formula, SumView
from nnviz.ui.plots.lens_bars import WaterfallBars
from nnviz.ui.theme import REGULAR, SEMIBOLD, Theme, font
from nnviz.ui.type_scale import hold, px

PITCH = 18  # of the lines of a table
NAME = 110  # pixels for what a term is called
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_COLUMNS = 5  # name, weight, ×, value, product; then the bars
_READY = 8  # lines that are made with the table; in the first picture more would hold the window up


class SelectableLabel(QLabel):
    """Plain text that can be selected with the mouse, from the press on until the focus goes elsewhere.

    What can be selected, or have the focus, is a document to Qt, which takes three times as long to lay out for each
    new text: too long for a page of a hundred numbers, in one of which somebody selects.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._plain = self.textInteractionFlags()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the text be selected from here."""
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocus(Qt.FocusReason.MouseFocusReason)  # to hear the keys that copy
        super().mousePressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Make it plain again where Qt takes the selection away."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.setTextInteractionFlags(self._plain)


class WrappedLabel(SelectableLabel):
    """Text in as many lines as it needs: asked ten times for its height while a page is laid out, set in lines once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}  # by width
        self.setWordWrap(True)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Write another text."""
        self._heights.clear()
        super().setText(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure anew in another font or style."""
        self._heights.clear()
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height in pixels that the text takes at a width."""
        if (height := self._heights.get(width)) is None:
            height = self._heights[width] = super().heightForWidth(width)
        return height


def value_label(role: str = "", *, strong: bool = False, wrap: bool = False) -> QLabel:
    """Return a label for plain text that can be selected with the mouse."""
    label = WrappedLabel() if wrap else SelectableLabel()
    label.setFont(font(weight=SEMIBOLD if strong else REGULAR))
    if role:
        label.setProperty("role", role)
    return label


def segment(text: str) -> QToolButton:
    """Return one of a row of buttons of which one is down."""
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setProperty("segment", "true")
    return button


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set what the style sheet goes by; styled anew only when it changes."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_text(label: QLabel, text: str) -> None:
    """Set a text only when it changes, which leaves a selection alone."""
    if label.text() != text:
        label.setText(text)


class _RunningHead(QLabel):
    """Heads the bars in as many letters as they have room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "caption")
        self.setAccessibleName("running sum")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Find the words for another width."""
        super().resizeEvent(event)
        width = self.fontMetrics().horizontalAdvance
        set_text(self, next((text for text in ("running sum", "sum") if width(text) <= self.width()), "Σ"))


class SumTable(QWidget):
    """A weighted sum: name, weight, value, product, running bars; the sum below."""

    def __init__(self, heads: tuple[str, str, str], parent: QWidget | None = None, *, bars: bool = True) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self._rows: list[list[QLabel]] = []
        self.bars = WaterfallBars(px(PITCH), self)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(_COLUMNS, 1)
        for column in (1, 3, 4):  # wide enough for most numbers: nothing moves when a digit comes or goes
            grid.setColumnMinimumWidth(column, px(54))
        self._heads = [QLabel(text) for text in heads]
        for column, head in zip((0, 1, 4), self._heads, strict=True):
            head.setProperty("role", "caption")
            hold(head, height=PITCH)
            grid.addWidget(head, 0, column, 1, 3 if column == 1 else 1, _LEFT if not column else _RIGHT)
        self.bars.setVisible(bars)
        if bars:
            grid.addWidget(_RunningHead(), 0, _COLUMNS)
        self._total_name, self._total = value_label(strong=True), value_label(strong=True)
        for label in (self._total_name, self._total):
            label.setParent(self)
            hold(label, height=PITCH)
        self._count = -1
        self._make_rows(_READY)
        self._make_rows(0)

    def set_theme(self, theme: Theme) -> None:
        """Paint the bars in another theme."""
        self.bars.set_theme(theme)
        self.bars.set_pitch(px(PITCH))
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, px(PITCH) if row <= self._count + 1 else 0)

    def set_heads(self, heads: tuple[str, str, str]) -> None:
        """Head the columns otherwise."""
        for head, text in zip(self._heads, heads, strict=True):
            set_text(head, text)

    def show_sum(self, view: SumView, chosen: int | None = None) -> None:
        """Write a sum's texts; ``chosen`` is the source whose line stands out."""
        if len(view.terms) != self._count:
            self._make_rows(len(view.terms))
        for line, term in zip(self._rows, view.terms, strict=False):
            times = "×" if term.weight else ""
            equals = "≈" if term.relation == "≈" else ""
            name = line[0].fontMetrics().elidedText(term.name, Qt.TextElideMode.ElideMiddle, px(NAME))
            texts = (name, term.weight, times, term.value, f"{equals} {term.product}".strip())
            for label, text in zip(line, texts, strict=True):
                set_text(label, text)
            set_property(line[0], "role", "" if term.source == chosen else "secondary")
            set_property(line[1], "sign", "" if not term.weight else "-" if term.weight[0] == "−" else "+")
            line[0].setToolTip(term.name if name != term.name else "")
        set_text(self._total_name, view.symbol)
        set_text(self._total, f"{'≈ ' if view.relation == '≈' else ''}{view.total}")
        self.show_amounts([term.amount for term in view.terms], view.amount)

    def show_amounts(self, amounts: Sequence[float], total: float) -> None:
        """Move the bars."""
        self.bars.set_amounts(amounts, total)

    def _make_rows(self, count: int) -> None:
        grid = self._grid
        for widget in (self.bars, self._total_name, self._total):
            grid.removeWidget(widget)
        while len(self._rows) < count:
            line = [value_label(strong=column == _COLUMNS - 1) for column in range(_COLUMNS)]
            line[0].setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            hold(line[0], most_width=NAME)
            for column, label in enumerate(line):
                hold(label, height=PITCH)
                grid.addWidget(label, len(self._rows) + 1, column, _RIGHT if column else _LEFT)
            self._rows.append(line)
        for index, line in enumerate(self._rows):
            for label in line:
                label.setVisible(index < count)
        grid.addWidget(self.bars, 1, _COLUMNS, count + 1, 1)
        grid.addWidget(self._total_name, count + 1, 0)
        grid.addWidget(self._total, count + 1, 1, 1, _COLUMNS - 1, _RIGHT)
        for row in range(grid.rowCount()):
            grid.setRowMinimumHeight(row, px(PITCH) if row <= count + 1 else 0)
        self._count = count


class Pane(QWidget):
    """A titled column of a page."""

    def __init__(self, title: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.least = width
        self.title = value_label("title")
        self.title.setText(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 8, 8, 6)
        self.column.addItem(QSpacerItem(width - 22, 0))
        self.column.setSpacing(5)
        self.column.addWidget(self.title)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets below the title."""
        for widget in widgets:
            self.column.addWidget(widget)


class Panes(QWidget):
    """Panes side by side, or where there is no room for that two to a row."""

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.panes = tuple(panes)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._asked: tuple[int, tuple[Pane, ...]] = (0, ())
        self._needed = 0
        self._placed: tuple[int, tuple[Pane, ...]] = (0, ())
        self._place(len(self.panes), self.panes)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Find the arrangement for the new width."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the panes side by side where the width allows it."""
        scroll = self.parentWidget()
        room = scroll.width() if scroll is not None else self.width()
        panes = tuple(pane for pane in self.panes if not pane.isHidden())
        if (room, panes) != self._asked:
            self._asked, self._needed = (room, panes), 0
        if self._needed <= room:
            # Never back to one row for the sake of a digit less: the page would jump to and fro during training.
            self._needed = max(self._needed, sum(max(pane.least, pane.minimumSizeHint().width()) for pane in panes))
        wide = self._needed <= room
        self._place(len(panes) if wide else min(2, len(panes)), panes)

    def _place(self, across: int, panes: tuple[Pane, ...]) -> None:
        if (across, panes) == self._placed:
            return
        self._placed = (across, panes)
        for pane in self.panes:
            self._grid.removeWidget(pane)
        rest = len(panes) % across if across else 0
        for index, pane in enumerate(panes):
            span = across - rest + 1 if rest and index == len(panes) - 1 else 1
            self._grid.addWidget(pane, index // across, index % across, 1, span, Qt.AlignmentFlag.AlignTop)
        for column in range(len(self.panes)):
            self._grid.setColumnStretch(column, panes[column].least if column < across else 0)


def texts_of(formulas: Sequence[Formula]) -> list[str]:
    """Return the formulas' texts."""
    return [formula.text for formula in formulas]
