"""One training run off the GUI thread: commands in, snapshots and events out; standard-library threading only."""
