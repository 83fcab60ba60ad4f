"""Keys and devices: what printed sheets decide, coming back after a loss, and whose devices a space's keys are wrapped for."""
