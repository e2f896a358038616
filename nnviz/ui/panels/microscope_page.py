"""The page of one stage of an update: what happens in words and formulas, and its sums."""

from PySide6.QtWidgets import QWidget

from nnviz.app.microscope_stage import Stage
from nnviz.ui.panels.formula_lines import FormulaLabel, Lines
from nnviz.ui.panels.inspector_parts import Pane, Panes, SumTable, set_text, texts_of, value_label
from nnviz.ui.theme import Theme

_MOST_TABLES = 2
_NARROW, _WIDE = 190, 340  # of the words, beside two tables and beside less


class StagePage(Panes):
    """Words and formulas on the left, up to two tables or more lines beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.words, self.beside = Pane("", _NARROW), Pane("", 230)
        self.words.title.hide()
        self._titled = [Pane("", 235) for _ in range(_MOST_TABLES)]
        super().__init__((self.words, *self._titled, self.beside), parent)
        self.sentence, self.symbols = value_label("secondary", wrap=True), FormulaLabel(strong=True)
        self.lines, self.aside = Lines(), Lines()
        self.words.add(self.sentence, self.symbols, self.lines)
        self.beside.add(self.aside)
        self._tables: list[SumTable] = []
        for pane in self._titled:
            self._tables.append(SumTable(("", "", ""), bars=False))
            pane.add(self._tables[-1])

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        for table in self._tables:
            table.set_theme(theme)

    def show_stage(self, stage: Stage) -> None:
        """Write a stage's texts."""
        self.words.least = _NARROW if len(stage.tables) == _MOST_TABLES else _WIDE
        self.words.hide()  # shown line by line, each would lay out the whole page
        self.beside.hide()
        set_text(self.sentence, stage.sentence)
        self.symbols.show_formula(stage.symbols.text)
        self.lines.show_lines(texts_of(stage.lines))
        for index, pane in enumerate(self._titled):
            there = index < len(stage.tables)
            pane.setVisible(there)
            if there:
                table = stage.tables[index]
                set_text(pane.title, table.title)
                self._tables[index].set_heads(table.heads)
                self._tables[index].show_sum(table.view, table.chosen)
        set_text(self.beside.title, stage.aside_title)
        self.aside.show_lines(texts_of(stage.aside))
        self.beside.setVisible(bool(stage.aside))
        self.words.show()
        self.arrange()
