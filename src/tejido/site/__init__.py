"""Wiring only: settings, urls, WSGI, the `tejido` command."""
