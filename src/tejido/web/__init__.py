"""Home, search page, operator page."""
