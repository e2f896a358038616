"""The legend below the diagram: the scales of weights, biases and activations, drawn by the diagram's own rules."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode
from nnviz.app.plain_numbers import MINUS, short_exponent
from nnviz.engine.mlp import MLPConfig
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.edge_raster import edge_opacity, edge_width
from nnviz.ui.plots.network_layout import BIAS_RADIUS
from nnviz.ui.plots.network_static import BIAS_LEVELS, bias_pixmap, paint_bias
from nnviz.ui.plots.network_tiles import layer_range
from nnviz.ui.theme import CAPTION, DARK, REGULAR, Theme, diverging_table, font, with_alpha
from nnviz.ui.type_scale import hold, px

HEIGHT = 40
INSET, GROUP_GAP = 16.0, 22.0
WEDGE, NARROW_WEDGE = 180.0, 96.0
BAR, NARROW_BAR = 108.0, 64.0
STOPS = 24
BEYOND = "larger biases in full colour"
PLUS_MINUS = "\u00b1"


def number(value: float) -> str:
    """Return a scale's end: as few decimals as it needs, a true minus."""
    return short_exponent(f"{value:.3g}" if abs(value) >= 10 else f"{value:.2g}")


def bar_ends(config: MLPConfig) -> tuple[str, str]:
    """Return what the end colours of the activation bar stand for: the bounds of a layer, those about 0 first."""
    bounds = _bar_bounds(config)
    if bounds is None:
        return MINUS, "+"
    low, high = bounds
    return number(low), f"+{number(high)}" if low < 0 else number(high)


def _bar_bounds(config: MLPConfig) -> tuple[float, float] | None:
    found = [bounds for index in range(len(config.layers)) if (bounds := layer_range(config, index)) is not None]
    return min(found, default=None)


def span_notes(config: MLPConfig, spans: Sequence[tuple[float, float]]) -> list[str]:
    """Return the end values of layers for which `bar_ends` does not hold, as "h1 ±3.2"; ``spans`` start with inputs.

    Not of an output with bounds: its own scale is drawn beside the decision map.
    """
    notes, bar, last = [], _bar_bounds(config), len(config.layers) - 1
    for index, (_, high) in enumerate(spans[1 : last + 2]):
        name = f"h{index + 1}" if index < last else "output"
        bounds = layer_range(config, index)
        if bounds is None:
            notes.append(f"{name} {PLUS_MINUS}{number(high)}")
        elif bounds != bar and index < last:
            notes.append(f"{name} {number(bounds[0])} to {number(bounds[1])}")
    return notes


def whole_notes(notes: Sequence[str], room: float, advance: Callable[[str], float]) -> str:
    """Return as many notes as fit whole on a line of that width, and an ellipsis for those that don't."""
    for count in range(len(notes), -1, -1):
        text = "  ".join([*notes[:count], *(["…"] if count < len(notes) else [])])
        if advance(text) <= room:
            return text
    return ""


