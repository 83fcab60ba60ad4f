"""The rules of going on without the owner of a network: who decides, what counts as founded, rivals, an owner that fights it."""

from typing import Any

import pytest

from tejido.ground.charter.domain import Standing, fold
from tejido.ground.charter.events import BEGAN, FOUNDED, GO_ON, STAY, SUCCESSOR
from tejido.ground.store.entry import Entry
from tejido.log.descriptors import Space
from tests.ground.charter.course import FOUNDER, Story, org
from tests.ground.charter.test_domain import a_story


def standing(story: Story, matter: str) -> Standing:
    found = story.course().standing(matter)
    assert found is not None
    return found


def test_as_many_go_on_as_the_charter_asks_for_to_be_changed_and_the_owner_has_no_say() -> None:
    story = a_story("bo", "cy", "dee", "eve", amend="66%")
    put = story.succeed("bo")
    story.say("founder", put)
    story.say("cy", put)
    one = standing(story, put)
    assert (one.status, one.yes, len(one.electorate), one.need) == ("open", tuple(sorted(map(org, ("bo", "cy")))), 4, 3)
    story.say("dee", put)
    assert story.status(put) == "decided"
    assert story.course().due() == ()  # nothing that the owner would be to carry out


def test_without_a_charter_more_than_half_of_those_beside_the_owner() -> None:
    story = Story()
    story.list("founder", "bo", "cy", "dee", "eve")
    put = story.succeed("bo")
    story.say("cy", put)
    assert story.status(put) == "open"
    story.say("dee", put)
    assert story.status(put) == "decided"


def test_founded_once_it_is_agreed_by_its_proposer_and_with_those_who_agreed() -> None:
    story = a_story("bo", "cy", "dee")
    put = story.succeed("bo")
    story.found("bo", put, "bo")  # too early
    assert standing(story, put).founded is None
    story.say("cy", put)
    story.found("bo", put, "bo", "dee")  # dee has not said so
    assert standing(story, put).founded is None
    story.found("bo", put, "bo", "cy")
    one = standing(story, put)
    assert one.founded is not None
    assert (one.status, one.founded["members"]) == ("done", sorted(map(org, ("bo", "cy"))))
    story.found("bo", put, "bo")  # the first counts
    assert standing(story, put).founded == one.founded
    story.say("dee", put)
    assert len(standing(story, put).yes) == 3
    assert [one.matter.hash for one in story.course().successors()] == [put]


@pytest.mark.parametrize("who", ["stranger", "founder"])
def test_neither_a_stranger_nor_the_owner_names_a_successor(who: str) -> None:
    story = a_story("bo", "cy", "dee")
    put = story.succeed(who)
    for name in ("bo", "cy", "dee"):
        story.say(name, put)
    story.found(who, put)
    assert (story.status(put), standing(story, put).founded, story.course().successors()) == ("void", None, ())


def test_what_relies_on_another_charter_counts_for_nothing() -> None:
    story = a_story("bo", "cy", "dee")
    assert story.status(story.succeed("bo", charter="")) == "overtaken"


def test_of_two_rivals_each_voice_is_with_the_last_and_both_may_be_founded() -> None:
    story = a_story("bo", "cy", "dee", "eve", amend="2")
    first, second = story.succeed("bo", "First"), story.succeed("dee", "Second")
    story.say("cy", first)
    story.found("bo", first, "bo", "cy")
    story.say("eve", second)
    story.found("dee", second, "dee", "eve")
    story.say("cy", second)
    found = story.course().successors()
    assert [(one.matter.hash, len(one.yes)) for one in found] == [(second, 3), (first, 1)]
    assert [one.status for one in found] == ["done", "done"]


def test_a_voice_for_a_rival_counts_no_more_for_the_other() -> None:
    story = a_story("bo", "cy", "dee", "eve", amend="75%")
    first, second = story.succeed("bo", "First"), story.succeed("dee", "Second")
    story.say("cy", first)
    story.say("cy", second)
    story.say("eve", first)
    assert (story.status(first), story.status(second)) == ("open", "open")
    assert len(standing(story, first).yes) == 2


