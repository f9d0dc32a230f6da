"""Quality: every system on every set, one row each."""
