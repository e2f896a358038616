"""Sheets and dialogs that open over the main window."""
