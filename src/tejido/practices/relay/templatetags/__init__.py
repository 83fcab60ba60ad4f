"""Template tags of the relay room."""
