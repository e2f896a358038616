"""Where the parts of a confusion matrix are: labels, cells, and the figures of each class at the right."""

from dataclasses import dataclass

from PySide6.QtCore import QRect

from nnviz.ui.type_scale import px

INSET = 16
HEAD = 18  # at the usual text size, as the widths below
_FIGURE_WIDTHS = (52, 44, 44, 46)  # precision, recall, F1, rows
_WIDEST_CELL, _HIGHEST_CELL = 132, 60
_MOST_READABLE = 12  # classes whose cells keep room for their numbers, and scroll instead
_LOWEST, _LOWEST_BARE = 16, 6
_NARROWEST_BARE = 5
_GAP = 6  # between cells and figures
_LABEL_SHARE = 0.26  # of the width, at most
_LEAST_LABEL = 22


def _figures(count: int) -> int:
    """Return the width of the first figures."""
    return sum(px(width) for width in _FIGURE_WIDTHS[:count])


@dataclass(frozen=True, slots=True)
class ConfusionLayout:
    """The boxes, in logical pixels of the widget, before it is scrolled.

    Attributes
    ----------
    n_classes
        Number of classes.
    label
        Width of the true classes' names.
    cell_width, cell_height
        Of one cell, its gap included.
    figures
        How many of precision, recall, F1 and rows there is room for.
    width
        Of the widget.
    """

    n_classes: int
    label: int
    cell_width: int
    cell_height: int
    figures: int
    width: int

    @classmethod
    def fit(cls, size: tuple[int, int], n_classes: int, label: int, number: int) -> "ConfusionLayout":
        """Return the layout for a widget's size, the width of the longest name and that of the widest number.

        Cells of up to twelve classes stay large enough for their numbers, and what is too high scrolls; cells of more
        classes shrink to plain colour first. Figures of the classes take what is left at the right, most telling first.
        """
        width, height = size
        readable = n_classes <= _MOST_READABLE
        room = max(width - 2 * INSET, 60)
        label = max(_LEAST_LABEL, min(label + 8, round(room * _LABEL_SHARE)))
        roomy = px({2: 66, 3: 48, 4: 38}.get(n_classes, 18))  # few classes keep their headings in full
        narrowest = max(number + 4, roomy) if readable else _NARROWEST_BARE
        figures = 0
        while figures < len(_FIGURE_WIDTHS):
            needed = label + n_classes * narrowest + _GAP + _figures(figures + 1)
            if needed > room:
                break
            figures += 1
        beside = _figures(figures) + (_GAP if figures else 0)
        cell_width = max(2, min((room - label - beside) // n_classes, _WIDEST_CELL))
        lowest = px(_LOWEST) if readable else _LOWEST_BARE
        cell_height = max(lowest, min((height - px(HEAD)) // n_classes, _HIGHEST_CELL))
        return cls(n_classes, label, cell_width, cell_height, figures, width)

    @property
    def height(self) -> int:
        """Height of all of it."""
        return px(HEAD) + self.n_classes * self.cell_height

    @property
    def left(self) -> int:
        """Where the cells begin."""
        return INSET + self.label

    @property
    def right(self) -> int:
        """Where the cells end."""
        return self.left + self.n_classes * self.cell_width

    def cell(self, true: int, guessed: int) -> QRect:
        """Return the box of a cell, with the gap to its neighbours left out."""
        gap = 2 if min(self.cell_width, self.cell_height) >= 14 else 1
        left, top = self.left + guessed * self.cell_width, px(HEAD) + true * self.cell_height
        return QRect(left, top, self.cell_width - gap, self.cell_height - gap)

    def at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the cell at a place, (true class, predicted class); None beside the cells."""
        true, guessed = (y - px(HEAD)) // self.cell_height, (x - self.left) // self.cell_width
        if 0 <= true < self.n_classes and 0 <= guessed < self.n_classes:
            return true, guessed
        return None

    def figure(self, index: int) -> tuple[int, int]:
        """Return left and width of the column of one of the figures; the last ends at the right inset."""
        start = self.width - INSET - _figures(self.figures)
        return start + _figures(index), px(_FIGURE_WIDTHS[index])
