"""The tab of the loss landscape in the window: has made what it wants, while it can be seen."""

from PySide6.QtCore import QObject

from nnviz.app.app_model import AppModel
from nnviz.app.landscape_view import Landscape
from nnviz.app.landscapes import Landscapes, breathe
from nnviz.ui.panels.tabs_landscape import LandscapePage
from nnviz.ui.plots.base import TEXTS_PER_SECOND, Throttle
from nnviz.ui.plots.landscape import painted
from nnviz.ui.plots.landscape_surface import Surfaces, surfaces
from nnviz.ui.theme import Theme
from nnviz.ui.widgets import is_seen


class LandscapeFlow(QObject):
    """Owns the page; made when it is first shown."""

    def __init__(self, model: AppModel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.page = LandscapePage(theme)
        self.landscapes = Landscapes(model, self._finish, self)
        self.landscapes.made.connect(self.page.show_made)
        self.landscapes.refused.connect(self.page.show_refusal)
        self.page.cancel_wanted.connect(self.landscapes.cancel)
        self._throttle = Throttle(TEXTS_PER_SECOND)

    def _finish(self, landscape: Landscape) -> Surfaces:
        """Make what is drawn of a landscape (in the background)."""
        made = surfaces(landscape, breathe)
        for surface in made.values():
            breathe()
            painted(surface, self.page.theme)
        return made

    def tick(self) -> None:
        """Begin what is wanted, and tell the page how far it is (once a frame)."""
        page = self.page
        if not is_seen(page):
            return
        if page.wanted:
            page.wanted = not self.landscapes.make(page.controls.choice)
        page.set_progress(self.landscapes.progress)
        if self._throttle.take():
            page.set_now(self._model.runs.last_snapshot)
