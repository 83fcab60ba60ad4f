"""The relay room as a browser without JavaScript sees it."""

import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tejido.engines import speech
from tejido.engines.speech.records import Limits
from tejido.ground.keeping import records
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, selectors
from tejido.practices.relay.actions import Words
from tejido.practices.relay.models import Chain, Hop, Report
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import YES, Node, a_report
from tests.practices.relay.test_recordings import CLIP


@pytest.fixture
def browser(node: Node) -> Client:
    """A facilitator's browser."""
    return signed_in("amina", "facilitator")


def at(name: str, *keys: str) -> str:
    return reverse(f"relay_{name}", args=keys)


def fields(page: str, **changed: object) -> dict[str, object]:
    """What a browser would send of the page's own form."""
    form = BeautifulSoup(page, "html.parser").select_one("main form.card")
    assert form
    found: dict[str, object] = {}
    for one in form.select("input[name]:not([type=checkbox]):not([type=radio]):not([type=file]), textarea[name]"):
        found[str(one["name"])] = one.get("value") or one.text.strip()
    for one in form.select("input[checked]"):
        found[str(one["name"])] = one["value"]
    for one in form.select("select[name]:not([multiple])"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        assert chosen
        found[str(one["name"])] = chosen["value"]
    return {**found, **changed}


def test_a_circle_and_a_chain_are_opened(browser: Client) -> None:
    page = browser.get(at("open_circle")).text
    sent = browser.post(at("open_circle"), fields(page, name="Día", place="", langs=["es", "ar"]))
    circle = sent.headers["Location"].rstrip("/").rpartition("/")[2]
    page = browser.get(at("open_chain")).text
    sent = browser.post(at("open_chain"), fields(page, circle=circle, title="Pan", question="¿Cuánto?", lang="es"))
    chain = browser.get(sent.headers["Location"])
    assert "¿Cuánto?" in chain.text
    assert "Nobody has spoken yet" in chain.text
    assert "Pan" in browser.get(at("chains")).text
    assert "Día" in browser.get(at("circle", circle)).text


def test_the_same_form_sent_twice_opens_one_chain(browser: Client, node: Node) -> None:
    data = fields(browser.get(at("open_chain")).text, circle=node.circle, title="Uno", question="?", lang="es")
    first, second = browser.post(at("open_chain"), data), browser.post(at("open_chain"), data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Chain.objects.filter(title="Uno").count() == 1


def test_a_typed_report_is_consented_corrected_and_passed_on(browser: Client, node: Node) -> None:
    page = browser.get(at("add_report", node.chain)).text
    data = fields(page, text="Ase calor.", lang="es", asked="on", purposes=["pass"])
    report = browser.post(at("add_report", node.chain), data).headers["Location"]
    key = report.rstrip("/").rpartition("/")[2]
    shown = browser.get(report).text
    assert "Pass it on" in shown
    (line,) = selectors.report(viewer=OPERATOR, key=key).lines
    saved = browser.post(at("correct", key, line.id), {"base": line.base, "text": "Hace calor."})
    assert saved.status_code == 302
    hop = browser.post(at("pass", key)).headers["Location"]
    assert "Hace calor." in browser.get(hop).text
    assert "Hace calor." in browser.get(at("chain", node.chain)).text
    assert "Hace calor." in browser.get(at("read", node.chain)).text


def test_a_yes_that_nobody_gave_is_refused(browser: Client, node: Node) -> None:
    page = browser.get(at("add_report", node.chain)).text
    answer = browser.post(at("add_report", node.chain), fields(page, text="Hola.", lang="es", purposes=["pass"]))
    assert answer.status_code == 422
    assert "A yes that nobody gave is none." in answer.text
    assert not Report.objects.exists()


def test_no_box_is_ticked_before_somebody_was_asked(browser: Client, node: Node) -> None:
    form = BeautifulSoup(browser.get(at("add_report", node.chain)).text, "html.parser")
    assert form.select("input[type=checkbox][checked]") == []
    assert [one["value"] for one in form.select("input[name=audio][checked]")] == ["none"]


def test_a_stale_correction_shows_both_texts(browser: Client, node: Node) -> None:
    key = a_report(node, "Ase calor.")
    (line,) = selectors.report(viewer=OPERATOR, key=key).lines
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="Hace calor.")
    answer = browser.post(at("correct", key, line.id), {"base": line.base, "text": "Hace frío."})
    assert answer.status_code == 409
    assert "Hace calor." in answer.text
    assert "Hace frío." in answer.text
    data = fields(answer.text)
    assert browser.post(at("correct", key, line.id), data).status_code == 302
    assert selectors.report(viewer=OPERATOR, key=key).lines[0].text == "Hace frío."


def test_a_recording_is_uploaded_heard_and_transcription_shows_its_progress(browser: Client, node: Node) -> None:
    page = browser.get(at("add_report", node.chain)).text
    upload = SimpleUploadedFile("mine.webm", CLIP.read_bytes(), "audio/webm")
    data = fields(page, recording=upload, lang="en")
    report = browser.post(at("add_report", node.chain), data).headers["Location"]
    key = report.rstrip("/").rpartition("/")[2]
    shown = browser.get(report).text
    assert 'http-equiv="refresh"' in shown
    assert "mine.webm" not in shown
    assert browser.get(at("progress", key)).json() == {"step": "transcribing", "percent": 0, "segments": []}
    whole = browser.get(at("report_audio", key))
    assert whole.headers["Content-Type"].startswith("audio/")
    part = browser.get(at("report_audio", key), headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "100")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(b"%PDF-1.4 something", "x.mp3", "its content is a PDF document"), (b"", "x.mp3", "empty")],
)
def test_what_is_no_recording_gets_a_clear_message(
    browser: Client, node: Node, content: bytes, name: str, words: str
) -> None:
    page = browser.get(at("add_report", node.chain)).text
    upload = SimpleUploadedFile(name, content, "audio/mpeg")
    answer = browser.post(at("add_report", node.chain), fields(page, recording=upload, lang="en"))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Report.objects.exists()


