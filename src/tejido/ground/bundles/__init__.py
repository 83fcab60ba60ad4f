"""Exchange by bundle: one file, or a few small enough for mail, closed to the devices of whom it is for."""
