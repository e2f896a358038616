"""The regions of the main window; each has setters and signals and never sees the application model."""
