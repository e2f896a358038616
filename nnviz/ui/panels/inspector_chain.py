"""The chain-rule page of the inspector: factors and check, paths, the next update."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.app.lens_chain import ChainView
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lens_update import UpdateLine
from nnviz.app.lenses import SCOPES
from nnviz.ui.panels.formula_lines import FormulaLabel, Lines, typeset
from nnviz.ui.panels.inspector_parts import Pane, Panes, segment, set_property, set_text, texts_of, value_label
from nnviz.ui.theme import COUNTER, SEMIBOLD, Theme, font


class _Factor(QWidget):
    """One factor of the product, in a box: symbol, number, caption."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "box")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 5, 8, 5)
        column.setSpacing(1)
        self.symbol, self.value, self.caption = value_label("secondary"), value_label(strong=True), QLabel()
        self.caption.setProperty("role", "caption")
        for label in (self.symbol, self.value, self.caption):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)


class ChainPage(Panes):
    """Factors and check, paths, update. ``path_hovered`` carries the path under the cursor, () for none."""

    scope_chosen = Signal(str)
    path_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.product, self.ways, self.step = Pane("", 270), Pane("Paths to the loss", 240), Pane("Next update", 250)
        super().__init__((self.product, self.ways, self.step), parent)
        self._view: ChainView | None = None
        self.scopes = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(2)
        for text in SCOPES:
            button = segment(text)
            button.clicked.connect(lambda _=False, scope=text: self.scope_chosen.emit(scope))
            self.scopes.addButton(button)
            head.addWidget(button)
        head.addStretch(1)
        self.scopes.buttons()[0].setChecked(True)
        self.product.column.addLayout(head)
        boxes = QHBoxLayout()
        boxes.setSpacing(4)
        self.boxes = [_Factor() for _ in range(3)]
        self._times = [QLabel("×"), QLabel("×")]
        for index, box in enumerate(self.boxes):
            if index:
                boxes.addWidget(self._times[index - 1])
            boxes.addWidget(box, 1)
        self.product.column.addLayout(boxes)
        self.lines, self.note = Lines(), value_label("caption", wrap=True)
        self.agreement = value_label(strong=True, wrap=True)
        self.check = value_label("caption", wrap=True)
        self.product.add(self.lines, self.note, self.agreement, self.check)
        self.rule, self.paths = FormulaLabel(role="caption"), Lines("secondary", spacing=6)
        self.sum = FormulaLabel(strong=True)
        self.paths.hovered.connect(self._on_hover)
        self.ways.add(self.rule, self.paths, self.sum)
        self.before_after = value_label(strong=True)
        self.before_after.setFont(font(COUNTER - 4, SEMIBOLD))
        self.update_lines, self.update_note = Lines("secondary"), value_label("caption", wrap=True)
        self.step.add(self.before_after, self.update_lines, self.update_note)

    def set_theme(self, theme: Theme) -> None:
        """Nothing here is painted by hand: the style sheet does it."""
        del theme

    def set_scope(self, scope: str) -> None:
        """Check a scope's button."""
        for button in self.scopes.buttons():
            button.setChecked(button.text() == scope)

    def show_view(self, view: ChainView) -> None:
        """Write the texts."""
        self._view = view
        set_text(self.product.title, f"{view.name},  {view.weight}")
        for index, box in enumerate(self.boxes):
            there = index < len(view.factors)
            box.setVisible(there)
            if index:
                self._times[index - 1].setVisible(there)
            if there:
                factor = view.factors[index]
                for label, text in (
                    (box.symbol, factor.symbol),
                    (box.value, factor.value),
                    (box.caption, factor.caption),
                ):
                    set_text(label, text)
        self.lines.show_lines(texts_of(view.lines))
        set_text(self.note, view.note)
        self.note.setVisible(bool(view.note))
        check = view.check
        set_text(self.agreement, f"{check.backprop} by backprop, {check.measured} measured")
        roles = {"agrees": "passed", "close": "warning", "apart": "error"}
        set_text(self.check, f"{check.sentence} Relative difference {check.relative}; {check.how}.")
        set_property(self.check, "role", roles[check.verdict])
        self._show_paths(view)
        set_text(self.before_after, view.step)
        self.update_lines.show_lines(*_update_lines(view.update))
        set_text(self.update_note, view.update_note)
        self.update_note.setVisible(bool(view.update_note))

    def _show_paths(self, view: ChainView) -> None:
        self.ways.setVisible(view.paths_sum is not None)
        if view.paths_sum is None or view.paths_rule is None:
            return
        self.rule.show_formula(f"each: {view.paths_rule.text}")
        self.paths.show_lines([f"{path.name}:  {path.line.text}" for path in view.paths])
        self.sum.show_formula(view.paths_sum.text)

    def _on_hover(self, index: int) -> None:
        paths = self._view.paths if self._view is not None else ()
        self.path_hovered.emit(paths[index].places if 0 <= index < len(paths) else ())

    def formulas(self) -> list[Formula]:
        """Return everything for copying."""
        view = self._view
        if view is None:
            return []
        rule: Sequence[Formula] = () if view.paths_rule is None else (view.paths_rule,)
        total: Sequence[Formula] = () if view.paths_sum is None else (view.paths_sum,)
        check = formula(view.check.backprop, Name("by backprop,"), view.check.measured, Name("measured"))
        head = formula(Name(view.name), view.weight.replace("+", ""))
        paths = [path.line for path in view.paths]
        return [head, *view.lines, *rule, *paths, *total, check, *(line.formula for line in view.update)]


def _update_lines(update: Sequence[UpdateLine]) -> tuple[list[str], list[str]]:
    """Return the update's lines, what is merely given on one line before them; and what their symbols are, in words."""
    given: list[tuple[str, str]] = []
    made: list[tuple[str, str]] = []
    for line in update:
        text = line.formula.text
        is_given = text.count("=") + text.count("≈") == 1 and "→" not in text
        symbol = typeset(text.partition(" = ")[0])
        (given if is_given else made).append((text, f"{symbol}: {line.name}"))
    together = (",   ".join(text for text, _ in given), ", ".join(tip for _, tip in given))
    texts, tips = zip(together, *made, strict=True)
    return list(texts), list(tips)
