"""The card beside a data point: the row's values in original units."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.app.row_view import row_part
from nnviz.ui.plots.decision_view import SurfaceView, value_text
from nnviz.ui.theme import Theme

_LONGEST_NAME = 28


def row_lines(view: SurfaceView, row: int) -> str:
    """Return a row's part, its values on the axes and its target, one a line, in original units."""
    dataset = view.slices.dataset
    lines = [f"row {int(dataset.table_rows[row]) + 1:,}, {row_part(dataset, row)}"]
    for axis in (view.x, view.y):
        if axis.name:
            value = float(view.slices.positions(axis.name)[row])
            lines.append(f"{_short(axis.name)}  {_short(value_text(axis, value))}")
    codes = dataset.target_codes
    target = dataset.table.column(dataset.choices.target).take(dataset.table_rows[row : row + 1])
    answer = dataset.classes[codes[row]] if codes is not None else str(target.labels()[0])
    lines.append(f"{_short(dataset.choices.target)}  {_short(answer)}")
    return "\n".join(lines)


class HoverCard(QLabel):
    """A small card beside a point; plain text only, because names and values come out of a file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.ink}; border: 1px solid {theme.line_strong};"
            "border-radius: 5px; padding: 4px 7px;"
        )

    def show_beside(self, text: str, at: QPointF, inside: QRect) -> None:
        """Show ``text`` next to a place, on the side where there is room."""
        if self.text() != text:
            self.setText(text)
            self.adjustSize()
        x = at.x() + 12 if at.x() + 12 + self.width() <= inside.right() else at.x() - 12 - self.width()
        y = min(max(at.y() - self.height() / 2, inside.top()), inside.bottom() - self.height())
        self.move(round(max(0.0, x)), round(y))
        self.show()


def _short(text: str) -> str:
    """Return one line of bounded length: a name may hold anything that a file can."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
