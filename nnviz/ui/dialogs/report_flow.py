"""Opens and closes the report beside the window, and shows in the window the row that is chosen in it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from nnviz.app.app_model import AppModel
from nnviz.ui.dialogs.report import ReportDialog

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow


class ReportFlow(QObject):
    """Owns the sheet; made when it is first wanted. A cross-validation goes on while the sheet is closed."""

    def __init__(self, model: AppModel, window: "MainWindow") -> None:
        super().__init__(window)
        self.sheet = ReportDialog(model, window, window.theming.theme)
        self.sheet.row_chosen.connect(window.live.set_row)
        window.theming.changed.connect(self.sheet.set_theme)
        window.clock.tick.connect(self.sheet.tick)
        window.installEventFilter(self)

    def toggle(self) -> None:
        """Show the sheet, or close it."""
        if self.sheet.isVisible():
            self.sheet.close()
        else:
            self.sheet.show()
            self.sheet.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Go with the window."""
        if event.type() is QEvent.Type.Close:
            self.sheet.close()
        return super().eventFilter(watched, event)
