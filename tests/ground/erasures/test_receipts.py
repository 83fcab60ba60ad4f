"""A node says what it holds no more: once, when it is true, to whom it concerns; and reads what others say."""

from typing import Any

import orjson
import pytest
from django.db import connection

from tejido.ground import work
from tejido.ground.erasures import actions, leftovers, selectors, tasks
from tejido.ground.erasures.events import CONFIRMED, KEYS_DESTROYED, MOST, OVERWRITTEN
from tejido.ground.erasures.models import NotAsked
from tejido.ground.network.families import PROFILE
from tejido.ground.network.selectors import org_id
from tejido.ground.people import OPERATOR
from tejido.ground.store import db, erasing, logs, rebuilding
from tejido.ground.store.models import ReadTable
from tejido.ground.store.public import Fact, append, redact, row_key, state_hashes
from tejido.ground.store.spaces import set_members
from tejido.log.membership import MEMBERS
from tejido.log.writer import Written
from tests.replication.conftest import Shared

HOW = OVERWRITTEN if connection.vendor == "sqlite" else KEYS_DESTROYED
SAYS: dict[str, Any] = {"languages": [], "name": "ours", "place": ""}


def taken_back(network: Shared, target: Written, reason: str = "withdrawn") -> Written:
    """bo has it erased."""
    body = {"kind": PROFILE, "reason": reason, "stub": {}, "target": target.hash.hex()}
    return network.world.say(network.bo, network.room, "redact", body, target.hash)


def receipts() -> list[tuple[bytes, bytes, str]]:
    return [(bytes(r), bytes(o), how) for r, o, how in db.rows("SELECT redact, org, how FROM erasures_receipt")]


def written() -> int:
    return int(db.value("SELECT COUNT(*) FROM store_eventindex WHERE kind = %s", [CONFIRMED]))


def ours(network: Shared, name: str = "ours") -> tuple[bytes, str]:
    """Something of ours, and its redact: `(redact, key)`."""
    made = append(network.network, Fact(PROFILE, {**SAYS, "name": name}))[0]
    gone = redact(network.network, made.hash, aggregate=made.aggregate, kind=PROFILE, stub={}, reason="withdrawn")
    return gone.hash, made.key


def confirmed_by_bo(network: Shared, *redacts: bytes, how: str = OVERWRITTEN) -> None:
    said = network.world.say(
        network.bo, network.room, CONFIRMED, {"redacts": [one.hex() for one in redacts], "how": how}
    )
    network.put(said)
    network.exchange()


def test_what_was_erased_is_confirmed_once_and_by_its_name_alone(network: Shared) -> None:
    first, second = network.say("first"), network.say("second")
    gone = [taken_back(network, first), taken_back(network, second)]
    network.put(first, second, *gone)
    network.exchange()
    assert receipts() == [], "never within ingest"
    work.run_once()
    assert sorted(receipts()) == sorted((one.hash, org_id(), HOW) for one in gone)
    assert written() == 1, "one event for both"
    (state,) = db.rows("SELECT state FROM store_aggregate WHERE family = 'erasures.receipt'")
    assert orjson.loads(bytes(state[0])) == {
        "org": org_id().hex(),
        "redacts": sorted(g.hash.hex() for g in gone),
        "how": HOW,
    }
    before = state_hashes()
    network.exchange()
    work.run_once()
    assert (written(), state_hashes()) == (1, before)