def test_a_recording_that_is_too_large_leaves_what_was_filled_in(
    browser: Client, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "Limits", lambda: Limits(file_bytes=1000))
    page = browser.get(at("add_report", node.chain)).text
    upload = SimpleUploadedFile("long.webm", CLIP.read_bytes(), "audio/webm")
    said = fields(page, recording=upload, lang="en", text="Some words beside it.", pseudonym="Night heron")
    answer = browser.post(at("add_report", node.chain), said)
    assert answer.status_code == 413
    assert "Some words beside it." in answer.text
    assert "Night heron" in answer.text
    assert not Report.objects.exists()


def test_an_answer_in_another_language_stands_below_what_it_answers(browser: Client, node: Node) -> None:
    hop = actions.pass_on(viewer=OPERATOR, report=a_report(node))
    page = browser.get(at("answer", hop) + "?role=parallel").text
    data = fields(page, text="هنا أيضا حر شديد.", lang="ar", asked="on", purposes=["pass"])
    assert data["role"] == "parallel"
    report = browser.post(at("answer", hop), data).headers["Location"]
    browser.post(at("pass", report.rstrip("/").rpartition("/")[2]))
    chain = browser.get(at("chain", node.chain)).text
    assert 'lang="ar" dir="rtl"' in chain
    assert "Parallel experience" in chain
    assert [one.depth for one in selectors.chain(viewer=OPERATOR, key=node.chain).hops] == [0, 1]


def test_withdrawing_says_what_it_does_and_cannot_do_and_then_does_it(browser: Client, node: Node) -> None:
    key = a_report(node, "Secreto.")
    actions.pass_on(viewer=OPERATOR, report=key)
    page = browser.get(at("withdraw", key)).text
    assert "What no way can do" in page
    assert browser.post(at("withdraw", key), {"how": "erase"}).status_code == 422
    assert Hop.objects.get().status == "shown"
    chain = browser.post(at("withdraw", key), {"how": "erase", "sure": "on"}, follow=True)
    assert "Secreto" not in chain.text
    assert "Withdrawn by those who recorded it" in chain.text
    assert browser.get(at("report", key)).status_code == 404


def test_consent_is_asked_anew(browser: Client, node: Node) -> None:
    key = a_report(node, said=None)
    assert "Nobody has been asked" in browser.get(at("report", key)).text
    page = browser.get(at("consent", key)).text
    browser.post(at("consent", key), fields(page, asked="on", purposes=["pass", "archive"]))
    again = browser.get(at("consent", key)).text
    assert len(re.findall(r'name="purposes"', again)) >= 5
    assert not re.search(r'name="purposes"[^>]*checked', again)
    assert selectors.report(viewer=OPERATOR, key=key).consent.terms.purposes == ("archive", "pass")


