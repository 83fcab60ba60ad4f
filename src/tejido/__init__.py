"""Tejido: sovereign nodes that join story, money and strategy."""

__version__ = "0.1.0.dev0"
