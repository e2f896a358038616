"""Drawing in the window: the desk on one side, the map and the keys on the other."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nnviz.app.app_model import AppModel
from nnviz.app.drawing import MOST_CLASSES
from nnviz.app.drawing_desk import DrawingDesk
from nnviz.ui.panels.data_toys import ToyGrid
from nnviz.ui.panels.decision import DecisionPanel


class DrawFlow(QObject):
    """Must be made before whatever else shows the model's data sets: the map keeps its axes while it is drawn on."""

    def __init__(self, model: AppModel, decision: DecisionPanel, toys: ToyGrid, window: QWidget) -> None:
        super().__init__(window)
        self._model = model
        self._decision = decision
        self._toys = toys
        self._window = window
        self._plain = False
        self.desk = desk = DrawingDesk(model, self)
        desk.changed.connect(self._on_changed)
        toys.draw_chosen.connect(desk.resume)
        parts = decision.drawing
        parts.toggled.connect(self.toggle)
        parts.new_wanted.connect(desk.begin_new)
        parts.bar.class_chosen.connect(desk.choose_class)
        parts.bar.undo.connect(desk.undo)
        parts.bar.redo.connect(desk.redo)
        parts.pen.stroke_ended.connect(desk.add)
        parts.pen.remove_wanted.connect(desk.remove_nearest)
        parts.pen.left.connect(desk.leave)
        self._keys = [QShortcut(QKeySequence(str(index + 1)), window) for index in range(MOST_CLASSES)]
        for index, key in enumerate(self._keys):
            key.activated.connect(lambda index=index: desk.choose_class(index))
            key.setEnabled(False)

    def toggle(self) -> None:
        """Begin to draw, or stop."""
        self.desk.toggle()
        self._on_changed()  # a refused toggle must not stay pressed

    def tick(self) -> None:
        """Let the run learn what was drawn; called once a frame."""
        self.desk.tick()

    def _on_changed(self) -> None:
        desk, decision = self.desk, self._decision
        was_active, was_plain, self._plain = decision.drawing.active, self._plain, desk.is_plain
        shown = desk.drawing if desk.is_shown else None
        decision.set_drawing(shown, active=desk.active, index=desk.class_index, plain=desk.is_plain)
        self._toys.set_drawing(desk.is_own)
        for key in self._keys:
            key.setEnabled(desk.active)
        if was_active and not desk.active:
            self._window.setFocus()
        if was_plain and shown is None:
            decision.set_dataset(self._model.dataset)
            decision.set_row(self._model.runs.row)
