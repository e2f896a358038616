"""The desk where points are drawn: what was asked for at once, what is learned as soon as it can be."""

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnviz.app.app_model import AppModel
from nnviz.app.drawing import Drawing, drawing_on, is_of, new_drawing, split_as, why_not_drawable
from nnviz.app.drawing_training import prepare_drawing, prepare_kept
from nnviz.app.notices import AppNotice, NoticeAction, notice_of
from nnviz.app.preparing import Prepared
from nnviz.data.dataset import Dataset
from nnviz.engine.masks import whole
from nnviz.engine.mlp import MLP
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.recipe import DEFAULT_HIDDEN
from nnviz.run.state import RunState

KEPT_ASIDE: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Aside:
    """A drawing that another data set took the place of, and its network if it had one."""

    drawing: Drawing
    network: MLP | None


class DrawingDesk(QObject):
    """Holds the drawing; sees to it that the run learns its points, a stroke behind at most.

    ``changed`` says that the drawing, the class or the mode is another one. Must be made before whatever shows data
    sets: it is told of them first.
    """

    changed = Signal()

    def __init__(self, model: AppModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.drawing: Drawing | None = None
        self.active = False
        self.class_index = 0
        self._learned: Drawing | None = None  # what the present data set holds; None while it is another one
        self._expected: Dataset | None = None
        self._asked = False
        self._refused: Drawing | None = None
        self._aside: deque[_Aside] = deque(maxlen=KEPT_ASIDE)
        model.dataset_changed.connect(self._on_dataset)

    @property
    def is_plain(self) -> bool:
        """Whether the plane is shown without a network's answers: the run learns something else still."""
        return self.drawing is not None and self.active and self._learned is None

    @property
    def is_shown(self) -> bool:
        """Whether the map shows the drawing: while it is drawn on, and as long as it is the data set."""
        return self.drawing is not None and (self.active or self._learned is not None)

    @property
    def is_own(self) -> bool:
        """Whether something was drawn, or is being drawn on an empty plane."""
        drawing = self.drawing
        return drawing is not None and (self.is_plain or drawing.points.can_undo or drawing.points.can_redo)

    # The mode

    def toggle(self) -> None:
        """Begin to draw, or stop."""
        if self.active:
            self.leave()
        else:
            self.start()

    def start(self) -> None:
        """Draw on the present data set, or say why that can't be."""
        if self.drawing is None:
            dataset = self._model.dataset
            reason = why_not_drawable(dataset)
            if dataset is None or reason:
                offer = NoticeAction("New drawing", self.begin_new)
                self._model.notice.emit(AppNotice("info", reason, (offer,), topic="drawing"))
                return
            self.drawing = self._learned = drawing_on(dataset)
            self.class_index = 0
        self.active = True
        self.changed.emit()

    def leave(self) -> None:
        """Give the map its usual click again; the points stay."""
        self.active = False
        if self.drawing is not None:
            if self._learned is None and not self.drawing.can_learn:
                self._put_aside("There was too little to learn in the drawing yet: it was put aside.")
            elif not self.is_own:
                self.drawing = self._learned = None
        self.changed.emit()

    def begin_new(self) -> None:
        """Begin with an empty plane of two classes; what was drawn before is put aside."""
        self._clear("The drawing was put aside.")
        self.drawing, self._learned, self.active, self.class_index = new_drawing(), None, True, 0
        self._model.runs.send(messages.Pause())
        self._say()
        self.changed.emit()

    def resume(self) -> None:
        """Draw on the drawing that there is, else on the last that was put aside, else on an empty plane."""
        if self.drawing is not None and self.is_own:
            self.start()
        elif self._aside:
            self.bring_back()
        else:
            self.begin_new()

    def _clear(self, text: str) -> None:
        self._model.cancel_reading()
        self._model.call_off_preparing()
        if self.drawing is not None:
            self._put_aside(text)

    def choose_class(self, index: int) -> None:
        """Draw in this class from now on; the next after the last is a new one."""
        if self.drawing is None or not self.active:
            return
        try:
            self.drawing.with_class(index)
        except UserError as error:
            self._model.notice.emit(AppNotice("hint", str(error), topic="drawing"))
            return
        self.class_index = index
        self.changed.emit()

    # The points

    def add(self, places: Iterable[Sequence[float]]) -> None:
        """Add one stroke of the chosen class."""
        self._change(lambda drawing: drawing.add(places, self.class_index))

    def remove_nearest(self, x: float, y: float, within: tuple[float, float]) -> None:
        """Remove the point nearest to a place, if one is near enough."""
        self._change(lambda drawing: drawing.remove_nearest(x, y, within))

    def undo(self) -> None:
        """Take the last change back."""
        self._change(lambda drawing: drawing.undo())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._change(lambda drawing: drawing.redo())

    def _change(self, change: Callable[[Drawing], Drawing]) -> None:
        if self.drawing is None or not self.active:
            self._model.notice.emit(AppNotice("hint", "Press D to draw; then points can be undone.", topic="drawing"))
            return
        try:
            changed = change(self.drawing)
        except UserError as error:
            self._model.notice.emit(notice_of(error, "drawing"))
            return
        if changed is not self.drawing:
            self.drawing = changed
            self._say()
            self.changed.emit()

    def _say(self) -> None:
        if (drawing := self.drawing) is not None:
            counts = ", ".join(f"{count:,} {name}" for name, count in zip(drawing.classes, drawing.counts, strict=True))
            self._model.notice.emit(AppNotice("hint", f"{len(drawing.points):,} points: {counts}", topic="drawing"))

    # Learning

    def tick(self) -> None:
        """Let the run learn what was drawn since; called once a frame."""
        model, drawing = self._model, self.drawing
        if self._asked and model.runs.state is None:
            self._asked = False  # the run that was asked has failed
        if drawing is None or drawing in (self._learned, self._refused) or not drawing.can_learn:
            return
        # What else is being prepared was asked for later than the points were drawn.
        if self._asked or model.preparing is not None or model.runs.editing:
            return
        if self._learned is None or model.runs.state in (None, RunState.DIVERGED):
            # Weights on the brink of overflow would only diverge again.
            self._build(drawing, self._learned, None)
        else:
            self._asked = True
            model.runs.checkpoint(partial(self._build, drawing, self._learned))

    def _build(self, drawing: Drawing, before: Drawing | None, checkpoint: messages.Checkpoint | None) -> None:
        self._asked = False
        model, runs = self._model, self._model.runs
        if before is not self._learned or self.drawing is None or model.preparing is not None:
            return  # another data set has come meanwhile, or is on its way
        config, training = runs.config, runs.training
        hidden = config.hidden if config is not None else DEFAULT_HIDDEN
        marks = runs.hand.marks

        def done(prepared: Prepared) -> None:
            if runs.editing or (checkpoint is not None and runs.config is not config):
                model.call_off_preparing()  # the next tick takes the network as it was edited meanwhile
            else:
                self._adopt(drawing, prepared)

        model.prepare_by(
            "Drawing",
            lambda _: prepare_drawing(drawing, hidden, training, checkpoint, before, marks),
            self._on_refused,
            done,
        )

    def _adopt(self, drawing: Drawing, prepared: Prepared) -> None:
        runs = self._model.runs
        goes_on = runs.asked_to_run
        self._expected, self._learned = prepared.dataset, drawing
        self._model.adopt(prepared)
        if goes_on:
            runs.send(messages.Run())
        self._say()

    def _on_refused(self, error: BaseException) -> None:
        self._refused = self.drawing  # not again before another point is drawn
        if isinstance(error, UserError):
            self._model.notice.emit(notice_of(error, "drawing"))
        else:
            self._model.failed.emit(error, "".join(traceback.format_exception(error)))

    # Other data sets

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is None or dataset is self._expected:
            if self.drawing is not None:
                self.changed.emit()
            return
        previous, self._expected = self._learned, dataset
        drawing = self.drawing
        if drawing is None:
            return
        if previous is not None and is_of(dataset, previous):
            # Split or scaled anew by the person: the same points.
            self.drawing = split_as(drawing, previous, dataset)
            self._learned = self.drawing if drawing is previous else split_as(previous, previous, dataset)
        else:
            self._put_aside(f"{dataset.name} took the place of the drawing.")
        self.changed.emit()

    def _put_aside(self, text: str) -> None:
        drawing = self.drawing
        learned, self.drawing, self._learned, self.active = self._learned, None, None, False
        if drawing is None or not (drawing.points.can_undo or drawing.points.can_redo):
            return
        snapshot, network = self._model.runs.last_snapshot, None
        if learned is not None and snapshot is not None and np.isfinite(snapshot.parameters).all():
            # What is silenced sounds again: its marks go with the run.
            parameters = whole(snapshot.parameters, snapshot.mask)
            network = MLP(snapshot.config, parameters, parameters.dtype)
        kept = _Aside(drawing, network)
        self._aside.append(kept)
        undo = NoticeAction("Back to the drawing", partial(self.bring_back, kept))
        self._model.notice.emit(AppNotice("warning", text, (undo,), topic="drawing aside"))

    @property
    def can_bring_back(self) -> bool:
        """Whether a drawing was put aside."""
        return bool(self._aside)

    def bring_back(self, kept: _Aside | None = None) -> None:
        """Go back to a drawing that was put aside: to this one, or to the last."""
        kept = kept or (self._aside[-1] if self._aside else None)
        if kept is None or kept not in self._aside:
            return
        self._aside.remove(kept)
        self._clear("The other drawing was put aside.")
        self.drawing, self._learned, self.active, self.class_index = kept.drawing, None, True, 0
        drawing, network = kept.drawing, kept.network
        if network is not None and drawing.can_learn and network.config.n_outputs == drawing.preprocessor.n_outputs:
            training = self._model.runs.training
            self._model.prepare_by(
                "Drawing",
                lambda _: prepare_kept(drawing, network, training),
                self._on_refused,
                partial(self._adopt, drawing),
            )
        self.changed.emit()
