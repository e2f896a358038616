"""The Qt style sheet generated from a theme's tokens."""

from nnviz.ui.theme import BODY, CAPTION, FONT_FAMILY, TITLE, Theme
from nnviz.ui.type_scale import px

_SHEET = """
* {{ font-family: "{family}"; font-size: {body}px; }}
QWidget {{ color: {t.ink}; }}
QMainWindow, QDialog, QWidget[surface="app"] {{ background: {t.app}; }}
QDialog, QWidget[surface="panel"], QScrollArea[surface="panel"] {{ background: {t.panel}; }}
QDialog[sheet="true"] {{ border: 1px solid {t.line_strong}; }}
QWidget[surface="none"] {{ background: transparent; }}
QFrame[rule="h"] {{ background: {t.line}; border: none; min-height: 1px; max-height: 1px; }}
QFrame[rule="v"] {{ background: {t.line}; border: none; min-width: 1px; max-width: 1px; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[role="caption"] {{ font-size: {caption}px; color: {t.ink_3}; }}
QLabel[role="secondary"] {{ color: {t.ink_2}; }}
QLabel[role="warning"] {{ font-size: {caption}px; color: {t.warning}; }}
QLabel[role="error"] {{ color: {t.error}; }}
QLabel[role="passed"] {{ font-size: {caption}px; color: {t.validation}; }}
QLabel[sign="+"] {{ color: {t.class_texts[1]}; }}
QLabel[sign="-"] {{ color: {t.class_texts[0]}; }}
QWidget[surface="box"] {{ background: {t.field}; border: 1px solid {t.line}; border-radius: 5px; }}
QFrame[surface="editor"] {{ background: {t.raised}; border: 1px solid {t.line_strong}; border-radius: 6px; }}
QLabel[role="formula"] {{
  background: {t.field}; color: {t.ink_2}; border: 1px solid {t.line}; border-radius: 5px; padding: 5px 8px;
}}
QToolButton, QPushButton {{
  background: {t.raised}; color: {t.ink}; border: {edge}px solid {t.line}; border-radius: 6px;
  min-height: {inner}px; padding: 0 10px; font-weight: 500;
}}
QToolButton {{ padding: 0 6px; }}
QToolButton:hover, QPushButton:hover {{ border-color: {t.line_strong}; }}
QToolButton:pressed, QPushButton:pressed {{ background: {t.line}; }}
QToolButton:focus, QPushButton:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus {{
  border: {edge}px solid {t.ink_2};
}}
QToolButton:disabled, QPushButton:disabled {{ color: {t.ink_3}; background: {t.panel}; }}
QToolButton[primary="true"], QPushButton[primary="true"], QPushButton:default {{
  background: {t.ink}; color: {t.on_ink}; border-color: {t.ink};
}}
QToolButton[primary="true"]:disabled, QPushButton[primary="true"]:disabled {{
  background: {t.raised}; color: {t.ink_3}; border-color: {t.line};
}}
QToolButton[flat="true"] {{ background: transparent; border-color: transparent; }}
QToolButton[flat="true"]:hover {{ background: {t.raised}; }}
QToolButton[segment="true"] {{
  background: {t.field}; color: {t.ink_2}; border-radius: 4px;
  min-height: {segment}px; font-size: {caption}px; padding: 0 8px;
}}
QToolButton[segment="true"]:checked {{ background: {t.raised}; color: {t.ink}; border-color: {t.line_strong}; }}
QToolButton::menu-indicator {{ image: none; }}
QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{
  background: {t.field}; color: {t.ink}; border: {edge}px solid {t.line_strong}; border-radius: 5px;
  min-height: {inner}px; padding: 0 8px; selection-background-color: {t.ink}; selection-color: {t.on_ink};
}}
QLineEdit {{ placeholder-text-color: {t.ink_3}; }}
QSpinBox, QDoubleSpinBox {{ padding: 0; max-height: {inner}px; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled {{ color: {t.ink_3}; }}
QComboBox[compact="true"] {{ padding: 0 0 0 6px; font-size: {caption}px; }}
QComboBox[compact="true"]::drop-down {{ width: {small_drop}px; }}
QComboBox::drop-down {{ border: none; width: {drop}px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: {arrow}px; height: {arrow}px; }}
QComboBox QAbstractItemView, QMenu {{
  background: {t.raised}; color: {t.ink}; border: {edge}px solid {t.line_strong}; outline: none;
  selection-background-color: {t.ink}; selection-color: {t.on_ink};
}}
QMenu {{ padding: 4px; }}
QMenu::item {{ padding: 5px 18px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.ink}; color: {t.on_ink}; }}
QMenu::item:disabled {{ color: {t.ink_3}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 6px; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
  width: 0; border: none;
}}
QSlider {{ min-height: {slider}px; background: transparent; }}
QSlider::groove:horizontal {{ height: 3px; background: {t.line_strong}; border-radius: 1px; }}
QSlider::sub-page:horizontal {{ background: {t.ink_2}; border-radius: 1px; }}
QSlider::handle:horizontal {{
  background: {t.ink}; width: {handle}px; height: {handle}px; margin: {over}px 0; border-radius: {round}px;
}}
QSlider::handle:horizontal:disabled {{ background: {t.ink_3}; }}
QCheckBox, QRadioButton {{ background: transparent; spacing: 6px; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{
  background: {t.line_strong}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px;
}}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTableView, QTableWidget {{
  background: {t.field}; color: {t.ink}; border: 1px solid {t.line}; gridline-color: {t.line};
  selection-background-color: {t.raised}; selection-color: {t.ink};
}}
QHeaderView::section {{
  background: {t.panel}; color: {t.ink_2}; border: none; border-right: 1px solid {t.line};
  border-bottom: 1px solid {t.line}; padding: 4px 8px; font-weight: 600;
}}
QTableCornerButton::section {{ background: {t.panel}; border: none; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: 1px; max-height: 3px; min-height: 3px; }}
QProgressBar::chunk {{ background: {t.ink}; border-radius: 1px; }}
QSplitter::handle {{ background: {t.line}; }}
QToolTip {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.line_strong}; padding: 4px 6px; }}
QStatusBar {{ background: {t.app}; color: {t.ink_2}; border-top: 1px solid {t.line}; font-size: {caption}px; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ font-size: {caption}px; color: {t.ink_2}; }}
"""

