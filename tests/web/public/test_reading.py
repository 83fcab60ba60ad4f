"""What a page shows of an edition: paragraphs, languages, how much; from records alone."""

from dataclasses import replace

from tejido.practices.relay.publishing.public import Edition, Item, PublicLine, PublicVoice
from tejido.web.public import pages
from tejido.web.public.wording import picture

SENTENCE = "Nobody asked us, and nobody came to look at the machines that day either."


def a_voice(count: int = 2, *, timed: bool = True, by: str = "person") -> PublicVoice:
    """A voice in Spanish of that many lines, translated into English."""
    lines = tuple(
        PublicLine(f"a{at}", f"Línea {at}.", at * 1000 if timed else None, None, "es", by) for at in range(count)
    )
    versions = {"en": tuple(f"{SENTENCE} {at}." for at in range(count))}
    return PublicVoice("k", "Noche", "Chicago", "2026-11-20", "es", "report", lines, versions, None, "none", 0, False)


def an_edition(*voices: PublicVoice | None, langs: tuple[str, ...] = ("es", "en")) -> Edition:
    """An edition of these voices, each answering the first."""
    items = tuple(
        Item(at, "report" if at == 1 else "parallel", 1 if at > 1 else None, "", one, "shown" if one else "withdrawn")
        for at, one in enumerate(voices, 1)
    )
    titles = {"es": "Calor", "en": "Heat"}
    return Edition(
        "e", "abcdefgh", 1, "o", "Org", True, langs, titles, {}, {}, "2026-11-20", None, "CC", "", "each", (), True, False, items
    )  # fmt: skip


def test_the_best_language_is_the_dearest_that_is_there() -> None:
    assert pages.best(["fr", "es-MX", "en"], ("en", "es")) == "es"
    assert pages.best(["fr"], ("en", "es")) == "en"
    assert pages.best(["zh-Hant"], ("zh-hant", "en")) == "zh-hant"
    assert pages.best([], ()) == ""


def test_lines_become_paragraphs_with_what_was_spoken_beside_them() -> None:
    (voice,) = pages.reading(an_edition(a_voice(12)), "en").voices
    assert voice.translated
    assert 1 < len(voice.paragraphs) < 12
    assert all(len(one.text) >= pages.PARAGRAPH for one in voice.paragraphs[:-1])
    assert " ".join(one.other for one in voice.paragraphs) == " ".join(f"Línea {at}." for at in range(12))
    assert {(one.lang, one.other_lang) for one in voice.paragraphs} == {("en", "es")}


def test_typed_lines_stay_lines() -> None:
    (voice,) = pages.reading(an_edition(a_voice(3, timed=False)), "es").voices
    assert [one.text for one in voice.paragraphs] == ["Línea 0.", "Línea 1.", "Línea 2."]
    assert (voice.translated, voice.untranslated) == (False, False)


def test_a_paragraph_ends_where_the_language_changes() -> None:
    voice = a_voice(2)
    mixed = replace(voice, lines=(voice.lines[0], replace(voice.lines[1], lang="qu")))
    (shown,) = pages.reading(an_edition(mixed), "es").voices
    assert [one.lang for one in shown.paragraphs] == ["es", "qu"]


def test_what_nobody_translated_is_shown_as_it_was_spoken() -> None:
    (voice,) = pages.reading(an_edition(replace(a_voice(), versions={})), "en").voices
    assert (voice.shown_lang, voice.translated, voice.untranslated) == ("es", False, True)


def test_a_long_chain_shows_openings_and_each_voice_has_a_page() -> None:
    edition = an_edition(*[a_voice(200)] * 60)
    voices = pages.reading(edition, "en").voices
    assert all(one.cut for one in voices)
    shown = sum(len(part.text) for one in voices for part in one.paragraphs)
    assert shown < pages.WHOLE * 1.3
    assert voices[6].paragraphs[-1].text.endswith(" …")
    assert voices[6].url == "/p/abcdefgh/en/7/"
    whole = pages.reading(edition, "en", whole=True).voices[6]
    assert not whole.cut
    assert sum(len(one.text) for one in whole.paragraphs) > 10_000


def test_a_short_voice_in_a_long_chain_is_not_cut() -> None:
    voices = pages.reading(an_edition(a_voice(400), a_voice(1)), "en").voices
    assert [one.cut for one in voices] == [True, False]


def test_how_much_a_machine_wrote_is_told() -> None:
    mixed = a_voice(2)
    mixed = replace(mixed, lines=(mixed.lines[0], replace(mixed.lines[1], by="machine")))
    assert [pages.machine(one) for one in (a_voice(), a_voice(by="machine"), mixed)] == ["", "all", "some"]


def test_a_withdrawn_voice_keeps_its_place_and_nothing_else() -> None:
    first, second = pages.reading(an_edition(a_voice(), None), "en").voices
    assert (second.gone, second.number, second.who, second.paragraphs) == (True, 2, "", ())
    assert second.answers_url == "/p/abcdefgh/en/1/"
    assert first.thread != second.thread


def test_an_older_edition_keeps_its_links_to_itself() -> None:
    (voice,) = pages.reading(an_edition(a_voice()), "en", older=True).voices
    assert voice.url == "/p/abcdefgh/en/edition-1/1/"


def test_the_picture_holds_every_voice_once_whatever_answers_what() -> None:
    edition = an_edition(*[a_voice()] * 3)
    (root,) = picture(pages.reading(edition, "en").voices)
    assert [child.hop_key for child in root.children] == ["2", "3"]
    circle = replace(edition, items=tuple(replace(item, answers=item.number % 3 + 1) for item in edition.items))
    assert picture(pages.reading(circle, "en").voices) == []
