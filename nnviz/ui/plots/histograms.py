"""A layer's values over the epochs as a heat strip with its median, and the newest histogram beside it."""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.histograms_view import LayerStrip
from nnviz.ui.plots.ticks import Tick, count_text, nice_ticks
from nnviz.ui.text_parts import ARROWS, KeepKeys, elided
from nnviz.ui.theme import CAPTION, MEDIUM, MICRO, Theme, diverging_table, font, mix, with_alpha
from nnviz.ui.type_scale import px

_TITLE, _BELOW, _BARS, _GAP, _RIGHT = 17, 15, 26, 3, 4
_STRONGEST: Final = 0.95
_HALF = 128
_LEVELS: Final = 256


@lru_cache(maxsize=8)
def _table(theme: Theme) -> NDArray[np.uint32]:
    """Return the colours of shares, (256,) as 0xffRRGGBB: below 128 of negative values, above of positive ones."""
    colours = diverging_table(theme, _STRONGEST)[:, :3].astype(np.uint32)
    return (0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]).astype(np.uint32)


@lru_cache(maxsize=8)
def _plain_table(theme: Theme) -> NDArray[np.uint32]:
    """Return the colours of shares without a sign, (256,), from the canvas to ink."""
    ground = "#" + "".join(f"{channel:02X}" for channel in diverging_table(theme)[_HALF, :3].tolist())
    steps = [int(mix(ground, theme.ink, share)[1:], 16) for share in np.linspace(0.0, 0.9, _LEVELS).tolist()]
    return np.array(steps, dtype=np.uint32) | np.uint32(0xFF000000)


