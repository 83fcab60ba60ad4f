"""The protocol, clause by clause, against the real server."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.ground.uploads.conftest import PASSWORD, Place
from tests.ground.uploads.wire import BYTES, FORM, Answer, Browser, coded, hidden, until


def said(place: Place, **more: str) -> dict[str, str]:
    return {"purpose": "relay.report", "form": urlencode(place.fields()), "type": "audio/ogg"} | more


@pytest.fixture
def begun(place: Place, keeper: Browser, recording: bytes) -> Iterator[str]:
    """The address of a fresh upload of `recording`; it goes with the test."""
    url = keeper.begin(len(recording), said(place)).headers["Location"]
    yield url
    place.keeper().tus("DELETE", url)


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_what_the_server_can_do(keeper: Browser) -> None:
    answer = keeper.ask("OPTIONS", "/uploads/")
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    wanted = {"creation", "creation-with-upload", "checksum", "termination", "expiration"}
    assert set(answer.headers["Tus-Extension"].split(",")) == wanted
    assert set(answer.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha256", "sha1"}
    assert int(answer.headers["Tus-Max-Size"]) == 256 << 20


def test_an_upload_in_three_pieces(place: Place, keeper: Browser, recording: bytes) -> None:
    digest = hashlib.sha256(recording).hexdigest()
    metadata = said(place, sha256=digest)
    made = keeper.begin(len(recording), metadata)
    assert (made.status, made.headers["Tus-Resumable"], made.offset) == (201, "1.0.0", 0)
    url, third = made.headers["Location"], len(recording) // 3
    assert "Upload-Expires" in made.headers
    at = 0
    for end in (third, 2 * third):
        answer = keeper.patch(url, at, recording[at:end])
        assert (answer.status, answer.offset) == (204, end)
        head = keeper.tus("HEAD", url)
        assert (head.status, head.offset, head.headers["Upload-Length"]) == (200, end, str(len(recording)))
        assert head.headers["Cache-Control"] == "no-store"
        assert "purpose" in head.headers["Upload-Metadata"]
        at = end
    assert keeper.ask("GET", url).json["state"] == "open"
    last = keeper.patch(url, at, recording[at:])
    assert (last.status, last.offset, last.headers["Upload-Sha256"]) == (204, len(recording), digest)
    report = last.headers["Upload-Result"]
    assert keeper.ask("GET", report).status == 200
    head = keeper.tus("HEAD", url)
    assert (head.offset, head.headers["Upload-Result"]) == (len(recording), report)
    told = keeper.ask("GET", url).json
    assert (told["state"], told["url"], told["sha256"]) == ("done", report, digest)
    assert "Upload-Metadata" not in head.headers, "what the sender wrote is in the report now"


def test_the_first_piece_may_come_with_the_creation(place: Place, keeper: Browser, recording: bytes) -> None:
    answer = keeper.tus(
        "POST", "/uploads/", recording[:500], Upload_Length=str(len(recording)), Content_Type=BYTES,
        Upload_Metadata=coded(said(place)),
    )  # fmt: skip
    assert (answer.status, answer.offset) == (201, 500)
    last = keeper.patch(answer.headers["Location"], 500, recording[500:])
    assert "Upload-Result" in last.headers


def test_the_form_may_come_as_the_body_of_the_creation(place: Place, keeper: Browser, recording: bytes) -> None:
    """Headers are short, stories in Arabic letters are long."""
    text = "ملح " * 5_000
    form = urlencode(place.fields(text=text)).encode()
    metadata = {"purpose": "relay.report", "type": "audio/ogg"}
    answer = keeper.tus(
        "POST", "/uploads/", form, Upload_Length=str(len(recording)), Content_Type=FORM, Upload_Metadata=coded(metadata)
    )
    assert answer.status == 201
    done = keeper.patch(answer.headers["Location"], 0, recording)
    assert "ملح ملح" in keeper.ask("GET", done.headers["Upload-Result"]).body.decode()


def test_a_form_that_does_not_fit_is_refused_before_any_sound_is_sent(place: Place, keeper: Browser) -> None:
    form = urlencode(place.fields(circle="", purposes="pass"))
    answer = keeper.begin(1000, said(place, form=form))
    assert code(answer) == (422, "bad-form")
    assert set(answer.json["errors"]) == {"circle", "asked"}


def test_a_chain_that_is_not_there_is_refused_at_once(place: Place, keeper: Browser) -> None:
    answer = keeper.begin(1000, said(place, form=urlencode(place.fields(chain="a" * 26))))
    assert answer.status == 404


@pytest.mark.parametrize("version", ["0.2.2", "", "1.0.1"])
def test_another_version_is_refused_with_ours(keeper: Browser, begun: str, version: str) -> None:
    answer = keeper.ask("HEAD", begun, Tus_Resumable=version)
    assert (answer.status, answer.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("length", ["", "-1", "ten", "1e3", "9" * 30])
def test_a_length_is_needed(place: Place, keeper: Browser, length: str) -> None:
    answer = keeper.tus("POST", "/uploads/", Upload_Length=length, Upload_Metadata=coded(said(place)))
    assert code(answer) == (400, "bad-header")


def test_no_more_than_a_recording_is_taken(place: Place, keeper: Browser) -> None:
    assert code(keeper.begin((256 << 20) + 1, said(place))) == (413, "too-large")


def test_an_unknown_purpose_is_refused(place: Place, keeper: Browser) -> None:
    assert code(keeper.begin(10, said(place, purpose="relay.rumour"))) == (422, "unknown-purpose")


@pytest.mark.parametrize("header", ["purpose", "purpose !!", "a b,a b", "purpose /w==", ",", "x  eQ=="])
def test_metadata_that_cannot_be_read(keeper: Browser, header: str) -> None:
    answer = keeper.tus("POST", "/uploads/", Upload_Length="1", Upload_Metadata=header)
    assert answer.status in (400, 422)
    assert answer.json["code"] in ("bad-header", "unknown-purpose")


def test_bytes_at_another_offset_are_refused(keeper: Browser, begun: str, recording: bytes) -> None:
    assert code(keeper.patch(begun, 10, recording[10:20])) == (409, "wrong-offset")
    assert keeper.patch(begun, 0, recording[:20]).offset == 20
    assert code(keeper.patch(begun, 0, recording[:20])) == (409, "wrong-offset")
    assert code(keeper.tus("PATCH", begun, b"x", Content_Type=BYTES)) == (400, "bad-header")


def test_more_than_was_announced_is_not_kept(keeper: Browser, begun: str, recording: bytes) -> None:
    assert code(keeper.patch(begun, 0, recording + b"x")) == (413, "too-much-sent")
    assert keeper.tus("HEAD", begun).offset == 0


def test_only_plain_bytes_are_taken(keeper: Browser, begun: str) -> None:
    assert code(keeper.patch(begun, 0, b"x", Content_Type="audio/ogg")) == (415, "not-plain-bytes")


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_is_checked_against_its_checksum(keeper: Browser, begun: str, recording: bytes, algorithm: str) -> None:
    piece = recording[:5000]
    digest = b64encode(hashlib.new(algorithm, piece).digest()).decode()
    wrong = keeper.patch(begun, 0, b"x" + piece[1:], Upload_Checksum=f"{algorithm} {digest}")
    assert code(wrong) == (460, "checksum-differs")
    assert keeper.tus("HEAD", begun).offset == 0
    assert keeper.patch(begun, 0, piece, Upload_Checksum=f"{algorithm} {digest}").offset == 5000


@pytest.mark.parametrize("header", ["md5 AAAA", "sha1", "sha256 AAAA", "sha1 ???", ""])
def test_a_checksum_that_cannot_be_read(keeper: Browser, begun: str, header: str) -> None:
    assert code(keeper.patch(begun, 0, b"x", Upload_Checksum=header)) == (400, "bad-header")
    assert keeper.tus("HEAD", begun).offset == 0


def test_a_whole_that_was_spoiled_begins_again(place: Place, keeper: Browser, recording: bytes) -> None:
    digest = hashlib.sha256(recording).hexdigest()
    url = keeper.begin(len(recording), said(place, sha256=digest)).headers["Location"]
    spoiled = recording[:100] + b"x" + recording[101:]
    assert code(keeper.patch(url, 0, spoiled)) == (460, "checksum-differs")
    head = keeper.tus("HEAD", url)
    assert (head.offset, "Upload-Result" in head.headers) == (0, False)
    assert "Upload-Result" in keeper.patch(url, 0, recording).headers


def test_given_up(keeper: Browser, begun: str, recording: bytes) -> None:
    keeper.patch(begun, 0, recording[:100])
    assert keeper.tus("DELETE", begun).status == 204
    for method in ("HEAD", "DELETE"):
        assert keeper.tus(method, begun).status == 410
    assert code(keeper.patch(begun, 100, recording[100:])) == (410, "gone")
    assert keeper.tus("HEAD", "/uploads/unknown/").status == 404


def test_one_writer_at_a_time(keeper: Browser, begun: str, recording: bytes) -> None:
    with keeper.half_a_piece(begun, 0, recording, 3000):
        until(lambda: keeper.tus("HEAD", begun).offset >= 2048)
        assert code(keeper.patch(begun, 0, recording)) == (423, "in-use")
        assert code(keeper.tus("DELETE", begun)) == (423, "in-use")


def test_whose_upload_it_is(place: Place, keeper: Browser, begun: str, recording: bytes) -> None:
    link = place.node  # another account of the same node
    other = newcomer(place, keeper)
    stranger = Browser(link.port)
    for one in (other, stranger):
        assert one.tus("HEAD", begun).status == 404
        assert one.ask("GET", begun).status == 404
        assert code(one.patch(begun, 0, recording)) == (404, "no-such-upload")
        assert one.tus("DELETE", begun).status == 404
    assert stranger.begin(10, said(place)).status == 403
    assert keeper.tus("HEAD", begun).offset == 0


def newcomer(place: Place, keeper: Browser) -> Browser:
    """Somebody else with an account, by a keeper's link."""
    page = keeper.ask(
        "POST", "/people/invite/", urlencode({"roles": "member", "note": "x"}).encode(), Content_Type=FORM
    )
    path = re.search(r"/join/[\w-]+/", page.body.decode())
    assert path, page.body.decode()
    browser = Browser(place.node.port)
    browser.token = hidden(browser.ask("GET", path[0]).body.decode())
    sent = {"username": "newcomer", "name": "", "password": PASSWORD}
    assert browser.ask("POST", path[0], urlencode(sent).encode(), Content_Type=FORM).status == 302
    browser.token = browser.ask("GET", "/api/v1/session").json["csrf_token"]
    return browser


