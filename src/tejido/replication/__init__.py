"""Exchange between nodes: a core without I/O and the adapters around it."""