_TABS = """
QTabBar {{ background: transparent; }}
QTabBar::tab {{
  background: transparent; border: none; border-bottom: 2px solid transparent; color: {t.ink_2};
  padding: {above}px {padding}px; margin-right: {gap}px; font-weight: 500; font-size: {size}px;
}}
QTabBar::tab:selected {{ color: {t.ink}; border-bottom-color: {t.ink}; }}
QTabBar::tab:hover:!selected {{ color: {t.ink}; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:selected:focus {{ background: {t.raised}; }}
"""


def tab_sheet(theme: Theme, size: float = BODY, padding: int = 8, gap: int = 6) -> str:
    """Return the style sheet of a bar of tabs that are underlined: type size, padding and gap in pixels."""
    return _TABS.format(t=theme, size=px(size), padding=padding, gap=gap, above=px(7))


def style_sheet(theme: Theme, chevron: str) -> str:
    """Return the window's style sheet.

    Parameters
    ----------
    theme
        The tokens.
    chevron
        Path of the picture of a combo box's arrow, with forward slashes.
    """
    edge = round(theme.line_width)
    return _SHEET.format(
        t=theme,
        family=FONT_FAMILY,
        body=px(BODY),
        caption=px(CAPTION),
        title=px(TITLE),
        chevron=chevron,
        edge=edge,
        inner=px(26) - 2 * edge,
        segment=px(22) - 2 * edge,
        slider=max(24, px(24)),
        arrow=px(10),
        drop=px(18),
        small_drop=px(14),
        handle=2 * round(px(12) / 2),
        over=-((2 * round(px(12) / 2) - 2) // 2),
        round=round(px(12) / 2),
    )
