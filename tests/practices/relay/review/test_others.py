"""Translations of another organisation's voice: what a correction of it leaves, and how they travel and go."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tejido.ground.consent import public as consent
from tejido.ground.erasures import selectors as erasures
from tejido.ground.network.selectors import org_id
from tejido.ground.people import OPERATOR
from tejido.ground.store import logs
from tejido.ground.store.public import Fact, append, row_key
from tejido.log.writer import Head, Written
from tejido.practices.relay import access, traces
from tejido.practices.relay import actions as relay
from tejido.practices.relay import events as ev
from tejido.practices.relay.models import Hop
from tejido.practices.relay.review import actions, errors, reading, selectors, subjects
from tejido.practices.relay.review import events as words
from tejido.practices.relay.review.actions import Seen
from tejido.practices.relay.review.models import Passed, Translation
from tejido.practices.relay.segments import digest
from tests.practices.relay.builders import Node, a_report
from tests.replication.conftest import Shared, shared  # noqa: F401

ALL = {"purposes": ["pass", "translate"], "audio": "none", "since": "2026-11-20"}
PASS_ONLY = {**ALL, "purposes": ["pass"]}


@dataclass
class Bo:
    """Another organisation with a voice in our chain."""

    shared: Shared
    node: Node
    place: dict[str, Any]
    first: Written

    def say(self, kind: str, body: dict[str, Any], aggregate: bytes = b"") -> Written:
        made = self.shared.world.say(self.shared.bo, self.shared.room, kind, body, aggregate)
        self.shared.put(made)
        return made

    def edition(self, texts: list[str], terms: dict[str, Any] = ALL, reason: str = "replaced") -> None:
        """A new edition, and the first one erased, as bo's node does it."""
        body = ev.HopRevised.from_body({"whole": True, "consent": terms, "segments": lines(texts)}).body()
        self.say(ev.HOP_REVISED, body, self.first.hash)
        self._redact({"kept": True, "at": None}, reason)

    def withdraw(self) -> None:
        self._redact({}, "withdrawn")

    def _redact(self, more: dict[str, Any], reason: str) -> None:
        stub = {**self.place, "role": "report", "parent": None, **more}
        body = {"kind": ev.HOP_PASSED, "reason": reason, "stub": stub, "target": self.first.hash.hex()}
        self.say("redact", body, self.first.hash)
        self.shared.exchange()

    @property
    def hop(self) -> str:
        return row_key(self.first.hash)


def lines(texts: list[str]) -> list[dict[str, Any]]:
    return [{"id": f"a-{n}", "text": text, "by": "person"} for n, text in enumerate(texts)]


@pytest.fixture
def bo(shared: Shared) -> Bo:  # noqa: F811
    circle = relay.open_circle(viewer=OPERATOR, name="Noche", place="", langs=["es"], network=shared.network)
    chain = relay.open_chain(viewer=OPERATOR, circle=circle, title="Calor", question="¿Cuánto?", lang="es")
    row = logs.space_row(shared.network)
    seen = SimpleNamespace(hash=bytes(row.top_hash), head=Head(0, bytes(row.top_hash), row.top_lam))
    shared.world.written.append(cast("Any", seen))
    shared.world.spaces[seen.hash] = shared.network
    opened = shared.world.say(
        shared.bo, shared.room, ev.CIRCLE_OPENED, {"name": "Gate", "place": "", "langs": ["en"]}, deps=[seen.hash]
    )
    place = {"chain": access.chain(chain).aggregate, "circle": opened.hash.hex(), "lang": "en", "day": "2026-11-20"}
    said = {**place, "role": "report", "parent": None, "consent": ALL, "segments": lines(["It is hot.", "Very."])}
    hop = shared.world.say(shared.bo, shared.room, ev.HOP_PASSED, ev.HopPassed.from_body(said).body())
    shared.put(opened, hop)
    shared.exchange()
    return Bo(shared, Node(shared.network, circle, chain), place, hop)


def translated(hop: str, *, approve: bool = True) -> None:
    actions.write_by_hand(viewer=OPERATOR, key=hop, lang="es")
    for row, text in zip(bench(hop), ("Hace calor.", "Mucho."), strict=True):
        seen = Seen(row.base, row.source_base)
        actions.correct(viewer=OPERATOR, key=hop, into="es", segment=row.id, seen=seen, text=text)
    for row in bench(hop) if approve else ():
        seen = Seen(row.base, row.source_base)
        actions.approve(viewer=OPERATOR, key=hop, into="es", segment=row.id, seen=seen)


def bench(hop: str) -> Any:
    return selectors.bench(viewer=OPERATOR, key=hop, into="es").rows


def read(hop: str) -> list[tuple[str, str]]:
    found = reading.renderings(viewer=OPERATOR, hops=[hop], lang="es")[hop]
    return [(one.text, one.mark) for one in found.said]


