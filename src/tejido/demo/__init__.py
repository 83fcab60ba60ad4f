"""What the demo network is filled with."""
