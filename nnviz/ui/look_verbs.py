"""Looking inside the network: the inspector, the microscope and the comparison, which share a drawer below it."""

from typing import TYPE_CHECKING

from nnviz.app.comparing import Comparing
from nnviz.app.lenses import Place

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.compare_flow import CompareFlow
    from nnviz.ui.panels.microscope_flow import MicroscopeFlow


class LookVerbs:
    """Shows one of them at a time; microscope and comparison are made when they are first wanted."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        self._model, self._window = model, window
        self._microscope: MicroscopeFlow | None = None
        self._compare: CompareFlow | None = None
        self.comparing = Comparing(model.runs, window)
        track = window.rail.panel.track
        self.comparing.changed.connect(lambda: track.set_kept(self.comparing.step))
        track.compare_wanted.connect(self.keep_moment)
        window.rail.panel.compare.clicked.connect(self.show_comparison)

    @property
    def microscope(self) -> "MicroscopeFlow":
        """The microscope."""
        if self._microscope is None:
            from nnviz.ui.panels.microscope_flow import MicroscopeFlow  # noqa: PLC0415 - not for the first paint

            self._microscope = MicroscopeFlow(self._model, self._window)
        return self._microscope

    @property
    def comparison(self) -> "CompareFlow":
        """The comparison."""
        if self._compare is None:
            from nnviz.ui.panels.compare_flow import CompareFlow  # noqa: PLC0415 - not for the first paint

            self._compare = CompareFlow(self._model, self._window, self.comparing)
        return self._compare

    def show_comparison(self) -> None:
        """Compare the moment that is shown with the one that was kept, or put that away again."""
        if not self.comparison.dismiss():
            self.dismiss()
            self.comparison.open()

    def keep_moment(self) -> None:
        """Keep the moment that is shown, and compare those to come with it."""
        if self.comparing.keep() and not self.comparison.is_open:
            self.show_comparison()

    def magnify(self) -> None:
        """Show the next update stage by stage, or put that away again."""
        if self._compare is not None:
            self._compare.dismiss()
        if self._microscope is None:  # made in one turn and shown in the next: both in one would hold the window up
            self._window.turns.put_off(lambda: self.microscope, self.magnify)
        else:
            self._microscope.toggle()

    def inspect(self) -> None:
        """Show the inspector, or put it away again."""
        self._clear()
        self._window.inspector.toggle()

    def ask_what_if(self) -> None:
        """Show the row's journey with other values, or as it is again."""
        inspector = self._window.inspector
        if inspector.what_if is not None and inspector.what_if.is_open:
            inspector.what_if.close()
            return
        self._clear()
        inspector.made()
        if inspector.place is None:
            inspector.dismiss()  # it may stand open without a place, after another data set came
        inspector.set_lens("journey")
        if inspector.place is None:
            inspector.toggle()
        elif not inspector.is_open:
            inspector.open()
        if inspector.what_if is not None:
            flow = inspector.what_if  # the page comes in the first turn: each by itself holds nothing up
            self._window.turns.put_off(inspector.refresh_now, flow.panel, flow.open)

    def choose(self, place: Place) -> None:
        """Look at a place through the inspector."""
        self._clear()
        self._window.inspector.choose(place)

    def dismiss(self) -> bool:
        """Put away what is shown; return whether anything was."""
        return self._clear() or self._window.inspector.dismiss()

    def dismiss_microscope(self) -> bool:
        """Put the microscope away; return whether it was shown."""
        return self._clear()

    def _clear(self) -> bool:
        drawers = (self._microscope, self._compare)
        return sum(drawer.dismiss() for drawer in drawers if drawer is not None) > 0
