"""The loss landscape: a slice of the loss in colours and contours; the mouse or the arrows read a loss off."""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.landscape_view import Landscape, LossKind
from nnviz.ui.plots.landscape_overlay import LandscapeOverlay
from nnviz.ui.plots.landscape_surface import Surface
from nnviz.ui.plots.landscape_words import axis_names, place_text
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.theme import CAPTION, Theme, diverging_table, font

_STRIPE: Final = 6  # pixels of the picture from one line of the hatching to the next
_SPAN: Final = 0.78  # of the theme's colours that is used: path and contours must stand out


def loss_colours(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of losses from the lowest to the highest, (128, 3)."""
    return diverging_table(theme, _SPAN)[128:, :3]


def hatch_colours(theme: Theme) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return ground and lines of where there is no loss, (3,) each."""
    ground, line = (
        np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8) for colour in (theme.raised, theme.ink_3)
    )
    return ground, line


@lru_cache(maxsize=6)
def painted(surface: Surface, theme: Theme) -> NDArray[np.uint8]:
    """Return the picture of a surface, (rows, columns, 3), the lowest y first; hatched where there is no loss.

    The last few are kept, so that whoever makes a surface in the background can have it painted there.
    """
    table, picture = loss_colours(theme), surface.picture
    known = np.isfinite(picture)
    places = np.where(known, picture, 0.0) * np.float32(len(table) - 1) + np.float32(0.5)
    colours = table[places.astype(np.intp)]
    if not known.all():
        rows, columns = np.nonzero(~known)
        ground, line = hatch_colours(theme)
        on_line = (rows + columns) % _STRIPE < 1
        colours[rows, columns] = np.where(on_line[:, None], line, ground)
    colours.setflags(write=False)
    return colours


class LandscapeChart(XYChart):
    """Draws a :class:`Landscape`.

    Attributes
    ----------
    wordings
        Of what the axes are, across and up, from wordy to brief.
    """

    wordings: tuple[tuple[str, ...], tuple[str, ...]] = (("",), ("",))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", "", parent)
        self.setAccessibleName("Loss landscape")
        self._landscape: Landscape | None = None
        self._surface: Surface | None = None
        self._kind: LossKind = "train"
        self._at: tuple[int, int] | None = None  # row and column that are read off
        self._picture: Any = pg.ImageItem(axisOrder="row-major")
        self.view.addItem(self._picture, ignoreBounds=True)
        self.overlay = LandscapeOverlay(self)
        self.card.raise_()
        self.view.sigRangeChanged.connect(lambda *_: self.overlay.update())
        self.set_theme(theme)

    @property
    def landscape(self) -> Landscape | None:
        """What is drawn."""
        return self._landscape

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self._paint()
        self.overlay.update()

    def show_landscape(self, landscape: Landscape | None, surface: Surface | None, kind: LossKind) -> None:
        """Draw one kind of loss of a landscape, or nothing."""
        same_place = landscape is self._landscape
        self._landscape, self._surface, self._kind = landscape, surface, kind
        self._at = None
        self.card.hide()
        if landscape is not None:
            self.wordings = axis_names(landscape)
            self._write_names()
            self.show_range(
                (float(landscape.x[0]), float(landscape.x[-1])), (float(landscape.y[0]), float(landscape.y[-1]))
            )
            if not same_place:
                self.show_all()
        self._paint()
        self.overlay.show_landscape(landscape, surface)

    def _write_names(self) -> None:
        metrics = QFontMetricsF(font(CAPTION))
        across, up = (
            next((name for name in names if metrics.horizontalAdvance(name) <= room), names[-1])
            for names, room in zip(self.wordings, (self.view.width(), self.view.height()), strict=True)
        )
        self._names = (across, up)
        super()._write_names()

    def _paint(self) -> None:
        landscape, surface = self._landscape, self._surface
        self._picture.setVisible(landscape is not None)
        if landscape is None or surface is None:
            return
        self._picture.setImage(painted(surface, self.theme), autoLevels=False, levels=None)
        # The middle of the picture's outermost pixels are the ends of the axes.
        rows, columns = surface.picture.shape
        x, y = landscape.x, landscape.y
        wide, high = (x[-1] - x[0]) / (columns - 1), (y[-1] - y[0]) / (rows - 1)
        self._picture.setRect(QRectF(x[0] - wide / 2, y[0] - high / 2, wide * columns, high * rows))

    def set_live(self, at: tuple[float, float] | None) -> None:
        """Mark where training is now; None: where the slice was made, or not known."""
        self.overlay.set_live(at)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what lies over the chart over it."""
        super().resizeEvent(event)
        self.overlay.resize(self.size())

    # Reading off

    def card_at(self, place: QPointF) -> tuple[str, QPointF] | None:
        """Return the loss at the place of the grid that is nearest to the mouse."""
        if self._landscape is None or not self.box.contains(place):
            self._read(None)
            return None
        x, y = self.to_axes(place)
        column, row = (int(np.abs(axis - at).argmin()) for axis, at in ((self._landscape.x, x), (self._landscape.y, y)))
        return self._read((row, column))

    def walk(self, key: Qt.Key) -> tuple[str, QPointF] | None:
        """Go to the next place of the grid, from the present weights on."""
        if self._landscape is None:
            return None
        rows, columns = self._landscape.losses[self._kind].shape
        if self._at is None:
            return self._read(self._landscape.centre)
        across = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
        up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key, 0)
        row, column = self._at
        return self._read((min(max(row + up, 0), rows - 1), min(max(column + across, 0), columns - 1)))

    def _show_card(self, found: tuple[str, QPointF] | None) -> None:
        super()._show_card(found)
        self.overlay.update()  # the cross goes with the card

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Put the cross away with the card, too."""
        super().keyPressEvent(event)
        self.overlay.update()

    def _read(self, at: tuple[int, int] | None) -> tuple[str, QPointF] | None:
        if at != self._at:
            self._at = at
            landscape = self._landscape
            place = None if at is None or landscape is None else (float(landscape.x[at[1]]), float(landscape.y[at[0]]))
            self.overlay.read = place
            self.overlay.update()
        if at is None or self._landscape is None:
            return None
        text = place_text(self._landscape, self._kind, *at)
        return text, self.to_pixels(float(self._landscape.x[at[1]]), float(self._landscape.y[at[0]]))
