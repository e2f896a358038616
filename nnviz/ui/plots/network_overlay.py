"""What is painted over the diagram from a picture that is made once, and anew when the diagram moved."""

from abc import ABC, abstractmethod

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPixmap

from nnviz.ui.plots.apart import current
from nnviz.ui.plots.network_emphasis import Look
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import device_pixmap
from nnviz.ui.theme import Theme


class Overlay(ABC):
    """Keeps its picture; what is saved as vectors is painted as such."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None

    def paint(self, painter: QPainter, scene: Scene, look: Look) -> bool:
        """Paint it over the diagram; return whether it fits the network that is shown there."""
        if not self._fits(scene):
            return False
        if current() is not None:
            self._paint_on(painter, scene, look.theme)
            return True
        key = (scene, look.theme.name)
        if self._kept is None or self._kept[0] != key:
            picture = device_pixmap(*scene.canvas, scene.ratio, None)
            on = QPainter(picture)
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_on(on, scene, look.theme)
            on.end()
            self._kept = (key, picture)
        painter.drawPixmap(QPointF(0, 0), self._kept[1])
        return True

    @abstractmethod
    def _fits(self, scene: Scene) -> bool:
        """Return whether it is of the network that is shown."""

    @abstractmethod
    def _paint_on(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        """Paint it."""
