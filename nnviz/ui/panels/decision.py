"""The decision panel: the map, which plane it shows, and what the columns that are on no axis are held at."""

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.components import Components
from nnviz.app.drawing import Drawing, why_not_drawable
from nnviz.app.frame_budget import FINE_CELLS, FINE_PROBE_SECONDS, LIVE_CELLS, LIVE_PROBE_SECONDS, Ladder
from nnviz.app.planes import ComponentPlane, FirstLook, Plane
from nnviz.data.dataset import Dataset
from nnviz.run.snapshot import InputGrid, PointsProbe, Snapshot
from nnviz.ui.panels.decision_axes import AxisLists, PlaneChoice
from nnviz.ui.panels.decision_draw import MapDrawing
from nnviz.ui.panels.decision_held import HeldColumns
from nnviz.ui.panels.decision_parts import label, segment
from nnviz.ui.plots.decision_answers import Question
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_surface import DecisionSurface
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_HEAD, _ABOVE, _BELOW = 34, 5, 8
_LEAST_SIDE: Final = 60  # at the usual text size; a map that would be smaller takes the legend's room
_ROOMY_SIDE: Final = 225  # a map that would be smaller gets the room of what can be spared
_REMEMBERED: Final = 6  # questions whose answers are still worth showing while a slider moves on


