"""Every read for people: entries, files, terms, exports. Nothing here is for guests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tejido.engines.language import Match, glossary, tmx
from tejido.engines.language.backends import apertium
from tejido.engines.language.languages import primary
from tejido.ground.consent.public import TRANSCRIPT, in_force_many
from tejido.ground.errors import Invalid, NotFound
from tejido.ground.memory import looking, policies
from tejido.ground.memory.models import Origin, Term, Unit
from tejido.ground.people import Viewer, require
from tejido.ground.search.folding import words

MOST_WORDS = 12
PORTION = 500


@dataclass(frozen=True)
class Filter:
    """What of the memory is asked for: words on either side, two languages (codes, or empty), one origin's key."""

    query: str = ""
    source: str = ""
    target: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Engine:
    """An engine of this node: its name, whether it is here, the pairs it does."""

    name: str
    there: bool
    pairs: tuple[str, ...]


def origins(*, viewer: Viewer) -> list[Origin]:
    """Files and approvals that the memory is made of, with `entries` and `words` (terms), the newest first."""
    require(viewer, policies.READ)
    counted = Origin.objects.annotate(entries=Count("units", distinct=True), words=Count("terms", distinct=True))
    return list(counted.order_by("-day", "key"))


def origin(*, viewer: Viewer, key: str) -> Origin:
    """One of them."""
    require(viewer, policies.READ)
    found = next((one for one in origins(viewer=viewer) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def units(*, viewer: Viewer, wanted: Filter) -> QuerySet[Unit]:
    """Entries in the order in which they came."""
    require(viewer, policies.READ)
    rows = Unit.objects.select_related("origin").order_by("id")
    if wanted.origin:
        rows = rows.filter(origin=wanted.origin)
    for word in _words(wanted.query):
        rows = rows.filter(Q(a_folded__contains=word) | Q(b_folded__contains=word))
    return rows.filter(_between(wanted.source, wanted.target))


def terms(*, viewer: Viewer, wanted: Filter) -> QuerySet[Term]:
    """The glossary in the order of its terms."""
    require(viewer, policies.READ)
    rows = Term.objects.select_related("origin").order_by("a_folded", "id")
    if wanted.origin:
        rows = rows.filter(origin=wanted.origin)
    for word in _words(wanted.query):
        rows = rows.filter(Q(a_folded__contains=word) | Q(b_folded__contains=word))
    return rows.filter(_between(wanted.source, wanted.target))


def languages(*, viewer: Viewer) -> list[str]:
    """Codes of all languages that the memory or the glossary has, sorted."""
    require(viewer, policies.READ)
    pairs = {*Unit.objects.values_list("a", "b").distinct(), *Term.objects.values_list("a", "b").distinct()}
    return sorted({code for pair in pairs for code in pair})


def matches(*, viewer: Viewer, text: str, source: str, target: str) -> list[Match]:
    """What was translated before and is alike."""
    require(viewer, policies.READ)
    if len(text) > 5000:
        raise Invalid(_("The text has more than 5,000 letters: look up a segment at a time."))
    return looking.look_up(text, source, target)


def engines(*, viewer: Viewer) -> list[Engine]:
    """The machines that can draft here. A server is named and not asked."""
    require(viewer, policies.READ)
    here = apertium.installed()
    pairs = sorted(map(str, apertium.Apertium().pairs())) if here else []
    return [
        Engine("apertium", here, tuple(pairs)),
        Engine("libretranslate", bool(settings.NODE.translation_server), ()),
    ]


def exported(*, viewer: Viewer, wanted: Filter, people: bool = False) -> Iterator[tmx.Unit]:
    """Entries for a file that leaves this node: imported ones; with `people` also those of reports.

    Of reports only such whose speakers allow the transcript to be published: a file cannot be called back.
    """
    require(viewer, policies.KEEP if people else policies.READ)
    rows = units(viewer=viewer, wanted=wanted)
    return _exported(rows if people else rows.filter(subject=""))


def exported_terms(*, viewer: Viewer, wanted: Filter) -> Iterator[glossary.Row]:
    """The glossary for a file."""
    rows = terms(viewer=viewer, wanted=wanted)
    return (
        glossary.Row(row.a_lang, row.b_lang, row.a_text, row.b_text, row.name, row.note)
        for row in rows.iterator(chunk_size=PORTION)
    )


def _exported(rows: QuerySet[Unit]) -> Iterator[tmx.Unit]:
    allowed = _published(rows)
    for row in rows.iterator(chunk_size=PORTION):
        if row.subject and row.subject not in allowed:
            continue
        props = (("x-origin", row.origin.name),) if row.origin.name else ()
        notes = (row.note,) if row.note else ()
        yield tmx.Unit(((row.a_lang, row.a_text), (row.b_lang, row.b_text)), row.a_lang, row.name, notes, props)


def _published(rows: QuerySet[Unit]) -> set[str]:
    subjects = list(rows.exclude(subject="").order_by().values_list("subject", flat=True).distinct())
    if not subjects:
        return set()
    return {key for key, held in in_force_many(subjects).items() if TRANSCRIPT in held.purposes}


def _between(source: str, target: str) -> Q:
    a, b = primary(source) if source else "", primary(target) if target else ""
    if a and b:
        return Q(a=a, b=b) | Q(a=b, b=a)
    one = a or b
    return Q(a=one) | Q(b=one) if one else Q()


def _words(query: str) -> list[str]:
    return list(words(query))[:MOST_WORDS]
