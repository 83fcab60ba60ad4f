"""From a backup's flat names to a data folder's; before Django is set up on it."""

from pathlib import Path


def arrange(folder: Path) -> None:
    """Blobs from the backup's flat names to the shelves of the store."""
    flat = folder / "blobs"
    for path in sorted(flat.iterdir()) if flat.is_dir() else []:
        if len(path.name) == 64:
            (flat / path.name[:2]).mkdir(mode=0o700, exist_ok=True)
            path.rename(flat / path.name[:2] / path.name)
    database = folder / "database.sqlite3"
    if database.exists():
        database.rename(folder / "db.sqlite3")
