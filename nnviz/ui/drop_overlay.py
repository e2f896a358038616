"""What the window says while a file is held over it, and the words that decide on a drop."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.ui.icons import paint_icon
from nnviz.ui.text_parts import elided, one_line
from nnviz.ui.theme import BODY, DARK, SEMIBOLD, TITLE, Theme, font, with_alpha
from nnviz.ui.type_scale import px

TABLE_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MODEL_SUFFIXES: Final = (".npz", ".safetensors", ".json")
_NARROWEST: Final = 240  # of the card
_ACCEPTED: Final = f"nnviz opens tables ({', '.join(TABLE_SUFFIXES)}) and its own models ({', '.join(MODEL_SUFFIXES)})."


@dataclass(frozen=True, slots=True)
class DropVerdict:
    """Whether a drop is taken, and the words for it; ``path`` is the file that would be opened."""

    accepted: bool
    title: str
    text: str
    path: Path | None = None


def describe_drop(paths: Sequence[Path]) -> DropVerdict:
    """Say what dropping these files would do: the name of the file that is opened, or why none is.

    The content is not looked at: that is the reader's business once the file is let go.

    Parameters
    ----------
    paths
        The local files of the drop; empty when it holds none (a link, some text).
    """
    if not paths:
        return DropVerdict(accepted=False, title="This is not a file.", text=_ACCEPTED)
    first = paths[0]
    name = one_line(first.name or str(first))
    if os.path.isdir(first):  # noqa: PTH112 - Path.is_dir raises for a folder that must not be entered
        return DropVerdict(accepted=False, title=f"{name} is a folder.", text=f"Drop one file. {_ACCEPTED}")
    if not first.name.lower().endswith(TABLE_SUFFIXES + MODEL_SUFFIXES):
        return DropVerdict(accepted=False, title=f"{name} can't be opened.", text=_ACCEPTED)
    if len(paths) > 1:
        text = f"Release to open. Only the first of the {len(paths):,} files is opened."
        return DropVerdict(accepted=True, title=name, text=text, path=first)
    return DropVerdict(accepted=True, title=name, text="Release to open", path=first)


class DropOverlay(QWidget):
    """Covers its parent during a drag: frame, dimmed window and a card; never in the way of the mouse."""

    _CARD: Final = QRect(0, 0, 400, 104)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drop_overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = DARK
        self._verdict = DropVerdict(accepted=False, title="", text="")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    @property
    def verdict(self) -> DropVerdict:
        """What is shown, or was shown last."""
        return self._verdict

    def show_verdict(self, verdict: DropVerdict) -> None:
        """Cover the parent and show the card."""
        self._verdict = verdict
        self.setAccessibleName(f"{verdict.title}. {verdict.text}")
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the dimming, the frame and the card."""
        del event
        theme, verdict = self._theme, self._verdict
        tint = theme.ink if verdict.accepted else theme.error
        painter = QPainter(self)
        painter.fillRect(self.rect(), with_alpha(theme.app, 0.6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPainterPath()
        # At the very edge: further inside it would run through the texts there.
        frame.addRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 4.0, 4.0)
        painter.strokePath(frame, QPen(QColor(tint), 3.0))
        card = QRect(0, 0, min(px(self._CARD.width()), self.width() - 48), px(self._CARD.height()))
        if verdict.accepted and len(verdict.text) < 40:
            card.setHeight(px(80))
            widest = QFontMetrics(font(TITLE + 2, SEMIBOLD)).horizontalAdvance(verdict.title)
            card.setWidth(min(card.width(), max(px(_NARROWEST), widest + 84)))
        card.moveCenter(self.rect().center())
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 8.0, 8.0)
        painter.fillPath(outline, QColor(theme.panel))
        painter.strokePath(outline, QPen(QColor(theme.line_strong if verdict.accepted else theme.error), 1.0))
        name = "file" if verdict.accepted else "warning"
        paint_icon(painter, name, tint, QRectF(card.left() + 20.0, card.top() + 20.0, 24.0, 24.0))
        room = card.adjusted(60, 18, -20, -14)
        painter.setFont(font(TITLE + 2, SEMIBOLD))
        painter.setPen(QColor(theme.ink))
        line = QRect(room.left(), room.top(), room.width(), px(22))
        title = elided(painter.fontMetrics(), verdict.title, room.width(), middle=True)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font(BODY))
        painter.setPen(QColor(theme.ink_2))
        flags = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room.adjusted(0, px(28), 0, 0), flags, verdict.text)
        painter.end()
