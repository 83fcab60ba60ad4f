"""Restoring: what happens in an unpacked backup before it becomes a node again.

A restored node never continues its old logs: a new epoch begins before anything else is written. What other organisations
hold of the old logs comes back with the next exchange, redactions among it.
"""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tejido.ground.errors import Invalid
from tejido.ground.keeping import dumps, records, surroundings
from tejido.ground.keeping.archive import POSTGRES, BadBackup, Header
from tejido.ground.keeping.records import Backup
from tejido.ground.people.models import BrowserSession
from tejido.ground.store import boot, rebuilding, tables
from tejido.ground.tokens.models import Answered, Token


def finish(header: Header, source: Path) -> str:
    """In the process that is set up on the unpacked folder: fill PostgreSQL, verify, open the new epoch; its reason.

    `source` is the backup's file, which goes on record: it holds what will be erased later."""
    _same_kind(header)
    dump = Path(settings.NODE_DIR) / POSTGRES
    if dump.exists():
        dumps.restore_postgres(dump)
        dump.unlink()
    for check in (surroundings.database, surroundings.keys):
        for one in check():
            if one.level == "fault":
                raise BadBackup(f"The backup is whole, but the node in it is not: {one.where} {one.message}")
    reason = f"restored from a backup of {header.created}"
    boot.new_epoch(reason)
    boot.renew()
    call_command("migrate", verbosity=0)
    if tables.ensure():
        rebuilding.rebuild()
    for entered in (BrowserSession, Token, Answered):  # who came in on the day of the backup need not be welcome today
        entered.objects.all().delete()
    records.add(Backup(str(source.absolute()), records.parsed(header.created), source.stat().st_size))
    connection.close()
    return reason


def _same_kind(header: Header) -> None:
    kind, here = header.database, connection.vendor
    if kind != here:
        raise Invalid(f"This backup is of a node on {kind}; it can only be restored on {kind}, not on {here}.")
