"""Small pictures of the map above the time rail's axis: each is made once, and copied to the screen from then on."""

import weakref
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from nnviz.app.rail_slots import placed
from nnviz.run.track import Still
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_picture import curve_line
from nnviz.ui.plots.map_thumbnail import Thumbnail, ThumbnailLook
from nnviz.ui.plots.network_pictures import image_of
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import px

MOST: Final = 40  # at 200 % they take 0.5 MB
_SIDE: Final = 26  # at the usual text size
_LEAST_SIDE: Final = 16
_APART: Final = 8  # pixels between two of them when their row is made
_LEAST_APART: Final = 2.0  # pixels between two of them in any case
_ABOVE_AXIS: Final = 9  # pixels, for the signs on the axis
_RADIUS: Final = 4.0
_FAINT: Final = 0.45  # opacity of what comes after the moment that is shown, and of a map that is no longer shown


class _Shown(NamedTuple):
    step: int
    epoch: int
    picture: QPixmap


class RailThumbnails:
    """Keeps pixmaps and where they go; ``x_of`` tells where an update lies.

    Attributes
    ----------
    expected
        Whether there are any, or soon will be; otherwise their room is another picture's.
    stale
        Whether the map shows something else by now, of which no pictures have been made yet.
    """

    def __init__(self, x_of: Callable[[int], float]) -> None:
        self._x_of = x_of
        self._look: ThumbnailLook | None = None
        self._made: dict[int, tuple[weakref.ref[object], QPixmap]] = {}  # by the identity of the weights
        self._shown: tuple[_Shown, ...] = ()
        self._wanted: tuple[int, ...] = ()
        self.expected = self.stale = False

    def __len__(self) -> int:
        return len(self._shown)

    @staticmethod
    def side(axis: float) -> int:
        """Return the pixels along a side for which there is room above the axis; 0 for none at all."""
        room = int(axis) - px(_ABOVE_AXIS) - 2
        return min(px(_SIDE), room) if room >= px(_LEAST_SIDE) else 0

    @staticmethod
    def gap(side: int, width: int, spacing: float) -> float:
        """Return how many pixels lie between two places of pictures at least.

        On a track of this width, with so many pixels from one moment that is kept to the next: the moment nearest to a
        place lies up to half of that beside it.
        """
        return max(float(side + px(_APART)), width / MOST, side + _LEAST_APART + spacing)

    # What is shown

    def clear(self) -> None:
        """Show none: those that were shown are of something else."""
        self._look, self._made, self._shown = None, {}, ()
        self.stale = False

    def want(self, look: ThumbnailLook) -> bool:
        """Say what the map shows by now; return whether something changes on the screen at once.

        Pictures of another plane or network go; of another part of the plane, or beside other held columns, they are
        faint until there are new ones.
        """
        before, shown = (len(self), self.stale), self._look
        if shown is not None and (look.view.plane is not shown.view.plane or look.config != shown.config):
            self.clear()
        self.stale = len(self) > 0 and look is not self._look
        return (len(self), self.stale) != before

    def keep_before(self, step: int) -> None:
        """Show only what came before ``step`` updates: from there on the run is another one."""
        self._shown = tuple(one for one in self._shown if one.step < step)

    def missing(self, look: ThumbnailLook, stills: Sequence[Still]) -> list[Still]:
        """Return the moments of which there is no picture of this look yet."""
        return list(stills) if look is not self._look else [one for one in stills if self._picture_of(one) is None]

    def add(self, look: ThumbnailLook, made: Sequence[Thumbnail], ratio: float) -> None:
        """Take pictures, made for a device pixel ratio; those of another look go."""
        if look is not self._look:
            self._look, self._made, self._shown = look, {}, ()
        for one in made:
            weights = one.still.parameters
            self._made[id(weights)] = weakref.ref(weights), _pixmap(look, one, ratio)

    def show(self, look: ThumbnailLook, stills: Sequence[Still], wanted: tuple[int, ...]) -> None:
        """Show the moments of which there are pictures of this look, instead of those before; see `placed`."""
        if look is not self._look:
            return
        pictures = [(one, self._picture_of(one)) for one in stills]
        self._shown = tuple(_Shown(one.step, one.epoch, picture) for one, picture in pictures if picture is not None)
        self._wanted, self.stale = wanted, False
        kept = {id(one.parameters) for one in stills}
        self._made = {key: made for key, made in self._made.items() if key in kept}

    def _picture_of(self, still: Still) -> QPixmap | None:
        source, picture = self._made.get(id(still.parameters), (None, None))
        return picture if source is not None and source() is still.parameters else None

    # Places

    def at(self, x: float, y: float, axis: float) -> tuple[int, int] | None:
        """Return updates and epochs at the moment whose picture is at a place."""
        return next(((one.step, one.epoch) for one, box in self._boxes(axis) if box.contains(x, y)), None)

    def _boxes(self, axis: float) -> list[tuple[_Shown, QRectF]]:
        side = self.side(axis)
        if not side:
            return []
        places = placed([one.step for one in self._shown], self._wanted, self._x_of, side + _LEAST_APART)
        top = axis - px(_ABOVE_AXIS) - side
        return [(self._shown[index], QRectF(round(x - side / 2), top, side, side)) for index, x in places]

    def paint(self, painter: QPainter, theme: Theme, axis: float, here: int, newest: int) -> None:
        """Paint them above the axis, and a dot on it for each; later ones than ``here``, in updates, are faint."""
        boxes = [(one, box) for one, box in self._boxes(axis) if one.step <= newest]
        for one, box in boxes:
            painter.setOpacity(_FAINT if self.stale or one.step > here else 1.0)
            painter.drawPixmap(box, one.picture, QRectF(one.picture.rect()))
        painter.setOpacity(1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for one, box in boxes:
            painter.setBrush(QColor(theme.ink_2 if one.step <= here else theme.line_strong))
            painter.drawEllipse(QPointF(box.center().x(), axis), 2.2, 2.2)


def _pixmap(look: ThumbnailLook, made: Thumbnail, ratio: float) -> QPixmap:
    """Return the picture with rounded corners and an outline; only the ground where the answers are no numbers."""
    theme, side = look.theme, round(look.side / ratio)
    pixmap = clear_pixmap(QSize(side, side), ratio, Qt.GlobalColor.transparent)
    ground = QBrush(QColor(theme.field))
    if made.pixels is not None:
        ground = QBrush(image_of(made.pixels))
        ground.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), _RADIUS, _RADIUS)
    if made.curve is not None:
        square = QRect(2, 2, side - 4, side - 4)
        painter.setClipRect(square)
        painter.setPen(QPen(QColor(theme.ink), 1.4 * theme.line_width))
        x = look.view.x.centres(len(made.curve))
        painter.drawPolyline(QPolygonF(curve_line(look.view, square, x, made.curve)))
    painter.end()
    return pixmap
