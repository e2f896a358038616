"""The legend beside a loss landscape: marks, path and steps with their share of the plane, colours, what is beyond."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.landscape_view import Landscape, LossKind
from nnviz.ui.plots.landscape import loss_colours
from nnviz.ui.plots.landscape_overlay import paint_arrow, paint_mark
from nnviz.ui.plots.landscape_surface import Surface
from nnviz.ui.plots.landscape_words import arrow_line, beyond_line, described, path_line
from nnviz.ui.plots.ticks import number_text
from nnviz.ui.text_parts import elided, tooltip
from nnviz.ui.theme import CAPTION, Theme, font
from nnviz.ui.type_scale import px

WIDTH: Final = 140
LINE: Final = 14
_SIGN: Final = 22.0  # room for the sign before a line's words
_BAR: Final = 8.0
Line = tuple[str, str]  # kind of sign, words


class LandscapeLegend(QWidget):
    """Paints the lines, in one column or two; says all of it at length to who points at it or listens."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._landscape: Landscape | None = None
        self._surface: Surface | None = None
        self._live: int | None = None
        self.setAccessibleName("Legend of the loss landscape")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._beside = True

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.theme = theme
        self.set_beside(self._beside)  # the text may have another size
        self.update()

    def set_beside(self, beside: bool) -> None:  # noqa: FBT001 - the one question is whether it is beside the chart
        """Stand beside the chart, or below it in two columns."""
        self._beside = beside
        if beside:
            self.setMinimumSize(px(WIDTH), 0)
            self.setMaximumSize(px(WIDTH), 16_777_215)
        else:
            height = px(LINE) * ((len(self.lines()) + 1) // 2) + 4
            self.setMinimumSize(0, height)
            self.setMaximumSize(16_777_215, height)

    def show_landscape(self, landscape: Landscape | None, surface: Surface | None, kind: LossKind) -> None:
        """Tell of another landscape, or of none."""
        self._landscape, self._surface, self._live = landscape, surface, None
        text = "" if landscape is None or surface is None else described(landscape, surface, kind)
        self.setAccessibleDescription(text)
        self.setToolTip(tooltip(text))
        self.set_beside(self._beside)
        self.update()

    def set_live(self, epoch: int | None) -> None:
        """Tell where training is now; None: where the slice was made."""
        if epoch != self._live:
            self._live = epoch
            self.update()

    def lines(self) -> list[Line]:
        """Return kind and words of each line, those that matter most first."""
        landscape, surface = self._landscape, self._surface
        if landscape is None or surface is None:
            return []
        scale = surface.scale
        ends = f"{number_text(scale.low, 2)} to {number_text(scale.high, 2)}{' log' if scale.log else ''}"
        lines: list[Line] = [("bar", ends)]
        lines += [
            (f"arrow {index}", arrow_line(one, landscape.arrow_scale)) for index, one in enumerate(landscape.arrows)
        ]
        lines.append(("path", path_line(landscape)))
        if self._live is None:
            lines.append(("here", f"epoch {landscape.epoch:,}"))
        else:  # that it is old comes first
            lines.insert(0, ("live", f"{landscape.epoch:,}, now {self._live:,}"))
        lines += [(mark.kind, f"{mark.kind} {mark.epoch:,}") for mark in landscape.marks if mark.kind == "best"]
        lines += [(mark.kind, f"{mark.kind}") for mark in landscape.marks if mark.kind == "start"]
        if far := beyond_line(landscape, surface):
            lines.insert(lines.index(("bar", ends)) + 1, ("beyond", far))
        return lines

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of one column."""
        return QSize(px(WIDTH), px(LINE) * len(self.lines()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return that it can do with little: what does not fit is in the tooltip."""
        return QSize(60, 0)

    def places(self) -> list[tuple[QRectF, Line]]:
        """Return where the lines stand that there is room for."""
        lines = self.lines()
        columns = 1 if self._beside else 2
        width = self.width() / columns
        fit = max(1, (self.height() - 1) // px(LINE)) * columns
        return [
            (QRectF((index % columns) * width, 1 + index // columns * px(LINE), width - 4, px(LINE)), line)
            for index, line in enumerate(lines[:fit])
        ]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint the lines from the top."""
        if self._landscape is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        for place, (kind, words) in self.places():
            wide = _SIGN * (2 if kind == "bar" else 1)
            sign = QRectF(place.left(), place.top(), wide - 5, place.height())
            self._paint_sign(painter, kind, sign)
            painter.setPen(QColor(self.theme.ink_2))
            room = place.adjusted(wide, 0, 0, 0)
            shown = elided(painter.fontMetrics(), words, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()

    def _paint_sign(self, painter: QPainter, kind: str, place: QRectF) -> None:
        theme, middle = self.theme, place.center()
        left, right = QPointF(place.left(), middle.y()), QPointF(place.right(), middle.y())
        if kind.startswith("arrow"):
            paint_arrow(painter, theme, int(kind[6:]), left, right)
        elif kind == "path":
            painter.setPen(QPen(QColor(theme.ink), 1.6 * theme.line_width))
            painter.drawLine(left, right)
        elif kind == "bar":
            colours = loss_colours(theme)
            image = QImage(colours.tobytes(), len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
            painter.drawImage(QRectF(place.left(), middle.y() - _BAR / 2, place.width(), _BAR), image)
            painter.setPen(QPen(QColor(theme.line_strong), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(place.left(), middle.y() - _BAR / 2, place.width(), _BAR))
        elif kind == "beyond":
            ground = QRectF(place.left(), middle.y() - _BAR / 2, place.width(), _BAR)
            painter.fillRect(ground, QColor(theme.raised))
            painter.fillRect(ground, QBrush(QColor(theme.ink_3), Qt.BrushStyle.BDiagPattern))
        elif kind == "live":
            paint_mark(painter, theme, "here", left + QPointF(5, 0))
            paint_mark(painter, theme, "live", right - QPointF(3, 0))
        else:
            paint_mark(painter, theme, kind, middle)
