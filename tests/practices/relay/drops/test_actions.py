"""Giving by a link, and what a receipt opens."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tejido.ground.consent import public as consent
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.people import OPERATOR
from tejido.ground.slots import next_steps
from tejido.practices.relay import actions as relay
from tejido.practices.relay import selectors as relay_selectors
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drops import actions, domain, errors, guesses, selectors
from tejido.practices.relay.drops.actions import Made, Terms
from tejido.practices.relay.drops.models import Drop, DropLink, Guess
from tejido.practices.relay.errors import RecordingTooLong
from tejido.practices.relay.models import Report
from tejido.web import finding
from tests.engines.speech.sounds import tone, write
from tests.ground.people.builders import a_viewer
from tests.practices.relay.builders import Node, a_report

pytestmark = pytest.mark.usefixtures("quick_hashes")
SAID = Answer(("pass",), "none", "self", "ar")
BROWSER = "what the browser keeps"


def given(link: Made, text: str = "خرجنا معا.", said: Answer = SAID) -> str:
    return actions.give(token=link.token, nonce=domain.new_nonce(), words=Words("ar", text=text), said=said)


def opened(link: Made) -> tuple[str, str]:
    """(receipt, signed pass) of something given."""
    nonce = given(link)
    digits = actions.show_receipt(browser=BROWSER, nonce=nonce)
    return digits, actions.open_receipt(text=domain.grouped(digits))


def test_what_is_given_is_a_report_of_the_circle_with_the_speakers_own_answer(node: Node, link: Made) -> None:
    given(link)
    (arrived,) = selectors.arrivals(viewer=OPERATOR)[:]
    page = relay_selectors.report(viewer=OPERATOR, key=arrived.report)
    assert (page.report.chain, page.report.lang, page.lines[0].text) == (node.chain, "ar", "خرجنا معا.")
    assert page.consent.terms.purposes == ("pass",)
    assert [one.form for one in page.consent.history] == ["self"]
    assert selectors.links(viewer=OPERATOR)[0].used == 1
    assert relay.pass_on(viewer=OPERATOR, report=arrived.report)
    assert "1 report came in by a drop link" in [one.label for one in next_steps(OPERATOR)]
    actions.mark_seen(viewer=OPERATOR)
    assert not [one for one in next_steps(OPERATOR) if "drop link" in str(one.label)]


def test_no_yes_is_a_no_that_was_asked_for(link: Made) -> None:
    given(link, said=Answer((), "none", "self", "ar"))
    (arrived,) = selectors.arrivals(viewer=OPERATOR)[:]
    with pytest.raises(consent.ConsentMissing):
        relay.pass_on(viewer=OPERATOR, report=arrived.report)


def test_the_same_form_twice_is_kept_and_counted_once(link: Made) -> None:
    nonce = domain.new_nonce()
    for _ in range(2):
        actions.give(token=link.token, nonce=nonce, words=Words("ar", text="مرة"), said=SAID)
    assert Report.objects.count() == Drop.objects.count() == 1
    assert DropLink.objects.get().used == 1


def test_a_crash_between_report_and_receipt_is_mended_by_sending_again(link: Made) -> None:
    nonce = given(link)
    Drop.objects.all().delete()
    actions.give(token=link.token, nonce=nonce, words=Words("ar", text="مرة"), said=SAID)
    assert Report.objects.count() == Drop.objects.count() == 1


def test_a_link_ends_by_number_time_and_hand(link: Made) -> None:
    for _ in range(3):
        given(link)
    with pytest.raises(errors.LinkClosed):
        given(link)
    DropLink.objects.update(used=0, expires=timezone.now() - timedelta(seconds=1))
    assert selectors.asked(link.token).state == "expired"
    with pytest.raises(errors.LinkClosed):
        given(link)
    DropLink.objects.update(expires=timezone.now() + timedelta(days=1))
    actions.revoke_link(viewer=OPERATOR, link=link.id)
    assert selectors.asked(link.token).state == "revoked"
    with pytest.raises(errors.LinkClosed):
        given(link)
    with pytest.raises(errors.UnknownLink):
        given(Made(0, "another token"))
    assert Report.objects.count() == 3


def test_too_long_and_too_large_count_nothing_and_keep_nothing(link: Made, tmp_path: Path) -> None:
    long = write(tmp_path / "long.m4a", tone(61))
    words = Words("ar", audio=long)
    with pytest.raises(RecordingTooLong):
        actions.give(token=link.token, nonce=domain.new_nonce(), words=words, said=SAID)
    large = tmp_path / "large.webm"
    large.write_bytes(bytes(2**20 + 1))
    with pytest.raises(errors.TooLarge):
        actions.give(token=link.token, nonce=domain.new_nonce(), words=Words("ar", audio=large), said=SAID)
    assert (Report.objects.count(), DropLink.objects.get().used) == (0, 0)


def test_an_answer_to_a_voice_lands_under_it_and_shows_nothing_of_it(node: Node) -> None:
    hop = relay.pass_on(viewer=OPERATOR, report=a_report(node, "Palabras ajenas."))
    made = actions.make_link(viewer=OPERATOR, circle=node.circle, hop=hop, role="parallel", terms=Terms("es"))
    assert "ajenas" not in str(selectors.asked(made.token))
    given(made)
    report = Report.objects.get(role="parallel")
    assert report.parent == hop
    relay.withdraw(viewer=OPERATOR, report=Report.objects.get(role="report").key)
    assert selectors.asked(made.token).state == "revoked"


def test_only_facilitators_and_keepers_make_see_and_close_links(node: Node, link: Made) -> None:
    member = a_viewer("amina", "member")
    for call in (
        lambda: actions.make_link(viewer=member, chain=node.chain, circle=node.circle, terms=Terms("ar")),
        lambda: actions.revoke_link(viewer=member, link=link.id),
        lambda: actions.hide(viewer=member, report="x", hidden=True),
        lambda: actions.erase(viewer=member, report="x"),
        lambda: selectors.links(viewer=member),
        lambda: selectors.arrivals(viewer=member),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(errors.BadLimits):
        actions.make_link(viewer=OPERATOR, chain=node.chain, circle=node.circle, terms=Terms("ar", days=365))


def test_the_receipt_is_shown_again_until_typed_back_and_only_to_that_browser(link: Made) -> None:
    nonce = given(link)
    digits = actions.show_receipt(browser=BROWSER, nonce=nonce)
    assert digits == actions.show_receipt(browser=BROWSER, nonce=nonce)
    with pytest.raises(errors.NotKept):
        actions.show_receipt(browser="another browser", nonce=nonce)
    for wrong, error in (("1234", errors.NotSixteen), ("0" * 16, errors.Mistyped)):
        with pytest.raises(error):
            actions.type_back(browser=BROWSER, nonce=nonce, text=wrong)
    assert not Drop.objects.get().kept
    actions.type_back(browser=BROWSER, nonce=nonce, text=domain.grouped(digits))
    assert Drop.objects.get().kept
    with pytest.raises(errors.NotKept):
        actions.show_receipt(browser=BROWSER, nonce=nonce)


def test_after_an_hour_it_is_not_shown_and_still_good(link: Made) -> None:
    nonce = given(link)
    digits = actions.show_receipt(browser=BROWSER, nonce=nonce)
    Drop.objects.update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(errors.NotKept):
        actions.show_receipt(browser=BROWSER, nonce=nonce)
    assert selectors.own_report(actions.open_receipt(text=digits)).lines[0].text == "خرجنا معا."


def test_the_receipt_lies_in_no_table(link: Made) -> None:
    digits, held = opened(link)
    actions.change_consent(held=held, said=SAID)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = str([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            for secret in (digits, digits[4:], domain.grouped(digits), link.token, BROWSER):
                assert secret not in rows, table


def test_the_holder_changes_consent_and_takes_back_and_erases(node: Node, link: Made) -> None:
    digits, held = opened(link)
    report = selectors.own_report(held).report.key
    relay.pass_on(viewer=OPERATOR, report=report)
    actions.change_consent(held=held, said=Answer(("pass", "archive"), "revoiced", "self", "ar"))
    terms = relay_selectors.report(viewer=OPERATOR, key=report).consent.terms
    assert (terms.purposes, terms.audio) == (("archive", "pass"), "revoiced")
    actions.take_back(held=held, erase_too=False)
    assert relay_selectors.report(viewer=OPERATOR, key=report).consent.terms.purposes == ("archive",)
    actions.take_back(held=held, erase_too=True)
    assert not Report.objects.exists()
    with pytest.raises(NotFound):
        selectors.own_report(held)
    again = actions.open_receipt(text=digits)
    erased = selectors.own_erasure(again)
    assert erased
    assert (erased.asked, erased.taken, erased.until) == (0, True, timezone.now().date() + domain.ERASED_FOR)
    actions.discard(held=again)
    assert not Drop.objects.exists()
    with pytest.raises(errors.ReceiptClosed):
        selectors.own_report(held)
    with pytest.raises(errors.WrongReceipt):
        actions.open_receipt(text=digits)


def test_a_receipt_of_something_erased_is_forgotten_in_the_end_and_one_of_something_here_never(link: Made) -> None:
    _, held = opened(link)
    actions.discard(held=held)
    actions.forget_old()
    assert Drop.objects.count() == 1, "what is here is not forgotten"
    actions.take_back(held=held, erase_too=True)
    actions.forget_old()
    assert Drop.objects.count() == 1
    Drop.objects.update(erased=timezone.now().date() - domain.ERASED_FOR - timedelta(days=1))
    actions.forget_old()
    assert not Drop.objects.exists()


def test_a_receipt_governs_its_own_report_and_nothing_else(node: Node, link: Made) -> None:
    _, held = opened(link)
    speaker = selectors.speaker(selectors.held_by(held))
    other = a_report(node)
    for call in (
        lambda: relay_selectors.report(viewer=speaker, key=other),
        lambda: relay_selectors.reports(viewer=speaker),
        lambda: relay_selectors.chains(viewer=speaker),
        lambda: relay.withdraw(viewer=speaker, report=other),
        lambda: relay.grant_consent(viewer=speaker, report=other, said=SAID),
        lambda: relay.pass_on(viewer=speaker, report=speaker.only),
        lambda: relay.write_transcript(viewer=speaker, report=speaker.only, text="other words"),
        lambda: relay.add_report(viewer=speaker, chain=node.chain, circle=node.circle, words=Words("ar", text="x")),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_erased_by_the_organisation_the_receipt_finds_nothing(link: Made) -> None:
    _, held = opened(link)
    relay.withdraw(viewer=OPERATOR, report=selectors.own_report(held).report.key)
    with pytest.raises(NotFound):
        selectors.own_report(held)
    erased = selectors.own_erasure(held)
    assert erased
    assert not erased.taken
    assert not selectors.arrivals(viewer=OPERATOR)[:]


def test_wrong_receipts_are_limited_for_one_receipt_and_say_nothing_of_what_is_there(
    link: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits, _ = opened(link)
    monkeypatch.setattr(domain, "GUESSES", 5)
    unused = "0000" if digits[:4] != "0000" else "1111"
    for place in (digits[:4], unused):
        answers = []
        for at in range(7):
            with pytest.raises((errors.WrongReceipt, errors.TooManyGuesses)) as caught:
                actions.open_receipt(text=f"{place}{at:012}")
            answers.append((type(caught.value), str(caught.value)))
        assert [kind for kind, _ in answers] == [errors.WrongReceipt] * 5 + [errors.TooManyGuesses] * 2
    with pytest.raises(errors.TooManyGuesses):
        actions.open_receipt(text=digits)
    with pytest.raises(errors.TooManyGuesses):
        actions.open_receipt(text=digits, browser="another browser")
    assert actions.open_receipt(text=digits, browser=BROWSER), "nobody's guesses lock out the browser that gave it"
    for elsewhen in (timedelta(hours=-2), timedelta(days=1000)):  # or a clock that was ahead, and is set back
        Guess.objects.update(since=timezone.now() + elsewhen, count=5)
        assert actions.open_receipt(text=digits)


def test_right_receipts_do_not_count_and_no_number_of_wrong_ones_closes_the_node(
    link: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits, _ = opened(link)
    monkeypatch.setattr(domain, "GUESSES", 5)
    for _ in range(7):
        actions.open_receipt(text=digits)
    for at in range(130):
        with pytest.raises(errors.WrongReceipt):
            actions.open_receipt(text=f"{(int(digits[:4]) + 1 + at) % 10000:04}{0:012}")
    assert actions.open_receipt(text=digits)


def test_only_so_many_receipts_are_tried_at_once_and_nobody_waits(link: Made) -> None:
    digits, _ = opened(link)
    with guesses.turn(), guesses.turn():
        with pytest.raises(errors.Crowded):
            actions.open_receipt(text=f"{digits[:4]}{0:012}")
        assert actions.open_receipt(text=digits, browser=BROWSER)
    assert not Guess.objects.filter(count__gt=0).exists(), "what was not tried is not counted"
    assert actions.open_receipt(text=digits)


def test_a_pass_ends_by_time_and_cannot_be_made_up(link: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    _, held = opened(link)
    for bad in ("", "x", held[:-1] + ("A" if held[-1] != "A" else "B")):
        with pytest.raises(errors.ReceiptClosed):
            selectors.held_by(bad)
    monkeypatch.setattr(selectors, "OPEN_FOR_S", -1)
    with pytest.raises(errors.ReceiptClosed):
        selectors.held_by(held)


def test_abusive_ones_are_taken_out_of_the_lists_or_erased(link: Made) -> None:
    given(link)
    (arrived,) = selectors.arrivals(viewer=OPERATOR)[:]
    actions.hide(viewer=OPERATOR, report=arrived.report, hidden=True)
    assert len(relay_selectors.reports(viewer=OPERATOR)) == 0
    assert not next_steps(OPERATOR)
    actions.hide(viewer=OPERATOR, report=arrived.report, hidden=False)
    assert len(relay_selectors.reports(viewer=OPERATOR)) == 1
    actions.erase(viewer=OPERATOR, report=arrived.report)
    assert not Report.objects.exists()
    assert not selectors.arrivals(viewer=OPERATOR)[:]


def test_what_is_hidden_is_not_found_by_search_either(link: Made) -> None:
    given(link)
    (arrived,) = selectors.arrivals(viewer=OPERATOR)[:]
    assert [one.hit.key for one in finding.finds(viewer=OPERATOR, query="خرجنا")] == [arrived.report]
    actions.hide(viewer=OPERATOR, report=arrived.report, hidden=True)
    assert list(finding.finds(viewer=OPERATOR, query="خرجنا")) == []


def test_who_gave_by_link_cannot_be_asked_and_nobody_is_told_to(link: Made) -> None:
    unasked = Answer((), "none", "self", "ar")
    actions.give(token=link.token, nonce=domain.new_nonce(), words=Words("ar", text="خرجنا معا."), said=unasked)
    (report,) = relay_selectors.reports(viewer=OPERATOR)[:]
    assert report.step == "theirs"
    assert relay_selectors.report(viewer=OPERATOR, key=report.key).report.step == "theirs"
    assert [step.url for step in next_steps(OPERATOR)] == [reverse("relay_drops")]
