"""Lines that are cut anywhere, servers that are killed: nothing that arrived is sent twice in vain, nothing is done twice."""

import hashlib
import random
import socket
from pathlib import Path
from urllib.parse import urlencode

import orjson
import pytest

from tests.ground.uploads.conftest import Place, a_place
from tests.ground.uploads.wire import Browser, until
from tests.harness.nodes import Nodes

PIECE = 1024


def begin(place: Place, keeper: Browser, recording: bytes) -> str:
    said = {"purpose": "relay.report", "type": "audio/ogg", "form": urlencode(place.fields())}
    return keeper.begin(len(recording), said | {"sha256": hashlib.sha256(recording).hexdigest()}).headers["Location"]


def cut(line: socket.socket) -> None:
    """As a phone that loses its network: the other side hears nothing but a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    line.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_line_is_cut_at_random_bytes(place: Place, keeper: Browser, recording: bytes, seed: int) -> None:
    chance = random.Random(seed)
    url, offset, cuts = begin(place, keeper, recording), 0, 0
    before = len(place.reports())
    while len(recording) - offset > PIECE:
        sent = chance.randrange(PIECE, min(6 * PIECE, len(recording) - offset + 1))
        line = keeper.half_a_piece(url, offset, recording[offset:], sent)
        arrived = offset + sent // PIECE * PIECE
        until(lambda arrived=arrived: keeper.tus("HEAD", url).offset >= arrived)  # type: ignore[misc]
        cut(line)
        until(lambda: keeper.patch(url, 0, b"").status == 409)  # nobody holds the upload any more
        now = keeper.tus("HEAD", url).offset
        assert arrived <= now <= offset + sent
        offset, cuts = now, cuts + 1
    assert cuts > 3
    done = keeper.patch(url, offset, recording[offset:])
    assert done.headers["Upload-Sha256"] == hashlib.sha256(recording).hexdigest()
    assert len(place.reports()) == before + 1


def test_the_server_is_killed_during_an_upload(nodes: Nodes, recording: bytes) -> None:
    place = a_place(nodes)
    server = place.node.serve()
    keeper = place.keeper()
    url = begin(place, keeper, recording)
    with keeper.half_a_piece(url, 0, recording, 5 * PIECE):
        until(lambda: keeper.tus("HEAD", url).offset == 5 * PIECE)
        server.kill9()
    place.node.serve()
    assert keeper.tus("HEAD", url).offset == 5 * PIECE
    assert "Upload-Result" in keeper.patch(url, 5 * PIECE, recording[5 * PIECE :]).headers
    assert len(place.reports()) == 1


def test_the_server_is_killed_after_the_last_byte(nodes: Nodes, recording: bytes) -> None:
    """Whether it had finished or not: one report, whose address is told, by whoever looks or by the worker."""
    place = a_place(nodes)
    server = place.node.serve()
    keeper = place.keeper()
    urls = [begin(place, keeper, recording) for _ in range(2)]
    for url in urls:
        line = keeper.half_a_piece(url, 0, recording, len(recording))
        until(lambda url=url: place_of(place, url) == len(recording))  # type: ignore[misc]
        server.kill9()
        line.close()
        server = place.node.serve()
    told = keeper.tus("HEAD", urls[0])
    assert "Upload-Result" in told.headers
    place.node.worker()
    until(lambda: state_of(place, urls[1]) == "done")
    assert len(place.reports()) == 2
    assert keeper.tus("HEAD", urls[1]).headers["Upload-Result"] != told.headers["Upload-Result"]


def place_of(place: Place, url: str) -> int:
    """How many bytes lie on the disk, without asking the server, which would finish it; all where it is done."""
    folder = folder_of(place, url)
    if b'"done"' in (folder / "record.json").read_bytes():
        return 18405
    return (folder / "data").stat().st_size


def state_of(place: Place, url: str) -> str:
    """As the record on the disk says."""
    return str(orjson.loads((folder_of(place, url) / "record.json").read_bytes())["state"])


def folder_of(place: Place, url: str) -> Path:
    """Where an upload lies."""
    secret = url.rstrip("/").rpartition("/")[2]
    return place.node.folder / "uploads" / hashlib.sha256(secret.encode()).hexdigest()[:32]
