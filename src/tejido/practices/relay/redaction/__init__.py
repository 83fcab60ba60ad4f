"""Taking words out of a report, and the voice in which it is heard."""
