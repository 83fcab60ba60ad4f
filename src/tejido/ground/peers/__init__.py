"""Exchange over HTTPS: partners at addresses that people typed in, a mutual challenge, turns of frames."""
