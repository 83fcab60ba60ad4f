"""What a device says that it holds of a space."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.log import canon, checkpoint
from tejido.log.checkpoint import Checkpoint, HeadAt
from tejido.log.errors import Malformed
from tejido.log.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
LOG, OTHER = b"\x01" * 32, b"\x02" * 32
HEADS = (HeadAt(LOG, 4, b"\xaa" * 32), HeadAt(OTHER, 0, b"\xbb" * 32))
SAID = Checkpoint(b"\x03" * 32, KEY.public, b"\x04" * 32, HEADS, "05" * 32, 7, "2026-11-22")
GOLDEN = "04128fd5439ad26f1e18c07ae64a820c6b0ecfed71039b6dde877eff26459aa3"


def test_what_is_written_is_read() -> None:
    assert checkpoint.parse(checkpoint.write(SAID, KEY)) == SAID


def test_the_bytes_are_those_of_the_protocol() -> None:
    from hashlib import sha256

    data = checkpoint.write(SAID, KEY)
    signature, body, end = data.split(b"\n")
    assert end == b""
    assert canon.decode(body)["heads"] == [["01" * 32, 4, "aa" * 32], ["02" * 32, 0, "bb" * 32]]
    assert len(signature) == 128
    assert sha256(data).hexdigest() == GOLDEN
    assert SAID.digest == sha256(b"tejido/heads/1\n" + canon.encode(canon.decode(body)["heads"])).hexdigest()


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused(at: int, bit: int) -> None:
    data = bytearray(checkpoint.write(SAID, KEY))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises(Malformed):
        checkpoint.parse(bytes(data))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0}, {"number": True}, {"day": "2026-02-30"}, {"day": []}, {"org": "zz"}, {"state": "05"}, {"form": "other/1"},
        {"extra": 1}, {"heads": [["01" * 32, -1, "aa" * 32]]}, {"heads": [["01" * 32, 1]]}, {"heads": {}},
        {"heads": [["02" * 32, 0, "bb" * 32], ["01" * 32, 4, "aa" * 32]]},
        {"heads": [["01" * 32, 4, "aa" * 32], ["01" * 32, 4, "aa" * 32]]},
    ],
)  # fmt: skip
def test_what_is_signed_but_wrong_is_refused(change: dict[str, object]) -> None:
    body = canon.encode({**canon.decode(checkpoint.write(SAID, KEY).split(b"\n")[1]), **change})
    with pytest.raises(Malformed):
        checkpoint.parse(KEY.sign(checkpoint.PREFIX, body).hex().encode() + b"\n" + body + b"\n")


def test_a_checkpoint_has_limits() -> None:
    many = tuple(HeadAt(LOG, seq, LOG) for seq in range(checkpoint.MAX_HEADS + 1))
    with pytest.raises(Malformed):
        checkpoint.write(replace(SAID, heads=many), KEY)
    with pytest.raises(Malformed):
        checkpoint.parse(b"0" * (checkpoint.MAX_CHECKPOINT + 1))


def test_the_longest_branch_counts() -> None:
    forked = replace(SAID, heads=(HeadAt(LOG, 4, b"\xaa" * 32), HeadAt(LOG, 6, b"\xac" * 32), HEADS[1]))
    assert (SAID.events, forked.events) == (6, 8)


def test_two_that_contradict_each_other_prove_a_fork() -> None:
    other = replace(SAID, heads=(HeadAt(LOG, 4, b"\xab" * 32), HEADS[1]))
    later = replace(SAID, heads=(HeadAt(LOG, 5, b"\xab" * 32), HEADS[1]))
    assert checkpoint.contradict(SAID, other) == (HEADS[0], HeadAt(LOG, 4, b"\xab" * 32))
    assert checkpoint.contradict(SAID, later) is None
    assert checkpoint.contradict(SAID, SAID) is None


def test_who_is_ahead_and_what_was_forgotten() -> None:
    mine = (HeadAt(LOG, 2, b"\xaa" * 32),)
    assert checkpoint.ahead(HEADS, mine) == {LOG: 2, OTHER: 1}
    assert checkpoint.ahead(mine, HEADS) == {}
    assert checkpoint.forgotten(HEADS, {LOG: 4}) == {OTHER: 1}
    assert checkpoint.forgotten(HEADS, {LOG: 9, OTHER: 0}) == {}
