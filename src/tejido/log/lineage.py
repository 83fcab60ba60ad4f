"""From the events of an identity log, which may fork, to what they say: a function of the set of events alone.

Rank beats time: of several branches at one place the one that begins with a recovery goes on, else the only one that holds
a recovery further on, else the one that an `org.resolved` of its own keeps. Where none of these decides, folding stops.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tejido.log import identity
from tejido.log.errors import BadPayload
from tejido.log.identity import Authority, Identity


class Op(NamedTuple):
    """One event of an identity log. `body` is None where its payload is not here."""

    hash: bytes
    prev: bytes
    seq: int
    kind: str
    body: dict[str, Any] | None


@dataclass
class _Tree:
    org: bytes
    by_hash: dict[bytes, Op]
    children: dict[bytes, list[Op]] = field(default_factory=lambda: defaultdict(list))
    recovering: set[bytes] = field(default_factory=set)  # events that are, or are followed by, a recovery

    @classmethod
    def of(cls, org: bytes, ops: Iterable[Op]) -> "_Tree":
        tree = cls(org, {op.hash: op for op in ops})
        for op in sorted(tree.by_hash.values(), key=lambda one: (-one.seq, one.hash)):
            if op.prev:
                tree.children[op.prev].append(op)
            if op.kind == identity.RECOVERED or op.hash in tree.recovering:
                tree.recovering |= {op.hash, op.prev}
        return tree


def fold(org: bytes, ops: Iterable[Op]) -> Identity | None:
    """What an identity log says; None where its genesis is not held."""
    tree = _Tree.of(org, ops)
    op: Op | None = tree.by_hash.get(org)
    if op is None or op.body is None:
        return None
    said, chain, stopped = identity.parse_genesis(org, op.body), [org], None
    while op and (branches := tree.children.get(op.hash)):
        op = branches[0] if len(branches) == 1 else _chosen(branches, tree)
        if op is None:
            stopped = branches[0].seq
            break
        said = identity.with_event(said, op.kind, op.body or {})
        chain.append(op.hash)
    passed = frozenset(one.hash for one in tree.by_hash.values() if stopped is None or one.seq < stopped)
    return replace(said, chain=tuple(chain), forked_at=stopped, overridden=passed - set(chain))


def _chosen(branches: Sequence[Op], tree: _Tree) -> Op | None:
    recoveries = [op for op in branches if op.kind == identity.RECOVERED]
    if recoveries:
        replaced = frozenset().union(*(identity.parse_over(op.body or {}) for op in recoveries))
        return _only([op for op in recoveries if op.hash not in replaced])
    if any(op.hash in tree.recovering for op in branches):
        return _only([op for op in branches if op.hash in tree.recovering])
    return _only([op for op in branches if op.hash in _kept(branches, tree)])


def _only(found: Sequence[Op]) -> Op | None:
    return found[0] if len(found) == 1 else None


def _kept(branches: Sequence[Op], tree: _Tree) -> set[bytes]:
    """Branches in which a resolution names this very fork and keeps the branch that it stands in."""
    held, kept = {op.hash for op in branches}, set[bytes]()
    for op in tree.by_hash.values():
        one = identity.parse_resolution(op.body or {}) if op.kind == identity.RESOLVED else None
        fits = one and one.log == tree.org and one.seq == branches[0].seq and held <= one.branches
        if one and fits and one.keep not in kept and _ancestor(op, one.seq, tree) == one.keep:
            kept.add(one.keep)
    return kept


def _ancestor(op: Op, seq: int, tree: _Tree) -> bytes:
    """The event at `seq` in the past of `op`."""
    while op.seq > seq:
        op = tree.by_hash[op.prev]
    return op.hash


def authorities(org: bytes, ops: Iterable[Op]) -> dict[bytes, Authority]:
    """For every held event of an identity log, on whatever branch: who may sign what follows it."""
    found: dict[bytes, Authority] = {}
    for op in sorted(ops, key=lambda one: one.seq):
        if op.hash == org and op.body is not None:
            found[org] = identity.parse_genesis(org, op.body).authority
        elif op.prev in found:
            found[op.hash] = _after(found[op.prev], op)
    return found


def _after(before: Authority, op: Op) -> Authority:
    try:
        return identity.after(before, op.kind, op.body or {})
    except BadPayload:  # it was checked when it came: what is stored was changed since
        return before
