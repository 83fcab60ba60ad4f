"""Prints what a node holds of its own logs, as JSON: `python -m tests.ground.store.probe`."""

import json

import django


def main() -> None:
    """Own epoch, the logs with their events, and the own space."""
    django.setup()
    from tejido.ground.network import selectors
    from tejido.ground.store import boot, db
    from tejido.ground.store.models import Own

    reason = boot.ensure()
    own = Own.objects.get()
    sql = """SELECT l.hash, l.forked_at, l.head_seq, l.horizon, COUNT(*), COUNT(DISTINCT e.seq), MIN(e.seq), MAX(e.seq)
             FROM store_log l JOIN store_event e ON e.log_id = l.id GROUP BY l.id, l.hash, l.forked_at, l.head_seq, l.horizon"""
    logs = [[bytes(row[0]).hex(), *row[1:]] for row in db.rows(sql)]
    rows = db.value("SELECT COUNT(*) FROM network_profilerow")
    space = selectors.own_space().hex()
    print(json.dumps({"epoch": bytes(own.epoch).hex(), "reason": reason, "logs": logs, "space": space, "rows": rows}))


if __name__ == "__main__":
    main()
