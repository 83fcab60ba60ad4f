"""The repository itself: floors, hygiene, documentation that keeps up."""
