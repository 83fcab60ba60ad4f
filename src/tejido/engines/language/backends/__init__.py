"""What needs a process or a network of its own."""