class DecisionPanel(QWidget):
    """Title, axes, picture and held columns; never sees the application's model.

    ``probe_changed`` says that another grid is wanted from the run: ask :meth:`grid_probe` and :meth:`rows_probe`.
    ``row_chosen`` carries the index, in ``dataset.X``, of the row whose point was clicked. ``components_wanted`` asks
    for the principal components of a data set, which are worked out elsewhere: :meth:`set_components`.
    """

    probe_changed = Signal()
    row_chosen = Signal(int)
    components_wanted = Signal(object)  # Dataset

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: FirstLook | None = None
        self._components: Components | None = None
        self._row: int | None = None
        self._questions: deque[Question] = deque(maxlen=_REMEMBERED)
        self._cells = Ladder(LIVE_CELLS, LIVE_PROBE_SECONDS)
        self.setProperty("surface", "panel")
        self.surface = DecisionSurface(theme, self)
        self.surface.row_chosen.connect(self.row_chosen)
        self.surface.view_wanted.connect(self._show_view)
        self.drawing = MapDrawing(self.surface)
        self._title = label("Decision boundary", "title")
        self.axis_lists = AxisLists(self)
        self.axis_lists.chosen.connect(self._renew_plane)
        self.held = HeldColumns()
        self.held.changed.connect(self._on_held)
        self.held.rested.connect(self.probe_changed)
        self.hard = segment("Hard", "Show only which class wins, not how surely (H)")
        self.hard.setAccessibleName("Hard classes")
        self.hard.toggled.connect(lambda on: self.surface.set_hard(hard=on))
        self._arrange()
        self.drawing.set_theme(theme)
        self.held.set_theme(theme)
        self.set_dataset(None)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.setSpacing(7)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.drawing.bar, 100)
        for name, combo in self.axis_lists.widgets:
            head.addWidget(name)
            head.addWidget(combo, 2)
        head.addWidget(self.drawing.toggle)
        line = self.held.line
        line.insertWidget(0, self.drawing.help)
        line.addWidget(self.drawing.new)
        line.addSpacing(8)
        line.addWidget(self.hard)
        head_box = QWidget(self)
        head_box.setProperty("surface", "none")
        head_box.setLayout(head)
        hold(head_box, height=_HEAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _ABOVE, 0, _BELOW)
        column.setSpacing(0)
        column.addWidget(head_box)
        column.addWidget(self.surface, 1)
        column.addWidget(self.held)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # Size

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height at which the map is square with everything around it, whatever is left out now."""
        return self.surface.heightForWidth(width) + self.held.height_with_all() + px(_HEAD) + _ABOVE + _BELOW

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out what can be spared when the map would become too small."""
        super().resizeEvent(event)
        self._spare_room()

    def _spare_room(self) -> None:
        needed = self.surface.height_with(_ROOMY_SIDE) + self.held.height_with_all() + px(_HEAD) + _ABOVE + _BELOW
        bare = 0 < self.height() < self.surface.height_with(px(_LEAST_SIDE)) + px(_HEAD) + _ABOVE + _BELOW
        self.held.setHidden(bare)  # with large text in a low window the map comes first; tooltip and keys stay
        compact = 0 < self.height() < needed
        self.surface.set_compact(compact=compact, bare=bare)
        self.held.set_compact(compact=compact)

    # What is shown

    def set_dataset(self, dataset: Dataset | None, look: FirstLook | None = None) -> None:
        """Show another data set, its first two features on the axes; None empties the panel.

        ``look`` is what was worked out of it before, if anything was.
        """
        axes = self.drawing.axes
        if dataset is not None and (look is None or look.dataset is not dataset or axes):
            look = FirstLook(dataset, axes)
        self._look = look if dataset is not None else None
        self._row, self._components = None, None
        self._cells.forget()
        self.axis_lists.set_dataset(dataset)
        self.held.set_row(None)
        regression = dataset is not None and dataset.task == "regression"
        self.hard.setText("Bands" if regression else "Hard")
        what = "in bands between the lines" if regression else "only which class wins, not how surely"
        self.hard.setToolTip(f"Show {what} (H)")
        self._renew_plane()

    def _say_title(self) -> None:
        dataset, active = None if self._look is None else self._look.dataset, self.drawing.active
        view = self.surface.view
        whole = "Prediction map" if dataset is not None and dataset.task == "regression" else "Decision boundary"
        if view is not None and view.plane.kind == "curve":
            whole = "Prediction curve"
        self._title.setText("Draw" if active else whole)
        drawable = not why_not_drawable(dataset)
        shown = not active and dataset is not None
        self.axis_lists.set_shown(shown=shown, least_width=58 if drawable else 76)  # beside the toggle: less room
        self.drawing.toggle.setVisible(active or drawable)
        self.hard.setVisible(view is not None and view.plane.kind != "curve" and not active)
        self.held.set_drawing(active=active)

    def set_drawing(
        self, drawing: Drawing | None, *, active: bool = False, index: int = 0, plain: bool = False
    ) -> None:
        """Show a drawing that is drawn on in class ``index``; ``plain`` while the run still learns something else."""
        choice = self.axis_lists.choice()
        view = self.surface.view
        if active and choice is not None and view is not None:
            self.axis_lists.show_first()  # the plane as it is drawn on
            if self.axis_lists.choice() != choice or not view.is_whole:
                self._renew_plane()
        classes = () if self._look is None else self._look.dataset.classes
        begins = plain and (not self.drawing.is_plain or (drawing is not None and drawing.classes != classes))
        self.drawing.show(drawing, active=active, class_index=index, plain=plain)
        if not active:
            self.surface.show_rows()
        if begins and drawing is not None:
            self.set_dataset(drawing.dataset())
        self._say_title()

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest snapshot; its grid is used if it answers one of this panel's probes."""
        if snapshot.grid is not None and snapshot.grid.seconds:
            self._cells.note(snapshot.grid.probe.resolution, snapshot.grid.seconds)
        self.surface.draw(snapshot)

    def set_row(self, index: int | None) -> None:
        """Ring a row of ``dataset.X``, and hold the other columns at it if that is what is asked for."""
        if self._look is None or index == self._row or self.drawing.is_plain:
            return
        self._row = index
        self.surface.set_row(index)
        if self.held.set_row(index):
            self._on_held()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.surface.set_theme(theme)
        self.drawing.set_theme(theme)
        self.held.set_theme(theme)

    def axes(self) -> tuple[str, str | None] | None:
        """Return the columns on the axes, None without a data set or on the plane of the components."""
        choice = self.axis_lists.choice()
        return None if choice is None or choice.kind == "components" else (choice.x, choice.y)

    # What the run is asked

    def grid_probe(self, live: bool) -> InputGrid | None:  # noqa: FBT001 - the one question is whether it is live
        """Return the grid that the panel wants: coarse while anything moves, fine otherwise; None without a plane."""
        view, held = self.surface.view, self.held.held
        if view is None or self.drawing.is_plain:
            return None
        if live or self.held.moving:
            resolution = int(self._cells.level)
        else:
            resolution = int(self._cells.affordable(FINE_CELLS, FINE_PROBE_SECONDS))
        for question in self._questions:
            if (question.view, question.held) == (view, held) and question.probe.resolution == resolution:
                return question.probe
        # Answers to the last few still count, or a slider that moves on would show none.
        question = Question(view.plane.probe(view.x, view.y, resolution, held), view, held)
        self._questions.append(question)
        self.surface.set_questions(tuple(self._questions))
        return question.probe

    def rows_probe(self, live: bool) -> PointsProbe | None:  # noqa: FBT001 - the one question is whether it is live
        """Return the rows whose answers the panel wants now; None for not yet, or not at all."""
        points = self.surface.layers.points
        if not isinstance(points, PointsLayer) or self.held.moving or not self.isVisible():
            return None
        return self.surface.layers.errors.wanted(points, live=live)

    def set_components(self, components: Components) -> None:
        """Take the principal components that were asked for; those of a data set that is gone are dropped."""
        if self._look is not None and components.dataset is self._look.dataset:
            self._components = components
            self._renew_plane()

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the answers over the grid that is shown, and what the other columns are held at."""
        from nnviz.app.saved_map import map_numbers  # noqa: PLC0415 - not for the first paint

        answer = self.surface.answer
        if answer is None or answer[0].grid is None or self.drawing.is_plain:
            return ()
        snapshot, question = answer
        view = question.view
        return map_numbers(answer[0].grid, view.plane, (view.x, view.y), question.held, snapshot.config)

    # What the person changes

    def toggle_hard(self) -> None:
        """Show hard classes, or blend them again."""
        if self.hard.isVisibleTo(self):
            self.hard.toggle()

    def _plane(self, choice: PlaneChoice | None) -> Plane | None:
        if self._look is None or choice is None:
            return None
        if choice.kind != "components":
            return self._look.column_plane(choice.x, choice.y, against_target=choice.kind == "curve")
        if self._components is None:
            self.surface.set_message("Finding the principal components …")
            self.components_wanted.emit(self._look.dataset)
            return None
        return ComponentPlane(self._look.slices, self._components)

    def _renew_plane(self) -> None:
        self.surface.set_message("")
        plane = self._plane(self.axis_lists.choice())
        self._questions.clear()
        self.surface.set_questions(())
        view = None if plane is None else SurfaceView.whole(plane)
        self.surface.set_view(view, answers_follow=not self.drawing.is_plain)
        self.held.set_plane(plane)
        if self._row is not None:
            self.held.set_row(self._row)
        self.surface.set_row(self._row)
        self.surface.set_held(self.held.held)
        self.drawing.put_points()
        self._say_title()
        self._spare_room()
        self.probe_changed.emit()

    def _show_view(self, view: SurfaceView) -> None:
        """Show another part of the plane."""
        self.surface.set_view(view)
        self.held.begin_to_move()
        self.probe_changed.emit()

    def _on_held(self) -> None:
        self.surface.set_held(self.held.held)
        self.probe_changed.emit()
