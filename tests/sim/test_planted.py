"""The suite can fail: each fault that other systems report, planted by swapping one function or class, turns it red."""

from collections.abc import Iterable, Sequence
from unittest.mock import patch

import pytest

from tejido.log.payload import Payload
from tejido.replication import serving, wanting
from tejido.replication.access import Peer
from tejido.replication.messages import Heads, Placed, Run, WantPages
from tejido.replication.store import BEFORE, Reads, SharedSpace, Taken
from tests.sim import run
from tests.sim.play import Setting
from tests.sim.remember import remembered
from tests.sim.replica import Replica
from tests.sim.rows import Said

SEEDS = 200


def first_red(setting: Setting, seeds: int = SEEDS) -> run.Failure:
    """The first failure; the test fails where every seed stays green."""
    with remembered():
        for seed in range(seeds):
            failure = run.play(seed, setting)
            if failure:
                return failure
    raise AssertionError(f"{seeds} seeds stayed green: the simulator does not see the planted fault")


def by_greatest_seq(
    reads: Reads, space: SharedSpace, told: Iterable[Heads], placed: Iterable[Placed] = ()
) -> Sequence[WantPages]:
    """The vector `{log: greatest seq}` with which other systems compare what they hold."""
    mine = {head.log: max(tip.seq for tip in head.tips) for head in reads.heads(space)}
    heads = [head for part in told for head in (*part.identities, *part.logs)]
    longer = [(head.log, max(head.tips)) for head in heads]
    runs = [Run(log, tip, BEFORE) for log, tip in longer if tip.seq > mine.get(log, -1)]
    return [WantPages(space.space.id, tuple(runs))] if runs else []


def test_a_vector_of_greatest_seqs_is_noticed() -> None:
    with patch.object(wanting, "wanted_events", by_greatest_seq):
        failure = first_red(Setting(trouble=("fork", "clone")))
    assert "do not hold the same" in failure.what


def test_an_epoch_that_is_not_renewed_on_restore_is_noticed() -> None:
    assert "its epoch was not renewed" in first_red(Setting(renews=False, trouble=("restore", "clone"))).what


def everything(reads: Reads, peer: Peer) -> dict[bytes, SharedSpace]:
    """Every space for everybody."""
    return {one.space.id: one for one in reads.spaces()}


def test_a_header_told_to_a_stranger_is_noticed() -> None:
    with patch.object(serving, "common", everything):
        failure = first_red(Setting())
    assert "which is not in it" in failure.what


class Hasty(Replica):
    """Forgets a redact whose target is not here yet."""

    def _note(self, redact: Said) -> None:
        if bytes.fromhex(str(redact.body["target"])) in self.rows:
            super()._note(redact)


def test_a_redact_that_depends_on_order_is_noticed() -> None:
    failure = first_red(Setting(store=Hasty, trouble=("redact",)))
    assert "erased" in failure.what or "another state" in failure.what


class Credulous(Replica):
    """Takes a payload again that was erased."""

    def _fill(self, digest: bytes, packed: Payload | None, taken: Taken) -> int:
        return 0 if packed is None or digest in self.payloads else self._keep(self.rows[digest], packed, taken)


def test_an_erased_payload_that_is_taken_again_is_noticed() -> None:
    assert "erased" in first_red(Setting(store=Credulous, trouble=("redact", "unwrap"))).what


@pytest.mark.parametrize("seed", [0, 1])
def test_without_a_planted_fault_the_same_seeds_are_green(seed: int) -> None:
    with remembered():
        assert run.play(seed) is None
