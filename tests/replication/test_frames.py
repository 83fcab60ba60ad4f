"""Frames and messages: golden bytes, and what is refused before it is kept."""

from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed
from tejido.log.payload import Payload
from tejido.replication import caps, frames, messages
from tejido.replication.blobs import Descriptor, urgency
from tejido.replication.frames import Decoder, Frame
from tejido.replication.messages import BEFORE, Head, Message, Point
from tejido.replication.pages import Page

A, B, C = (bytes([number]) * 32 for number in (0xAA, 0xBB, 0xCC))
AA, BB, CC = (one.hex() for one in (A, B, C))
SPACE = Space(A, bytes(16), True)
LOG = Log(A, B, bytes(16), SPACE.id)
EMPTY = b'{"chunks":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],"size":0}'
POINT = {"hash": BB, "seq": 7}
RUN = messages.Run(A, Point(7, B), BEFORE)

GOLDEN: dict[str, tuple[Message, bytes]] = {
    "page": (
        messages.Events(Page(LOG, SPACE, (Incoming(LOG.id, b'{"seq":0}', bytes(2)),))),
        b"P" + (418).to_bytes(4, "big") + LOG.data + b"\n" + SPACE.data + b'\n0000 {"seq":0}\n',
    ),
    "payload": (messages.PayloadOf(A, Payload(b"salt{}")), b"Y\0\0\0\x27" + A + b"\0salt{}"),
    "sealed payload": (
        messages.PayloadOf(A, Payload(b"box", bytes(16), bytes(72))),
        b"Y\0\0\0\x7c" + A + b"\1" + bytes(88) + b"box",
    ),
    "descriptor": (messages.BlobIs(Descriptor.parse(EMPTY)), b"D\0\0\0\x58" + EMPTY),
    "chunk": (messages.Chunk(AA, 258, b"bytes"), b"C\0\0\0\x29" + A + b"\0\0\1\2bytes"),
    "part": (messages.Part(AA, 258, 65536, b"bytes"), b"B\0\0\0\x2d" + A + b"\0\0\1\2\0\1\0\0bytes"),
    "checkpoint": (messages.Checkpoint(A, b"signed"), b"K\0\0\0\x26" + A + b"signed"),
    "manifest": (messages.Manifest(b"signed"), b"M\0\0\0\6signed"),
    "end": (messages.End(), b"E\0\0\0\0"),
    "heads": (
        messages.Heads(A, (Head(B, (Point(7, B),)),), ()),
        b"H\0\0\1\x0d"
        + f'{{"identities":[{{"log":"{BB}","tips":[{{"hash":"{BB}","seq":7}}]}}],"logs":[],"space":"{AA}"}}'.encode(),
    ),
    "identity": (
        messages.Identity((Incoming(A, b"{}", bytes(2), Payload(b"x")),)),
        b"I\0\0\0\x76" + f'{{"events":[{{"h":"{{}}","p":"AHg=","s":"0000"}}],"log":"{AA}"}}'.encode(),
    ),
    "placed": (
        messages.Placed(A, B, Point(7, B), (Point(0, C),)),
        b"L\0\0\1\x4e"
        + f'{{"log":"{BB}","points":[{{"hash":"{CC}","seq":0}}],"space":"{AA}",'
        f'"tip":{{"hash":"{BB}","seq":7}}}}'.encode(),
    ),
    "ask for heads": (messages.AskHeads(), b'W\0\0\0\x10{"want":"heads"}'),
    "ask for wants": (
        messages.AskWants(A, "payloads", 3),
        b"W\0\0\0\x76" + f'{{"skip":3,"space":"{AA}","want":"wants","what":"payloads"}}'.encode(),
    ),
    "want pages": (
        messages.WantPages(A, (RUN,)),
        b"W\0\0\1\x26"
        + f'{{"runs":[{{"after":{{"hash":"","seq":-1}},"log":"{AA}","tip":{{"hash":"{BB}","seq":7}}}}],'
        f'"space":"{AA}","want":"pages"}}'.encode(),
    ),
    "want payloads": (
        messages.WantPayloads(A, (B, C)),
        b"W\0\0\0\xef" + f'{{"events":["{BB}","{CC}"],"space":"{AA}","want":"payloads"}}'.encode(),
    ),
    "want chunks": (
        messages.WantChunks(A, (messages.From(BB, 2, 3),)),
        b"W\0\0\0\xc6" + f'{{"chunks":[{{"blob":"{BB}","first":2,"held":3}}],"space":"{AA}","want":"chunks"}}'.encode(),
    ),
    "probe": (
        messages.Probe(A, B, Point(7, B), (0, 3, 7)),
        b"W\0\0\1\x0e"
        + f'{{"log":"{BB}","seqs":[0,3,7],"space":"{AA}","tip":{{"hash":"{BB}","seq":7}},"want":"places"}}'.encode(),
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_bytes(name: str) -> None:
    message, golden = GOLDEN[name]
    assert messages.encode(message).encode()[5:] == golden[5:]
    assert messages.encode(message).encode() == golden
    (frame,) = Decoder().feed(golden)
    assert messages.decode(frame) == message


def test_every_kind_of_message_and_of_frame_has_golden_bytes() -> None:
    assert {type(message) for message, _ in GOLDEN.values()} == set(messages.WRITERS)
    assert {golden[:1] for _, golden in GOLDEN.values()} == frames.KINDS


@given(st.lists(st.integers(1, 50)), st.permutations(sorted(GOLDEN)))
def test_frames_come_out_whole_however_the_bytes_come(cuts: list[int], order: list[str]) -> None:
    data = b"".join(GOLDEN[name][1] for name in order)

    def pieces() -> Iterator[bytes]:
        start = 0
        for size in cuts:
            yield data[start : start + size]
            start += size
        yield data[start:]

    assert list(messages.read(pieces())) == [GOLDEN[name][0] for name in order]


@given(st.integers(1, 200))
def test_a_stream_that_is_cut_gives_what_came_whole(left: int) -> None:
    data = GOLDEN["ask for heads"][1] + GOLDEN["probe"][1]
    found: list[Message] = []

    def hear() -> None:
        for message in messages.read(iter([data[:-left]])):
            found.append(message)  # noqa: PERF402 - what came before the error counts

    with pytest.raises(Malformed, match="ends within a frame"):
        hear()
    assert found == [messages.AskHeads()]


@pytest.mark.parametrize("kind", sorted(frames.KINDS))
def test_a_frame_over_its_size_is_refused_by_its_head_alone(kind: bytes) -> None:
    most = caps.BODIES.get(kind, caps.BODY)
    decoder = Decoder()
    assert list(decoder.feed(kind + most.to_bytes(4, "big")[:3])) == []
    decoder = Decoder()
    with pytest.raises(Malformed, match="at most"):
        list(decoder.feed(kind + (most + 1).to_bytes(4, "big")))
    with pytest.raises(Malformed, match="at most"):
        Frame(kind, bytes(most + 1)).encode()


def test_an_unknown_type_is_refused_by_its_first_byte() -> None:
    with pytest.raises(Malformed, match="no frame"):
        list(Decoder().feed(b"Z"))


def test_a_turn_has_only_so_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "FRAMES", 3)
    with pytest.raises(Malformed, match="at most 3 frames"):
        list(messages.read(iter([GOLDEN["end"][1] * 4])))


BAD = (
    b'{"want":"heads","more":1}', b'{"want": "heads"}', b'{"want":["heads"]}', b'{"want":"money"}', b"[]", b"{", b"",
    b'{"want":"heads","want":"heads"}', b"[" * 5000,
    orjson.dumps({"want": "wants", "space": AA, "what": "all", "skip": 0}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "wants", "space": AA, "what": [], "skip": 0}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "wants", "space": AA, "what": "blobs", "skip": -1}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "wants", "space": AA, "what": "blobs", "skip": 2**53}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "payloads", "space": AA, "events": []}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "payloads", "space": AA, "events": [AA] * 1001}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "payloads", "space": AA.upper(), "events": [AA]}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "chunks", "space": AA, "chunks": [{"blob": "../x", "first": 0}]}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps({"want": "chunks", "space": AA, "chunks": [{"blob": AA, "first": True}]}, option=orjson.OPT_SORT_KEYS),
    orjson.dumps(
        {"want": "places", "space": AA, "log": AA, "tip": POINT, "seqs": [2**60]}, option=orjson.OPT_SORT_KEYS
    ),
    orjson.dumps(
        {"want": "places", "space": AA, "log": AA, "tip": {**POINT, "seq": 1.0}, "seqs": [1]}, option=orjson.OPT_SORT_KEYS
    ),
    orjson.dumps(
        {"want": "places", "space": AA, "log": AA, "tip": POINT, "seqs": [*range(65)]}, option=orjson.OPT_SORT_KEYS
    ),
)  # fmt: skip


