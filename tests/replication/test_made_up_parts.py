"""Parts that somebody made up for a true bundle: they hold up neither it nor, for long, receipts of erasure."""

import io
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from tejido.ground.bundles import holding, reading, shelf, tasks
from tejido.ground.bundles.choosing import MOST_TRIES, Choosing
from tejido.ground.bundles.errors import NotWhole, TooManyLike
from tejido.ground.bundles.models import Arriving, Taken
from tejido.ground.erasures import leftovers
from tejido.ground.network import selectors
from tejido.ground.store.models import Redaction
from tejido.replication.parts import HEAD, Label, read_label
from tests.replication.conftest import Shared
from tests.replication.test_bundles import bring, from_bo, ours, take
from tests.support.bundles import ID, parts_of, stream_of


def label_of(part: bytes) -> Label:
    return read_label(io.BytesIO(part))


def forged(part: bytes, body: bytes = b"", of: int = 0, size: int = 0) -> bytes:
    """A part with the true one's id and number and bytes that somebody made up; anybody can write it."""
    body = body or bytes(len(part) - HEAD)
    label = label_of(part)
    label = label._replace(digest=sha256(body).digest(), of=of or label.of, size=size or label.size)
    return label.encode() + body


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_part_that_was_made_up_does_not_block_the_true_one(shared: Shared, when: str) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    lies = [forged(made[0]), forged(made[1], b"x"), forged(made[-1], b"y" * 5000), forged(made[-1])]
    report = take(*lies, *made) if when == "before" else take(*made[:-1], *lies, made[-1])
    assert (report.accepted, report.problems, shared.names()) == (1, [], ["one"])
    assert (Arriving.objects.count(), Taken.objects.count()) == (0, 1)


def test_a_part_of_other_numbers_does_not_block_the_true_ones(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    lie = bring(forged(made[0], of=2), forged(made[1], b"z" * 50, size=77))
    assert bring(forged(made[0], of=2)) == lie
    true = [reading.gather(io.BytesIO(one)).id for one in made]
    assert len(set(true)) == 1
    assert true[0] != lie
    tasks.read_now(true[0])
    Arriving.objects.filter(id=true[0]).update(agreed=True)
    tasks.read_now(true[0])
    assert shared.names() == ["one"]
    assert Arriving.objects.count() == 0
    again = reading.gather(io.BytesIO(made[0]))
    assert (again.id, again.taken) == (true[0], True)


def test_where_only_made_up_parts_came_the_true_one_still_may(shared: Shared) -> None:
    """Of what came days ago only that goes which nobody could read."""
    long = [shared.world.say(shared.bo, shared.room, "not.known", {"long": "a" * 200_000}) for _ in range(7)]
    made = from_bo(shared, *long, most=200_000)
    name = bring(*made[:-1], forged(made[-1]))
    tasks.read_now(name)
    row = Arriving.objects.get(id=name)
    lacking = reading.missing(row)
    assert (row.error, row.said, lacking[-1]) == ("", {}, len(made))
    assert len(lacking) <= 3
    assert bring(*(made[number - 1] for number in lacking)) == name
    tasks.read_now(name)
    assert Arriving.objects.get(id=name).said["events"] == len(long)


def test_a_whole_bundle_that_was_made_up_does_not_stay_in_the_way(shared: Shared) -> None:
    """Somebody who knows whom a bundle is for closes another file to them, under its id, and signs it as nobody here."""
    (made,) = from_bo(shared, shared.say("true"))
    cleo = shared.world.author("cleo")
    log = cleo.log(shared.room.space)
    stream = stream_of(cleo, [selectors.org_id()], log, shared.room.space, [shared.say("made up")], name=ID)
    (lie,) = parts_of(stream, [ours()])
    name = bring(lie)
    tasks.read_now(name)
    assert Arriving.objects.get(id=name).error
    found = reading.gather(io.BytesIO(made)).id
    tasks.read_now(found)
    assert Arriving.objects.get(id=found).said["org"] == shared.bo.org.hex()


def test_so_many_like_parts_are_told_and_no_more_are_kept(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    name = bring(*(forged(made[0], bytes(number)) for number in range(1, reading.MOST_LIKE + 1)))
    assert len(shelf.candidates(shelf.arriving(name), 1)) == reading.MOST_LIKE
    with pytest.raises(TooManyLike):
        bring(made[0])
    with pytest.raises(NotWhole):
        reading.look(Arriving.objects.get(id=name))
    reading.discard(name)
    assert take(*made).accepted == 1


def test_once_it_is_known_what_was_signed_no_more_parts_are_kept(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    name = bring(*made)
    tasks.read_now(name)
    assert Arriving.objects.get(id=name).said
    assert reading.gather(io.BytesIO(forged(made[0]))).again
    assert len(shelf.candidates(shelf.arriving(name), 1)) == 1


def test_each_choice_is_tried_once_and_they_have_an_end() -> None:
    choosing, seen = Choosing(["ab", "cd", "e"]), list[str]()
    more = True
    while more:
        seen.append("".join(choosing.chosen))
        more = choosing.wrong_at(3)
    assert seen == ["ace", "ade", "bce", "bde"]
    early = Choosing(["ab", "cd"])
    assert early.wrong_at(1)
    assert (early.chosen, early.others()) == (["b", "c"], ["a", "d"])
    many, tries = Choosing(["0123456789"] * 9), 1
    while many.wrong_at(9):
        tries += 1
    assert tries == MOST_TRIES


def test_receipts_wait_for_no_part_that_came_after_the_erasure(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    one = Redaction.objects.create(target=bytes(32), redact=bytes(32), org=bytes(32), space_id=1)
    bring(made[0])
    assert leftovers.receipts_until() == one.id
    two = Redaction.objects.create(target=bytes(32), redact=b"\x01" * 32, org=bytes(32), space_id=1)
    for number in range(5):  # again and again, each of another bundle: none puts off what was erased before it
        bring(forged(made[0], of=2 + number))
    last = leftovers.receipts_until()
    assert last is not None
    assert one.id <= last < two.id
    Arriving.objects.filter(bundle=ID, erasures__lt=two.id).update(begun=timezone.now() - reading.KEEP - timedelta(1))
    holding.tidy()
    assert leftovers.receipts_until() == two.id