def test_lists_export_page_and_search(browser: Client, node: Node) -> None:
    actions.pass_on(viewer=OPERATOR, report=a_report(node, "El almacén arde."))
    rows = browser.get(at("chains") + "?export=json")
    assert b'"title":"Calor"' in b"".join(rows)
    for name in ("chains", "reports", "circles"):
        assert browser.get(at(name) + "?export=csv").status_code == 200
        assert browser.get(at(name) + "?q=nada").status_code == 200
    assert "El almacén" in b"".join(browser.get(at("read", node.chain) + "?export=csv")).decode()
    assert "Calor" in browser.get(at("chains") + "?q=almacen").text


def test_guests_are_shown_to_the_door(node: Node) -> None:
    key = a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=key)
    guest = Client()
    for name, keys in (
        ("chains", ()), ("chain", (node.chain,)), ("read", (node.chain,)), ("hop", (hop,)), ("hop_audio", (hop,)),
        ("report", (key,)), ("reports", ()), ("circles", ()), ("progress", (key,)), ("answer", (hop,)),
        ("add_report", (node.chain,)), ("withdraw", (key,)),
    ):  # fmt: skip
        assert guest.get(at(name, *keys)).status_code == 302, name
        assert guest.get(at(name, *keys)).headers["Location"].startswith("/sign-in/"), name
    for name in ("pass", "type", "retry"):
        assert guest.post(at(name, key)).status_code == 403, name
    assert guest.post(at("correct", key, "t-000"), {"base": "0" * 64, "text": "x"}).status_code == 403


def test_pages_stay_within_their_budget(browser: Client, node: Node) -> None:
    root = actions.pass_on(viewer=OPERATOR, report=a_report(node, "palabra " * 500))
    for number in range(20):
        words = Words("es", text=f"Respuesta {number}. " + "otra palabra " * 100)
        key = actions.answer(viewer=OPERATOR, hop=root, role="parallel", circle=node.circle, words=words, said=YES)
        actions.pass_on(viewer=OPERATOR, report=key)
    answer = browser.get(at("chain", node.chain), headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.content) < 10_000
    assert len(browser.get(at("add_report", node.chain), headers={"Accept-Encoding": "br"}).content) < 10_000


def test_ten_minutes_of_speech_stay_within_the_budget(browser: Client, node: Node, data_dir: Path) -> None:
    lines = [line.partition("|")[2] for line in (data_dir / "speech" / "librivox_es.txt").read_text().splitlines()]
    vocabulary = " ".join(lines).split()
    random = Random(7)
    hop = ""
    for number in range(40):
        text = "\n".join(" ".join(random.choices(vocabulary, k=12)) for _ in range(120))
        words = Words("es", text=text)
        if number:
            key = actions.answer(viewer=OPERATOR, hop=hop, role="parallel", circle=node.circle, words=words, said=YES)
        else:
            key = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)
        hop = actions.pass_on(viewer=OPERATOR, report=key)
    sizes = {
        name: len(browser.get(at(name, one), headers={"Accept-Encoding": "br"}).content)
        for name, one in (("chain", node.chain), ("hop", hop), ("report", key))
    }
    read = b"".join(browser.get(at("read", node.chain), headers={"Accept-Encoding": "br"}))
    assert {name: size for name, size in sizes.items() if size > 10_000} == {}
    assert len(read) < 30_000


def test_an_unknown_key_is_a_404(browser: Client) -> None:
    nobody = "a" * 26
    for name in ("chain", "hop", "report", "circle", "read", "hop_audio"):
        assert browser.get(at(name, nobody)).status_code == 404
    assert browser.get(f"/chains/{uuid.uuid4()}/").status_code == 404


def test_the_withdraw_page_names_the_backups_that_keep_what_it_erases(
    browser: Client, node: Node, tmp_path: Path
) -> None:
    key = a_report(node, "Secreto de nadie.")
    assert "Backups that were made here" not in browser.get(at("withdraw", key)).text
    made = datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    stick = tmp_path / "stick"
    records.add(records.Backup(str(stick), made, 5))
    page = browser.get(at("withdraw", key)).text
    records.forget(stick)
    assert "Backups that were made here" in page
    assert "9 Mar 2026" in page
    assert "stick" not in page
