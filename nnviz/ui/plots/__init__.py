"""Live pictures of a run, each drawn from snapshots and independent of the others."""
