"""What the desktop says about colours, contrast and motion, and when it changes its mind."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication


class SystemHints(QObject):
    """The desktop's wishes; ``changed`` says that one of them is another now."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Both are kept: PySide takes the second for gone as soon as nothing in Python holds the first.
        self._hints = QGuiApplication.styleHints()
        self._accessibility: Any = self._hints.accessibility() if hasattr(self._hints, "accessibility") else None
        self._hints.colorSchemeChanged.connect(self.changed)
        for name in ("contrastPreferenceChanged", "motionPreferenceChanged"):
            if signal := getattr(self._accessibility, name, None):
                signal.connect(self.changed)

    @property
    def light(self) -> bool:
        """Whether the desktop is light; one that does not say is taken for dark."""
        return self._hints.colorScheme() is Qt.ColorScheme.Light

    @property
    def high_contrast(self) -> bool:
        """Whether the desktop asks for high contrast, as far as Qt tells: since 6.10."""
        return self._preference("contrastPreference") == "HighContrast"

    @property
    def reduced_motion(self) -> bool:
        """Whether the desktop asks for less motion, as far as Qt tells: since 6.12."""
        return self._preference("motionPreference") not in ("", "NoPreference")

    def _preference(self, name: str) -> str:
        ask = getattr(self._accessibility, name, None)
        return "" if ask is None else str(ask().name)
