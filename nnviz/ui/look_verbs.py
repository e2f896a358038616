"""Looking inside the network: the inspector and the microscope, which share one drawer below the diagram."""

from typing import TYPE_CHECKING

from nnviz.app.lenses import Place

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.microscope_flow import MicroscopeFlow


class LookVerbs:
    """Shows one of the two at a time; the microscope is made when it is first wanted."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        self._model, self._window = model, window
        self._microscope: MicroscopeFlow | None = None

    @property
    def microscope(self) -> "MicroscopeFlow":
        """The microscope."""
        if self._microscope is None:
            from nnviz.ui.panels.microscope_flow import MicroscopeFlow  # noqa: PLC0415 - not for the first paint

            self._microscope = MicroscopeFlow(self._model, self._window)
        return self._microscope

    def magnify(self) -> None:
        """Show the next update stage by stage, or put that away again."""
        self.microscope.toggle()

    def inspect(self) -> None:
        """Show the inspector, or put it away again."""
        self._clear()
        self._window.inspector.toggle()

    def choose(self, place: Place) -> None:
        """Look at a place through the inspector."""
        self._clear()
        self._window.inspector.choose(place)

    def dismiss(self) -> bool:
        """Put away what is shown; return whether anything was."""
        return self._clear() or self._window.inspector.dismiss()

    def _clear(self) -> bool:
        return self._microscope is not None and self._microscope.dismiss()
