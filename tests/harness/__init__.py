"""What tests stand on: the run's folder, PostgreSQL, a browser, node processes, real data."""
