"""Who gets a turn at the door when there are more callers than places: the wait is bounded, and one organisation has half."""

import threading

import pytest

from tejido.ground.peers import door
from tejido.ground.peers.sessions import AllBusy
from tejido.replication.messages import AskHeads
from tests.replication.conftest import Shared
from tests.replication.test_door import Caller
from tests.support.authors import found


class Places(threading.BoundedSemaphore):
    """Places at the door that note who waits for one; `frees`: somebody leaves as soon as one waits."""

    def __init__(self, count: int, *, frees: bool = False) -> None:
        super().__init__(count)
        self.waits, self.frees = list[float | None](), frees

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if blocking and timeout is not None:
            self.waits.append(timeout)
            if self.frees:
                self.release()
        return super().acquire(blocking, timeout if blocking else None)


@pytest.fixture
def bo(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.setattr(door, "PATIENCE_S", 0.01)
    caller = Caller.of(shared.bo)
    assert caller.greet().status_code == 200
    return caller


def full(monkeypatch: pytest.MonkeyPatch, *, frees: bool = False) -> tuple[Places, Places]:
    """A door with one place, which is taken, and one place in line."""
    places, line = Places(1, frees=frees), Places(1)
    places.acquire()
    monkeypatch.setattr(door, "at_once", places)
    monkeypatch.setattr(door, "in_line", line)
    return places, line


def test_strangers_do_not_wait_for_a_place(bo: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    places, _ = full(monkeypatch)
    stranger = Caller.of(found("stranger"))
    stranger.token = "0" * 64
    answers = [stranger.turn(AskHeads()), stranger.post("hello", b"{}"), stranger.post("bye", b"")]
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "5")] * 3
    assert places.waits == []


def test_whoever_was_let_in_waits_for_a_place_and_gets_it(bo: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    places, line = full(monkeypatch, frees=True)
    assert bo.turn(AskHeads()).status_code == 200
    assert places.waits == [door.PATIENCE_S]
    assert line.acquire(blocking=False)  # and left its place in line


def test_the_wait_ends_and_its_place_in_line_is_given_back(bo: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    places, line = full(monkeypatch)
    assert [bo.turn(AskHeads()).status_code for _ in range(3)] == [503] * 3
    assert places.waits == [door.PATIENCE_S] * 3
    assert line.acquire(blocking=False)


def test_no_more_wait_than_there_are_places_in_line(bo: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    places, line = full(monkeypatch)
    line.acquire()
    assert bo.turn(AskHeads()).status_code == 503
    assert places.waits == []


def test_one_organisation_has_half_of_the_turns_at_most(
    shared: Shared, bo: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PLACES", 4)
    with door._one_of(shared.bo.org), door._one_of(shared.bo.org):
        assert bo.turn(AskHeads()).status_code == 503
        with door._one_of(found("another").org):
            assert bo.turn(AskHeads()).status_code == 503
    assert bo.turn(AskHeads()).status_code == 200
    assert not door._speaking


def test_turns_that_begin_together_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first turns of an organisation, at once on many threads: each is counted, and each is taken back."""
    monkeypatch.setattr(door, "PLACES", 16)
    together, seen = threading.Barrier(8), list[int]()
    org = found("many").org

    def turn() -> None:
        together.wait()
        with door._one_of(org):
            together.wait()
            seen.append(door._speaking[org])
            together.wait()

    threads = [threading.Thread(target=turn) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [8] * 8
    assert org not in door._speaking
    monkeypatch.setattr(door, "PLACES", 2)
    with door._one_of(org), pytest.raises(AllBusy), door._one_of(org):
        pass
