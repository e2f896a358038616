"""How long anything that eases may take: the one place that knows whether the person wants less motion."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

# What Qt itself would animate, where the system lets it.
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
_state = {"reduced": False}
_taken: list[Qt.UIEffect] = []  # effects that were on before


def set_reduced(*, reduced: bool) -> None:
    """Want less motion from now on, or as much as the system does: easing, Qt's effects, the blinking text cursor."""
    if reduced == _state["reduced"]:
        return
    _state["reduced"] = reduced
    if reduced:
        _taken[:] = [effect for effect in _EFFECTS if QApplication.isEffectEnabled(effect)]
    for effect in _taken:
        QApplication.setEffectEnabled(effect, not reduced)
    QGuiApplication.styleHints().setCursorFlashTime(0 if reduced else -1)  # -1: what the system says


def is_reduced() -> bool:
    """Whether less motion is wanted."""
    return _state["reduced"]


def motion_ms(milliseconds: int) -> int:
    """Return how long a change that takes ``milliseconds`` may take now: not at all where less motion is wanted."""
    return 0 if _state["reduced"] else milliseconds
