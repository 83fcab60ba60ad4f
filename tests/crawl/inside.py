"""Looking into a node from a process of its own: `python -m tests.crawl.inside COMMAND ARGS…` with `TEJIDO_NODE` set.

Prints one JSON value. Nothing here goes past what the node's own code does, except `relations`, which reads PostgreSQL's
files as whoever seizes its disk would.
"""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tejido.site.cli import setup

SLICE = 48


def states() -> dict[str, str]:
    """State hash of each space, by its id in hex."""
    from tejido.ground.store.public import state_hashes

    return state_hashes()


def own() -> str:
    """The own space's id in hex."""
    from tejido.ground.network.selectors import own_space

    return own_space().hex()


def receipts() -> int:
    """How many receipts of erasure this organisation has written, on this node or on the one it was restored from."""
    from tejido.ground.network.selectors import org_id
    from tejido.ground.store import db

    sql = """SELECT COUNT(*) FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
             JOIN store_log l ON l.id = e.log_id WHERE i.kind = 'erasure.confirmed' AND l.org = %s"""
    return int(db.value(sql, [org_id()]))


def sounds(report: str) -> dict[str, str]:
    """Distinctive stretches, base64, of a report's sound in every form in which it lies here."""
    from tejido.ground import blobs
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import recordings, selectors

    ref = selectors.report_audio(viewer=OPERATOR, key=report)
    found = {"preview": blobs.read(ref), "sealed": blobs.vault().stored_chunk(ref.id, 0)}
    samples = recordings.work_folder() / report / recordings.SAMPLES
    if samples.exists():
        found["samples"] = samples.read_bytes()
    return {name: base64.b64encode(_middle(data)).decode() for name, data in found.items()}


def _middle(data: bytes) -> bytes:
    """A stretch that is not silence."""
    half = len(data) // 2
    starts = range(half, len(data) - SLICE, SLICE)
    start = next((at for at in starts if len(set(data[at : at + SLICE])) > SLICE // 2), half)
    return data[start : start + SLICE]


def hear(report: str, text: str) -> None:
    """What a recogniser that was killed half-way has saved of a report."""
    from tejido.practices.relay.drafts import Transcription

    segments = [{"id": "k-000", "text": text, "start": 0, "end": 900, "by": "machine"}]
    Transcription.objects.filter(report=report).update(segments=segments, done_ms=900)


def written(report: str, text: str, each_ms: str) -> None:
    """A machine's transcript of a recording: one line, each of its words as long as the other."""
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import actions
    from tejido.practices.relay.drafts import Transcription
    from tejido.practices.relay.events import Segment

    length, count = int(each_ms), len(text.split())
    times = tuple(at for i in range(count) for at in (i * length, (i + 1) * length))
    line = Segment("m-000", text, 0, count * length, "machine", None, times)
    actions.record_transcript(viewer=OPERATOR, report=report, model="base", lang="en", found=[line])
    Transcription.objects.filter(report=report).delete()


def audible(hop: str) -> int:
    """How many bytes of sound this node plays of a hop."""
    from tejido.ground import blobs
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import selectors

    return len(blobs.read(selectors.hop_audio(viewer=OPERATOR, key=hop)))


def correct(report: str, text: str) -> None:
    """A person's words in place of the first segment's; sent on where the report was passed."""
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import actions, selectors

    page = selectors.report(viewer=OPERATOR, key=report)
    line = page.lines[0]
    actions.correct_segment(viewer=OPERATOR, report=report, segment=line.id, base=line.base, text=text)
    if page.report.step == "passed":
        actions.revise(viewer=OPERATOR, report=report)


def publish(report: str) -> str:
    """Approve a report line by line, send that on, and publish its chain; the publication's address."""
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import actions, selectors
    from tejido.practices.relay.publishing import actions as publishing
    from tejido.practices.relay.review import actions as review

    page = selectors.report(viewer=OPERATOR, key=report)
    for line in page.lines:
        seen = review.Seen(line.base)
        review.approve(viewer=OPERATOR, key=report, into="original", segment=line.id, seen=seen, text=line.text)
    actions.revise(viewer=OPERATOR, report=report)
    choice = publishing.Choice(chains=(page.report.chain,), langs=("en",))
    return publishing.publish(viewer=OPERATOR, choice=choice)


def translate(key: str, lang: str, text: str) -> list[str]:
    """A report's or hop's first segment put into another language, approved, remembered and, of our own, passed on; what
    the memory now says to its words."""
    from tejido.ground import memory
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay.review import actions, selectors, tasks
    from tejido.practices.relay.review.actions import Seen

    actions.write_by_hand(viewer=OPERATOR, key=key, lang=lang)
    row = selectors.bench(viewer=OPERATOR, key=key, into=lang).rows[0]
    seen = Seen(row.base, row.source_base)
    actions.approve(viewer=OPERATOR, key=key, into=lang, segment=row.id, seen=seen, text=text)
    made = selectors.translation_of(key, lang)
    assert made is not None
    tasks.remember.call(made.key)
    if made.kind == "report":
        actions.share(viewer=OPERATOR, key=key, lang=lang)
    return [one.target for one in memory.look_up(row.source, made.source_lang, lang)]


def relations(*needles: str) -> list[str]:
    """`table: needle` for every needle (base64) in the files of PostgreSQL's own tables, indexes and TOAST."""
    from django.db import connection

    wanted = [base64.b64decode(needle) for needle in needles]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT c.relname, pg_read_binary_file(pg_relation_filepath(c.oid), 0, 1 << 29, true) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'i', 't', 'm')"
            " AND n.nspname IN ('public', 'pg_toast') AND pg_relation_filepath(c.oid) IS NOT NULL"
        )
        for name, data in _rows(cursor):
            held = _bytes(data or b"").lower()
            found += [f"{name}: {needle!r}" for needle in wanted if needle.lower() in held]
    return found


def rows(*needles: str) -> list[str]:
    """`table.column: needle` for every needle (base64) in any row, whatever its type: bytes, JSON, arrays, tsvector."""
    from django.db import connection

    wanted = [base64.b64decode(needle) for needle in needles]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column.name for column in cursor.description or ()]
            for row in _rows(cursor):
                for column, value in zip(columns, row, strict=True):
                    held = _bytes(value).lower()
                    found += [f"{table}.{column}: {needle!r}" for needle in wanted if needle.lower() in held]
    return found


def _rows(cursor: object) -> Iterator[tuple[object, ...]]:
    while portion := cursor.fetchmany(500):  # type: ignore[attr-defined]
        yield from portion


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value)
    return value.encode() if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False).encode()


COMMANDS: dict[str, Callable[..., object]] = {
    command.__name__: command
    for command in (states, own, receipts, sounds, hear, written, audible, correct, publish, translate, relations, rows)
}


def main(argv: list[str]) -> int:
    """Needles come as a file of lines (`@FILE`) where there are many."""
    setup.django()
    name, *rest = argv
    words = [line for one in rest for line in (Path(one[1:]).read_text().split() if one.startswith("@") else [one])]
    print(json.dumps(COMMANDS[name](*words)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
