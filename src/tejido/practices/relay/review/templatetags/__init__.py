"""Template tags of the review room."""
