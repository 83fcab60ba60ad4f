"""The rules of links and receipts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.practices.relay.drops import domain

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEPPER = b"a node's own"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_receipt_is_sixteen_digits_and_computed_again_the_same(browser: str, nonce: str) -> None:
    digits = domain.receipt(browser, nonce, PEPPER)
    assert len(digits) == 16
    assert digits.isdecimal()
    assert digits == domain.receipt(browser, nonce, PEPPER)
    assert digits != domain.receipt(browser, nonce, b"another node's")


@pytest.mark.parametrize(
    "written", ["1234567890123456", "1234 5678 9012 3456", "١٢٣٤-٥٦٧٨ ٩٠١٢ ٣٤٥٦", "۱۲۳۴ ۵۶۷۸ ۹۰۱۲ ۳۴۵۶"]
)
def test_digits_are_read_in_any_script_and_grouping(written: str) -> None:
    assert domain.typed(written) == "1234567890123456"


@pytest.mark.parametrize("written", ["", "1234", "123456789012345", "12345678901234567", "½²", "words"])
def test_anything_but_sixteen_digits_is_none(written: str) -> None:
    assert domain.typed(written) is None


def test_the_hash_knows_its_digits_and_its_node() -> None:
    stored = domain.hashed("1234567890123456", PEPPER)
    assert "argon2id" in stored
    assert "1234567890123456" not in stored
    assert domain.belongs("1234567890123456", stored, PEPPER)
    assert not domain.belongs("1234567890123457", stored, PEPPER)
    assert not domain.belongs("1234567890123456", stored, b"another node's")
    assert not domain.belongs("1234567890123456", "", PEPPER)


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        (domain.Limits(2, 1, NOW + timedelta(1), revoked=False), "open"),
        (domain.Limits(2, 2, NOW + timedelta(1), revoked=False), "used-up"),
        (domain.Limits(2, 0, NOW, revoked=False), "expired"),
        (domain.Limits(2, 2, NOW, revoked=True), "revoked"),
    ],
)
def test_the_state_of_a_link(limits: domain.Limits, state: str) -> None:
    assert limits.state(NOW) == state


def test_tokens_carry_more_than_128_bits_and_only_their_hash_is_kept() -> None:
    token = domain.new_token()
    assert len(token) == 32
    assert token not in domain.digest(token)
    assert domain.within(14, 20, 10, 32)
    assert not domain.within(0, 20, 10, 32)
    assert not domain.within(14, 20, 11, 32)
