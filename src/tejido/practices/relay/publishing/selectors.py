"""Reading what was published. It is public: anybody may, signed in or not; how it came about, members."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound
from tejido.ground.people import Viewer, require
from tejido.ground.search import fold_text
from tejido.ground.store.models import Own
from tejido.practices.relay.models import Chain
from tejido.practices.relay.names import Names, load
from tejido.practices.relay.publishing import policies, records
from tejido.practices.relay.publishing.board import Board, board
from tejido.practices.relay.publishing.models import Behind, Edition, Kept, Voice
from tejido.practices.relay.publishing.remembering import remembered

__all__ = [
    "Board",
    "Publication",
    "addresses",
    "behind",
    "board",
    "chains",
    "edition",
    "editions",
    "history",
    "of_chain",
    "opened",
    "publication",
    "publications",
    "voice",
]


def editions(*, viewer: Viewer, mine: bool | None = None, words: bool = True) -> tuple[records.Edition, ...]:  # noqa: ARG001
    """The newest edition of each publication that this node holds, the latest first; withdrawn ones too, marked.

    `mine`: only ours, or only others'; without `words` voices come without lines and texts, for lists."""
    names = load(())
    rows = Edition.objects.order_by("-day", "key")
    if mine is not None:
        rows = rows.filter(org=names.own) if mine else rows.exclude(org=names.own)
    newest = _newest(rows)
    return _records(list(_owned(newest.values(), names).values()), newest, names, words=words)


def opened() -> bool:
    """Whether this node has ever published something of its own, be it taken back since."""
    own = Own.objects.first()
    return own is not None and Edition.objects.filter(org=bytes(own.org).hex()).exists()


def edition(slug: str, *, number: int | None = None) -> records.Edition:
    """An edition of a publication, the newest where no number is given. Raises `NotFound`."""
    return _one(history(slug), number)


def _one(found: Iterable[records.Edition], number: int | None) -> records.Edition:
    for one in found:
        if number in (None, one.number):
            return one
    raise NotFound


def history(slug: str, *, words: bool = True) -> tuple[records.Edition, ...]:
    """Every edition of a publication, the newest first; `words` as in `editions`. Raises `NotFound` where there is none."""
    return remembered(("history", slug, words), lambda: _history(slug, words=words))


def _history(slug: str, *, words: bool) -> tuple[records.Edition, ...]:
    names = load(())
    rows = list(Edition.objects.filter(slug=slug))
    newest = _newest(rows)
    found = _owned(newest.values(), names).get(slug)
    if found is None:
        raise NotFound
    mine = sorted((row for row in rows if row.org == found.org), key=_rank, reverse=True)
    return _records(mine, newest, names, words=words)


def voice(key: str) -> records.PublicVoice:
    """A published voice that an edition still shows. Raises `NotFound`."""
    return remembered(("voice", key), lambda: _shown(key))


def _shown(key: str) -> records.PublicVoice:
    row = Voice.objects.filter(key=key, status=records.SHOWN).first()
    shows = Edition.objects.filter(withdrawn=False, items__contains=row.aggregate) if row else Edition.objects.none()
    if row is None or not shows.filter(org=row.org).exists():
        raise NotFound
    return _voice(row, words=True)


Newest = Mapping[tuple[str, str], Edition]


def _newest(rows: Iterable[Edition]) -> Newest:
    """The newest edition by address and organisation: nobody else's edition follows one's own."""
    found: dict[tuple[str, str], Edition] = {}
    for row in rows:
        place = (row.slug, row.org)
        if place not in found or _rank(row) > _rank(found[place]):
            found[place] = row
    return found


def _rank(row: Edition) -> tuple[int, str, str]:
    return (row.number, row.day, row.key)


def _owned(rows: Iterable[Edition], names: Names) -> dict[str, Edition]:
    """Whose publication has an address, where several claim it: ours before others', then the earlier one."""
    found: dict[str, Edition] = {}
    for row in sorted(rows, key=lambda one: (one.org != names.own, one.day, one.key)):
        found.setdefault(row.slug, row)
    return dict(sorted(found.items(), key=lambda one: (one[1].day, one[1].key), reverse=True))


def _records(
    rows: Collection[Edition], newest: Newest, names: Names, *, words: bool = True
) -> tuple[records.Edition, ...]:
    named = {item["voice"] for row in rows for item in _items(row)} - {None}
    voices = {one.aggregate: one for one in _voices(named, words=words)}
    times = dict(Kept.objects.filter(edition__in=[row.key for row in rows]).values_list("edition", "at"))
    return tuple(
        _record(row, voices, names, times, newest=newest[row.slug, row.org] is row, words=words) for row in rows
    )


def _voices(named: Collection[str], *, words: bool) -> Iterable[Voice]:
    found = Voice.objects.filter(aggregate__in=named)
    return found if words else found.defer("lines", "versions")


def _items(row: Edition) -> list[dict[str, Any]]:
    return orjson.loads(row.items) if row.items else []


