"""Draw mode of the decision panel: the toggle, the bar, the pen, and what they put on the map."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from nnviz.app.drawing import Drawing
from nnviz.app.slices import SliceAxis
from nnviz.ui.icons import set_icon
from nnviz.ui.panels.draw_bar import DrawBar
from nnviz.ui.plots.decision_drawing import DrawnLayer
from nnviz.ui.plots.decision_pen import DrawPen
from nnviz.ui.plots.decision_surface import DecisionSurface
from nnviz.ui.theme import CAPTION, DARK, Theme
from nnviz.ui.type_scale import hold, px

HELP: Final = "Click or drag adds, Shift click removes"
ANOTHER: Final = "Now points of another class"
WAITING: Final = "Draw points of two classes:\nthe network learns them at once"


class MapDrawing(QObject):
    """Shows a drawing on the map and tells what the pen did; decides nothing."""

    toggled = Signal()
    new_wanted = Signal()

    def __init__(self, surface: DecisionSurface) -> None:
        super().__init__(surface)
        self._surface = surface
        self._drawing: Drawing | None = None
        self._layer: DrawnLayer | None = None
        self._class_index = 0
        self._theme = DARK
        self.active = False
        self.is_plain = False
        self.pen = DrawPen(surface, lambda: surface.square)
        self.pen.stroke_grew.connect(self._show_stroke)
        self.bar = DrawBar()
        self.bar.hide()
        self.toggle = QToolButton()
        self.toggle.setObjectName("draw")
        self.toggle.setCheckable(True)
        self.toggle.setAccessibleName("Draw points on the map")
        self.toggle.setToolTip("Draw points on the map (D)")
        self.toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        hold(self.toggle, width=26, height=26)
        self.toggle.clicked.connect(self.toggled)
        self.help = QLabel(HELP)
        self.help.setProperty("role", "caption")
        self.new = QPushButton("New drawing")
        self.new.setToolTip("Begin with an empty plane of two classes")
        self.new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new.setAutoDefault(False)
        self.new.clicked.connect(self.new_wanted)
        self._message = QLabel(WAITING, surface)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for widget in (self.help, self.new, self._message):
            widget.hide()
        surface.installEventFilter(self)

    @property
    def axes(self) -> tuple[SliceAxis, ...]:
        """The ranges that the map keeps while a drawing is shown; none otherwise."""
        return () if self._drawing is None else self._drawing.axes

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.bar.set_theme(theme)
        self.pen.cross.theme = theme
        self._theme = theme
        self._colour_toggle()
        self._message.setStyleSheet(
            f"background: {theme.raised}; color: {theme.ink}; border: 1px solid {theme.line_strong};"
            "border-radius: 5px; padding: 6px 10px;"
        )
        self._place_message()

    def _colour_toggle(self) -> None:
        theme, on = self._theme, self.active
        set_icon(self.toggle, "pencil", theme.on_ink if on else theme.ink, 16)
        filled = f" background: {theme.ink}; border-color: {theme.ink};" if on else ""
        self.new.setStyleSheet(f"QPushButton {{ min-height: {px(20)}px; padding: 0 8px; font-size: {px(CAPTION)}px; }}")
        self.toggle.setStyleSheet(f"QToolButton {{ padding: 0; min-height: 0;{filled} }}")

    def show(self, drawing: Drawing | None, *, active: bool, class_index: int, plain: bool) -> None:
        """Show a state of the drawing.

        Parameters
        ----------
        drawing
            None if the map shows a data set that is none.
        active
            Whether it can be drawn on.
        class_index
            The class that is drawn in.
        plain
            Whether the plane is without a network's answers: the run learns something else still.
        """
        began = active and not self.active
        self._drawing, self.active, self.is_plain, self._class_index = drawing, active, plain, class_index
        self.toggle.setChecked(active)
        self._colour_toggle()
        for widget in (self.bar, self.help, self.new):
            widget.setVisible(active)
        self._message.setVisible(drawing is not None and active and not drawing.can_learn)
        self._message.setText(WAITING if drawing is None or not len(drawing.points) else ANOTHER)
        if drawing is None or not active:
            self.pen.end()
            self._layer = None
            self._surface.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            return
        self.bar.show_state(drawing.classes, drawing.counts, class_index)
        self.bar.set_history(undo=drawing.points.can_undo, redo=drawing.points.can_redo)
        self.pen.begin(drawing.axes)
        self._surface.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if began:
            self._surface.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place_message()
        self.put_points()

    def put_points(self) -> None:
        """Put the drawing's points on the map, over those of its data set, which may be a stroke behind."""
        if self._drawing is None or not self.active:
            return
        if self._layer is None:
            self._layer = DrawnLayer(self._drawing)
        self._show_stroke()

    def _show_stroke(self) -> None:
        drawing, layer = self._drawing, self._layer
        if drawing is not None and layer is not None:
            layer.show(drawing, self.pen.stroke(drawing.class_name(self._class_index)))
            self._surface.set_points(layer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the message on the map."""
        if watched is self._surface and event.type() == QEvent.Type.Resize:
            self._place_message()
        return False

    def _place_message(self) -> None:
        self._message.adjustSize()
        square = self._surface.square
        # Low, where a first stroke seldom goes.
        left = square.center().x() - self._message.width() // 2
        self._message.move(left, square.bottom() - self._message.height() - 12)
