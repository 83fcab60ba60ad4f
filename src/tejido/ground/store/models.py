"""Tables of the log: what was signed, what it carried, and the keys that open it. None of these is ever rebuilt.

Integer keys beside the 32-byte hash: a table clustered by hashes was measured at 1.8 times the ingest cost.
"""

from django.db import models


class Space(models.Model):
    """A space that this node knows, with its folded control state."""

    id = models.IntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    descriptor = models.BinaryField()
    owner = models.BinaryField(max_length=32)
    public = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)  # local label; never leaves the node
    folder = models.CharField(max_length=32, blank=True)
    purpose = models.CharField(max_length=32, blank=True)
    opened = models.BinaryField(default=bytes)
    members = models.JSONField(default=dict)  # {"orgs": [hex], "pins": {log: [seq, hash]}}
    top_lam = models.BigIntegerField(default=0)
    top_hash = models.BinaryField(default=bytes)


class Org(models.Model):
    """An organisation's identity, folded from its identity log."""

    id = models.IntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    admin = models.JSONField()  # {"k", "keys"}
    devices = models.JSONField(default=dict)  # key hex → age recipient
    ended = models.JSONField(default=dict)  # of revoked devices: key hex → {log: [seq, hash]}, where its logs end
    resolved = models.JSONField(default=list)  # [log, seq, [branches], branch that goes on], in order


class Log(models.Model):
    """One device's events of one epoch in one space. `horizon`: events with a smaller seq fold.

    `forked_at`: the first seq with several events; `stopped_at`: the first such seq that nobody resolved; `ended_at`: where
    a revoked device's log ends; `branched`: some of its events lie beside the branch that counts (table `Aside`)."""

    id = models.IntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    descriptor = models.BinaryField()
    org = models.BinaryField(max_length=32)
    space_id = models.IntegerField(db_index=True)  # 0: an identity log
    head_seq = models.BigIntegerField(default=-1)
    head_hash = models.BinaryField(default=bytes)
    forked_at = models.BigIntegerField(null=True)
    stopped_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    branched = models.BooleanField(default=False)
    allowed = models.BigIntegerField(default=0)
    horizon = models.BigIntegerField(default=0)


class Event(models.Model):
    """A signed header. `state`: 0 pending (no readable payload), 1 readable, 2 redacted."""

    PENDING, READABLE, REDACTED = 0, 1, 2

    id = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    log_id = models.IntegerField()
    seq = models.BigIntegerField()
    lam = models.BigIntegerField()
    state = models.SmallIntegerField()
    header = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["log_id", "seq"], name="store_event_log_seq"),  # not unique: forks are kept
            models.Index(fields=["log_id", "seq"], name="store_event_pending", condition=models.Q(state=0)),
        ]


class Aside(models.Model):
    """An event on a branch that a resolution or a revocation passed over: kept, passed on, and folding to nothing."""

    event_id = models.BigIntegerField(primary_key=True)
    log_id = models.IntegerField(db_index=True)


class Payload(models.Model):
    """Salt and JSON, or the box that holds them; gone when redacted."""

    event_id = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()


class PayloadKey(models.Model):
    """A boxed payload's key, wrapped by an epoch key; destroying it makes the box unreadable."""

    event_id = models.BigIntegerField(primary_key=True)
    key_id = models.BinaryField(max_length=16)
    wrapped = models.BinaryField()


class Rewrapped(models.Model):
    """A payload whose key was wrapped anew when the epoch key `before` went: what lies about under that key is replaced."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.BigIntegerField(db_index=True)
    before = models.BinaryField(max_length=16)


class EpochKey(models.Model):
    """A space's epoch key that this node can use."""

    id = models.BigAutoField(primary_key=True)
    space_id = models.IntegerField()
    key_id = models.BinaryField(max_length=16)
    key = models.BinaryField(max_length=32)
    lam = models.BigIntegerField(default=0)  # of the owner's space.key that makes it current; the greatest is

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space_id", "key_id"], name="store_epochkey_once")]


class Waiting(models.Model):
    """An event that names something not held yet; capped in number and size, oldest out first."""

    id = models.BigAutoField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    missing = models.BinaryField(max_length=32, db_index=True)
    log = models.BinaryField(max_length=32)
    header = models.BinaryField()
    signature = models.BinaryField()
    payload = models.BinaryField(null=True)


class Redaction(models.Model):
    """What a redact event names; kept for ever, so that what was erased cannot come back."""

    id = models.BigAutoField(primary_key=True)
    target = models.BinaryField(max_length=32, db_index=True)
    redact = models.BinaryField(max_length=32, unique=True)
    org = models.BinaryField(max_length=32)
    space_id = models.IntegerField()
    applied = models.BooleanField(default=False)
    scrubbed = models.BooleanField(default=False)
    returned = models.CharField(
        max_length=40, blank=True
    )  # its reason, where it is ours and came from elsewhere: see erasing


class Own(models.Model):
    """This node's own organisation, device and epoch: a single row."""

    id = models.IntegerField(primary_key=True, default=1)
    org = models.BinaryField(max_length=32)
    device = models.BinaryField(max_length=32)
    epoch = models.BinaryField(max_length=16)
    own_space = models.IntegerField()
    boot_nonce = models.CharField(max_length=64, blank=True)
    epoch_reason = models.CharField(max_length=200, blank=True)
    epoch_since = models.DateTimeField(null=True)


class Command(models.Model):
    """A command that was carried out: repeating it with the same id gives the first answer."""

    id = models.CharField(max_length=80, primary_key=True)
    result = models.JSONField()


class ReadTable(models.Model):
    """The shape in which a derived table was created; another shape means drop, create, rebuild."""

    name = models.CharField(max_length=100, primary_key=True)
    shape = models.CharField(max_length=64)
    stale = models.BooleanField(default=False)


class Rebuild(models.Model):
    """A rebuild under way: a single row, so that it resumes after a kill."""

    id = models.IntegerField(primary_key=True, default=1)
    phase = models.CharField(max_length=10, default="idle")
    upto = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    family = models.CharField(max_length=40, blank=True)
    akey = models.BinaryField(default=bytes)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)


class Dirty(models.Model):
    """An aggregate that changed while a rebuild was under way."""

    akey = models.BinaryField(max_length=16, primary_key=True)
