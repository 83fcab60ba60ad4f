"""What the pages, the API and the commands show of a course: names in place of ids, days, words of the members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tejido.ground.charter import policies, selectors
from tejido.ground.charter.domain import DECIDED, OPEN, REFUSED, SUCCESSOR, Edition, Standing
from tejido.ground.charter.selectors import Names, key_of
from tejido.ground.charter.wording import change_in_words, count_in_words
from tejido.ground.network import papers
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.log.words import fingerprint


@dataclass(frozen=True)
class VoiceView:
    """What one organisation said last. `counts`: it has a say."""

    name: str
    yes: bool
    words: str
    day: str
    counts: bool


@dataclass(frozen=True)
class MatterView:
    """A matter as it is shown. `said`: what we said (None: nothing); `asked`: whether we have a say; `sound`: for a request,
    whether its paper holds."""

    key: str
    what: str
    status: str
    name: str
    about: str
    fingerprint: str
    by: str
    day: str
    words: str
    counted: str
    voices: tuple[VoiceView, ...]
    silent: tuple[str, ...]
    said: bool | None
    asked: bool
    back: bool
    sound: bool
    body: Mapping[str, Any]

    @property
    def open(self) -> bool:
        """Whether a voice changes anything still. On a successor, until it is founded."""
        return self.status in (OPEN, REFUSED) or (self.what == SUCCESSOR and self.status == DECIDED)


@dataclass(frozen=True)
class EditionView:
    """A charter that is or was in force."""

    number: int
    hash: str
    day: str
    by: str
    agreed: tuple[str, ...]
    members: int
    need: int
    chapters: Mapping[str, Mapping[str, str]]
    rules: Mapping[str, Any]
    note: str

    @property
    def langs(self) -> list[str]:
        """Languages in which a chapter is written."""
        return sorted({lang for texts in self.chapters.values() for lang in texts})


@dataclass(frozen=True)
class MemberView:
    """A member and how it came in; or, where `came` is false, an organisation that went."""

    org: str
    name: str
    fingerprint: str
    own: bool
    founder: bool
    leaving: bool
    since: str
    how: str
    within: bool


def _day(one: Any) -> str:
    return one.day if one else ""


def edition_view(one: Edition, called: Names) -> EditionView:
    """A charter with names."""
    body = one.matter.body
    voices = {voice.place: voice.day for voice in one.matter.voices}
    day = voices.get(one.place, one.matter.day)
    agreed = tuple(called(org) for org in one.yes)
    return EditionView(
        one.number, one.hash, day, called(one.matter.org), agreed, one.members, one.need, body["chapters"], body["rules"],
        body["note"],
    )  # fmt: skip


def editions(*, viewer: Viewer, network: NetworkInfo) -> list[EditionView]:
    """Every charter that came into force, the first one first."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    called = selectors.names(made)
    return [edition_view(one, called) for one in made.editions]


def matter_view(one: Standing, called: Names) -> MatterView:
    """A matter with names."""
    matter = one.matter
    moved = one.silent  # of those who said something: to another charter, or another new network
    last = {voice.org: voice for voice in matter.voices if voice.org not in moved}
    voices = [
        VoiceView(called(org), voice.yes, voice.words, voice.day, org in one.electorate) for org, voice in last.items()
    ]
    if matter.org not in last and matter.org not in moved:
        voices.insert(
            0, VoiceView(called(matter.org), yes=True, words="", day=matter.day, counts=matter.org in one.electorate)
        )
    said = True if called.own in one.yes else False if called.own in one.no else None
    words = matter.body.get("note" if matter.what == "charter" else "words", "")
    return MatterView(
        key_of(matter), matter.what, one.status, called(matter.about or matter.org), matter.about,
        fingerprint(bytes.fromhex(matter.about)) if matter.about else "", called(matter.org), matter.day, words,
        count_in_words(one), tuple(voices), tuple(sorted(called(org) for org in one.silent)), said,
        called.own in one.electorate, matter.what == "admit" and not matter.body["paper"], _sound(one), matter.body,
    )  # fmt: skip


def _sound(one: Standing) -> bool:
    """Whether a request was signed by whom it names: anybody can look again."""
    if one.matter.what != "admit" or not one.matter.body["paper"]:
        return True
    try:
        return papers.parse(one.matter.body["paper"].encode(), papers.REQUEST).org.hex() == one.matter.about
    except papers.BadPaper:
        return False


def matters(
    *, viewer: Viewer, network: NetworkInfo, what: Sequence[str] = ("charter", "admit", "suspend", "successor")
) -> list[MatterView]:
    """Matters of these kinds, the latest first."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    called = selectors.names(made)
    return [matter_view(one, called) for one in reversed(made.standings) if one.matter.what in what]


def matter(*, viewer: Viewer, network: NetworkInfo, key: str) -> MatterView:
    """One matter; raises `NotFound`."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    return matter_view(selectors.standing_by_key(made, key), selectors.names(made))


def members(*, viewer: Viewer, network: NetworkInfo) -> list[MemberView]:
    """Members, this organisation first, with when and how each came in."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    suspended = {one.matter.about: one for one in made.due() if one.matter.what == "suspend"}
    found = []
    for one in selectors.members(network, made):
        how = change_in_words(one.since) if one.since else ""
        if one.org in suspended:  # whoever is not on the list any more cannot read it, and reads this instead
            how = _("the members have decided to suspend it: %(counted)s") % {
                "counted": count_in_words(suspended[one.org])
            }
        within = one.since is None or one.since.how != "outside"
        view = MemberView(one.org, one.name, one.words, one.own, one.founder, one.leaving, _day(one.since), how, within)
        found.append(view)
    return found


def gone(*, viewer: Viewer, network: NetworkInfo) -> list[tuple[MemberView, bool]]:
    """Organisations that were members and are not, the latest first; whether they can be taken back by a decision."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    called = selectors.names(made)
    last = {one.org: one for one in made.changes if one.org not in made.members}
    found = []
    for org, change in reversed(last.items()):
        view = MemberView(
            org, called(org), fingerprint(bytes.fromhex(org)), org == called.own, founder=False, leaving=False,
            since=change.day, how=change_in_words(change), within=change.how != "outside",
        )  # fmt: skip
        found.append((view, org in made.suspended))
    return found


def as_text(one: EditionView, network: str, lang: str, names: Mapping[str, Any], rules: Sequence[str]) -> str:
    """A charter as plain text in one language: what is not written in it comes in whichever there is."""
    lines = [network, ""]
    for chapter, name in names.items():
        texts = one.chapters.get(chapter, {})
        said = texts.get(lang) or next(iter(texts.values()), "")
        if said:
            lines += [str(name).upper(), "", said, ""]
    return "\n".join([*lines, *rules, "", f"{one.number} · {one.day} · {one.hash}", ""])
