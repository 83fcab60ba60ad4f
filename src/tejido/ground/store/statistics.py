"""PostgreSQL's planner keeps samples of what columns hold, in a table that nobody may empty and that erasure cannot reach.

Columns that may hold words are therefore never sampled. What is looked up by is short: keys, hashes, kinds, days.
"""

from collections.abc import Sequence

from django.db import connection

from tejido.ground.store import db

SHORT = 64
"""Letters up to which a column holds names of things, not words of people."""
_SAMPLED = f"""
SELECT c.relname, a.attname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND coalesce(a.attstattarget, -1) <> 0 AND (%s::text[] IS NULL OR c.relname::text = ANY(%s::text[]))
  AND (a.atttypid IN ('text'::regtype, 'bytea'::regtype, 'text[]'::regtype, 'tsvector'::regtype, 'json'::regtype, 'jsonb'::regtype)
       OR a.atttypid = 'varchar'::regtype AND (a.atttypmod < 0 OR a.atttypmod - 4 > {SHORT}))
ORDER BY c.relname, a.attname
"""  # noqa: E501, S608


def keep_none(tables: Sequence[str] | None = None) -> None:
    """Let PostgreSQL sample no wordy column of these tables, or of any; nothing elsewhere."""
    if connection.vendor != "postgresql":
        return
    wanted = list(tables) if tables is not None else None
    quote = connection.ops.quote_name
    for table, column in db.rows(_SAMPLED, [wanted, wanted]):
        db.execute(f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} SET STATISTICS 0")
