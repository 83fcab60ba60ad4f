"""Exchange between nodes: how many events a second a node takes in from each carrier, beside the bare ingest of this run.

The events are those of `bench log` (1 KB, 20 logs, five an aggregate). Each part runs in a process of its own with a fresh
node, so that its peak memory is its own; `--part NAME --size N` runs one here. `core` is the exchange core with frames
written and read but no line; `git` is `git fetch` of as many objects of the same size, through git's own protocol.
"""

import argparse
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench._calibration import calibration, peak_mb
from bench._https import from_server, members
from bench._node import fresh_node
from bench.log import Authors, _ingest, _pages, _register

MAIN, QUICK, ROUNDS = 200_000, 8_000, 3
Figures = dict[str, float]


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """Medians of some rounds, in each of which every part runs once; shares of ingest are of the same round. `--events N` above
    200,000 runs the carriers once more with so many, for their memory; up to there, a quarter of it shows how memory grows."""
    parser = argparse.ArgumentParser(prog="python -m bench exchange")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--size", type=int, default=QUICK)
    parser.add_argument("--events", type=int, default=QUICK if quick else MAIN)
    parser.add_argument("--rounds", type=int, default=1 if quick else ROUNDS)
    args = parser.parse_args(argv)
    if args.part:
        return PARTS[args.part](args.size)
    main = min(args.events, MAIN)
    rounds = [_round(main) for _ in range(args.rounds)]
    figures = {key: round(median(one[key] for one in rounds), 3) for key in rounds[0]}
    if not quick:
        figures |= _memory(args.events if args.events > MAIN else main // 4)
    return {"events": main, "rounds": args.rounds, **calibration(), **figures}


def _round(size: int) -> Figures:
    """Every part once; `NAME_of_ingest` by the clock, `NAME_cpu_of_ingest` by processor time of the side that takes in."""
    found: Figures = {}
    for name in PARTS:
        part = _child(name, size)
        found |= {_sized(name, key, size): value for key, value in part.items()}
    for name in CARRIERS:
        found[f"{name}_of_ingest"] = round(found[f"{name}_events_per_s"] / found["ingest_per_s"], 3)
        found[f"{name}_cpu_of_ingest"] = round(found["ingest_cpu_us"] / found[f"{name}_cpu_us"], 3)
    return found


def _memory(size: int) -> Figures:
    """Peaks of both sides of each carrier at another size."""
    found = ((name, _child(name, size)) for name in (*CARRIERS, *GIVERS))
    return {_sized(name, key, size): value for name, part in found for key, value in part.items() if "peak" in key}


def _sized(name: str, key: str, size: int) -> str:
    """Peaks carry their size; `peak_mb` is of the part's own process."""
    if "peak_mb" not in key:
        return key
    return f"{name}_peak_mb_{size}" if key == "peak_mb" else f"{key}_{size}"


def _child(name: str, size: int) -> Figures:
    command = [sys.executable, "-m", "bench", "exchange", "--json", "--part", name, "--size", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    found: Figures = json.loads(done.stdout)
    return found


def ingest_alone(size: int) -> dict[str, object]:
    """As `bench log` measures it."""
    with fresh_node():
        _founded()
        spent, verified, _, cpu = _ingest(Authors(public=True, epoch_key=None), size)
        return {
            "ingest_per_s": round(size / spent),
            "verify_only_per_s": round(size / verified),
            "ingest_cpu_us": _us(cpu, size),
            "peak_mb": peak_mb(),
        }


def from_folder(size: int) -> dict[str, object]:
    """A node takes a folder in that others have filled."""
    from tejido.replication.folder import exchange

    with fresh_node(), tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        from tejido.ground.network.replica import NodeStore

        _founded()
        root, authors = Path(name), Authors(public=True, epoch_key=None)
        _share(authors)
        _elsewhere(_fill, root, authors, size)
        start, cpu = time.perf_counter(), time.process_time()
        report = exchange(root, NodeStore())
        spent, cpu = time.perf_counter() - start, time.process_time() - cpu
        _must_be(report.accepted, size + len(authors.identity), report.problems)
        return {"folder_events_per_s": round(size / spent), "folder_cpu_us": _us(cpu, size), "peak_mb": peak_mb()}


def to_folder(size: int) -> dict[str, object]:
    """A node writes into an empty folder what it took in before."""
    from tejido.replication.folder import exchange

    with fresh_node(), tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        from tejido.ground.network.replica import NodeStore

        _founded()
        authors = Authors(public=True, epoch_key=None)
        _share(authors)
        _ingest(authors, size)
        start = time.perf_counter()
        report = exchange(Path(name), NodeStore())
        spent = time.perf_counter() - start
        _must_be(min(size, report.payloads_out), size, report.problems)
        return {"folder_out_events_per_s": round(size / spent), "peak_mb": peak_mb()}


def to_bundle(size: int) -> dict[str, object]:
    """A node writes a bundle, in parts for mail, of what it took in before."""
    with fresh_node() as folder:
        from tejido.ground.bundles import making
        from tejido.ground.bundles.planning import Wish
        from tejido.ground.network import actions
        from tejido.ground.store.public import own_row

        _founded()
        actions.open_network(name="Net")
        _ingest(members(), size)
        start = time.perf_counter()
        done = making.to_folder(Wish((bytes(own_row().org),), part_bytes=15_000_000), folder / "out", making.new_id())
        spent = time.perf_counter() - start
        _must_be(min(size, done.manifest.counts["payloads"]), size, [])
        return {"bundle_out_events_per_s": round(size / spent), "peak_mb": peak_mb()}


def _us(seconds: float, size: int) -> float:
    """Microseconds an event."""
    return round(seconds / size * 1e6, 1)


def _elsewhere(work: Callable[..., None], *args: object) -> None:
    """In a child, whose memory does not count."""
    child = multiprocessing.get_context("fork").Process(target=work, args=args)
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit("the folder could not be filled")


def _fill(root: Path, authors: Authors, size: int) -> None:
    from tejido.log.descriptors import Log
    from tejido.log.header import event_hash
    from tejido.replication import pages

    identity = Log.of_identity(authors.space.owner)
    by_log = {identity.id: identity, **{log.id: log for log in authors.logs}}
    here = root / FOLDER
    for part in ("pages", "payloads"):
        (here / part).mkdir(parents=True)
    for batch in (authors.identity, *_pages(authors.events(size))):
        sorted_out: dict[bytes, list[Any]] = {}
        for event in batch:
            sorted_out.setdefault(event.log, []).append(event)
            name = event_hash(event.header).hex()
            (here / "payloads" / name[:2]).mkdir(exist_ok=True)
            (here / "payloads" / name[:2] / name).write_bytes(event.payload.pack())
        for log, events in sorted_out.items():
            space = None if by_log[log].identity else authors.space
            for page in pages.split(by_log[log], space, events):
                (here / "pages" / str(pages.PageName.of(page))).write_bytes(page.encode())


FOLDER = "ab" * 16


def through_core(size: int) -> dict[str, object]:
    """A caller's turns, answered by a peer in memory; frames written and read, with no line between."""
    with fresh_node():
        from tejido.ground.network.replica import NodeStore
        from tejido.replication import driving
        from tejido.replication.access import Peer
        from tejido.replication.core import Caller

        _founded()
        authors = Authors(public=True, epoch_key=None)
        _share(authors)
        NodeStore().ingest(authors.identity, [], [])
        store, report, rng, now = NodeStore(), driving.Report(), Random(1), int(time.time())
        peer = _Peer(authors, size)
        state, said = driving.begin(Caller(store, Peer(authors.space.owner, authors.keys[0].public)), now, rng)
        spent = cpu = 0.0
        while said:
            data = peer.answer(said)
            start, began = time.perf_counter(), time.process_time()
            state, said = driving.turn(state, store, peer.read(data), now, rng, report)
            spent, cpu = spent + time.perf_counter() - start, cpu + time.process_time() - began
        _must_be(report.accepted, size, report.problems)
        return {"core_events_per_s": round(size / spent), "core_cpu_us": _us(cpu, size), "peak_mb": peak_mb()}


def from_bundle(size: int) -> dict[str, object]:
    """A node takes in a bundle that another organisation made: looked at whole, then taken in; closed with age, in parts."""
    with fresh_node(), tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        from tejido.ground.bundles import reading
        from tejido.ground.bundles.models import Arriving

        _founded()
        authors = Authors(public=True, epoch_key=None)
        _share(authors)
        paths = _bundle(authors, size, Path(name))
        start, cpu = time.perf_counter(), time.process_time()
        for path in paths:
            with path.open("rb") as file:
                bundle = reading.gather(file).id
        row = Arriving.objects.get(id=bundle)
        row.said = reading.look(row)
        row.save()
        report = reading.take(bundle)
        spent, cpu = time.perf_counter() - start, time.process_time() - cpu
        _must_be(report.accepted, size + len(authors.identity), report.problems)
        return {"bundle_events_per_s": round(size / spent), "bundle_cpu_us": _us(cpu, size), "peak_mb": peak_mb()}


def _given(authors: Authors, size: int, ranges: dict[bytes, Any]) -> Iterator[Any]:
    """The frames of a bundle; `ranges` grow with them."""
    from tejido.log.header import event_hash, trusted
    from tejido.replication import frames, messages, pages
    from tejido.replication.bundle import Range
    from tejido.replication.frames import Frame

    yield messages.encode(messages.Identity(tuple(authors.identity)))
    for batch in _pages(authors.events(size)):
        for log in authors.logs:
            for page in pages.split(log, authors.space, [e for e in batch if e.log == log.id]):
                last = page.events[-1].header
                ranges[log.id] = Range(log.space, log.id, 0, trusted(last).seq, event_hash(last))
                yield messages.encode(messages.Events(page))
                for event in page.events:
                    if event.payload is not None:
                        yield messages.encode(messages.PayloadOf(event_hash(event.header), event.payload))
    yield Frame(frames.END, b"")


def _bundle(authors: Authors, size: int, folder: Path) -> list[Path]:
    """Its parts; frames lie in a file between the two passes."""
    from tejido.ground.store import keyring
    from tejido.ground.store.public import own_row
    from tejido.replication import bundle, sealing
    from tejido.replication.bundle import Manifest
    from tejido.replication.frames import Decoder, Frame
    from tejido.replication.parts import Splitter

    tally, ranges = bundle.Tally(), dict[bytes, Any]()

    def again() -> Iterator[Frame]:
        decoder = Decoder()
        with (folder / "frames").open("rb") as file:
            while data := file.read(1 << 16):
                yield from decoder.feed(data)

    with (folder / "frames").open("wb") as file:
        for frame in _given(authors, size, ranges):
            file.write(tally.add(frame))
    org, age = bytes(own_row().org), keyring.age_identity(keyring.folder() / keyring.AGE).to_public()
    said = Manifest(
        authors.space.owner, authors.keys[0].public, (org,), tuple(ranges.values()), tally.counts, tally.size,
        tally.digest, "2026-11-22", "ab" * 16,
    )  # fmt: skip
    paths: list[Path] = []

    def open_part(number: int) -> Any:
        paths.append(folder / f"{number}")
        return paths[-1].open("wb")

    splitter = Splitter(said.id, 15_000_000, open_part)
    sealing.seal(bundle.write(bundle.sign(said, authors.keys[0]), again()), [str(age)], splitter)
    splitter.close()
    for path, label in zip(paths, splitter.labels(), strict=True):
        with path.open("r+b") as part:
            part.write(label.encode())
    return paths


class _Peer:
    """Answers in the order of writing, from a generator: a second node with a million events would be measured with it."""

    def __init__(self, authors: Authors, size: int) -> None:
        self.authors, self.batches, self.size = authors, _pages(authors.events(size)), size

    def answer(self, said: Sequence[Any]) -> list[bytes]:
        from tejido.replication import messages

        told: list[Any] = []
        if any(isinstance(one, messages.AskHeads) for one in said):
            told = [self._heads()]
        elif any(isinstance(one, messages.WantPages) for one in said):
            told = list(self._pages())
        return [messages.encode(one).encode() for one in (*told, messages.End())]

    def read(self, data: list[bytes]) -> Iterator[Any]:
        from tejido.replication import messages

        return messages.read(iter(data))

    def _heads(self) -> Any:
        """As if all was written: a tip that is not held yet, whatever its hash will be."""
        from tejido.replication.messages import Head, Heads, Point

        logs = tuple(Head(log.id, (Point(self.size, secrets.token_bytes(32)),)) for log in self.authors.logs)
        return Heads(self.authors.space.id, (), logs)

    def _pages(self) -> Iterator[Any]:
        from tejido.log.header import event_hash
        from tejido.replication import messages, pages

        batch = next(self.batches, [])
        for log in self.authors.logs:
            for page in pages.split(log, self.authors.space, (one for one in batch if one.log == log.id)):
                yield messages.Events(page)
                for event in page.events:
                    if event.payload is not None:
                        yield messages.PayloadOf(event_hash(event.header), event.payload)


def _founded() -> None:
    _register()
    from tejido.ground.store import founding, tables

    tables.ensure()
    founding.found()


def _share(authors: Authors) -> None:
    """The space as an invitation would have brought it."""
    from tejido.ground.store import logs
    from tejido.ground.store.models import Space

    logs.learn_space(authors.space)
    Space.objects.filter(hash=authors.space.id).update(folder=FOLDER, purpose="public")


def _must_be(found: int, size: int, problems: list[str]) -> None:
    if found != size or problems:
        raise SystemExit(f"{found} of {size} events arrived; {problems[:3]}")


def git_fetch(size: int) -> dict[str, object]:
    """Objects of 1 KB that do not compress, in one commit; fetched through git's own protocol from the same disk."""
    with tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        one, other = Path(name) / "one", Path(name) / "other"
        for folder in (one, other):
            _git("init", "-q", "--bare", str(folder))
        _git("-C", str(one), "fast-import", "--quiet", data=_import(size))
        start = time.perf_counter()
        _git("-C", str(other), "fetch", "-q", f"file://{one}", "refs/heads/main")
        spent = time.perf_counter() - start
        count = int(_git("-C", str(other), "count-objects", "-v").split(b"in-pack: ")[1].split()[0])
        _must_be(count - 258, size, [])  # a commit, its tree, and 256 trees
        return {"git_fetch_objects_per_s": round(size / spent), "peak_mb": peak_mb()}


def _import(size: int) -> bytes:
    parts = [b"commit refs/heads/main\ncommitter a <a> 0 +0000\ndata 1\nx\n"]
    for number in range(size):
        data = os.urandom(1024)
        parts.append(f"M 100644 inline {number % 256:02x}/{number}\ndata 1024\n".encode() + data + b"\n")
    return b"".join(parts)


def _git(*args: str, data: bytes | None = None) -> bytes:
    done = subprocess.run(["git", *args], input=data, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode(errors="replace")[-500:])
    return done.stdout


Part = Callable[[int], dict[str, object]]
CARRIERS: dict[str, Part] = {"folder": from_folder, "bundle": from_bundle, "core": through_core, "https": from_server}
"""Each gives `NAME_events_per_s` and `peak_mb`."""
GIVERS: dict[str, Part] = {"folder_out": to_folder, "bundle_out": to_bundle}
PARTS: dict[str, Part] = {"ingest": ingest_alone, **CARRIERS, **GIVERS, "git": git_fetch}