def test_a_correction_leaves_a_persons_translation_to_be_reviewed_beside_the_new_words(bo: Bo) -> None:
    translated(bo.hop)
    assert read(bo.hop) == [("Hace calor.", ""), ("Mucho.", "")]
    bo.edition(["It is very hot.", "Very."])
    first, second = bench(bo.hop)
    assert (first.text, first.source, first.state, first.moved) == ("Hace calor.", "It is very hot.", "review", True)
    assert (second.text, second.state) == ("Mucho.", "approved")
    assert read(bo.hop) == [("It is very hot.", "original"), ("Mucho.", "")], "readers wait for the review"
    (row,) = Translation.objects.all()
    assert digest("It is hot.") not in row.pieces, "not even its hash says what was there before"
    actions.approve(viewer=OPERATOR, key=bo.hop, into="es", segment=first.id, seen=Seen(first.base, first.source_base))
    assert read(bo.hop) == [("Hace calor.", ""), ("Mucho.", "")]


def test_words_that_were_taken_out_take_their_translation_along(bo: Bo) -> None:
    translated(bo.hop)
    bo.edition(["[…] hot.", "Very."], reason="redacted")
    assert [row.text for row in bench(bo.hop)] == ["", "Mucho."]
    assert "Hace calor" not in str(list(Translation.objects.values()))


def test_approved_lines_of_anothers_voice_travel_under_the_consent_that_it_carries(bo: Bo) -> None:
    translated(bo.hop, approve=False)
    with pytest.raises(errors.NotApproved):
        actions.share(viewer=OPERATOR, key=bo.hop, lang="es")
    row = bench(bo.hop)[0]
    actions.approve(viewer=OPERATOR, key=bo.hop, into="es", segment=row.id, seen=Seen(row.base, row.source_base))
    copy = actions.share(viewer=OPERATOR, key=bo.hop, lang="es")
    (passed,) = Passed.objects.all()
    assert (passed.key, passed.org, passed.purposes) == (copy, org_id().hex(), "pass translate")
    assert [piece.text for piece in subjects.pieces(passed.pieces).values()] == ["Hace calor."]
    Translation.objects.all().delete()  # as on a third node, which has the copy alone
    found = reading.renderings(viewer=OPERATOR, hops=[bo.hop], lang="es")[bo.hop]
    assert [(one.text, one.mark) for one in found.said] == [("Hace calor.", ""), ("Very.", "original")]
    assert found.by, "readers see whose translation it is"


def test_a_copy_goes_with_the_voice_and_with_its_consent(bo: Bo) -> None:
    translated(bo.hop)
    copy = actions.share(viewer=OPERATOR, key=bo.hop, lang="es")
    bo.edition(["It is hot.", "Very."], PASS_ONLY)
    assert not Passed.objects.exists()
    assert not Translation.objects.exists()
    with pytest.raises(consent.ConsentMissing):
        actions.write_by_hand(viewer=OPERATOR, key=bo.hop, lang="es")
    assert erasures.together([copy]), "it was redacted, and the others are asked to confirm"


def test_a_withdrawn_voice_takes_the_copy_along_and_a_corrected_one_keeps_what_holds(bo: Bo) -> None:
    translated(bo.hop)
    actions.share(viewer=OPERATOR, key=bo.hop, lang="es")
    bo.edition(["It is very hot.", "Very."])
    (passed,) = Passed.objects.all()
    assert [piece.text for piece in subjects.pieces(passed.pieces).values()] == ["Mucho."]
    bo.withdraw()
    assert not Passed.objects.exists()


def test_without_the_speakers_consent_nothing_of_anothers_voice_leaves_whatever_a_caller_does(bo: Bo) -> None:
    piece = words.Piece("a-0", digest("It is hot."), "Hace calor.", "person", approved=True)
    body = {"hop": bo.first.hash.hex(), "source_lang": "en", "lang": "es", "segments": [piece.body()]}
    for terms, held in ((ALL, PASS_ONLY), (PASS_ONLY, PASS_ONLY)):
        fact = Fact(words.TRANSLATION_PASSED, {**body, "consent": terms})
        with pytest.raises(consent.ConsentMissing), consent.speaking_for(consent.from_body(held)):
            append(bo.node.network, fact)
    with pytest.raises(consent.ConsentMissing):
        append(bo.node.network, Fact(words.TRANSLATION_PASSED, {**body, "consent": ALL}))


def test_the_speakers_organisation_sees_how_far_others_translations_are_gone(bo: Bo) -> None:
    report = a_report(bo.node)
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    name = Hop.objects.get(key=hop).aggregate
    piece = words.Piece("x", digest("Hace calor."), "It is hot.", "person", approved=True).body()
    body = {"hop": name, "source_lang": "es", "lang": "en", "consent": ALL, "segments": [piece]}
    theirs = bo.say(words.TRANSLATION_PASSED, words.TranslationPassed.from_body(body).body())
    bo.shared.exchange()
    assert Passed.objects.filter(hop=hop).exists()
    relay.withdraw(viewer=OPERATOR, report=report)
    assert row_key(theirs.hash) in traces.of([report])
    stub = {"hop": name, "source_lang": "es", "lang": "en", "kept": False}
    gone = {"kind": words.TRANSLATION_PASSED, "reason": "withdrawn", "stub": stub, "target": theirs.hash.hex()}
    before = traces.standing(report)
    bo.say("redact", gone, theirs.hash)
    bo.shared.exchange()
    after = traces.standing(report)
    assert before
    assert after
    assert after.redacts == before.redacts + 1
    assert [node.org for node in after.nodes] == [bo.shared.bo.org.hex()], "we ourselves are not among those asked"
