"""Widgets: panels, plots and dialogs, told what to show by the main window."""
