"""The curves as a picture to keep: a heading, the legend and the plot."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnviz.ui.plots.loss import LossPlot
from nnviz.ui.theme import BODY, SEMIBOLD, TITLE, font
from nnviz.ui.type_scale import px

_HEAD, _ROW = 34, 20


def curves_size(plot: LossPlot, title: str) -> QSize:
    """Return the size of the picture in logical pixels."""
    return QSize(plot.width(), plot.height() + _legend(plot, title, plot.width())[1])


def paint_curves(painter: QPainter, plot: LossPlot, title: str) -> None:
    """Paint a heading, the legend and the plot."""
    theme, size = plot.theme, plot.size()
    places, head = _legend(plot, title, size.width())
    painter.fillRect(QRect(0, 0, size.width(), size.height() + head), QColor(theme.panel))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(TITLE, SEMIBOLD))
    painter.setPen(QColor(theme.ink))
    painter.drawText(QRectF(16, 0, size.width() - 16.0, px(_HEAD)), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setFont(font(BODY))
    for (name, colour), (x, y) in zip(plot.legend(), places, strict=True):
        painter.setPen(QPen(QColor(colour), 2.0))
        painter.drawLine(QPointF(x, y), QPointF(x + 12.0, y))
        painter.setPen(QColor(theme.ink_2))
        painter.drawText(QRectF(x + 18.0, y - px(_ROW) / 2, px(200), px(_ROW)), Qt.AlignmentFlag.AlignVCenter, name)
    plot.canvas.render(painter, QRectF(0, head, size.width(), size.height()), plot.canvas.rect())


def _legend(plot: LossPlot, title: str, width: int) -> tuple[list[tuple[float, float]], int]:
    """Return the place of each name of the legend, in as many lines as it takes, and the height of the whole head."""
    x, y = 16.0 + QFontMetricsF(font(TITLE, SEMIBOLD)).horizontalAdvance(title) + 18.0, px(_HEAD) / 2
    places = []
    for name, _ in plot.legend():
        wide = 18.0 + QFontMetricsF(font(BODY)).horizontalAdvance(name)
        if x + wide > width - 8.0:
            x, y = 16.0, y + px(_ROW)
        places.append((x, y))
        x += wide + 16.0
    return places, round(y + px(_HEAD) / 2)
