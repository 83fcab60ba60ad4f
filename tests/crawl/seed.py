"""Plants every canary of the table: by the actions that people use, and for other organisations by real signed events
that come in through an exchange folder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from tejido.engines.language import tmx
from tejido.ground import memory
from tejido.ground.consent import public as consent
from tejido.ground.memory import actions as memory_actions
from tejido.ground.network import actions as networks
from tejido.ground.network import selectors as network_selectors
from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.network.families import PROFILE
from tejido.ground.people import OPERATOR, Viewer
from tejido.ground.people import actions as people
from tejido.ground.people.models import Account, Link
from tejido.ground.store import boot, founding, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import row_key
from tejido.ground.store.spaces import set_members
from tejido.ground.uploads import actions as uploading
from tejido.ground.uploads.registry import owner_of_account
from tejido.log.descriptors import Log, Space
from tejido.log.writer import Written
from tejido.practices.relay import actions, selectors
from tejido.practices.relay import events as ev
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drafts import Removed, Transcription
from tejido.practices.relay.drops import actions as drops
from tejido.practices.relay.drops.actions import Terms
from tejido.practices.relay.drops.models import Drop
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import selectors as redactions
from tejido.practices.relay.redaction.domain import Marks
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review import events as words
from tejido.practices.relay.review.events import Piece
from tejido.practices.relay.review.models import Drafting
from tejido.practices.relay.segments import digest
from tests.crawl.canaries import TABLE, Canary
from tests.crawl.foreign import Stick
from tests.crawl.in_words import GIVEN, give_on, translate
from tests.engines.speech.sounds import tone, write
from tests.ground.uploads.builders import an_upload
from tests.support.authors import Author, Room, World, seed

PASS = Answer(("pass",), "none", "spoken", "en")
ALL = Answer(consent.FLAGS, "own", "spoken", "en")
LATE, EARLY = "2020-01-01", "2999-01-01"
ENOUGH: Mapping[str, object] = {"purposes": ["pass"], "audio": "none", "since": "2026-11-20"}
BOTH: Mapping[str, object] = {**ENOUGH, "purposes": ["pass", "translate"]}
TOO_LITTLE: Mapping[str, object] = {"purposes": ["translate"], "audio": "none", "since": "2026-11-20"}


@dataclass
class Seeded:
    """What was made, for the crawler: the folder, and keys that no list shows any more."""

    folder: Path
    exchange: Path
    stick: Stick
    chain: str = ""
    circle: str = ""
    network: bytes = b""
    world: World = field(default_factory=World)
    lagos: Author = field(init=False)
    hops: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    chains: dict[str, str] = field(default_factory=dict)
    circles: dict[str, str] = field(default_factory=dict)
    charter: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    drop: str = ""
    published: str = ""
    unpublished: str = ""
    sounding: str = ""
    silenced: str = ""
    corrected: str = ""
    cover: str = ""
    proof: dict[str, str] = field(default_factory=dict)

    def tell(self, name: str, said: Answer | None, *, text: str = "", pseudonym: str = "") -> str:
        """A report whose words hold the canary of that name."""
        words = Words("en", text=text or TABLE[name].text, pseudonym=pseudonym)
        key = actions.add_report(viewer=OPERATOR, chain=self.chain, circle=self.circle, words=words, said=said)
        self.reports[name] = key
        return key

    def pass_on(self, name: str) -> None:
        """Pass it on."""
        self.hops[name] = actions.pass_on(viewer=OPERATOR, report=self.reports[name])

    def correct(self, name: str, text: str) -> None:
        """Put other words in place of its first segment."""
        report = self.reports[name]
        line = selectors.report(viewer=OPERATOR, key=report).lines[0]
        actions.correct_segment(viewer=OPERATOR, report=report, segment=line.id, base=line.base, text=text)


Planter = Callable[[Seeded], None]
PLANTERS: list[Planter] = []


def planter(fn: Planter) -> Planter:
    """Register a function that plants canaries; they run in order of registration, once the network stands."""
    PLANTERS.append(fn)
    return fn


def plant(folder: Path, planters: Sequence[Planter] = ()) -> Seeded:
    """A node with every canary in it (or what some planters plant), exchanged with Lagos until nothing more moves."""
    exchange = folder.parent / "exchange"
    exchange.mkdir()
    boot.forget()
    founding.found()
    made = Seeded(folder, exchange, Stick(exchange))
    _network(made)
    for fn in planters or PLANTERS:
        fn(made)
    for _ in range(3):
        exchange_folder(exchange)
    made.stick.learn(made.lagos)
    return made


def _network(made: Seeded) -> None:
    info = networks.open_network(name="Fábricas")
    made.network = info.space
    networks.state_profile(network=info.space, name="Warehouse Workers", place="", languages=["en"])
    made.lagos = made.world.author("Lagos")
    ingest([one.incoming for one in made.lagos.identity], known_logs=[Log.of_identity(made.lagos.org)])
    for space in (info.space, info.public_space):
        assert space is not None
        set_members(space, [made.lagos.org])
    exchange_folder(made.exchange)
    made.stick.learn(made.lagos)
    names = {name: TABLE[name].text for name in ("circle", "place", "title", "question")}
    made.circle = actions.open_circle(viewer=OPERATOR, name=names["circle"], place=names["place"], langs=["en"])
    made.chain = actions.open_chain(
        viewer=OPERATOR, circle=made.circle, title=names["title"], question=names["question"], lang="en"
    )


@planter
def own_reports(made: Seeded) -> None:
    """Reports of our own in every state before and after passing."""
    for name in ("own-translate", "own-transcript", "own-archive", "own-contact", "own-audio"):
        purpose = name.partition("-")[2]
        said = Answer((), "own", "spoken", "en") if purpose == "audio" else Answer((purpose,), "none", "spoken", "en")
        _not_passed(made, made.tell(name, said))
    _not_passed(made, made.tell("own-unasked", None, pseudonym=TABLE["own-pseudonym"].text))
    made.tell("own-waiting", PASS, text=TABLE["own-superseded"].text)
    made.correct("own-waiting", TABLE["own-waiting"].text)


def _not_passed(made: Seeded, report: str) -> None:
    with pytest.raises(consent.ConsentMissing):
        actions.pass_on(viewer=OPERATOR, report=report)


@planter
def passed_reports(made: Seeded) -> None:
    """Passed, corrected, narrowed, withdrawn."""
    made.tell("passed", PASS, pseudonym=TABLE["passed-pseudonym"].text)
    made.pass_on("passed")
    made.tell("passed-renewed", ALL)
    made.pass_on("passed-renewed")
    actions.withdraw(viewer=OPERATOR, report=made.reports["passed-renewed"], purposes=["translate"], erase_too=False)
    made.tell("passed-corrected", PASS, text=TABLE["passed-superseded"].text)
    made.pass_on("passed-corrected")
    made.correct("passed-corrected", TABLE["passed-corrected"].text)
    actions.revise(viewer=OPERATOR, report=made.reports["passed-corrected"])
    made.tell("own-withdrawn", ALL)
    made.pass_on("own-withdrawn")
    made.tell("own-taken-back", PASS)
    made.pass_on("own-taken-back")
    made.tell("own-narrowed", PASS)
    made.pass_on("own-narrowed")
    exchange_folder(made.exchange)
    actions.withdraw(viewer=OPERATOR, report=made.reports["own-withdrawn"])
    taken = made.reports["own-taken-back"]
    actions.withdraw(viewer=OPERATOR, report=taken, purposes=["pass", "transcript", "audio"], erase_too=False)
    narrowed = Answer(("archive",), "none", "spoken", "en")
    actions.grant_consent(viewer=OPERATOR, report=made.reports["own-narrowed"], said=narrowed)


@planter
def redacted(made: Seeded) -> None:
    """Words taken out before passing and after; and words that are marked only."""
    for name in ("own-redacted", "passed-redacted", "own-marked"):
        made.tell(name, PASS, text=f"{TABLE[name].word} was said here.")
    made.pass_on("passed-redacted")
    exchange_folder(made.exchange)
    for name in ("own-redacted", "passed-redacted", "own-marked"):
        report = made.reports[name]
        page = redactions.redaction(viewer=OPERATOR, report=report)
        marks = Marks(words=((page.page.lines[0].id, 0),))
        redaction.mark(viewer=OPERATOR, report=report, base=page.base, marks=marks)
        if name != "own-marked":
            redaction.cut(viewer=OPERATOR, report=report)
            redaction.keep(viewer=OPERATOR, report=report)


@planter
def recordings(made: Seeded) -> None:
    """A recording with a planted tag and a telling file name, passed on; another one half-transcribed."""
    tags = {"title": TABLE["audio-tag"].text, "comment": TABLE["audio-tag"].text}
    path = write(made.folder.parent / f"{TABLE['audio-name'].word}.m4a", tone(1), tags)
    assert TABLE["audio-tag"].word.encode() in path.read_bytes()
    key = actions.add_report(
        viewer=OPERATOR, chain=made.chain, circle=made.circle, words=Words("en", audio=path, text="heard"), said=ALL
    )
    made.reports["audio-tag"] = key
    made.pass_on("audio-tag")
    Removed.objects.filter(report=key).update(fields=[[TABLE["audio-field"].text, "somewhere"]])
    words = Words("en", audio=path, text="heard")
    gone = actions.add_report(viewer=OPERATOR, chain=made.chain, circle=made.circle, words=words, said=ALL)
    Removed.objects.filter(report=gone).update(fields=[[TABLE["audio-field-erased"].text, "somewhere"]])
    actions.withdraw(viewer=OPERATOR, report=gone)
    words = Words("en", audio=path)
    half = actions.add_report(viewer=OPERATOR, chain=made.chain, circle=made.circle, words=words)
    made.reports["own-half-heard"] = half
    segment = ev.Segment("k-000", TABLE["own-half-heard"].text, 0, 900, "machine").body()
    Transcription.objects.filter(report=half).update(segments=[segment], done_ms=900)
    path.unlink()


@planter
def invitations(made: Seeded) -> None:
    """One open, one taken back."""
    for name in ("asked", "asked-ended"):
        made.invitations[name] = actions.invite_to_answer(
            viewer=OPERATOR, chain=made.chain, circle=made.circle, to_org=made.lagos.org, deadline=EARLY,
            note=TABLE[name].text,
        )  # fmt: skip
    exchange_folder(made.exchange)
    actions.end_invitation(viewer=OPERATOR, invitation=made.invitations["asked-ended"])


@planter
def drop_links(made: Seeded) -> None:
    """A drop link, and what came in by it: kept, hidden, withdrawn with its receipt."""
    ask = {"circle": made.circle, "title": "Drops", "question": TABLE["drop-question"].text, "lang": "en"}
    chain = actions.open_chain(viewer=OPERATOR, **ask)
    circle = actions.open_circle(viewer=OPERATOR, name="Gate", place="", langs=["en"])
    terms = Terms("en", note=TABLE["drop-note"].text)
    link = drops.make_link(viewer=OPERATOR, chain=chain, circle=circle, terms=terms)
    made.drop = link.token
    for name in ("drop-given", "drop-hidden", "drop-withdrawn"):
        pseudonym = TABLE["drop-pseudonym"].text if name == "drop-given" else ""
        words = Words("en", text=TABLE[name].text, pseudonym=pseudonym)
        nonce = drops.give(token=link.token, nonce=f"{name:0<32}", words=words, said=PASS)
        made.reports[name] = Drop.objects.get(nonce=nonce).report
    drops.hide(viewer=OPERATOR, report=made.reports["drop-hidden"], hidden=True)
    receipt = drops.show_receipt(browser="its browser", nonce=f"{'drop-withdrawn':0<32}")
    drops.take_back(held=drops.open_receipt(text=receipt), erase_too=True)


@planter
def remembered(made: Seeded) -> None:
    """A memory: imported, approved with a consent that does not reach a file, forgotten; a term."""
    path = made.folder.parent / "words.tmx"
    unit = tmx.Unit((("en", TABLE["memory-imported"].text), ("es", "palabras")), "en", "one")
    path.write_text("".join(tmx.write([unit])))
    memory_actions.import_file(viewer=OPERATOR, path=path)
    path.unlink()
    memory_actions.add_term(viewer=OPERATOR, source="en", term=TABLE["memory-term"].text, target="es", meant="palabra")
    for name, report in (("memory-approved", "own-translate"), ("memory-forgotten", "own-archive")):
        subject = made.reports[report]
        memory.add(subject, f"{subject[:25]}t", "en", "es", [(TABLE[name].text, "palabras")])
    memory.forget(made.reports["own-archive"])


@planter
def translations(made: Seeded) -> None:
    """Translations in every state: own, in the making, typed, passed, replaced, withdrawn, narrowed, thrown away."""
    translate(made, "own-translate", TABLE["translation-own"].text)
    report = made.reports["own-translate"]
    line = selectors.report(viewer=OPERATOR, key=report).lines[0]
    typing = Viewer(4711, frozenset({"member"}), "nobody")
    place = {"key": report, "into": "es", "segment": line.id}
    review.look_in(viewer=typing, **place, text=TABLE["translation-typed"].text, base=line.base)
    review.start(viewer=OPERATOR, key=report, lang="ti")
    piece = Piece(line.id, line.base, TABLE["translation-making"].text).body()
    Drafting.objects.filter(subject=report, lang="ti").update(
        pieces=[piece], tried=1, state="failed", heard={line.id: TABLE["translation-heard"].text}
    )
    for name in ("translation-passed", "translation-withdrawn", "translation-narrowed", "translation-discarded"):
        made.tell(name, ALL, text="Words.")
        made.pass_on(name)
        translate(made, name, TABLE["translation-replaced" if name == "translation-passed" else name].text)
        review.share(viewer=OPERATOR, key=made.reports[name], lang="es")
    translate(made, "translation-passed", TABLE["translation-passed"].text)
    review.share(viewer=OPERATOR, key=made.reports["translation-passed"], lang="es")
    exchange_folder(made.exchange)
    actions.withdraw(viewer=OPERATOR, report=made.reports["translation-withdrawn"])
    actions.grant_consent(viewer=OPERATOR, report=made.reports["translation-narrowed"], said=PASS)
    review.discard(viewer=OPERATOR, key=made.reports["translation-discarded"], lang="es")


@planter
def accounts(made: Seeded) -> None:
    """An account whose names are canaries; invitations by link, one of them expired."""
    people.create_account(
        viewer=OPERATOR, username=TABLE["account-username"].word, name=TABLE["account-name"].text, password=None
    )
    for name in ("link-note", "link-note-expired"):
        made.tokens.append(people.invite(viewer=OPERATOR, note=TABLE[name].text))
    Link.objects.filter(note=TABLE["link-note-expired"].text).update(expires=timezone.now() - timedelta(days=1))


@planter
def another_organisation(made: Seeded) -> None:
    """Lagos speaks in our network: as it should, as it should not, and under a key that we do not hold."""
    row, public = logs.space_row(made.network), _public(made)
    room = Room(Space.parse(bytes(row.descriptor)), made.lagos, [*made.stick.keys.values()][-1:])
    circle = _say(made, room, ev.CIRCLE_OPENED, name="Main gate", place=TABLE["foreign-place"].text, langs=["en"])
    asking = {"circle": circle.hash.hex(), "title": "Rain", "question": "Does it rain?", "lang": "en"}
    chain = _say(made, room, ev.CHAIN_OPENED, **asking)
    made.circles["foreign"], made.chains["foreign"] = row_key(circle.hash), row_key(chain.hash)
    hops = {
        name: _hop(made, room, chain, circle, TABLE[name], terms)
        for name, terms in (
            ("foreign", ENOUGH),
            ("foreign-unconsented", TOO_LITTLE),
            ("foreign-withheld", ENOUGH),
            ("foreign-redacted", ENOUGH),
        )
    }
    hops |= _in_other_words(made, room, chain, circle)
    segments = [{"id": "a", "text": TABLE["foreign-withheld"].text, "start": None, "end": None, "by": "person"}]
    _later(made, room, hops["foreign-withheld"], ev.HOP_REVISED, {"consent": TOO_LITTLE, "segments": segments})
    own = {"chain": chain.hash.hex(), "circle": circle.hash.hex(), "to_org": network_selectors.org_id().hex()}
    asked = _say(made, room, ev.ANSWER_INVITED, **own, deadline=LATE, note=TABLE["foreign-expired"].text)
    made.invitations["foreign-expired"] = row_key(asked.hash)
    made.stick.write(made.world, room, row.folder, _mine(made, room))
    exchange_folder(made.exchange)
    made.hops |= {name: row_key(one.hash) for name, one in hops.items()}
    translate(made, "translation-of-foreign", TABLE["translation-of-foreign"].text)
    translate(made, "translation-of-redacted", TABLE["translation-of-redacted"].text)
    for name in GIVEN:
        give_on(made, name)
    stub = {**_place(chain, circle), "role": "report", "parent": None}
    for name in ("foreign-redacted", "translation-of-redacted", "translation-of-withdrawn-given"):
        body = {"kind": ev.HOP_PASSED, "reason": "withdrawn", "stub": stub, "target": hops[name].hash.hex()}
        _later(made, room, hops[name], "redact", body)
    made.world.say(
        made.lagos, public, PROFILE, {"languages": ["en"], "name": TABLE["public-profile"].text, "place": ""}
    )
    made.stick.write(made.world, room, row.folder, _mine(made, room))
    made.stick.write(made.world, public, logs.space_row(public.space.id).folder, _mine(made, public))
    exchange_folder(made.exchange)
    hidden = Room(room.space, made.lagos, [seed("a key that nobody was given")])
    _hop(made, hidden, chain, circle, TABLE["foreign-sealed"], ENOUGH)
    made.stick.write(made.world, room, row.folder, _mine(made, room))


@planter
def a_space_we_are_not_in(made: Seeded) -> None:
    """A lab of Enugu, a stranger to our network, in the same shared folder."""
    enugu = made.world.author("Enugu")
    lab = made.world.room(enugu, public=False, name="lab")
    made.world.say(enugu, lab, ev.CIRCLE_OPENED, {"name": TABLE["foreign-lab"].text, "place": "", "langs": ["en"]})
    made.stick.write(made.world, lab, seed("lab").hex()[:32], _mine(made, lab, enugu))


def _in_other_words(made: Seeded, room: Room, chain: Written, circle: Written) -> dict[str, Written]:
    """Hops of Lagos that may be translated, or not, and its own translations of them into Spanish."""
    own = ("translation-of-foreign", "translation-of-redacted", *GIVEN)
    names = ("foreign-translation", "foreign-translation-unconsented", *own)
    hops = {}
    for name in names:
        terms = ENOUGH if name.endswith("unconsented") else BOTH
        hops[name] = _hop(made, room, chain, circle, "Words.", terms)
        if name not in own:
            piece = Piece("a", digest("Words."), TABLE[name].text, "person")
            body = words.TranslationPassed.from_body(
                {
                    "hop": hops[name].hash.hex(),
                    "source_lang": "en",
                    "lang": "es",
                    "consent": terms,
                    "segments": [piece.body()],
                }
            ).body()
            made.world.say(made.lagos, room, words.TRANSLATION_PASSED, body)
    return hops


def _public(made: Seeded) -> Room:
    info = next(one for one in network_selectors.networks() if one.space == made.network)
    assert info.public_space
    return Room(Space.parse(bytes(logs.space_row(info.public_space).descriptor)), made.lagos)


def _mine(made: Seeded, room: Room, author: Author | None = None) -> list[Written]:
    log = (author or made.lagos).log(room.space).id
    return [one for one in made.world.written if one.incoming.log == log]


def _say(made: Seeded, room: Room, kind: str, **body: object) -> Written:
    return made.world.say(made.lagos, room, kind, ev.CATALOGUE.payloads[kind].from_body(body).body())


def _later(made: Seeded, room: Room, first: Written, kind: str, body: dict[str, Any]) -> Written:
    return made.world.say(made.lagos, room, kind, body, first.hash)


def _place(chain: Written, circle: Written) -> dict[str, object]:
    return {"chain": chain.hash.hex(), "circle": circle.hash.hex(), "lang": "en", "day": "2026-11-20"}


def _hop(
    made: Seeded, room: Room, chain: Written, circle: Written, one: Canary | str, terms: Mapping[str, object]
) -> Written:  # fmt: skip
    said = one if isinstance(one, str) else one.text
    segments = [{"id": "a", "text": said, "start": None, "end": None, "by": "person"}]
    return _say(
        made, room, ev.HOP_PASSED, **_place(chain, circle), role="report", parent=None, consent=terms, segments=segments
    )


@planter
def uploads_under_way(made: Seeded) -> None:
    """A form that waits for its sound, and one that was given up."""
    account = Account.objects.order_by("pk")[0].pk
    for name in ("upload-form", "upload-ended"):
        secret = an_upload(account, urlencode({"text": TABLE[name].text}))
        if name == "upload-ended":
            uploading.give_up(uploading.find(secret, {owner_of_account(account)}))
