"""What is translated: a report of this organisation, or a hop of another one; what consent it carries, what it says."""

from dataclasses import dataclass

import orjson

from tejido.ground.consent import public as consent
from tejido.ground.consent.public import Terms
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import own_space_key
from tejido.ground.store import db
from tejido.ground.store.public import REDACT, entries_of, row_key
from tejido.practices.relay import access
from tejido.practices.relay import events as relay
from tejido.practices.relay.copies import REPLACED
from tejido.practices.relay.models import Chain, Hop, Report
from tejido.practices.relay.review.domain import Standing
from tejido.practices.relay.review.events import HOP, REPORT, Suspect
from tejido.practices.relay.review.pieces import PieceState
from tejido.practices.relay.segments import Line, digest


@dataclass(frozen=True)
class Subject:
    """A text that can be reviewed or translated. `name` is its full hash in hex; `hop` its copy in a network, or empty.

    `audio`: there is sound to hear.
    """

    kind: str
    key: str
    name: str
    chain: str
    title: str
    lang: str
    lines: tuple[Line, ...]
    held: Terms
    audio: bool
    hop: str
    day: str
    circle: str

    @property
    def standing(self) -> Standing:
        """As the rules ask for it."""
        return Standing(True, self.held, self.lines)


def find(key: str) -> Subject:
    """A report of ours, the report behind a hop of ours, or a hop of another organisation. Raises `NotFound`."""
    found = Report.objects.filter(space=own_space_key())
    report = found.filter(key=key).first() or found.filter(hop=key).first()
    if report is not None:
        return _report(report)
    hop = Hop.objects.filter(key=key, status="shown").first()
    if hop is None:
        raise NotFound
    return _hop(hop)


def lines(row: Report | Hop) -> tuple[Line, ...]:
    """A row's words."""
    return access.lines(row.lines)


def _title(chain: str) -> str:
    return Chain.objects.filter(key=chain).values_list("title", flat=True).first() or ""


def _report(row: Report) -> Subject:
    hops = access.copies(row)
    return Subject(
        REPORT, row.key, row.aggregate, row.chain, _title(row.chain), row.lang, access.lines(row.lines),
        consent.in_force(bytes.fromhex(row.aggregate)), bool(row.preview), hops[0].key if hops else "", row.day,
        row.circle,
    )  # fmt: skip


def _hop(row: Hop) -> Subject:
    return Subject(
        HOP, row.key, row.aggregate, row.chain, _title(row.chain), row.lang, access.lines(row.lines),
        consent.terms(row.purposes.split()), bool(row.audio), row.key, row.day, row.circle,
    )  # fmt: skip


def standing(kind: str, name: str) -> Standing:
    """What a translation's subject allows now; `there` is False where it is gone or withheld."""
    try:
        found = find(row_key(bytes.fromhex(name)))
    except NotFound:
        return Standing(False)
    return found.standing if found.kind == kind else Standing(False)


def said(name: str) -> frozenset[str]:
    """Hashes of every text of the subject that still stands in its log, earlier ones too; and of no text at all."""
    texts = {""}
    for entry in entries_of(bytes.fromhex(name)):
        payload = relay.CATALOGUE.read(entry)
        texts.update(segment.text for segment in getattr(payload, "segments", ()))
        if isinstance(payload, relay.SegmentCorrected):
            texts.add(payload.text)
    return frozenset(map(digest, texts))


def carried(hop: Hop) -> Terms:
    """The consent that another organisation's copy carries in its last edition."""
    for entry in reversed(entries_of(bytes.fromhex(hop.aggregate))):
        if entry.org.hex() == hop.org and "consent" in entry.body:
            return consent.carried_in(entry.body)
    return consent.NOTHING


def only_corrected(name: str, since: str) -> bool:
    """Whether all that was erased of a subject, since this node began its translation `since`, was earlier wording.

    By the order in which this node learned of it: a redact that came later is not known to what was written before."""
    began = db.value("SELECT id FROM store_event WHERE hash = %s", [bytes.fromhex(since)]) or 0
    erased = [one for one in entries_of(bytes.fromhex(name)) if one.kind == REDACT]
    ids = db.rows_in("SELECT hash, id FROM store_event WHERE hash IN ({})", [one.hash for one in erased])
    later = {bytes(digest) for digest, event in ids if event > began}
    reasons = [one.body.get("reason") for one in erased if one.hash in later]
    return bool(reasons) and all(reason == REPLACED for reason in reasons)


def pieces(stored: str) -> dict[str, PieceState]:
    """A row's pieces by segment."""
    return {one["id"]: _piece(one) for one in orjson.loads(stored)}


def _piece(plain: dict[str, object]) -> PieceState:
    suspects = tuple(Suspect.from_body(one) for one in plain["suspects"])  # type: ignore[attr-defined]
    return PieceState(**{**plain, "suspects": suspects, "others": tuple(plain["others"])})  # type: ignore[arg-type]
