"""The curves as a file: a picture for PNG and SVG, every entry of the history for CSV."""

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice, notice_of
from nnviz.errors import UserError
from nnviz.export.atomic import atomic_write
from nnviz.run.history import SERIES, HistoryView
from nnviz.ui.plots.curve_series import X_AXES, entry_of_epoch
from nnviz.ui.plots.loss import LossPlot
from nnviz.ui.theme import BODY, SEMIBOLD, TITLE, font
from nnviz.ui.type_scale import px

FORMATS = {".png": "PNG picture", ".svg": "SVG picture", ".csv": "CSV table of every epoch"}
_HEAD, _ROW = 34, 20
_RATIO = 2.0
# Drawing commands that painters of pictures know in logical pixels: fonts are given in pixels too.
_DOTS_PER_INCH = 96


def csv_text(history: HistoryView) -> str:
    """Return a history as a table: one line an entry, its values, their extremes, and what happened in it.

    Columns are ``epoch``, ``step``, ``seconds``, the series, each series' least and greatest value when an entry stands
    for several epochs, and ``event``. Numbers are written so that reading them gives the same ones; nan is empty.
    """
    names = [*X_AXES, *SERIES]
    columns: list[Any] = [history.epoch.tolist(), history.step.tolist(), history.seconds.round(6).tolist()]
    columns += [_numbers(row) for row in history.values]
    if history.stride > 1:
        for kind, rows in (("min", history.lows), ("max", history.highs)):
            names += [f"{name}_{kind}" for name in SERIES]
            columns += [_numbers(row) for row in rows]
    events = [""] * len(history)
    for marker in history.markers:
        if events:
            index = entry_of_epoch(history, marker.epoch)
            events[index] = "; ".join(text for text in (events[index], marker.sentence) if text)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*names, "event"])
    writer.writerows(zip(*columns, events, strict=True))
    return out.getvalue()


def _numbers(row: Any) -> list[str]:
    return ["" if math.isnan(value) else repr(value) for value in row.tolist()]


def paint_curves(painter: QPainter, plot: LossPlot, title: str, size: QSize) -> None:
    """Paint a heading, the legend and the plot; ``size`` is the plot's, in logical pixels."""
    theme = plot.theme
    places, head = _legend(plot, title, size.width())
    row = px(_ROW)
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
        painter.drawText(QRectF(x + 18.0, y - row / 2, px(200), row), Qt.AlignmentFlag.AlignVCenter, name)
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


def picture(plot: LossPlot, title: str) -> QImage:
    """Return the curves as they are seen, at twice the resolution of a plain screen."""
    size = plot.size()
    image = QImage(
        round(size.width() * _RATIO),
        round((size.height() + _legend(plot, title, size.width())[1]) * _RATIO),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(_RATIO)
    painter = QPainter(image)
    with plot.drawn_at(_RATIO):
        paint_curves(painter, plot, title, size)
    painter.end()
    return image


def svg_bytes(plot: LossPlot, title: str) -> bytes:
    """Return the curves as a scalable picture."""
    size = plot.size()
    whole = QRect(0, 0, size.width(), size.height() + _legend(plot, title, size.width())[1])
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_DOTS_PER_INCH)
    generator.setSize(whole.size())
    generator.setViewBox(whole)
    generator.setTitle(title)
    painter = QPainter(generator)
    with plot.drawn_at(1.0):
        paint_curves(painter, plot, title, size)
    painter.end()
    return bytes(data.data())


def png_bytes(image: QImage) -> bytes:
    """Return an image as a PNG file's contents."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise UserError("The picture could not be encoded as PNG.", "Save it as SVG.")
    return bytes(data.data())


def contents(plot: LossPlot, title: str, suffix: str) -> Callable[[], bytes]:
    """Return what makes a file's bytes off the GUI thread; what needs the screen is taken at once.

    Raises
    ------
    UserError
        For a suffix that is not in ``FORMATS``, or when there is no curve yet.
    """
    snapshot = plot.snapshot
    if suffix not in FORMATS:
        raise UserError(f"Curves cannot be saved as {suffix or 'a file without a suffix'}.", "Use .png, .svg or .csv.")
    if snapshot is None or len(snapshot.history) == 0:
        raise UserError("There is no curve to save yet.", "Train for an epoch first.")
    if suffix == ".csv":
        return lambda: csv_text(snapshot.history).encode()
    if suffix == ".svg":
        svg = svg_bytes(plot, title)
        return lambda: svg
    image = picture(plot, title)
    return lambda: png_bytes(image)


def save_curves(model: AppModel, plot: LossPlot, title: str, path: Path) -> None:
    """Write the curves in the background; the suffix of ``path`` decides the format."""

    def refused(error: BaseException) -> None:
        if not isinstance(error, UserError):
            error = UserError(f"{path.name} could not be written: {error}.", "Choose another place.")
        model.notice.emit(notice_of(error, "curves"))

    try:
        make = contents(plot, title, path.suffix.lower())
    except UserError as error:
        refused(error)
        return

    def write() -> None:
        data = make()
        with atomic_write(path) as file:
            file.write(data)

    def done(_: object) -> None:
        model.notice.emit(AppNotice("hint", f"Saved {path.name}.", topic="curves"))

    model.jobs.submit(f"Saving {path.name}", lambda _: write(), done, refused)


def ask_for_curves(window: QWidget, folder: Path, stem: str) -> Path | None:
    """Let the person choose where the curves go; the type decides between picture and table."""
    filters = {f"{label} (*{suffix})": suffix for suffix, label in FORMATS.items()}
    name, chosen = QFileDialog.getSaveFileName(
        window, "Save the curves", str(folder / f"{stem}.png"), ";;".join(filters)
    )
    if not name:
        return None
    path = Path(name)
    return path if path.suffix.lower() in FORMATS else path.with_name(path.name + filters.get(chosen, ".png"))
