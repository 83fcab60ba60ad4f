"""Words that the public pages need and a template cannot make; in the language that is active."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tejido.ground.ui.chain import ChainNode
from tejido.ground.ui.languages import name_of
from tejido.web.public.records import File, Held, Voice

DESCRIBED = 200


@dataclass(frozen=True)
class Fact:
    """A line of the page on what is held."""

    what: str
    value: str


def facts(held: Held) -> list[Fact]:
    """What is public here, in numbers."""
    length = ngettext("%(number)s minute", "%(number)s minutes", held.minutes) % {"number": held.minutes}
    found = [
        (_("Publications of ours"), held.ours),
        (_("Publications of partners, held here too"), held.partners),
        (_("Organisations that published them"), held.organisations),
        (_("Voices that can be read"), held.voices),
        (_("Their length together"), length if held.minutes else ""),
        (_("Languages"), held.languages),
    ]
    return [Fact(what, str(value)) for what, value in found if value != ""]


def lead(text: str, most: int) -> str:
    """The first paragraph of a text, not too long."""
    first = text.strip().split("\n\n", 1)[0]
    return first if len(first) <= most else f"{first[:most].rsplit(' ', 1)[0]} …"


def role(name: str) -> str:
    """What a voice is in its chain."""
    return {"report": _("Report"), "commentary": _("Commentary"), "parallel": _("Parallel experience")}.get(name, name)


def marks(voice: Voice, *, mine: bool) -> list[tuple[str, str]]:
    """What has to be said of a voice's words and sound: kind of mark, and its words."""
    return [mark for mark in (*_marks(voice), _sound(voice, mine=mine)) if mark]


def _marks(voice: Voice) -> Iterable[tuple[str, str] | None]:
    yield ("approved", _("translated, approved by a person")) if voice.translated else None
    yield (
        ("original", _("not translated, in %(language)s") % {"language": name_of(voice.lang)})
        if voice.untranslated
        else None
    )
    yield ("machine", _("written down by a machine, checked by nobody")) if voice.machine == "all" else None
    yield ("machine", _("partly written down by a machine, checked by nobody")) if voice.machine == "some" else None
    yield ("synthetic", _("synthetic voice")) if voice.synthetic else None
    yield ("disguised", _("changed voice")) if voice.tier == "disguised" else None
    yield ("revoiced", _("read by another person")) if voice.tier == "revoiced" else None


def _sound(voice: Voice, *, mine: bool) -> tuple[str, str] | None:
    if voice.gone or voice.sounds:
        return None
    if voice.tier == "none":
        return ("silent", _("in writing alone"))
    return (
        "waiting",
        _("its sound is being prepared") if mine else _("its sound is at the node of those who published it"),
    )


def labelled(files: Iterable[File]) -> list[File]:
    """Files with what they are called."""
    named = {
        "pdf": _("Dossier to print (PDF)"),
        "epub": _("Dossier as an electronic book (EPUB)"),
        "zip": _("Dossier as web pages, with its sound (ZIP)"),
        "audio/mpeg": _("Sound (MP3)"),
        "audio/ogg; codecs=opus": _("Sound, small (Opus)"),
        "audio/mp4; codecs=opus": _("Sound, small (Opus)"),
    }
    return [replace(one, label=named.get(one.type, one.type)) for one in files]


def description(*texts: str) -> str:
    """One line for search engines and for whoever shares an address."""
    said = " ".join(" ".join(text.split()) for text in texts if text.strip())
    return said if len(said) <= DESCRIBED else f"{said[:DESCRIBED].rsplit(' ', 1)[0]} …"


def picture(voices: Sequence[Voice]) -> list[ChainNode]:
    """The voices as the chain picture takes them: each below the one that it answers."""
    below: dict[int | None, list[Voice]] = {}
    numbers = {one.number for one in voices}
    for one in voices:
        below.setdefault(one.answers if one.answers in numbers and one.answers != one.number else None, []).append(one)
    nodes: dict[int, ChainNode] = {}
    for one in sorted(voices, key=lambda voice: -voice.number):
        children = tuple(nodes[child.number] for child in below.get(one.number, ()) if child.number in nodes)
        nodes[one.number] = ChainNode(
            str(one.number), one.role, one.who, when=None, withdrawn=one.gone, children=children
        )
    return [nodes[one.number] for one in below.get(None, ())]
