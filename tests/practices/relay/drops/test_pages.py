"""The giver's and the receipt holder's pages, as a browser without JavaScript sees them."""

import json
import logging
import re
import uuid
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from tejido.ground import uploads
from tejido.ground.people import GUEST
from tejido.practices.relay.drops import actions, domain, giving
from tejido.practices.relay.drops.actions import Made
from tejido.practices.relay.drops.errors import UnknownLink
from tejido.practices.relay.drops.models import Drop
from tejido.practices.relay.models import Report
from tejido.site.logs import Line
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report
from tests.practices.relay.test_pages import fields
from tests.practices.relay.test_recordings import CLIP

pytestmark = pytest.mark.usefixtures("quick_hashes")


def give(client: Client, link: Made, **changed: object) -> str:
    """Fill the form in; the address of the receipt."""
    path = reverse("relay_drop", args=[link.token])
    data = fields(client.get(path).text, audio="none", **changed)
    sent = client.post(path, data)
    assert sent.status_code == 302, BeautifulSoup(sent.text, "html.parser").get_text(" ", strip=True)
    return str(sent.headers["Location"])


def receipt_at(client: Client, path: str) -> str:
    found = BeautifulSoup(client.get(path).text, "html.parser").select(".receipt span")
    return " ".join(one.text for one in found)


def test_the_page_speaks_the_links_language_and_hides_its_address(link: Made) -> None:
    answer = Client().get(reverse("relay_drop", args=[link.token]))
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.html
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert "¿Cuánto calor hace?" in answer.text
    assert page.select_one("meta[name=robots]")
    assert not page.select("nav a")
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.cookies[settings.GIVER_COOKIE_NAME]["samesite"] == "Strict"
    assert answer.cookies[settings.GIVER_COOKIE_NAME]["httponly"]
    english = Client()
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert 'lang="en"' in english.get(reverse("relay_drop", args=[link.token])).text


def test_a_recording_is_given_its_receipt_typed_back_and_opened_again(link: Made) -> None:
    giver = Client()
    upload = SimpleUploadedFile("voice.webm", CLIP.read_bytes(), "audio/webm")
    path = give(giver, link, recording=upload, text="كلمات", purposes=["pass"], pseudonym="نجمة")
    digits = receipt_at(giver, path)
    assert re.fullmatch(r"\d{4}( \d{4}){3}", digits)
    assert digits not in giver.get(f"{path}?back=1").text
    wrong = giver.post(path, {"receipt": "1" * 16})
    assert wrong.status_code == 422
    assert digits not in wrong.text
    assert giver.post(path, {"receipt": digits}).status_code == 200
    assert giver.get(path).status_code == 404
    assert Client().get(path).status_code == 404

    later = Client()
    assert later.get(reverse("relay_receipt_mine")).headers["Location"] == reverse("relay_receipt")
    opened = later.post(reverse("relay_receipt"), {"receipt": digits})
    cookie = opened.cookies[settings.RECEIPT_COOKIE_NAME]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/receipt/", "Strict", True)
    assert 0 < int(cookie["max-age"]) <= 1800
    page = later.get(reverse("relay_receipt_mine"))
    assert "كلمات" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert later.get(reverse("relay_receipt_audio")).headers["Content-Type"].startswith("audio/")
    assert Client().get(reverse("relay_receipt_audio"), headers={"Accept": "application/json"}).status_code == 403
    data = fields(later.get(reverse("relay_receipt_consent")).text, audio="revoiced", purposes=["archive"])
    assert later.post(reverse("relay_receipt_consent"), data).status_code == 302
    assert later.post(reverse("relay_receipt_withdraw"), {"how": "erase"}).status_code == 422
    erased = later.post(reverse("relay_receipt_withdraw"), {"how": "erase", "sure": "on"})
    assert erased.status_code == 200
    assert not Report.objects.exists()
    standing = later.get(reverse("relay_receipt_mine")).text
    assert "confirmed" in standing
    assert "كلمات" not in standing
    forgotten = later.post(reverse("relay_receipt_discard"))
    assert forgotten.headers["Clear-Site-Data"]
    assert later.get(reverse("relay_receipt_mine")).status_code == 302


def test_what_does_not_fit_is_said_in_the_form_and_the_words_stay(link: Made) -> None:
    client, path = Client(), reverse("relay_drop", args=[link.token])
    nothing = client.post(path, fields(client.get(path).text, audio="none"))
    assert nothing.status_code == 422
    assert nothing.headers["Referrer-Policy"] == "strict-origin"
    noise = SimpleUploadedFile("x.webm", b"no sound at all", "audio/webm")
    bad = client.post(path, {**fields(client.get(path).text, audio="none", text="يبقى"), "recording": noise})
    assert bad.status_code == 422
    assert "يبقى" in bad.text
    assert not Drop.objects.exists()


def test_closed_and_unknown_links_are_kind_and_clear(link: Made) -> None:
    gone = Client().get(reverse("relay_drop", args=["no-such-token"]))
    assert gone.status_code == 404
    assert gone.headers["Referrer-Policy"] == "strict-origin"
    for _ in range(3):
        give(Client(), link, text="كلمة")
    used_up = Client().get(reverse("relay_drop", args=[link.token]))
    assert used_up.status_code == 410
    assert reverse("relay_receipt") in used_up.text


