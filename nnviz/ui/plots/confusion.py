"""The confusion matrix: cells in the colour of the predicted class, and how well each class was found beside them."""

import math

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from nnviz.app.confusion_view import FIGURES, ConfusionView, Measure
from nnviz.ui.plots.confusion_layout import HEAD, INSET, ConfusionLayout
from nnviz.ui.shades import class_shade
from nnviz.ui.text_parts import ARROWS, KeepKeys, elided, one_line, tooltip
from nnviz.ui.theme import BODY, CAPTION, MICRO, SEMIBOLD, Theme, class_text_colour, font
from nnviz.ui.type_scale import px

_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_LARGE_CELL = 34
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ConfusionMatrix(QAbstractScrollArea):
    """Paints a :class:`ConfusionView`; ``cell_chosen`` carries (true class, predicted class) of a cell chosen.

    The arrows walk from cell to cell, Enter chooses. Each cell says in a tooltip, and to a screen reader, what it is.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: ConfusionView | None = None
        self._measure: Measure = "count"
        self._layout = ConfusionLayout.fit((360, 140), 2, 40, 20)
        self._current = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self.setAccessibleName("Confusion matrix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QAbstractScrollArea { background: transparent; border: none; }")
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Return, Qt.Key.Key_Enter))

    @property
    def current(self) -> tuple[int, int]:
        """The cell that the keys are at: true class, predicted class."""
        return self._current

    @property
    def view(self) -> ConfusionView | None:
        """The matrix that is shown."""
        return self._view

    @property
    def boxes(self) -> ConfusionLayout:
        """Where the cells are."""
        return self._layout

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours, and with text of another size."""
        self._theme = theme
        self._fit()
        self.viewport().update()

    def set_measure(self, measure: Measure) -> None:
        """Write counts, or shares of rows or of columns."""
        self._measure = measure
        self._fit()
        self.viewport().update()

    def show_view(self, view: ConfusionView | None) -> None:
        """Show another matrix, or none."""
        sized = view is not None and (self._view is None or view.classes != self._view.classes)
        self._view = view
        if sized:
            self._current = (0, 0)
        self._fit()
        self._describe()
        self.viewport().update()

    def _fit(self) -> None:
        view = self._view
        if view is None:
            self.verticalScrollBar().setRange(0, 0)
            return
        metrics, bold = QFontMetricsF(font(CAPTION)), QFontMetricsF(font(BODY, SEMIBOLD))
        label = max(metrics.horizontalAdvance(one_line(name, 40)) for name in view.classes)
        label += metrics.horizontalAdvance("is ") if view.size <= 2 else 0.0
        largest = int(view.counts.max(initial=0))
        texts = [view.cell_text(*divmod(int(view.counts.argmax()), view.size), "count"), "99 %"]
        widest = bold.horizontalAdvance(texts[0] if self._measure == "count" else texts[1]) if largest else 20.0
        size = self.viewport().size()
        self._layout = ConfusionLayout.fit((size.width(), size.height()), view.size, math.ceil(label), round(widest))
        self.verticalScrollBar().setRange(0, max(0, self._layout.height - size.height()))
        self.verticalScrollBar().setPageStep(size.height())
        self.verticalScrollBar().setSingleStep(self._layout.cell_height)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, 110)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size with two lines."""
        return QSize(200, px(HEAD + 32))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the cells into the new size."""
        super().resizeEvent(event)
        self._fit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the cells that are seen, then the headings over them."""
        view, boxes, theme = self._view, self._layout, self._theme
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(theme.panel))
        if view is None:
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset, height = self.verticalScrollBar().value(), self.viewport().height()
        first = max(0, offset // boxes.cell_height)
        last = min(view.size, (offset + height - px(HEAD)) // boxes.cell_height + 1)
        painter.save()
        painter.setClipRect(QRect(0, px(HEAD), self.viewport().width(), height))
        painter.translate(0, -offset)
        shares = view.row_shares
        for true in range(first, last):
            self._paint_row(painter, view, true, shares[true].tolist())
        if self.hasFocus():
            self._paint_ring(painter, self._current, theme.ink)
        elif self._hovered is not None:
            self._paint_ring(painter, self._hovered, theme.ink_3)
        painter.restore()
        self._paint_head(painter, view)
        painter.end()

    def _paint_row(self, painter: QPainter, view: ConfusionView, true: int, shares: list[float]) -> None:
        theme, boxes = self._theme, self._layout
        size = BODY if boxes.cell_height >= 18 else MICRO
        painter.setPen(Qt.PenStyle.NoPen)
        for guessed in range(view.size):
            painter.setBrush(QColor(class_shade(theme, guessed, shares[guessed])))
            painter.drawRoundedRect(boxes.cell(true, guessed), 3.0, 3.0)
        numbers = font(15.0 if min(boxes.cell_height, boxes.cell_width // 2) >= _LARGE_CELL else size, SEMIBOLD)
        painter.setFont(numbers)
        metrics = QFontMetricsF(numbers)
        if boxes.cell_height >= 13:
            for guessed in range(view.size):
                text, box = view.cell_text(true, guessed, self._measure), boxes.cell(true, guessed)
                if metrics.horizontalAdvance(text) > box.width() - 1:
                    text = text.removesuffix(" %")
                if metrics.horizontalAdvance(text) <= box.width():
                    painter.setPen(QColor(theme.ink if view.counts[true, guessed] else theme.ink_3))
                    painter.drawText(box, _CENTRE, text)
        box = boxes.cell(true, 0)
        every = max(1, -(-12 // boxes.cell_height))  # of rows lower than a line of text only some are named
        if true % every:
            return
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_2))
        name = f"is {view.classes[true]}" if view.size <= 2 else view.classes[true]
        label = QRect(INSET, box.top() - 3, boxes.label - 8, box.height() + 6)
        painter.drawText(label, _LEFT, elided(painter.fontMetrics(), name, label.width()))
        self._paint_figures(painter, view, true, box)

    def _paint_figures(self, painter: QPainter, view: ConfusionView, true: int, box: QRect) -> None:
        texts = view.figures(true)
        painter.setPen(QColor(self._theme.ink))
        for index in range(self._layout.figures):
            left, width = self._layout.figure(index)
            painter.drawText(QRect(left, box.top() - 3, width, box.height() + 6), _RIGHT, texts[index])

    def _paint_ring(self, painter: QPainter, cell: tuple[int, int], colour: str) -> None:
        if max(cell) < self._layout.n_classes:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour), 1.6))
            painter.drawRoundedRect(QRectF(self._layout.cell(*cell)).adjusted(0.8, 0.8, -0.8, -0.8), 3.0, 3.0)

    def _paint_head(self, painter: QPainter, view: ConfusionView) -> None:
        theme, boxes = self._theme, self._layout
        painter.setFont(font(CAPTION))
        metrics = QFontMetricsF(font(CAPTION))
        full = [f"predicted {name}" for name in view.classes]
        fits = all(metrics.horizontalAdvance(text) <= boxes.cell_width - 2 for text in full)
        every = max(1, -(-14 // boxes.cell_width))
        for index, name in enumerate(full if fits else view.classes):
            if index % every:
                continue
            width = boxes.cell_width * every - 2
            left = boxes.left + index * boxes.cell_width
            if not fits and view.size <= 8:  # the class's own colour ties the heading to the cells below it
                painter.setPen(QColor(class_text_colour(theme, index)))
            else:
                painter.setPen(QColor(theme.ink_3))
            painter.drawText(QRect(left, 0, width, px(HEAD) - 2), _CENTRE, elided(painter.fontMetrics(), name, width))
        painter.setPen(QColor(theme.ink_3))
        if not fits and boxes.label >= 40:
            both = "is ↓  as →"
            corner = both if metrics.horizontalAdvance(both) <= boxes.label - 6 else "is ↓"
            painter.drawText(QRect(INSET, 0, boxes.label - 6, px(HEAD) - 2), _LEFT, corner)
        for index in range(boxes.figures):
            left, width = boxes.figure(index)
            painter.drawText(QRect(left, 0, width, px(HEAD) - 2), _RIGHT, FIGURES[index])

    # Mouse and keys

    def _cell_at(self, place: QPoint) -> tuple[int, int] | None:
        if self._view is None or place.y() < px(HEAD):
            return None
        return self._layout.at(place.x(), place.y() + self.verticalScrollBar().value())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Outline the cell under the mouse."""
        cell = self._cell_at(event.position().toPoint())
        if cell != self._hovered:
            self._hovered = cell
            shape = Qt.CursorShape.ArrowCursor if cell is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the cell under the mouse."""
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(cell)
            self.cell_chosen.emit(*cell)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Say in a tooltip what the cell under the mouse is; forget it when the mouse leaves."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell_at(event.pos())
            if cell is not None and self._view is not None:
                QToolTip.showText(event.globalPos(), tooltip(self._sentence(cell)), self.viewport())
            else:
                QToolTip.hideText()
            return True
        if event.type() is QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.viewport().update()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk from cell to cell, or choose one."""
        key = Qt.Key(event.key())
        view = self._view
        if view is not None and key in _STEPS:
            down, right = _STEPS[key]
            last = view.size - 1
            self._go((min(max(self._current[0] + down, 0), last), min(max(self._current[1] + right, 0), last)))
        elif view is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cell_chosen.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def _go(self, cell: tuple[int, int]) -> None:
        self._current = cell
        box, bar = self._layout.cell(*cell), self.verticalScrollBar()
        if box.top() - px(HEAD) < bar.value():
            bar.setValue(box.top() - px(HEAD))
        elif (bottom := box.top() + self._layout.cell_height) > bar.value() + self.viewport().height():
            bar.setValue(bottom - self.viewport().height())
        self._describe()
        self.viewport().update()

    def _sentence(self, cell: tuple[int, int]) -> str:
        return "" if self._view is None else f"{self._view.cell_sentence(*cell)}. Click or Enter lists the rows."

    def _describe(self) -> None:
        view = self._view
        if view is None:
            self.setAccessibleDescription("")
            return
        precision, recall, score, _ = view.figures(self._current[0])
        name = view.classes[self._current[0]]
        self.setAccessibleDescription(
            f"{view.cell_sentence(*self._current)}. {name}: precision {precision}, recall {recall}, F1 {score}."
        )