@pytest.mark.parametrize("body", BAD)
def test_odd_wants_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        messages.decode(Frame(frames.WANTS, body))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (frames.PAGE, b"half a page"),
        (frames.PAYLOAD, A),
        (frames.PAYLOAD, A + b"\2x"),
        (frames.PAYLOAD, A + b"\0" + bytes(caps.MIB // 2)),
        (frames.CHUNK, A + b"\0\0\0"),
        (frames.CHECKPOINT, A),
        (frames.DESCRIPTOR, EMPTY.replace(b":0", b":1048577")),
        (frames.DESCRIPTOR, EMPTY.replace(b":0", b":9007199254740992")),
        (frames.DESCRIPTOR, b'{"chunks":[],"size":0}'),
        (frames.IDENTITY, b'{"events":[],"log":"' + AA.encode() + b'"}'),
        (frames.IDENTITY, b'{"events":[{"h":"","p":"*","s":""}],"log":"' + AA.encode() + b'"}'),
        (frames.HEADS, b'{"identities":[{"log":"' + AA.encode() + b'","tips":[]}],"logs":[],"space":"' + AA.encode() + b'"}'),
        (frames.PLACED, b"{}"),
    ],
)  # fmt: skip
def test_odd_bodies_are_malformed(kind: bytes, body: bytes) -> None:
    with pytest.raises(Malformed):
        messages.decode(Frame(kind, body))


@given(st.sampled_from(sorted(frames.KINDS)), st.binary(max_size=300))
def test_any_bytes_are_a_message_or_malformed(kind: bytes, body: bytes) -> None:
    try:
        message = messages.decode(Frame(kind, body))
    except Malformed:
        return
    assert messages.encode(message) == Frame(kind, b"" if kind == frames.END else body)


def test_peoples_words_come_before_their_pictures() -> None:
    blobs = [("image/webp", 1), ("audio/ogg", 9), ("audio/ogg; codecs=opus", 8), ("text/vtt", 99), ("video/mp4", 1)]
    ranked = sorted(blobs, key=lambda one: urgency(*one))
    assert [kind for kind, _ in ranked] == [
        "text/vtt",
        "audio/ogg; codecs=opus",
        "audio/ogg",
        "image/webp",
        "video/mp4",
    ]
