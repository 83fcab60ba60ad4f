"""One benchmark a file; `python -m bench NAME --json [--quick]` prints one JSON object."""
