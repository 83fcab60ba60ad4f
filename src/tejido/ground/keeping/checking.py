"""Everything that `tejido check` looks at, in the order in which it is told."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tejido.ground.keeping import events, states, surroundings
from tejido.ground.keeping.faults import Check, Fault, Findings, told
from tejido.ground.keeping.rows import snapshot

BEFORE: tuple[tuple[str, Check], ...] = (
    ("epoch", surroundings.epoch),
    ("keys", surroundings.keys),
    ("sheets", surroundings.sheets),
    ("originals", surroundings.sealing),
    ("disk", surroundings.disk),
)
WITHIN: tuple[tuple[str, Check], ...] = (
    ("database", surroundings.database),
    ("descriptors", events.descriptors),
    ("signatures", events.signatures),
    ("chains", events.chains),
    ("forks", events.forks),
    ("payloads", events.payloads),
    ("pending", events.pending),
    ("waiting", events.waiting),
    ("kinds", events.unknown_kinds),
    ("identities", states.identities),
    ("members", states.members),
    ("horizons", states.horizons),
    ("outsiders", states.unfolded),
    ("tables", states.derived_tables),
    ("states", states.states),
    ("blobs", surroundings.files),
    ("erasure", surroundings.erasure),
    ("exchange", surroundings.exchanges),
    ("work", surroundings.work),
)


def check() -> Iterator[Fault]:
    """All findings of this node, one check after the other; each sees one moment of the database."""
    version = list(told("version", migrations))
    yield from version
    if any(one.level == "fault" for one in version):
        return
    for name, one in BEFORE:
        yield from told(name, one)
    for name, one in WITHIN:
        with snapshot():
            found = list(told(name, one))
        yield from found


def migrations() -> Findings:
    """Whether the database is of this version; another one cannot be checked."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:5])
        yield Fault("version", "", f"the database is of an older version ({names}): run `tejido rebuild` first")
    return "the database is of this version"