def test_an_owner_that_puts_members_out_against_the_charter_does_not_silence_them() -> None:
    story = a_story("bo", "cy", "dee", "eve", amend="75%")
    put = story.succeed("bo")
    story.say("cy", put)
    story.list("founder", "dee", "eve", "friend")
    story.say("friend", put)
    story.say("eve", put)
    one = standing(story, put)
    assert (one.status, len(one.electorate), len(one.yes)) == ("decided", 4, 3)


def test_who_left_or_was_suspended_by_the_members_has_no_say() -> None:
    story = a_story("bo", "cy", "dee", amend="100%", suspend="2")
    put = story.succeed("bo")
    asked = story.suspend("bo", "dee")
    story.say("cy", asked)
    story.say("cy", put)
    assert story.status(put) == "open"
    story.list("founder", "bo", "cy", relied=(asked,))
    assert story.status(put) == "decided"


def test_refused_where_too_many_stay_and_agreed_when_they_think_better_of_it() -> None:
    story = a_story("bo", "cy", "dee", amend="66%")
    put = story.succeed("bo")
    story.say("cy", put, yes=False)
    story.say("dee", put, yes=False)
    assert story.status(put) == "refused"
    story.say("cy", put)
    assert story.status(put) == "decided"
    story.say("cy", put, yes=False)  # the decision stands, the count is of today
    assert (story.status(put), len(standing(story, put).yes)) == ("decided", 1)


def test_only_the_owner_of_the_new_network_says_what_it_goes_on_from() -> None:
    story = Story()
    story.list("founder", "bo")
    for who in ("bo", "founder", "founder"):
        story._put("began", who, "ab" * 32, {"name": who, "network": "cd" * 32, "matter": "ab" * 32})
    began = story.course().began
    assert began is not None
    assert began.org == FOUNDER


def entry(kind: str, body: dict[str, Any], *, org: bytes = b"b" * 32, seq: int = 0) -> Entry:
    digest, first = bytes([seq]) * 32, b"\x00" * 32
    aggregate = b"" if kind in (SUCCESSOR, BEGAN) else first
    return Entry(digest, org, b"l" * 32, seq, seq, kind, 1, aggregate, "2026-11-23", None, body, (), b"s" * 32)


def spaces(owner: bytes) -> list[dict[str, str]]:
    both = [Space.new(owner, public=public) for public in (False, True)]
    names = ("network", "public")
    return [
        {"folder": f"{at}" * 32, "purpose": name, "space": one.data.decode()}
        for at, (name, one) in enumerate(zip(names, both, strict=True))
    ]


def folded(*rest: Entry) -> dict[str, Any]:
    found = fold([entry(SUCCESSOR, {"name": "Next"}), *rest])
    assert found is not None
    return found.body


def test_it_names_spaces_of_its_proposer_and_of_nobody_else() -> None:
    bo, cy = b"b" * 32, b"c" * 32
    good = entry(FOUNDED, {"spaces": spaces(bo), "members": []}, seq=1)
    wrong = spaces(bo)[::-1]
    assert len(folded(good)["founded"]) == 1
    for bad in (
        entry(FOUNDED, {"spaces": spaces(cy), "members": []}, seq=1),
        entry(FOUNDED, {"spaces": spaces(bo), "members": []}, org=cy, seq=1),
        entry(FOUNDED, {"spaces": wrong, "members": []}, seq=1),
        entry(FOUNDED, {"spaces": [{**one, "space": "{}"} for one in spaces(bo)], "members": []}, seq=1),
        entry(FOUNDED, {"spaces": [], "members": []}, seq=1),
    ):
        assert folded(bad)["founded"] == []
    both = [{**one, "purpose": name} for one, name in zip(wrong, ("network", "public"), strict=True)]
    assert folded(entry(FOUNDED, {"spaces": both, "members": []}, seq=1))["founded"] == []


def test_the_last_request_of_each_counts() -> None:
    said = folded(
        entry(GO_ON, {"paper": "one"}, org=b"c" * 32, seq=1), entry(GO_ON, {"paper": "two"}, org=b"c" * 32, seq=2),
        entry(GO_ON, {"words": "Yes."}, org=b"d" * 32, seq=3), entry(STAY, {"paper": "x"}, org=b"e" * 32, seq=4),
        entry(GO_ON, {"paper": 7}, org=b"f" * 32, seq=5),
    )  # fmt: skip
    assert said["coming"] == {(b"c" * 32).hex(): "two"}
