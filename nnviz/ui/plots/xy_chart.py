"""A chart of two axes for the tabs: ticks, zoom by a framed box or the wheel, a card of values, keys that walk."""

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.ui.plots.curve_axes import LEFT_INSET
from nnviz.ui.plots.curve_view import CurveView
from nnviz.ui.plots.hover_card import HoverCard
from nnviz.ui.plots.ticks import Tick, log_ticks, nice_ticks
from nnviz.ui.text_parts import ARROWS, KeepKeys
from nnviz.ui.theme import CAPTION, Theme, font
from nnviz.ui.type_scale import px

_TOP, _RIGHT, _BELOW = 6, 12, 32
LOW, _BELOW_LOW = 96, 18  # a chart lower than this leaves the name of its horizontal axis out
_LEAST_LEFT = 34
_PIXELS_PER_TICK = (56, 20)
_HINT = "Drag a box or turn the wheel to zoom in, double-click to see all"
Range = tuple[float, float]


class XYChart(QWidget):
    """Axes around a view that subclasses put their items into.

    Signals
    -------
    clicked(float, float)
        A place on the axes was clicked.
    """

    clicked = Signal(float, float)

    def __init__(self, theme: Theme, x_name: str, y_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.view = CurveView()
        self.canvas: Any = pg.PlotWidget(self, background=theme.panel, viewBox=self.view)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot: Any = self.canvas.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False, None)
        plot.layout.setContentsMargins(LEFT_INSET, _TOP, _RIGHT, 0)
        self._left: Any = plot.getAxis("left")
        self._bottom: Any = plot.getAxis("bottom")
        for axis in (self._left, self._bottom):
            axis.setToolTip(_HINT)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickAlpha=255, autoExpandTextSpace=False, hideOverlappingLabels=_RIGHT)
        self._left.setZValue(-1000.0)  # its grid lies behind what is drawn
        self._left.setStyle(tickTextOffset=6)
        self._bottom.setStyle(tickTextOffset=3, tickLength=0)
        self._names = (x_name, y_name)
        self._whole: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self.log_y = False
        self._zoomed = False
        self.view.disableAutoRange()
        self.view.setMouseEnabled(x=True, y=True)
        self.card = HoverCard(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End))
        self.view.sigRangeChanged.connect(lambda *_: self._on_range())
        self.view.sigRangeChangedManually.connect(lambda *_: self._on_zoomed())
        self.view.sigResized.connect(lambda *_: self._on_range())
        self.view.box_drawn.connect(self._on_box)
        self.canvas.scene().sigMouseClicked.connect(self._on_click)
        self.canvas.viewport().installEventFilter(self)
        self._colour_axes()

    # What subclasses say

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return the text for a place in the widget's pixels, and where its point is; None where there is none."""
        del place
        return None

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go on to another point by an arrow key; return its text and place, None if there is none."""
        del key
        return None

    # Axes

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.theme = theme
        self.canvas.setBackground(theme.panel)
        self.view.set_theme(theme)
        self.card.set_theme(theme)
        self._colour_axes()

    def _colour_axes(self) -> None:
        theme = self.theme
        self._left.setPen(None)
        self._left.setTickPen(theme.line)
        self._bottom.setPen(theme.line_strong)
        for axis in (self._left, self._bottom):
            axis.label.setFont(font(CAPTION))
            axis.setStyle(tickFont=font(CAPTION))
            axis.setTextPen(theme.ink_3)
        self._make_room_below()
        self._on_range()

    def _make_room_below(self) -> None:
        self._bottom.setHeight(px(_BELOW_LOW if self.height() < LOW else _BELOW))

    def set_names(self, x_name: str, y_name: str) -> None:
        """Name the axes."""
        if (x_name, y_name) != self._names:
            self._names = (x_name, y_name)
            self._write_names()

    def _write_names(self) -> None:
        for axis, name, room in zip(
            (self._bottom, self._left), self._names, (self.view.width(), self.view.height() + _TOP), strict=True
        ):
            shown = QFontMetricsF(font(CAPTION)).elidedText(name, Qt.TextElideMode.ElideRight, max(20.0, room))
            axis.setLabel(shown, color=self.theme.ink_2)
            axis.resizeEvent()  # which is where pyqtgraph centres the name
            # Where the chart is low its head says what is drawn, and the card under the pointer what is what.
            axis.showLabel(self.height() >= LOW or (axis is self._left and shown == name))

    def show_range(self, x: Range, y: Range) -> None:
        """Show so much of both axes, unless the person has zoomed in."""
        if (x, y) != self._whole:
            self._whole = (x, y)
            self.view.setLimits(xMin=x[0], xMax=x[1], yMin=y[0], yMax=y[1])
        if not self._zoomed:
            self.show_all()

    def show_all(self) -> None:
        """Show the whole range again."""
        self._zoomed = False
        (left, right), (bottom, top) = self._whole
        if self.view.viewRange() != [[left, right], [bottom, top]]:
            self.view.setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)

    @property
    def zoomed(self) -> bool:
        """Whether the person has zoomed in."""
        return self._zoomed

    def _on_zoomed(self) -> None:
        shown = [tuple(ends) for ends in self.view.viewRange()]
        spans = [(ends[1] - ends[0]) / (whole[1] - whole[0]) for ends, whole in zip(shown, self._whole, strict=True)]
        self._zoomed = min(spans) < 1 - 1e-6

    def _on_box(self, framed: QRectF, with_height: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._zoomed = True
        self.view.setXRange(framed.left(), framed.right(), padding=0.0)
        if with_height:  # of a rectangle whose y axis points up, top is the smaller number
            self.view.setYRange(framed.top(), framed.bottom(), padding=0.0)

    def _on_range(self) -> None:
        (left, right), (bottom, top) = self.view.viewRange()
        size = self.view.size()
        if not (size.width() > 8 and size.height() > 8 and right > left and top > bottom):
            return
        counts = [
            max(2, int(length) // px(pixels))
            for length, pixels in zip((size.width(), size.height()), _PIXELS_PER_TICK, strict=True)
        ]
        across = self._across_ticks(left, right, min(counts[0], 6))
        up = self._upright_ticks(bottom, top, min(counts[1], 6))
        self._bottom.setTicks([[(tick.value, tick.text) for tick in across]])
        self._left.setTicks([[(tick.value, tick.text) for tick in up]])
        widest = max((QFontMetricsF(font(CAPTION)).horizontalAdvance(tick.text) for tick in up), default=0.0)
        self._left.setWidth(max(px(_LEAST_LEFT), round(widest) + px(26)))
        self._left.setStyle(tickLength=-round(size.width()))  # ticks as long as the view is wide are its grid
        self._write_names()

    def _across_ticks(self, left: float, right: float, most: int) -> list[Tick]:
        return nice_ticks(left, right, most)

    def _upright_ticks(self, bottom: float, top: float, most: int) -> list[Tick]:
        if not self.log_y:
            return nice_ticks(bottom, top, most)
        ticks = [tick for tick in log_ticks(10.0**bottom, 10.0**top, most) if tick.value > 0]
        return [Tick(math.log10(tick.value), tick.text) for tick in ticks]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let the chart fill the widget."""
        super().resizeEvent(event)
        self._make_room_below()
        self.canvas.resize(self.size())
        self.card.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a flat shape."""
        return QSize(320, 120)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size with readable ticks."""
        return QSize(140, 52)

    # Places

    @property
    def box(self) -> QRectF:
        """Where things are drawn, in the widget's logical pixels."""
        rect: QRectF = self.view.sceneBoundingRect()
        return rect

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Return where a place on the axes is, in the widget's logical pixels."""
        (left, right), (bottom, top) = self.view.viewRange()
        box = self.box
        return QPointF(
            box.left() + (x - left) / (right - left) * box.width(),
            box.bottom() - (y - bottom) / (top - bottom) * box.height(),
        )

    def to_axes(self, place: QPointF) -> tuple[float, float]:
        """Return what is at a place in the widget's logical pixels, on the axes."""
        (left, right), (bottom, top) = self.view.viewRange()
        box = self.box
        return (
            left + (place.x() - box.left()) / max(box.width(), 1.0) * (right - left),
            bottom + (box.bottom() - place.y()) / max(box.height(), 1.0) * (top - bottom),
        )

    def pixel(self) -> tuple[float, float]:
        """Return width and height of a logical pixel in the axes' units."""
        (left, right), (bottom, top) = self.view.viewRange()
        box = self.box
        return (right - left) / max(8.0, box.width()), (top - bottom) / max(8.0, box.height())

    # Mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show the card of what is under the mouse."""
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseMove:
            found = None if event.buttons() else self.card_at(event.position())
            self._show_card(found)
        elif event.type() is QEvent.Type.Leave:
            self._show_card(None)
        return super().eventFilter(watched, event)

    def _show_card(self, found: tuple[str, QPointF] | None) -> None:
        if found is None or not self.box.adjusted(-2, -2, 2, 2).contains(found[1]):
            self.card.hide()
            return
        text, place = found
        self.card.show_beside(text, place, QRect(0, 0, self.width(), self.height()))
        self.setAccessibleDescription(text.replace("\n", ", "))

    def _on_click(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.show_all()
        elif self.box.contains(event.scenePos()):
            self.clicked.emit(*self.to_axes(event.scenePos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk with the arrows; Home shows all again."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self.show_all()
        elif key in ARROWS:
            self._show_card(self.walk(key))
        elif key == Qt.Key.Key_Escape and self.card.isVisible():
            self.card.hide()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Frame the chart when the keyboard has come to it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.view.setBorder(pg.mkPen(self.theme.ink_2, width=1))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Put frame and card away with the focus."""
        super().focusOutEvent(event)
        self.view.setBorder(None)
        self.card.hide()
