"""Colour tokens, type and metrics of the themes, and what is made from them for painters."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from nnviz.errors import UserError
from nnviz.resources import resource_path
from nnviz.ui.type_scale import px

FONT_FAMILY = "Inter"
_FONT_FILES = ("fonts/Inter-Regular.otf", "fonts/Inter-Medium.otf", "fonts/Inter-SemiBold.otf")

# Type sizes in logical pixels, at the usual text size.
NUMERAL, COUNTER, TITLE, BODY, CAPTION, MICRO = 22.0, 18.0, 13.0, 12.0, 11.0, 10.5
REGULAR, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour a widget may use; painters read these tokens and never write a literal colour.

    Text is written in ``ink`` (three strengths), ``on_ink``, ``validation``, ``warning``, ``error`` and `class_texts`:
    these keep 4.5:1 against ``app``, ``panel``, ``raised`` and ``field``, and 7:1 in high contrast. ``positive``,
    ``negative``, ``classes`` and ``class_points`` are for strokes, fills and points. ``line_width`` multiplies the
    width of outlines and of painted lines.
    """

    name: str
    dark: bool
    app: str
    panel: str
    raised: str
    field: str
    line: str
    line_strong: str
    ink: str
    ink_2: str
    ink_3: str
    on_ink: str
    positive: str
    negative: str
    validation: str
    warning: str
    error: str
    point_a: str
    point_b: str
    point_outline: str
    classes: tuple[str, ...]
    class_points: tuple[str, ...]
    diverging: tuple[tuple[float, str], ...]
    tile_span: float
    boundary_span: float = 0.62
    line_width: float = 1.0

    @property
    def class_texts(self) -> tuple[str, ...]:
        """The colours of words and numbers that belong to a class; the first two also mean negative and positive."""
        return self.classes if self.dark else self.class_points


DARK = Theme(
    name="dark",
    dark=True,
    app="#121418",
    panel="#181B20",
    raised="#22272F",
    field="#0E1013",
    line="#272C35",
    line_strong="#3A424E",
    ink="#ECEEF1",
    ink_2="#ADB4BF",
    ink_3="#868E9B",
    on_ink="#121418",
    positive="#5AA9FF",
    negative="#FF9A4D",
    validation="#45CBA5",
    warning="#E7C14F",
    error="#F4687E",
    point_a="#FFC48F",
    point_b="#A5D3FF",
    point_outline="#0B0D10",
    classes=("#FF9A4D", "#5AA9FF", "#34D3AA", "#FEE04F", "#DF8ACB", "#99DBF5", "#DF6B42", "#A9ABB3"),
    class_points=("#FFC48F", "#A5D3FF", "#68DDBE", "#FCF2C7", "#E3BBD8", "#CCEDFE", "#EA9F85", "#DFE2E4"),
    diverging=(
        (-1.0, "#FFA65C"),
        (-0.6, "#C86F30"),
        (-0.22, "#583A27"),
        (0.0, "#1A1D22"),
        (0.22, "#1F3D5E"),
        (0.6, "#3077BF"),
        (1.0, "#74BAFF"),
    ),
    tile_span=0.86,
)

LIGHT = Theme(
    name="light",
    dark=False,
    app="#F5F6F8",
    panel="#FFFFFF",
    raised="#EEF0F3",
    field="#F7F8FA",
    line="#E2E5EA",
    line_strong="#C5CBD4",
    ink="#14171C",
    ink_2="#48515E",
    ink_3="#646D7A",
    on_ink="#FFFFFF",
    positive="#1B6FD1",
    negative="#D9660B",
    validation="#087A5C",
    warning="#8A6500",
    error="#C9304B",
    point_a="#B25000",
    point_b="#155CB4",
    point_outline="#FFFFFF",
    classes=("#D9660B", "#1B6FD1", "#038364", "#825B02", "#B23C92", "#3C8FB7", "#812F13", "#5D6470"),
    class_points=("#B25000", "#155CB4", "#0E6C53", "#654A00", "#8F3179", "#00759B", "#662914", "#4B535D"),
    diverging=((-1.0, "#D9660B"), (-0.5, "#F3B583"), (0.0, "#F7F8FA"), (0.5, "#8ABAF0"), (1.0, "#1B6FD1")),
    tile_span=0.76,
)

