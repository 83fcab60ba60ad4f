"""Taking public voices back when what they were copied from was withdrawn, narrowed, or had words taken out.

Our own public copies only: whoever published a voice is the one who can erase it everywhere.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson

from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import org_id
from tejido.ground.store.models import Space
from tejido.ground.store.public import Fact, append, redact, row_key, writing
from tejido.practices.relay.models import Report
from tejido.practices.relay.publishing import domain, sources
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.publishing.models import Edition, Kept, Voice
from tejido.practices.relay.publishing.plan import Source, spoken

WITHDRAWN, REDACTED, REPLACED = "withdrawn", "redacted", "replaced"


def settle(keys: Collection[str]) -> int:
    """Let what was published of these hops (row keys) follow what became of them. How many voices were taken back."""
    return _settle(_copies(keys))


def settle_all() -> int:
    """Let everything that we published follow: for the sweeper, and where a report is gone."""
    return _settle(_copies(None))


def settle_report(key: str) -> None:
    """Follow a report of ours, by its row key; all of them where it is not here any more."""
    passages = Report.objects.filter(key=key).values_list("passages", flat=True).first()
    if not Kept.objects.exists():
        return
    if passages is None:
        settle_all()
    else:
        settle([row_key(bytes.fromhex(one["hop"])) for one in orjson.loads(passages or "[]")])


Copies = Mapping[str, Mapping[str, Any]]
"""By a voice's full hash: what is kept of where it came from."""


def _copies(keys: Collection[str] | None) -> Copies:
    found: dict[str, Mapping[str, Any]] = {}
    for stored in Kept.objects.order_by("number", "key").values_list("items", flat=True):
        for item in orjson.loads(stored or "[]"):
            if item["voice"] and (keys is None or row_key(bytes.fromhex(item["hop"])) in keys):
                found[item["voice"]] = item
    return found


def _settle(copies: Copies) -> int:
    if not copies:
        return 0
    rows = list(Voice.objects.filter(aggregate__in=copies, status="shown", org=org_id().hex()))
    wanted = {row_key(bytes.fromhex(copies[row.aggregate]["hop"])) for row in rows}
    now = {one.name: one for one in sources.gather(sorted(wanted), ())}
    fallen = [(row, why) for row in rows if (why := _fallen(row, copies[row.aggregate], now))]
    take_back([row for row, why in fallen if why != domain.REDACTED])
    take_back([row for row, why in fallen if why == domain.REDACTED], REDACTED)
    return len(fallen)


def _fallen(row: Voice, item: Mapping[str, Any], now: Mapping[str, Source]) -> str:
    source = now.get(item["hop"])
    texts = frozenset(line["text"] for line in orjson.loads(row.lines)) if row.lines else frozenset()
    told = domain.Told(consent.terms(row.purposes.split(), row.tier), texts, row.voice, item["cuts"])
    return domain.must_go(told, _standing(source, item) if source else domain.Standing(False))


def _standing(source: Source, item: Mapping[str, Any]) -> domain.Standing:
    cuts = item["cuts"] if source.edition == item["edition"] else sources.history(source.name)[0]
    said = frozenset(line.text for line in spoken(source.lines))
    kept = not (item["sound"] and blobs.is_erased(item["sound"]))
    return domain.Standing(source.status == "shown", source.held, cuts, said, kept, source.chosen)


def take_back(rows: Iterable[Voice], reason: str = WITHDRAWN) -> None:
    """Erase public voices of ours everywhere; their places stay."""
    with writing():
        for row in rows:
            aggregate = bytes.fromhex(row.aggregate)
            redact(_space(row), aggregate, aggregate=aggregate, kind=ev.VOICE_PUBLISHED, stub={}, reason=reason)


def withdraw(row: Edition) -> None:
    """Take an edition of ours back everywhere: its address, number, languages and day are left. Inside a transaction."""
    space, aggregate = _space(row), bytes.fromhex(row.aggregate)
    stub = ev.EditionStub(row.slug, row.number, row.day, tuple(row.langs.split())).body()
    append(space, Fact(ev.EDITION_WITHDRAWN, {}, aggregate))
    redact(space, aggregate, aggregate=aggregate, kind=ev.EDITION_PUBLISHED, stub=stub, reason=WITHDRAWN)


def _space(row: Voice | Edition) -> bytes:
    """The space that a row stands in."""
    known = (bytes(digest) for digest in Space.objects.filter(public=True).values_list("hash", flat=True))
    return next(digest for digest in known if row_key(digest) == row.space)


def told(row: Voice) -> dict[str, Any]:
    """What a public voice says, as `plan.told` says it of a hop."""
    lines = orjson.loads(row.lines) if row.lines else []
    versions = orjson.loads(row.versions) if row.versions else {}
    return {
        "who": row.who,
        "place": row.place,
        "day": row.day,
        "lang": row.lang,
        "role": row.role,
        "segments": [{**line, "lang": line["lang"] if line["lang"] != row.lang else None} for line in lines],
        "versions": [{"lang": lang, "texts": texts} for lang, texts in versions.items()],
        "voice": row.voice,
        "duration": row.duration,
        "synthetic": row.synthetic,
    }


def same(row: Edition, body: Mapping[str, Any]) -> bool:
    """Whether an edition says what `body` would say, but for its number, day and the list of changes."""
    texts, items = orjson.loads(row.texts), [{**one, "day": one["day"] or None} for one in orjson.loads(row.items)]
    said = {**texts, "items": items, "langs": row.langs.split(), "form": row.form}
    licence = (body["licence"]["name"], body["licence"]["url"])
    return (row.licence, row.licence_url) == licence and all(said[name] == body[name] for name in said)