class NetworkLegend(QWidget):
    """Weight wedge, bias rings, bands, activation bar and the number of parameters; or the bar of the matrices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sprites: dict[tuple[int, float, str], QPixmap] = {}
        hold(self, height=HEIGHT)
        self.setAccessibleName("Legend of the network diagram")
        self._theme = DARK
        self._scale = self._sums = 0.5
        self._thickness = 1.0
        self._bands = self._matrix = self._beyond = False
        self._parameters = 0
        self._ends = (f"{MINUS}1", "+1")
        self._notes: list[str] = []
        self._mode = MODES[WEIGHT]

    def set_mode(self, mode: EdgeMode) -> None:
        """Explain other numbers than weights."""
        self._mode = mode
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def set_scale(self, scale: float, sums: float | None = None) -> None:
        """Set the weight at both ends of the wedge, and the sum of a band's weights that looks the same."""
        self._scale, self._sums = scale, self._sums if sums is None else sums
        self._say()

    def set_matrix(self, matrix: bool) -> None:  # noqa: FBT001 - follows a switch
        """Explain the colours of the weight matrices instead of the diagram."""
        self._matrix = matrix
        self._say()

    def set_matrix_scale(self, scale: float, beyond: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Set the weight in full colour, and whether there are biases ``beyond`` it."""
        self._beyond = beyond
        self.set_scale(scale)

    def set_diagram(self, thickness: float, *, bands: bool) -> None:
        """Set how thick the diagram draws its edges, and whether some neurons share a band."""
        if (thickness, bands) != (self._thickness, self._bands):
            self._thickness, self._bands = thickness, bands
            self._say()

    def set_parameters(self, count: int) -> None:
        """Set the number of weights and biases."""
        self._parameters = count
        self.update()

    def set_ranges(self, ends: tuple[str, str], notes: Sequence[str]) -> None:
        """Set what the end colours of activations stand for; see `bar_ends` and `span_notes`."""
        if ends != self._ends or list(notes) != self._notes:
            self._ends, self._notes = ends, list(notes)
            self._say()

    def _say(self) -> None:
        """Put everything into words, too, for the tool tip and for screen readers."""
        left, right = self.texts
        words = [f"{self._mode.title} from {left} to {right}."]
        if self.band_text:
            words.append(
                "A band with a number stands for neurons without a tile: its edges are the sums of their weights, in "
                f"full width at {PLUS_MINUS}{number(self._sums)}; its shade is the mean of their activations."
            )
        if self._matrix and self._beyond:
            words.append(f"{BEYOND.capitalize()}.")
        if self._notes and not self._matrix:
            words.append("Full colour stands for: " + ", ".join(self._notes) + ".")
        text = " ".join(words)
        if text != self.toolTip():
            self.setToolTip(text)
            self.setAccessibleDescription(text)
        self.update()

    @property
    def texts(self) -> tuple[str, str]:
        """The numbers at the two ends of the wedge."""
        return number(-self._scale), f"+{number(self._scale)}"

    @property
    def band_text(self) -> str:
        """What is written about bands, or ""."""
        shown = self._bands and not self._matrix
        return f"Band Σ{self._mode.symbol} {PLUS_MINUS}{number(self._sums)}" if shown else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint from left to right; a narrow legend leaves the bias rings out."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.app))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION, REGULAR))
        advance = QFontMetricsF(painter.font()).horizontalAdvance
        count = self._count_text
        end = self.width() - INSET - advance(count)
        # The ranges of scaled layers need room; the wedge and the bar read as well when they are shorter.
        narrow = self.width() < px(1000 if self._notes else 900 if self._bands else 760)
        if self._matrix:
            self._matrix_bar(painter, INSET, NARROW_WEDGE if narrow else WEDGE)
            self._text(painter, end, count, self._theme.ink_3)
            return
        shown = self._with_room(advance, narrow=narrow)
        x = self._weights(painter, INSET, NARROW_WEDGE if narrow else WEDGE)
        if "band" in shown:
            x = self._text(painter, x + GROUP_GAP, self.band_text, self._theme.ink_2)
        if "bias" in shown:
            x = self._biases(painter, x + GROUP_GAP)
        if "activation" in shown:
            x = self._activations(painter, x + GROUP_GAP, NARROW_BAR if narrow else BAR)
        start = x + GROUP_GAP - 8
        text = whole_notes(self._notes, end - GROUP_GAP - start, advance)
        if text == "  ".join(self._notes) and start <= end:
            self._text(painter, end, count, self._theme.ink_3)
        else:  # the ranges are told nowhere else, the number of parameters in the status bar too
            text = whole_notes(self._notes, self.width() - INSET - start, advance)
        self._text(painter, start, text, self._theme.ink_2)

    def _with_room(self, advance: Callable[[str], float], *, narrow: bool) -> set[str]:
        """Return which groups have room beside the weights': what is missed least goes first, and none is cut."""
        left, right = self.texts
        used = INSET + advance(self._mode.title) + advance(left) + advance(right) + 24
        used += NARROW_WEDGE if narrow else WEDGE
        ends = advance("Activation") + advance(self._ends[0]) + advance(self._ends[1]) + 22
        widths = {"activation": GROUP_GAP + ends + (NARROW_BAR if narrow else BAR)}
        widths |= {"band": GROUP_GAP + advance(self.band_text)} if self._bands else {}
        if self.width() >= px(760 if self._bands else 640):
            widths["bias"] = GROUP_GAP + advance(self._mode.bias_symbol) + 6 + 4 * (2 * BIAS_RADIUS + 4)
        for group in ("bias", "band", "activation"):
            if used + sum(widths.values()) <= self.width() - INSET:
                break
            widths.pop(group, None)
        return set(widths)

    def _text(self, painter: QPainter, x: float, text: str, colour: str) -> float:
        width = float(QFontMetricsF(painter.font()).horizontalAdvance(text))
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(x, self.height() / 2 + px(4)), text)
        return x + width

    def _weights(self, painter: QPainter, x: float, width: float) -> float:
        theme, y = self._theme, self.height() / 2
        x = self._text(painter, x, self._mode.title, theme.ink_3) + 12
        left, right = self.texts
        x = self._text(painter, x, left, theme.ink_2) + 6
        strengths = np.linspace(1.0, 0.0, STOPS)
        opacities, widths = edge_opacity(strengths, self._thickness), edge_width(strengths, self._thickness)
        for colour, sign in ((theme.negative, 1.0), (theme.positive, -1.0)):
            start = x if sign > 0 else x + width
            gradient = QLinearGradient(start, y, x + width / 2, y)
            upper, lower = [], []
            for stop, opacity, wide in zip(np.linspace(0, 1, STOPS), opacities, widths, strict=True):
                gradient.setColorAt(float(stop), with_alpha(colour, float(opacity)))
                at = start + sign * float(stop) * width / 2
                upper.append(QPointF(at, y - float(wide) / 2))
                lower.append(QPointF(at, y + float(wide) / 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(gradient)
            painter.drawPolygon(QPolygonF(upper + lower[::-1]))
        self._ticks(painter, x, width)
        return self._text(painter, x + width + 6, right, theme.ink_2)

    def _ticks(self, painter: QPainter, x: float, width: float) -> None:
        theme, y = self._theme, self.height() / 2
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            at = round(x + share * width) + 0.5
            painter.drawLine(QPointF(at, y + 6), QPointF(at, y + (9 if share in (0.0, 0.5, 1.0) else 8)))
        zero = QRectF(x + width / 2 - 10, y - 5 - px(14), 20, px(14))
        painter.setPen(QColor(theme.ink_3))
        painter.drawText(zero, Qt.AlignmentFlag.AlignCenter, "0")

    def _matrix_bar(self, painter: QPainter, x: float, width: float) -> None:
        theme = self._theme
        title = "Weight and bias" if self._mode.key == WEIGHT else f"{self._mode.title}, {self._mode.bias_symbol}"
        x = self._text(painter, x, title, theme.ink_3) + 12
        left, right = self.texts
        x = self._text(painter, x, left, theme.ink_2) + 6
        self._bar(painter, x, width, 1.0)
        self._ticks(painter, x, width)
        x = self._text(painter, x + width + 6, right, theme.ink_2)
        if self._beyond:
            self._text(painter, x + GROUP_GAP, BEYOND, theme.ink_2)

    def _biases(self, painter: QPainter, x: float) -> float:
        word = "Bias" if self._mode.bias_symbol == "bias" else self._mode.bias_symbol
        x = self._text(painter, x, word, self._theme.ink_3) + 8
        for level in (-BIAS_LEVELS, -BIAS_LEVELS // 4, BIAS_LEVELS // 4, BIAS_LEVELS):
            if current() is not None:
                centre = QPointF(x + BIAS_RADIUS + 1, HEIGHT / 2)
                paint_bias(painter, centre, level, BIAS_RADIUS, self._theme)
                x += 2 * BIAS_RADIUS + 4
                continue
            key = (level, self.devicePixelRatioF(), self._theme.name)
            # Kept: in PySide6 6.11 each painting on a new pixmap adds references to None.
            sprite = self._sprites.get(key)
            if sprite is None:
                sprite = self._sprites[key] = bias_pixmap(level, BIAS_RADIUS, key[1], self._theme)
            painter.drawPixmap(QPointF(x, self.height() / 2 - BIAS_RADIUS - 1), sprite)
            x += 2 * BIAS_RADIUS + 4
        return x - 2

    def _activations(self, painter: QPainter, x: float, width: float) -> float:
        theme = self._theme
        x = self._text(painter, x, "Activation", theme.ink_3) + 10
        x = self._text(painter, x, self._ends[0], theme.ink_2) + 6
        self._bar(painter, x, width, theme.tile_span)
        return self._text(painter, x + width + 6, self._ends[1], theme.ink_2)

    def _bar(self, painter: QPainter, x: float, width: float, span: float) -> None:
        theme, y = self._theme, self.height() / 2
        table = diverging_table(theme, span)
        gradient = QLinearGradient(x, y, x + width, y)
        for index in range(0, 256, 15):
            red, green, blue, _ = (int(channel) for channel in table[index])
            gradient.setColorAt(index / 255, QColor(red, green, blue))
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(round(x) + 0.5, y - 4.5, width - 1, 9), 2, 2)

    @property
    def _count_text(self) -> str:
        return f"{self._parameters:,} parameter{'' if self._parameters == 1 else 's'}"
