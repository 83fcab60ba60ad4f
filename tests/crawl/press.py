"""Plants what was made of published voices: sound, words and chapters; and a voice that was taken back after all was made."""

from unittest import mock

from tejido.engines.press import cover
from tejido.ground.people import OPERATOR
from tejido.practices.relay import access, actions
from tejido.practices.relay.actions import Words
from tejido.practices.relay.press import books, feeds, reading, tasks
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing import proofs
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.public import PublicVoice
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review.actions import Seen
from tests.crawl.canaries import TABLE
from tests.crawl.seed import ALL, Seeded, planter
from tests.practices.relay.test_recordings import CLIP


@planter
def podcast(made: Seeded) -> None:
    """A chain with sound is published as one episode, and all made; one of its two voices is erased then."""
    before, made.circle = made.circle, actions.open_circle(viewer=OPERATOR, name="Loud", place="", langs=["en"])
    chain = actions.open_chain(viewer=OPERATOR, circle=made.circle, title="Loud", question="How loud?", lang="en")
    reports = {name: _spoken(made, chain, name) for name in ("press-voice", "press-taken-back")}
    made.sounding = publishing.publish(
        viewer=OPERATOR, choice=Choice(chains=(chain,), langs=("en",), form=reading.WHOLE)
    )
    made.silenced = next(v.key for v in reading.edition_at(made.sounding).voices if _says(v, "press-taken-back"))
    _make()
    actions.withdraw(viewer=OPERATOR, report=reports["press-taken-back"])
    _make()
    _proved(made, chain)
    made.circle = before


def _proved(made: Seeded, chain: str) -> None:
    """The same once more, as finished pages that are not published."""
    summaries = {"en": TABLE["proof-summary"].text}
    choice = Choice(chains=(chain,), langs=("en",), titles={"en": "Loud"}, summaries=summaries)
    key = proofs.prove(viewer=OPERATOR, choice=choice)
    edition = proofs.proof(viewer=OPERATOR, key=key).edition
    first = next(item for item in edition.items if item.voice)
    made.proof = {"key": key, "slug": edition.slug, "lang": "en", "kind": "vtt", "number": str(first.number),
                  "subject": edition.voices[0].key}  # fmt: skip


def _says(voice: PublicVoice, name: str) -> bool:
    return any(TABLE[name].word in line.text for line in voice.lines)


def _spoken(made: Seeded, chain: str, name: str) -> str:
    words = Words("en", audio=CLIP, audio_type="audio/webm")
    report = actions.add_report(viewer=OPERATOR, chain=chain, circle=made.circle, words=words, said=ALL)
    captions = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{TABLE[name].text}\n"
    actions.bring_transcript(viewer=OPERATOR, report=report, content=captions.encode())
    for line in access.lines(access.report(report).lines):
        seen = Seen(line.base, "")
        review.approve(viewer=OPERATOR, key=report, into="original", segment=line.id, seen=seen, text=line.text)
    actions.pass_on(viewer=OPERATOR, report=report)
    return report


def _make() -> None:
    """As the worker does, once it has seen what is lacking."""
    tasks.reconcile()
    for edition in reading.standing():
        for voice in edition.voices:
            tasks.render.call(voice.key)
        tasks.join.call(edition.key)
    feeds.of("en")
    _bind()


def _bind() -> None:
    """Books and pictures of all that is published, small pictures for speed."""
    drawn = cover.cover
    with mock.patch.object(cover, "cover", lambda *words, **more: drawn(*words, **{**more, "side": 140})):
        for edition in reading.standing():
            books.make.call(edition.key)
