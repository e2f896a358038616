"""Widgets as vectors: every widget painted by Qt into a fragment of its own, then put together on a worker thread.

A whole tree rendered at once would not do: Qt's generator places the clips of child widgets as if they stood in the
window's corner, paints images whole where a part is asked for, and leaves cosmetic pens to viewers that know
``vector-effect``, which not all do. Here each fragment has its origin in its widget's corner, and is cut off at its
widget's edge like the widget itself; curves are written in pixels.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QPoint, QRect
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from nnviz.ui.plots.apart import Apart, LeftOut, mark, painting

# Drawing commands that painters of pictures know in logical pixels: fonts are given in pixels too.
_DOTS_PER_INCH: Final = 96
_FALLBACK: Final = "Inter, Helvetica, Arial, sans-serif"
_TEXT: Final = r"<text\b[^>]*>\s*{}\s*</text>"
_EMPTY: Final = re.compile(r"<g\b[^>]*>\s*</g>\s*")
_NAMED: Final = re.compile(r'(\bid="|url\(#|href="#)(\w+)')
_SCALED: Final = re.compile(r'(<g\b[^>]*?)transform="matrix\(([^)]*)\)"([^>]*>)(.*?)(?=</g>)', re.DOTALL)
_POINTS: Final = re.compile(r'\b(d|points)="([^"]*)"')
_POINT: Final = re.compile(r"(-?[\d.]+(?:e[+-]?\d+)?),(-?[\d.]+(?:e[+-]?\d+)?)")
_WORDS: Final = re.compile(
    r'(<text\b[^>]*?)font-family="([^"]*)" font-size="([\d.]+)" font-weight="(\d+)"([^>]*)>([^<]*)</text>'
)
_COSMETIC: Final = 'vector-effect="non-scaling-stroke"'


@dataclass(slots=True)
class Fragment:
    """One painted thing, at a place within its parent's, and what stands on it.

    Attributes
    ----------
    text
        What Qt's generator wrote.
    left_out
        What is put in where it has its marks.
    """

    text: str
    place: QRect
    left_out: list[LeftOut]
    children: "list[Fragment]" = field(default_factory=list)


def painted(paint: Callable[[QPainter], None], place: QRect) -> Fragment:
    """Paint something as vectors now."""
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_DOTS_PER_INCH)
    generator.setSize(place.size())
    generator.setViewBox(QRect(QPoint(0, 0), place.size()))
    apart = Apart(vector=True)
    painter = QPainter(generator)
    try:
        with painting(apart):
            paint(painter)
    finally:
        painter.end()
    return Fragment(bytes(data.data()).decode(), place, apart.left_out)


def painted_tree(widget: QWidget, *, place: QRect | None = None) -> Fragment:
    """Paint a widget and all that is seen in it as vectors now; a panel's grip is only for the mouse."""
    root = place is None
    flags = QWidget.RenderFlag.DrawWindowBackground if root else QWidget.RenderFlag(0)
    region = QRegion()
    fragment = painted(
        lambda painter: QWidget.render(widget, painter, QPoint(0, 0), region, flags),
        QRect(QPoint(0, 0), widget.size()) if place is None else place,
    )
    for child in widget.children():
        if isinstance(child, QWidget) and _is_seen(child, widget.rect()):
            fragment.children.append(painted_tree(child, place=child.geometry()))
    return fragment


def _is_seen(child: QWidget, within: QRect) -> bool:
    away = child.isHidden() or child.isWindow() or child.objectName() == "grip"
    return not away and child.geometry().intersects(within)


def svg_text(fragment: Fragment, title: str) -> str:
    """Return a file's text; in any thread."""
    wide, high, numbers = fragment.place.width(), fragment.place.height(), count()
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"'
    title = title.replace("&", "&amp;").replace("<", "&lt;")
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg {spaces} width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">',
            f"<title>{title}</title>",
            _body(fragment, numbers),
            "</svg>\n",
        )
    )


def _body(fragment: Fragment, numbers: "count[int]") -> str:
    """Return a fragment's elements, and those of what stands on it, each cut off at its own edge."""
    lines = [_own(fragment, next(numbers))]
    for child in fragment.children:
        inner = _body(child, numbers)
        if inner:
            place = child.place
            at = f'x="{place.x()}" y="{place.y()}" width="{place.width()}" height="{place.height()}"'
            if not child.children:  # a text in a wider font than ours is not cut off
                at += ' overflow="visible"'
            lines.append(f"<svg {at}>\n{inner}\n</svg>")
    return "\n".join(line for line in lines if line)


def _own(fragment: Fragment, number: int) -> str:
    text = fragment.text
    start, end = text.find("<defs>"), text.rfind("</svg>")
    text = text[start:end].replace("<defs>\n</defs>\n", "")
    while (shorter := _EMPTY.sub("", text)) != text:
        text = shorter
    if not text.strip():
        return ""
    text = _NAMED.sub(rf"\1w{number}-\2", text)
    text = _WORDS.sub(_as_wide, text)
    text = text.replace('font-family="Inter"', f'font-family="{_FALLBACK}"').replace(' vector-effect="none"', "")
    text = _SCALED.sub(_in_pixels, text).replace(f" {_COSMETIC}", "")
    for index, left in enumerate(fragment.left_out):
        found = re.search(_TEXT.format(re.escape(mark(index))), text)
        if found is not None:
            text = text[: found.start()] + left.part.svg() + text[found.end() :]
    return text.strip()


def _as_wide(found: re.Match[str]) -> str:
    """Say how wide a text is, so that it has its room where our font is missing."""
    before, family, size, weight, after, words = found.groups()
    face = QFont(family)
    face.setPixelSize(max(1, round(float(size))))
    face.setWeight(QFont.Weight(int(weight)))
    shown = html.unescape(words)
    wide = QFontMetricsF(face).horizontalAdvance(shown)
    length = f'textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs" ' if shown.strip() and wide > 0 else ""
    return f'{before}{length}font-family="{family}" font-size="{size}" font-weight="{weight}"{after}>{words}</text>'


def _in_pixels(found: re.Match[str]) -> str:
    """Write paths with cosmetic pens in pixels, so that no viewer stretches their pens."""
    before, matrix, after, inside = found.groups()
    numbers = [float(number) for number in matrix.split(",")]
    if _COSMETIC not in inside or numbers[:4] == [1.0, 0.0, 0.0, 1.0]:
        return found.group(0)
    a, b, c, d, e, f = numbers

    def point(at: re.Match[str]) -> str:
        x, y = float(at[1]), float(at[2])
        return f"{a * x + c * y + e:.6g},{b * x + d * y + f:.6g}"

    moved = _POINTS.sub(lambda places: f'{places[1]}="{_POINT.sub(point, places[2])}"', inside)
    return f'{before}transform="matrix(1,0,0,1,0,0)"{after}{moved}'
