"""Opens the inspector, follows what is chosen in the diagram, and hands it every moment of the run."""

import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from nnviz.app.jobs import Jobs
from nnviz.app.lenses import (
    INPUTS,
    NO_PLACE,
    THIS_ROW,
    Place,
    fits,
    gone,
    names_of,
    network_of,
    obstacle,
    position_of,
    row_words,
)
from nnviz.app.what_if import row_inputs
from nnviz.data.dataset import Dataset
from nnviz.engine.explain_forward import trace_row
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import OptimizerProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.drawers import add_drawer, show_drawer
from nnviz.ui.panels.inspector_map import MapFeed
from nnviz.ui.panels.inspector_rows import RowsFeed

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.app.lens_build import Lens, LensRequest, LensView
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.inspector import InspectorPanel
    from nnviz.ui.panels.what_if_flow import WhatIfFlow

SMALL = 10_000  # parameters up to which a lens is worked out on the GUI thread
TEXT_INTERVAL, ROWS_INTERVAL = 0.25, 1.0  # seconds; the second between two passes over many rows while training goes on
NEW_DATA = "Another data set was opened. Click a neuron, a weight or a bias of its network."


class InspectorFlow(QObject):
    """Owns the drawer; its panel is made when it is first wanted, or before, when nobody waits."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        super().__init__(window)
        self._model, self._window = model, window
        self._picker = window.network.picker
        self.panel: InspectorPanel | None = None
        self.place: Place | None = None
        self.scope, self._words = THIS_ROW, NO_PLACE
        self._jobs, self._maps = Jobs(), MapFeed(model, window)
        self._dataset: Dataset | None = model.dataset
        self._snapshot: Snapshot | None = None
        self._probed: Snapshot | None = None
        self._shown: tuple[object, ...] = ()
        self._text_due = self._rows_due = 0.0
        self._building = self._by_input = False  # the second: whether it was an input that brought the row lens
        self._rows = RowsFeed(self._jobs, self._failed)
        self.what_if: WhatIfFlow | None = None
        self._picker.chosen.connect(self.choose)
        self._picker.opened.connect(self.open)
        self._picker.dismissed.connect(self.dismiss)
        model.runs.snapshot_ready.connect(self._on_snapshot)
        model.runs.config_changed.connect(self._on_config)
        model.dataset_changed.connect(self._on_dataset)
        window.clock.tick.connect(self.tick)
        window.installEventFilter(self)

    # Opening and choosing

    @property
    def is_open(self) -> bool:
        """Whether the drawer is shown."""
        return self.panel is not None and self.panel.isVisible()

    def open(self) -> None:
        """Show the drawer; a place without a row would have no numbers."""
        self._model.runs.frame_begins()  # much is made and laid out before the next tick
        if self.place is not None:
            self._window.live.want_row()
        was_open = self.is_open
        show_drawer(self._window.drawer, panel := self.made(), panel.first_height)
        self._refresh(now=was_open)  # else with the next frame: both in one turn would hold the window up

    def made(self) -> "InspectorPanel":
        """Return the panel, which is put into the drawer when it is first asked for."""
        if self.panel is None:
            from nnviz.ui.panels.inspector import InspectorPanel  # noqa: PLC0415 - not for the first paint
            from nnviz.ui.panels.what_if_flow import WhatIfFlow  # noqa: PLC0415

            panel = self.panel = InspectorPanel()
            panel.lens_chosen.connect(self.set_lens)
            panel.scope_chosen.connect(self.set_scope)
            panel.closed.connect(self.dismiss)
            panel.path_hovered.connect(self._picker.set_path)
            panel.set_theme(self._window.theming.theme)
            self._window.theming.changed.connect(panel.set_theme)
            self._maps.show_in(panel.neuron.map)
            self.what_if = WhatIfFlow(self._model, self._window, panel)
            add_drawer(self._window.drawer, panel)
        return self.panel

    def toggle(self) -> None:
        """Show the drawer, on the output when nothing is chosen; or put it away."""
        if self.is_open:
            self.dismiss()
            return
        config = self._model.runs.config
        if self.place is None and config is not None and self._model.dataset is not None:
            self.place = Place(len(config.layers) - 1, 0)
            self._picker.set_place(self.place)
        self.open()

    def dismiss(self) -> bool:
        """Let go of the choice and put the drawer away; return whether there was anything to put away."""
        was = self.is_open or self.place is not None
        self.place, self._words = None, NO_PLACE
        self._picker.set_place(None)
        self._model.runs.optimizer_probe = None
        if self.panel is not None and self.what_if is not None:
            self.what_if.close()
            self.panel.hide()
        return was

    def choose(self, place: Place | None) -> None:
        """Look at another place; None lets go."""
        if place is None:
            self.dismiss()
            return
        self.place = place
        self._picker.set_place(place)
        panel = self.made()
        lens = panel.lens
        if place.layer == INPUTS:
            self._by_input |= lens != "journey"
            lens = "journey"
        elif place.source is not None:
            lens = "chain"
        elif lens == "chain" or self._by_input:
            lens = "neuron"
        self._by_input &= place.layer == INPUTS
        panel.set_lens(lens)
        if self.what_if is not None and place.layer == INPUTS:
            self.what_if.show_input(place.unit)
        self._picker.set_path(())
        self.open()

    def set_lens(self, lens: "Lens") -> None:
        """Look through another lens."""
        self._by_input = False
        self._model.runs.frame_begins()
        if self.panel is not None:
            self.panel.set_lens(lens)
        self._picker.set_path(())
        self._refresh()

    def set_scope(self, scope: str) -> None:
        """Show the gradient over other rows."""
        self.scope = scope
        self._refresh()

    # What changes under the drawer

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is self._dataset:
            return
        self._dataset, self._snapshot, self._probed = dataset, None, None
        if self.place is not None:
            self.place, self._words = None, NEW_DATA
            self._picker.set_place(None)
        self._refresh()

    def _on_config(self, config: MLPConfig) -> None:
        self._snapshot = self._probed = None
        if self.place is not None and not fits(self.place, config):
            self._words, self.place = gone(self.place), None
            self._picker.set_place(None)
        self._refresh()

    def _refresh(self, *, now: bool = True) -> None:
        self._text_due, self._rows_due, self._shown = 0.0, 0.0, ()
        self._rows.forget()
        if now:
            self.tick()

    def refresh_now(self) -> None:
        """Write the texts anew at the next frame."""
        self._text_due = 0.0

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if snapshot.optimizer is not None:
            before = self._probed.optimizer if self._probed is not None else None
            if before is None or before.parameter != snapshot.optimizer.parameter:
                self._text_due = 0.0  # the first of this weight: its update need not wait for its turn
            self._probed = snapshot
            self._model.runs.optimizer_probe = None
        dataset, row, panel = self._dataset, self._model.runs.row, self.panel
        if panel is None or not self.is_open or self.place is None or panel.message:
            return
        if dataset is None or row is None or panel.lens == "chain" or snapshot.config.n_parameters > SMALL:
            return
        if not obstacle(dataset, snapshot, row):
            inputs = row_inputs(dataset, row, self._model.runs.what_if)
            panel.follow(trace_row(network_of(snapshot), inputs))

    # The texts, four times a second

    def tick(self) -> None:
        """Refresh what is due (once a frame)."""
        self._jobs.poll()
        now = time.perf_counter()
        panel = self.panel
        if panel is None or not self.is_open or now < self._text_due:
            return
        self._text_due = now + TEXT_INTERVAL
        place, dataset, snapshot, row = self.place, self._dataset, self._snapshot, self._model.runs.row
        words = obstacle(dataset, snapshot, row)
        if place is None:
            panel.set_subject("Look inside", "")
            words = self._words
        elif dataset is not None and self._model.runs.config is not None:
            title = names_of(dataset, self._model.runs.config).title(place)
            changes = self.what_if.words if self.what_if is not None else ()
            panel.set_subject(title, row_words(dataset, row, snapshot, changes))
            if not words and snapshot is not None and not fits(place, snapshot.config):
                words = NO_PLACE
        if words or place is None or dataset is None or snapshot is None or row is None:
            self._shown = ()
            panel.say(words)
            return
        if panel.lens == "chain" and place.layer > INPUTS:
            snapshot = self._with_memory(snapshot, place)
        from nnviz.app.lens_build import LensRequest  # noqa: PLC0415 - not for the first paint

        changed = self._model.runs.what_if
        request = LensRequest(panel.lens, dataset, row, snapshot, place, scope=self.scope, what_if=changed)
        self._show(panel, request, now)

    def _show(self, panel: "InspectorPanel", request: "LensRequest", now: float) -> None:
        from nnviz.app.lens_build import lens_view, mean_view  # noqa: PLC0415 - not for the first paint

        lens, place, snapshot = request.lens, request.place, request.snapshot
        if lens == "neuron" and place.layer > INPUTS:
            self._rows.count(panel.neuron, snapshot, request.dataset, place, now)
        moment = (snapshot.moment, snapshot.training, snapshot.state, snapshot.optimizer)
        key = (lens, place, request.row, request.what_if, self.scope, *moment)
        if key == self._shown or self._building:
            return
        many = lens == "chain" and place.layer > INPUTS and self.scope != THIS_ROW
        panel.chain.set_scope(self.scope if many else THIS_ROW)
        if many and (now < self._rows_due or snapshot.optimizer is None):
            return
        self._shown = key
        if many:
            self._rows_due = now + ROWS_INTERVAL
            self._build(request, mean_view)
        elif snapshot.config.n_parameters > SMALL:
            self._build(request, lens_view)
        else:
            panel.show_view(lens_view(request), place)

    def _with_memory(self, snapshot: Snapshot, place: Place) -> Snapshot:
        """Return the newest moment with the optimiser's memory of this weight; ask for one when it is old."""
        index = position_of(place, snapshot.config)
        probed, runs = self._probed, self._model.runs
        same = probed is not None and probed.optimizer is not None and probed.optimizer.parameter == index
        same = same and probed is not None and probed.run_id == snapshot.run_id
        moment = (snapshot.moment, snapshot.training, snapshot.state)
        if probed is None or not same or (probed.moment, probed.training, probed.state) != moment:
            runs.optimizer_probe = OptimizerProbe(index)
            if runs.state is not RunState.RUNNING:
                runs.refresh()
        return probed if same and probed is not None else snapshot

    def _build(self, request: "LensRequest", work: Callable[["LensRequest"], "LensView"]) -> None:
        """Work a lens out in the background."""
        self._building = True

        def done(view: "LensView") -> None:
            self._building, self._text_due = False, 0.0  # what was chosen meanwhile has waited long enough
            if self.panel is not None and self.place == request.place and self.panel.lens == request.lens:
                self.panel.show_view(view, request.place)

        self._jobs.submit("Following the gradient", lambda _: work(request), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._building = False
        self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """End the jobs with the window."""
        if event.type() is QEvent.Type.Close:
            self._jobs.shutdown()
        return super().eventFilter(watched, event)