class LayerHistogram(QWidget):
    """Paints a :class:`LayerStrip`.

    The mouse, or Left and Right, read an epoch off; ``pointed`` tells the text and where it belongs in this widget,
    None when nothing is pointed at.
    """

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._strip: LayerStrip | None = None
        self._pixels: NDArray[np.uint32] = np.zeros((1, 1), np.uint32)
        self._image: QImage | None = None
        self._drawn: tuple[object, ...] = ()
        self._entry: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme, self._drawn = theme, ()
        self.update()

    def show_strip(self, strip: LayerStrip) -> None:
        """Show newer entries."""
        self._strip = strip
        if self._entry is not None:
            self._entry = min(self._entry, len(strip.epochs) - 1)
        self.setAccessibleName(f"{strip.name}, {strip.count}")
        self.setAccessibleDescription(strip.sentence(len(strip.epochs) - 1).replace("\n", ", "))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of one of three in a column of 360 pixels."""
        return QSize(108, 96)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size at which anything can be told."""
        return QSize(92, 64)

    # Places

    def _ticks(self) -> list[Tick]:
        strip = self._strip
        if strip is None:
            return []
        most = 3 if self.height() < 150 else 5
        if not strip.log:
            return nice_ticks(strip.low, strip.high, most)
        powers = range(math.ceil(strip.low), math.floor(strip.high) + 1)
        every = max(1, -(-len(powers) // most))
        return [Tick(10.0**power, _power(power)) for power in powers if power % every == 0]

    def boxes(self) -> tuple[QRectF, QRectF]:
        """Return where the strip and the newest histogram are, in logical pixels."""
        metrics = QFontMetricsF(font(MICRO))
        labels = max([metrics.horizontalAdvance(tick.text) for tick in self._ticks()], default=8.0) + 5.0
        height = max(20.0, self.height() - px(_TITLE) - px(_BELOW))
        width = max(12.0, self.width() - labels - _BARS - _GAP - _RIGHT)
        strip = QRectF(labels, px(_TITLE), width, height)
        return strip, QRectF(strip.right() + _GAP, px(_TITLE), _BARS, height)

    def _entry_at(self, place: QPointF) -> int | None:
        strip = self._strip
        if strip is None or not len(strip.epochs):
            return None
        box, bars = self.boxes()
        if bars.contains(place):
            return len(strip.epochs) - 1
        if not box.contains(place):
            return None
        share = (place.x() - box.left()) / box.width()
        return strip.entry_of(float(strip.epochs[0]) + share * float(strip.epochs[-1] - strip.epochs[0]))

    # Painting

    def _entries(self, width: int) -> NDArray[np.intp]:
        """Return which entry each column of pixels shows."""
        strip = self._strip
        if strip is None or not len(strip.epochs):
            return np.zeros(0, np.intp)
        at = np.linspace(float(strip.epochs[0]), float(strip.epochs[-1]), width)
        return np.minimum(np.searchsorted(strip.epochs, at), len(strip.epochs) - 1)

    def _make_image(self, strip: LayerStrip, width: int) -> None:
        key = (id(strip), width, self._theme.name)
        if key == self._drawn:
            return
        self._drawn = key
        strength = np.sqrt(strip.shares[::-1, self._entries(width)])
        if strip.signed:
            middles = np.linspace(strip.high, strip.low, len(strength), endpoint=False)
            negative = (middles - (strip.high - strip.low) / (2 * len(strength)) < 0)[:, None]
            index = np.where(negative, _HALF - strength * _HALF, _HALF + strength * (_HALF - 1))
            table = _table(self._theme)
        else:
            index, table = strength * (_LEVELS - 1), _plain_table(self._theme)
        self._pixels = np.ascontiguousarray(table[index.astype(np.intp)])
        height, wide = self._pixels.shape
        self._image = QImage(self._pixels.data, wide, height, 4 * wide, QImage.Format.Format_RGB32)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint title, strip, median, newest histogram and axes."""
        strip, theme = self._strip, self._theme
        painter = QPainter(self)
        if strip is None or not len(strip.epochs):
            painter.end()
            return
        box, bars = self.boxes()
        self._make_image(strip, max(2, round(box.width())))
        if self._image is not None:
            painter.drawImage(box, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_quantiles(painter, strip, box)
        self._paint_bars(painter, strip, bars)
        self._paint_texts(painter, strip, box, bars)
        if self._entry is not None:
            painter.setPen(QPen(QColor(theme.ink_2), 1.0))
            x = self._x_of(strip, self._entry, box)
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ink_2), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()

    @staticmethod
    def _x_of(strip: LayerStrip, entry: int, box: QRectF) -> float:
        span = max(1.0, float(strip.epochs[-1] - strip.epochs[0]))
        return box.left() + float(strip.epochs[entry] - strip.epochs[0]) / span * box.width()

    def _paint_quantiles(self, painter: QPainter, strip: LayerStrip, box: QRectF) -> None:
        entries = np.unique(self._entries(max(2, round(box.width()))))
        for quantile, alpha in ((1, 0.4), (3, 0.9), (5, 0.4)):
            line = [
                QPointF(self._x_of(strip, entry, box), box.bottom() - strip.place(value) * box.height())
                for entry, value in zip(entries.tolist(), strip.quantiles[entries, quantile].tolist(), strict=True)
                if not math.isnan(value)
            ]
            painter.setPen(QPen(with_alpha(self._theme.ink, alpha), 1.0))
            painter.drawPolyline(QPolygonF(line))

    def _paint_bars(self, painter: QPainter, strip: LayerStrip, bars: QRectF) -> None:
        theme, shares = self._theme, strip.shares[:, -1].tolist()
        step = bars.height() / len(shares)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, share in enumerate(shares):
            if not share:
                continue
            middle = strip.low + (index + 0.5) * (strip.high - strip.low) / len(shares)
            colour = theme.ink_2 if not strip.signed else theme.positive if middle > 0 else theme.negative
            top = bars.bottom() - (index + 1) * step
            painter.fillRect(QRectF(bars.left(), top, max(1.0, share * bars.width()), max(1.0, step)), QColor(colour))

    def _paint_texts(self, painter: QPainter, strip: LayerStrip, box: QRectF, bars: QRectF) -> None:
        theme = self._theme
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        number = strip.count.split(" ")[0]
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink_3))
        head = QRectF(2.0, 0.0, bars.right() - 2.0, px(_TITLE) - 2.0)
        painter.drawText(head, right, number)
        room = head.width() - QFontMetricsF(font(CAPTION)).horizontalAdvance(number) - 6.0
        painter.setFont(font(CAPTION, MEDIUM))
        painter.setPen(QColor(theme.ink))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, elided(painter.fontMetrics(), strip.name, round(room)))
        painter.setFont(font(MICRO))
        painter.setPen(QColor(theme.ink_3))
        for tick in self._ticks():
            y = box.bottom() - strip.place(tick.value) * box.height()
            y = min(max(y, box.top() + px(5)), box.bottom() - px(5))
            painter.drawText(QRectF(0.0, y - px(7), box.left() - 4.0, px(14)), right, tick.text)
        below = QRectF(box.left(), box.bottom() + 1.0, box.width(), px(_BELOW) - 1.0)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _epoch(strip.epochs[0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _epoch(strip.epochs[-1]))

    # Mouse and keys

    def _point(self, entry: int | None) -> None:
        if entry == self._entry:
            return
        self._entry = entry
        self.update()
        strip = self._strip
        if entry is None or strip is None:
            self.pointed.emit(None)
            return
        box, _ = self.boxes()
        text = strip.sentence(entry)
        self.setAccessibleDescription(text.replace("\n", ", "))
        self.pointed.emit((text, QPointF(self._x_of(strip, entry, box), box.center().y())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Read off the epoch under the mouse."""
        self._point(self._entry_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Put the reading away with the mouse."""
        super().leaveEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the entry before or after; Home and End to the first and the newest."""
        last = -1 if self._strip is None else len(self._strip.epochs) - 1
        at = last if self._entry is None else self._entry
        goals = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1 if self._entry is not None else last,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in goals and last >= 0:
            self._point(min(max(goals[Qt.Key(event.key())], 0), last))
        elif event.key() == Qt.Key.Key_Escape and self._entry is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the frame of the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Put the reading away with the focus."""
        super().focusOutEvent(event)
        self._point(None)
        self.update()


def _epoch(epoch: np.int64) -> str:
    return count_text(float(f"{int(epoch):.3g}"))


def _power(power: int) -> str:
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "1" if power == 0 else f"10{str(power).translate(digits)}"
