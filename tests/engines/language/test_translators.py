"""Engines asked one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from tejido.engines.language import Draft, Known, Pair, Reason, Term, draft
from tejido.engines.language.backends.libretranslate import Server
from tejido.engines.language.errors import EngineSlow

PAIR = Pair("en", "es")


@dataclass(frozen=True)
class Failing:
    """An engine that does not answer."""

    name: str = "slow"

    def pairs(self) -> Sequence[Pair]:
        return [PAIR]

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        raise EngineSlow(engine=self.name, limit_s=1)


def known(name: str, **drafts: str) -> Known:
    """An engine that knows these words."""
    return Known(name, PAIR, drafts)


def test_the_first_that_knows_a_text_drafts_it() -> None:
    made = draft(
        ["water", "bread", "salt"], "en-GB", "es-LA", [known("a", water="agua"), known("b", water="x", bread="pan")]
    )
    assert [one and (one.text, one.engine) for one in made.drafts] == [("agua", "a"), ("pan", "b"), None]
    assert made.faults == {}


def test_an_engine_that_fails_is_named_and_passed_over() -> None:
    made = draft(["water"], "en", "es", [Failing(), known("b", water="agua")])
    assert [one and one.text for one in made.drafts] == ["agua"]
    assert made.faults == {"slow": "“slow” did not answer within 1 seconds. Try again later, or translate by hand."}


def test_a_server_that_is_not_there_stops_nobody_else() -> None:
    made = draft(
        ["water"],
        "en",
        "es",
        [Server("http://127.0.0.1:9"), Server("http://elsewhere.example"), known("b", water="agua")],
    )
    assert [one and one.text for one in made.drafts] == ["agua"]
    assert sorted(made.faults) == ["libretranslate 127.0.0.1", "libretranslate elsewhere.example"]


def test_another_pair_is_not_asked() -> None:
    assert draft(["water"], "en", "fr", [Failing()]).drafts == [None]


def test_each_draft_is_checked_with_the_glossary() -> None:
    hints = lambda text: [Term("strike", "huelga")] if "strike" in text else []  # noqa: E731
    engine = Known("a", PAIR, {"The strike goes on": "El paro sigue", "Until 5 o'clock": "Hasta las cinco"})
    made = draft(["The strike goes on", "Until 5 o'clock"], "en", "es", [engine], hints)
    assert [one and one.suspect for one in made.drafts] == [
        (Reason("term", {"term": "strike", "wanted": "huelga"}),),
        (Reason("numbers", {"lost": "5"}),),
    ]


def test_empty_texts_need_no_engine() -> None:
    assert draft([" "], "en", "es", []).drafts == [Draft("", "empty")]
