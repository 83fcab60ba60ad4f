"""Seeded simulation of nodes that exchange through everything that can go wrong: `python -m tests.sim --seeds 200`."""
