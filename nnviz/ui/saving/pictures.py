"""What is painted, as an image or as vectors: taken at once on the GUI thread, finished on a worker thread."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from nnviz.errors import UserError
from nnviz.ui.plots.apart import Apart, painting
from nnviz.ui.saving.svg import Fragment, painted_tree, svg_text

MOST_PIXELS: Final = 100_000_000  # what Qt may not be able to allocate, and no one wants


@dataclass(frozen=True, slots=True)
class Paintable:
    """Something that can be painted at any time on the GUI thread.

    Attributes
    ----------
    size
        In logical pixels.
    ratio
        Device pixels per logical pixel of the screen that it is on.
    paint
        Paints it at the painter's origin.
    vectors
        Paints it as vectors.
    at
        Gets everything ready for a ratio meanwhile.
    """

    size: QSize
    ratio: float
    paint: Callable[[QPainter], None]
    vectors: Callable[[], Fragment]
    at: Callable[[float], AbstractContextManager[None]] = lambda _: nullcontext()


def paintable(widget: QWidget) -> Paintable:
    """Return a widget with all that is in it; a panel's grip is only for the mouse."""
    flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren

    def paint(painter: QPainter) -> None:
        grips = [grip for grip in widget.findChildren(QWidget, "grip") if not grip.isHidden()]
        for grip in grips:
            grip.hide()
        QWidget.render(widget, painter, QPoint(0, 0), QRegion(), flags)
        for grip in grips:
            grip.show()

    return Paintable(widget.size(), widget.devicePixelRatioF(), paint, lambda: painted_tree(widget))


def take_image(what: Paintable, factor: int = 1) -> Callable[[], QImage]:
    """Take it as it is now; return what finishes the image in any thread.

    Parameters
    ----------
    factor
        1 for the pixels of the screen, 2 for twice as fine ones.

    Raises
    ------
    UserError
        If it is too large.
    """
    ratio = what.ratio * factor
    wide, high = round(what.size.width() * ratio), round(what.size.height() * ratio)
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied) if wide * high <= MOST_PIXELS else QImage()
    if image.isNull():
        raise UserError(f"A picture of {wide:,} × {high:,} pixels is too large.", "Save it as SVG, or in plain size.")
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    apart = Apart(vector=False, ratio=ratio) if factor > 1 else None
    painter = QPainter(image)
    try:
        with painting(apart), what.at(ratio):
            what.paint(painter)
    finally:
        painter.end()
    return lambda: image if apart is None else _put_in(image, apart)


def _put_in(image: QImage, apart: Apart) -> QImage:
    """Return the image with what was left out below what was painted over it."""
    if not apart.left_out:
        return image
    whole = QImage(image.size(), QImage.Format.Format_RGB32)
    whole.setDevicePixelRatio(apart.ratio)
    whole.fill(0)
    painter = QPainter(whole)
    for left in apart.left_out:
        painter.save()
        painter.translate(left.x / left.ratio, left.y / left.ratio)
        left.part.paint(painter)
        painter.restore()
    painter.drawImage(0, 0, image)
    painter.end()
    return whole


def png_bytes(image: QImage) -> bytes:
    """Return an image as a PNG file's contents; safe in any thread.

    Raises
    ------
    UserError
        If it can't be encoded.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise UserError("The picture could not be encoded as PNG.", "Save it as SVG.")
    return bytes(data.data())


def take_svg(what: Paintable, title: str) -> Callable[[], bytes]:
    """Take it as vectors as it is now, texts as texts; return what finishes the file's contents in any thread."""
    with what.at(1.0):
        fragment = what.vectors()
    return lambda: svg_text(fragment, title).encode()
