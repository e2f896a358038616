"""The pages of the inspector: row journey, neuron lens, chain-rule lens."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.app.lens_build import NeuronLens
from nnviz.app.lens_effect import RowsView
from nnviz.app.lens_forward import NeuronView, fresh_amounts
from nnviz.app.lens_journey import JourneyView
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.engine.explain_forward import ForwardTrace
from nnviz.ui.panels.formula_lines import Lines
from nnviz.ui.panels.inspector_parts import Pane, Panes, SumTable, set_text, texts_of, value_label
from nnviz.ui.plots.lens_curve import ActivationCurve
from nnviz.ui.plots.lens_histogram import ActivationBars
from nnviz.ui.plots.lens_map import NeuronMap
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

_HEADS = ("z = Σ wa + b", "weight × input", "product")
_BACK = ("next layer", "weight × dL/dz", "passed back")
_AT_ONCE, _SOON_MS = 3, 16  # cards that are made in one turn, and when the next ones are
_BESIDE = 150  # pixels that the map takes beside the curve


class _NeuronPane(Pane):
    """A neuron's sum, and its activation below: one step of the journey."""

    def __init__(self) -> None:
        super().__init__("", 300)
        self.table = SumTable(_HEADS)
        self.curve = ActivationCurve()
        hold(self.curve, height=58)
        self.line = value_label(strong=True)
        self.column.removeWidget(self.title)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.line)
        self.column.addLayout(head)
        self.add(self.table, self.curve)
        self.shown: NeuronView | None = None

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self.table.set_theme(theme)
        self.curve.set_theme(theme)

    def show_neuron(self, view: NeuronView, chosen: int | None) -> None:
        """Write the texts and move the pictures."""
        self.shown = view
        set_text(self.title, view.name)
        self.table.show_sum(view.incoming, chosen)
        set_text(self.line, view.activation.text)
        self.curve.set_point(view.activation_name, view.z, view.a, view.slope)

    def follow(self, trace: ForwardTrace) -> None:
        """Move the pictures only."""
        if (view := self.shown) is not None:
            neuron = trace.neuron(view.place.layer, view.place.unit)
            self.table.show_amounts(fresh_amounts(view.incoming, neuron), neuron.pre_activation)
            self.curve.set_point(view.activation_name, neuron.pre_activation, neuron.activation, neuron.derivative)


class JourneyPage(QWidget):
    """Cards from left to right: the inputs, a neuron of each layer, the outcome."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self._view: JourneyView | None = None
        self._theme: Theme | None = None
        self._inputs, self._outcome = Pane("Inputs: file → network", 230), Pane("Outcome", 180)
        self._input_lines, self._outcome_lines = Lines(), Lines()
        self._input_note = value_label("caption", wrap=True)
        self._inputs.add(self._input_lines, self._input_note)
        self._shares = Lines("secondary")
        self._outcome.add(self._outcome_lines, self._shares)
        for pane in (self._inputs, self._outcome):
            pane.column.addStretch(1)
        self._steps: list[_NeuronPane] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        top = Qt.AlignmentFlag.AlignTop
        self._row.addWidget(self._inputs, 0, top)
        self._row.addWidget(self._outcome, 1, top)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        for step in self._steps:
            step.set_theme(theme)

    def show_view(self, view: JourneyView) -> None:
        """Write the texts."""
        self._view = view
        self._input_lines.show_lines(texts_of(view.inputs))
        set_text(self._input_note, f"Path with the largest products, through {len(view.steps)} neurons.")
        self._make_cards(view)
        for index, step in enumerate(self._steps):
            step.setVisible(index < len(view.steps))
            if index < len(view.steps):
                step.show_neuron(view.steps[index], view.path[index])
        self._outcome_lines.show_lines(texts_of(view.outcome.lines))
        shares = [f"{name}  {text}" for _, name, _, text in view.outcome.shares] if len(view.outcome.shares) > 2 else []
        self._shares.show_lines(shares)

    def _make_cards(self, view: JourneyView) -> None:
        """Make the cards that are missing, of a deep network some at a time: all at once would hold the window up."""
        missing = len(view.steps) - len(self._steps)
        for _ in range(min(missing, _AT_ONCE)):
            step = _NeuronPane()
            self._steps.append(step)
            self._row.insertWidget(len(self._steps), step, 0, Qt.AlignmentFlag.AlignTop)
            if self._theme is not None:
                step.set_theme(self._theme)
        if missing > _AT_ONCE:
            QTimer.singleShot(_SOON_MS, self, self._show_again)

    def _show_again(self) -> None:
        if self._view is not None:
            self.show_view(self._view)

    def let_begin(self, card: QWidget, room: int) -> None:
        """Make the last card so wide that this one can be the first in ``room`` pixels."""
        wanted = max(self._outcome.minimumSizeHint().width(), card.x() + room - self._outcome.x())
        if self._outcome.minimumWidth() != wanted:
            self._outcome.setMinimumWidth(wanted)

    def cards_to(self, layer: int) -> list[QWidget]:
        """Return the cards that are read one after the other up to a layer's: the inputs' is the first.

        The outcome belongs to the output's.
        """
        cards: list[QWidget] = [self._inputs, *self._steps[: layer + 1]]
        is_last = self._view is not None and layer == len(self._view.steps) - 1
        return [*cards, self._outcome] if is_last else cards

    def follow(self, trace: ForwardTrace) -> None:
        """Move the pictures only."""
        for step in self._steps:
            if step.isVisible():
                step.follow(trace)

    def formulas(self) -> list[Formula]:
        """Return everything for copying."""
        view = self._view
        if view is None:
            return []
        steps = [f for step in view.steps for f in (*_sum_formulas(step), step.activation)]
        return [*view.inputs, *steps, *view.outcome.lines]


def _sum_formulas(view: NeuronView) -> list[Formula]:
    head = formula(Name(f"{view.name}:"))
    terms = []
    for term in view.incoming.terms:
        product = (term.weight.lstrip("+"), "×", term.value, term.relation) if term.weight else ("=",)
        terms.append(formula(Name(term.name), *product, term.product.lstrip("+")))
    return [head, *terms, view.incoming.equation]


class _Pictures(QWidget):
    """The activation on its curve and over the rows, and its map: below them, or beside them where that has room."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.curve, self.bars, self.map = ActivationCurve(), ActivationBars(), NeuronMap()
        hold(self.curve, height=92)
        hold(self.bars, height=62)
        self._parts, left = QBoxLayout(QBoxLayout.Direction.TopToBottom, self), QVBoxLayout()
        self._parts.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.curve)
        left.addWidget(self.bars)
        self._parts.addLayout(left)
        self._parts.addWidget(self.map, 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return as little as the narrow arrangement needs: only what is to spare makes it wide."""
        return QSize(self.curve.minimumWidth(), self._parts.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Find the arrangement for the new width."""
        super().resizeEvent(event)
        beside = self.width() >= self.curve.minimumWidth() + px(_BESIDE)
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)


