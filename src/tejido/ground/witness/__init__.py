"""Witness: what every device says that it holds of a space, kept for those who may forget it."""
