"""Ingest and rebuild of the log.

Events of 1 KB (header and payload), 20 logs, five events an aggregate, one of them by another log than the first. Ingest
is verification, canonical check, storage, fold and projection. Each size runs in a process of its own, so that its peak
memory is its own; `--size N` runs one size here.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bench._calibration import calibration, peak_mb
from bench._node import fresh_node

LOGS, PER_AGGREGATE, BYTES = 20, 5, 1024
SIZES, QUICK = (10_000, 200_000, 1_000_000), (5_000, 20_000)
PAGE = 2000


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """All sizes; figures of the 200,000-event run, and the peak of each."""
    parser = argparse.ArgumentParser(prog="python -m bench log")
    parser.add_argument("--size", type=int)
    parser.add_argument("--most", type=int, help="leave out sizes above this")
    args = parser.parse_args(argv)
    if args.size:
        return one(args.size)
    sizes = [size for size in (QUICK if quick else SIZES) if not args.most or size <= args.most]
    runs = {size: _child(size) for size in sizes}
    main = runs[sizes[min(1, len(sizes) - 1)]]
    peaks = {f"peak_mb_{size}": found["peak_mb"] for size, found in runs.items()}
    rates = {f"ingest_per_s_{size}": found["ingest_per_s"] for size, found in runs.items()}
    return {**main, **peaks, **rates}


def _child(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench", "log", "--json", "--size", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def one(size: int) -> dict[str, object]:
    """One size in this process."""
    figures: dict[str, object] = {"events": size, **calibration()}
    with fresh_node():
        _register()
        from tejido.ground.store import founding, tables

        tables.ensure()
        founding.found()
        figures |= _public(size)
        figures["peak_mb"] = peak_mb()
        figures |= _encrypted(min(size, 200_000))
    ratio = float(str(figures["ingest_per_s"])) / float(str(figures["verify_only_per_s"]))
    return {**figures, "ingest_to_verify": round(ratio, 3), "peak_mb_with_encrypted": peak_mb()}


def _register() -> None:
    from tejido.ground.store.public import Family, Kind, register

    kinds = (Kind("bench.noted", creates=True), Kind("bench.added"))
    register(Family("bench.item", kinds, fold, project, (_model(),)))


def _model() -> Any:
    from django.db import models

    from tejido.ground.store.public import ReadModel

    class BenchItem(ReadModel):
        """One row an aggregate."""

        single = True
        title = models.CharField(max_length=100)
        words = models.IntegerField()
        answers = models.IntegerField()

        class Meta(ReadModel.Meta):
            app_label = "store"
            abstract = False

    global Item  # noqa: PLW0603
    Item = BenchItem
    return BenchItem


Item: Any = None


@dataclass(frozen=True)
class State:
    """What the bench's fold keeps."""

    title: str
    text: str
    answers: int


def fold(entries: Sequence[Any]) -> State:
    """Last text, number of additions."""
    return State(entries[0].body["title"], entries[-1].body["text"], len(entries) - 1)


def project(folded: Sequence[Any]) -> Iterable[Any]:
    """A row each."""
    for one in folded:
        state: State = one.state
        yield Item(
            key=one.key, source=one.key, space=one.space, title=state.title, words=state.text.count(" "),
            answers=state.answers,
        )  # fmt: skip


