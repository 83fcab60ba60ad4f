"""Files that a person read and that must not change by accident.

Where a change is meant: `TEJIDO_GOLDEN=write python -m pytest tests/engines/press tests/practices/relay/press -k reviewed`
writes them anew; read the difference before it is committed.
"""

import os
from pathlib import Path

WRITE = os.environ.get("TEJIDO_GOLDEN") == "write"


def reviewed(path: Path, text: str) -> None:
    """Compare a text with the file byte for byte, or write it."""
    data = text.encode()
    if WRITE:
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{path.name} is another now; tests/support/golden.py says how to write it anew"