def test_a_session_cookie_alone_changes_nothing(place: Place, keeper: Browser, begun: str, recording: bytes) -> None:
    keeper.token = ""
    assert code(keeper.patch(begun, 0, recording)) == (403, "csrf")
    assert code(keeper.tus("DELETE", begun)) == (403, "csrf")
    assert code(keeper.begin(10, said(place))) == (403, "csrf")
    assert keeper.tus("HEAD", begun).offset == 0


def test_a_method_may_be_named_in_a_header(keeper: Browser, begun: str, recording: bytes) -> None:
    answer = keeper.tus(
        "POST", begun, recording[:10], X_HTTP_Method_Override="PATCH", Upload_Offset="0", Content_Type=BYTES
    )
    assert (answer.status, answer.offset) == (204, 10)
    assert keeper.tus("POST", begun).status == 405
    assert keeper.tus("PUT", begun).status == 405


def test_what_is_no_recording_is_told_and_can_be_looked_up(place: Place, keeper: Browser) -> None:
    url = keeper.begin(400, said(place)).headers["Location"]
    answer = keeper.patch(url, 0, b"not a sound " * 33 + b"....")
    assert code(answer) == (422, "bad-recording")
    head = keeper.tus("HEAD", url)
    assert (head.status, head.headers["Upload-Problem"]) == (200, "bad-recording")
    told = keeper.ask("GET", url).json
    assert (told["state"], told["problem"]["code"]) == ("failed", "bad-recording")
    assert told["problem"]["detail"] == answer.json["detail"]
    assert code(keeper.patch(url, 400, b"")) == (422, "bad-recording"), "tried once more"


def test_an_upload_of_nothing_ends_at_once(place: Place, keeper: Browser) -> None:
    assert keeper.begin(0, said(place)).status == 422


def test_the_same_command_makes_one_report(place: Place, keeper: Browser, recording: bytes) -> None:
    metadata, made = said(place), []
    before = len(place.reports())
    for _ in range(2):
        url = keeper.begin(len(recording), metadata).headers["Location"]
        made.append(keeper.patch(url, 0, recording).headers["Upload-Result"])
    assert made[0] == made[1]
    assert len(place.reports()) == before + 1


def test_too_many_at_once_are_put_off(place: Place) -> None:
    keeper = place.keeper()
    urls, answer = [], keeper.begin(10, said(place))
    while answer.status == 201:
        urls.append(answer.headers["Location"])
        answer = keeper.begin(10, said(place))
        assert len(urls) <= 12
    assert code(answer) == (429, "too-many-uploads")
    for url in urls:
        keeper.tus("DELETE", url)
    assert keeper.begin(10, said(place)).status == 201
