"""An edition as the engine's book: its voices in one language, and the words of the frame in that language."""

import uuid
from collections.abc import Container, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tejido.engines.press.picture import small
from tejido.engines.press.records import (
    APPROVED,
    MISSING,
    WITHDRAWN,
    WITHHELD,
    Dossier,
    Labels,
    Line,
    Quote,
    Version,
    Voice,
)
from tejido.ground.ui.languages import frame_of, name_of
from tejido.practices.relay.press import addresses, covers
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice

BOOK_SIDE, BOOK_BYTES = 1400, 250_000
NAMES = uuid.UUID("5b0c1b0e-7a52-5f0a-9a3e-0b6a6f8f2c11")  # of books, as UUIDv5 wants a space for its names


def dossier(edition: Edition, lang: str, with_sound: Container[int] = ()) -> Dossier:
    """The book of an edition in `lang`: of each voice its words as spoken, and the approved ones in that language.

    `with_sound`: numbers of the voices whose sound lies beside it."""
    question, question_lang = _text(edition.questions, edition, lang)
    with translation.override(frame_of(lang)):
        return Dossier(
            identifier=uuid.uuid5(NAMES, f"{edition.slug}/{lang}").urn,
            title=edition.titles.get(lang, edition.title),
            question=question,
            question_lang=question_lang,
            lang=lang,
            publisher=edition.org_name,
            licence=edition.licence,
            licence_url=edition.licence_url,
            modified=edition.at if edition.at is not None else _midnight(edition.day),
            edition=edition.number,
            voices=tuple(voice(item, edition, lang, with_sound) for item in edition.items),
            changes=edition.changes,
            method=tuple(method(edition)),
            address=addresses.absolute(addresses.publication(edition.slug, lang)),
            seed=edition.slug,
            day=day(edition.day, around(lang)),
            summary=edition.summaries.get(lang, ""),
            **_picture(edition, lang),
        )


def _picture(edition: Edition, lang: str) -> dict[str, Any]:
    """The picture that a keeper gave, in a book's size."""
    found = covers.bytes_of(edition.slug) if edition.mine else None
    if found is None:
        return {}
    full, alts = found
    return {
        "picture": small(full, BOOK_SIDE, BOOK_BYTES),
        "picture_alt": alts.get(lang) or next(iter(alts.values()), ""),
    }


def _text(texts: Mapping[str, str], edition: Edition, lang: str) -> tuple[str, str]:
    """A text in this language, else in the first that has one; with the language it is in."""
    return next(((texts[one], one) for one in (lang, *edition.langs) if texts.get(one)), ("", lang))


def sound_name(number: int) -> str:
    """Where a voice's sound lies beside the book."""
    return f"sounds/{number}.opus"


def voice(item: Item, edition: Edition, lang: str, with_sound: Container[int] = ()) -> Voice:
    """A place of the edition; without its voice only the number is left, and why."""
    found = item.voice
    if found is None:
        absent = item.status if item.status in (WITHDRAWN, WITHHELD) else MISSING
        return Voice(item.number, "", "", "", "", item.role, answers=item.answers, absent=absent)
    return Voice(
        number=item.number,
        who=found.who,
        place=found.place,
        day=day(item.day, around(lang)),
        lang=found.lang,
        role=item.role,
        lines=tuple(_lines(found)),
        answers=item.answers,
        duration=found.duration if found.audio else 0,
        synthetic=found.synthetic,
        versions=tuple(Version(tag, APPROVED, words) for tag, words in found.versions.items()),
        sound=sound_name(item.number) if item.number in with_sound else "",
        voice=found.voice if found.audio else "none",
        key=found.key,
        address=addresses.absolute(addresses.voice(edition.slug, lang, item.number)),
        quotes=tuple(_quotes(item)),
    )


def _quotes(item: Item) -> Iterable[Quote]:
    """What it tells again, by the voice that said it."""
    for number in dict.fromkeys(quoted.number for quoted in item.quotes):
        yield Quote(number, tuple(quoted.segment for quoted in item.quotes if quoted.number == number))


def _lines(found: PublicVoice) -> Iterable[Line]:
    for one in found.lines:
        yield Line(one.text, one.start, one.lang if one.lang != found.lang else "", one.end, one.id, one.by)


def around(lang: str) -> str:
    """The tag of what stands around words in this language: its own, or that of the frame."""
    return lang if frame_of(lang) == lang.partition("-")[0].lower() else frame_of(lang)


def day(iso: str, lang: str) -> str:
    """`3 October 2026`, as the language writes it; as it is where its way is unknown."""
    try:
        return format_date(date.fromisoformat(iso), "long", locale=Locale.parse(lang, sep="-"))
    except (ValueError, UnknownLocaleError):
        return iso


