"""One room a practice."""
