"""Gives the chosen row other values, and has everything that shows the row show them."""

import time
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from nnviz.app.jobs import Job, JobContext
from nnviz.app.plain_numbers import plain_number
from nnviz.app.slices import AT_MEDIANS, Held, Slices
from nnviz.app.what_if import Near, TrainingRows, WhatIf, what_if
from nnviz.data.dataset import Dataset
from nnviz.run.state import RunState
from nnviz.ui.panels.inspector_flow import TEXT_INTERVAL
from nnviz.ui.panels.what_if import WhatIfPanel
from nnviz.ui.panels.what_if_words import answer_text, change_texts, missing_sentences, outside_sentences
from nnviz.ui.plots.decision_what_if import WhatIfHandle

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.panels.inspector import InspectorPanel


class WhatIfFlow(QObject):
    """Owns the panel beside the journey; what was changed of a row is kept while its data set is open."""

    def __init__(self, model: "AppModel", window: "MainWindow", inspector: "InspectorPanel") -> None:
        super().__init__(window)
        self._model, self._window, self._inspector = model, window, inspector
        self._panel: WhatIfPanel | None = None
        self._kept: dict[int, dict[str, float]] = {}
        self._slices: Slices | None = None
        self._training: TrainingRows | None = None
        self._job: Job[Any] | None = None
        self._asked: WhatIf | None = None
        self._row: int | None = None
        self._refusal = ""
        self._stale, self._due = False, 0.0  # of the texts
        self.is_open = False
        self._handle = WhatIfHandle(window.decision.surface)
        self._handle.moved.connect(self.set_values)
        inspector.what_if.clicked.connect(self.toggle)
        model.dataset_changed.connect(self._on_dataset)
        window.clock.tick.connect(self.tick)

    # Opening and closing

    def toggle(self) -> None:
        """Open beside the journey, or close: then everything shows the row as it is again."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def open(self) -> None:
        """Show the panel, with what was changed of this row before."""
        self._window.live.want_row()
        if self._model.dataset is None or self._model.runs.row is None:
            self._inspector.what_if.setChecked(False)
            return
        self.is_open = True
        self._inspector.what_if.setChecked(True)
        self._inspector.set_side(self.panel())
        self._handle.set_active(active=True)
        self._look_at_rows()
        self._take_row()

    def panel(self) -> WhatIfPanel:
        """Return the panel, which is made when it is first asked for."""
        if self._panel is None:
            panel = self._panel = WhatIfPanel()
            panel.changed.connect(self.set_value)
            panel.refused.connect(self._refuse)
            panel.back.connect(self.back)
            panel.row_chosen.connect(self._window.live.set_row)
            panel.set_theme(self._window.theming.theme)
            self._window.theming.changed.connect(panel.set_theme)
        return self._panel

    def close(self) -> None:
        """Put the panel away: the row counts as it is again."""
        if not self.is_open:
            return
        self.is_open, self._row, self._asked = False, None, None
        self._handle.set_active(active=False)
        self._inspector.what_if.setChecked(False)
        if self._window.focusWidget() is self.panel().focusWidget():
            self._window.setFocus()  # keys belong to the window again, not to a field that nobody sees
        self._inspector.set_side(None)
        self._put(None)

    def show_input(self, unit: int) -> None:
        """Bring the control of the column that an input is made of into sight."""
        if self.is_open and self._slices is not None:
            preprocessor = self._slices.dataset.preprocessor
            names = preprocessor.feature_names
            self.panel().controls.scroll_to(next(name for name in names if unit < preprocessor.columns_of(name).stop))

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if self._slices is not None and dataset is self._slices.dataset:
            return
        self.close()
        self._kept.clear()
        self._slices = self._training = self._asked = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # Other values

    @property
    def words(self) -> tuple[str, ...]:
        """What is other than in the row, each value beside the row's own."""
        changed, slices = self._model.runs.what_if, self._slices
        if changed is None or slices is None:
            return ()
        return tuple(change_texts(slices, changed))

    def set_value(self, name: str, value: float) -> None:
        """Let a column of the row have another value: raw units, the code of a category, or nan for a missing one."""
        self.set_values({name: value})

    def set_values(self, values: Mapping[str, float]) -> None:
        """Let several columns of the row have other values."""
        row = self._model.runs.row
        if row is not None:
            self._kept.setdefault(row, {}).update(values)
            self._refusal = ""
            self._take_row()

    def back(self) -> None:
        """Give the row its own values back."""
        row = self._model.runs.row
        if row is not None:
            self._kept.pop(row, None)
            self._refusal = ""
            self._take_row()

    def _refuse(self, words: str) -> None:
        self._refusal = words
        self._say()

    def _take_row(self) -> None:
        """Show the chosen row with what is kept of it."""
        row, slices, dataset = self._model.runs.row, self._slices, self._model.dataset
        self._row = row
        if row is None or dataset is None:
            self.close()
            return
        number = f"{int(dataset.table_rows[row]) + 1:,}"
        if slices is None:
            self.panel().show_row(f"What if row {number} …", None, AT_MEDIANS)
            return
        changed = what_if(slices, row, self._kept.get(row, {}))
        held = Held(row) if changed is None else changed.held
        self.panel().show_row(f"What if row {number} had …", slices, held)
        self._put(changed)

    def _put(self, changed: WhatIf | None) -> None:
        """Have the pictures show it from the next frame on, and the texts in their turn."""
        runs = self._model.runs
        if runs.what_if is not None or changed is not None:
            runs.what_if = changed
            if runs.state is not RunState.RUNNING:  # else the next frame brings it, and the map need not hurry
                runs.refresh()
        self._window.decision.surface.set_what_if(None if changed is None else changed.held)
        self._stale = True
        self._write()

    def _write(self) -> None:
        """Have the texts written, at most four times a second: while a value is dragged they would cost the frames."""
        now = time.perf_counter()
        if self._stale and now >= self._due:
            self._stale, self._due = False, now + TEXT_INTERVAL
            self._window.live.text_now()
            self._window.inspector.refresh_now()
            self._say()

    # What training knows of it

    def _look_at_rows(self) -> None:
        """Go through the data set once, in the background: the columns' ranges and the training rows."""
        look = self._model.look
        if self._slices is not None or self._job is not None or look is None:
            return
        slices = look.slices

        def work(context: JobContext) -> TrainingRows:
            for name in slices.dataset.feature_names:
                slices.axis(name)
            _ = slices.medians
            return TrainingRows(slices.dataset, context.cancelled)

        def done(found: TrainingRows) -> None:
            self._job, self._slices, self._training = None, slices, found
            if self.is_open:
                self._take_row()

        self._job = self._model.jobs.submit("Looking at the rows", work, done, self._failed)

    def tick(self) -> None:
        """Follow the chosen row, and look for the nearest ones (once a frame)."""
        if self.is_open and self._model.runs.row != self._row:
            self._refusal = ""
            self._take_row()
        self._write()
        changed, training = self._model.runs.what_if, self._training
        if training is None or self._job is not None or changed is None or changed is self._asked or self._stale:
            return

        def done(near: tuple[Near, ...]) -> None:
            self._job = None
            if self.is_open and self._model.runs.what_if is not None:
                self._show_nearest(near)

        self._asked = changed
        self._job = self._model.jobs.submit(
            "Looking for the nearest rows", lambda _: training.nearest(changed), done, self._failed, quiet=True
        )

    def _show_nearest(self, near: tuple[Near, ...]) -> None:
        if (slices := self._slices) is not None:
            numbers = [f"{int(slices.dataset.table_rows[one.row]) + 1:,}" for one in near]
            answers = [f"({answer_text(slices.dataset, one.row)}, {plain_number(one.distance, 2)} σ)" for one in near]
            self.panel().show_nearest(list(zip([one.row for one in near], numbers, answers, strict=True)))

    def _say(self) -> None:
        """Say what was refused, what is missing, and what is outside the training rows."""
        changed, slices, training = self._model.runs.what_if, self._slices, self._training
        sentences = [self._refusal] if self._refusal else []
        if changed is None:
            self.panel().show_nearest(())
        elif slices is not None and training is not None:
            sentences += missing_sentences(slices, changed)
            sentences += outside_sentences(slices, changed, training.outside(changed.inputs))
        self.panel().say(sentences)

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self._model.failed.emit(error, "".join(traceback.format_exception(error)))
