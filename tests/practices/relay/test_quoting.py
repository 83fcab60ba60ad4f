"""Quotes carry their source's consent: where the words go, the quote goes, from pages at once and then from every row."""

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, selectors
from tejido.practices.relay.actions import Words
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.quoting import drop_fallen
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import selectors as redactions
from tejido.practices.relay.redaction.domain import Marks
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import YES, Node, a_report


@pytest.fixture
def told(node: Node) -> tuple[str, str, str]:
    """A report that was passed, and an answer, passed as well, that quotes its first line: report, answer, its hop."""
    report = a_report(node, "Zulmirante lo dijo.\nNadie más.")
    root = actions.pass_on(viewer=OPERATOR, report=report)
    first = selectors.hop(viewer=OPERATOR, key=root).lines[0].id
    words = Words("es", text="También aquí.", quotes=(first, "no-such"))
    answer = actions.answer(viewer=OPERATOR, hop=root, role="parallel", circle=node.circle, words=words, said=YES)
    return report, answer, actions.pass_on(viewer=OPERATOR, report=answer)


def quoted(hop: str) -> list[str]:
    return [one.text for one in selectors.hop(viewer=OPERATOR, key=hop).quotes]


def rows_with(word: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("search_fts_"):
                cursor.execute(f"SELECT * FROM {table}")
                found += [table] if word in str(cursor.fetchall()) else []
    return found


def test_an_answer_shows_what_it_quotes_and_whose_it_is(told: tuple[str, str, str]) -> None:
    report, _, hop = told
    assert quoted(hop) == ["Zulmirante lo dijo."]
    page = signed_in("amina", "member").get(reverse("relay_hop", args=[hop])).text
    assert "Zulmirante lo dijo." in page
    assert reverse("relay_hop", args=[Report.objects.get(key=report).hop]) in page


def test_an_erased_voice_takes_its_quotes_with_it(told: tuple[str, str, str]) -> None:
    report, answer, hop = told
    actions.withdraw(viewer=OPERATOR, report=report)
    assert quoted(hop) == []
    drop_fallen()
    assert rows_with("Zulmirante") == []
    assert orjson.loads(Report.objects.get(key=answer).quotes) == []
    row = Hop.objects.get(key=hop)
    assert (row.status, row.edition, row.excerpt) == ("shown", 2, "También aquí.")
    assert selectors.report(viewer=OPERATOR, key=answer).report.step == "passed"


def test_a_word_taken_out_takes_the_quotes_that_hold_it(told: tuple[str, str, str]) -> None:
    report, _, hop = told
    page = redactions.redaction(viewer=OPERATOR, report=report)
    marks = Marks(words=((page.page.lines[0].id, 0),))
    redaction.mark(viewer=OPERATOR, report=report, base=page.base, marks=marks)
    redaction.cut(viewer=OPERATOR, report=report)
    redaction.keep(viewer=OPERATOR, report=report)
    assert quoted(hop) == []
    drop_fallen()
    assert rows_with("Zulmirante") == []


def test_what_stands_is_left_alone(told: tuple[str, str, str]) -> None:
    drop_fallen()
    assert quoted(told[2]) == ["Zulmirante lo dijo."]
    assert Hop.objects.get(key=told[2]).edition == 1


def test_a_quote_is_chosen_on_the_page(node: Node) -> None:
    phone: Client = signed_in("amina", "member")
    root = actions.pass_on(viewer=OPERATOR, report=a_report(node))
    first = selectors.hop(viewer=OPERATOR, key=root).lines[0]
    address = reverse("relay_answer", args=[root])
    assert first.text in phone.get(address).text
    sent = {
        "circle": node.circle,
        "role": "parallel",
        "lang": "es",
        "text": "Aquí.",
        "day": "2026-11-20",
        "audio": "none",
    }
    asked = {"form": "self", "asked_in": "es", "command": "q1", "quotes": [first.id]}
    assert phone.post(address, {**sent, **asked}).status_code == 302
    assert [one["text"] for one in orjson.loads(Report.objects.get(role="parallel").quotes)] == [first.text]