def _midnight(iso: str) -> int:
    return int(datetime.fromisoformat(iso).replace(tzinfo=UTC).timestamp())


def method(edition: Edition) -> Iterable[str]:
    """How the words came to be printed; the rules that the node keeps, nobody's name."""
    shown = len(edition.voices)
    number = ngettext("This edition has %(number)s voice.", "This edition has %(number)s voices.", shown)
    yield f"{number % {'number': shown}} {_said()}"
    yield _(
        "What was recorded was written down by a machine or by a person. A person whom the organisation made a reviewer "
        "went over each line and approved it. Every translation was approved in the same way; a machine's draft that "
        "nobody approved is not printed."
    )
    yield _(
        "Where words were taken out to protect somebody, they were cut from the sound as well as from the text. Where a "
        "voice was changed or read by somebody else, that is said where it stands. A changed voice is harder to "
        "recognise by ear, not anonymous."
    )


def _said() -> str:
    return _(
        "Each was recorded or written in a circle, at most ten minutes long, passed on and answered by other circles. "
        "Only what those who spoke allowed to be published is here, under the name and the place that they chose."
    )


def labels(lang: str, tags: Iterable[str]) -> Labels:
    """Every word of the frame, in the book's language where the frame exists in it, else in English."""
    said = around(lang)
    with translation.override(frame_of(lang)):
        return Labels(**_frame(), **_making(), lang=said, languages={tag: name_of(tag, said) for tag in tags},
                      sounds=_sounds(), absences=_absences())  # fmt: skip


def _frame() -> dict[str, str]:
    return {
        "contents": _("Contents"),
        "question": _("Question"),
        "the_chain": _("The chain"),
        "voice": _("Voice"),
        "report": _("Report"),
        "commentary": _("Commentary"),
        "parallel": _("Parallel experience"),
        "answers": _("answers voice %(number)s"),
        "quotes": _("Quotes voice %(number)s"),
        "spoken": _("Spoken"),
        "place": _("Place"),
        "language": _("Language"),
        "who": _("Who"),
        "day": _("Spoken on"),
        "listen": _("Listen"),
        "address": _("Read it here"),
        "minutes": _("%(time)s minutes"),
        "map": _("From place to place"),
        "map_note": _(
            "Who answered whom, by the places that the circles named. It is no map: nobody was asked for a position."
        ),
        "no_place": _("No place named"),
        "edition": _("Edition %(number)s"),
        "licence": _("Licence"),
        "newest": _("The newest edition, and the sound:"),
        "code": _("The same address as a QR code"),
        "pattern": _("The pattern was woven from the address of this publication. It shows nobody."),
        "share": _(
            "Copy this and pass it on, as the licence allows. If a voice is withdrawn later, the next edition is without "
            "it, and copies remain in the hands that hold them: look for the newest edition, and pass that one on."
        ),
    }


def _making() -> dict[str, str]:
    return {
        "translated": _("Translated from %(lang)s, approved by a person"),
        "untranslated": _("Not translated: in %(lang)s, as it was spoken"),
        "machine_original": _("Written down by a machine, checked by nobody"),
        "machine_translation": _("Translated by a machine, checked by nobody"),
        "synthetic": _("The sound is a synthetic voice"),
        "method": _("How this was made"),
        "changes": _("What has changed in this edition"),
        "words": _("Words"),
        "translation": _("Translation"),
        "sound": _("Sound"),
        "heard": _("Written down by a machine, approved by a person; lines written anew: %(number)s of %(all)s"),
        "typed": _("Written by a person"),
        "approved": _("Approved by a person"),
        "sources": _("Sources"),
        "sources_note": _(
            "The name under each voice stays the same in every edition and every language. Whoever refers to a voice, "
            "refers to it by that name."
        ),
        "summary": _(
            "Text in reading order, with headings and a table of contents. Pictures only repeat what the text says; "
            "nothing needs to be heard."
        ),
    }


def _sounds() -> dict[str, str]:
    return {
        "own": _("Own voice"),
        "disguised": _("A changed voice: harder to recognise by ear, not anonymous"),
        "revoiced": _("Read by another person"),
        "none": _("In writing alone"),
    }


def _absences() -> dict[str, tuple[str, str]]:
    return {
        WITHDRAWN: (_("Withdrawn"), _("Whoever spoke here has taken the words back. The number stays, so that answers "
                                      "keep theirs.")),
        WITHHELD: (_("Not published"), _("A voice of the chain stands here that was not published.")),
        MISSING: (_("Not here"), _("This voice has not arrived on this node yet.")),
    }  # fmt: skip


def book(edition: Edition, lang: str, with_sound: Container[int] = ()) -> tuple[Dossier, Labels]:
    """Both."""
    tags = {lang, *(tag for found in edition.voices for tag in found.langs)}
    return dossier(edition, lang, with_sound), labels(lang, sorted(tags))
