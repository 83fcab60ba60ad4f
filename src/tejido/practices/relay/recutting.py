"""A report in a new form from which words are gone; whatever came before is erased, here and in its copies."""

from typing import Any

import orjson

from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import own_space
from tejido.practices.relay import access, after, copies, domain, drafts, recordings, segments
from tejido.practices.relay import events as ev
from tejido.practices.relay.facts import append as append_one
from tejido.practices.relay.facts import body as checked
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.voices import OWN

SPARED = (ev.REPORT_PASSED, ev.REPORT_ASKED, ev.VOICE_CHOSEN)


def recut(row: Report, **values: Any) -> Report:
    """Put a report's new form (fields of `ReportRecut`) in its place; the row as it is then. Inside a transaction."""
    as_it_was = {"lang": row.lang, "pseudonym": row.pseudonym, "synthetic": row.synthetic}
    quotes = orjson.loads(row.quotes) if row.quotes else []
    body = checked(ev.ReportRecut, **{**as_it_was, "quotes": quotes, **values})
    files = tuple(body[name]["id"] for name in ("preview", "master") if body[name])
    subject = bytes.fromhex(row.aggregate)
    made = append_one(own_space(), ev.REPORT_RECUT, body, row.aggregate, blobs=files)
    stub = domain.kept_stub(orjson.loads(row.stub), row.at)
    consent.erase_earlier(own_space(), subject, keep=(made.hash,), spare=SPARED, stub=stub, reason=copies.REDACTED)
    drafts.Transcription.objects.filter(report=row.key).delete()
    recordings.forget(row.key)
    after.erased(row.key)
    row = access.report(row.key)
    copies.settle(row, copies.REDACTED)
    return row


def without_quotes(row: Report, left: list[dict[str, Any]]) -> None:
    """The report as it is, with those quotes only that still stand. Inside a transaction."""
    prefix = segments.new_prefix()
    lines = [line.segment(f"{prefix}-{i:03d}", times=True) for i, line in enumerate(access.lines(row.lines))]
    recut(
        row,
        mode="words",
        spans=1,
        model=row.model,
        segments=[line.body() for line in lines],
        preview=orjson.loads(row.preview) if row.preview else None,
        master=orjson.loads(row.master) if row.master else None,
        duration=row.duration,
        quotes=left,
    )


def adopt(row: Report, hop: Hop) -> None:
    """Take back at home what was taken out of a copy: a backup brought the earlier words back. Inside a transaction."""
    prefix = segments.new_prefix()
    own = hop.audio if hop.voice == OWN else ""
    lines = [line.segment(f"{prefix}-{i:03d}", times=bool(own)) for i, line in enumerate(access.lines(hop.lines))]
    recut(
        row,
        mode="cut" if own else "words",
        spans=1,
        segments=[line.body() for line in lines],
        preview=orjson.loads(own) if own else None,
        duration=hop.duration if own else 0,
        pseudonym=hop.pseudonym,
    )