def _record(
    row: Edition,
    voices: Mapping[str, Voice],
    names: Names,
    times: Mapping[str, int | None],
    *,
    newest: bool,
    words: bool,
) -> records.Edition:
    return records.Edition(
        key=row.key,
        slug=row.slug,
        number=row.number,
        org=row.org,
        org_name=names.org(row.org),
        mine=row.org == names.own,
        langs=tuple(row.langs.split()),
        **orjson.loads(row.texts),
        day=row.day,
        at=times.get(row.key),
        licence=row.licence,
        licence_url=row.licence_url,
        form=row.form,
        changes=tuple(orjson.loads(row.changes)) if row.changes else (),
        newest=newest,
        withdrawn=row.withdrawn,
        items=tuple(_item(row.org, one, voices, words=words) for one in _items(row)),
    )


def _item(org: str, one: Mapping[str, Any], voices: Mapping[str, Voice], *, words: bool) -> records.Item:
    row = voices.get(one["voice"]) if one["voice"] else None
    found = row if row is not None and row.org == org else None
    shown = found if found is not None and found.status == records.SHOWN else None
    status = records.WITHHELD if not one["voice"] else found.status if found else records.MISSING
    quotes = tuple(records.Quoted(quote["number"], quote["segment"]) for quote in one["quotes"])
    voice = _voice(shown, words=words) if shown else None
    return records.Item(one["number"], one["role"], one["answers"], one["day"], voice, status, quotes)


def _voice(row: Voice, *, words: bool) -> records.PublicVoice:
    versions: dict[str, list[str]] = orjson.loads(row.versions) if words and row.versions else {}
    lines = orjson.loads(row.lines) if words and row.lines else []
    return records.PublicVoice(
        key=row.key,
        who=row.who,
        place=row.place,
        day=row.day,
        lang=row.lang,
        role=row.role,
        lines=tuple(records.PublicLine(**line) for line in lines),
        versions={lang: tuple(versions.get(lang, ())) for lang in row.langs.split()},
        audio=BlobRef.from_dict(orjson.loads(row.audio)) if row.audio else None,
        voice=row.voice,
        duration=row.duration,
        synthetic=row.synthetic,
    )


@dataclass(frozen=True)
class Publication:
    """An edition, and all editions of its publication, the newest first; `behind`: places that would say something else
    today (ours only).
    """

    edition: records.Edition
    history: tuple[records.Edition, ...]
    behind: int

    @property
    def address(self) -> str:
        """Where anybody may read it."""
        return f"/p/{self.edition.slug}/"


def publications(*, viewer: Viewer, query: str = "") -> tuple[records.Edition, ...]:
    """The newest editions, the latest first; with a `query`, those in whose titles it stands."""
    require(viewer, policies.READ)
    found, asked = editions(viewer=viewer, words=False), fold_text(query)
    return tuple(one for one in found if asked in fold_text(" ".join((*one.titles.values(), one.org_name, one.slug))))


def publication(*, viewer: Viewer, slug: str, number: int | None = None) -> Publication:
    """A publication with its editions. Raises `NotFound`."""
    require(viewer, policies.READ)
    found = history(slug)
    one = _one(found, number)
    late = Behind.objects.filter(slug=slug).values_list("voices", flat=True).first() if one.mine else 0
    return Publication(one, found, late or 0)


def addresses(keys: Collection[str]) -> dict[str, tuple[str, int, str]]:
    """Address, number and title of editions, by row key; one query."""
    rows = Edition.objects.filter(key__in=keys)
    return {row.key: (row.slug, row.number, _title(row)) for row in rows}


def _title(row: Edition) -> str:
    titles = orjson.loads(row.texts)["titles"]
    return str(next((titles[lang] for lang in row.langs.split() if lang in titles), ""))


def behind(*, viewer: Viewer) -> list[tuple[str, str, int]]:
    """Our publications that are behind: address, title, places."""
    require(viewer, policies.PUBLISH)
    late = dict(Behind.objects.order_by("slug").values_list("slug", "voices"))
    return [(slug, edition(slug).title, voices) for slug, voices in late.items()]


def of_chain(*, viewer: Viewer, chain: str) -> list[tuple[str, str]]:
    """Our publications that take from a chain (its row key): address and title; those taken back left out."""
    require(viewer, policies.READ)
    name = Chain.objects.filter(key=chain).values_list("aggregate", flat=True).first() or "-"
    slugs = Kept.objects.filter(chains__contains=name).values_list("slug", flat=True)
    found = [edition(slug) for slug in sorted(set(slugs))]
    return [(one.slug, one.title) for one in found if not one.withdrawn]


def chains(*, viewer: Viewer) -> list[tuple[str, str]]:
    """Chains to choose from for a season: key and title, the newest first."""
    require(viewer, policies.PUBLISH)
    return list(Chain.objects.order_by("-day", "key").values_list("key", "title")[:200])
