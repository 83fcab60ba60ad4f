"""The rules: who decides, how many it takes, what falls, and that nobody can be let in or put out without it showing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.charter.domain import course, need
from tests.ground.charter.course import FOUNDER, Story, org

NAMES = ("founder", "bo", "cy", "dee", "eve")


def a_story(*members: str, admit: str = "2", amend: str = "66%", suspend: str = "66%") -> Story:
    """A network with a charter in force and these members beside the founder."""
    story = Story()
    story.list("founder", *members)
    story.propose("founder", admit, amend, suspend)
    return story


def how(story: Story, name: str) -> str:
    found = story.course().since(org(name))
    assert found is not None
    return found.how


@given(st.integers(1, 1000), st.integers(1, 100))
def test_a_share_is_the_least_number_that_reaches_it(members: int, percent: int) -> None:
    asked = need(f"{percent}%", members)
    assert 1 <= asked <= members
    assert Fraction(asked, members) >= Fraction(percent, 100)
    assert asked == 1 or Fraction(asked - 1, members) < Fraction(percent, 100)


@given(st.integers(1, 999), st.integers(1, 1000))
def test_a_number_is_never_more_than_there_are(number: int, members: int) -> None:
    assert need(str(number), members) == min(number, members)


def test_the_founders_first_charter_needs_nobody_else() -> None:
    story = a_story("bo", "cy")
    edition = story.course().in_force
    assert edition is not None
    assert (edition.number, edition.yes) == (1, (FOUNDER,))


def test_anothers_first_charter_waits_for_the_founder() -> None:
    story = Story()
    story.list("founder", "bo", "cy")
    proposed = story.propose("bo")
    story.say("cy", proposed)
    assert story.status(proposed) == "open"
    story.say("founder", proposed)
    assert story.status(proposed) == "in-force"


def test_the_charter_is_amended_by_as_many_as_it_asks_for() -> None:
    story = a_story("bo", "cy", amend="66%")
    proposed = story.propose("bo", admit="3")
    assert story.status(proposed) == "open"
    story.say("stranger", proposed)
    assert story.status(proposed) == "open"
    story.say("cy", proposed)
    made = story.course()
    assert [one.matter.org for one in made.editions] == [FOUNDER, org("bo")]
    assert made.editions[1].yes == tuple(sorted((org("bo"), org("cy"))))
    assert [one.status for one in made.standings] == ["replaced", "in-force"]


def test_a_voice_is_with_one_proposal_at_a_time() -> None:
    story = a_story("bo", "cy", "dee", amend="75%")
    first = story.propose("bo")
    story.say("cy", first)
    second = story.propose("dee")
    story.say("cy", second)
    story.say("founder", first)
    assert (story.status(first), story.status(second)) == ("open", "open")
    story.say("founder", second)
    assert (story.status(first), story.status(second)) == ("overtaken", "in-force")


def test_who_asks_is_admitted_by_as_many_as_the_charter_asks_for() -> None:
    story = a_story("bo", "cy", "dee", admit="2")
    asked = story.ask("bo", "lagos")
    assert story.status(asked) == "open"
    story.say("cy", asked)
    assert story.status(asked) == "decided"
    assert [one.matter.about for one in story.course().due()] == [org("lagos")]
    story.list("founder", "bo", "cy", "dee", "lagos", relied=(asked,))
    assert (how(story, "lagos"), story.status(asked), story.course().due()) == ("within", "done", ())


def test_an_admission_without_enough_voices_shows() -> None:
    story = a_story("bo", "cy", "dee", admit="3")
    asked = story.ask("bo", "lagos")
    story.list("founder", "bo", "cy", "dee", "lagos", relied=(asked,))
    found = story.course().since(org("lagos"))
    assert found is not None
    assert found.standing is not None
    assert (found.how, found.standing.yes, found.standing.need) == ("outside", (org("bo"),), 3)
    story.list("founder", "bo", "cy", "dee", "lagos", "friend")
    assert how(story, "friend") == "outside"


def test_a_decision_is_good_for_once() -> None:
    story = a_story("bo", "cy", admit="1")
    asked = story.ask("bo", "lagos")
    story.list("founder", "bo", "cy", "lagos", relied=(asked,))
    story.leave("lagos")
    story.list("founder", "bo", "cy")
    assert how(story, "lagos") == "left"
    story.list("founder", "bo", "cy", "lagos", relied=(asked,))
    assert how(story, "lagos") == "outside"


def test_before_there_is_a_charter_the_founders_word_suffices() -> None:
    story = Story()
    story.list("founder")
    story.list("founder", "bo")
    assert (how(story, "founder"), how(story, "bo")) == ("founder", "before")
    asked = story.ask("bo", "cy")
    assert story.status(asked) == "open"
    story.say("founder", asked)
    assert story.status(asked) == "decided"


def test_refused_as_soon_as_it_cannot_be_reached_and_not_for_ever() -> None:
    story = a_story("bo", "cy", admit="3")
    asked = story.ask("bo", "lagos")
    story.say("cy", asked, yes=False)
    assert story.status(asked) == "refused"
    story.say("cy", asked)
    story.say("founder", asked)
    assert story.status(asked) == "decided"


def test_whoever_was_let_in_later_has_no_say_and_whoever_goes_loses_it() -> None:
    story = a_story("bo", "cy", "dee", admit="100%")
    asked = story.ask("bo", "lagos")
    story.list("founder", "bo", "cy", "dee", "late")
    story.say("late", asked)
    story.say("founder", asked)
    story.say("cy", asked)
    assert story.status(asked) == "open"
    story.list("founder", "bo", "cy", "late")
    assert story.status(asked) == "decided"  # the one that was silent is a member no more


def test_suspended_without_its_own_voice_and_reinstated_by_the_same_rule() -> None:
    story = a_story("bo", "cy", "dee", suspend="66%")
    asked = story.suspend("bo", "dee")
    story.say("dee", asked, yes=False)
    assert story.status(asked) == "open"
    story.say("cy", asked)
    found = story.course().standing(asked)
    assert found is not None
    assert (found.status, len(found.electorate), found.need) == ("decided", 3, 2)
    story.list("founder", "bo", "cy", relied=(asked,))
    assert how(story, "dee") == "suspended"
    back = story.ask("cy", "dee", paper="")
    assert story.status(back) == "open"
    story.say("bo", back)
    story.list("founder", "bo", "cy", "dee", relied=(back,))
    assert how(story, "dee") == "back"


def test_nobody_is_let_in_without_a_paper_and_the_founder_is_not_suspended() -> None:
    story = a_story("bo", "cy")
    assert story.status(story.ask("bo", "lagos", paper="")) == "void"
    assert story.status(story.suspend("bo", "founder")) == "void"
    assert story.status(story.ask("stranger", "lagos")) == "void"


def test_what_relies_on_another_charter_than_the_one_in_force_counts_for_nothing() -> None:
    story = a_story("bo", "cy", admit="1")
    first = story.course().editions[0].hash
    proposed = story.propose("bo", admit="3")
    story.say("cy", proposed)
    assert story.status(story.ask("bo", "lagos", charter=first)) == "overtaken"
    assert story.status(story.ask("bo", "lagos", charter="")) == "overtaken"


def test_the_founder_does_not_leave() -> None:
    story = a_story("bo")
    story.leave("founder")
    story.leave("stranger")
    story.leave("bo")
    assert set(story.course().leaving) == {org("bo")}


steps = st.lists(
    st.tuples(
        st.sampled_from(("propose", "ask", "suspend", "leave", "yes", "no", "list", "succeed", "found")),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 30),
    ),
    max_size=30,
)


def founded(story: Story, who: str, number: int) -> None:
    """Somebody says that a network is founded that it has proposed, with whomever it likes."""
    put = [one for one in story.matters.values() if one.what == "successor" and one.org == org(who)]
    if put:
        going = [name for at, name in enumerate(NAMES) if number >> at & 1]
        story.found(who, put[number % len(put)].hash, *going)


def tell(story: Story, told: list[tuple[str, str, str, int]]) -> None:
    known: list[str] = []
    for what, who, other, number in told:
        if what == "found":
            founded(story, who, number)
        elif what == "propose":
            known.append(story.propose(who, str(1 + number % 3), f"{1 + number * 3}%"))
        elif what == "ask":
            known.append(story.ask(who, other, paper="" if number % 2 else "signed"))
        elif what == "suspend":
            known.append(story.suspend(who, other))
        elif what == "succeed":
            known.append(story.succeed(who, str(number)))
        elif what == "leave":
            known.append(story.leave(who))
        elif what == "list":
            story.list("founder", *[name for at, name in enumerate(NAMES) if number >> at & 1])
        elif known:
            story.say(who, known[number % len(known)], yes=what == "yes")


@given(steps, st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(told: list[tuple[str, str, str, int]], random: object) -> None:
    story = a_story("bo", "cy")
    tell(story, told)
    matters, lists = list(story.matters.values()), list(story.lists)
    random.shuffle(matters)  # type: ignore[attr-defined]
    random.shuffle(lists)  # type: ignore[attr-defined]
    assert course(matters, lists, FOUNDER) == story.course()


@given(steps)
def test_what_holds_in_every_course(told: list[tuple[str, str, str, int]]) -> None:
    """Who counts has a say; what is decided had enough; one charter is in force; nobody comes in within the charter without
    a decision; the members are those of the last list."""
    story = a_story("bo", "cy")
    tell(story, told)
    made = story.course()
    assert made.members == max(story.lists, key=lambda one: one.place).orgs
    assert [one.status for one in made.standings].count("in-force") == 1
    assert [one.number for one in made.editions] == list(range(1, len(made.editions) + 1))
    for before, after in zip(made.editions, made.editions[1:], strict=False):
        assert after.matter.body["replaces"] == before.hash
        assert len(after.yes) >= after.need
    for one in made.standings:
        assert set(one.yes) | set(one.no) <= one.electorate
        assert one.matter.about not in one.electorate
        if one.matter.what == "successor":
            assert FOUNDER not in one.electorate
            assert (one.status == "done") is (one.founded is not None)
            assert one.founded is None or (one.decided and one.decided < one.founded["place"])
        elif one.status in ("decided", "done") and one.decided and one.edition:
            assert len(one.yes) >= one.need
    for change in made.changes:
        if change.how in ("within", "back", "suspended"):
            assert change.standing is not None
            assert change.standing.decided is not None
            assert change.standing.decided < change.place


@pytest.mark.parametrize("name", ["bo", "founder"])
def test_a_list_that_changes_nothing_tells_nothing(name: str) -> None:
    story = a_story("bo")
    before = story.course().changes
    story.list("founder", "bo")
    assert (story.course().changes, how(story, name) in ("founder", "before")) == (before, True)
