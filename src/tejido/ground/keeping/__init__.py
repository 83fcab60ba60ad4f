"""Keeping a node: checking everything it holds, backing it up, restoring it, rebuilding what is derived."""
