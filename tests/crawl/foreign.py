"""Another organisation without a node of its own: it signs real events, and reads and writes an exchange folder's files."""

import contextlib
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from tejido.ground.blobs import BlobRef, MemoryStorage, Vault
from tejido.ground.blobs.exchange import import_from
from tejido.ground.errors import Problem
from tejido.log import payload as payloads
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload, epoch_key_id
from tejido.log.writer import Written
from tejido.replication import pages
from tests.support.authors import Author, Room, World, age_of


@dataclass
class Stick:
    """An exchange folder in the hands of somebody with these epoch keys (none: whoever finds it)."""

    folder: Path
    keys: dict[bytes, bytes] = field(default_factory=dict)

    def learn(self, author: Author) -> None:
        """Take every epoch key that was given to an organisation."""
        for payload in self._payloads():
            body = json.loads(payload.data[payloads.SALT :]) if not payload.boxed else {}
            for key in _unboxed(body.get("body", body), age_of(author.name)):
                self.keys[epoch_key_id(key)] = key

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Every file as it lies there, its name first."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield path, str(path).encode() + b"\n" + path.read_bytes()

    def opened(self) -> Iterator[bytes]:
        """Every payload that opens, and the sound of every blob that one of them names."""
        for payload in self._payloads():
            plain = self.plain(payload)
            if plain is not None:
                yield plain
                yield from self._named(json.loads(plain[payloads.SALT :]))

    def _payloads(self) -> Iterator[Payload]:
        for path in sorted(self.folder.glob("*/payloads/*/*")):
            yield Payload.unpack(path.read_bytes())

    def plain(self, payload: Payload) -> bytes | None:
        """What is in a payload, or None where its key was not given."""
        if not payload.boxed:
            return payload.data
        key = self.keys.get(payload.key_id)
        return None if key is None else payloads.unbox(payload, key)

    def _named(self, value: Any) -> Iterator[bytes]:
        if isinstance(value, dict) and {"id", "key", "size", "type"} <= value.keys():
            yield from self._blob(BlobRef.from_dict(value))
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from self._named(part)

    def _blob(self, ref: BlobRef) -> Iterator[bytes]:
        vault = Vault(MemoryStorage())
        for path in self.folder.glob(f"*/blobs/*/{ref.id}"):
            try:
                import_from(vault, path, ref.id)
            except Problem:
                continue
            yield vault.read(ref)

    def write(self, world: World, room: Room, space_folder: str, of: Iterable[Written]) -> None:
        """Put events into a space's directory as a node does; identities of their authors too."""
        place, written = self.folder / space_folder, list(of)
        for log in {world.logs[org] for org in {_org(one) for one in written}} | {_log(world, one) for one in written}:
            mine = [one for one in world.written if one.incoming.log == log.id and (log.identity or one in written)]
            self._write_log(place, log, None if log.identity else room.space, mine)

    def _write_log(self, place: Path, log: Log, space: Space | None, written: list[Written]) -> None:
        for one in written:
            path = place / "payloads" / one.hash.hex()[:2] / one.hash.hex()
            path.parent.mkdir(parents=True, exist_ok=True)
            assert one.incoming.payload
            path.write_bytes(one.incoming.payload.pack())
        (place / "pages").mkdir(parents=True, exist_ok=True)
        for page in pages.split(log, space, [one.incoming for one in written]):
            data = page.encode()
            (place / "pages" / str(pages.PageName.of(page))).write_bytes(data)


def _unboxed(body: Any, identity: Any) -> Iterator[bytes]:
    """The epoch keys in a `space.key` body that this identity opens."""
    for one in body.get("boxes", ()) if isinstance(body, dict) else ():
        with contextlib.suppress(pyrage.DecryptError):
            yield bytes(pyrage.decrypt(b64decode(one["age"]), [identity]))


def _org(one: Written) -> bytes:
    header = json.loads(one.incoming.header)
    return bytes.fromhex(header["org"])


def _log(world: World, one: Written) -> Log:
    return world.logs[one.incoming.log]
