"""After `scrub` no file of the database holds an erased word, folded or not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from tejido.ground.search import Doc, replace, scrub, search

CANARY = "Kanarienvogel"

SCRIPT = """
import sys, django
django.setup()
from django.core.management import call_command
from django.db import transaction
from tejido.ground.search import Doc, remove, replace, scrub, search
call_command("migrate", verbosity=0)
word, together = sys.argv[1], sys.argv[2] == "together"
others = [Doc(f"k{i}", f"k{i}", "s", "report", "", "title", f"some rent words {i} " * 20) for i in range(300)]
replace([], others[:150])
with transaction.atomic():
    replace(["x"], [Doc("k", "x", "s", "report", "", f"{word} as title", f"a text with {word} {word}x in it")])
    if together:
        remove(["x"])
if not together:
    replace([], others[150:])
    assert search(word, spaces=["s"]).total == 1
    remove(["x"])
assert search(word, spaces=["s"]).total == 0
assert scrub()
print(search("rent", spaces=["s"]).total)
"""


@pytest.mark.parametrize("order", ["together", "apart"])
def test_sqlite_files_hold_nothing(tmp_path: Path, order: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TEJIDO_NODE": str(tmp_path)}
    environment.pop("TEJIDO_TEST_DATABASE", None)
    subprocess.run([sys.executable, "-c", SCRIPT, CANARY, order], env=environment, check=True, stdout=subprocess.PIPE)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.stat().st_size > 50_000 for path in files)
    assert [path.name for path in files if CANARY.lower().encode() in path.read_bytes().lower()] == []


def database_bytes() -> bytes:
    """What the engine has stored of the index."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return bytes(connection.connection.serialize())
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relname IN ('search_document', 'search_document_tokens')"
        )
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_scrub_removes_what_was_erased_and_keeps_the_rest() -> None:
    replace(["x", "y"], [Doc("k", key, "s", "report", key, "", f"{CANARY}{key}") for key in ("x", "y")])
    replace(["x"], [])
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        scrub()
    assert scrub()
    assert [hit.source for hit in search(CANARY, spaces=["s"]).hits] == ["y"]
    held = database_bytes().lower()
    assert f"{CANARY}y".lower().encode() in held
    assert f"{CANARY}x".lower().encode() not in held
