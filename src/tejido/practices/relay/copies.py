"""A report's copies in the network: made, replaced by a new edition, erased. Only actions call these.

An edition is whole, and those before it are erased as soon as it stands: nobody keeps the wording that was corrected.
"""

from typing import Any

import orjson

from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import own_space
from tejido.ground.store.public import Appended
from tejido.practices.relay import access, domain, followers, traces, voices
from tejido.practices.relay import events as ev
from tejido.practices.relay.facts import append as append_one
from tejido.practices.relay.facts import body as checked
from tejido.practices.relay.models import Hop, Report

WITHDRAWN = "withdrawn"
ERASED = "erased"  # the report itself too
REPLACED = "replaced"
REDACTED = "redacted"  # words were taken out


def make_edition(row: Report) -> dict[str, Any]:
    """What a copy of the report says today: words, sound in the voice chosen for circles, the consent in force."""
    held = consent.in_force(bytes.fromhex(row.aggregate))
    if not consent.may_pass(held):
        raise consent.ConsentMissing
    lines, sound = access.lines(row.lines), voices.for_circles(row)
    return {
        "consent": consent.carried(held),
        "segments": [segment.body() for segment in domain.passed_segments(voices.timed(lines, sound))],
        "pseudonym": row.pseudonym,
        "synthetic": row.synthetic,
        "audio": sound.audio,
        "voice": sound.voice,
        "duration": sound.duration,
        "quotes": quotes(row),
    }


def quotes(row: Report) -> list[dict[str, str]]:
    """The words of others that it tells again; what no longer stands stays at home."""
    from tejido.practices.relay.quoting import standing  # which erases by renewing copies

    return standing(orjson.loads(row.quotes)) if row.quotes else []


def make(row: Report, *, command: str = "") -> Appended:
    """The first edition: a hop in the chain's network."""
    space, subject = access.open_space(access.chain(row.chain).space), bytes.fromhex(row.aggregate)
    place = {**orjson.loads(row.names), "role": row.role, "lang": row.lang, "day": row.day}
    body = checked(ev.HopPassed, **place, **make_edition(row))
    with consent.speaking_for(subject):
        hop = append_one(space, ev.HOP_PASSED, body, blobs=_blob_ids(body), command=command)
    passage = checked(ev.ReportPassed, space=space.hex(), hop=hop.aggregate.hex())
    append_one(own_space(), ev.REPORT_PASSED, passage, row.aggregate)
    return hop


def differs(row: Report, hop: Hop) -> bool:
    """Whether a copy is not what the report would be passed as now."""
    sound = orjson.loads(hop.audio) if hop.audio else None
    meant = voices.for_circles(row).audio
    heard = (sound or {}).get("id") != (meant or {}).get("id")
    return heard or hop.pseudonym != row.pseudonym or domain.differs(access.lines(row.lines), access.lines(hop.lines))


def renew(row: Report, reason: str = REPLACED) -> None:
    """Let every copy carry today's words, sound and consent, and erase its earlier editions everywhere."""
    for hop in access.copies(row):
        body = checked(ev.HopRevised, whole=True, **make_edition(row))
        space, aggregate = access.space(hop.space), bytes.fromhex(hop.aggregate)
        with consent.speaking_for(bytes.fromhex(row.aggregate)):
            made = append_one(space, ev.HOP_REVISED, body, hop.aggregate, blobs=_blob_ids(body))
        stub = domain.kept_stub(orjson.loads(hop.stub), hop.at)
        consent.erase_earlier(space, aggregate, keep=(made.hash,), spare=(), stub=stub, reason=reason)
    followers.tell(row.key)


def settle(row: Report, reason: str = REPLACED) -> None:
    """Let copies and the kept original follow the consent that is in force now."""
    held = consent.in_force(bytes.fromhex(row.aggregate))
    if consent.may_pass(held):
        renew(row, reason)
    else:
        erase(row)
        followers.tell(row.key)
    if row.master and not consent.may_archive(held):
        blobs.drop(orjson.loads(row.master)["id"])


def erase(row: Report, reason: str = WITHDRAWN) -> None:
    """Take every copy back; their places stay."""
    for hop in access.copies(row):
        traces.note(row.key, hop.key)
        space, aggregate = access.space(hop.space), bytes.fromhex(hop.aggregate)
        consent.erase(space, aggregate, kind=ev.HOP_PASSED, stub=orjson.loads(hop.stub), reason=reason)


def _blob_ids(body: dict[str, Any]) -> tuple[str, ...]:
    return (body["audio"]["id"],) if body.get("audio") else ()