def test_no_receipt_while_something_is_left(network: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    said = network.say("theirs")
    gone = taken_back(network, said)
    network.put(said, gone)
    network.exchange()
    space = logs.space_row(network.network)
    asked: list[list[str]] = []

    def fails(keys: Any) -> None:
        asked.append(list(keys))
        raise OSError("a file cannot be deleted")

    monkeypatch.setattr(leftovers, "_known", [fails])
    with pytest.raises(OSError, match="deleted"):
        actions.confirm(space)
    assert asked == [[row_key(said.hash)]]
    monkeypatch.setattr(leftovers, "_known", [])
    monkeypatch.setattr(erasing, "scrub", lambda: False)
    assert (actions.confirm(space), receipts()) == (0, [])
    monkeypatch.undo()
    assert actions.confirm(space) == 1


def test_replaced_editions_wait_for_company_and_words_taken_back_do_not(network: Shared) -> None:
    for n, reason in enumerate(("replaced", "replaced", "redacted")):
        said = network.say(str(n))
        network.put(said, taken_back(network, said, reason))
        network.exchange()
        work.run_once()
        assert (written(), len(receipts())) == [(1, 1), (1, 1), (2, 3)][n]


def test_who_joined_later_is_not_asked_and_does_not_answer(network: Shared) -> None:
    said = network.say("before we were there")
    network.put(said, gone := taken_back(network, said))
    network.exchange()
    lists = "SELECT event_id FROM store_eventindex WHERE kind = %s"
    db.execute(f"UPDATE store_event SET lam = lam + 100 WHERE id IN ({lists})", [MEMBERS])  # as if they came afterwards
    work.run_once()
    assert (receipts(), [bytes(one.redact) for one in NotAsked.objects.all()]) == ([], [gone.hash])
    db.execute(f"UPDATE store_event SET lam = lam - 100 WHERE id IN ({lists})", [MEMBERS])
    set_members(network.network, [org_id(), network.bo.org])  # another list is known: it is looked up again
    work.run_once()
    assert [redact for redact, _, _ in receipts()] == [gone.hash]


def test_the_origin_sees_who_has_confirmed(network: Shared) -> None:
    one, key = ours(network)
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert (standing.confirmed, standing.asked, standing.here, standing.reasons) == (0, 1, False, ("withdrawn",))
    assert [node.org for node in standing.missing] == [network.bo.org.hex()]
    assert not standing.whole
    confirmed_by_bo(network, one, how=KEYS_DESTROYED)
    erasing.scrub()
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert standing.whole
    assert [node.how for node in standing.weaker] == [KEYS_DESTROYED]
    two, other = ours(network, "more")
    both = selectors.standing(viewer=OPERATOR, keys=[key, other])
    assert both
    assert (both.confirmed, both.asked, both.redacts) == (0, 1, 2), "whoever has confirmed half has not confirmed"
    assert [erasure.key for erasure in selectors.erasures(viewer=OPERATOR)] == [other, key]
    assert selectors.standing(viewer=OPERATOR, keys=[row_key(two)]) is None


def test_joined_later_left_since_and_left_before(network: Shared) -> None:
    one, key = ours(network)
    cy = network.world.author("cy")
    set_members(network.network, [org_id(), network.bo.org, cy.org])
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert standing.asked == 1, "cy was not there"
    set_members(network.network, [org_id(), cy.org])
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert [(node.org, node.left) for node in standing.missing] == [(network.bo.org.hex(), True)]
    _, later = ours(network, "later")
    standing = selectors.standing(viewer=OPERATOR, keys=[later])
    assert standing
    assert ([node.org for node in standing.nodes], len(standing.before)) == ([cy.org.hex()], 1)
    confirmed_by_bo(network, one)
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert standing.confirmed == 0, "what a removed member writes counts for nothing"


@pytest.mark.parametrize(
    "body",
    [
        {"redacts": [], "how": OVERWRITTEN},
        {"redacts": ["00"], "how": OVERWRITTEN},
        {"redacts": ["0" * 64] * 2, "how": OVERWRITTEN},
        {"redacts": ["0" * 64], "how": "Words!"},
        {"redacts": [f"{n:064x}" for n in range(MOST + 1)], "how": OVERWRITTEN},
        {"how": OVERWRITTEN},
    ],
)
def test_a_malformed_receipt_counts_for_nothing(network: Shared, body: dict[str, Any]) -> None:
    network.put(network.world.say(network.bo, network.room, CONFIRMED, body))
    network.exchange()
    assert receipts() == []


def test_a_receipt_that_is_taken_back_is_not_answered(network: Shared) -> None:
    one, key = ours(network)
    confirmed_by_bo(network, one)
    said = network.world.written[-1]
    body = {"kind": CONFIRMED, "reason": "withdrawn", "stub": {}, "target": said.hash.hex()}
    network.put(network.world.say(network.bo, network.room, "redact", body, said.hash))
    network.exchange()
    work.run_once()
    assert (receipts(), written()) == ([], 0)
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert standing.confirmed == 0


def test_a_rebuild_keeps_what_was_confirmed(network: Shared) -> None:
    said = network.say("theirs")
    network.put(said, taken_back(network, said))
    network.exchange()
    work.run_once()
    before = receipts(), state_hashes()
    rebuilding.rebuild()
    work.run_once()
    assert (receipts(), state_hashes()) == before


def test_nothing_is_confirmed_twice_while_the_rows_of_receipts_wait_to_be_made_anew(network: Shared) -> None:
    said = network.say("theirs")
    network.put(said, taken_back(network, said))
    network.exchange()
    work.run_once()
    db.execute("DELETE FROM erasures_receipt")
    ReadTable.objects.filter(name="erasures_receipt").update(stale=True)
    work.run_once()
    assert written() == 1
    rebuilding.rebuild()
    work.run_once()
    assert (written(), len(receipts())) == (1, 1)


def test_a_claim_in_one_space_counts_there_alone(network: Shared) -> None:
    one, key = ours(network)
    other = append(
        db.rows("SELECT hash FROM store_space WHERE purpose = 'public'")[0][0],
        Fact(CONFIRMED, {"redacts": [one.hex()], "how": HOW}),
    )
    assert other
    standing = selectors.standing(viewer=OPERATOR, keys=[key])
    assert standing
    assert standing.confirmed == 0


def test_a_task_for_a_space_that_is_gone_does_nothing(network: Shared) -> None:
    tasks.confirm.call("aaaa")
    assert receipts() == []


def test_queries_do_not_grow_with_erasures(network: Shared, django_assert_max_num_queries: Any) -> None:
    for n in range(8):
        ours(network, f"n {n}")
    with django_assert_max_num_queries(30):
        assert len(selectors.erasures(viewer=OPERATOR)[:8]) == 8