# Black and white where the others are greys, outlines that can be seen as well as read, and thicker lines.
CONTRAST = Theme(
    name="contrast",
    dark=True,
    app="#000000",
    panel="#000000",
    raised="#1A1E24",
    field="#000000",
    line="#7D8693",
    line_strong="#B4BCC8",
    ink="#FFFFFF",
    ink_2="#E6EAF0",
    ink_3="#C8CED8",
    on_ink="#000000",
    positive="#6CB6FF",
    negative="#FFA24F",
    validation="#5FF0C4",
    warning="#FFE066",
    error="#FF9DAB",
    point_a="#FFC48F",
    point_b="#A5D3FF",
    point_outline="#000000",
    classes=("#FFA24F", "#6CB6FF", "#46E4BC", "#FFEA64", "#FE7DD3", "#A5E2FC", "#F07038", "#B8BCC4"),
    class_points=DARK.class_points,
    diverging=(
        (-1.0, "#FFAE66"),
        (-0.6, "#D27634"),
        (-0.22, "#5C3B24"),
        (0.0, "#000000"),
        (0.22, "#1B3E63"),
        (0.6, "#327FCB"),
        (1.0, "#80C0FF"),
    ),
    tile_span=0.86,
    line_width=1.5,
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=16)
def diverging_table(theme: Theme, span: float = 1.0) -> NDArray[np.uint8]:
    """Return the colour table of signed values, (256, 4) uint8 RGBA, from -1 to 1.

    Parameters
    ----------
    theme
        Supplies the stops; between them the colour is linear in sRGB.
    span
        The part of the map that is used: the value 1 takes the colour of the stop position ``span``, so that points
        and outlines drawn over a picture stand out.
    """
    positions = [position for position, _ in theme.diverging]
    channels = np.array([_rgb(colour) for _, colour in theme.diverging], float)
    at = np.linspace(-span, span, 256)
    table = np.full((256, 4), 255, np.uint8)
    for channel in range(3):
        table[:, channel] = np.interp(at, positions, channels[:, channel]).round()
    table.setflags(write=False)
    return table


def class_colour(theme: Theme, index: int) -> str:
    """Return the colour of class ``index``; the palette repeats, so a marker shape must double it."""
    return theme.classes[index % len(theme.classes)]


def class_text_colour(theme: Theme, index: int) -> str:
    """Return the colour of words and numbers about class ``index``."""
    return theme.class_texts[index % len(theme.class_texts)]


def point_colour(theme: Theme, index: int) -> str:
    """Return the colour of the data points of class ``index`` where they lie over a heat map."""
    return theme.class_points[index % len(theme.class_points)]


def mix(first: str, second: str, share: float) -> str:
    """Return ``first`` with ``share`` (0 to 1) of ``second`` mixed in, as "#RRGGBB"."""
    channels = (round(a + (b - a) * share) for a, b in zip(_rgb(first), _rgb(second), strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def with_alpha(colour: str, alpha: float) -> QColor:
    """Return a QColor of "#RRGGBB" with an opacity between 0 and 1."""
    # Not setAlphaF: in PySide6 6.11 each of its calls adds a reference to None.
    return QColor(*_rgb(colour), round(255 * alpha))


def load_fonts() -> None:
    """Register the bundled Inter faces with Qt; needs a QGuiApplication.

    Raises
    ------
    UserError
        If a shipped face is missing or unreadable.
    """
    for name in _FONT_FILES:
        if QFontDatabase.addApplicationFont(str(resource_path(name))) < 0:
            raise UserError(f"The shipped font {name} can't be read.", "Install nnviz again.")


def font(pixels: float = BODY, weight: QFont.Weight = REGULAR) -> QFont:
    """Return Inter at a size in logical pixels of the usual text size, with figures that are all of one width."""
    result = QFont(FONT_FAMILY)
    result.setPixelSize(max(1, px(pixels)))
    result.setWeight(weight)
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setFeature(QFont.Tag("calt"), 1)
    return result


def palette(theme: Theme) -> QPalette:
    """Return the QPalette of a theme, for what the style sheet does not reach."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.panel,
        QPalette.ColorRole.WindowText: theme.ink,
        QPalette.ColorRole.Base: theme.field,
        QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Text: theme.ink,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.ink,
        QPalette.ColorRole.BrightText: theme.error,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.ink,
        QPalette.ColorRole.PlaceholderText: theme.ink_3,
        QPalette.ColorRole.Highlight: theme.ink,
        QPalette.ColorRole.HighlightedText: theme.on_ink,
        QPalette.ColorRole.Link: theme.ink,
        QPalette.ColorRole.Mid: theme.line_strong,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.ink_3))
    return result
