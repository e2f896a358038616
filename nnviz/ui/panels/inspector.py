"""The inspector: a drawer below the diagram that shows one neuron, weight or row with all its numbers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.lens_build import Lens, LensView, NeuronLens
from nnviz.app.lens_chain import ChainView
from nnviz.app.lens_journey import JourneyView
from nnviz.app.lens_sums import Formula
from nnviz.app.lenses import Place
from nnviz.engine.explain_forward import ForwardTrace
from nnviz.ui.panels.inspector_chain import ChainPage
from nnviz.ui.panels.inspector_pages import JourneyPage, NeuronPage
from nnviz.ui.panels.inspector_parts import segment, set_text, value_label
from nnviz.ui.theme import Theme
from nnviz.ui.widgets import horizontal_rule

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

HEIGHT, LEAST, MOST = 276, 200, 420
_CUT = 4  # the last card may lack such a part where the one before it would else not be seen
LENSES: tuple[tuple[Lens, str, str], ...] = (
    ("journey", "Row", "The chosen row's journey from the file to the loss"),
    ("neuron", "Neuron", "One neuron: its sum, its activation, its gradient"),
    ("chain", "Chain rule", "One weight: its gradient factor by factor, and its next update"),
)


class InspectorPanel(QWidget):
    """Header with the lenses, and the page of the lens that is chosen.

    Signals
    -------
    lens_chosen(str), scope_chosen(str), closed
        What the person asks for.
    path_hovered(object)
        The path under the cursor, as `PathView.places`.

    Attributes
    ----------
    first_height
        Pixels in which it is shown first.
    """

    first_height = HEIGHT
    lens_chosen = Signal(str)
    scope_chosen = Signal(str)
    closed = Signal()
    path_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(LEAST)
        self.setMaximumHeight(MOST)
        self.lens: Lens = "neuron"
        self._brought: tuple[object, ...] = ()
        self._wanted: int | None = None  # the layer whose card is to be seen until the person scrolls
        self._arranged: tuple[object, ...] = ()
        self.title, self.subject = value_label("title"), value_label("caption")
        self.subject.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._segments = QButtonGroup(self)
        self._buttons: dict[Lens, QToolButton] = {}
        self.journey, self.neuron, self.chain = JourneyPage(), NeuronPage(), ChainPage()
        self._message = value_label("secondary", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._areas: dict[Lens, QScrollArea] = {}
        self._side: QWidget | None = None
        self.chain.scope_chosen.connect(self.scope_chosen)
        self.chain.path_hovered.connect(self.path_hovered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header())
        column.addWidget(horizontal_rule())
        column.addLayout(self._with_pages(), 1)
        self.set_lens(self.lens)
        self.say("")

    def _with_pages(self) -> QHBoxLayout:
        pages: tuple[tuple[Lens, QWidget], ...] = (
            ("journey", self.journey),
            ("neuron", self.neuron),
            ("chain", self.chain),
        )
        for name, page in pages:
            area = QScrollArea()
            area.setWidget(page)
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.viewport().setProperty("surface", "none")
            self._areas[name] = area
            self._pages.addWidget(area)
        self._pages.addWidget(self._message)
        self._side_rule = QFrame()
        self._side_rule.setProperty("rule", "v")
        self._side_rule.hide()
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addWidget(self._side_rule)
        self._body.addWidget(self._pages, 1)
        self._areas["journey"].setCornerWidget(QWidget())  # else the style draws a frame between the two bars
        bar = self._areas["journey"].horizontalScrollBar()
        bar.rangeChanged.connect(self._scroll)  # cards get wider with their numbers
        bar.actionTriggered.connect(self._let_scroll)
        return self._body

    def _header(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 4)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addSpacing(6)
        head.addWidget(self.subject, 1)
        self.what_if = segment("What if")
        self.what_if.setToolTip("Give the row other values and see what the network makes of them (J)")
        head.addWidget(self.what_if)
        head.addSpacing(8)
        for lens, text, tip in LENSES:
            button = segment(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, lens=lens: self.lens_chosen.emit(lens))
            self._segments.addButton(button)
            self._buttons[lens] = button
            head.addWidget(button)
        head.addSpacing(8)
        self.copy_text, self.copy_latex, self.close_button = QToolButton(), QToolButton(), QToolButton()
        self.copy_text.setText("Copy")
        self.copy_latex.setText("LaTeX")
        self.copy_text.setToolTip("Copy all formulas as text")
        self.copy_latex.setToolTip("Copy all formulas as LaTeX")
        self.copy_text.clicked.connect(lambda: QApplication.clipboard().setText(self.as_text()))
        self.copy_latex.clicked.connect(lambda: QApplication.clipboard().setText(self.as_latex()))
        self.close_button.setText("✕")
        self.close_button.setAccessibleName("Close the inspector")
        self.close_button.setToolTip("Close (Esc, I)")
        self.close_button.clicked.connect(self.closed)
        for button in (self.copy_text, self.copy_latex, self.close_button):
            button.setProperty("flat", "true")
            head.addWidget(button)
        return head

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        for page in (self.journey, self.neuron, self.chain):
            page.set_theme(theme)

    def set_subject(self, title: str, row: str) -> None:
        """Name what is looked at, and the row."""
        set_text(self.title, title)
        metrics = self.subject.fontMetrics()
        set_text(self.subject, metrics.elidedText(row, Qt.TextElideMode.ElideRight, max(40, self.subject.width())))
        self.subject.setToolTip(row)

    def set_lens(self, lens: Lens) -> None:
        """Check a lens's button; its page comes with its view."""
        self.lens = lens
        self._buttons[lens].setChecked(True)
        self.what_if.setVisible(lens == "journey")
        self._show_side()

    def set_side(self, side: QWidget | None) -> None:
        """Put a widget beside the journey, or none."""
        if self._side is not None and self._side is not side:
            self._body.removeWidget(self._side)
            self._side.hide()
        self._side = side
        if side is not None and self._body.indexOf(side) < 0:
            self._body.insertWidget(0, side)
        self._show_side()

    def _show_side(self) -> None:
        for widget in (self._side, self._side_rule):
            if widget is not None:
                widget.setVisible(self._side is not None and self.lens == "journey")

    def say(self, words: str) -> None:
        """Show words instead of a page."""
        set_text(self._message, words)
        self._pages.setCurrentWidget(self._message)
        self._can_copy(can=False)

    def _can_copy(self, *, can: bool) -> None:
        for button in (self.copy_text, self.copy_latex):
            button.setEnabled(can)

    def show_view(self, view: LensView, place: Place) -> None:
        """Show a lens's view data of a place, or the words in its place."""
        match view:
            case str():
                self.say(view)
                return
            case JourneyView():
                self.journey.show_view(view)
                self._show_step(view, place)
            case NeuronLens():
                self.neuron.show_view(view, place.source)
            case ChainView():
                self.chain.show_view(view)
        self._pages.setCurrentWidget(self._areas[self.lens])
        if self._arranged != (place, self.lens):  # measuring all labels takes milliseconds
            self._arranged = (place, self.lens)
            for page in (self.neuron, self.chain):
                page.arrange()
        self._can_copy(can=True)

    def _show_step(self, view: JourneyView, place: Place) -> None:
        """Bring the chosen neuron's card into sight until the person scrolls."""
        if (place, view.path) == self._brought:
            return
        self._brought = (place, view.path)
        self._wanted = place.layer
        QTimer.singleShot(0, self.journey, self._scroll)  # once the cards have their places

    def _let_scroll(self) -> None:
        self._wanted = None

    def _scroll(self) -> None:
        """Let the last of the wanted cards be seen whole, and as many of those before it as there is room for."""
        if self._wanted is None:
            return
        cards = self.journey.cards_to(self._wanted)
        area = self._areas["journey"]
        needed = cards[-1].minimumSizeHint().width()  # it may be wider, where there is room
        end = cards[-1].x() + needed - area.viewport().width()
        first = next((card for card in cards if card.x() >= end), cards[-1])
        if first is cards[-1] and len(cards) > 1 and end - cards[-2].x() < needed // _CUT:
            first = cards[-2]  # alone it would stand beside nothing
        self.journey.let_begin(first, area.viewport().width())
        area.horizontalScrollBar().setValue(first.x())

    def follow(self, trace: ForwardTrace) -> None:
        """Move the pictures of the page that is shown."""
        page = self._pages.currentWidget()
        if page is self._areas["journey"]:
            self.journey.follow(trace)
        elif page is self._areas["neuron"]:
            self.neuron.follow(trace)

    @property
    def message(self) -> str:
        """The words that are shown instead of a page, or ""."""
        return self._message.text() if self._pages.currentWidget() is self._message else ""

    def texts(self) -> list[str]:
        """Return every text that is shown on the page."""
        page = self._areas[self.lens]
        return [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page) and label.text()]

    def as_text(self) -> str:
        """Return the page's formulas as text."""
        return "\n".join(formula.text for formula in self._formulas())

    def as_latex(self) -> str:
        """Return the page's formulas as LaTeX, each a line of an ``aligned`` environment."""
        lines = " \\\\\n".join(f"& {formula.latex}" for formula in self._formulas())
        return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the page's formulas; nothing while words stand in its place."""
        from nnviz.app.saved_views import formula_numbers  # noqa: PLC0415 - not for the first paint

        return () if self.message or not self.copy_text.isEnabled() else (formula_numbers(self._formulas()),)

    def _formulas(self) -> list[Formula]:
        pages: dict[Lens, JourneyPage | NeuronPage | ChainPage] = {
            "journey": self.journey,
            "neuron": self.neuron,
            "chain": self.chain,
        }
        return pages[self.lens].formulas()
