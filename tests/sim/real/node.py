"""A node's folder and its connection: the process is one node at a time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connections

from tejido.ground.charter import selectors as charter
from tejido.ground.devices import renewing
from tejido.ground.store import boot, db
from tejido.ground.store.models import Own

DATABASE = "node.sqlite3"


class RealNode:
    """`org` and `device` stand for what the node's own table says."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.database = folder / DATABASE
        self.connection: Any = connections.create_connection("default")
        self.connection.settings_dict = {**self.connection.settings_dict, "NAME": str(self.database)}
        self.org, self.device = b"", b""
        self.honest = True

    @classmethod
    def empty(cls, name: str, template: Path, folder: Path) -> "RealNode":
        """With a database in which nothing stands."""
        folder.mkdir(parents=True)
        shutil.copy(template, folder / DATABASE)
        return cls(name, folder)

    def learn_itself(self) -> None:
        """It has an organisation now."""
        with self.here():
            own = Own.objects.get()
            self.org, self.device = bytes(own.org), bytes(own.device)

    @contextmanager
    def here(self) -> Iterator[None]:
        """Within this block the process is this node; what one process remembers of its one node is forgotten."""
        before, was = connections["default"], settings.NODE_DIR
        connections["default"], settings.NODE_DIR = self.connection, self.folder
        _forget()
        try:
            yield
        finally:
            connections["default"], settings.NODE_DIR = before, was
            _forget()

    def backup(self) -> None:
        """The database alone is copied, as people do."""
        self.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.database, self.folder / "backup")

    @property
    def saved(self) -> bool:
        """Whether there is a backup."""
        return (self.folder / "backup").exists()

    def restore(self) -> None:
        """It comes back while the keys' folder stays."""
        self.connection.close()
        for path in self.folder.glob(f"{DATABASE}-*"):
            path.unlink()
        shutil.copy(self.folder / "backup", self.database)

    def copied(self, name: str) -> "RealNode":
        """Its whole disk once more, as a machine of its own; notices it when it begins."""
        self.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder)
        copy = RealNode(name, folder)
        copy.org, copy.device = self.org, self.device
        return copy

    def lie_about_its_place(self) -> None:
        """As if this disk were the one that it was copied from: somebody means to sign twice in one place."""
        with self.here():
            path = self.folder / "keys" / boot.FILE
            path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "place": boot.place(path)}))
        self.honest = False

    def files(self) -> list[tuple[Path, bytes]]:
        """Every file of its database, with its bytes."""
        return [(path, path.read_bytes()) for path in sorted(self.folder.glob(f"{DATABASE}*"))]

    def held(self) -> dict[bytes, int]:
        """Every event, with its state: 0 pending, 1 readable, 2 redacted."""
        with self.here():
            return {bytes(digest): int(state) for digest, state in db.rows("SELECT hash, state FROM store_event")}

    def close(self) -> None:
        """It is switched off."""
        self.connection.close()


def _forget() -> None:
    charter._known.clear()
    renewing._since.clear()