class Authors:
    """A foreign organisation with 20 logs in one space, signing in causal order."""

    def __init__(self, *, public: bool, epoch_key: bytes | None) -> None:
        from tejido.log import descriptors, writer
        from tejido.log.identity import DEVICE, Quorum, genesis_body
        from tejido.log.keys import SigningKey
        from tejido.log.writer import Draft, Head

        self.keys = [SigningKey.generate() for _ in range(LOGS)]
        admin = SigningKey.generate()
        quorum = Quorum(1, (admin.public,))
        genesis = writer.write_genesis(genesis_body(quorum, quorum, []), "2026-11-22", [(0, admin)])
        self.identity, head = [genesis.incoming], genesis.head
        for key in self.keys:
            body = {"age": "age1bench", "key": key.public.hex()}
            done = writer.write_identity(genesis.hash, head, Draft(DEVICE, body, "2026-11-22", 0), [(0, admin)])
            self.identity.append(done.incoming)
            head = done.head
        self.space = descriptors.Space.new(genesis.hash, public=public)
        self.logs = [descriptors.Log(genesis.hash, k.public, bytes(16), self.space.id) for k in self.keys]
        self.heads = [Head() for _ in range(LOGS)]
        self.epoch_key = epoch_key

    def events(self, count: int) -> Iterator[Any]:
        """`count` events, five an aggregate, the last of them by another log."""
        created, created_lam = b"", 0
        for number in range(count):
            place = number % PER_AGGREGATE
            log = (number // PER_AGGREGATE + (place == PER_AGGREGATE - 1)) % LOGS
            if place == 0:
                done = self._write(log, number, b"", ())
                created, created_lam = done.hash, done.head.lam
            else:
                other = place == PER_AGGREGATE - 1
                done = self._write(log, number, created, (created,) if other else (), created_lam if other else 0)
            yield done.incoming

    def _write(self, log: int, number: int, aggregate: bytes, deps: tuple[bytes, ...], lam: int = 0) -> Any:
        from tejido.log import writer
        from tejido.log.writer import Draft

        kind = "bench.added" if aggregate else "bench.noted"
        text = "a few words of a report " * 25
        body = {"text": text[: 446 if deps else 512], "title": f"Report {number}"}
        draft = Draft(kind, body, "2026-11-22", 1_790_000_000, 1, aggregate, (), deps)
        done = writer.write(self.logs[log], self.heads[log], draft, self.keys[log], lam=lam, epoch_key=self.epoch_key)
        self.heads[log] = done.head
        return done


def _pages(events: Iterator[Any]) -> Iterator[list[Any]]:
    page: list[Any] = []
    for event in events:
        page.append(event)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


class Ran(NamedTuple):
    """Seconds in ingest, seconds in verification alone, bytes, and processor seconds in ingest."""

    spent: float
    verified: float
    amount: int
    cpu: float


def _ingest(authors: Authors, size: int) -> Ran:
    """Take events in as they are signed."""
    from concurrent.futures import ThreadPoolExecutor

    from tejido.ground.store.ingest import ingest
    from tejido.log import keys

    ingest(authors.identity)
    ingest([], spaces=[authors.space], known_logs=authors.logs)
    spent = verified = cpu = 0.0
    amount = accepted = 0
    by_log = {log.id: log.device for log in authors.logs}
    with ThreadPoolExecutor(2) as pool:
        for number, page in enumerate(_pages(authors.events(size))):
            start, began = time.perf_counter(), time.process_time()
            report = ingest(page, pool=pool)
            spent, cpu = spent + time.perf_counter() - start, cpu + time.process_time() - began
            accepted += report.accepted
            if report.refused:
                raise SystemExit(f"refused: {report.refused[0].error}")
            if number % 5 == 0:
                start = time.perf_counter()
                for event in page:
                    keys.verify(keys.EVENT, event.header, event.signature, by_log[event.log])
                verified += (time.perf_counter() - start) * min(5, -(-(size - number * PAGE) // PAGE))
            amount += sum(len(e.header) + len(e.payload.data) for e in page)
    if accepted != size:
        raise SystemExit(f"{accepted} of {size} accepted")
    return Ran(spent, verified, amount, cpu)


def _public(size: int) -> dict[str, object]:
    from tejido.ground.store import hashing

    spent, verified, amount, _ = _ingest(Authors(public=True, epoch_key=None), size)
    before = hashing.state_hashes()
    rebuilt = _rebuild()
    if hashing.state_hashes() != before:
        raise SystemExit("rebuild differs from incremental folding")
    return {
        "ingest_per_s": round(size / spent),
        "verify_only_per_s": round(size / verified),
        "rebuild_per_s": round(size / rebuilt),
        "event_bytes": round(amount / size),
    }


def _rebuild() -> float:
    from tejido.ground.store import rebuilding

    start = time.perf_counter()
    rebuilding.rebuild()
    return time.perf_counter() - start


def _encrypted(size: int) -> dict[str, object]:
    """The same events sealed; the public ones stay, so only the difference in time counts."""
    from tejido.ground.store import keyring, logs

    key = bytes(range(32))
    authors = Authors(public=False, epoch_key=key)
    before = _rebuild()
    row = logs.learn_space(authors.space)
    keyring.learn_epoch_key(row.id, key, 1)
    spent = _ingest(authors, size).spent
    return {
        "encrypted_ingest_per_s": round(size / spent),
        "encrypted_rebuild_per_s": round(size / max(0.001, _rebuild() - before)),
    }
