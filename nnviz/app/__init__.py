"""Qt without widgets: the application model, the frame clock, background jobs, settings, crash hooks."""