def test_forgetting_clears_what_the_browser_keeps(link: Made) -> None:
    client = Client()
    give(client, link, text="كلمة")
    answer = client.post(reverse("relay_receipt_forget"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.cookies[settings.GIVER_COOKIE_NAME]["max-age"] == 0


def test_too_many_wrong_receipts_are_429(link: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "GUESSES", 5)
    answers = [Client().post(reverse("relay_receipt"), {"receipt": f"7777{at:012}"}).status_code for at in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_a_facilitator_makes_prints_lists_and_closes_a_link(node: Node) -> None:
    client, path = signed_in("amina", "facilitator"), reverse("relay_drop_make", args=[node.chain])
    made = client.post(path, fields(client.get(path).text, note="poster", lang="es"))
    page = BeautifulSoup(made.text, "html.parser")
    address = page.select_one("textarea")
    assert page.select_one("svg.qr path")
    assert address
    assert Client().get(address.text.partition("testserver")[2]).status_code == 200
    token = address.text.rstrip("/").rpartition("/")[2]
    give(Client(), Made(0, token), text="palabra")
    listed = client.get(reverse("relay_drop_links")).text
    assert "1 of 20 used" in listed
    assert token not in listed
    (row,) = json.loads(b"".join(client.get(reverse("relay_drop_links") + "?export=json")))
    assert (row["used"], row["state"]) == (1, "open")
    assert "palabra" in client.get(reverse("relay_drops")).text
    report = Report.objects.get()
    assert "Given by link" in client.get(reverse("relay_report", args=[report.key])).text
    assert client.post(reverse("relay_drop_revoke", args=[row["id"]])).status_code == 302
    assert Client().get(reverse("relay_drop", args=[token])).status_code == 410
    client.post(reverse("relay_drop_hide", args=[report.key]), {"hidden": "1"})
    assert "palabra" not in client.get(reverse("relay_reports")).text
    assert "hidden" in client.get(reverse("relay_drops")).text
    client.post(reverse("relay_drop_erase", args=[report.key]))
    assert not Report.objects.exists()


def test_the_number_of_queries_does_not_grow(node: Node, link: Made) -> None:
    client = signed_in("amina", "facilitator")
    counts = []
    for _ in range(2):
        give(Client(), link, text="كلمة")
        a_report(node)
        counts.append([_queries(client, name) for name in ("relay_drops", "relay_drop_links")])
    assert counts[0] == counts[1]


def _queries(client: Client, name: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        assert client.get(reverse(name)).status_code == 200
    return len(caught)


def test_the_api_makes_lists_and_closes(node: Node) -> None:
    client = signed_in("amina", "facilitator")
    body = {"chain": node.chain, "circle": node.circle, "lang": "es", "most": 2}
    made = client.post("/api/v1/relay_drops/links", body, content_type="application/json").json()
    give(Client(), Made(0, made["url"].rstrip("/").rpartition("/")[2]), text="palabra")
    assert client.get("/api/v1/relay_drops/links").json()["items"][0]["used"] == 1
    given = client.get("/api/v1/relay_drops/given").json()["items"][0]
    assert given["excerpt"] == "palabra"
    assert client.post("/api/v1/relay_drops/given/seen").status_code == 204
    hidden = client.put(
        f"/api/v1/relay_drops/given/{given['report']}/hidden", {"hidden": True}, content_type="application/json"
    )
    assert hidden.status_code == 204
    assert client.delete(f"/api/v1/relay_drops/given/{given['report']}").status_code == 204
    assert client.delete(f"/api/v1/relay_drops/links/{made['id']}").status_code == 204
    assert client.get("/api/v1/relay_drops/links").json()["items"][0]["state"] == "revoked"


def test_a_recording_by_pieces_is_checked_first_and_ends_at_its_receipt(link: Made, tmp_path: Path) -> None:
    sent = {"lang": "ar", "audio": "none", "purposes": ["pass"], "command": str(uuid.uuid4()), "token": link.token}
    fields = QueryDict(urlencode(sent, doseq=True), mutable=True)
    request = RequestFactory().post("/uploads/")
    with pytest.raises(uploads.BadForm):
        giving.begin(request, QueryDict(urlencode({**sent, "lang": "??"}, doseq=True), mutable=True))
    with pytest.raises(UnknownLink):
        giving.begin(request, QueryDict(urlencode({**sent, "token": "x"}, doseq=True), mutable=True))
    assert len(giving.begin(request, fields)) >= 22
    assert link.token not in fields.urlencode()
    path = tmp_path / "sound"
    path.write_bytes(CLIP.read_bytes())
    finished = uploads.Finished(
        path=path, type="audio/webm", size=path.stat().st_size, sha256="", fields=fields, viewer=GUEST, owner="",
        command=str(sent["command"]),
    )  # fmt: skip
    addresses = {giving.finish(finished), giving.finish(finished)}
    assert len(addresses) == 1
    assert Report.objects.get().duration > 0
    client = Client()
    client.get(reverse("relay_drop", args=[link.token]))
    assert receipt_at(client, addresses.pop())


def test_a_fault_does_not_write_the_token_into_the_log(link: Made) -> None:
    path = reverse("relay_drop", args=[link.token])
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, f"Internal Server Error: {path}", (), None)
    told = Line("{message}", style="{").format(record)
    assert link.token not in told
    assert "/drop/" in told


def test_one_browser_may_give_from_two_tabs(link: Made) -> None:
    client = Client()
    path = reverse("relay_drop", args=[link.token])
    first, second = (fields(client.get(path).text, audio="none", text=text) for text in ("واحد", "اثنان"))
    receipts = {receipt_at(client, client.post(path, data).headers["Location"]) for data in (first, second)}
    assert len(receipts) == 2
    assert {actions.open_receipt(text=one) for one in receipts}
    assert len({domain.typed(one) for one in receipts}) == 2
