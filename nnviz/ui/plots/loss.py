"""The loss curves of training and validation, with the best epoch."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.run.history import HistoryView
from nnviz.ui.plots.base import TEXTS_PER_SECOND, SnapshotPlot, Throttle, clear_pixmap, paint_upright_text
from nnviz.ui.plots.loss_curve import LossScale, composed, cut_into_columns, epoch_bound, loss_scale, stroke
from nnviz.ui.plots.ticks import Tick, count_text, fixed_text, log_ticks, nice_ticks, number_text
from nnviz.ui.theme import CAPTION, SEMIBOLD, Theme, font, with_alpha

_LEFT, _RIGHT, _TOP, _BELOW = 52, 16, 8, 38
_TRAIN_WIDTH, _VALIDATION_WIDTH = 1.4, 1.6
_PIXELS_PER_TICK = 20
_DIAMOND = 4.5
_LABEL_GAP = 5.0


class LossPlot(SnapshotPlot):
    """Loss over epochs; empty axes until there is an epoch."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._label = "loss"
        self._log = False
        self._epochs = epoch_bound(0)
        self._scale = LossScale(0.0, 1.0, log=False)
        self._curves: QImage | None = None
        self._pixels: np.ndarray[tuple[int, int], np.dtype[np.uint32]] | None = None
        self._chrome: QPixmap | None = None
        self._drawn: tuple[object, ...] | None = None
        self._best: tuple[int, float] | None = None
        self._best_text = ("", "")
        self._texts = Throttle(TEXTS_PER_SECOND)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loss over epochs")

    # What is shown

    @property
    def is_log(self) -> bool:
        """Whether a logarithmic axis is asked for."""
        return self._log

    @property
    def scale(self) -> LossScale:
        """The vertical axis in use; linear while no loss is above 0, whatever is asked for."""
        return self._scale

    @property
    def epochs(self) -> float:
        """The right end of the epoch axis."""
        return self._epochs

    def set_log(self, on: bool) -> None:  # noqa: FBT001 - the one question is whether it is on
        """Ask for a logarithmic or a linear axis."""
        if on != self._log:
            self._log = on
            self.refresh_now()
            self.update()

    def set_loss(self, label: str) -> None:
        """Name the vertical axis."""
        if label != self._label:
            self._label = label
            self._chrome = None
            self.update()

    def clear(self) -> None:
        """Go back to empty axes."""
        self.snapshot = None
        self._texts.reset()
        self.refresh_now()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._chrome, self._drawn = None, None
        super().set_theme(theme)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, 146)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size with readable ticks."""
        return QSize(200, 96)

    def box(self) -> QRect:
        """Return the place of the curves in the widget's logical pixels."""
        return QRect(_LEFT, _TOP, max(8, self.width() - _LEFT - _RIGHT), max(8, self.height() - _TOP - _BELOW))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Stroke the curves for the new size."""
        super().resizeEvent(event)
        self._chrome = None
        self.refresh_now()

    # Making the picture

    def refresh(self) -> None:
        """Reduce the history to columns and stroke both curves; the cost does not grow with the epochs."""
        history = None if self.snapshot is None else self.snapshot.history
        drawn = (
            None if history is None else (len(history), history.last, self._log, self.box(), self.devicePixelRatioF())
        )
        if drawn is not None and drawn == self._drawn:
            return
        self._drawn = drawn
        before = (self._epochs, self._scale, self._curves is None)
        if history is None or len(history) == 0:
            self._curves, self._best, self._best_text = None, None, ("", "")
            self._epochs, self._scale = epoch_bound(0), LossScale(0.0, 1.0, log=False)
        else:
            self._stroke(history)
            self._note_best(history)
        if before != (self._epochs, self._scale, self._curves is None):
            self._chrome = None
        self.update()

    def _stroke(self, history: HistoryView) -> None:
        ratio = self.devicePixelRatioF()
        box = self.box()
        width, height = round(box.width() * ratio), round(box.height() * ratio)
        oversampling = 4 if ratio < 1.5 else 2
        newest = int(history.epoch[-1])
        self._epochs = epoch_bound(newest)
        edges = np.linspace(0.0, self._epochs, width * oversampling + 1)
        h = history
        series = (
            (h.train_loss, h.train_loss_min, h.train_loss_max, self.theme.ink_2, _TRAIN_WIDTH),
            (h.validation_loss, h.validation_loss_min, h.validation_loss_max, self.theme.validation, _VALIDATION_WIDTH),
        )
        cut = [cut_into_columns(h.epoch, last, low, high, edges) for last, low, high, _, _ in series]
        self._scale = loss_scale(cut, log=self._log)
        strokes = [
            (stroke(curve, self._scale, height, oversampling, brush * ratio), colour)
            for curve, (_, _, _, colour, brush) in zip(cut, series, strict=True)
            if len(curve.occupied)
        ]
        self._pixels = composed(strokes, (height, width))
        self._curves = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)

    def _note_best(self, history: HistoryView) -> None:
        if history.best_epoch < 0 or not np.isfinite(history.best_validation_loss):
            self._best = None
            return
        self._best = (history.best_epoch, history.best_validation_loss)
        if self._texts.take() or not self._best_text[0]:
            self._best_text = (f"best {history.best_epoch:,}", loss_text(history.best_validation_loss))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the axes and the curves to the screen and mark the best epoch."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._chrome is None or self._chrome.devicePixelRatio() != ratio:
            self._chrome = self._paint_chrome(ratio)
        painter.drawPixmap(0, 0, self._chrome)
        if self._curves is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            at = self._best_place()
            if at is not None:
                painter.setPen(QPen(with_alpha(self.theme.validation, 0.55), 1.0))
                painter.drawLine(QPointF(at.x(), _TOP), QPointF(at.x(), self.box().bottom()))
            painter.drawImage(QRectF(self.box()), self._curves)
            if at is not None:
                self._paint_best(painter, at)
        painter.end()

    def _best_place(self) -> QPointF | None:
        if self._best is None:
            return None
        epoch, loss = self._best
        box = self.box()
        height = float(self._scale.heights(np.array([loss]))[0])
        return QPointF(box.x() + epoch / self._epochs * box.width(), box.y() + (1.0 - height) * box.height())

    def _paint_best(self, painter: QPainter, at: QPointF) -> None:
        theme, box = self.theme, self.box()
        corners = ((0.0, -_DIAMOND), (_DIAMOND, 0.0), (0.0, _DIAMOND), (-_DIAMOND, 0.0))
        painter.setPen(QPen(QColor(theme.panel), 1.2))
        painter.setBrush(QColor(theme.validation))
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))
        bold, plain = font(CAPTION, SEMIBOLD), font(CAPTION)
        width = max(QFontMetricsF(f).horizontalAdvance(t) for f, t in zip((bold, plain), self._best_text, strict=True))
        on_left = at.x() - _LABEL_GAP - width >= box.x() + 2
        left = at.x() - _LABEL_GAP - width if on_left else at.x() + _LABEL_GAP
        side = Qt.AlignmentFlag.AlignRight if on_left else Qt.AlignmentFlag.AlignLeft
        # Out of the way of the marker: at the top, or at the bottom when the best lies high up.
        top = box.y() + 1.0 if at.y() > box.y() + 34 else box.bottom() - 29.0
        painter.fillRect(QRectF(left - 3, top, width + 6, 28), with_alpha(theme.panel, 0.6))
        painter.setPen(QColor(theme.validation))
        for row, (face, text) in enumerate(zip((bold, plain), self._best_text, strict=True)):
            painter.setFont(face)
            painter.drawText(
                QRectF(left - 1, top + 14 * row, width + 2, 14), side | Qt.AlignmentFlag.AlignVCenter, text
            )

    def _paint_chrome(self, ratio: float) -> QPixmap:
        theme, box = self.theme, self.box()
        pixmap = clear_pixmap(self.size(), ratio, QColor(theme.panel))
        painter = QPainter(pixmap)
        painter.setFont(font(CAPTION))
        right_edge, below = box.x() + box.width(), box.y() + box.height()
        for tick in self._loss_ticks(box.height()):
            y = below - round(float(self._scale.heights(np.array([tick.value]))[0]) * box.height())
            painter.fillRect(QRectF(box.x(), y, box.width(), 1.0), QColor(theme.line))
            painter.setPen(QColor(theme.ink_3))
            place = QRectF(16, y - 8, box.x() - 23, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.text)
        painter.fillRect(QRectF(box.x(), below, box.width(), 1.0), QColor(theme.line_strong))
        if self._curves is not None:
            painter.setPen(QColor(theme.ink_3))
            for tick in nice_ticks(0.0, self._epochs, 6 if box.width() >= 240 else 4):
                x = box.x() + tick.value / self._epochs * box.width()
                text = count_text(tick.value)
                width = painter.fontMetrics().horizontalAdvance(text) + 4.0
                left = min(x - width / 2, right_edge + _RIGHT - width)
                painter.drawText(QRectF(left, below + 4, width, 16), Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(theme.ink_2))
        painter.drawText(QRectF(box.x(), below + 19, box.width(), 16), Qt.AlignmentFlag.AlignCenter, "epoch")
        paint_upright_text(painter, self._label, QPointF(10.0, box.center().y()), box.height() + 16)
        painter.end()
        return pixmap

    def _loss_ticks(self, height: int) -> list[Tick]:
        if self._curves is None:
            return []
        most = max(2, height // _PIXELS_PER_TICK)
        if self._scale.log:
            return log_ticks(self._scale.low, self._scale.high, most)
        return nice_ticks(0.0, self._scale.high, most)


def loss_text(loss: float) -> str:
    """Write a loss with four decimals, or with three significant figures where those would say too little."""
    return fixed_text(loss, 4) if 0.001 <= abs(loss) < 1000 else number_text(loss, 3)
