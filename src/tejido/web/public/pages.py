"""From an edition to what a page shows of it, pure: which language, how much of each voice, what is marked.

A chain may hold hours of speech, and a page has to come over a 2G line. So a page that would be too long shows the opening of
each voice, and all of it stands at an address of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice
from tejido.web.public.records import Paragraph, Reading, Voice

WHOLE = 14_000
"""So many characters of words on a page, in both languages, are about 6 KB compressed."""
OPENING, SHORTEST = 700, 160
PARAGRAPH = 350
THREADS = 7
ENDS = (".", "!", "?", "…", "؟", "。", "।", "۔", "”", "»", '"')


def best(wanted: Iterable[str], there: Sequence[str]) -> str:
    """The language of `there` that comes first among those wanted, `es-MX` being content with `es`; else its first one."""
    for one in wanted:
        low = one.lower()
        for tag in there:
            if tag.lower() in {low, low.split("-")[0]}:
                return tag
    return there[0] if there else ""


def text_in(texts: Mapping[str, str], lang: str, langs: Sequence[str]) -> tuple[str, str]:
    """A text in the language, else in the first of `langs` that has one; with the language it is in."""
    for one in (lang, *langs):
        if found := texts.get(one):
            return found, one
    return "", lang


def reading(edition: Edition, lang: str, *, whole: bool = False, older: bool = False) -> Reading:
    """The edition in one of its languages; `whole`: however long, for the page of one voice. `older`: links stay in it."""
    title, title_lang = text_in(edition.titles, lang, edition.langs)
    question, question_lang = text_in(edition.questions, lang, edition.langs)
    summary, summary_lang = text_in(edition.summaries, lang, edition.langs)
    voices = tuple(_voices(edition, lang, older=older))
    return Reading(
        lang, title, title_lang, question, question_lang, summary, summary_lang, voices if whole else fitted(voices)
    )


def _voices(edition: Edition, lang: str, *, older: bool) -> Iterator[Voice]:
    threads = threads_of(edition.items)
    here = {item.number for item in edition.items if item.voice}
    for item in edition.items:
        url = voice_path(edition, lang, item.number, older=older)
        placed = Voice(item.number, item.role, item.answers, threads[item.number], url, gone=True, day=item.day)
        placed = replace(
            placed, answers_url=voice_path(edition, lang, item.answers, older=older) if item.answers else ""
        )
        numbers = dict.fromkeys(one.number for one in item.quotes if one.number in here)
        quotes = tuple((one, voice_path(edition, lang, one, older=older)) for one in numbers)
        yield replace(spoken(placed, item.voice, lang), quotes=quotes) if item.voice else placed


def threads_of(items: Sequence[Item]) -> dict[int, int]:
    """The colour of each number, the same for the same speaker, in the order in which they first spoke."""
    names = [item.voice.who if item.voice else "" for item in items]
    known = {who: at for at, who in enumerate(dict.fromkeys(names))}
    return {item.number: known[who] % THREADS + 1 for item, who in zip(items, names, strict=True)}


def spoken(placed: Voice, voice: PublicVoice, lang: str) -> Voice:
    """A place with the words of its voice in `lang`, or as they were spoken where nobody has translated them."""
    version = voice.versions.get(lang) if lang != voice.lang else None
    shown = lang if version is not None else voice.lang
    return replace(
        placed,
        gone=False,
        key=voice.key,
        who=voice.who,
        place=voice.place,
        day=voice.day,
        lang=voice.lang,
        shown_lang=shown,
        translated=version is not None,
        untranslated=shown != lang,
        paragraphs=paragraphs(voice, version, lang),
        machine=machine(voice),
        synthetic=voice.synthetic,
        tier=voice.voice,
        duration=voice.duration / 1000 if voice.duration else None,
        versions=voice.langs,
        timed=any(line.start is not None for line in voice.lines),
    )


def machine(voice: PublicVoice) -> str:
    """How much of what was spoken a machine wrote down: "", some or all."""
    written = {line.by == "machine" for line in voice.lines}
    return "" if True not in written else "some" if False in written else "all"


def paragraphs(voice: PublicVoice, version: Sequence[str] | None, lang: str) -> tuple[Paragraph, ...]:
    """Lines gathered into paragraphs: at the end of a sentence once they are long enough, and where the language changes.

    Words that were typed have no times; each of their lines is a paragraph already.
    """
    texts = version if version is not None else [line.text for line in voice.lines]
    groups: list[list[int]] = []
    for at, line in enumerate(voice.lines):
        before = voice.lines[at - 1] if at else None
        if before is None or line.start is None or before.lang != line.lang or _full(groups[-1], texts):
            groups.append([])
        groups[-1].append(at)
    return tuple(_paragraph(voice, group, texts, lang if version is not None else "") for group in groups)


def _full(group: Sequence[int], texts: Sequence[str]) -> bool:
    return sum(len(texts[at]) for at in group) >= PARAGRAPH and texts[group[-1]].rstrip().endswith(ENDS)


def _paragraph(voice: PublicVoice, group: Sequence[int], texts: Sequence[str], lang: str) -> Paragraph:
    spoken_in = voice.lines[group[0]].lang or voice.lang
    said = _joined(voice.lines[at].text for at in group)
    return Paragraph(_joined(texts[at] for at in group), lang, said, spoken_in) if lang else Paragraph(said, spoken_in)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(text.strip() for text in texts if text.strip())


def fitted(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """All words where a page can carry them, else the opening of each voice."""
    if sum(len(part.text) + len(part.other) for voice in voices for part in voice.paragraphs) <= WHOLE:
        return tuple(voices)
    share = max(SHORTEST, min(OPENING, WHOLE // len(voices)))
    return tuple(opened(voice, share) for voice in voices)


def opened(voice: Voice, most: int) -> Voice:
    """The first words of a voice, cut between words; whole where it is hardly longer."""
    if sum(len(part.text) for part in voice.paragraphs) <= most * 1.3:
        return voice
    kept: list[Paragraph] = []
    for part in voice.paragraphs:
        if len(part.text) >= most:
            kept.append(Paragraph(f"{part.text[:most].rsplit(' ', 1)[0].rstrip()} …", part.lang))
            break
        kept.append(Paragraph(part.text, part.lang))
        most -= len(part.text)
    return replace(voice, paragraphs=tuple(kept), cut=True)


def page_path(edition: Edition, lang: str, *, older: bool) -> str:
    """Where this very edition stands in a language."""
    path = addresses.publication(edition.slug, lang)
    return f"{path}edition-{edition.number}/" if older else path


def voice_path(edition: Edition, lang: str, number: int | None, *, older: bool) -> str:
    """Where one voice of this edition stands."""
    return f"{page_path(edition, lang, older=older)}{number}/"
