"""The crosshair over the curves: a line at the nearest epoch, and every series' value there."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.run.history import HistoryView
from nnviz.run.markers import Marker
from nnviz.ui.plots.curve_markers import marker_colour
from nnviz.ui.plots.curve_series import ALL_SERIES, entry_title, value_text
from nnviz.ui.theme import CAPTION, MEDIUM, SEMIBOLD, Theme, font, with_alpha
from nnviz.ui.type_scale import px

_PAD, _LINE, _GAP = 8.0, 15, 10.0
_MOST_MARKERS, _MOST_MARKER_LINES = 3, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What the crosshair says.

    Attributes
    ----------
    title
        Which epoch, step and time.
    rows
        Per series its name and its values as texts: training and validation, or one.
    markers
        What happened there.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    markers: tuple[Marker, ...]

    @property
    def sentence(self) -> str:
        """All of it for a screen reader."""
        parts = [self.title]
        for name, *values in self.rows:
            named = zip(("train", "validation"), values, strict=False) if len(values) > 1 else (("", values[0]),)
            parts.append(f"{name} " + ", ".join(f"{which} {value}".strip() for which, value in named))
        return "; ".join((*parts, *(marker.sentence for marker in self.markers)))


def read(history: HistoryView, index: int, markers: Sequence[Marker], metric: str, *, percent: bool) -> Reading:
    """Return every series' value at one entry of a history."""
    rows = []
    for series in ALL_SERIES.values():
        title = metric if series.key == "metric" else series.title
        values = [float(history.band(name)[0][index]) for name in series.names]
        rows.append((title, *(value_text(series.key, value, percent=percent) for value in values)))
    return Reading(entry_title(history, index), tuple(rows), tuple(markers))


class Readout(QWidget):
    """Lies over the plot and lets the mouse through; paints the crosshair, its dots and a box of values."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.theme = theme
        self.reading: Reading | None = None
        self._at = QPointF()
        self._dots: tuple[tuple[float, str], ...] = ()
        self._plot = QRectF()
        self.focused = False

    def show_reading(
        self, reading: Reading | None, x: float, dots: tuple[tuple[float, str], ...], plot: QRectF
    ) -> None:
        """Show values at a horizontal place with dots at (height, colour); None hides the crosshair.

        ``plot`` is where the curves are; all in logical pixels of this widget.
        """
        if reading is None and self.reading is None:
            return
        self.reading, self._at, self._dots, self._plot = reading, QPointF(x, 0.0), dots, plot
        self.update()

    def set_focused(self, focused: bool, plot: QRectF) -> None:  # noqa: FBT001 - the one question
        """Show whether the keyboard steers the crosshair."""
        self.focused, self._plot = focused, plot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the line and the dots, then the box on the side with more room."""
        painter = QPainter(self)
        theme, plot = self.theme, self._plot
        if self.focused:
            painter.setPen(QPen(QColor(theme.ink_2), 1.0))
            painter.drawRect(plot.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.reading is not None:
            painter.setPen(QPen(QColor(theme.ink_2), 1.0))
            x = round(self._at.x()) + 0.5
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.panel), 1.2))
            for height, colour in self._dots:
                if plot.top() - 1 <= height <= plot.bottom() + 1:
                    painter.setBrush(QColor(colour))
                    painter.drawEllipse(QPointF(x, height), 3.4, 3.4)
            self._paint_box(painter, self.reading, x)
        painter.end()

    def _paint_box(self, painter: QPainter, reading: Reading, x: float) -> None:
        theme, plot, line = self.theme, self._plot, px(_LINE)
        text, strong = font(CAPTION, MEDIUM), font(CAPTION, SEMIBOLD)
        metrics, wide = QFontMetricsF(text), QFontMetricsF(strong)
        names = max(metrics.horizontalAdvance(row[0]) for row in reading.rows)
        column = max(metrics.horizontalAdvance(value) for row in reading.rows for value in row[1:])
        column = max(column, metrics.horizontalAdvance("validation"))
        width = max(names + 2 * (column + _GAP), wide.horizontalAdvance(reading.title)) + 2 * _PAD
        width = min(width, self.width() - 8.0)
        notes = self._notes(reading, metrics, width - 2 * _PAD - 10.0)
        height = 2 * _PAD - 4.0 + line * (2 + len(reading.rows) + sum(lines for _, _, lines in notes))
        left = x + 12.0 if x < plot.center().x() else x - 12.0 - width
        left = min(max(left, 2.0), self.width() - width - 2.0)
        top = min(max(plot.top() + 2.0, 0.0), max(0.0, self.height() - height - 1.0))
        box = QRectF(left, top, width, height)
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        painter.setBrush(with_alpha(theme.panel, 0.95))
        painter.drawRoundedRect(box, 5.0, 5.0)
        y = top + _PAD - 2.0
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        first = QRectF(left + _PAD + names + _GAP, 0.0, column, line)
        second = first.translated(column + _GAP, 0.0)

        def write(place: QRectF, words: str, colour: str, align: Qt.AlignmentFlag = right) -> None:
            painter.setPen(QColor(colour))
            painter.drawText(place.translated(0.0, y), align, words)

        whole = QRectF(left + _PAD, 0.0, width - 2 * _PAD, line)
        painter.setFont(strong)
        write(whole, reading.title, theme.ink, Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(text)
        y += line
        write(first, "train", theme.ink_2)
        write(second, "validation", theme.validation)
        for name, *values in reading.rows:
            y += line
            write(whole, name, theme.ink_2, Qt.AlignmentFlag.AlignVCenter)
            for place, value, colour in zip((first, second), values, (theme.ink, theme.validation), strict=False):
                write(place, value, colour)
        y += line
        for words, colour, lines in notes:
            painter.fillRect(QRectF(left + _PAD, y + 3.0, 3.0, line * lines - 5.0), QColor(colour))
            painter.setPen(QColor(theme.ink))
            place = QRectF(left + _PAD + 10.0, y, width - 2 * _PAD - 10.0, line * lines)
            painter.drawText(place, Qt.TextFlag.TextWordWrap, words)
            y += line * lines

    def _notes(self, reading: Reading, metrics: QFontMetricsF, width: float) -> list[tuple[str, str, int]]:
        """Return text, colour and lines of each marker: those that fit, and how many more there are."""
        shown = reading.markers[-_MOST_MARKERS:]
        notes = []
        for marker in shown:
            words = metrics.elidedText(marker.sentence, Qt.TextElideMode.ElideRight, width * _MOST_MARKER_LINES - 40.0)
            wrapped = metrics.boundingRect(QRectF(0, 0, width, 1e4), Qt.TextFlag.TextWordWrap, words)
            lines = max(1, round(wrapped.height() / metrics.height()))
            notes.append((words, marker_colour(self.theme, marker.kind), lines))
        if more := len(reading.markers) - len(shown):
            notes.append((f"and {more:,} before", self.theme.ink_3, 1))
        return notes
