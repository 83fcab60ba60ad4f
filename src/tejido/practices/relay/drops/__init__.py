"""Drop links: somebody without an account gives a report, and governs it afterwards with a receipt alone."""
