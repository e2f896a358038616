"""How the gradient flows back: a bar for each layer on a logarithmic axis, and the size of the last update."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.gradient_view import LayerFlow
from nnviz.ui.plots.ticks import Tick, log_range, log_ticks
from nnviz.ui.text_parts import ARROWS, KeepKeys, elided, tooltip
from nnviz.ui.theme import CAPTION, MICRO, Theme, font, with_alpha
from nnviz.ui.type_scale import px

_LINE, _LEAST_LINE = 20, 12
_HEAD, _BELOW = 14, 14
_NAME, _RATIO = 62, 56
_GAP = 8
_INSET = 16
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class GradientFlow(QWidget):
    """Paints :class:`LayerFlow` lines, the layer at the inputs on top; ``layer_chosen`` tells which one was chosen."""

    layer_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._layers: tuple[LayerFlow, ...] = ()
        self._current = 0
        self._range = (1e-3, 1.0)
        self.line = _LINE
        self.setAccessibleName("Gradient flow")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Return, Qt.Key.Key_Enter))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    def show_layers(self, layers: tuple[LayerFlow, ...]) -> None:
        """Show other numbers; the axis moves only when they leave it or take less than a third of it."""
        if len(layers) != len(self._layers):
            self._current = 0
            self._layers = layers
            self.updateGeometry()
        self._layers = layers
        sizes = [size for layer in layers for size in (layer.mean, layer.single) if 0 < size < math.inf]
        if sizes:
            low, high = self._range
            fits = low <= min(sizes) and max(sizes) <= high
            used = math.log10(max(sizes) / min(sizes)) + 0.5
            if not fits or used < math.log10(high / low) / 3:
                self._range = log_range(min(sizes), max(sizes))
        self._describe()
        self.update()

    def set_room(self, height: int) -> None:
        """Draw the lines closer together where that spares scrolling."""
        line = (height - px(_HEAD) - px(_BELOW)) // max(1, len(self._layers))
        line = min(max(line, px(_LEAST_LINE)), px(_LINE))
        if line != self.line:
            self.line = line
            self.updateGeometry()
            self.update()

    @property
    def layers(self) -> tuple[LayerFlow, ...]:
        """What is shown."""
        return self._layers

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all lines."""
        return QSize(328, px(_HEAD) + self.line * max(1, len(self._layers)) + px(_BELOW))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of all lines at the least width."""
        return QSize(200, self.sizeHint().height())

    def bar(self, index: int) -> QRectF:
        """Return where a layer's bar may be, from end to end of the axis."""
        left, right = _INSET + px(_NAME) + _GAP, self.width() - _INSET - px(_RATIO) - _GAP
        return QRectF(left, px(_HEAD) + index * self.line + self.line / 4, max(20.0, right - left), self.line / 2)

    def place(self, size: float, bar: QRectF) -> float:
        """Return where a size is on the axis, in logical pixels; sizes beyond it at its ends."""
        low, high = self._range
        if not size > 0:
            return bar.left()
        share = math.log10(size / low) / math.log10(high / low) if size < math.inf else 1.0
        return bar.left() + min(max(share, 0.0), 1.0) * bar.width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint axis, bars and texts."""
        if not self._layers:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        for index, layer in enumerate(self._layers):
            line = QRectF(_INSET, px(_HEAD) + index * self.line, self.width() - 2 * _INSET, self.line)
            if self.hasFocus() and index == self._current:
                painter.setPen(QPen(QColor(theme.ink_2), 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(line.adjusted(-4.0, 1.0, 4.0, -1.0), 4.0, 4.0)
            self._paint_layer(painter, layer, line, self.bar(index))
        painter.end()

    def _paint_axis(self, painter: QPainter) -> None:
        theme, bar = self._theme, self.bar(0)
        bottom = px(_HEAD) + self.line * len(self._layers)
        painter.setFont(font(MICRO))
        for tick in self._ticks(bar):
            x = self.place(tick.value, bar)
            painter.setPen(QPen(QColor(theme.line), 1.0))
            painter.drawLine(QPointF(x, px(_HEAD)), QPointF(x, bottom))
            painter.setPen(QColor(theme.ink_3))
            painter.drawText(QRectF(x - 40, bottom, 80, px(_BELOW)), Qt.AlignmentFlag.AlignCenter, tick.text)
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_3))
        head = QRectF(bar.left(), 0, bar.width(), px(_HEAD))
        words = elided(painter.fontMetrics(), "gradient per parameter", round(bar.width()))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, words)
        painter.drawText(QRectF(0, 0, self.width() - _INSET, px(_HEAD)), _RIGHT, "update / weight")

    def _ticks(self, bar: QRectF) -> list[Tick]:
        widest = QFontMetricsF(font(MICRO)).horizontalAdvance("0.0000") + 10.0
        return log_ticks(*self._range, max(2, int(bar.width() / widest)))

    def _paint_layer(self, painter: QPainter, layer: LayerFlow, line: QRectF, bar: QRectF) -> None:
        theme = self._theme
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_2))
        name = QRectF(line.left(), line.top(), px(_NAME), self.line)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, elided(painter.fontMetrics(), layer.name, px(_NAME)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.ink_2, 0.85))
        end = self.place(layer.mean, bar)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(1.5, end - bar.left()), bar.height()), 2.0, 2.0)
        if layer.single > 0:
            x = self.place(layer.single, bar)
            painter.setPen(QPen(QColor(theme.panel), 1.4))
            painter.setBrush(QColor(theme.ink))
            painter.drawEllipse(QPointF(x, bar.center().y()), 4.0, 4.0)
        colour = theme.warning if layer.healthy is False else theme.ink
        painter.setPen(QColor(colour))
        painter.drawText(line, _RIGHT, layer.ratio_text)

    # Mouse and keys

    def _layer_at(self, place: QPointF) -> int | None:
        index = int((place.y() - px(_HEAD)) // self.line)
        return index if place.y() >= px(_HEAD) and index < len(self._layers) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the numbers of the layer under the mouse in a tooltip."""
        index = self._layer_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)
        self.setToolTip("" if index is None else tooltip(f"{self._layers[index].sentence}\nClick shows the layer."))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the layer under the mouse."""
        index = self._layer_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = index
            self._describe()
            self.update()
            self.layer_chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk from layer to layer, or choose one."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self._layers:
            self._current = min(max(self._current + step, 0), len(self._layers) - 1)
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._layers:
            self.layer_chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        text = self._layers[self._current].sentence if self._layers else ""
        self.setAccessibleDescription(text.replace("\n", ", "))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Frame the line that the keys are at."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()