class NeuronPage(Panes):
    """Sum, activation with its map and its histogram, and what is passed back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.forward, self.middle, self.backward = Pane("Incoming", 320), Pane("Activation", 156), Pane("Gradient", 250)
        super().__init__((self.forward, self.middle, self.backward), parent)
        self.table, self.back = SumTable(_HEADS), SumTable(_BACK, bars=False)
        self.equation = value_label("secondary", wrap=True)
        self.forward.add(self.table, self.equation)
        self.pictures = _Pictures()
        self.curve, self.bars, self.map = self.pictures.curve, self.pictures.bars, self.pictures.map
        self.line = value_label(strong=True, wrap=True)
        self.middle.add(self.line, self.pictures)
        self.loss, self.lines = Lines(), Lines()
        self.effect_title, self.effect = value_label("title"), Lines()
        self.effect_scope = value_label("caption", wrap=True)
        set_text(self.effect_title, "Without it")
        self.backward.add(self.back, self.loss, self.lines, self.effect_title, self.effect, self.effect_scope)
        self._view: NeuronLens | None = None
        self._rows: RowsView | None = None
        self.show_rows(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        for part in (self.table, self.back, self.map, self.curve, self.bars):
            part.set_theme(theme)

    def show_view(self, view: NeuronLens, chosen: int | None) -> None:
        """Write the texts."""
        self._view = view
        self.map.set_place(view.forward.place)
        self.table.show_sum(view.forward.incoming, chosen)
        set_text(self.equation, view.forward.incoming.equation.text)
        set_text(self.line, view.forward.activation.text)
        self.curve.set_point(view.forward.activation_name, view.forward.z, view.forward.a, view.forward.slope)
        self.bars.set_mark(view.forward.a)
        self.back.setVisible(view.backward.outgoing is not None)
        if view.backward.outgoing is not None:
            self.back.show_sum(view.backward.outgoing)
        set_text(self.backward.title, "Loss and gradient" if view.backward.loss else "Gradient")
        self.loss.setVisible(bool(view.backward.loss))
        self.loss.show_lines(texts_of(view.backward.loss))
        self.lines.show_lines(texts_of(view.backward.lines))

    def show_rows(self, rows: RowsView | None) -> None:
        """Show how the activation is spread over many rows and what the neuron does for them; or nothing yet."""
        self._rows = rows
        self.bars.set_histogram(None if rows is None else rows.histogram)
        lines = () if rows is None else rows.lines
        for part in (self.effect_title, self.effect, self.effect_scope):
            part.setVisible(bool(lines))
        if rows is not None and lines:
            self.effect.show_lines(texts_of(lines))
            set_text(self.effect_scope, f"{rows.scope}: what it passes on counts as 0. r: correlation of the outputs.")

    def follow(self, trace: ForwardTrace) -> None:
        """Move the pictures only."""
        if self._view is None:
            return
        shown = self._view.forward
        neuron = trace.neuron(shown.place.layer, shown.place.unit)
        self.table.show_amounts(fresh_amounts(shown.incoming, neuron), neuron.pre_activation)
        self.curve.set_point(shown.activation_name, neuron.pre_activation, neuron.activation, neuron.derivative)
        self.bars.set_mark(neuron.activation)

    def formulas(self) -> list[Formula]:
        """Return everything for copying."""
        if self._view is None:
            return []
        forward, backward = self._view.forward, self._view.backward
        back = [backward.outgoing.equation] if backward.outgoing is not None else []
        effect = () if self._rows is None else self._rows.lines
        return [*_sum_formulas(forward), forward.activation, *back, *backward.loss, *backward.lines, *effect]
